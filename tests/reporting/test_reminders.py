"""Reminders: what is owed to whom, the ledger, the digest, and delivery (R5, R23, R24)."""

import datetime as dt
import email
import email.policy
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from agencies.models import Membership
from reporting import reminders, tasks, workflow
from reporting.models import Mute, Reminder, Report, RoundDue, Tier
from tests.factories import (
    AgencyFactory,
    MembershipFactory,
    ReportFactory,
    RoundDueFactory,
    UserFactory,
    at,
)

Role = Membership.Role
LAST_DAY = dt.date(2024, 6, 19)
# Last day 19/6/2024: T-3 on Friday 14/6 until 17/6, T-1 on 18/6, T0 on 19/6, T+1 from 20/6.
T_MINUS_3, T_MINUS_1, T0, T_PLUS_1 = (at(f"2024-06-{day}", 8) for day in ("14", "18", "19", "20"))


@pytest.fixture
def real_mail(settings, mail_sink):
    """The run's own SMTP server instead of Django's outbox."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    return mail_sink


def add_reports(report, number, *, with_officers):
    """Put more agencies' reports beside one, each with an officer of its own or with none."""
    agencies = AgencyFactory.create_batch(number, jurisdiction=report.agency.jurisdiction)
    for agency in agencies:
        ReportFactory(round=report.round, agency=agency)
        if with_officers:
            MembershipFactory(agency=agency)


def owed(now):
    return [(item.report, item.stage, item.recipient) for item in reminders.owed_on(now.date())]


def entries():
    rows = Reminder.objects.order_by("pk")
    return [(row.recipient.email, row.stage, row.state) for row in rows]


def enter(now):
    reminders.enter_in_ledger(reminders.owed_on(now.date()), now=now)


def states():
    return [state for _, _, state in entries()]


def reminding():
    """The states of what the calendar owed, without the news of deeds."""
    return list(Reminder.objects.reminding().order_by("pk").values_list("state", flat=True))


def send_back(report, staff, *, last_day=dt.date(2024, 6, 25), moment=None, reason="Số sai."):
    workflow.return_report(
        report, by=staff, at=moment or at("2024-06-17"), reason=reason, last_day=last_day
    )


# Who is owed what


def test_each_officer_of_the_agency_is_owed_the_stage(report, officer, staff):
    colleague = MembershipFactory(agency=report.agency).user
    MembershipFactory(agency=report.agency, role=Role.HEAD)

    assert owed(T_MINUS_3) == [(report, "T-3", officer), (report, "T-3", colleague)]


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        ("2024-06-03", None),
        ("2024-06-04", "T-15"),
        ("2024-06-12", "T-7"),
        ("2024-06-17", "T-3"),
        ("2024-06-18", "T-1"),
        ("2024-06-19", "T0"),
        ("2024-06-20", "T+1"),
        ("2024-06-24", "T+3"),
        ("2024-06-26", "T+7"),
        ("2024-07-02", "T+7"),
        ("2024-07-03", None),
    ],
)
def test_what_is_owed_follows_the_calendar(report, officer, day, stage):
    assert [stage for _, stage, _ in owed(at(day))] == ([stage] if stage else [])


def test_an_agency_without_an_officer_is_owed_to_the_lead_departments_staff(report, staff):
    second = MembershipFactory(agency=report.round.plan.lead_agency, role=Role.STAFF).user

    assert owed(T0) == [(report, "T0", staff), (report, "T0", second)]


def test_an_agency_with_a_head_alone_is_owed_to_the_head(report, staff):
    head = MembershipFactory(agency=report.agency, role=Role.HEAD).user

    assert owed(T0) == [(report, "T0", head)]


def test_an_inactive_officer_counts_as_none(report, officer, staff):
    officer.is_active = False
    officer.save()

    assert owed(T0) == [(report, "T0", staff)]


def test_nobody_there_is_nobody_owed(report):
    assert owed(T0) == []


def test_officers_of_other_agencies_and_staff_of_other_plans_are_owed_nothing(report, people):
    assert owed(T0) == [(report, "T0", people.officer)]


def test_the_consolidation_is_owed_to_the_staff(report, officer, staff):
    lead = report.round.plan.lead_agency
    MembershipFactory(agency=lead)  # an officer of the lead department
    consolidation = ReportFactory(
        round=report.round, agency=lead, tier=Tier.LEAD, last_day=dt.date(2024, 6, 29)
    )

    assert set(owed(at("2024-06-28"))) == {
        (report, "T+7", officer),
        (consolidation, "T0", staff),
    }


