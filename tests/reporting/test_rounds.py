"""Opening rounds (R3, R5): which, when, and one report for each agency asked."""

import datetime as dt
from pathlib import Path

import pytest
from django.db.models import F

from agencies.models import Agency, Event
from plans.models import Plan
from reporting import plan_file, rounds
from reporting.models import Obligation, Report, Round, Tier
from tests.factories import (
    AgencyFactory,
    DutyFactory,
    JurisdictionFactory,
    PartyFactory,
    PlanFactory,
    RegimeFactory,
    RoundFactory,
    at,
)

PLAN_FILES = Path(__file__).resolve().parents[2] / "fixtures" / "plans"
NOW = at("2024-04-01")
MONTHS_OF_2020 = [f"2020-month-{month}" for month in range(1, 13)]


@pytest.fixture
def load(db):
    """Return a function that loads one of the five plan files."""

    def load_plan(code):
        document = plan_file.read_plan_file(PLAN_FILES / f"{code}.yaml")
        return plan_file.load_plan(document)[0]

    return load_plan


@pytest.fixture
def plan(db):
    """A plan due before 20/6 and before 15/12; the lead department before 30/6."""
    plan = PlanFactory()
    parties = [PartyFactory(plan=plan), PartyFactory(plan=plan, agency=plan.lead_agency)]
    RegimeFactory(plan=plan, reporters=parties)
    RegimeFactory(plan=plan, annual=True, reporters=parties)
    RegimeFactory(plan=plan, tier=Tier.LEAD, due_month=6, due_day=30)
    return plan


def codes(opened):
    return [round.code for round in opened]


def dated(plan, year):
    return {
        Round(plan=plan, kind=kind, year=year, number=number).code: last.isoformat()
        for kind, number, last in rounds.dated_rounds(plan, year)
    }


def lines(round):
    return sorted(round.reports.values_list("tier", "agency__code", "obligation"))


# Which rounds


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
    assert dues == {
        "agency": (dt.date(2021, 1, 9), "trước ngày 10 tháng sau"),
        "lead": (None, ""),
    }
    assert opened[0].reports.get(tier="lead").last_day is None


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


# Who reports


def test_a_group_stands_for_its_members_in_force(plan):
    group = PartyFactory(plan=plan, group=True)
    there = {"jurisdiction": plan.jurisdiction}
    group.members.set(
        [
            AgencyFactory(code="con", **there),
            AgencyFactory(code="moi", valid_from=dt.date(2024, 6, 14), **there),
            AgencyFactory(code="giai-the", valid_to=dt.date(2024, 6, 13), **there),
            AgencyFactory(code="chua-lap", valid_from=dt.date(2024, 6, 15), **there),
        ]
    )
    RegimeFactory(plan=plan, reporters=[group])

    [round] = rounds.open_rounds([plan], now=NOW)

    members = round.reports.filter(agency__in=group.members.all())
    assert sorted(members.values_list("agency__code", flat=True)) == ["con", "moi"]


def test_an_agency_named_alone_and_in_a_group_has_one_report(plan):
    agency = AgencyFactory(jurisdiction=plan.jurisdiction)
    group = PartyFactory(plan=plan, group=True)
    group.members.set([agency])
    RegimeFactory(plan=plan, reporters=[group, PartyFactory(plan=plan, agency=agency)])

    [round] = rounds.open_rounds([plan], now=NOW)

    assert round.reports.filter(agency=agency).count() == 1


def test_the_lead_department_has_two_reports(plan):
    [round] = rounds.open_rounds([plan], now=NOW)

    assert sorted(round.reports.filter(agency=plan.lead_agency).values_list("tier", flat=True)) == [
        "agency",
        "lead",
    ]
    assert round.reports.filter(tier="lead").count() == 1


@pytest.mark.parametrize("requested_first", [True, False])
def test_who_is_both_obliged_and_requested_is_obliged(plan, requested_first):
    party = PartyFactory(plan=plan)
    order = [Obligation.REQUESTED, Obligation.REQUIRED]
    for position, obligation in enumerate(order if requested_first else reversed(order), 100):
        RegimeFactory(plan=plan, reporters=[party], obligation=obligation, position=position)

    [round] = rounds.open_rounds([plan], now=NOW)

    assert round.reports.get(agency=party.agency).obligation == "required"


def test_requested_reporters_and_other_holders_of_duties_are_invited(plan):
    requested, bank, mentioned = PartyFactory.create_batch(3, plan=plan)
    mentioned.mentioned_only = True
    mentioned.save()
    RegimeFactory(plan=plan, reporters=[requested], obligation="requested")
    DutyFactory(plan=plan).parties.set([bank, mentioned])
    DutyFactory(plan=plan).parties.set([bank])

    [round] = rounds.open_rounds([plan], now=NOW)

    assert [line for line in lines(round) if line[2] == "requested"] == sorted(
        [
            ("agency", requested.agency.code, "requested"),
            ("agency", bank.agency.code, "requested"),
        ]
    )
    assert not round.reports.filter(agency=mentioned.agency).exists()


def test_a_reporter_who_holds_duties_stays_obliged(plan):
    party = plan.parties.exclude(agency=plan.lead_agency).get()
    DutyFactory(plan=plan).parties.set([party])

    [round] = rounds.open_rounds([plan], now=NOW)

    assert round.reports.get(agency=party.agency).obligation == "required"


def test_a_catch_all_without_members_brings_nobody(plan):
    RegimeFactory(plan=plan, reporters=[PartyFactory(plan=plan, group=True)])
    before = len(plan.parties.filter(agency__isnull=False))

    [round] = rounds.open_rounds([plan], now=NOW)

    assert round.reports.count() == before + 1  # and the lead's consolidation


def test_another_kind_of_rounds_reporters_are_not_asked(plan):
    party = PartyFactory(plan=plan)
    RegimeFactory(plan=plan, annual=True, reporters=[party])

    [round] = rounds.open_rounds([plan], now=NOW)

    assert not round.reports.filter(agency=party.agency).exists()


def test_the_dates_are_the_obligeds_not_the_requesteds(plan):
    # The plan names who is asked before who must, and with an earlier day.
    plan.regimes.update(position=F("position") + 1)
    invited = PartyFactory(plan=plan)
    RegimeFactory(plan=plan, reporters=[invited], obligation="requested", due_day=10, position=0)

    [round] = rounds.open_rounds([plan], now=at("2024-06-15"))

    assert round.dues.get(tier="agency").last_day == dt.date(2024, 6, 19)
    assert round.reports.get(agency=invited.agency).last_day == dt.date(2024, 6, 19)


def test_every_report_of_an_opened_round_is_an_empty_draft(plan):
    [round] = rounds.open_rounds([plan], now=NOW)

    states = round.reports.values_list("state", "latest_version", "first_submitted_at")
    assert set(states) == {("draft", None, None)}
    assert not round.is_demo


def test_agencies_of_another_province_with_the_same_code_are_left_out(plan):
    namesake = AgencyFactory(jurisdiction=JurisdictionFactory(), code="so-ldtbxh")

    [round] = rounds.open_rounds([plan], now=NOW)

    assert not round.reports.filter(agency=namesake).exists()
    assert Agency.objects.filter(code="so-ldtbxh").count() == 2


def test_a_round_opened_by_hand_is_not_opened_again(plan):
    RoundFactory(plan=plan)

    assert rounds.open_rounds([plan], now=NOW) == []
