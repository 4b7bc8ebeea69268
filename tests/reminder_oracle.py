"""
Who is owed what on any day of 2020, 2023 and 2024, computed from the rules alone (R1, R5, R23).

Nothing here comes from the portal or from the library it asks: last days are written down as the
plans' words give them, days off are copied from the yearly announcements. The cast is that of
tests/reminder_sheet.py, whose hand-made days check this computation in turn.
"""

import datetime as dt
from dataclasses import dataclass


def _span(first, last):
    """Return the days of two texts and between them."""
    first, last = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


OFF = {
    *_span("2020-01-01", "2020-01-01"),
    *_span("2020-01-23", "2020-01-29"),  # Tết Canh Tý
    *_span("2020-04-02", "2020-04-02"),  # Giỗ Tổ
    *_span("2020-04-30", "2020-05-01"),
    *_span("2020-09-02", "2020-09-02"),
    *_span("2021-01-01", "2021-01-01"),
    *_span("2023-01-01", "2023-01-02"),
    *_span("2023-01-20", "2023-01-26"),  # Tết Quý Mão
    *_span("2023-04-29", "2023-05-03"),
    *_span("2023-09-01", "2023-09-04"),
    *_span("2024-01-01", "2024-01-01"),
    *_span("2024-02-08", "2024-02-14"),  # Tết Giáp Thìn
    *_span("2024-04-18", "2024-04-18"),
    *_span("2024-04-29", "2024-05-01"),
    *_span("2024-09-02", "2024-09-03"),
    *_span("2025-01-01", "2025-01-01"),
}
MADE_UP = {dt.date(2024, 5, 4)}  # a Saturday worked for 29/4
OFFSETS = (-15, -7, -3, -1, 0, 1, 3, 7)


@dataclass(frozen=True)
class Duty:
    """A report somebody owes: whose, of which round, until when, and who hears of a delay."""

    who: str
    round: str
    last_day: dt.date
    is_requested: bool = False
    head: str = ""
    leader: str = ""


def _yearly(years, name, day, month, **others):
    kind, who = name.split()
    return [
        Duty(who, f"{year}-{kind}", dt.date(year, month, day), **others)
        for year in range(years[0], years[1] + 1)
    ]


def _month_after(month):
    return dt.date(2020 + month // 12, month % 12 + 1, 9)


K, BOTH = (2021, 2024), (2023, 2024)
DUTIES = [
    # “trước ngày 20/6”, “trước ngày 15/12”: the day before is the last (R1).
    *_yearly(K, "first-half hondat", 19, 6, head="head", leader="leader"),
    *_yearly(K, "year hondat", 14, 12, head="head", leader="leader"),
    *_yearly(K, "first-half mttq", 19, 6, is_requested=True),
    *_yearly(K, "year mttq", 14, 12, is_requested=True),
    *_yearly(K, "first-half staff", 29, 6, leader="leader"),
    *_yearly(K, "year staff", 30, 12, leader="leader"),
    # Given back until 25/6, extended until 28/6.
    Duty("gddt", "2024-first-half", dt.date(2024, 6, 25), leader="leader"),
    Duty("gthanh", "2024-first-half", dt.date(2024, 6, 28), leader="leader"),
    *_yearly(BOTH, "year angiang", 14, 12),
    *_yearly(BOTH, "year aglead", 24, 12),
    *_yearly(BOTH, "year kontum", 14, 12),
    *[Duty("xa", f"2020-month-{month}", _month_after(month)) for month in range(1, 13)],
]


def is_off(day):
    return day in OFF or (day.isoweekday() > 5 and day not in MADE_UP)


def day_of(last_day, offset):
    """Return when a stage goes out: before a day off when there is still time, else after it."""
    day = last_day + dt.timedelta(days=offset)
    while is_off(day):
        day += dt.timedelta(days=1 if offset > 0 else -1)
    return day


def stage_on(last_day, day):
    """Return the offset whose mail is owed on a day, or None."""
    reached = [offset for offset in OFFSETS if day_of(last_day, offset) <= day]
    ended = day_of(last_day, OFFSETS[-1]) + dt.timedelta(days=7) <= day
    return reached[-1] if reached and not ended else None


def entries_on(day):
    """Return sorted (who, round, stage) of a day."""
    return sorted(entry for duty in DUTIES for entry in _entries(duty, day))


def _entries(duty, day):
    offset = stage_on(duty.last_day, day)
    if offset is None or (duty.is_requested and day > duty.last_day):
        return []
    stage = "T0" if offset == 0 else f"T{offset:+d}"
    above = {3: duty.head, 7: duty.leader}.get(offset)
    return [(name, duty.round, stage) for name in (duty.who, above) if name]


def days_of(*years):
    """Return each day of the years."""
    return [day for year in years for day in _span(f"{year}-01-01", f"{year}-12-31")]
