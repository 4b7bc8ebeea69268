import datetime as dt

import pytest

from agencies.calendar import LIBRARY_CALENDAR


def day(iso):
    return dt.date.fromisoformat(iso)


@pytest.mark.parametrize(
    ("iso", "is_open"),
    [
        ("2024-06-19", True),  # Wednesday
        ("2024-06-22", False),  # Saturday
        ("2024-06-23", False),  # Sunday
        ("2024-02-08", False),  # Tết
        ("2024-02-14", False),  # Tết, last day
        ("2024-02-15", True),
        ("2024-04-18", False),  # giỗ Tổ, by the moon
        ("2024-04-29", False),  # a Monday swapped for Saturday 4/5/2024
        ("2024-05-04", True),
        ("2024-09-02", False),  # Quốc khánh
        ("2023-12-31", False),
        ("2021-12-15", True),
    ],
)
def test_offices_are_open_on_working_days_only(iso, is_open):
    assert LIBRARY_CALENDAR.is_working_day(day(iso)) is is_open


@pytest.mark.parametrize(
    ("iso", "following", "preceding"),
    [
        ("2024-06-19", "2024-06-19", "2024-06-19"),  # an open day is itself
        ("2024-06-22", "2024-06-24", "2024-06-21"),  # weekend
        ("2024-06-30", "2024-07-01", "2024-06-28"),  # over the end of a month
        ("2024-04-27", "2024-05-02", "2024-04-26"),  # weekend, swap day and two holidays
        ("2023-12-31", "2024-01-02", "2023-12-29"),  # over the end of a year
    ],
)
def test_a_day_off_gives_way_to_the_nearest_open_day(iso, following, preceding):
    assert LIBRARY_CALENDAR.next_working_day(day(iso)) == day(following)
    assert LIBRARY_CALENDAR.previous_working_day(day(iso)) == day(preceding)
