"""
When which reminder is owed (R23): dates in, stage out; and the stages of what people did.

A stage is owed from its day until the next stage's day, the last one for seven days, so that a
missed day catches up with one mail and an old round opened late mails nobody.
"""

import datetime as dt
from enum import StrEnum

from agencies.calendar import LIBRARY_CALENDAR

# Days after the last day on time; the name is what the ledger and the commands print.
STAGES = {
    "T-15": -15,
    "T-7": -7,
    "T-3": -3,
    "T-1": -1,
    "T0": 0,
    "T+1": 1,
    "T+3": 3,
    "T+7": 7,
}
_LAST_STAGE_LASTS = dt.timedelta(days=7)


class Deed(StrEnum):
    """What people do that others are told of; in the ledger it stands where a stage stands."""

    BY_HAND = "hand"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    ASKED = "asked"
    GRANTED = "granted"
    DECLINED = "declined"
    CLOSED = "closed"
    BRIEF = "brief"  # the portal's own: leaders are briefed on a due date that is over
    DAY_SET = "day"


def stage_days(last_day, calendar=LIBRARY_CALENDAR):
    """
    Return {day: stage} in order of days.

    A stage on a day off goes out on the working day before, a late one on the working day after;
    of two on one day the later one stays.
    """
    days = {}
    for stage, offset in STAGES.items():
        day = last_day + dt.timedelta(days=offset)
        on_time = offset <= 0
        move = calendar.previous_working_day if on_time else calendar.next_working_day
        days[move(day)] = stage
    return days


def stage_owed(last_day, *, on, calendar=LIBRARY_CALENDAR):
    """Return the stage owed on a day, or None before the first and after the last."""
    days = stage_days(last_day, calendar)
    begun = [day for day in days if day <= on]
    if not begun or on >= max(days) + _LAST_STAGE_LASTS:
        return None
    return days[max(begun)]


def is_to_come(last_day, stage, *, on, calendar=LIBRARY_CALENDAR):
    """
    Say whether a stage's own day still lies ahead, for a brief the end of the day it is about.

    Another deed has no day, nor need it a last one.
    """
    if stage == Deed.BRIEF:
        return last_day >= on
    if not is_calendars(stage):
        return False
    days = stage_days(last_day, calendar)
    return any(day > on and name == stage for day, name in days.items())


def is_calendars(stage):
    """Say whether the calendar owes a stage; staff's hand and people's deeds owe the others."""
    return stage in STAGES


def by_hand_stage(day):
    """Return the stage of a reminder that staff send on a day by hand: “hand-2024-06-17”."""
    return f"{Deed.BY_HAND}-{day.isoformat()}"


def deed_stage(deed, number=None):
    """Return the stage under which people are told of a deed: “returned-2”, “closed”."""
    return f"{deed}-{number}" if number else str(deed)


def deed_of(stage):
    """Return the Deed a stage tells of; None for the calendar's."""
    return None if is_calendars(stage) else Deed(stage.partition("-")[0])