def test_the_lead_departments_own_data_is_not_reminded(report, staff):
    lead = report.round.plan.lead_agency
    MembershipFactory(agency=lead)
    ReportFactory(round=report.round, agency=lead)
    report.delete()

    assert owed(T0) == []


def test_without_a_last_day_nothing_is_owed(report, officer):
    Report.objects.update(last_day=None)

    assert owed(T0) == []


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        ("2024-06-04", "T-15"),
        ("2024-06-18", "T-1"),
        ("2024-06-19", "T0"),
        ("2024-06-20", None),
        ("2024-06-24", None),
        ("2024-06-26", None),
    ],
)
def test_a_requested_reporter_is_reminded_before_the_day_and_never_after(
    report, officer, day, stage
):
    Report.objects.update(obligation="requested")

    assert [stage for _, stage, _ in owed(at(day))] == ([stage] if stage else [])


def test_a_requested_reporter_is_not_told_of_the_last_day_on_the_weekend_after_it(report, officer):
    # A Friday: T0 is owed until T+1 on Monday, but the day has passed on Saturday.
    Report.objects.update(obligation="requested", last_day=dt.date(2024, 6, 14))

    assert [stage for _, stage, _ in owed(at("2024-06-14"))] == ["T0"]
    assert owed(at("2024-06-15")) == []
    assert owed(at("2024-06-16")) == []


def test_only_open_reports_are_owed(report, people, submit):
    submit(report, by=people.officer, moment=at("2024-06-10"))
    assert owed(T_MINUS_3) == []

    workflow.accept_report(report, by=people.staff, at=at("2024-06-11"))
    assert owed(T_MINUS_3) == []


# The digest


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


# The ledger


def test_a_reminder_stands_once_in_the_ledger(report, officer):
    row = {"report": report, "last_day": LAST_DAY, "stage": "T0", "recipient": officer}
    Reminder.objects.create(**row)

    with pytest.raises(IntegrityError, match="one_reminder_per_report"), transaction.atomic():
        Reminder.objects.create(**row)
    for other in ({"stage": "T+1"}, {"last_day": T0.date() + dt.timedelta(days=1)}):
        Reminder.objects.create(**row | other)
    Reminder.objects.create(**row | {"recipient": UserFactory()})


def test_running_twice_sends_one_mail(report, officer, mailoutbox):
    first = reminders.send_owed(now=T_MINUS_3)
    again = reminders.send_owed(now=T_MINUS_3 + dt.timedelta(hours=1))
    next_day = reminders.send_owed(now=at("2024-06-17", 8))

    assert (len(first), again, next_day) == (1, [], [])
    assert len(mailoutbox) == 1
    [row] = Reminder.objects.all()
    assert (row.state, row.sent_at, row.attempts, row.error) == ("sent", T_MINUS_3, 1, "")
    assert row.lease_until is None


def test_the_next_stage_is_another_mail(report, officer, mailoutbox):
    for moment in (T_MINUS_3, T_MINUS_1, T0, T_PLUS_1):
        reminders.send_owed(now=moment)

    assert len(mailoutbox) == 4
    assert [stage for _, stage, _ in entries()] == ["T-3", "T-1", "T0", "T+1"]


def test_a_missed_day_is_caught_up_with_one_mail(report, officer, mailoutbox):
    # Nothing ran on T-15, T-7 and T-3.
    reminders.send_owed(now=T_MINUS_1)

    assert entries() == [(officer.email, "T-1", "sent")]
    assert len(mailoutbox) == 1


def test_a_round_opened_late_mails_nobody(report, officer, mailoutbox):
    reminders.send_owed(now=at("2024-08-01", 8))

    assert mailoutbox == []
    assert entries() == []


def test_sending_the_report_stops_reminders_already_in_the_ledger(
    report, people, submit, mailoutbox
):
    enter(T_MINUS_3)
    submit(report, by=people.officer, moment=T_MINUS_3)

    reminders.send_owed(now=T_MINUS_3)

    assert [m for m in mailoutbox if m.to == [people.officer.email]] == []
    assert reminding() == ["dropped"]


def test_a_stage_that_has_passed_in_the_ledger_gives_way_to_the_next(report, officer, mailoutbox):
    enter(T_MINUS_3)

    reminders.send_owed(now=T_MINUS_1)

    assert entries() == [(officer.email, "T-3", "dropped"), (officer.email, "T-1", "sent")]
    assert len(mailoutbox) == 1


def test_a_tick_of_today_leaves_rows_of_a_run_for_a_later_day_alone(report, officer, mailoutbox):
    enter(T_MINUS_1)

    reminders.send_owed(now=T_MINUS_3)
    reminders.send_owed(now=T_MINUS_1)

    assert [row.stage for row in Reminder.objects.filter(state="sent")] == ["T-1", "T-3"]
    assert len(mailoutbox) == 2


