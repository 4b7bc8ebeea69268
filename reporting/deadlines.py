"""
Rules of time: due date → last day, data windows, timeliness. Dates in, dates out; no clock here.

“Trước ngày 20/6” means that 19/6, until midnight in Vietnam, is the last day on time (R1).
"""

import datetime as dt
from calendar import monthrange
from enum import StrEnum

from django.utils import timezone

from agencies.calendar import LIBRARY_CALENDAR
from reporting.models import Obligation, Regime, Round

DAY = dt.timedelta(days=1)
Kind, DueKind = Round.Kind, Regime.DueKind


class Timeliness(StrEnum):
    """First submission against the last day then in force; only this enters the rate (R4)."""

    NO_DUE_DATE = "no_due_date"
    NOT_YET_DUE = "not_yet_due"
    MISSING = "missing"
    ON_TIME = "on_time"
    LATE = "late"
    INVITED = "invited"


def last_day(
    regime,
    year,
    number=0,
    *,
    named_day_counts=False,
    moves_to_working_day=False,
    calendar=LIBRARY_CALENDAR,
):
    """
    Return the last day on time of a regime in a plan year, or None for an undated one.

    A monthly regime is due in the month after the one it reports on (R2): `number` is the month
    reported. The two flags are the provincial settings of R1.
    """
    if not regime.due_kind:
        return None
    named = _named_day(regime, year, number)
    excludes_named_day = regime.due_kind in (DueKind.BEFORE, DueKind.MONTHLY)
    day = named - DAY if excludes_named_day and not named_day_counts else named
    return calendar.next_working_day(day) if moves_to_working_day else day


def _named_day(regime, year, month_reported):
    if regime.due_kind != DueKind.MONTHLY:
        return dt.date(year, regime.due_month, regime.due_day)
    following = dt.date(year + month_reported // 12, month_reported % 12 + 1, 1)
    days = monthrange(following.year, following.month)[1]
    return following.replace(day=min(regime.due_day, days))


def data_window(kind, year, number=0, rule=""):
    """
    Return first and last day of the data (R2).

    Without a rule of the regime's own (Regime.Window) a month is the calendar's, and half-years and
    years run from 15/12 of the year before (Nghị định 09/2019/NĐ-CP art. 12).
    """
    first, last = {Kind.MONTH: (number, number), Kind.FIRST_HALF: (1, 6)}.get(kind, (1, 12))
    usual = Regime.Window.CALENDAR if kind == Kind.MONTH else Regime.Window.MID_MONTH
    if (rule or usual) == Regime.Window.CALENDAR:
        return dt.date(year, first, 1), dt.date(year, last, monthrange(year, last)[1])
    before = dt.date(year, first, 1) - DAY
    return before.replace(day=15), dt.date(year, last, 14)


def closes_at(day):
    """Return the first moment that is late: midnight after the last day, in Vietnam."""
    return dt.datetime.combine(day + DAY, dt.time(), tzinfo=timezone.get_default_timezone())


def timeliness(report, *, now):
    """Return how the first submission stands against its last day. A pure function (R4)."""
    if report.obligation == Obligation.REQUESTED:
        return Timeliness.INVITED
    sent = report.first_submitted_at
    last = report.first_last_day if sent else report.last_day
    if last is None:
        return Timeliness.NO_DUE_DATE
    if sent:
        return Timeliness.ON_TIME if sent < closes_at(last) else Timeliness.LATE
    return Timeliness.NOT_YET_DUE if now < closes_at(last) else Timeliness.MISSING


def days_late(report, *, now):
    """Return full or begun days after the last day; 0 when in time, undated or only invited."""
    if timeliness(report, now=now) not in (Timeliness.LATE, Timeliness.MISSING):
        return 0
    sent = report.first_submitted_at
    last = report.first_last_day if sent else report.last_day
    return (timezone.localtime(sent or now).date() - last).days


def is_outstanding(report, *, now):
    """Say whether a returned report is past its new last day (“quá hạn bổ sung”, R4)."""
    return (
        report.state == report.State.RETURNED
        and report.obligation == Obligation.REQUIRED
        and report.last_day is not None
        and now >= closes_at(report.last_day)
    )


def standing(report, *, now):
    """Return both facts of R4 as pages show them: timeliness with its days, and outstanding."""
    return {
        "timeliness": timeliness(report, now=now),
        "days_late": days_late(report, now=now),
        "outstanding": is_outstanding(report, now=now),
    }
