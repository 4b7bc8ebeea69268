"""
What was shown is written: all of it or nothing, in one transaction that holds the plan's lock.

The caller says whether the plan has been reported on: reports belong to a floor above.
"""

import datetime as dt
import re
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max

from agencies.models import Agency
from agencies.workbooks.progress import Phase, tell
from targets.appendix.outline import OF_WHICH
from targets.models import Allocation, Breakdown, Indicator, Target

CLAUSE = "Phụ lục"
_DOCUMENT = re.compile(
    r"(Quyết định|Kế hoạch|Công văn|Nghị quyết|Thông báo)\s+số:?\s*\d+\s*/\s*[\w-]+"
    r"(\s+ngày\s+\d+\s*/\s*\d+\s*/\s*\d+)?",
    re.IGNORECASE,
)


class ApplyRefused(Exception):
    """Nothing was written; the message says why and what to do."""


@dataclass(frozen=True)
class Decision:
    """The document that changes targets already reported on (R18)."""

    decided_by: str
    effective_on: dt.date


def write_check(check, plan, *, is_reported, decision=None):
    """
    Write a clean check of a plan whose row the caller has locked.

    Changing a target of a plan with reports is a revision: a new row that names its decision,
    beside the old one. Raises ApplyRefused.
    """
    if check.errors:
        raise ApplyRefused(f"Tệp còn {len(check.errors)} lỗi, chưa ghi gì.")
    if check.questions:
        raise ApplyRefused(f"Còn {len(check.questions)} câu chưa trả lời, chưa ghi gì.")
    if check.kind == "allocation":
        _write_shares(check, plan, decision)
        return
    changed = check.changes.of("changed")
    if is_reported and changed and decision is None:
        raise ApplyRefused(
            f"Kế hoạch đã có báo cáo: {len(changed)} mục tiêu đổi số là điều chỉnh, cần văn bản "
            "quyết định và ngày hiệu lực."
        )
    _TargetsWriter(check.content, plan, decision if is_reported else None).write()


def _write_shares(check, plan, decision):
    """Upsert the allocations that differ, in one statement."""
    wanted = zip(check.content.shares, check.changes.figures, strict=True)
    shares = [share for share, change in wanted if change.state != "unchanged"]
    decided_by = decision.decided_by if decision else decision_in(check.table.title) or str(plan)
    tell(Phase.WRITE, 0, len(shares))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Allocation._meta.db_table}"  # noqa: S608 - a table's name of our own
            " (indicator_id, agency_id, year, value, decided_by, is_demo)"
            " SELECT i, a, y, v, %s, false"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::numeric[]) AS t(i, a, y, v)"
            " ON CONFLICT ON CONSTRAINT one_allocation_per_agency_and_year"
            " DO UPDATE SET value = excluded.value, decided_by = excluded.decided_by",
            [
                decided_by[:200],
                [share.indicator.pk for share in shares],
                [share.agency.pk for share in shares],
                [share.year for share in shares],
                [share.number for share in shares],
            ],
        )
    tell(Phase.WRITE, len(shares), len(shares))


def decision_in(title):
    """Return the document a title names (“Quyết định số 12/QĐ-UBND ngày 5/1/2024”), or None."""
    match = _DOCUMENT.search(title)
    return " ".join(match[0].split()) if match else None


def _unit_in_a_sentence(unit):
    """Return “lượt người” for “Lượt người”; “USD” stays."""
    return unit[:1].lower() + unit[1:] if unit[1:].islower() else unit