def test_who_has_left_gets_no_mail_already_in_the_ledger(report, officer, staff, mailoutbox):
    enter(T0)
    officer.is_active = False
    officer.save()

    reminders.send_owed(now=T0)

    assert [message.to for message in mailoutbox] == [[staff.email]]
    assert entries() == [(officer.email, "T0", "dropped"), (staff.email, "T0", "sent")]


def test_a_return_starts_a_new_series(report, people, submit, mailoutbox):
    reminders.send_owed(now=at("2024-06-17", 8))
    submit(report, by=people.officer, moment=at("2024-06-17", 10))
    send_back(report, people.staff, last_day=dt.date(2024, 6, 20), moment=at("2024-06-17", 11))

    reminders.send_owed(now=at("2024-06-17", 12))
    reminders.send_owed(now=at("2024-06-18", 8))

    rows = Reminder.objects.reminding().values_list("last_day", "stage", "state")
    assert list(rows) == [
        (LAST_DAY, "T-3", "sent"),
        (dt.date(2024, 6, 20), "T-3", "sent"),
    ]
    # One digest a day: the new series waits for the morning, the news of the return does not.
    assert [message.extra_headers["Date"].split()[1] for message in mailoutbox] == [
        "17",
        "17",
        "18",
    ]


def test_a_row_of_the_series_before_the_return_gives_way(report, people, submit, mailoutbox):
    enter(at("2024-06-17", 8))
    submit(report, by=people.officer, moment=at("2024-06-17", 8))
    send_back(report, people.staff, last_day=dt.date(2024, 6, 20))

    reminders.send_owed(now=at("2024-06-17", 12))

    # On this day both series stand at T-3.
    rows = Reminder.objects.reminding().values_list("last_day", "stage", "state")
    assert list(rows) == [
        (LAST_DAY, "T-3", "dropped"),
        (dt.date(2024, 6, 20), "T-3", "sent"),
    ]
    assert mailoutbox[0].body.count("Mở báo cáo:") == 1


def test_a_return_to_the_same_last_day_misses_no_stage(report, people, submit, mailoutbox):
    # Owed, then dropped because the report was in; returned the same day, it is owed again.
    enter(T_MINUS_1)
    submit(report, by=people.officer, moment=T_MINUS_1)
    reminders.send_owed(now=T_MINUS_1)
    assert reminding() == ["dropped"]
    send_back(report, people.staff, last_day=LAST_DAY, moment=T_MINUS_1)

    reminders.send_owed(now=T_MINUS_1)
    reminders.send_owed(now=T_MINUS_1)

    assert reminding() == ["sent"]
    assert [message.to for message in mailoutbox].count([people.officer.email]) == 1


# Over the wire


@pytest.mark.xdist_group("services")
def test_the_mail_arrives_whole_at_the_mail_server(report, officer, real_mail):
    officer.full_name = "Nguyễn Thị Ngọc Hường"
    officer.save()

    [row] = reminders.send_owed(now=T_MINUS_3)

    [(path, line)] = real_mail.mails()
    row.refresh_from_db()
    assert (line["to"], line["message_id"]) == ([officer.email], row.message_id)
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert mail["Subject"].strip() == "Còn 5 ngày: báo cáo 6 tháng đầu năm 2024"
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    for part in (text, html):
        assert "Nguyễn Thị Ngọc Hường" in part
        assert "Ủy ban nhân dân huyện" in part
        assert "trước ngày 20/6" in part
    assert mail["Date"].datetime == T_MINUS_3


@pytest.mark.xdist_group("services")
def test_the_task_sends_what_the_domains_clock_owes(report, officer, real_mail, settings):
    settings.PORTAL_TODAY = "2024-06-19T08:00"

    tasks.send_reminders()

    assert [line["to"] for _, line in real_mail.mails()] == [[officer.email]]
    assert entries() == [(officer.email, "T0", "sent")]


@pytest.mark.xdist_group("services")
@pytest.mark.django_db(transaction=True)
def test_runs_at_the_same_moment_send_each_person_one_mail(report, officer, staff, real_mail):
    add_reports(report, 7, with_officers=True)
    add_reports(report, 3, with_officers=False)  # three in the staff's digest
    runs = 4
    start = threading.Barrier(runs)

    def run(number):
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            return reminders.send_owed(now=T_MINUS_3)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(runs) as pool:
        sent = [row.pk for rows in pool.map(run, range(runs)) for row in rows]

    addressees = [line["to"][0] for _, line in real_mail.mails()]
    assert len(addressees) == len(set(addressees)) == 9
    assert sorted(sent) == sorted(Reminder.objects.values_list("pk", flat=True))
    assert len(sent) == 11
    assert set(states()) == {"sent"}
    assert set(Reminder.objects.values_list("attempts", flat=True)) == {1}


