"""Extensions of a last day: asked with a reason, granted by the lead, visible to all (R15, R23)."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from agencies.models import Event, Membership
from reporting import deadlines, extensions, reminders, rounds, workflow
from reporting.access import may_ask_extension
from reporting.models import Extension, Obligation, Report, Tier
from reporting.workflow import TransitionError
from tests.at_once import at_once
from tests.factories import MembershipFactory, ReportFactory, at

LAST_DAY = dt.date(2024, 6, 19)
WANTED = dt.date(2024, 6, 25)
NOW = at("2024-06-17")


@pytest.fixture
def ask(report, people):
    """Return a function that asks for 25/6 as the officer, at 9:00 on 17/6."""

    def ask_for(wanted_day=WANTED, *, reason="Chờ số liệu của các xã.", moment=NOW):
        return extensions.ask_extension(
            report, wanted_day=wanted_day, reason=reason, by=people.officer, at=moment
        )

    return ask_for


@pytest.fixture
def decide(people):
    """Return a function that answers a request as the lead department's staff."""

    def decide_on(extension, granted_day=WANTED, answer="", *, moment=NOW):
        extensions.decide_extension(
            extension, granted_day=granted_day, answer=answer, by=people.staff, at=moment
        )

    return decide_on


@pytest.fixture
def answer(report, people):
    """Return a function that answers as the report page does: the open request, or none."""

    def answer_page(granted_day=WANTED, answer="", *, shown=None, moment=NOW):
        extensions.answer(
            report,
            granted_day=granted_day,
            answer=answer,
            by=people.staff,
            at=moment,
            shown=shown,
        )

    return answer_page


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def actions(report):
    return list(report.events.order_by("pk").values_list("action", flat=True))


# Asking


def test_a_request_is_kept_with_its_reason_and_changes_no_day(report, people, ask):
    extension = ask(reason="  Chờ số liệu của các xã.  ")

    assert fresh(extension).wanted_day == WANTED
    assert extension.reason == "Chờ số liệu của các xã."
    assert (extension.asked_by, extension.asked_at) == (people.officer, NOW)
    assert (extension.granted_day, extension.decided_by, extension.decided_at) == (None,) * 3
    assert fresh(report).last_day == LAST_DAY


def test_a_request_is_written_in_the_book(report, people, ask):
    ask()

    event = report.events.get()
    assert (event.action, event.by, event.at) == ("extension-asked", people.officer, NOW)
    assert (event.note, event.data) == ("Chờ số liệu của các xã.", {"wanted_day": "2024-06-25"})


@pytest.mark.parametrize("state", ["submitted", "accepted"])
def test_a_report_that_is_sent_has_nothing_to_extend(report, people, submit, ask, state):
    submit(report, by=people.officer)
    if state == "accepted":
        workflow.accept_report(report, by=people.staff, at=NOW)

    with pytest.raises(TransitionError, match="không có hạn đang chạy"):
        ask()

    assert not Extension.objects.exists()


def test_a_report_without_a_last_day_has_nothing_to_extend(report, ask):
    Report.objects.update(last_day=None)

    with pytest.raises(TransitionError, match="không có hạn đang chạy"):
        ask()


def test_a_returned_report_may_ask_beyond_its_new_last_day(report, people, submit, ask):
    submit(report, by=people.officer)
    back_on = dt.date(2024, 6, 21)
    workflow.return_report(report, by=people.staff, at=NOW, reason="Sửa số.", last_day=back_on)

    with pytest.raises(TransitionError, match="sau ngày cuối cùng"):
        ask(back_on)
    assert ask(back_on + dt.timedelta(days=1)).pk


def test_one_request_at_a_time(report, ask, decide):
    first = ask()

    with pytest.raises(TransitionError, match="đang chờ trả lời"):
        ask(WANTED + dt.timedelta(days=1))

    decide(first, None, "Không đủ lý do.")
    assert ask().pk != first.pk
    assert report.extensions.count() == 2


