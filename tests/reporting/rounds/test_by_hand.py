"""Rounds that staff open by hand, for whom they choose."""

import datetime as dt

import pytest

from agencies.models import Event
from reporting import deadlines, reminders, rounds
from reporting.models import Report, Round
from reporting.rounds import RoundRefused
from tests.at_once import at_once
from tests.factories import (
    AgencyFactory,
    MembershipFactory,
    OutlineSectionFactory,
    PartyFactory,
    PlanFactory,
    at,
)
from tests.reporting.rounds.conftest import NOW, codes, lines


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
