"""The one mail of a person: what it says, in which order."""

import datetime as dt

import pytest

from reporting import reminders
from reporting.models import Report, RoundDue, Tier
from tests.factories import AgencyFactory, ReportFactory, RoundDueFactory, at
from tests.reporting.reminders.conftest import T0, T_MINUS_1, T_MINUS_3, add_reports, send_back


def test_one_person_gets_one_mail_with_all_items(report, staff, mailoutbox):
    add_reports(report, 4, with_officers=False)

    sent = reminders.send_owed(now=T_MINUS_3)

    [message] = mailoutbox
    assert message.to == [staff.email]
    assert len(sent) == 5
    for agency in AgencyFactory._meta.model.objects.filter(reports__isnull=False):
        assert agency.name in message.body
    assert message.subject == "Còn 5 ngày: báo cáo 6 tháng đầu năm 2024 và 4 báo cáo khác"


def test_everyone_gets_their_own_mail(report, officer, mailoutbox):
    add_reports(report, 3, with_officers=True)

    reminders.send_owed(now=T_MINUS_3)

    assert len({message.to[0] for message in mailoutbox}) == len(mailoutbox) == 4
    assert all(message.body.count("Mở báo cáo:") == 1 for message in mailoutbox)


def test_the_mail_says_words_last_day_and_where_to_go(report, officer, settings, mailoutbox):
    settings.PORTAL_URL = "https://viec-lam.test.invalid/"

    reminders.send_owed(now=T_MINUS_3)

    [message] = mailoutbox
    link = f"https://viec-lam.test.invalid{report.get_absolute_url()}"
    assert message.subject == "Còn 5 ngày: báo cáo 6 tháng đầu năm 2024"
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    for text in (message.body, html):
        assert f"Kính gửi: {officer.full_name}" in text
        assert "Hạn trong văn bản: trước ngày 20/6" in text
        assert "19/6/2024" in text
        assert "thứ Tư" in text
        assert "Còn 5 ngày" in text
        assert report.agency.name in text
        assert link in text
    assert f'href="{link}"' in html


@pytest.mark.parametrize(
    ("day", "subject"),
    [
        ("2024-06-18", "Còn 1 ngày: báo cáo 6 tháng đầu năm 2024"),
        ("2024-06-19", "Hôm nay là ngày cuối: báo cáo 6 tháng đầu năm 2024"),
        ("2024-06-20", "Quá hạn: báo cáo 6 tháng đầu năm 2024"),
    ],
)
def test_the_subject_says_how_much_time_is_left(report, officer, mailoutbox, day, subject):
    reminders.send_owed(now=at(day, 8))

    assert mailoutbox[0].subject == subject


def both_parts(message):
    return message.body, message.alternatives[0][0]


def test_a_late_report_is_told_by_how_many_days(report, officer, mailoutbox):
    reminders.send_owed(now=at("2024-06-24", 8))

    text, html = both_parts(mailoutbox[0])
    assert "Đã quá hạn 5 ngày." in text
    assert "Quá hạn 5 ngày" in html


def test_a_returned_report_past_its_new_last_day_is_late_though_first_sent_on_time(
    report, people, submit, mailoutbox
):
    submit(report, by=people.officer, moment=at("2024-06-17"))
    send_back(report, people.staff, last_day=dt.date(2024, 6, 24))

    reminders.send_owed(now=at("2024-06-25", 8))

    [message] = mailoutbox
    text, html = both_parts(message)
    assert "Đã quá hạn 1 ngày." in text
    assert "Quá hạn 1 ngày" in html
    assert message.subject.startswith("Quá hạn:")
    assert "-1" not in message.subject


def test_a_returned_report_has_its_new_time_though_first_sent_late(
    report, people, submit, mailoutbox
):
    submit(report, by=people.officer, moment=at("2024-06-21"))
    send_back(report, people.staff, last_day=dt.date(2024, 6, 28), moment=at("2024-06-21"))

    reminders.send_owed(now=at("2024-06-25", 8))

    text, html = both_parts(mailoutbox[0])
    assert "Còn 3 ngày" in text
    assert "Còn 3 ngày" in html
    assert "uá hạn" not in text + html


def test_a_returned_report_is_reminded_with_the_reason(report, people, submit, mailoutbox):
    submit(report, by=people.officer, moment=at("2024-06-13"))
    send_back(report, people.staff, reason="Phần <cộng> & tổng lệch 24.")

    reminders.send_owed(now=at("2024-06-21", 8))

    text, html = both_parts(mailoutbox[0])
    assert "Báo cáo bị trả lại: Phần <cộng> & tổng lệch 24." in text
    assert "Phần &lt;cộng&gt; &amp; tổng lệch 24." in html


