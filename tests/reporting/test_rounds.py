"""Opening rounds (R3, R5): which, when, and one report for each agency asked."""

import datetime as dt
import threading
import time
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.urls import reverse

from agencies.access import is_officer_of
from agencies.models import Agency, DayOff, Event, Membership
from plans.endings import end_plan
from plans.models import Plan
from reporting import deadlines, extensions, plan_file, reminders, rounds, workflow
from reporting.access import may_fill_in
from reporting.models import Obligation, Report, Round, RoundDue, Tier
from reporting.rounds import RoundRefused
from tests.at_once import at_once
from tests.factories import (
    AgencyFactory,
    DutyFactory,
    JurisdictionFactory,
    MembershipFactory,
    OutlineSectionFactory,
    PartyFactory,
    PlanFactory,
    RegimeFactory,
    RoundFactory,
    UserFactory,
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


def test_a_plan_that_ended_opens_no_round(plan, open_by_hand, staff):
    end_plan(plan, on=NOW.date(), reason="Hết hạn.", by=staff, at=NOW)
    plan.refresh_from_db()

    assert rounds.open_rounds([plan], now=NOW) == []
    with pytest.raises(RoundRefused, match="đã kết thúc"):
        open_by_hand(plan)


def test_a_round_opened_by_hand_is_not_opened_again(plan):
    RoundFactory(plan=plan)

    assert rounds.open_rounds([plan], now=NOW) == []


# By hand


@pytest.fixture
def staff(plan):
    return MembershipFactory(agency=plan.lead_agency, role=Membership.Role.STAFF).user


@pytest.fixture
def open_by_hand(staff):
    """Return a function that opens a round of a plan for some of its parties, undated at first."""

    def open_one(
        plan, kind="ad_hoc", *, number=0, parties=None, moment=NOW, year=2024, **last_days
    ):
        round = Round(
            plan=plan,
            kind=kind,
            year=year,
            number=number,
            window_start=dt.date(year, 1, 1),
            window_end=dt.date(year, 3, 31),
        )
        parties = plan.parties.filter(mentioned_only=False) if parties is None else parties
        return rounds.open_by_hand(round, parties=parties, last_days=last_days, by=staff, at=moment)

    return open_one


def test_kien_giangs_plan_of_2018_is_followed_by_rounds_opened_by_hand(load, open_by_hand):
    plan = load("kh-18-2018-kien-giang")

    opened = [open_by_hand(plan, "year", year=year) for year in plan.years]

    assert codes(opened) == ["2018-year", "2019-year", "2020-year"]
    for round in opened:
        assert {due.tier: (due.last_day, due.words) for due in round.dues.all()} == {
            "agency": (None, ""),
            "lead": (None, ""),
        }
        tiers = round.reports.values_list("tier", flat=True)
        assert list(tiers).count("lead") == 1
        assert set(round.reports.values_list("last_day", "obligation", "state")) == {
            (None, "required", "draft")
        }
    named = {p.agency_id for p in plan.parties.filter(mentioned_only=False, is_group=False)}
    assert named <= set(opened[0].reports.filter(tier="agency").values_list("agency", flat=True))


def test_who_was_chosen_reports_and_nobody_else(plan, open_by_hand):
    alone, left_out = PartyFactory.create_batch(2, plan=plan)
    group = PartyFactory(plan=plan, group=True)
    there = {"jurisdiction": plan.jurisdiction}
    group.members.set(
        [
            AgencyFactory(code="con", **there),
            AgencyFactory(code="giai-the", valid_to=dt.date(2024, 3, 30), **there),
        ]
    )

    round = open_by_hand(plan, parties=[alone, group])

    assert lines(round) == sorted(
        [
            ("agency", alone.agency.code, "required"),
            ("agency", "con", "required"),
            ("lead", plan.lead_agency.code, "required"),
        ]
    )
    assert not round.reports.filter(agency=left_out.agency).exists()


def test_opening_by_hand_is_written_in_the_book(plan, staff, open_by_hand):
    round = open_by_hand(plan)

    event = Event.objects.get()
    assert (event.action, event.subject_id) == ("round-opened", round.pk)
    assert (event.by, event.at) == (staff, NOW)
    assert round.opened_at == NOW


def test_ad_hoc_rounds_are_numbered_within_their_year(plan, open_by_hand):
    opened = [open_by_hand(plan), open_by_hand(plan), open_by_hand(plan, year=2023)]

    assert codes(opened) == ["2024-ad-hoc-1", "2024-ad-hoc-2", "2023-ad-hoc-1"]
    assert codes([open_by_hand(PlanFactory(), parties=plan.parties.all())]) == ["2024-ad-hoc-1"]


def test_a_month_is_opened_by_its_number(plan, open_by_hand):
    opened = [open_by_hand(plan, "month", number=month) for month in (3, 4)]

    assert codes(opened) == ["2024-month-3", "2024-month-4"]


@pytest.mark.parametrize(("kind", "number"), [("month", 3), ("year", 0), ("first_half", 0)])
def test_the_same_round_twice_is_refused(plan, open_by_hand, kind, number):
    open_by_hand(plan, kind, number=number)
    before = Round.objects.count(), Report.objects.count(), Event.objects.count()

    with pytest.raises(RoundRefused, match="đã được mở"):
        open_by_hand(plan, kind, number=number)

    assert (Round.objects.count(), Report.objects.count(), Event.objects.count()) == before


def test_a_round_opened_by_its_rule_is_not_opened_by_hand_again(plan, open_by_hand):
    rounds.open_rounds([plan], now=NOW)

    with pytest.raises(RoundRefused, match="đã được mở"):
        open_by_hand(plan, "first_half")


def test_a_round_without_reporters_is_refused(plan, open_by_hand):
    empty = PartyFactory(plan=plan, group=True)  # a catch-all whose members nobody has chosen

    for parties in ([], [empty]):
        with pytest.raises(RoundRefused, match="Chưa chọn cơ quan nào"):
            open_by_hand(plan, parties=parties)

    assert not Round.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("tier", ["agency", "lead"])
def test_a_tier_without_a_last_day_is_never_late_and_never_reminded(plan, open_by_hand, tier):
    other = {"agency": "lead", "lead": "agency"}[tier]
    for party in plan.parties.exclude(agency=plan.lead_agency):
        MembershipFactory(agency=party.agency)

    round = open_by_hand(plan, **{other: dt.date(2024, 6, 19)})

    undated, dated = round.reports.filter(tier=tier), round.reports.filter(tier=other)
    year = [dt.date(2024, 1, 1) + dt.timedelta(days=n) for n in range(366)]
    assert {deadlines.timeliness(r, now=at("2024-12-31")) for r in undated} == {"no_due_date"}
    assert {deadlines.days_late(r, now=at("2024-12-31")) for r in undated} == {0}
    assert [item for day in year for item in reminders.owed_on(day, undated)] == []
    assert {deadlines.timeliness(r, now=at("2024-06-20")) for r in dated} == {"missing"}
    stages = {item.stage for day in year for item in reminders.owed_on(day, dated)}
    assert stages == {"T-15", "T-7", "T-3", "T-1", "T0", "T+1", "T+3", "T+7"}


def test_what_is_sent_in_an_undated_round_is_neither_late_nor_in_time(plan, open_by_hand, submit):
    round = open_by_hand(plan)
    report = round.reports.filter(tier="agency").exclude(agency=plan.lead_agency).get()
    OutlineSectionFactory(plan=plan)

    submit(report, by=MembershipFactory(agency=report.agency).user, moment=at("2024-12-31"))

    report.refresh_from_db()
    assert report.first_last_day is None
    assert deadlines.timeliness(report, now=at("2025-12-31")) == "no_due_date"


def test_last_days_set_by_hand_stand_in_rounds_and_reports(plan, open_by_hand):
    agency_day, lead_day = dt.date(2024, 4, 15), dt.date(2024, 4, 22)

    round = open_by_hand(plan, agency=agency_day, lead=lead_day)

    assert dict(round.dues.values_list("tier", "last_day")) == {
        "agency": agency_day,
        "lead": lead_day,
    }
    assert set(round.reports.values_list("tier", "last_day")) == {
        ("agency", agency_day),
        ("lead", lead_day),
    }


@pytest.mark.django_db(transaction=True)
def test_ad_hoc_rounds_opened_at_once_have_numbers_of_their_own(plan, open_by_hand):
    opened = at_once(lambda number: open_by_hand(plan), 6, refusal=RoundRefused)

    assert sorted(codes(opened)) == [f"2024-ad-hoc-{number}" for number in range(1, 7)]


@pytest.mark.django_db(transaction=True)
def test_of_six_who_open_a_month_at_once_one_does(plan, open_by_hand):
    def open_march(number):
        return open_by_hand(plan, "month", number=3)

    opened = at_once(open_march, 6, refusal=RoundRefused)

    assert sum(isinstance(result, RoundRefused) for result in opened) == 5
    assert Round.objects.count() == 1


# Last days set later


@pytest.fixture
def set_day(staff):
    """Return a function that gives a round's tier a last day, as staff do."""

    def set_one(round, day, tier="agency", *, moment=NOW, reason=" Công văn 12/UBND-VX. "):
        day = dt.date.fromisoformat(day)
        rounds.set_last_day(round, tier, day, by=staff, at=moment, reason=reason)

    return set_one


def days_of(round, tier="agency"):
    return set(round.reports.filter(tier=tier).values_list("last_day", flat=True))


@pytest.mark.parametrize("tier", ["agency", "lead"])
def test_an_undated_tier_has_lateness_and_reminders_from_its_day_on(
    plan, open_by_hand, set_day, tier
):
    for party in plan.parties.exclude(agency=plan.lead_agency):
        MembershipFactory(agency=party.agency)
    round = open_by_hand(plan)
    reports = round.reports.filter(tier=tier)

    set_day(round, "2024-06-19", tier)

    year = [dt.date(2024, 1, 1) + dt.timedelta(days=n) for n in range(366)]
    stages = {item.stage for day in year for item in reminders.owed_on(day, reports)}
    assert stages == {"T-15", "T-7", "T-3", "T-1", "T0", "T+1", "T+3", "T+7"}
    assert {deadlines.timeliness(r, now=at("2024-06-19")) for r in reports} == {"not_yet_due"}
    assert {deadlines.days_late(r, now=at("2024-06-22")) for r in reports} == {3}
    other = {"agency": "lead", "lead": "agency"}[tier]
    assert days_of(round, other) == {None}
    assert dict(round.dues.values_list("tier", "last_day")) == {
        tier: dt.date(2024, 6, 19),
        other: None,
    }


def test_a_changed_day_keeps_the_plans_words_and_is_written_in_the_book(plan, staff, set_day):
    [round] = rounds.open_rounds([plan], now=NOW)
    due = round.dues.get(tier="agency")
    RoundDue.objects.filter(pk=due.pk).update(words="trước ngày 20/6")

    set_day(round, "2024-06-25")

    due.refresh_from_db()
    assert (due.last_day, due.words) == (dt.date(2024, 6, 25), "trước ngày 20/6")
    assert days_of(round) == {dt.date(2024, 6, 25)}
    assert days_of(round, "lead") == {dt.date(2024, 6, 29)}
    event = Event.objects.get(action="round-day-changed")
    assert (event.subject_id, event.by, event.at) == (round.pk, staff, NOW)
    assert event.note == "Công văn 12/UBND-VX."
    assert event.data == {"tier": "agency", "old": "2024-06-19", "new": "2024-06-25"}


@pytest.fixture
def standing(plan, staff, submit):
    """The first half of 2024 with reports in every standing: {name: report}."""
    names = ["untouched", "sent", "accepted", "returned", "returned to its day", "extended"]
    OutlineSectionFactory(plan=plan)
    plan.regimes.get(frequency="first_half", tier="agency").reporters.set(
        PartyFactory(plan=plan) for _ in names
    )
    [round] = rounds.open_rounds([plan], now=NOW)
    own = round.reports.filter(tier="agency").exclude(agency=plan.lead_agency)
    reports = dict(zip(names, own.order_by("pk"), strict=False))
    for name in names[1:5]:
        submit(reports[name], by=staff, moment=at("2024-06-17"))
    workflow.accept_report(fresh(reports["accepted"]), by=staff, at=at("2024-06-17", 10))
    for name, day in (("returned", 24), ("returned to its day", 19)):
        back = dt.date(2024, 6, day)
        workflow.return_report(
            fresh(reports[name]), by=staff, at=at("2024-06-17", 10), reason="Sửa.", last_day=back
        )
    extensions.answer(
        reports["extended"],
        granted_day=dt.date(2024, 6, 25),
        answer="",
        by=staff,
        at=at("2024-06-17"),
    )
    return reports


def fresh(report):
    return Report.objects.get(pk=report.pk)


def test_a_changed_day_moves_only_reports_that_follow_the_round(standing, set_day):
    moment = at("2024-06-18")
    round = standing["sent"].round

    # Short of the extended one's own day, onto it, past it and back: it has the later of both.
    for day, extended in (("20", "25"), ("25", "25"), ("28", "28"), ("21", "25")):
        set_day(round, f"2024-06-{day}", moment=moment)

        assert {name: f"{fresh(report).last_day:%d}" for name, report in standing.items()} == {
            "untouched": day,
            "sent": "19",
            "accepted": "19",
            "returned": "24",
            "returned to its day": "19",
            "extended": extended,
        }
    assert {f"{fresh(r).first_last_day}" for r in standing.values()} == {"None", "2024-06-19"}
    assert deadlines.timeliness(fresh(standing["sent"]), now=moment) == "on_time"


def test_an_earlier_day_makes_no_sent_report_late(standing, set_day):
    round = standing["sent"].round

    set_day(round, "2024-06-18", moment=at("2024-06-18"))

    now = at("2024-06-19")
    assert deadlines.timeliness(fresh(standing["sent"]), now=now) == "on_time"
    assert deadlines.timeliness(fresh(standing["untouched"]), now=now) == "missing"


def somebody_waits_for_us():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
        )
        return cursor.fetchone()[0] > 0


