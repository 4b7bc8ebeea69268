"""Which reminder is owed when (R23); days worked out by hand with a wall calendar. No database."""

import datetime as dt

import pytest

from agencies.calendar import LIBRARY_CALENDAR
from reporting.stages import STAGES, is_to_come, stage_days, stage_owed

DAY = dt.timedelta(days=1)

# last day → [(day from which it is owed, stage)], and the first day with nothing owed any more.
SERIES = {
    # A Wednesday. T-3 is Sunday 16/6 → Friday; T+3 is Saturday 22/6 → Monday.
    "2024-06-19": (
        [
            ("2024-06-04", "T-15"),
            ("2024-06-12", "T-7"),
            ("2024-06-14", "T-3"),
            ("2024-06-18", "T-1"),
            ("2024-06-19", "T0"),
            ("2024-06-20", "T+1"),
            ("2024-06-24", "T+3"),
            ("2024-06-26", "T+7"),
        ],
        "2024-07-03",
    ),
    # A Saturday: T0 goes out on Friday 13/12, where T-1 gives way to it.
    "2024-12-14": (
        [
            ("2024-11-29", "T-15"),
            ("2024-12-06", "T-7"),
            ("2024-12-11", "T-3"),
            ("2024-12-13", "T0"),
            ("2024-12-16", "T+1"),
            ("2024-12-17", "T+3"),
            ("2024-12-23", "T+7"),
        ],
        "2024-12-30",
    ),
    # A Saturday too; T+1 is Sunday 30/6 → Monday, T+7 is Saturday 6/7 → Monday.
    "2024-06-29": (
        [
            ("2024-06-14", "T-15"),
            ("2024-06-21", "T-7"),
            ("2024-06-26", "T-3"),
            ("2024-06-28", "T0"),
            ("2024-07-01", "T+1"),
            ("2024-07-02", "T+3"),
            ("2024-07-08", "T+7"),
        ],
        "2024-07-15",
    ),
    # Tết, offices closed 8/2 to 14/2: T-1 and T0 both on 7/2, T+1 and T+3 both on 15/2.
    "2024-02-09": (
        [
            ("2024-01-25", "T-15"),
            ("2024-02-02", "T-7"),
            ("2024-02-06", "T-3"),
            ("2024-02-07", "T0"),
            ("2024-02-15", "T+3"),
            ("2024-02-16", "T+7"),
        ],
        "2024-02-23",
    ),
    # Soon after Tết: T-7 is before it, T-3 and T-1 both on Friday 16/2.
    "2024-02-19": (
        [
            ("2024-02-02", "T-15"),
            ("2024-02-07", "T-7"),
            ("2024-02-16", "T-1"),
            ("2024-02-19", "T0"),
            ("2024-02-20", "T+1"),
            ("2024-02-22", "T+3"),
            ("2024-02-26", "T+7"),
        ],
        "2024-03-04",
    ),
    # A holiday, offices closed 27/4 to 1/5: T-3, T-1 and T0 all on Friday 26/4.
    "2024-04-30": (
        [
            ("2024-04-15", "T-15"),
            ("2024-04-23", "T-7"),
            ("2024-04-26", "T0"),
            ("2024-05-02", "T+1"),
            ("2024-05-03", "T+3"),
            ("2024-05-07", "T+7"),
        ],
        "2024-05-14",
    ),
    # Over the turn of the year, with 1/1 off and a Saturday for T-15 and T+7.
    "2024-12-29": (
        [
            ("2024-12-13", "T-15"),
            ("2024-12-20", "T-7"),
            ("2024-12-26", "T-3"),
            ("2024-12-27", "T0"),
            ("2024-12-30", "T+1"),
            ("2025-01-02", "T+3"),
            ("2025-01-06", "T+7"),
        ],
        "2025-01-13",
    ),
}


def iso(text):
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize("last_day", SERIES)
def test_stages_go_out_on_working_days_the_later_of_two_on_one_day(last_day):
    expected, _ = SERIES[last_day]

    assert list(stage_days(iso(last_day)).items()) == [(iso(day), name) for day, name in expected]


FIRST_AND_LAST_DAYS = [
    (last_day, moment, stage)
    for last_day, (series, end) in SERIES.items()
    for (begins, stage), (following, _) in zip(series, [*series[1:], (end, "")], strict=True)
    for moment in sorted({begins, (iso(following) - DAY).isoformat()})
]


@pytest.mark.parametrize(("last_day", "on", "stage"), FIRST_AND_LAST_DAYS)
def test_a_stage_is_owed_from_its_day_until_the_day_before_the_next(last_day, on, stage):
    assert stage_owed(iso(last_day), on=iso(on)) == stage


