"""Documents to begin with: of a plan in force, of an empty one, of one copied to another span."""

import copy
import re

from reporting.plan_file.exporting import export_plan, place_of
from reporting.plan_file.outline import usual_outline

_YEAR = re.compile(r"(?<!\d)(19|20)\d\d(?!\d)")


def document_of(plan):
    """Return a plan in force as the editor works on it: its outline written out."""
    document = export_plan(plan)
    document["outline"] = document["outline"] or usual_outline()
    return document


def empty_document(agency, **head):
    """Return the document of a plan that has nothing yet but its head and its lead department."""
    document = {
        "plan": _head(agency, **head),
        "agencies": [_single(agency)],
        "member_agencies": [],
        "mentioned_agencies": [],
        "indicators": [],
        "breakdowns": [],
        "targets": [],
        "solution_groups": [],
        "duties": [],
        "regimes": [],
        "outline": usual_outline(),
    }
    return document


def copy_document(source, agency, *, keep_values, **head):
    """
    Return a copy of a document for a new plan's span.

    Years move by the distance of the first years; a target outside the new span is dropped, one
    revised enters in its latest revision. Values are kept as a proposal, or left open.
    """
    document = copy.deepcopy(source)
    document["plan"] = _head(agency, **head)
    shift = head["first_year"] - source["plan"]["first_year"]
    document["targets"] = [
        _moved(row, shift, keep_values=keep_values)
        for row in _in_force(source["targets"])
        if _fits(row, shift, head["first_year"], head["last_year"])
    ]
    if agency.code not in {row["code"] for row in document["agencies"] if "members" not in row}:
        document["agencies"].insert(0, _single(agency))
    return document


def moved_title(title, shift):
    """Return a title with every year in it moved: “2021 - 2025” → “2026 - 2030”."""
    return _YEAR.sub(lambda year: str(int(year[0]) + shift), title)


def _head(agency, *, code, title, first_year, last_year):
    return {
        "code": code,
        "number": None,
        "title": title,
        "issuer": _issuer(agency),
        "issued_on": None,
        **place_of(agency.jurisdiction),
        "first_year": first_year,
        "last_year": last_year,
        "vision_year": None,
        "lead_agency": agency.code,
        "source": None,
    }


def _issuer(agency):
    place = agency.jurisdiction.name
    return f"Ủy ban nhân dân {place[:1].lower()}{place[1:]}"


def _single(agency):
    row = {"code": agency.code, "name": agency.name, "as_written": agency.name}
    return row | {"kind": agency.kind}


def _span(row):
    names = ("indicator", "scope", "year", "from_year", "to_year")
    return tuple(row.get(name) for name in names)


def _in_force(targets):
    """Yield each target once, in its latest revision, in the order of the originals."""
    latest = {}
    for row in targets:
        decided = str(row.get("effective_on") or "")
        before = latest.get(_span(row))
        if before is None or decided >= str(before.get("effective_on") or ""):
            latest[_span(row)] = row
    return latest.values()


def _fits(row, shift, first_year, last_year):
    """Targets of single years must lie in the new span; what ends in a year may look beyond."""
    if row["scope"] in ("year", "each_month"):
        return first_year <= row["year"] + shift <= last_year
    return True


def _moved(row, shift, *, keep_values):
    moved = {name: value for name, value in row.items() if name not in _DECISION}
    for name in ("year", "from_year", "to_year"):
        if moved.get(name) is not None:
            moved[name] += shift
    if not keep_values and row["operator"] != "qualitative":
        moved |= {"low": None, "high": None}
    return moved


_DECISION = ("decided_by", "effective_on")
