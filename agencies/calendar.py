"""The working calendar: Monday to Friday less public holidays (Bộ luật Lao động art. 112)."""

import datetime as dt
from functools import cache

import holidays

DAY = dt.timedelta(days=1)


@cache
def _public_holidays():
    return holidays.country_holidays("VN", language="vi")


def is_working_day(day):
    """Say whether offices are open; official swap days are those the holidays library knows."""
    return _public_holidays().is_working_day(day)


def next_working_day(day):
    """Return the day itself when offices are open, else the first such day after it."""
    while not is_working_day(day):
        day += DAY
    return day


def previous_working_day(day):
    """Return the day itself when offices are open, else the last such day before it."""
    while not is_working_day(day):
        day -= DAY
    return day
