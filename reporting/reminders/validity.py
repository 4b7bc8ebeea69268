"""Whether a row that waited may still be told: asked at the moment it is claimed (R23, R24)."""

from reporting.models import Report
from reporting.reminders import owed
from reporting.stages import Deed, deed_of, is_calendars

State = Report.State


def still_valid(rows, *, on, calendar):
    """Return the rows that still hold; the calendar's are asked of the calendar anew."""
    asked = Report.objects.filter(pk__in={row.report_id for row in rows if is_calendars(row.stage)})
    keys = {item.key for item in owed.owed_on(on, asked, calendar)} if rows else set()
    return [row for row in rows if _holds(row, keys)]


def _holds(row, keys):
    if is_calendars(row.stage):
        return (row.report_id, row.last_day, row.stage, row.recipient_id) in keys
    return row.recipient.is_active and _DEEDS[deed_of(row.stage)](row)


def _can_be_sent(row):
    report = row.report
    return report.is_open and report.last_day == row.last_day and not owed.is_shut_out(report)


def _is_about_the_latest(row):
    """News of a version stand while no later one was sent."""
    version = row.report.latest_version
    return version is not None and row.stage.endswith(f"-{version.number}")


def _stands(state):
    return lambda row: row.report.state == state and _is_about_the_latest(row)


# What was decided once stays worth telling; what has moved on is not.
_DEEDS = {
    Deed.BY_HAND: _can_be_sent,
    Deed.SUBMITTED: _stands(State.SUBMITTED),
    Deed.RETURNED: _stands(State.RETURNED),
    Deed.ACCEPTED: _stands(State.ACCEPTED),
    Deed.ASKED: lambda row: row.report.is_open,
    Deed.GRANTED: lambda row: row.report.is_open,
    Deed.DECLINED: lambda row: row.report.is_open,
    Deed.CLOSED: lambda row: row.report.is_open,
}
