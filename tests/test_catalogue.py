"""The English catalogue (ADR 17): complete, compiled, and of the same placeholders."""

import gettext
import re
import string
from pathlib import Path

import pytest
from django.utils import formats, translation

from tests.catalogue import entries

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "locale/en/LC_MESSAGES/django.po"
ENTRIES = [entry for entry in entries(PO.read_text()) if entry.source]


def placeholders(text):
    """Return the names a string is filled with: %(name)s and {name}."""
    braces = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return braces | set(re.findall(r"%\((\w+)\)", text))


def test_every_string_has_its_english_text():
    lacking = [e.source for e in ENTRIES if "fuzzy" in e.flags or not all(e.texts)]

    assert len(ENTRIES) > 80
    assert lacking == []


def test_the_english_texts_are_filled_with_the_same_values():
    unlike = [
        (source, text)
        for entry in ENTRIES
        for text in entry.texts
        for source in entry.sources[-1:]
        if placeholders(source) != placeholders(text)
    ]

    assert unlike == []


def test_no_english_text_kept_vietnamese_words():
    accented = re.compile(r"[ăâđêôơưÀ-ỹ]")
    names = {"Tiếng Việt"}

    kept = [t for e in ENTRIES for t in e.texts if accented.search(t) and t not in names]

    assert kept == []


def test_the_compiled_file_holds_exactly_what_the_source_file_says():
    with PO.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog

    expected = {key: text for e in ENTRIES for key, text in zip(e.keys, e.texts, strict=True)}

    assert {key: text for key, text in compiled.items() if key} == expected


@pytest.mark.parametrize("name", sorted(formats.FORMAT_SETTINGS))
def test_numbers_and_dates_have_one_form_in_both_languages(name):
    forms = []
    for language in ("vi", "en"):
        with translation.override(language):
            forms.append(formats.get_format(name))

    vietnamese, english = forms
    if isinstance(english, list):  # Django adds the ISO forms that are not there yet
        english = english[: len(vietnamese)]
    assert english == vietnamese
