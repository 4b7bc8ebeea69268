"""Checks of breakdowns (R17): parts must sum, amounts included may not exceed."""

from dataclasses import dataclass
from decimal import Decimal

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
            return (
                f"Lệch {format_number(self.gap)}: {parts} = {format_number(self.total)}, "
                f"tổng số là {format_number(self.parent)}."
            )
        return (
            f"Vượt {format_number(self.gap)}: {parts} lớn hơn tổng số {format_number(self.parent)}."
        )


def broken_breakdowns(breakdowns, values):
    """
    Return the breakdowns that `values` (indicator id → Decimal or None) contradict.

    A breakdown with a missing part or parent cannot be judged yet and is not returned.
    An amount in another unit than its parent's is compared with nothing.
    """
    found = []
    for breakdown in breakdowns:
        parent = values.get(breakdown.parent_id)
        members = list(breakdown.members.all())
        numbers = [values.get(member.pk) for member in members]
        if parent is None or not members or None in numbers:
            continue
        if breakdown.rule == Breakdown.Rule.PARTITION:
            if sum(numbers) != parent:
                found.append(_broken(breakdown, members, numbers, parent))
            continue
        found += [
            _broken(breakdown, [member], [number], parent)
            for member, number in zip(members, numbers, strict=True)
            if number > parent
        ]
    return found


def _broken(breakdown, members, numbers, parent):
    parts = tuple((member.name, number) for member, number in zip(members, numbers, strict=True))
    return BrokenBreakdown(breakdown, parts, sum(numbers), parent)
