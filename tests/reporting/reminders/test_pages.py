"""What staff see of reminders: the page of a round, decisions on mails in doubt, the alarm."""

import datetime as dt

import pytest
from django.urls import reverse

from config import clock
from reporting import reminders
from reporting.models import Reminder, Tick
from tests.factories import MembershipFactory, ReportFactory, at

T_MINUS_3 = at("2024-06-14", 8)
SENT_BACK_BY_SERVER = "550 no such user"


@pytest.fixture
def staff(client, people, settings):
    settings.PORTAL_TODAY = "2024-06-17T08:00"
    client.force_login(people.staff)
    return people.staff


def page(client, report):
    return client.get(reverse("reporting:round-reminders", args=[report.round_id])).text


def test_the_page_says_who_was_reminded_when_and_whether_it_went(
    client, report, people, staff, mailoutbox
):
    silent = ReportFactory(round=report.round)
    reminders.send_owed(now=T_MINUS_3)
    Reminder.objects.filter(report=silent).update(state="bounced", error=SENT_BACK_BY_SERVER)

    text = page(client, report)

    assert "1 thư không đi được" in text
    assert f"14/6/2024, 08:00 · mốc trước hạn 3 ngày · {people.officer}" in text
    assert "đã gửi 14/6, 08:00" in text
    assert "địa chỉ không nhận thư" in text
    assert SENT_BACK_BY_SERVER in text


def test_one_row_is_reminded_at_once_and_only_once_a_day(client, report, people, staff):
    address = reverse("reporting:report-remind", args=[report.pk])

    first = client.post(address, follow=True).text
    second = client.post(address, follow=True).text

    assert "Đã ghi nhắc" in first
    assert "Hôm nay đã nhắc" in second
    assert Reminder.objects.get().stage == "hand-2024-06-17"


def test_an_agency_without_people_is_to_be_telephoned(client, report, staff):
    silent = ReportFactory(round=report.round)

    answer = client.post(reverse("reporting:report-remind", args=[silent.pk]), follow=True)

    assert "xin nhắc bằng điện thoại" in answer.text


def test_a_sent_report_is_refused_by_name(client, report, people, staff, submit):
    submit(report, by=people.officer)

    answer = client.post(reverse("reporting:report-remind", args=[report.pk]), follow=True)

    assert f"{report.agency} (đã gửi)" in answer.text


@pytest.mark.parametrize("state", ["unknown", "refused", "bounced", "parked"])
def test_staff_send_an_undelivered_mail_again(client, report, people, staff, mailoutbox, state):
    reminders.enter_in_ledger(reminders.owed_on(T_MINUS_3.date()), now=T_MINUS_3)
    Reminder.objects.update(state=state, attempts=9)
    row = Reminder.objects.get()

    client.post(reverse("reporting:reminder-decide", args=[row.pk]), {"decision": "again"})
    reminders.send_owed(now=T_MINUS_3)

    row.refresh_from_db()
    assert (row.state, row.attempts) == ("sent", 1)
    assert len(mailoutbox) == 1
    assert report.events.get(action="mail-sent-again").by == staff


def test_staff_take_a_mail_in_doubt_as_sent(client, report, people, staff, mailoutbox):
    reminders.enter_in_ledger(reminders.owed_on(T_MINUS_3.date()), now=T_MINUS_3)
    Reminder.objects.update(state="unknown", tried_at=T_MINUS_3)
    row = Reminder.objects.get()

    client.post(reverse("reporting:reminder-decide", args=[row.pk]), {"decision": "sent"})
    reminders.send_owed(now=T_MINUS_3)

    row.refresh_from_db()
    assert (row.state, row.sent_at) == ("sent", T_MINUS_3)
    assert mailoutbox == []


def test_a_mail_that_went_out_is_not_sent_again(client, report, people, staff, mailoutbox):
    reminders.send_owed(now=T_MINUS_3)
    row = Reminder.objects.get()

    answer = client.post(
        reverse("reporting:reminder-decide", args=[row.pk]), {"decision": "again"}, follow=True
    )

    assert "không còn chờ quyết định" in answer.text
    assert Reminder.objects.get().state == "sent"


# The alarm on the first page


def minutes_ago(number):
    return clock.real_now() - dt.timedelta(minutes=number)


@pytest.mark.parametrize(
    ("finished", "trouble_since", "words"),
    [
        (14, None, ""),
        (16, None, "Lượt kiểm tra gần nhất lúc"),
        (-14, None, ""),
        (-16, None, "Lượt kiểm tra gần nhất lúc"),  # the clock was set back since
        (1, 14, ""),
        (1, 16, "Máy chủ thư không nhận thư từ"),
    ],
)
def test_staff_are_alarmed_when_nothing_is_being_sent(
    client, report, staff, finished, trouble_since, words
):
    Tick.objects.all().delete()
    Tick.objects.create(
        finished_at=minutes_ago(finished),
        trouble_since=trouble_since and minutes_ago(trouble_since),
        trouble="Connection refused" if trouble_since else "",
    )

    text = client.get("/").text

    assert ("Thư nhắc đang không đi" in text) == bool(words)
    assert words in text


def test_a_tick_ends_the_alarm(client, report, staff):
    Tick.objects.all().delete()
    Tick.objects.create(finished_at=minutes_ago(60))
    assert "Thư nhắc đang không đi" in client.get("/").text

    reminders.send_owed(now=T_MINUS_3)

    assert "Thư nhắc đang không đi" not in client.get("/").text


def test_only_the_departments_own_staff_remind(client, report, people):
    MembershipFactory(user=people.other_staff, agency=report.agency)
    client.force_login(people.other_staff)

    assert client.post(reverse("reporting:report-remind", args=[report.pk])).status_code == 403
    assert not Reminder.objects.filter(stage__startswith="hand").exists()