# Statements asked of the database


def statements(action):
    with CaptureQueriesContext(connection) as queries:
        action()
    return len(queries)


def counts_for(report, action):
    """Return the statements `action` needs with 20 reports, then with 60."""
    counts = []
    for more in (19, 40):
        add_reports(report, more, with_officers=False)
        Reminder.objects.all().delete()
        counts.append(statements(action))
    return counts


def test_a_mail_costs_the_same_number_of_statements_however_many_are_owed(
    report, officer, mailoutbox
):
    """Three ticks with 10, 25 and 45 mails: a fixed part, and the same for each mail."""
    costs = []
    for more in (9, 15, 20):
        add_reports(report, more, with_officers=True)
        Reminder.objects.all().delete()
        costs.append(statements(lambda: reminders.send_owed(now=T_MINUS_3)))

    assert len(mailoutbox) == 10 + 25 + 45
    each = (costs[1] - costs[0]) / 15
    assert costs[2] - costs[1] == each * 20
    assert each <= 20
    assert costs[0] - each * 10 <= 20


def test_a_digest_of_sixty_takes_no_more_statements_than_one_of_twenty(report, staff, mailoutbox):
    few, many = counts_for(report, lambda: reminders.send_owed(now=T_MINUS_3))

    assert few == many
    assert [message.body.count("Mở báo cáo:") for message in mailoutbox] == [20, 60]


def test_a_tick_with_nothing_new_takes_no_more_statements_for_sixty(report, staff, mailoutbox):
    def second_tick():
        reminders.send_owed(now=T_MINUS_3)
        return statements(lambda: reminders.send_owed(now=T_MINUS_3))

    counts = []
    for more in (19, 40):
        add_reports(report, more, with_officers=False)
        Reminder.objects.all().delete()
        counts.append(second_tick())

    assert counts[0] == counts[1]
    assert len(mailoutbox) == 2


def test_the_calendar_is_asked_in_a_fixed_number_of_statements(report, officer, staff):
    few, many = counts_for(report, lambda: reminders.owed_on(T_MINUS_3.date()))

    assert few == many


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


# Escalation (R23) and plans left to colleagues


def told_on(day):
    return {
        (item.recipient, item.stage, item.audience) for item in reminders.owed_on(at(day).date())
    }


def test_the_head_is_told_three_days_after_and_the_leader_seven(report, people):
    # 19/6: T+1 on 20/6, T+3 moves from Saturday to Monday 24/6, T+7 on 26/6.
    assert told_on("2024-06-21") == {(people.officer, "T+1", "reporter")}
    assert told_on("2024-06-24") == {
        (people.officer, "T+3", "reporter"),
        (people.head, "T+3", "head"),
    }
    assert told_on("2024-06-26") == {
        (people.officer, "T+7", "reporter"),
        (people.leader, "T+7", "leader"),
    }


def test_a_requested_reporter_is_never_escalated(report, people):
    Report.objects.update(obligation="requested")

    assert told_on("2024-06-24") == told_on("2024-06-26") == set()


def test_a_head_who_is_also_the_officer_is_told_once_as_the_one_who_reports(report, people):
    MembershipFactory(user=people.head, agency=report.agency)

    assert (people.head, "T+3", "reporter") in told_on("2024-06-24")
    assert (people.head, "T+3", "head") not in told_on("2024-06-24")


def test_the_leader_gets_one_digest_however_many_are_late(report, people, mailoutbox):
    add_reports(report, 30, with_officers=True)

    reminders.send_owed(now=at("2024-06-26", 8))

    [message] = [message for message in mailoutbox if message.to == [people.leader.email]]
    assert message.subject == "31 báo cáo quá hạn: báo cáo 6 tháng đầu năm 2024"
    for part in both_parts(message):
        assert part.count("uá hạn 7 ngày") == 31
        assert part.count(report.round.get_absolute_url()) == 1


def test_a_muted_plan_is_left_to_a_colleague_and_never_to_nobody(report, people):
    plan = report.round.plan
    Mute.objects.create(user=people.officer, plan=plan)
    assert told_on("2024-06-14") == {(people.officer, "T-3", "reporter")}

    colleague = MembershipFactory(agency=report.agency).user
    assert told_on("2024-06-14") == {(colleague, "T-3", "reporter")}

    Mute.objects.create(user=colleague, plan=plan)
    assert len(told_on("2024-06-14")) == 2


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
