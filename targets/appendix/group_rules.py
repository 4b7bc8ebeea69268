"""Which rule the rows under one parent follow, so that their numbers can be held against it."""

from dataclasses import dataclass

from targets.appendix.outline import OF_WHICH, PARTITION
from targets.appendix.sums import check_group
from targets.appendix.units import same_unit
from targets.models import Indicator


def check_groups(groups, lines, plan, found):
    """Note broken breakdowns (R17); a group's rule is the plan's, told by the numbers, or asked."""
    by_row = {line.row: line for line in lines}
    for group in groups:
        parent = by_row.get(group.parent)
        if parent is None:
            continue
        members = [by_row[row] for row in group.members]
        members += _left_out(members, plan)
        comparable = [m for m in members if _unit(m) and same_unit(_unit(m), _unit(parent))]
        group.rule = (
            group.rule or _known_rule(members) or _likely_rule(group, parent, comparable, found)
        )
        check_group(group.rule, parent.figures, members, comparable, found)


@dataclass(frozen=True)
class _Stored:
    """A part the table leaves out: the plan keeps its numbers (R26)."""

    indicator: Indicator
    figures: dict
    unit: str = ""


def _left_out(members, plan):
    """Return the parts of the members' breakdown that the table does not name."""
    named = {member.indicator.pk for member in members if member.indicator}
    breakdowns = {m.indicator.breakdown for m in members if m.indicator and m.indicator.breakdown}
    return [
        _Stored(
            indicator,
            {
                year: (None, target.number)
                for (pk, year), target in plan.targets.items()
                if pk == indicator.pk and target.number is not None
            },
        )
        for breakdown in breakdowns
        for indicator in plan.members_of(breakdown)
        if indicator.pk not in named
    ]


def _unit(line):
    return line.unit or (line.indicator.unit if line.indicator else "")


def _known_rule(members):
    rules = {m.indicator.breakdown.rule for m in members if m.indicator and m.indicator.breakdown}
    return rules.pop() if len(rules) == 1 else None


def _likely_rule(group, parent, members, found):
    """Parts that make up the total in any year are a partition; otherwise a person is asked."""
    complete = [
        (total, sum(m.figures[year][1] for m in members))
        for year, (_, total) in parent.figures.items()
        if members and all(year in m.figures for m in members)
    ]
    if len(members) == len(group.members) and any(total == parts for total, parts in complete):
        return PARTITION
    fits = all(parts <= total for total, parts in complete)
    words = {
        PARTITION: "Cộng lại phải bằng dòng trên",
        OF_WHICH: "Chỉ là một phần của dòng trên (trong đó)",
    }
    first, second = (OF_WHICH, PARTITION) if fits else (PARTITION, OF_WHICH)
    return found.ask(
        f"rule:{group.members[0].number}",
        next((m.address for m in members), parent.address),
        f"Các dòng dưới “{parent.row.label}” có cộng đủ không?",
        [(first, words[first]), (second, words[second])],
    )
