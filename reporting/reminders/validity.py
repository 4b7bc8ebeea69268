"""Whether a row that waited may still be told: asked at the moment it is claimed (R23, R24)."""

import datetime as dt

from config import clock
from reporting.models import Report
from reporting.reminders import owed
from reporting.stages import Deed, deed_of, is_calendars

State = Report.State
# After so long a silence of the mail server nobody wants yesterday's news.
_NEWS_LAST = dt.timedelta(days=7)


def still_valid(rows, *, on, calendar):
    """Return the rows that still hold; the calendar's are asked of the calendar anew."""
    asked = Report.objects.filter(pk__in={row.report_id for row in rows if is_calendars(row.stage)})
    keys = {item.key for item in owed.owed_on(on, asked, calendar)} if rows else set()
    return [row for row in rows if _holds(row, keys, on=on)]


def _holds(row, keys, *, on):
    if is_calendars(row.stage):
        return (row.report_id, row.last_day, row.stage, row.recipient_id) in keys
    fresh = row.entered_at is None or on - clock.day_of(row.entered_at) < _NEWS_LAST
    return fresh and row.recipient.is_active and _DEEDS[deed_of(row.stage)](row)


def _can_be_sent(row):
    report = row.report
    return report.is_open and report.last_day == row.last_day and not owed.is_shut_out(report)


def _is_about_the_latest(row):
    """News of a version stand while no later one was sent."""
    version = row.report.latest_version
    return version is not None and row.stage.endswith(f"-{version.number}")


def _stands(state):
    return lambda row: row.report.state == state and _is_about_the_latest(row)


def _waits_for_an_answer(row):
    number = row.stage.rpartition("-")[2]
    return row.report.extensions.filter(pk=number, decided_at=None).exists()


# What was decided once stays worth telling; what has moved on is not.
_DEEDS = {
    Deed.BY_HAND: _can_be_sent,
    Deed.SUBMITTED: _stands(State.SUBMITTED),
    Deed.RETURNED: _stands(State.RETURNED),
    Deed.ACCEPTED: _stands(State.ACCEPTED),
    Deed.ASKED: _waits_for_an_answer,
    Deed.GRANTED: lambda row: row.report.is_open,
    Deed.DECLINED: lambda row: row.report.is_open,
    Deed.CLOSED: lambda row: row.report.is_open,
    Deed.BRIEF: lambda row: True,  # its numbers are those of the moment it is written
    Deed.DAY_SET: _can_be_sent,
}
