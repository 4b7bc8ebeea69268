"""
Rules of time (R1, R2, R4). No database: regimes and reports are built in memory.

Every order of deeds: test_truth_table.py; the cases to be read: test_decisive_cases.py.
"""

import datetime as dt

import pytest

from reporting import deadlines
from reporting.deadlines import Timeliness
from reporting.models import Regime, Report, Round
from tests.factories import at

Kind = Round.Kind
MONTHS = range(1, 13)
SECOND = dt.timedelta(seconds=1)
LAST_DAY = dt.date(2024, 6, 19)
MIDNIGHT = at("2024-06-20", 0)


def regime(kind, day=None, month=None):
    return Regime(due_kind=kind, due_day=day, due_month=month)


def iso(text):
    return dt.date.fromisoformat(text)


# last_day: the plan's words


@pytest.mark.parametrize(
    ("kind", "day", "month", "year", "last"),
    [
        ("before", 20, 6, 2024, "2024-06-19"),  # Kiên Giang, agencies, first half
        ("before", 15, 12, 2024, "2024-12-14"),  # Kiên Giang, agencies, year
        ("before", 30, 6, 2024, "2024-06-29"),  # Kiên Giang, labour department
        ("before", 31, 12, 2024, "2024-12-30"),
        ("before", 25, 12, 2023, "2023-12-24"),  # An Giang, labour department
        ("before", 1, 6, 2024, "2024-05-31"),  # the day before may lie in the month before,
        ("before", 1, 3, 2024, "2024-02-29"),  # in a leap year's February,
        ("before", 1, 3, 2023, "2023-02-28"),
        ("before", 1, 1, 2024, "2023-12-31"),  # or in the year before
        ("by", 17, 12, 2024, "2024-12-17"),
        ("by", 31, 12, 2024, "2024-12-31"),
        ("on", 20, 6, 2024, "2024-06-20"),
    ],
)
def test_last_day_follows_the_words_of_the_plan(kind, day, month, year, last):
    assert deadlines.last_day(regime(kind, day, month), year) == iso(last)


@pytest.mark.parametrize(
    ("month", "last"),
    [
        (1, "2020-02-09"),
        (2, "2020-03-09"),
        (3, "2020-04-09"),
        (4, "2020-05-09"),
        (5, "2020-06-09"),
        (6, "2020-07-09"),
        (7, "2020-08-09"),
        (8, "2020-09-09"),
        (9, "2020-10-09"),
        (10, "2020-11-09"),
        (11, "2020-12-09"),
        (12, "2021-01-09"),
    ],
)
def test_a_month_is_due_before_the_day_named_in_the_next_one(month, last):
    assert deadlines.last_day(regime("monthly", 10), 2020, month) == iso(last)


@pytest.mark.parametrize(
    ("month", "year", "last"),
    [(1, 2024, "2024-02-28"), (1, 2023, "2023-02-27"), (3, 2024, "2024-04-29")],
)
def test_a_monthly_day_that_a_month_lacks_is_its_last_one(month, year, last):
    assert deadlines.last_day(regime("monthly", 31), year, month) == iso(last)


def test_an_undated_regime_has_no_last_day():
    assert deadlines.last_day(regime(""), 2024) is None


def test_an_undated_regime_has_no_last_day_under_any_setting():
    assert (
        deadlines.last_day(regime(""), 2024, named_day_counts=True, moves_to_working_day=True)
        is None
    )


# last_day: the two provincial settings


@pytest.mark.parametrize(
    ("kind", "day", "month", "last"),
    [
        ("before", 20, 6, "2024-06-20"),
        ("by", 17, 12, "2024-12-17"),  # the named day counts anyway
        ("on", 20, 6, "2024-06-20"),
        ("monthly", 10, None, "2024-05-10"),
    ],
)
def test_the_named_day_counts_where_the_province_says_so(kind, day, month, last):
    due = regime(kind, day, month)

    assert deadlines.last_day(due, 2024, 4, named_day_counts=True) == iso(last)