class _TargetsWriter:
    """Creates the indicators and breakdowns a table brings, then upserts its targets."""

    def __init__(self, content, plan, decision):
        self.content, self.plan, self.decision = content, plan, decision
        self.by_row = {line.row: line.indicator for line in content.lines}
        self.breakdowns = {}

    def write(self):
        order = self._next(self.plan.indicators)
        for offset, line in enumerate(line for line in self.content.lines if not line.indicator):
            self.by_row[line.row] = self._indicator(line, order + offset)
        for group in self.content.groups:
            self._tie(group)
        self._targets()

    def _next(self, rows):
        return (rows.aggregate(last=Max("position"))["last"] or 0) + 1

    def _indicator(self, line, position):
        parent = self.by_row[line.parent] if line.parent else None
        indicator = Indicator(
            plan=self.plan,
            code=self._free_code("CT", self.plan.indicators),
            name=line.row.label[:300],
            appendix_label=line.row.label[:300],
            appendix_order=position,
            unit=_unit_in_a_sentence(line.unit)[:60],
            kind=line.kind,
            combine=line.combine,
            better=line.better,
            parent=parent,
            position=position,
        )
        indicator.full_clean(validate_unique=False)
        indicator.save()
        indicator.reporters.set(self._reporters(indicator))
        return indicator

    def _reporters(self, indicator):
        """Return who reports it by default (R13): localities add up, one source gives a level."""
        parties = self.plan.parties.filter(mentioned_only=False)
        if indicator.combine == Indicator.Combine.LATEST:
            return parties.filter(agency=self.plan.lead_agency)
        places = parties.filter(kind=Agency.Kind.DISTRICT_PEOPLES_COMMITTEE)
        return places.filter(is_group=True) or places

    def _free_code(self, prefix, rows):
        taken = set(rows.values_list("code", flat=True))
        return next(c for n in range(1, 10_000) if (c := f"{prefix}{n}") not in taken)

    def _tie(self, group):
        """Put new members of a group under its breakdown; those the plan has stay."""
        members = [self.by_row[row] for row in group.members]
        new = [member for member in members if member.breakdown_id is None]
        parent = self.by_row.get(group.parent)
        if not new or parent is None:
            return
        known = [member.breakdown for member in members if member.breakdown_id]
        breakdown = known[0] if known else self._breakdown(group, parent)
        for member in new:
            member.parent, member.breakdown = parent, breakdown
            member.save(update_fields=["parent", "breakdown"])

    def _breakdown(self, group, parent):
        names = [row.label for row in group.members]
        name = group.heading or " / ".join(names)
        if group.rule == OF_WHICH and not name.lower().startswith("trong đó"):
            name = f"Trong đó: {name}"
        breakdown = Breakdown(
            plan=self.plan,
            code=self._free_code("PT", self.plan.breakdowns),
            name=name[:200],
            parent=parent,
            rule=group.rule,
            position=self._next(self.plan.breakdowns),
        )
        breakdown.full_clean(validate_unique=False)
        breakdown.save()
        return breakdown

    def _targets(self):
        position = self._next(Target.objects.filter(indicator__plan=self.plan))
        rows = [
            self._target(self.by_row[line.row], year, number, position)
            for line in self.content.lines
            for year, (_, number) in line.figures.items()
        ]
        Target.objects.bulk_create(
            filter(None, rows),
            update_conflicts=True,
            unique_fields=["indicator", "scope", "year", "from_year", "to_year", "effective_on"],
            update_fields=["low", "high", "decided_by"],
        )

    def _target(self, indicator, year, number, position):
        """Return the row to upsert, None where the number stands already."""
        old = self.content.targets.get((indicator.pk, year))
        if old and old.number == number:
            return None
        on_high = bool(old) and old.operator in Target.ON_HIGH
        target = Target(
            indicator=indicator,
            scope=Target.Scope.YEAR,
            year=year,
            operator=old.operator if old else Target.Operator.PLAIN,
            low=None if on_high else number,
            high=number if on_high else None,
            clause=old.clause if old else CLAUSE,
            position=position,
            decided_by=old.decided_by if old else "",
            effective_on=old.effective_on if old else None,
        )
        if old and self.decision:
            target.decided_by = self.decision.decided_by
            target.effective_on = self.decision.effective_on
        target.clean_fields(exclude=["indicator"])
        return target
