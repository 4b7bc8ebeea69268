"""News of deeds: who is told, in the deed's own transaction, once, and while it still holds."""

import datetime as dt

import pytest
from django.db import transaction
from django.urls import reverse

from agencies.calendar import LIBRARY_CALENDAR
from agencies.models import Membership
from reporting import extensions, reminders, rounds, workflow
from reporting.models import Mute, Reminder
from reporting.reminders import validity
from tests.factories import MembershipFactory, ReportFactory, at

Role = Membership.Role
DAY = at("2024-06-17")


def told():
    return [(row.recipient, row.stage, row.state) for row in Reminder.objects.order_by("pk")]


def send_back(report, staff, moment=DAY, reason="Phần cộng lệch 24."):
    workflow.return_report(
        report, by=staff, at=moment, reason=reason, last_day=dt.date(2024, 6, 25)
    )


def test_staff_are_told_of_a_submission_and_the_officer_of_return_and_acceptance(
    report, people, submit, mailoutbox
):
    submit(report, by=people.officer, moment=at("2024-06-12", 9))
    reminders.send_owed(now=at("2024-06-12", 10), digests=False)
    send_back(report, people.staff, moment=at("2024-06-12", 11))
    reminders.send_owed(now=at("2024-06-12", 11), digests=False)
    submit(report, by=people.officer, moment=at("2024-06-12", 14), text="1600")
    workflow.accept_report(report, by=people.staff, at=at("2024-06-12", 15))
    reminders.send_owed(now=at("2024-06-12", 16), digests=False)

    subjects = [(message.to, message.subject) for message in mailoutbox]
    assert subjects == [
        ([people.staff.email], f"{report.agency} đã gửi báo cáo 6 tháng đầu năm 2024"),
        (
            [people.officer.email],
            "Bị trả lại, còn 13 ngày: báo cáo 6 tháng đầu năm 2024",
        ),
        ([people.officer.email], "Đã tiếp nhận báo cáo 6 tháng đầu năm 2024"),
    ]
    assert "Phần cộng lệch 24." in mailoutbox[1].body
    assert told() == [
        (people.staff, "submitted-1", "sent"),
        (people.officer, "returned-1", "sent"),
        (people.staff, "submitted-2", "dropped"),  # accepted before the mail went
        (people.officer, "accepted-2", "sent"),
    ]


def test_deeds_about_a_report_without_a_last_day_are_told_too(report, people, submit, mailoutbox):
    report.last_day = None
    report.save()
    submit(report, by=people.officer, moment=at("2024-06-12", 9))
    reminders.send_owed(now=at("2024-06-12", 10))
    workflow.accept_report(report, by=people.staff, at=at("2024-06-12", 11))
    reminders.send_owed(now=at("2024-06-12", 12))

    assert [message.to for message in mailoutbox] == [[people.staff.email], [people.officer.email]]
    assert {state for _, _, state in told()} == {"sent"}


def test_a_deed_that_is_rolled_back_tells_nobody(report, people, submit):
    with transaction.atomic():
        submit(report, by=people.officer)
        assert told() == [(people.staff, "submitted-1", "owed")]
        transaction.set_rollback(True)

    assert told() == []


def test_who_did_it_is_not_told_of_it(report, people, submit):
    colleague = MembershipFactory(agency=report.round.plan.lead_agency, role=Role.STAFF).user

    submit(report, by=people.staff, moment=DAY)

    assert told() == [(colleague, "submitted-1", "owed")]


def test_the_lead_departments_own_data_are_no_news_to_it(report, people, submit):
    own = ReportFactory(round=report.round, agency=report.round.plan.lead_agency)
    MembershipFactory(agency=own.agency, role=Role.STAFF)

    submit(own, by=people.staff, moment=DAY)

    assert told() == []


def test_a_consolidation_sent_is_told_to_the_leaders_and_its_acceptance_to_staff(
    report, people, mailoutbox
):
    lead = ReportFactory(round=report.round, agency=report.round.plan.lead_agency, tier="lead")

    workflow.submit_report(lead, by=people.staff, at=DAY)
    reminders.send_owed(now=DAY, digests=False)

    assert told() == [(people.leader, "submitted-1", "sent")]
    [mail] = mailoutbox
    assert mail.to == [people.leader.email]
    assert mail.subject == f"{lead.agency} đã gửi bản tổng hợp 6 tháng đầu năm 2024"
    workflow.accept_report(lead, by=people.leader, at=DAY)
    assert told()[1:] == [(people.staff, "accepted-1", "owed")]


def test_submissions_reach_staff_in_one_mail_an_hour(report, people, submit, mailoutbox):
    reports = [report, *(ReportFactory(round=report.round) for _ in range(3))]
    officers = [people.officer, *(MembershipFactory(agency=r.agency).user for r in reports[1:])]
    for minute, (one, officer) in enumerate(zip(reports, officers, strict=True)):
        submit(one, by=officer, moment=at("2024-06-12", 9, minute))
        reminders.send_owed(now=at("2024-06-12", 9, minute), digests=False)
    reminders.send_owed(now=at("2024-06-12", 9, 59), digests=False)
    assert len(mailoutbox) == 1

    reminders.send_owed(now=at("2024-06-12", 10, 1), digests=False)

    assert [message.to for message in mailoutbox] == [[people.staff.email]] * 2
    assert mailoutbox[1].subject.endswith(" và 2 tin khác")


