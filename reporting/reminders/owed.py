"""Who is owed which reminder on a day (R5, R23, R24): reports and the calendar in, people out."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import F, Q

from agencies.calendar import WorkingCalendar
from agencies.models import Membership, User
from reporting.models import Mute, Obligation, Reminder, Report, Tier
from reporting.stages import stage_owed

Role = Membership.Role
Audience = Reminder.Audience

# Who is told besides the reporter once a report is this late (R23).
ESCALATIONS = {"T+3": Audience.HEAD, "T+7": Audience.LEADER}


@dataclass(frozen=True)
class Owed:
    """One thing a person is to be told: the ledger's key and the objects behind it."""

    report: Report
    stage: str
    recipient: User
    audience: str = Audience.REPORTER

    @property
    def key(self):
        return self.report.pk, self.report.last_day, self.stage, self.recipient.pk


def owed_on(day, reports=None, calendar=None):
    """
    Return every reminder the calendar owes on a day for open reports, sent or not.

    Of the lead department's two reports only the consolidation is reminded (R5); agencies that
    missed a closed round are not, for they can no longer send.
    """
    calendar = calendar or WorkingCalendar.load()
    reports = (reports if reports is not None else Report.objects.all()).open()
    stages = _stages_on(day, reports, calendar)
    if not stages:  # on most days of a year
        return []
    own_data = Q(tier=Tier.AGENCY, agency=F("round__plan__lead_agency"))
    shut_out = Q(tier=Tier.AGENCY, round__closed_at__isnull=False)
    # An invited one is never reminded after its day (R5).
    left_alone = Q(obligation=Obligation.REQUESTED, last_day__lt=day)
    asked = reports.for_list().filter(last_day__in=stages).exclude(own_data | shut_out | left_alone)
    due = [(report, stages[report.last_day]) for report in asked]
    people = People([report for report, _ in due])
    return [item for report, stage in due for item in _owed_for(report, stage, people)]


def _owed_for(report, stage, people):
    """Return the stage for those who report, and for whom it is escalated to, each once."""
    told = people.who_report(report)
    audience = ESCALATIONS.get(stage)
    # A requested reporter is never escalated (R5).
    if audience and report.obligation == Obligation.REQUIRED:
        above = people.heads(report) if audience == Audience.HEAD else people.leaders(report)
        told |= {person: audience for person in above if person not in told}
    return [Owed(report, stage, person, audience) for person, audience in told.items()]


def _stages_on(day, reports, calendar):
    """
    Return {last day: stage} of the last days that have a stage on a day.

    Few last days stand for thousands of reports, and most of the year none has a stage.
    """
    last_days = reports.filter(last_day__isnull=False).order_by().values_list("last_day", flat=True)
    stages = {last: stage_owed(last, on=day, calendar=calendar) for last in last_days.distinct()}
    return {last: stage for last, stage in stages.items() if stage}


def is_shut_out(report):
    """Say whether the agency can no longer send: its round is closed to all but staff."""
    return report.tier == Tier.AGENCY and report.round.closed_at is not None


class People:
    """The active people around some reports, in order of their addresses; two queries."""

    def __init__(self, reports):
        plans = {report.round.plan for report in reports}
        agencies = {report.agency_id for report in reports}
        leads = {plan.lead_agency for plan in plans}
        self._holders = defaultdict(list)
        memberships = Membership.objects.filter(
            Q(role__in=[Role.OFFICER, Role.HEAD], agency__in=agencies)
            | Q(role=Role.STAFF, agency__in=leads)
            | Q(role=Role.LEADER, jurisdiction__in={lead.jurisdiction_id for lead in leads}),
            user__is_active=True,
        )
        for held in memberships.select_related("user").order_by("user__email"):
            place = held.agency_id or held.jurisdiction_id
            self._holders[held.role, place].append(held.user)
        self._muted = set(Mute.objects.filter(plan__in=plans).values_list("user", "plan"))

    def own(self, report):
        """Return the agency's officers, else its heads."""
        agency = report.agency_id
        return self._of(Role.OFFICER, agency, report) or self._of(Role.HEAD, agency, report)

    def staff(self, report):
        return self._of(Role.STAFF, report.round.plan.lead_agency_id, report)

    def who_report(self, report):
        """
        Return {person: as what}: the agency's own, else the lead department's staff (R24).

        The consolidation is the staff's own.
        """
        if report.tier == Tier.LEAD:
            return dict.fromkeys(self.staff(report), Audience.REPORTER)
        own = dict.fromkeys(self.own(report), Audience.REPORTER)
        return own or dict.fromkeys(self.staff(report), Audience.STAFF)

    def heads(self, report):
        return self._of(Role.HEAD, report.agency_id, report)

    def leaders(self, report):
        return self._of(Role.LEADER, report.round.plan.lead_agency.jurisdiction_id, report)

    def _of(self, role, place, report):
        """Leave out who muted the plan, unless nobody would be left: no one may be missed."""
        people = self._holders[role, place]
        plan = report.round.plan_id
        return [p for p in people if (p.pk, plan) not in self._muted] or people
