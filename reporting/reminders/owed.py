"""Who is owed which reminder on a day (R5, R23, R24): reports and the calendar in, people out."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import F, Q

from agencies.calendar import WorkingCalendar
from agencies.models import Membership, User
from reporting.models import Obligation, Report, Tier
from reporting.stages import stage_owed

Role = Membership.Role


@dataclass(frozen=True)
class Owed:
    """One reminder the calendar owes: the ledger's key and the objects behind it."""

    report: Report
    stage: str
    recipient: User


def owed_on(day, reports=None):
    """
    Return every reminder the calendar owes on a day for open reports, sent or not.

    Of the lead department's two reports only the consolidation is reminded (R5); agencies that
    missed a closed round are not, for they can no longer send.
    """
    calendar = WorkingCalendar.load()
    reports = (reports if reports is not None else Report.objects.all()).open().for_list()
    own_data = Q(tier=Tier.AGENCY, agency=F("round__plan__lead_agency"))
    shut_out = Q(tier=Tier.AGENCY, round__closed_at__isnull=False)
    due = [
        (report, stage)
        for report in reports.filter(last_day__isnull=False).exclude(own_data | shut_out)
        if (stage := stage_of(report, on=day, calendar=calendar))
    ]
    people = recipients([report for report, _ in due])
    return [Owed(report, stage, person) for report, stage in due for person in people[report.pk]]


def stage_of(report, *, on, calendar):
    """Return the stage owed for a report; an invited one is never reminded after its day (R5)."""
    if report.obligation == Obligation.REQUESTED and on > report.last_day:
        return None
    return stage_owed(report.last_day, on=on, calendar=calendar)


def is_shut_out(report):
    """Say whether the agency can no longer send: its round is closed to all but staff."""
    return report.tier == Tier.AGENCY and report.round.closed_at is not None


def recipients(reports, *, staff_stand_in=True):
    """
    Return {report id: people}: the agency's officers, else its heads, else the lead's staff (R24).

    The lead-tier report is the lead department's staff's own. With `staff_stand_in=False` an
    agency without an active user has nobody.
    """
    people = _people(
        agencies={report.agency_id for report in reports},
        leads={report.round.plan.lead_agency_id for report in reports},
    )
    result = {}
    for report in reports:
        staff = people[Role.STAFF, report.round.plan.lead_agency_id]
        own = people[Role.OFFICER, report.agency_id] or people[Role.HEAD, report.agency_id]
        stand_in = staff if staff_stand_in else []
        result[report.pk] = staff if report.tier == Tier.LEAD else own or stand_in
    return result


def _people(*, agencies, leads):
    """Return {(role, agency id): active people} in order of their addresses; one query."""
    people = defaultdict(list)
    memberships = Membership.objects.filter(
        Q(role__in=[Role.OFFICER, Role.HEAD], agency__in=agencies)
        | Q(role=Role.STAFF, agency__in=leads),
        user__is_active=True,
    )
    for membership in memberships.select_related("user").order_by("user__email"):
        people[membership.role, membership.agency_id].append(membership.user)
    return people