@pytest.mark.parametrize(
    ("last_day", "on", "stage"),
    [
        # Whole weeks written out, weekends and Tết among them.
        ("2024-06-19", "2024-06-03", None),
        ("2024-06-19", "2024-06-08", "T-15"),
        ("2024-06-19", "2024-06-13", "T-7"),
        ("2024-06-19", "2024-06-15", "T-3"),
        ("2024-06-19", "2024-06-16", "T-3"),
        ("2024-06-19", "2024-06-17", "T-3"),
        ("2024-06-19", "2024-06-21", "T+1"),
        ("2024-06-19", "2024-06-22", "T+1"),
        ("2024-06-19", "2024-06-25", "T+3"),
        ("2024-06-19", "2024-07-02", "T+7"),
        ("2024-06-19", "2024-07-03", None),
        ("2024-12-14", "2024-11-28", None),
        ("2024-12-14", "2024-12-12", "T-3"),
        ("2024-12-14", "2024-12-13", "T0"),
        ("2024-12-14", "2024-12-14", "T0"),
        ("2024-12-14", "2024-12-15", "T0"),
        ("2024-12-14", "2024-12-16", "T+1"),
        ("2024-12-14", "2024-12-21", "T+3"),
        ("2024-12-14", "2024-12-22", "T+3"),
        ("2024-12-14", "2024-12-29", "T+7"),
        ("2024-12-14", "2024-12-30", None),
        ("2024-06-29", "2024-06-27", "T-3"),
        ("2024-06-29", "2024-06-28", "T0"),
        ("2024-06-29", "2024-06-30", "T0"),
        ("2024-06-29", "2024-07-01", "T+1"),
        ("2024-06-29", "2024-07-07", "T+3"),
        ("2024-02-09", "2024-02-08", "T0"),
        ("2024-02-09", "2024-02-10", "T0"),
        ("2024-02-09", "2024-02-14", "T0"),
        ("2024-02-09", "2024-02-15", "T+3"),
        ("2024-02-09", "2024-02-17", "T+7"),
        ("2024-02-09", "2024-02-22", "T+7"),
        ("2024-02-09", "2024-02-23", None),
        ("2024-02-19", "2024-02-12", "T-7"),
        ("2024-02-19", "2024-02-18", "T-1"),
        ("2024-04-30", "2024-04-29", "T0"),
        ("2024-04-30", "2024-05-01", "T0"),
        ("2024-04-30", "2024-05-04", "T+3"),
        ("2024-12-29", "2025-01-01", "T+1"),
        ("2024-12-29", "2025-01-12", "T+7"),
        ("2024-12-29", "2025-01-13", None),
        # Long before, long after: a round opened late mails nobody.
        ("2024-06-19", "2023-06-19", None),
        ("2024-06-19", "2024-01-01", None),
        ("2024-06-19", "2024-12-31", None),
        ("2024-06-19", "2029-06-19", None),
    ],
)
def test_the_stage_owed_on_a_day(last_day, on, stage):
    assert stage_owed(iso(last_day), on=iso(on)) == stage


def test_for_every_last_day_of_2024_stages_come_in_order_on_working_days_and_end():
    names = [None, *STAGES]
    for offset in range(366):
        last_day = dt.date(2024, 1, 1) + offset * DAY
        days = stage_days(last_day)
        assert all(LIBRARY_CALENDAR.is_working_day(day) for day in days), last_day
        assert list(days) == sorted(days), last_day
        # Telling beforehand is never late; a late notice never comes while there is time.
        assert all((day <= last_day) == (not s.startswith("T+")) for day, s in days.items())
        assert {"T0", "T+7"} <= set(days.values()), last_day
        owed = [stage_owed(last_day, on=last_day + day * DAY) for day in range(-40, 41)]
        ranks = [names.index(stage) for stage in owed]
        rising = ranks[: len(ranks) - ranks[::-1].index(len(STAGES))]
        assert rising == sorted(rising), last_day
        assert not any(ranks[len(rising) :]), last_day
        assert owed.count("T+7") == 7, last_day


@pytest.mark.parametrize(
    ("stage", "on", "to_come"),
    [
        ("T-1", dt.date(2024, 6, 17), True),
        ("T-1", dt.date(2024, 6, 18), False),
        ("T-3", dt.date(2024, 6, 17), False),
        ("T+7", dt.date(2024, 6, 19), True),
        ("brief", dt.date(2024, 6, 19), True),  # entered by a run for a later day
        ("brief", dt.date(2024, 6, 20), False),
        ("accepted-1", dt.date(2024, 6, 1), False),
    ],
)
def test_a_stage_is_to_come_until_its_own_day(stage, on, to_come):
    assert is_to_come(dt.date(2024, 6, 19), stage, on=on) is to_come