def test_the_database_too_holds_one_open_request(report, people, ask):
    ask()

    with pytest.raises(IntegrityError, match="one_open_extension"), transaction.atomic():
        report.extensions.create(
            wanted_day=WANTED, reason="Lần nữa.", asked_by=people.officer, asked_at=NOW
        )


@pytest.mark.parametrize(
    ("wanted", "today", "is_taken"),
    [
        ("2024-06-18", "2024-06-17", False),
        ("2024-06-19", "2024-06-17", False),  # the last day itself
        ("2024-06-20", "2024-06-17", True),
        ("2024-06-20", "2024-06-19", True),
        ("2024-06-20", "2024-06-20", False),  # after the last day, but not after today
        ("2024-06-24", "2024-06-25", False),
        ("2024-06-26", "2024-06-25", True),  # one that is late already may ask
    ],
)
def test_the_day_wanted_lies_after_the_last_day_and_after_today(ask, wanted, today, is_taken):
    wanted_day = dt.date.fromisoformat(wanted)

    if is_taken:
        assert ask(wanted_day, moment=at(today, 23, 59)).wanted_day == wanted_day
    else:
        with pytest.raises(TransitionError, match="sau ngày cuối cùng hiện nay và sau hôm nay"):
            ask(wanted_day, moment=at(today, 0, 0))


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_a_request_without_a_reason_is_refused(ask, reason):
    with pytest.raises(TransitionError, match="lý do"):
        ask(reason=reason)

    assert not Event.objects.exists()


def test_the_agency_itself_asks(report, people):
    asking = [name for name, person in vars(people).items() if may_ask_extension(person, report)]

    assert asking == ["officer", "head"]


def test_who_can_no_longer_send_asks_for_nothing(report, people):
    rounds.close_round(report.round, by=people.staff, at=NOW)

    assert not may_ask_extension(people.officer, fresh(report))


def test_nobody_asks_for_the_consolidation_which_nobody_could_answer(report, people):
    report.tier = Tier.LEAD

    assert not may_ask_extension(people.officer, report)


# Deciding


def test_a_granted_day_becomes_the_last_day(report, people, ask, decide):
    extension = ask()

    # The lead may grant another day than the one asked for.
    decide(extension, dt.date(2024, 6, 24), " Đồng ý. ", moment=at("2024-06-18"))

    decided = fresh(extension)
    assert (decided.granted_day, decided.answer) == (dt.date(2024, 6, 24), "Đồng ý.")
    assert (decided.decided_by, decided.decided_at) == (people.staff, at("2024-06-18"))
    assert decided.wanted_day == WANTED
    assert fresh(report).last_day == dt.date(2024, 6, 24)
    event = report.events.get(action="extension-granted")
    assert (event.by, event.at, event.note) == (people.staff, at("2024-06-18"), "Đồng ý.")
    assert event.data == {"granted_day": "2024-06-24"}


def test_only_the_one_report_is_extended(report, people, ask, decide):
    other = ReportFactory(round=report.round)

    decide(ask())

    assert fresh(other).last_day == LAST_DAY
    assert report.round.dues.get(tier="agency").last_day == LAST_DAY


def test_a_refusal_leaves_the_last_day(report, people, ask, decide):
    extension = ask()

    decide(extension, None, "Cần số liệu cho phiên họp ngày 21/6.")

    decided = fresh(extension)
    assert (decided.granted_day, decided.decided_by) == (None, people.staff)
    assert fresh(report).last_day == LAST_DAY
    event = report.events.get(action="extension-refused")
    assert event.note == "Cần số liệu cho phiên họp ngày 21/6."
    assert event.data == {"granted_day": None}


@pytest.mark.parametrize("words", ["", "   "])
def test_a_refusal_without_words_is_no_answer(report, ask, decide, words):
    extension = ask()

    with pytest.raises(TransitionError, match="cần ghi lý do"):
        decide(extension, None, words)

    assert fresh(extension).decided_at is None
    assert actions(report) == ["extension-asked"]


