"""Last days that staff set later: whom they move, who is told."""

import datetime as dt
import threading
import time

import pytest
from django.db import connection, transaction

from agencies.models import Event
from reporting import deadlines, extensions, reminders, rounds, workflow
from reporting.models import Report, RoundDue
from reporting.rounds import RoundRefused
from tests.at_once import at_once
from tests.factories import MembershipFactory, OutlineSectionFactory, PartyFactory, at
from tests.reporting.rounds.conftest import NOW


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
