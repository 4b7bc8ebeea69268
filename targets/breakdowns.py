"""Checks of breakdowns (R17): parts must sum, amounts included may not exceed."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from targets.models import Breakdown
from targets.numerals import format_number


@dataclass(frozen=True)
class BrokenBreakdown:
    """A breakdown whose numbers disagree: the parts' sum against the parent's figure."""

    breakdown: Breakdown
    parts: tuple[tuple[str, Decimal], ...]
    total: Decimal
    parent: Decimal

    @property
    def gap(self):
        return abs(self.parent - self.total)

    def __str__(self):
        parts = " + ".join(f"{name} {format_number(value)}" for name, value in self.parts)
        if self.breakdown.rule == Breakdown.Rule.PARTITION:
            return _("Lệch {gap}: {parts} = {total}, tổng số là {parent}.").format(
                gap=format_number(self.gap),
                parts=parts,
                total=format_number(self.total),
                parent=format_number(self.parent),
            )
        return _("Vượt {gap}: {parts} lớn hơn tổng số {parent}.").format(
            gap=format_number(self.gap), parts=parts, parent=format_number(self.parent)
        )


def broken_breakdowns(breakdowns, values):
    """
    Return the breakdowns that `values` (indicator id → Decimal or None) contradict.

    A part that is still missing leaves a partition open, unless the parts known already exceed
    the parent. Amounts included are judged one by one. A member in another unit than its
    parent's (lượt người, người) is compared with nothing.
    """
    found = []
    for breakdown in breakdowns:
        parent = values.get(breakdown.parent_id)
        members = [m for m in breakdown.members.all() if m.unit == breakdown.parent.unit]
        known = [(m, values[m.pk]) for m in members if values.get(m.pk) is not None]
        if parent is None or not known:
            continue
        if breakdown.rule == Breakdown.Rule.OF_WHICH:
            found += [_broken(breakdown, [part], parent) for part in known if part[1] > parent]
        elif len(members) == len(breakdown.members.all()):
            total = sum(number for _, number in known)
            if total > parent or (len(known) == len(members) and total != parent):
                found.append(_broken(breakdown, known, parent))
    return found


def _broken(breakdown, known, parent):
    parts = tuple((member.name, number) for member, number in known)
    return BrokenBreakdown(breakdown, parts, sum(number for _, number in known), parent)
