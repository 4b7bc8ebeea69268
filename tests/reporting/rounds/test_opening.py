"""Opening rounds by rule (R3): which, when, with which last days."""

import datetime as dt

import pytest

from agencies.models import DayOff, Event
from plans.endings import end_plan
from plans.models import Plan
from reporting import rounds
from reporting.models import Report, Round, Tier
from reporting.rounds import RoundRefused
from tests.factories import PartyFactory, PlanFactory, RegimeFactory, RoundFactory, at
from tests.reporting.rounds.conftest import NOW, codes

MONTHS_OF_2020 = [f"2020-month-{month}" for month in range(1, 13)]


def dated(plan, year):
    return {
        Round(plan=plan, kind=kind, year=year, number=number).code: last.isoformat()
        for kind, number, last in rounds.dated_rounds(plan, year)
    }


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "kh-171-2021-kien-giang",  # issued 13/9/2021: no first half of 2021
            {
                2020: {},
                2021: {"2021-year": "2021-12-14"},
                2022: {"2022-first-half": "2022-06-19", "2022-year": "2022-12-14"},
                2025: {"2025-first-half": "2025-06-19", "2025-year": "2025-12-14"},
                2026: {},
            },
        ),
        (
            "nq06-an-giang",
            {
                2022: {},
                2023: {"2023-year": "2023-12-14"},
                2025: {"2025-year": "2025-12-14"},
                2026: {},
            },
        ),
        (
            "kh-710-2023-kon-tum",
            {
                2022: {},
                2023: {"2023-year": "2023-12-14"},
                2024: {"2024-year": "2024-12-14"},
                2026: {},
            },
        ),
        ("kh-18-2018-kien-giang", {2018: {}, 2019: {}, 2020: {}}),
        (
            "viec-lam-huyen-dong-thap",
            {
                2019: {},
                2020: {
                    code: f"2020-{month:02}-09" if month < 13 else "2021-01-09"
                    for month, code in enumerate(MONTHS_OF_2020, 2)
                },
                2021: {},
            },
        ),
    ],
)
def test_the_rounds_of_the_five_plans(load, code, expected):
    plan = load(code)

    assert {year: dated(plan, year) for year in expected} == expected


def test_kien_giangs_first_half_of_2024_has_its_reporters_and_dates(load):
    plan = load("kh-171-2021-kien-giang")

    rounds.open_rounds([plan], now=NOW)

    round = Round.objects.get()
    assert round.code == "2024-first-half"
    assert (round.window_start, round.window_end) == (dt.date(2023, 12, 15), dt.date(2024, 6, 14))
    dues = {due.tier: (due.last_day, due.words) for due in round.dues.all()}
    assert dues == {
        "agency": (dt.date(2024, 6, 19), "trước ngày 20/6"),
        "lead": (dt.date(2024, 6, 29), "trước ngày 30/6"),
    }
    required = round.reports.filter(tier="agency", obligation="required")
    assert required.count() == 10 + 15  # departments and districts by name (R20)
    invited = set(
        round.reports.filter(obligation="requested").values_list("agency__code", flat=True)
    )
    unions = {"ldld-tinh", "hoi-lhpn-tinh", "hoi-nong-dan-tinh", "hoi-ccb-tinh", "doan-tncs-tinh"}
    assert {"ub-mttq", *unions} <= invited
    lead = round.reports.filter(agency=plan.lead_agency)
    assert sorted(lead.values_list("tier", "obligation", "last_day")) == [
        ("agency", "required", dt.date(2024, 6, 19)),
        ("lead", "required", dt.date(2024, 6, 29)),
    ]


def test_dong_thaps_last_month_is_due_in_the_new_year_and_its_lead_has_no_date(load):
    plan = load("viec-lam-huyen-dong-thap")

    opened = rounds.open_rounds([plan], now=at("2021-01-04"))

    assert codes(opened) == ["2020-month-12"]
    dues = {due.tier: (due.last_day, due.words) for due in opened[0].dues.all()}
    assert dues == {"agency": (dt.date(2021, 1, 9), "trước ngày 10 tháng sau"), "lead": (None, "")}
    assert opened[0].reports.get(tier="lead").last_day is None