@pytest.mark.parametrize("day", ["2024-06-18", "2024-06-19"])
def test_a_day_that_extends_nothing_is_no_grant(report, ask, decide, day):
    extension = ask()

    with pytest.raises(TransitionError, match="sau ngày cuối cùng"):
        decide(extension, dt.date.fromisoformat(day))

    assert fresh(extension).decided_at is None
    assert fresh(report).last_day == LAST_DAY


@pytest.mark.parametrize("first", [WANTED, None])
@pytest.mark.parametrize("second", [WANTED, dt.date(2024, 6, 28), None])
def test_the_second_decision_is_refused(report, ask, decide, first, second):
    extension = ask()
    decide(extension, first, "Lần một.")

    with pytest.raises(TransitionError, match="vừa được người khác trả lời"):
        decide(extension, second, "Lần hai.")

    assert fresh(extension).answer == "Lần một."
    assert fresh(report).last_day == (first or LAST_DAY)
    assert len(actions(report)) == 2


def test_a_report_sent_meanwhile_keeps_its_last_day(report, people, submit, ask, decide):
    extension = ask()
    submit(report, by=people.officer)

    with pytest.raises(TransitionError, match="đã gửi"):
        decide(extension)

    assert fresh(report).last_day == LAST_DAY


# From the report page


def test_the_page_answers_the_request_it_showed(report, ask, answer):
    extension = ask()

    answer(shown=extension.pk)

    assert fresh(extension).granted_day == WANTED
    assert actions(report) == ["extension-asked", "extension-granted"]


def test_the_lead_extends_on_its_own_motion(report, people, answer):
    answer(WANTED, "Mưa lũ.")

    extension = report.extensions.get()
    assert (extension.asked_by, extension.decided_by) == (people.staff, people.staff)
    assert (extension.reason, extension.granted_day) == ("Mưa lũ.", WANTED)
    assert fresh(report).last_day == WANTED


def test_the_own_motion_without_words_says_whose_it_was(report, answer):
    answer(WANTED)

    assert report.extensions.get().reason == "Cơ quan thường trực chủ động gia hạn."


def test_without_a_request_there_is_nothing_to_refuse(report, answer):
    with pytest.raises(TransitionError, match="Chưa có đề nghị nào"):
        answer(None, "Không.")

    assert not Event.objects.exists()


def test_an_own_motion_that_extends_nothing_leaves_no_request_behind(report, answer):
    with pytest.raises(TransitionError, match="sau ngày cuối cùng"):
        answer(LAST_DAY)

    assert not Extension.objects.exists()


def test_an_old_page_does_not_grant_again_over_a_colleagues_answer(report, ask, decide, answer):
    extension = ask()
    decide(extension)

    with pytest.raises(TransitionError, match="vừa được người khác trả lời"):
        answer(dt.date(2024, 6, 28), shown=extension.pk)

    assert fresh(report).last_day == WANTED


def test_a_request_nobody_has_read_is_not_answered(report, ask, answer):
    extension = ask()

    with pytest.raises(TransitionError, match="vừa xin gia hạn"):
        answer(dt.date(2024, 6, 28), shown=None)

    assert fresh(extension).decided_at is None


# What follows from the new day


def owed(report, day):
    return [
        (item.stage, item.report.last_day)
        for item in reminders.owed_on(dt.date.fromisoformat(day))
        if item.report == report
    ]


def test_a_granted_day_starts_a_new_series_of_reminders(report, people, ask, decide, mailoutbox):
    MembershipFactory(role=Membership.Role.OFFICER, agency=report.agency)
    assert {stage for stage, _ in owed(report, "2024-06-20")} == {"T+1"}
    reminders.send_owed(now=at("2024-06-18", 8))

    decide(ask())

    assert owed(report, "2024-06-20")[0] == ("T-7", WANTED)
    reminders.send_owed(now=at("2024-06-25", 8))
    keys = set(report.reminders.reminding().values_list("stage", "last_day", "state"))
    assert keys == {("T-1", LAST_DAY, "sent"), ("T0", WANTED, "sent")}


