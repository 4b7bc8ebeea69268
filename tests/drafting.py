"""Typing into a draft, as the entry page does it: each field with what was last seen in it."""

from reporting import draft_fields
from tests.factories import at


def type_in(report, texts, *, by=None, now=None):
    """Save {field name: text} over whatever stands there; return the conflicts, normally none."""
    seen = draft_fields.texts_of(report)
    typed = {name: (text, seen.get(name, "")) for name, text in texts.items()}
    return draft_fields.save_fields(report, typed, by=by, now=now or at("2024-06-17"))


def type_figures(report, texts, **more):
    """Type {indicator: text} into the cells of a report, and {field name: text} beside them."""
    type_in(report, {f"figure-{i.pk}": text for i, text in texts.items()} | more)


def figure(indicator, text):
    """Return the field of an indicator's cell, to be joined with others by |."""
    return {f"figure-{indicator.pk}": text}


def explanation(indicator, text):
    return {f"explanation-{indicator.pk}": text}


def narrative(section, text):
    return {f"narrative-{section.pk}": text}
