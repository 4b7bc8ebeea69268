"""A person's due days: one list for the year's page and for the calendar feed (R25)."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Max, Q

from agencies.access import agencies_of, jurisdictions_led_by
from agencies.models import Event, Membership
from plans.models import Plan
from reporting.models import Report, Round, RoundDue, Tier
from reporting.rounds import dated_rounds

Role = Membership.Role


@dataclass(frozen=True)
class DueDay:
    """
    One last day: of a report of one's own, or of a tier of a round one steers or follows.

    `key` names it for good, `sequence` grows with every change of the report or of the round's day,
    `changed_at` is the last. `is_off` says that nobody waits for it any more: the round was closed
    without it.
    """

    day: dt.date
    round: Round
    tier: str
    words: str
    key: str
    report: Report | None = None
    sequence: int = 0
    changed_at: dt.datetime | None = None

    @property
    def is_off(self):
        report = self.report
        return bool(report and report.is_open and self.round.closed_at and self.tier == Tier.AGENCY)

    @property
    def place(self):
        return self.report or self.round


def due_days(user, *, since, until):
    """Return the person's due days in a span, in order; a fixed number of statements."""
    found = [*_own(user, since, until), *_followed(user, since, until)]
    return sorted(found, key=lambda due: (due.day, due.round.pk, due.tier, due.key))


def _own(user, since, until):
    reports = list(
        Report.objects.reported_by(user)
        .filter(tier=Tier.AGENCY, last_day__range=(since, until))
        .for_list()
        .distinct()
    )
    told = _events_of(Report, [report.pk for report in reports])
    told_of_rounds = _events_of(Round, {report.round_id for report in reports})
    for report in reports:
        round = report.round
        events = told[report.pk] + told_of_rounds[round.pk]
        yield DueDay(
            day=report.last_day,
            round=round,
            tier=report.tier,
            words=next((d.words for d in round.dues.all() if d.tier == report.tier), ""),
            key=f"report-{report.pk}",
            report=report,
            **_version(round, report.tier, events),
        )


def _followed(user, since, until):
    dues = RoundDue.objects.filter(last_day__range=(since, until), round__plan__in=_plans(user))
    dues = list(dues.select_related("round__plan__lead_agency"))
    told = _events_of(Round, {due.round_id for due in dues})
    for due in dues:
        yield DueDay(
            day=due.last_day,
            round=due.round,
            tier=due.tier,
            words=due.words,
            key=f"due-{due.pk}",
            **_version(due.round, due.tier, told[due.round_id]),
        )


def _events_of(model, ids):
    """
    Return {id: [(tier or None, number of events, moment of the last)]}: none is ever taken away.

    A round's book holds its days, set for one tier at a time, and its closing.
    """
    events = Event.objects.filter(subject=model._meta.label_lower, subject_id__in=ids)
    counted = events.order_by().values("subject_id", "data__tier")
    found = defaultdict(list)
    for row in counted.annotate(count=Count("pk"), last=Max("at")):
        found[row["subject_id"]].append((row["data__tier"], row["count"], row["last"]))
    return found


def _version(round, tier, events):
    """Return the DueDay's fields that say how often it changed and when; not the other tier's."""
    mine = [(count, last) for of_tier, count, last in events if of_tier in (tier, None)]
    return {
        "sequence": sum(count for count, _ in mine),
        "changed_at": max((last for _, last in mine), default=round.opened_at),
    }


def _plans(user):
    """The plans a person steers as staff, or follows as a leader."""
    led = Q(lead_agency__in=agencies_of(user, Role.STAFF))
    return Plan.objects.filter(led | Q(jurisdiction__in=jurisdictions_led_by(user)))


def not_yet_open(user, year):
    """Return [(day, plan, label)] of dated rounds of a plan year that will open by themselves."""
    plans = _plans(user).select_related("jurisdiction", "lead_agency")
    there = set(
        Round.objects.filter(plan__in=plans, year=year).values_list("plan", "kind", "number")
    )
    coming = [
        (last, plan, Round(plan=plan, kind=kind, year=year, number=number).label)
        for plan in plans
        for kind, number, last in dated_rounds(plan, year)
        if (plan.pk, kind, number) not in there
    ]
    return sorted(coming, key=lambda row: (row[0], row[1].pk))
