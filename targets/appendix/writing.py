"""What a targets table brings, as rows given to a store: a plan's, or a draft's (ADR 18)."""

import itertools
from typing import NamedTuple

from django.db.models import Max

from agencies.models import Agency
from targets.appendix.outline import OF_WHICH
from targets.models import Breakdown, Indicator, Target

CLAUSE = "Phụ lục"
MADE_LATER = ["plan", "parent", "breakdown"]  # ties that are the store's to keep


class TargetsWriter:
    """
    Creates the indicators and breakdowns a table brings, then puts its targets.

    A store has `last(model)` → (codes taken, last position), `bodies()` → list of Body,
    `add_indicator(row, reporters)`, `add_breakdown(row)`, `tie(indicator)` for one that came under
    a breakdown, and `put(targets)`.
    """

    def __init__(self, content, store, decision=None):
        self.content, self.store, self.decision = content, store, decision
        self.by_row = {line.row: line.indicator for line in content.lines}
        self.indicators = _numbered("CT", *store.last(Indicator))
        self.breakdowns = _numbered("PT", *store.last(Breakdown))
        self.bodies = store.bodies()

    def write(self):
        for line in self.content.lines:
            if line.indicator is None:
                self.by_row[line.row] = self._indicator(line)
        for group in self.content.groups:
            self._tie(group)
        self.store.put(self._targets())

    def _indicator(self, line):
        code, position = next(self.indicators)
        indicator = Indicator(
            code=code,
            name=line.row.label[:300],
            appendix_label=line.row.label[:300],
            appendix_order=position,
            unit=_unit_in_a_sentence(line.unit)[:60],
            kind=line.kind,
            combine=line.combine,
            better=line.better,
            parent=self.by_row[line.parent] if line.parent else None,
            position=position,
        )
        indicator.clean_fields(exclude=MADE_LATER)
        self.store.add_indicator(indicator, usual_reporters(indicator, self.bodies))
        return indicator

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
            self.store.tie(member)

    def _breakdown(self, group, parent):
        names = [row.label for row in group.members]
        name = group.heading or " / ".join(names)
        if group.rule == OF_WHICH and not name.lower().startswith("trong đó"):
            name = f"Trong đó: {name}"
        code, position = next(self.breakdowns)
        breakdown = Breakdown(
            code=code, name=name[:200], parent=parent, rule=group.rule, position=position
        )
        breakdown.clean_fields(exclude=MADE_LATER)
        self.store.add_breakdown(breakdown)
        return breakdown

    def _targets(self):
        """Return the targets to put: where the number stands already there is nothing to do."""
        rows = [
            self._target(self.by_row[line.row], year, number)
            for line in self.content.lines
            for year, (_, number) in line.figures.items()
        ]
        return list(filter(None, rows))

    def _target(self, indicator, year, number):
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
            decided_by=old.decided_by if old else "",
            effective_on=old.effective_on if old else None,
        )
        if old and self.decision:
            target.decided_by = self.decision.decided_by
            target.effective_on = self.decision.effective_on
        target.clean_fields(exclude=["indicator", "position"])
        return target


class Body(NamedTuple):
    """One of the plan's own bodies; `ref` is what its store knows it by."""

    ref: object
    kind: str
    is_group: bool
    is_lead: bool


def usual_reporters(indicator, bodies):
    """Return the refs of who reports it by default (R13): localities, or one source of a level."""
    if indicator.combine == Indicator.Combine.LATEST:
        return [body.ref for body in bodies if body.is_lead]
    places = [body for body in bodies if body.kind == Agency.Kind.DISTRICT_PEOPLES_COMMITTEE]
    return [body.ref for body in [body for body in places if body.is_group] or places]


def _numbered(prefix, taken, last):
    """Yield (a code that is free, the next position)."""
    codes = (code for number in itertools.count(1) if (code := f"{prefix}{number}") not in taken)
    return zip(codes, itertools.count(last + 1), strict=False)


def _unit_in_a_sentence(unit):
    """Return “lượt người” for “Lượt người”; “USD” stays."""
    return unit[:1].lower() + unit[1:] if unit[1:].islower() else unit


class PlanStore:
    """The tables of a plan in force, whose row the caller has locked."""

    def __init__(self, plan):
        self.plan = plan

    def last(self, model):
        rows = model.objects.filter(plan=self.plan)
        codes = set(rows.values_list("code", flat=True))
        return codes, rows.aggregate(last=Max("position"))["last"] or 0

    def bodies(self):
        lead = self.plan.lead_agency_id
        return [
            Body(party, party.kind, party.is_group, party.agency_id == lead)
            for party in self.plan.parties.filter(mentioned_only=False)
        ]

    def add_indicator(self, indicator, reporters):
        indicator.plan = self.plan
        indicator.save()
        indicator.reporters.set(reporters)

    def add_breakdown(self, breakdown):
        breakdown.plan = self.plan
        breakdown.save()

    def tie(self, indicator):
        indicator.save(update_fields=["parent", "breakdown"])

    def put(self, targets):
        own = Target.objects.filter(indicator__plan=self.plan)
        position = (own.aggregate(last=Max("position"))["last"] or 0) + 1
        for target in targets:
            target.position = position
        Target.objects.bulk_create(
            targets,
            update_conflicts=True,
            unique_fields=["indicator", "scope", "year", "from_year", "to_year", "effective_on"],
            update_fields=["low", "high", "decided_by"],
        )