def test_a_reminder_of_the_old_day_that_still_waits_is_dropped(report, people, ask, decide):
    reminders.enter_in_ledger(reminders.owed_on(dt.date(2024, 6, 19)), now=at("2024-06-19"))

    decide(ask())
    reminders.send_owed(now=at("2024-06-19", 8))

    assert set(report.reminders.filter(last_day=LAST_DAY).values_list("state", flat=True)) == {
        "dropped"
    }


@pytest.mark.parametrize(
    ("granted_at", "sent_at", "expected", "days_late"),
    [
        ("2024-06-18", "2024-06-25", "on_time", 0),
        ("2024-06-21", "2024-06-25", "on_time", 0),  # granted when the old day had passed
        ("2024-06-21", "2024-06-26", "late", 1),
        ("2024-06-21", None, "not_yet_due", 0),
    ],
)
def test_timeliness_is_judged_by_the_day_then_in_force(
    report, people, submit, ask, decide, granted_at, sent_at, expected, days_late
):
    decide(ask(), moment=at(granted_at))
    if sent_at:
        submit(report, by=people.officer, moment=at(sent_at, 23, 59))

    now = at(sent_at or "2024-06-25", 23, 59)
    judged = fresh(report)
    assert deadlines.timeliness(judged, now=now) == expected
    assert deadlines.days_late(judged, now=now) == days_late


def test_who_sent_late_is_not_made_punctual_by_a_later_extension(
    report, people, submit, answer, ask
):
    submit(report, by=people.officer, moment=at("2024-06-20"))
    back_on = dt.date(2024, 6, 21)
    workflow.return_report(
        report, by=people.staff, at=at("2024-06-20"), reason="Sửa số.", last_day=back_on
    )

    answer(WANTED, moment=at("2024-06-20"))

    judged = fresh(report)
    assert judged.last_day == WANTED
    assert deadlines.timeliness(judged, now=at("2024-06-24")) == "late"
    assert not deadlines.is_outstanding(judged, now=at("2024-06-24"))


def test_an_invited_reporter_may_ask_and_stays_invited(report, ask, decide):
    Report.objects.update(obligation=Obligation.REQUESTED)

    decide(ask())

    assert deadlines.timeliness(fresh(report), now=at("2024-06-30")) == "invited"


# At the same moment


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_ask_at_once_one_does(report, people, ask):
    results = at_once(lambda number: ask(), 8, refusal=TransitionError)

    assert sum(isinstance(result, TransitionError) for result in results) == 7
    assert report.extensions.count() == 1
    assert actions(report) == ["extension-asked"]


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_decide_at_once_the_first_does(report, ask, decide):
    extension = ask()

    def decide_somehow(number):
        decide(extension, WANTED if number % 2 else None, f"Lần {number}.")

    results = at_once(decide_somehow, 8, refusal=TransitionError)

    assert sum(isinstance(result, TransitionError) for result in results) == 7
    decided = fresh(extension)
    assert fresh(report).last_day == (decided.granted_day or LAST_DAY)
    [_, event] = report.events.order_by("pk")
    granted = decided.granted_day is not None
    assert event.action == ("extension-granted" if granted else "extension-refused")
    assert event.note == decided.answer


@pytest.mark.django_db(transaction=True)
def test_two_staff_at_once_do_not_grant_over_each_other(report, ask, answer):
    extension = ask()

    def grant(number):
        answer(WANTED + dt.timedelta(days=number), shown=extension.pk)

    results = at_once(grant, 4, refusal=TransitionError)

    assert sum(isinstance(result, TransitionError) for result in results) == 3
    assert report.extensions.get().granted_day == fresh(report).last_day