@pytest.mark.django_db(transaction=True)
def test_an_extension_granted_while_the_day_moves_has_the_later_of_both(standing, set_day, staff):
    extended, granted = fresh(standing["untouched"]), threading.Event()

    def act(number):
        if number:
            granted.wait(timeout=30)
            return set_day(extended.round, "2024-06-28", moment=at("2024-06-18"))
        with transaction.atomic():
            days = {"granted_day": dt.date(2024, 6, 24), "answer": ""}
            extensions.answer(extended, **days, by=staff, at=at("2024-06-18"))
            granted.set()
            deadline = time.monotonic() + 30
            while not somebody_waits_for_us() and time.monotonic() < deadline:
                time.sleep(0.02)

    at_once(act, 2, refusal=RoundRefused)

    assert fresh(extended).last_day == dt.date(2024, 6, 28)


def test_those_whose_day_moved_are_told_each_time(standing, set_day, mailoutbox):
    untouched, round = standing["untouched"], standing["sent"].round
    officer = MembershipFactory(agency=untouched.agency).user
    MembershipFactory(agency=standing["sent"].agency)
    MembershipFactory(agency=standing["extended"].agency)  # until 25/6
    days = ("2024-06-24", "2024-06-25", "2024-06-24")

    for hour, day in enumerate(days, 8):
        set_day(round, day, moment=at("2024-06-18", hour))
        reminders.send_owed(now=at("2024-06-18", hour, 30), digests=False)

    told = [(mail.to, mail.subject) for mail in mailoutbox if "Ngày cuối cùng của" in mail.subject]
    words = "Ngày cuối cùng của báo cáo 6 tháng đầu năm 2024 nay là"
    monday, tuesday = f"{words} thứ Hai, 24/6/2024", f"{words} thứ Ba, 25/6/2024"
    assert told == [([officer.email], line) for line in (monday, tuesday, monday)]