@pytest.mark.parametrize(
    ("day", "month", "year", "last"),
    [
        # The named days that fall on a day off, 2021 to 2030 (research/vietnam.md §4.3).
        (20, 6, 2021, "2021-06-21"),
        (25, 12, 2021, "2021-12-27"),
        (25, 12, 2022, "2022-12-26"),
        (31, 12, 2022, "2023-01-03"),  # over New Year's day and the day off in its place
        (31, 12, 2023, "2024-01-02"),
        (15, 12, 2024, "2024-12-16"),
        (30, 6, 2024, "2024-07-01"),
        (20, 6, 2026, "2026-06-22"),
        (20, 6, 2027, "2027-06-21"),
        (25, 12, 2027, "2027-12-27"),
        (31, 12, 2028, "2029-01-02"),
        (15, 12, 2029, "2029-12-17"),
        (30, 6, 2029, "2029-07-02"),
        (15, 12, 2030, "2030-12-16"),
        (30, 6, 2030, "2030-07-01"),
        # The year in which none of them does.
        (20, 6, 2025, "2025-06-20"),
        (30, 6, 2025, "2025-06-30"),
        (15, 12, 2025, "2025-12-15"),
        (25, 12, 2025, "2025-12-25"),
        (31, 12, 2025, "2025-12-31"),
    ],
)
def test_a_named_day_off_moves_to_the_next_working_day(day, month, year, last):
    for kind, counts in [("before", True), ("by", False), ("on", False)]:
        due = regime(kind, day, month)
        moved = deadlines.last_day(due, year, named_day_counts=counts, moves_to_working_day=True)
        assert moved == iso(last), kind


@pytest.mark.parametrize(
    ("day", "month", "year", "last"),
    [
        (15, 12, 2024, "2024-12-16"),  # 14/12/2024 is a Saturday
        (30, 6, 2024, "2024-07-01"),  # 29/6/2024 is a Saturday
        (20, 6, 2021, "2021-06-21"),  # 19/6/2021 is a Saturday
        (25, 12, 2023, "2023-12-25"),  # 24/12/2023 is a Sunday
        (31, 12, 2023, "2024-01-02"),  # 30/12/2023 is a Saturday, 1/1 a holiday
        (1, 5, 2024, "2024-05-02"),  # 30/4 and 1/5 are holidays
        (10, 2, 2024, "2024-02-15"),  # Tết of 2024: offices closed 8/2 to 14/2
        (20, 6, 2024, "2024-06-19"),  # a Wednesday stays
    ],
)
def test_a_last_day_off_moves_to_the_next_working_day(day, month, year, last):
    due = regime("before", day, month)

    assert deadlines.last_day(due, year, moves_to_working_day=True) == iso(last)


def test_both_settings_are_off_by_default():
    assert deadlines.last_day(regime("before", 15, 12), 2024) == iso("2024-12-14")


def test_a_monthly_last_day_off_moves_too():
    # Đồng Tháp, January 2020: 9/2/2020 is a Sunday.
    due = regime("monthly", 10)

    assert deadlines.last_day(due, 2020, 1, moves_to_working_day=True) == iso("2020-02-10")


# data_window


@pytest.mark.parametrize(
    ("kind", "year", "number", "start", "end"),
    [
        (Kind.FIRST_HALF, 2024, 0, "2023-12-15", "2024-06-14"),
        (Kind.YEAR, 2024, 0, "2023-12-15", "2024-12-14"),
        (Kind.AD_HOC, 2024, 1, "2023-12-15", "2024-12-14"),
        (Kind.MONTH, 2020, 1, "2020-01-01", "2020-01-31"),
        (Kind.MONTH, 2020, 2, "2020-02-01", "2020-02-29"),
        (Kind.MONTH, 2021, 2, "2021-02-01", "2021-02-28"),
        (Kind.MONTH, 2020, 12, "2020-12-01", "2020-12-31"),
    ],
)
def test_the_data_window_is_that_of_the_decree(kind, year, number, start, end):
    assert deadlines.data_window(kind, year, number) == (iso(start), iso(end))


