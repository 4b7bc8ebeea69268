"""The sums of an allocation beside its row of totals, the plan's breakdowns and its targets."""

from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from targets.appendix.sums import broken_sum, check_group
from targets.models import Indicator, Target
from targets.numerals import format_number

# A sum over more cells than this is told at its total alone.
_CELLS_TOLD = 500


class YearSum(NamedTuple):
    """What all agencies are given of an indicator's year, beside the plan's own target."""

    indicator: Indicator
    year: int
    allocated: Decimal
    target: Decimal | None

    @property
    def gap(self):
        return None if self.target is None else self.allocated - self.target


def check_totals(shares, totals, found):
    """
    Note a total that is not the sum of its column, at every cell that takes part.

    `totals` is {(indicator id, year): (cell, number)}. A figure that could not be read leaves the
    sums over it open.
    """
    if any(p.code not in ("broken-sum", "hidden-row") for p in found.errors):
        return
    columns = defaultdict(list)
    for share in shares:
        columns[share.key[1:]].append((share.cell, share.number))
    for place, (address, total) in totals.items():
        parts = columns.get(place, [])
        amount = sum(number for _, number in parts)
        if parts and amount != total:
            told = parts if len(parts) <= _CELLS_TOLD else []
            for cell, number in [(address, total), *told]:
                found.error(cell, "broken-sum", broken_sum(parts, amount, total), number)


class _Part(NamedTuple):
    figures: dict


def check_parts(plan, shares, found):
    """Check the plan's breakdowns inside each agency's year (R17)."""
    breakdowns = list(plan.breakdowns.select_related("parent").prefetch_related("members"))
    by_agency = defaultdict(dict)
    for share in shares:
        agency, indicator, year = share.key
        by_agency[agency, year][indicator] = (share.cell, share.number)
    for (_, year), given in by_agency.items():
        for breakdown in breakdowns:
            if breakdown.parent_id not in given:
                continue
            members = list(breakdown.members.all())
            parts = {m: _Part({year: given[m.pk]} if m.pk in given else {}) for m in members}
            comparable = [part for m, part in parts.items() if m.unit == breakdown.parent.unit]
            check_group(
                breakdown.rule, {year: given[breakdown.parent_id]}, members, comparable, found
            )


def year_sums(plan, shares, stored):
    """Return the YearSums after the import: agencies the table leaves out keep what they have."""
    places = {share.key[1:]: share.indicator for share in shares}
    after = stored | {share.key: share.number for share in shares}
    allocated = defaultdict(Decimal)
    for (_, indicator, year), number in after.items():
        if (indicator, year) in places:
            allocated[indicator, year] += number
    targets = _targets(plan)
    return [
        YearSum(places[place], place[1], number, targets.get(place))
        for place, number in sorted(allocated.items())
    ]


def _targets(plan):
    """Return {(indicator id, year): the number of the target in force}."""
    targets = Target.objects.filter(indicator__plan=plan, scope=Target.Scope.YEAR)
    in_order = sorted(targets, key=lambda t: (t.effective_on is not None, t.effective_on))
    return {(t.indicator_id, t.year): t.number for t in in_order}


def tell_gaps(sums, totals, headings, found):
    """
    Warn where all agencies together are given more or less than the plan's target.

    Without a row of totals it is told at the heading of the figures, which holds no number.
    """
    for line in sums:
        key = line.indicator.pk, line.year
        place, number = totals.get(key) or (headings.get(key), "")
        if line.gap and place:
            found.warn(
                place,
                "differs-from-target",
                f"{line.indicator.name}, năm {line.year}: giao {format_number(line.allocated)}"
                f", mục tiêu của kế hoạch {format_number(line.target)}, lệch "
                f"{format_number(line.gap, sign=True)}.",
                number,
            )
