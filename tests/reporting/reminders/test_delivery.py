"""Reminders over the wire, and at what cost to the database."""

import email
import email.policy
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from reporting import reminders, tasks
from reporting.models import Reminder
from tests.reporting.reminders.conftest import T_MINUS_3, add_reports, entries, states


@pytest.fixture
def real_mail(settings, mail_sink):
    """The run's own SMTP server instead of Django's outbox."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    return mail_sink


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
