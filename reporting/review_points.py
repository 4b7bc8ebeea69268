"""What a reviewer looks at first in a sent report: contradictions, doubts, shortfalls."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from targets.numerals import format_number, format_percent


@dataclass(frozen=True)
class Point:
    """A sentence about one figure, and what the agency said to it; "" where it said nothing."""

    name: str
    words: str
    explanation: str


def points(groups) -> list[Point]:
    """Return the points of a sent table (entry.sent_table), in its order."""
    found = []
    explained = {row.indicator.pk: row.figure.explanation for g in groups for row in g.rows}
    for group in groups:
        for row in group.rows:
            name, explanation = row.indicator.name, row.figure.explanation
            found += [Point(name, doubt, explanation) for doubt in row.doubts]
            if words := _shortfall(row):
                found.append(Point(name, words, explanation))
        if group.fault:
            parent = explained.get(group.breakdown.parent_id, "")
            found.append(Point(group.breakdown.name, str(group.fault), parent))
    return found


def _shortfall(row):
    """Say that the whole year is expected below what the agency is given (R14); "" else."""
    expected, planned = row.figure.estimate, row.planned
    if not row.is_additive or None in (expected, planned) or expected >= planned:
        return ""
    gap = format_number(Decimal(planned) - expected)
    share = format_percent(row.estimate_percent) if row.estimate_percent is not None else ""
    return _("Ước cả năm {expected}, thấp hơn kế hoạch {gap}").format(
        expected=format_number(expected), gap=gap
    ) + (f" ({share})." if share else ".")
