"""The staff's “nhắc ngay”: in the ledger, once a day, beside the calendar's reminders (R23)."""

import datetime as dt

import pytest

from agencies.models import Membership
from reporting import reminders, rounds, workflow
from reporting.models import Reminder, Report, Tier
from tests.at_once import at_once
from tests.factories import AgencyFactory, MembershipFactory, ReportFactory, at

Role = Membership.Role
# Last day 19/6/2024; on 13/6 the calendar owes T-7, from 12/6.
NOW = at("2024-06-13", 9)


def rows():
    found = Reminder.objects.order_by("pk")
    return [(row.recipient, row.stage, row.state) for row in found]


def test_the_officers_are_mailed_though_the_calendar_mailed_them_today(report, people, mailoutbox):
    reminders.send_owed(now=NOW)

    done = reminders.remind_now([report], by=people.staff, now=at("2024-06-13", 10))
    reminders.send_owed(now=at("2024-06-13", 10))
    reminders.send_owed(now=at("2024-06-13", 11))

    assert (done.entered, done.already_today, done.unreachable) == (1, 0, [])
    assert [message.to for message in mailoutbox] == [[people.officer.email]] * 2
    assert rows() == [
        (people.officer, "T-7", "sent"),
        (people.officer, "hand-2024-06-13", "sent"),
    ]


def test_who_still_waits_for_todays_digest_gets_one_mail_with_both(report, people, mailoutbox):
    reminders.remind_now([report], by=people.staff, now=NOW)

    reminders.send_owed(now=NOW)

    [message] = mailoutbox
    assert message.body.count("Mở báo cáo:") == 1
    assert {state for _, _, state in rows()} == {"sent"}
    assert len(rows()) == 2


def test_a_reminder_by_hand_does_not_use_up_the_days_digest(report, people, mailoutbox):
    # 10/6 lies between T-7 and T-15 as far as the calendar is concerned: T-15 is owed.
    reminders.remind_now([report], by=people.staff, now=NOW)
    Reminder.objects.filter(stage="T-7").delete()
    reminders.send_owed(now=NOW)
    other = ReportFactory(round=report.round)
    MembershipFactory(agency=other.agency, user=people.officer)

    assert [row.stage for row in reminders.send_owed(now=NOW)] == []  # had T-7 today
    assert [row.stage for row in reminders.send_owed(now=at("2024-06-14"))] == ["T-3", "T-3"]


def test_a_second_click_on_the_same_day_enters_nothing(report, people, mailoutbox):
    reminders.remind_now([report], by=people.staff, now=NOW)

    again = reminders.remind_now([report], by=people.staff, now=at("2024-06-13", 16))
    tomorrow = reminders.remind_now([report], by=people.staff, now=at("2024-06-14"))

    assert (again.entered, again.already_today) == (0, 1)
    assert (tomorrow.entered, tomorrow.already_today) == (1, 0)
    assert report.events.filter(action="reminded-by-hand").count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_enter_one_row(report, people):
    done = at_once(
        lambda number: reminders.remind_now([report], by=people.staff, now=NOW),
        4,
        refusal=reminders.ReminderRefused,
    )

    assert sorted(result.entered for result in done) == [0, 0, 0, 1]
    assert len(rows()) == 1
    assert report.events.filter(action="reminded-by-hand").count() == 1


def test_the_event_says_who_reminded_and_how_many_people(report, people):
    MembershipFactory(agency=report.agency)

    reminders.remind_now([report], by=people.staff, now=NOW)

    event = report.events.get(action="reminded-by-hand")
    assert (event.by, event.at, event.data) == (people.staff, NOW, {"people": 2})


def test_an_agency_without_an_active_user_is_named_and_the_others_are_reminded(report, people):
    silent = ReportFactory(round=report.round)

    done = reminders.remind_now([report, silent], by=people.staff, now=NOW)

    assert (done.entered, done.already_today, done.unreachable) == (1, 0, [silent.agency])
    assert {user for user, _, _ in rows()} == {people.officer}


def test_the_head_is_reminded_where_there_is_no_officer(report, people):
    people.officer.is_active = False
    people.officer.save()

    reminders.remind_now([report], by=people.staff, now=NOW)

    assert [user for user, _, _ in rows()] == [people.head]


def test_what_cannot_be_reminded_is_refused_by_name_and_nothing_is_entered(report, people, submit):
    undated = ReportFactory(round=report.round, last_day=None)
    sent = ReportFactory(
        round=report.round, agency=AgencyFactory(jurisdiction=report.agency.jurisdiction)
    )
    submit(sent, by=people.staff, moment=NOW)

    with pytest.raises(reminders.ReminderRefused) as refusal:
        reminders.remind_now([report, undated, sent], by=people.staff, now=NOW)

    assert f"{sent.agency} (đã gửi)" in str(refusal.value)
    assert f"{undated.agency} (chưa có hạn)" in str(refusal.value)
    assert report.agency.name not in str(refusal.value)
    assert rows() == []


def test_accepted_reports_and_those_of_closed_rounds_are_refused(report, people, submit):
    submit(report, by=people.officer, moment=NOW)
    workflow.accept_report(report, by=people.staff, at=NOW)
    with pytest.raises(reminders.ReminderRefused, match="đã tiếp nhận"):
        reminders.remind_now([report], by=people.staff, now=NOW)

    late = ReportFactory(round=report.round)
    rounds.close_round(report.round, by=people.staff, at=NOW)
    with pytest.raises(reminders.ReminderRefused, match="kỳ đã đóng"):
        reminders.remind_now([late], by=people.staff, now=NOW)


def test_the_consolidation_is_its_staffs_own_to_be_reminded_of(report, people):
    lead = report.round.plan.lead_agency
    consolidation = ReportFactory(
        round=report.round, agency=lead, tier=Tier.LEAD, last_day=dt.date(2024, 6, 29)
    )

    reminders.remind_now([consolidation], by=people.staff, now=NOW)

    assert [user for user, _, _ in rows()] == [people.staff]


def test_a_report_sent_meanwhile_is_not_reminded(report, people, submit, mailoutbox):
    reminders.remind_now([report], by=people.staff, now=NOW)
    submit(report, by=people.officer, moment=NOW)

    reminders.send_owed(now=NOW)

    assert people.officer.email not in [message.to[0] for message in mailoutbox]
    assert (people.officer, "hand-2024-06-13", "dropped") in rows()


def test_returned_on_the_same_day_to_the_same_last_day_it_can_be_reminded_again(
    report, people, submit, mailoutbox
):
    reminders.remind_now([report], by=people.staff, now=NOW)
    submit(report, by=people.officer, moment=NOW)
    reminders.send_owed(now=NOW)
    workflow.return_report(
        report, by=people.staff, at=NOW, reason="Số sai.", last_day=report.last_day
    )

    done = reminders.remind_now([report], by=people.staff, now=NOW)
    reminders.send_owed(now=NOW)

    assert done.entered == 1
    assert (people.officer, "hand-2024-06-13", "sent") in rows()


def test_an_invited_reporter_is_reminded_politely_also_after_the_day(report, people, mailoutbox):
    Report.objects.update(obligation="requested")

    reminders.remind_now([report], by=people.staff, now=at("2024-06-24"))
    reminders.send_owed(now=at("2024-06-24"))

    [message] = mailoutbox
    for part in (message.subject, message.body, message.alternatives[0][0]):
        assert "uá hạn" not in part
    assert "Trân trọng đề nghị" in message.body