@pytest.mark.parametrize(
    ("day", "is_closed", "words"),
    [
        ("2024-03-31", False, "từ hôm nay trở đi"),
        ("2024-06-19", False, "đang là ngày cuối cùng"),
        ("2024-06-25", True, "đã đóng"),
    ],
)
def test_a_day_gone_by_the_same_day_and_a_closed_round_are_refused(
    plan, staff, set_day, day, is_closed, words
):
    [round] = rounds.open_rounds([plan], now=NOW)
    if is_closed:
        rounds.close_round(round, by=staff, at=NOW)

    with pytest.raises(RoundRefused, match=words):
        set_day(round, day)

    assert days_of(round) == {dt.date(2024, 6, 19)}
    assert not Event.objects.filter(action="round-day-changed").exists()


def test_today_is_still_taken(plan, set_day):
    [round] = rounds.open_rounds([plan], now=NOW)

    set_day(round, "2024-04-01", moment=at("2024-04-01", 23, 59))

    assert days_of(round) == {dt.date(2024, 4, 1)}


def test_many_reports_move_in_the_same_number_of_queries(
    plan, open_by_hand, set_day, django_assert_max_num_queries
):
    for _ in range(25):
        MembershipFactory(agency=PartyFactory(plan=plan).agency)
    round = open_by_hand(plan)

    with django_assert_max_num_queries(20):
        set_day(round, "2024-06-19")

    assert round.reports.filter(last_day="2024-06-19").count() == 27