def test_a_return_does_not_wait_for_the_digest_nor_use_it_up(report, people, submit, mailoutbox):
    submit(report, by=people.officer, moment=at("2024-06-17"))
    send_back(report, people.staff)
    workflow_day = at("2024-06-18", 8)  # 25/6 is the new last day: T-7

    reminders.send_owed(now=DAY, digests=False)
    reminders.send_owed(now=workflow_day)

    to_officer = [m for m in mailoutbox if m.to == [people.officer.email]]
    assert [m.subject.split(":")[0] for m in to_officer] == [
        "Bị trả lại, còn 8 ngày",
        "Bị trả lại, còn 7 ngày",
    ]
    assert all(m.body.count("Mở báo cáo:") == 1 for m in to_officer)


def test_an_extension_is_told_both_ways(report, people, mailoutbox):
    asked = extensions.ask_extension(
        report, wanted_day=dt.date(2024, 6, 28), reason="Chờ số.", by=people.officer, at=DAY
    )
    reminders.send_owed(now=DAY, digests=False)
    extensions.decide_extension(
        asked, granted_day=dt.date(2024, 6, 26), answer="", by=people.staff, at=DAY
    )
    reminders.send_owed(now=DAY, digests=False)

    assert [(m.to, m.subject) for m in mailoutbox] == [
        ([people.staff.email], f"{report.agency} xin gia hạn báo cáo 6 tháng đầu năm 2024"),
        (
            [people.officer.email],
            "Được gia hạn: báo cáo 6 tháng đầu năm 2024, đến hết thứ Tư, 26/6/2024",
        ),
    ]


def test_many_accepted_at_once_are_told_each_their_own(report, people, submit):
    other = ReportFactory(round=report.round)
    officer = MembershipFactory(agency=other.agency).user
    for one in (report, other):
        submit(one, by=people.staff, moment=DAY)

    workflow.accept_reports({report.pk: 1, other.pk: 1}, by=people.staff, at=DAY)

    assert {(user, stage) for user, stage, _ in told()} == {
        (people.officer, "accepted-1"),
        (officer, "accepted-1"),
    }


def test_a_closed_round_is_told_to_all_who_are_missing(report, people, submit, mailoutbox):
    sent = ReportFactory(round=report.round)
    MembershipFactory(agency=sent.agency)
    submit(sent, by=people.staff, moment=DAY)

    rounds.close_round(report.round, by=people.staff, at=DAY)
    reminders.send_owed(now=DAY, digests=False)

    assert [m.to for m in mailoutbox] == [[people.officer.email]]
    assert mailoutbox[0].subject.startswith("Đã đóng: báo cáo 6 tháng đầu năm 2024")


def test_news_a_week_old_are_not_mailed_any_more(report, people, submit, mailoutbox):
    submit(report, by=people.officer, moment=at("2024-06-10"))

    reminders.send_owed(now=DAY, digests=False)

    assert mailoutbox == []
    assert told() == [(people.staff, "submitted-1", "dropped")]


# The page of notices


def test_the_page_lists_what_the_mails_said_and_reading_is_remembered(
    client, report, people, submit
):
    submit(report, by=people.officer, moment=at("2024-06-13"))
    send_back(report, people.staff)
    client.force_login(people.officer)

    page = client.get(reverse("reporting:notice-list")).text
    assert "1 thông báo chưa đọc" in page
    assert "Bị trả lại: báo cáo 6 tháng đầu năm 2024" in page
    assert "Thông báo&nbsp;<b>(1" in page

    row = Reminder.objects.get(recipient=people.officer)
    answer = client.post(reverse("reporting:notice-open", args=[row.pk]))
    assert answer.url == report.get_absolute_url()
    assert "Không có thông báo chưa đọc" in client.get(reverse("reporting:notice-list")).text


def test_all_are_read_at_once_and_nobody_elses(client, report, people):
    for _ in range(2):
        MembershipFactory(agency=ReportFactory(round=report.round).agency, user=people.officer)
    reminders.send_owed(now=at("2024-06-14", 8))
    MembershipFactory(agency=report.agency)
    reminders.send_owed(now=at("2024-06-14", 9))
    client.force_login(people.officer)

    client.post(reverse("reporting:notices-read"))

    unread = Reminder.objects.unread().values_list("recipient", flat=True)
    assert people.officer.pk not in unread
    assert len(unread) == 1


def test_anothers_notice_is_not_there(client, report, people):
    reminders.send_owed(now=at("2024-06-14", 8))
    row = Reminder.objects.get()
    client.force_login(people.staff)

    assert client.post(reverse("reporting:notice-open", args=[row.pk])).status_code == 404


def test_a_plan_is_left_to_colleagues_and_taken_back(client, report, people):
    client.force_login(people.officer)
    address = reverse("reporting:plan-mute", args=[report.round.plan.code])

    client.post(address, {"mute": "1"})
    assert Mute.objects.filter(user=people.officer).count() == 1
    assert "để đồng nghiệp nhận" in client.get(reverse("reporting:notice-list")).text

    client.post(address)
    assert not Mute.objects.exists()


@pytest.mark.parametrize(
    ("entered", "last_told_on"),
    [
        (at("2024-06-10", 0), dt.date(2024, 6, 16)),
        (at("2024-06-10", 6, 59), dt.date(2024, 6, 16)),
        (at("2024-06-10", 7), dt.date(2024, 6, 16)),  # 00:00 UTC
        (at("2024-06-10", 23, 59), dt.date(2024, 6, 16)),
        (at("2024-06-11", 0), dt.date(2024, 6, 17)),  # 17:00 UTC of the 10th
    ],
)
def test_news_are_told_for_seven_days_of_vietnam(report, people, entered, last_told_on):
    reminders.remind_now([report], by=people.staff, now=entered)
    rows = list(Reminder.objects.all())

    def is_told(day):
        return bool(validity.still_valid(rows, on=day, calendar=LIBRARY_CALENDAR))

    assert is_told(last_told_on)
    assert not is_told(last_told_on + dt.timedelta(days=1))
