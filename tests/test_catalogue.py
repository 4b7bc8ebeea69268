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
TEMPLATES = ROOT / "templates"
# Vietnamese by decision: letters to offices; a page that may ask nothing of the reader.
VIETNAMESE_ONLY = {"emails", "500.html"}
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
    quoted = re.compile("“[^”]*”")  # what stands in an agency's own table

    kept = [t for e in ENTRIES for t in e.texts if accented.search(quoted.sub("", t))]

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


def unmarked(source):
    """Return the lines of a template whose Vietnamese text is not marked for translation."""
    marked = r"""(?sx)
        {%\ comment .*? endcomment\ %} | {\#.*?\#} | <!--.*?-->
        | {%\ blocktranslate .*? endblocktranslate\ %} | {%\ translate\ .*?%}
        | \b_\("[^"]*"\)
    """
    return re.findall(r".*[ăâđêôơưÀ-ỹ].*", re.sub(marked, "", source))


def pages():
    return [
        path
        for path in sorted(TEMPLATES.rglob("*.html"))
        if path.relative_to(TEMPLATES).parts[0] not in VIETNAMESE_ONLY
    ]


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_page_marks_all_its_text_for_translation(path):
    assert unmarked(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "<h1>Kế hoạch</h1>",
        '<a title="Kế hoạch">x</a>',
        '{{ name|default:"chưa có" }}',
        '{% translate "Kế hoạch" %} của tôi',
        '{% blocktranslate %}Gửi{% endblocktranslate %} tiếp {% translate "Gửi" %}',
    ],
)
def test_unmarked_text_is_found(source):
    assert unmarked(source)