# Closing


@pytest.fixture
def closed(plan, staff):
    """The first half of 2024, closed on 25/6; who reports to it has an officer."""
    [round] = rounds.open_rounds([plan], now=NOW)
    for party in plan.parties.all():
        MembershipFactory(agency=party.agency)
    rounds.close_round(round, by=staff, at=at("2024-06-25"))
    round.refresh_from_db()
    return round


def of_an_agency(round):
    return round.reports.filter(tier="agency").exclude(agency=round.plan.lead_agency).get()


def officer_of(agency):
    return agency.memberships.get(role=Membership.Role.OFFICER).user


def test_after_closing_only_staff_enters(closed, staff):
    report = of_an_agency(closed)
    officer = officer_of(report.agency)

    assert is_officer_of(officer, report.agency)
    assert not may_fill_in(officer, report)
    assert may_fill_in(staff, report)
    assert not may_fill_in(UserFactory(), report)


def test_before_closing_both_enter(closed, staff):
    Round.objects.update(closed_at=None)
    closed.refresh_from_db()
    report = of_an_agency(closed)

    assert may_fill_in(officer_of(report.agency), report)
    assert may_fill_in(staff, report)


@pytest.mark.parametrize("name", ["report-edit", "report-field", "report-submit", "report-propose"])
def test_an_officers_requests_to_a_closed_round_are_refused(client, closed, fill_in, name):
    OutlineSectionFactory(plan=closed.plan)
    report = of_an_agency(closed)
    fill_in(report)
    client.force_login(officer_of(report.agency))

    response = client.post(reverse(f"reporting:{name}", args=[report.pk]))

    assert response.status_code == 403
    report.refresh_from_db()
    assert report.state == "draft"
    assert report.proposed_at is None


