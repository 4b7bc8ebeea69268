"""The ledger: each reminder once, none for what has passed (R23, R24)."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from reporting import reminders
from reporting.models import Reminder
from tests.factories import UserFactory, at
from tests.reporting.reminders.conftest import (
    LAST_DAY,
    T0,
    T_MINUS_1,
    T_MINUS_3,
    T_PLUS_1,
    enter,
    entries,
    reminding,
    send_back,
)


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