def test_a_requested_reporter_is_asked_politely(report, officer, mailoutbox):
    Report.objects.update(obligation="requested")

    reminders.send_owed(now=T_MINUS_3)

    for text in both_parts(mailoutbox[0]):
        assert "Trân trọng đề nghị" in text
        assert "uá hạn" not in text


def test_the_nearest_last_day_comes_first(report, staff, mailoutbox):
    add_reports(report, 1, with_officers=False)
    Report.objects.filter(pk=report.pk).update(last_day=dt.date(2024, 6, 21))

    reminders.send_owed(now=T_MINUS_1)

    [message] = mailoutbox
    assert message.subject == "Còn 1 ngày: báo cáo 6 tháng đầu năm 2024 và 1 báo cáo khác"
    assert message.body.index("19/6/2024") < message.body.index("21/6/2024")


def test_a_name_with_markup_is_text_in_both_parts(report, officer, mailoutbox):
    officer.full_name = "Trần <b>Văn</b> & Con"
    officer.save()

    reminders.send_owed(now=T_MINUS_3)

    text, html = both_parts(mailoutbox[0])
    assert "Trần <b>Văn</b> & Con" in text
    assert "Trần &lt;b&gt;Văn&lt;/b&gt; &amp; Con" in html


def test_due_words_are_those_of_the_reports_own_tier(report, staff, mailoutbox):
    RoundDueFactory(
        round=report.round, tier=Tier.LEAD, last_day=dt.date(2024, 6, 29), words="trước ngày 30/6"
    )
    ReportFactory(
        round=report.round,
        tier=Tier.LEAD,
        agency=report.round.plan.lead_agency,
        last_day=dt.date(2024, 6, 29),
    )

    reminders.send_owed(now=T_MINUS_3)

    [message] = mailoutbox
    first, second = message.body.split("Mở báo cáo:")[:2]
    assert "trước ngày 20/6" in first
    assert "trước ngày 30/6" in second
    assert RoundDue.objects.count() == 2


def test_an_agency_without_users_is_named_so_in_the_staffs_mail(report, staff, mailoutbox):
    reminders.send_owed(now=T_MINUS_3)

    for part in both_parts(mailoutbox[0]):
        assert "Cơ quan này chưa có người dùng" in part


# What a mail says is missing


def test_the_mail_says_what_the_draft_still_lacks(report, officer, fill_in, mailoutbox):
    reminders.send_owed(now=T_MINUS_3)
    assert all("Còn thiếu: chưa nhập gì" in part for part in both_parts(mailoutbox[0]))

    fill_in(report, "")
    reminders.send_owed(now=T_MINUS_1)
    assert all("Còn thiếu: 1 ô số liệu" in part for part in both_parts(mailoutbox[1]))

    fill_in(report)
    reminders.send_owed(now=T0)
    assert "Còn thiếu" not in mailoutbox[2].body


def test_a_mail_about_one_report_has_one_button_that_opens_it(report, officer, mailoutbox):
    reminders.send_owed(now=T_MINUS_3)

    html = both_parts(mailoutbox[0])[1]
    assert html.count("Mở báo cáo</a>") == 1
    assert html.count(report.get_absolute_url()) == 1
    assert f'{report.get_absolute_url()}"' in html


def test_eleven_items_stand_apart_in_both_parts(report, staff, mailoutbox):
    add_reports(report, 10, with_officers=False)

    reminders.send_owed(now=T_MINUS_3)

    text, html = both_parts(mailoutbox[0])
    blocks = [block for block in text.split("\n\n") if "Mở báo cáo:" in block]
    assert [int(block.split(".")[0]) for block in blocks] == [*range(1, 12)]
    assert html.count("Mở báo cáo</a>") == 11
    assert html.count("Mở việc của tôi</a>") == 1
    assert "\n\n\n" not in text


def test_the_leader_gets_one_digest_however_many_are_late(report, people, mailoutbox):
    add_reports(report, 30, with_officers=True)

    reminders.send_owed(now=at("2024-06-26", 8))

    [message] = [message for message in mailoutbox if message.to == [people.leader.email]]
    assert message.subject == "31 báo cáo quá hạn: báo cáo 6 tháng đầu năm 2024"
    for part in both_parts(message):
        assert part.count("uá hạn 7 ngày") == 31
        assert part.count(report.round.get_absolute_url()) == 1