def test_staff_sends_what_came_late_and_the_version_says_so(closed, staff, submit):
    OutlineSectionFactory(plan=closed.plan)
    report = of_an_agency(closed)

    version = submit(report, by=staff, moment=at("2024-06-27"))

    assert version.on_behalf
    assert deadlines.timeliness(report, now=at("2024-06-27")) == "late"


def test_what_awaits_review_is_still_accepted_after_closing(plan, staff, submit):
    OutlineSectionFactory(plan=plan)
    [round] = rounds.open_rounds([plan], now=NOW)
    report = of_an_agency(round)
    submit(report, by=MembershipFactory(agency=report.agency).user)
    rounds.close_round(round, by=staff, at=at("2024-06-25"))

    workflow.accept_report(report, by=staff, at=at("2024-06-26"))

    report.refresh_from_db()
    assert report.state == "accepted"


def test_agencies_shut_out_are_reminded_no_more_and_the_consolidation_is(closed, staff):
    day = dt.date(2024, 6, 27)  # T+7 of the agencies, T-1 of the lead (29/6 is a Saturday)

    assert {(item.report.tier, item.recipient) for item in reminders.owed_on(day)} == {
        ("lead", staff)
    }
    Round.objects.update(closed_at=None)
    assert {item.report.tier for item in reminders.owed_on(day)} == {"lead", "agency"}


def test_a_reminder_that_waits_when_the_round_closes_is_dropped(closed, mailoutbox):
    Round.objects.update(closed_at=None)
    reminders.enter_in_ledger(reminders.owed_on(dt.date(2024, 6, 27)), now=at("2024-06-27"))
    Round.objects.update(closed_at=at("2024-06-27"))

    reminders.send_owed(now=at("2024-06-27", 10))

    assert set(closed.reports.values_list("tier", "reminders__state")) >= {
        ("agency", "dropped"),
        ("lead", "sent"),
    }
    # Beside it go the news that the round was closed.
    reminded = [mail.to for mail in mailoutbox if not mail.subject.startswith("Đã đóng")]
    assert reminded == [
        [closed.plan.lead_agency.memberships.get(role=Membership.Role.STAFF).user.email]
    ]


def test_closing_is_written_in_the_book_once(closed, staff):
    rounds.close_round(closed, by=staff, at=at("2024-06-28"))

    event = Event.objects.get(action="round-closed")
    assert (event.subject_id, event.by, event.at) == (closed.pk, staff, at("2024-06-25"))
    closed.refresh_from_db()
    assert closed.closed_at == at("2024-06-25")


def test_a_closed_round_is_not_opened_again(plan, closed, open_by_hand):
    assert rounds.open_rounds([plan], now=NOW) == []
    with pytest.raises(RoundRefused, match="đã được mở"):
        open_by_hand(plan, "first_half")