def test_a_rules_own_data_window_is_the_rounds(plan):
    plan.regimes.filter(tier=Tier.AGENCY, frequency="first_half").update(window="calendar")
    RegimeFactory(plan=plan, monthly=True, window="mid_month")

    half = rounds.open_round(plan, Round.Kind.FIRST_HALF, 2024, now=NOW)
    march = rounds.open_round(plan, Round.Kind.MONTH, 2024, 3, now=NOW)

    assert (half.window_start, half.window_end) == (dt.date(2024, 1, 1), dt.date(2024, 6, 30))
    assert (march.window_start, march.window_end) == (dt.date(2024, 2, 15), dt.date(2024, 3, 14))
    assert march.counts_from == dt.date(2023, 12, 15)


@pytest.mark.parametrize(
    ("number", "start", "counts_from"),
    [
        (4, "2024-04-01", "2024-01-01"),
        (4, "2024-03-15", "2023-12-15"),
        (1, "2023-12-15", "2023-12-15"),
        (3, "2024-03-31", "2024-01-31"),
        (4, "2024-01-01", "2024-01-01"),  # opened by hand over all months so far
        (4, "2023-12-15", "2023-12-15"),
        (3, "2024-01-31", "2024-01-31"),
    ],
)
def test_a_months_figures_count_from_the_years_first_day(number, start, counts_from):
    month = Round(kind="month", year=2024, number=number)
    month.window_start = dt.date.fromisoformat(start)

    assert month.counts_from == dt.date.fromisoformat(counts_from)


def test_a_plan_without_dated_rules_opens_nothing(plan):
    plan.regimes.update(due_kind="", due_month=None, due_day=None)

    assert rounds.open_rounds([plan], now=NOW, year=2024) == []
    assert not Round.objects.exists()


@pytest.mark.parametrize("kind", ["feedback", "submission", "publication"])
def test_only_reports_and_data_open_rounds(plan, kind):
    plan.regimes.update(kind=kind)

    assert rounds.open_rounds([plan], now=NOW, year=2024) == []


def test_dated_data_to_hand_over_opens_a_round_like_a_report(plan):
    plan.regimes.update(kind="information")

    assert codes(rounds.open_rounds([plan], now=NOW)) == ["2024-first-half"]


def test_the_lead_tiers_date_alone_opens_nothing(plan):
    plan.regimes.filter(tier=Tier.AGENCY).delete()

    assert rounds.open_rounds([plan], now=NOW, year=2024) == []


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2024-03-20", []),  # 91 days before 19/6
        ("2024-03-21", ["2024-first-half"]),
        ("2024-06-19", ["2024-first-half"]),
        ("2024-06-20", []),
        ("2024-12-14", ["2024-year"]),
        ("2024-12-15", []),
        ("2020-06-01", []),  # before the plan's years
        ("2026-06-01", []),  # after them
    ],
)
def test_a_round_opens_ninety_days_ahead_until_its_last_day(plan, today, expected):
    assert codes(rounds.open_rounds([plan], now=at(today))) == expected


def test_a_whole_year_opens_past_rounds_too(plan):
    opened = rounds.open_rounds([plan], now=at("2024-12-31"), year=2022)

    assert codes(opened) == ["2022-first-half", "2022-year"]


@pytest.mark.parametrize("year", [2020, 2026, 1, 9999])
def test_a_year_outside_the_plan_opens_nothing(plan, year):
    assert rounds.open_rounds([plan], now=NOW, year=year) == []


def test_opening_twice_opens_nothing_new(plan):
    rounds.open_rounds([plan], now=NOW, year=2024)
    before = Round.objects.count(), Report.objects.count(), Event.objects.count()

    again = rounds.open_rounds([plan], now=at("2024-04-02"), year=2024)

    assert again == []
    assert (Round.objects.count(), Report.objects.count(), Event.objects.count()) == before


def test_opening_is_written_in_the_book(plan):
    [round] = rounds.open_rounds([plan], now=NOW)

    event = Event.objects.get(action="round-opened")
    assert (event.subject, event.subject_id, event.at) == ("reporting.round", round.pk, NOW)


