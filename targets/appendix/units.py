"""Units as an appendix gives them, and what kind of number each unit counts."""

import re

from targets.appendix.cells.readings import Measure
from targets.appendix.cells.texts import match_key
from targets.models import Indicator

# Amounts in thousands or of money have decimals; people, jobs and sessions are whole.
_AMOUNT = re.compile(r"\b(nghin|ngan|trieu|ti)\b|^dong$|\busd\b|\b(ha|kg|tan|km|m2)$")
_SCORES = {
    "diem": Indicator.Kind.INDEX,
    "hang": Indicator.Kind.RANK,
    "thu hang": Indicator.Kind.RANK,
}
_FALLS = re.compile(
    r"that nghiep|ho ngheo|ti le ngheo|qua han|bat hop phap|bo tron|tai nan|thieu viec lam"
)


def same_unit(one, other):
    return match_key(one) == match_key(other)


def measure_of(kind, unit):
    """Return the Measure of an indicator's numbers."""
    if "%" in unit:
        return Measure.PERCENT
    if kind == Indicator.Kind.COUNT and not _AMOUNT.search(match_key(unit)):
        return Measure.COUNT
    return Measure.AMOUNT


def likely_kind(label, unit):
    """Return (kind, combine, better) most likely for a new indicator."""
    better = Indicator.Better.LOWER if _FALLS.search(match_key(label)) else Indicator.Better.HIGHER
    if "%" in unit:
        kind = (
            Indicator.Kind.GROWTH if "tang" in match_key(label).split()[:3] else Indicator.Kind.RATE
        )
        return kind, Indicator.Combine.LATEST, better
    kind = _SCORES.get(match_key(unit))
    if kind:
        return kind, Indicator.Combine.LATEST, better
    return Indicator.Kind.COUNT, Indicator.Combine.SUM, better