@pytest.mark.parametrize(
    ("kind", "number", "rule", "start", "end"),
    [
        (Kind.MONTH, 1, "mid_month", "2023-12-15", "2024-01-14"),
        (Kind.MONTH, 3, "mid_month", "2024-02-15", "2024-03-14"),
        (Kind.MONTH, 3, "calendar", "2024-03-01", "2024-03-31"),
        (Kind.FIRST_HALF, 0, "calendar", "2024-01-01", "2024-06-30"),
        (Kind.FIRST_HALF, 0, "mid_month", "2023-12-15", "2024-06-14"),
        (Kind.YEAR, 0, "calendar", "2024-01-01", "2024-12-31"),
    ],
)
def test_a_regime_may_name_another_data_window(kind, number, rule, start, end):
    assert deadlines.data_window(kind, 2024, number, rule) == (iso(start), iso(end))


def test_the_year_contains_its_first_half_and_follows_the_year_before():
    for year in range(2018, 2031):
        half_start, half_end = deadlines.data_window(Kind.FIRST_HALF, year)
        start, end = deadlines.data_window(Kind.YEAR, year)
        assert half_start == start
        assert half_end < end
        assert start == deadlines.data_window(Kind.YEAR, year - 1)[1] + deadlines.DAY


def test_the_months_of_a_year_leave_no_day_out():
    windows = [deadlines.data_window(Kind.MONTH, 2020, month) for month in MONTHS]

    days = sum((end - start).days + 1 for start, end in windows)

    assert (windows[0][0], windows[-1][1], days) == (iso("2020-01-01"), iso("2020-12-31"), 366)


# timeliness


@pytest.mark.parametrize(
    ("moment", "is_late"),
    [
        ("2024-06-19T00:00:00+07:00", False),
        ("2024-06-19T23:59:59+07:00", False),
        ("2024-06-19T23:59:59.999999+07:00", False),
        ("2024-06-20T00:00:00+07:00", True),
        ("2024-06-20T00:00:01+07:00", True),
        # What Vietnam calls midnight, whatever the zone a moment is written in.
        ("2024-06-19T16:59:59+00:00", False),
        ("2024-06-19T17:00:00+00:00", True),
        ("2024-06-19T23:59:59+00:00", True),
        ("2024-06-20T00:30:00+08:00", False),
        ("2024-06-20T01:00:00+08:00", True),
    ],
)
def test_the_last_day_ends_at_midnight_in_vietnam(moment, is_late):
    moment = dt.datetime.fromisoformat(moment)
    sent = Report(first_submitted_at=moment, first_last_day=LAST_DAY, last_day=LAST_DAY)
    unsent = Report(last_day=LAST_DAY)

    assert (moment >= deadlines.closes_at(LAST_DAY)) is is_late
    judged = deadlines.timeliness(sent, now=moment), deadlines.timeliness(unsent, now=moment)
    on_time = (Timeliness.ON_TIME, Timeliness.NOT_YET_DUE)
    assert judged == ((Timeliness.LATE, Timeliness.MISSING) if is_late else on_time)


EARLY, LAST_SECOND, LATER = at("2024-03-21"), MIDNIGHT - SECOND, at("2024-08-01")
MOMENTS = [EARLY, LAST_SECOND, MIDNIGHT, MIDNIGHT + SECOND, LATER]


@pytest.mark.parametrize("now", MOMENTS)
@pytest.mark.parametrize("sent", [None, EARLY, LATER])
def test_a_report_without_a_last_day_is_never_late(sent, now):
    report = Report(last_day=None, first_submitted_at=sent)

    assert deadlines.timeliness(report, now=now) == Timeliness.NO_DUE_DATE
    assert deadlines.days_late(report, now=now) == 0


@pytest.mark.parametrize("now", MOMENTS)
@pytest.mark.parametrize("sent", [None, EARLY, LATER])
@pytest.mark.parametrize("last", [None, LAST_DAY])
def test_a_requested_report_is_never_late(last, sent, now):
    report = Report(
        obligation="requested", last_day=last, first_submitted_at=sent, first_last_day=last
    )

    assert deadlines.timeliness(report, now=now) == Timeliness.INVITED
    assert deadlines.days_late(report, now=now) == 0


@pytest.mark.parametrize("now", MOMENTS)
def test_a_requested_report_returned_to_its_sender_is_never_outstanding(now):
    report = Report(obligation="requested", state="returned", last_day=LAST_DAY)

    assert not deadlines.is_outstanding(report, now=now)