def test_several_plans_open_side_by_side(plan):
    other = PlanFactory()
    RegimeFactory(plan=other, reporters=[PartyFactory(plan=other)])

    opened = rounds.open_rounds(Plan.objects.order_by("pk"), now=NOW)

    assert [(round.plan_id, round.code) for round in opened] == [
        (plan.pk, "2024-first-half"),
        (other.pk, "2024-first-half"),
    ]


@pytest.mark.parametrize(
    ("kind", "number", "code", "label"),
    [
        ("first_half", 0, "2024-first-half", "6 tháng đầu năm 2024"),
        ("year", 0, "2024-year", "năm 2024"),
        ("month", 4, "2024-month-4", "tháng 4/2024"),
        ("ad_hoc", 1, "2024-ad-hoc-1", "đột xuất lần 1 năm 2024"),
    ],
)
def test_a_round_has_a_code_for_commands_and_a_label_for_people(kind, number, code, label):
    round = Round(kind=kind, year=2024, number=number)

    assert (round.code, round.label) == (code, label)


def test_a_plan_that_ended_opens_no_round(plan, open_by_hand, staff):
    end_plan(plan, on=NOW.date(), reason="Hết hạn.", by=staff, at=NOW)
    plan.refresh_from_db()

    assert rounds.open_rounds([plan], now=NOW) == []
    with pytest.raises(RoundRefused, match="đã kết thúc"):
        open_by_hand(plan)


def test_a_round_opened_by_hand_is_not_opened_again(plan):
    RoundFactory(plan=plan)

    assert rounds.open_rounds([plan], now=NOW) == []


# Provincial settings


@pytest.mark.parametrize(
    ("settings", "agency_day", "lead_day"),
    [
        ({}, "2024-06-19", "2024-06-29"),
        ({"named_day_counts": True}, "2024-06-20", "2024-06-30"),
        ({"moves_to_working_day": True}, "2024-06-19", "2024-07-01"),
        ({"named_day_counts": True, "moves_to_working_day": True}, "2024-06-20", "2024-07-01"),
    ],
)
def test_the_provinces_settings_move_the_last_days(plan, settings, agency_day, lead_day):
    for name, value in settings.items():
        setattr(plan.jurisdiction, name, value)
    plan.jurisdiction.save()

    [round] = rounds.open_rounds(Plan.objects.all(), now=NOW)

    dues = {due.tier: due.last_day.isoformat() for due in round.dues.all()}
    assert dues == {"agency": agency_day, "lead": lead_day}
    reports = set(round.reports.values_list("tier", "last_day"))
    assert {(tier, day.isoformat()) for tier, day in reports} == set(dues.items())
    assert {due.words for due in round.dues.all()} == {"trước ngày 20/6", "trước ngày 30/6"}


@pytest.mark.parametrize(
    ("days", "agency_day", "lead_day"),
    [
        # 19/6/2024 is a Wednesday, 29/6 a Saturday.
        ({"2024-06-19": False}, "2024-06-20", "2024-07-01"),
        (
            {"2024-06-19": False, "2024-06-20": False, "2024-06-21": False},
            "2024-06-24",
            "2024-07-01",
        ),
        ({"2024-06-29": True}, "2024-06-19", "2024-06-29"),  # worked in exchange for another day
        ({"2024-07-01": False, "2024-06-30": True}, "2024-06-19", "2024-06-30"),
        ({"2024-06-12": False}, "2024-06-19", "2024-07-01"),
    ],
)
def test_the_provinces_own_calendar_moves_a_last_day(plan, days, agency_day, lead_day):
    plan.jurisdiction.moves_to_working_day = True
    plan.jurisdiction.save()
    for day, is_working in days.items():
        DayOff.objects.create(day=day, is_working=is_working, name="Hoán đổi")

    [round] = rounds.open_rounds(Plan.objects.all(), now=NOW)

    dues = {due.tier: due.last_day.isoformat() for due in round.dues.all()}
    assert dues == {"agency": agency_day, "lead": lead_day}
    assert {day.isoformat() for day in round.reports.values_list("last_day", flat=True)} == set(
        dues.values()
    )


def test_a_day_off_moves_nothing_where_last_days_stay(plan):
    DayOff.objects.create(day="2024-06-19", name="Nghỉ bù")

    [round] = rounds.open_rounds(Plan.objects.all(), now=NOW)

    assert round.dues.get(tier="agency").last_day == dt.date(2024, 6, 19)
