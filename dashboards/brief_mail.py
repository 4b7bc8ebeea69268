"""The leaders' brief by mail, the morning after each due date: once, through the ledger (R23)."""

import datetime as dt

from agencies.calendar import WorkingCalendar
from dashboards.brief import brief_of, plans_told_to
from dashboards.brief_pdf import brief_pdf
from reporting.models import Reminder, Report, Round, RoundDue, Tier
from reporting.reminders.ledger import enter_in_ledger
from reporting.reminders.owed import Owed, People
from reporting.stages import Deed, deed_stage

_DAY = dt.timedelta(days=1)
# A morning missed (no worker, no mail server) catches up for so long.
_LASTS = dt.timedelta(days=7)


def enter_briefs(*, now):
    """
    Enter the briefs owed today in the ledger; return the new rows.

    Its key lets each in once, whoever asks and however often.
    """
    return enter_in_ledger(briefs_owed(now.date()), now=now)


def briefs_owed(day):
    """
    Return a brief for the leaders of each place with a due date just over, sent or not.

    It hangs on the round's consolidation and on the day that is over. It is owed from the next
    working day on.
    """
    calendar = WorkingCalendar.load()
    over = [due for due in _dues_before(day) if _is_owed(due, day, calendar)]
    consolidations = Report.objects.filter(round__in=[due.round_id for due in over], tier=Tier.LEAD)
    reports = {report.round_id: report for report in consolidations.for_list()}
    people = People(list(reports.values()))
    return [
        _told_of(reports[due.round_id], due.last_day, leader)
        for due in over
        if due.round_id in reports
        for leader in people.leaders(reports[due.round_id])
    ]


def _dues_before(today):
    """Return the due dates lately over; an ad hoc round's has no place in the brief."""
    # Longer than any row of holidays, so that none hides a due date.
    reach = _LASTS + dt.timedelta(days=14)
    dues = RoundDue.objects.exclude(round__kind=Round.Kind.AD_HOC)
    return dues.filter(last_day__lt=today, last_day__gte=today - reach)


def _is_owed(due, today, calendar):
    morning = calendar.next_working_day(due.last_day + _DAY)
    return morning <= today < morning + _LASTS


def _told_of(report, day, leader):
    """Return what the ledger takes: its key holds the day that is over, not the report's own."""
    about = Report(pk=report.pk, last_day=day)
    return Owed(about, deed_stage(Deed.BRIEF), leader, Reminder.Audience.LEADER)


def files(rows, *, now):
    """Yield one brief for each place the rows are about, of the plans its reader may read."""
    reader = rows[0].recipient
    for place in {row.report.round.plan.jurisdiction: None for row in rows}:
        if plans := list(plans_told_to(reader).filter(jurisdiction=place)):
            content = brief_pdf(brief_of(place, plans, now=now))
            yield f"tom-tat-{place.code}-{now:%Y-%m-%d}.pdf", content, "application/pdf"