def test_the_due_date_may_come_before_the_data_window_ends():
    # “Trước ngày 20/11” with the decree's window to 14/12: late is late all the same.
    last = deadlines.last_day(regime("before", 20, 11), 2024)
    assert last < deadlines.data_window(Kind.YEAR, 2024)[1]

    report = Report(last_day=last)

    assert deadlines.timeliness(report, now=at("2024-11-20", 0)) == Timeliness.MISSING


@pytest.mark.parametrize(
    ("sent", "in_force_then", "in_force_now", "expected"),
    [
        # A return moves the last day; the first sending is judged by the one it met.
        (LAST_SECOND, "2024-06-19", "2024-06-28", Timeliness.ON_TIME),
        (MIDNIGHT, "2024-06-19", "2024-06-28", Timeliness.LATE),
        (EARLY, "2024-06-19", "2024-03-25", Timeliness.ON_TIME),
        # An extension granted before sending counts.
        (MIDNIGHT, "2024-06-24", "2024-06-24", Timeliness.ON_TIME),
        # A tier that got its date only after the first sending.
        (LATER, None, "2024-06-28", Timeliness.NO_DUE_DATE),
    ],
)
def test_only_the_day_in_force_at_the_first_sending_counts(
    sent, in_force_then, in_force_now, expected
):
    report = Report(
        first_submitted_at=sent,
        first_last_day=in_force_then and iso(in_force_then),
        last_day=iso(in_force_now),
    )

    assert deadlines.timeliness(report, now=LATER) == expected


# days_late


@pytest.mark.parametrize(
    ("sent", "now", "days"),
    [
        (None, "2024-06-19T23:59:59+07:00", 0),
        (None, "2024-06-20T00:00:00+07:00", 1),
        (None, "2024-06-20T23:59:59+07:00", 1),
        (None, "2024-06-21T00:00:00+07:00", 2),
        (None, "2024-06-20T16:59:59+00:00", 1),
        (None, "2024-06-20T17:00:00+00:00", 2),
        (None, "2024-07-19T09:00:00+07:00", 30),
        # Sent: the count stands still.
        ("2024-06-19T23:59:59+07:00", "2024-07-19T09:00:00+07:00", 0),
        ("2024-06-20T00:00:00+07:00", "2024-07-19T09:00:00+07:00", 1),
        ("2024-06-22T17:30:00+00:00", "2024-07-19T09:00:00+07:00", 4),
    ],
)
def test_days_late_counts_days_begun_in_vietnam(sent, now, days):
    report = Report(
        last_day=LAST_DAY,
        first_submitted_at=sent and dt.datetime.fromisoformat(sent),
        first_last_day=LAST_DAY if sent else None,
    )

    assert deadlines.days_late(report, now=dt.datetime.fromisoformat(now)) == days


# is_outstanding


@pytest.mark.parametrize("first_sent", [LAST_SECOND, MIDNIGHT])
@pytest.mark.parametrize(
    ("now", "outstanding"),
    [
        (at("2024-06-21"), False),
        (at("2024-06-28", 23, 59), False),
        (at("2024-06-29", 0) - SECOND, False),
        (at("2024-06-29", 0), True),
        (LATER, True),
    ],
)
def test_a_returned_report_past_its_new_last_day_is_outstanding(first_sent, now, outstanding):
    report = Report(
        state="returned",
        first_submitted_at=first_sent,
        first_last_day=LAST_DAY,
        last_day=dt.date(2024, 6, 28),
    )

    assert deadlines.is_outstanding(report, now=now) is outstanding
    # The two facts stand side by side: the first sending is judged as before.
    on_time = first_sent < MIDNIGHT
    judged = deadlines.timeliness(report, now=now)
    assert judged == (Timeliness.ON_TIME if on_time else Timeliness.LATE)


@pytest.mark.parametrize("state", ["draft", "submitted", "accepted"])
def test_only_a_returned_report_is_outstanding(state):
    report = Report(state=state, last_day=LAST_DAY)

    assert not deadlines.is_outstanding(report, now=LATER)


def test_a_returned_report_without_a_last_day_is_not_outstanding():
    assert not deadlines.is_outstanding(Report(state="returned", last_day=None), now=LATER)
