"""The hidden mark of a form: whose it is, of which round and version, what stood in its fields."""

import hashlib
from dataclasses import dataclass

KIND = "bieu-bao-cao-1"
_KEYS = ("kind", "report", "agency", "round", "version", "structure")


@dataclass(frozen=True)
class Mark:
    """`seen` is {field name: digest of the text the form was filled with}."""

    report: str
    agency: str
    round: str
    version: str
    structure: str
    seen: dict
    kind: str = KIND

    def rows(self):
        """Return the rows of the hidden sheet."""
        return [*((key, getattr(self, key)) for key in _KEYS), *self.seen.items()]


def mark_of(report, layout, texts):
    return Mark(
        report=str(report.pk),
        agency=report.agency.name,
        round=str(report.round),
        version=str(report.versions.count() + 1),
        structure=layout.digest,
        seen={place.name: digest(texts.get(place.name, "")) for place in layout.places},
    )


def mark_in(sheet):
    """Return the Mark of a form's hidden sheet (agencies.workbooks.grid.Sheet), or None."""
    found = {row[1].value: row[2].value for row in sheet.rows.values() if {1, 2} <= row.keys()}
    if found.get("kind") != KIND or not set(_KEYS) <= found.keys():
        return None
    return Mark(**{key: found.pop(key) for key in _KEYS}, seen=found)


def digest(text):
    """Return a short mark of a field's text; “#” keeps it a text in any spreadsheet."""
    return f"#{hashlib.sha256(text.encode()).hexdigest()[:16]}"
