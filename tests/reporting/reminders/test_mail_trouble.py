"""Mails in trouble: refused, put off, in doubt, found in the relay's log or not (ADR 0014)."""

import datetime as dt
import json
import socket
from contextlib import closing
from itertools import pairwise

import psycopg2
import pytest
from django.db import connection
from django.urls import reverse

from agencies.calendar import LIBRARY_CALENDAR
from agencies.models import Membership
from config import clock
from config.database import database
from reporting import demo, reminders
from reporting.models import Reminder, Tick
from reporting.reminders import delivery, digest, ledger, recovery
from reporting.reminders.relay_log import SinkLog
from tests.factories import AgencyFactory, MembershipFactory, ReportFactory, at
from tests.smtp_server import HANG_UP

Role = Membership.Role
# Last day 19/6/2024: T-3 on Friday 14/6 until 17/6.
T_MINUS_3, T_MINUS_1 = at("2024-06-14", 8), at("2024-06-18", 8)


@pytest.fixture
def closed_port(settings):
    """Point mail at a port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


def add_reports(report, number):
    agencies = AgencyFactory.create_batch(number, jurisdiction=report.agency.jurisdiction)
    for agency in agencies:
        ReportFactory(round=report.round, agency=agency)
        MembershipFactory(agency=agency)


def claim(officer, now=T_MINUS_3):
    """What a process has done that dies, or freezes, before it speaks to the mail server."""
    reminders.enter_in_ledger(reminders.owed_on(now.date()), now=now)
    return ledger.claim(officer.pk, now=now, calendar=LIBRARY_CALENDAR)


def let_the_lease_run_out():
    past = clock.real_now() - dt.timedelta(seconds=1)
    Reminder.objects.exclude(lease_until=None).update(lease_until=past)


def tick(now=T_MINUS_3):
    return reminders.send_owed(now=now)


def states():
    return list(Reminder.objects.order_by("pk").values_list("state", flat=True))


# The server does not answer


def test_a_server_nobody_reaches_costs_no_try_and_is_asked_once_a_tick(
    report, officer, closed_port
):
    add_reports(report, 2)

    tick()
    tick()

    assert list(Reminder.objects.values_list("state", "attempts")) == [("owed", 0)] * 3
    assert "ConnectionRefusedError" in Tick.objects.get().trouble


def test_a_server_that_is_shutting_down_is_left_alone_until_the_next_tick(report, officer, relay):
    add_reports(report, 2)
    relay.sender = "421 later"

    tick()
    assert relay.conversations == 1

    relay.sender = "250 ok"
    let_the_lease_run_out()
    assert len(tick()) == 3


def test_the_trouble_is_dated_from_its_beginning_and_ends_with_it(
    report, officer, closed_port, settings, mailoutbox
):
    tick()
    began = Tick.objects.get().trouble_since
    tick()
    assert Tick.objects.get().trouble_since == began

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    tick()

    assert (Tick.objects.get().trouble, Tick.objects.get().trouble_since) == ("", None)
    assert len(mailoutbox) == 1


def test_a_tick_with_nothing_to_send_does_not_speak_to_the_server(report, relay):
    tick()

    assert relay.conversations == 0


# Answers by class


@pytest.mark.parametrize("step", ["sender", "recipient", "data"])
def test_a_mail_put_off_waits_with_growing_pauses_up_to_an_hour(report, officer, relay, step):
    setattr(relay, step, "451 greylisted")
    pauses = []
    for attempt in range(1, 7):
        before = clock.real_now()
        tick()
        row = Reminder.objects.get()
        assert (row.state, row.attempts) == ("owed", attempt)
        assert "451 greylisted" in row.error
        pauses.append(row.lease_until - before)
        tick()  # in the pause nothing is tried
        let_the_lease_run_out()

    assert all(later > earlier for earlier, later in pairwise(pauses[:4]))
    assert dt.timedelta(minutes=60) <= max(pauses) < dt.timedelta(minutes=61)
    setattr(relay, step, "250 ok")
    assert len(tick()) == 1
    assert Reminder.objects.get().error == ""


def test_after_a_day_of_putting_off_staff_are_told(client, report, officer, staff, relay):
    relay.data = "452 full"
    tick()
    Reminder.objects.update(attempts=ledger.MAX_ATTEMPTS - 1)
    let_the_lease_run_out()
    tick()

    assert states() == ["refused"]
    client.force_login(staff)
    page = client.get("/").text
    assert "Thư nhắc không đi được" in page
    assert officer.email in page


def test_a_dead_address_is_not_tried_again_and_delays_nobody(report, officer, relay):
    add_reports(report, 2)
    relay.by_address[officer.email] = "550 no such user"

    tick()
    let_the_lease_run_out()
    tick()

    row = Reminder.objects.get(recipient=officer)
    assert (row.state, row.attempts) == ("bounced", 1)
    assert "550 no such user" in row.error
    assert states().count("sent") == len(relay.mails) == 2


@pytest.mark.parametrize("address", ["nguoi\nnhan@test.invalid"])
def test_an_address_no_mail_can_carry_delays_nobody(report, officer, relay, address):
    officer.email = address
    officer.save()
    add_reports(report, 1)

    tick()

    assert Reminder.objects.get(recipient=officer).state == "bounced"
    assert states().count("sent") == 1


def test_a_mail_the_server_will_not_have_goes_to_the_staff(report, officer, relay):
    relay.data = "554 looks like spam"

    tick()
    tick()

    assert states() == ["refused"]
    assert len(relay.mails) == 1


def test_a_refused_sender_is_our_own_fault_and_tried_again(report, officer, relay):
    relay.sender = "550 sender unknown"
    tick()
    assert states() == ["owed"]

    relay.sender = "250 ok"
    let_the_lease_run_out()
    assert len(tick()) == 1


def test_a_row_that_cannot_be_written_is_parked_and_its_neighbours_go_out(
    report, officer, relay, monkeypatch
):
    """One broken report in a digest of three: the mail is written without it."""
    for _ in range(2):
        MembershipFactory(agency=ReportFactory(round=report.round).agency, user=officer)
    write = digest.message_about

    def stumble(rows, *, now):
        if any(row.report_id == report.pk for row in rows):
            raise RuntimeError("no such name")
        return write(rows, now=now)

    monkeypatch.setattr(digest, "message_about", stumble)
    for day in ("2024-06-14", "2024-06-15", "2024-06-16"):
        tick(at(day, 8))
        let_the_lease_run_out()

    bad = Reminder.objects.get(report=report)
    assert (bad.state, bad.attempts) == ("parked", ledger.MAX_POISONED)
    assert "no such name" in bad.error
    assert len(relay.mails) == 1
    assert states().count("sent") == 2


def test_one_whose_rows_break_the_claim_costs_nineteen_others_nothing(
    report, officer, relay, caplog
):
    """A row of a kind this version does not know, as a newer one may have left behind."""
    add_reports(report, 19)
    Reminder.objects.create(
        report=report, recipient=officer, last_day=report.last_day, stage="unheard-of-1"
    )

    assert len(tick()) == len(relay.mails) == 19

    theirs = Reminder.objects.filter(recipient=officer)
    assert set(theirs.values_list("state", "attempts")) == {("owed", 1)}
    assert f"Reminders to user {officer.pk} cannot be sent" in caplog.text
    tick()  # within the pause nothing is tried
    assert set(theirs.values_list("state", "attempts")) == {("owed", 1)}
    for _ in range(ledger.MAX_POISONED - 1):
        let_the_lease_run_out()
        tick()
    assert set(theirs.values_list("state", flat=True)) == {"parked"}
    assert "unheard" in theirs.first().error
    assert len(relay.mails) == 19


# In doubt


def test_a_row_in_sending_is_left_alone_while_its_lease_runs(report, officer, relay):
    claim(officer)

    tick()

    assert states() == ["sending"]
    assert relay.mails == []


def test_a_mail_whose_sender_died_before_speaking_goes_out_once(report, officer, relay):
    claim(officer)
    let_the_lease_run_out()

    tick()
    tick()

    assert states() == ["sent"]
    assert len(relay.mails) == 1


def test_a_mail_the_server_took_without_saying_so_is_found_in_its_log(report, officer, relay):
    relay.data = HANG_UP
    assert tick() == []
    assert states() == ["sending"]
    relay.data = "250 ok"

    tick()
    tick()

    row = Reminder.objects.get()
    assert (row.state, row.sent_at, row.error) == ("sent", T_MINUS_3, "")
    assert len(relay.mails) == 1


def test_without_a_readable_log_a_mail_in_doubt_is_for_people_to_decide(
    report, officer, relay, settings
):
    settings.MAIL_RELAY_LOG = ""
    relay.data = HANG_UP

    for _ in range(3):
        tick()

    assert states() == ["unknown"]
    assert len(relay.mails) == 1


def test_a_log_that_begins_after_the_mail_proves_nothing(report, officer, relay):
    claim(officer)
    let_the_lease_run_out()
    relay.log.unlink()
    relay.note("started")

    tick()

    assert states() == ["unknown"]
    assert "dừng giữa chừng" in Reminder.objects.get().error


def test_a_server_that_always_hangs_up_is_not_stormed(report, officer, relay):
    relay.sender = HANG_UP
    for _ in range(12):
        tick()

    assert relay.conversations <= 4


def test_a_process_frozen_past_its_lease_sends_nothing_and_writes_nothing(report, officer, relay):
    frozen = claim(officer)
    let_the_lease_run_out()
    tick()
    assert states() == ["sent"]
    before = Reminder.objects.values().get()

    with_mail = delivery.get_connection()
    with_mail.open()
    assert delivery._hand_over(frozen, with_mail, now=T_MINUS_3) == []
    with_mail.close()
    frozen.put_off(error="thawed")
    frozen.close("refused")
    frozen.leave_in_doubt(error="thawed")

    assert Reminder.objects.values().get() == before
    assert len(relay.mails) == 1


def test_a_later_holder_is_not_disturbed_by_an_earlier_one(report, officer, relay):
    frozen = claim(officer)
    let_the_lease_run_out()
    recovery.settle_doubts(SinkLog(relay.log))
    second = claim(officer)

    frozen.close("sent", sent_at=T_MINUS_3)

    assert second.fence == frozen.fence + 1
    assert states() == ["sending"]
    assert second.holds()
    assert not frozen.holds()


def test_nothing_is_sent_on_the_last_half_of_a_lease(report, officer, relay):
    held = claim(officer)
    third = clock.real_now() + ledger.lease() / 3
    Reminder.objects.update(lease_until=third)

    assert not held.holds()


def test_the_lease_is_taken_before_the_mail_server_is_spoken_to(report, officer, closed_port):
    before = clock.real_now()

    [row] = claim(officer).rows

    row.refresh_from_db()
    assert (row.state, row.fence) == ("sending", 1)
    assert before + ledger.lease() <= row.lease_until <= clock.real_now() + ledger.lease()


def test_leases_run_on_real_time_while_the_domain_stands_in_2024(report, officer, settings):
    settings.PORTAL_TODAY = "2024-06-14T08:00"

    [row] = claim(officer, clock.now()).rows

    row.refresh_from_db()
    assert abs(row.lease_until - ledger.lease() - clock.real_now()) < dt.timedelta(minutes=1)


# A database restored from an older copy


def forget_everything_since(moment):
    """Put the ledger back to a copy made before anything was sent."""
    Reminder.objects.all().delete()
    Tick.objects.update(finished_at=moment)


@pytest.fixture
def copied_at():
    delivery.note_tick()
    return Tick.objects.get().finished_at


def test_after_a_restore_no_digest_goes_out_twice(report, officer, copied_at, relay):
    add_reports(report, 2)
    assert len(tick()) == 3
    forget_everything_since(copied_at)

    assert tick(at("2024-06-14", 15)) == []
    assert tick(at("2024-06-15", 8)) == []  # the same stage, on the day after

    assert len(relay.mails) == 3
    assert set(states()) == {"sent"}
    assert len(tick(T_MINUS_1)) == 3  # the next stage goes out


def test_after_a_restore_news_that_waited_in_the_copy_are_not_told_again(
    report, people, copied_at, relay
):
    reminders.remind_now([report], by=people.staff, now=T_MINUS_3)
    waiting = list(Reminder.objects.all())
    reminders.send_owed(now=T_MINUS_3, digests=False)
    forget_everything_since(copied_at)
    Reminder.objects.bulk_create(waiting)

    reminders.send_owed(now=T_MINUS_3, digests=False)
    reminders.send_owed(now=at("2024-06-15", 8), digests=False)

    assert len(relay.mails) == 1
    assert states() == ["sent"]


def test_a_demo_cleared_and_loaded_between_two_ticks_is_no_restored_copy(
    report, officer, copied_at, relay
):
    assert len(tick()) == 1
    Reminder.objects.all().delete()  # the demo's rows go with the demo
    demo.clear_demo()

    assert len(tick(at("2024-06-14", 15))) == 1


def test_mails_of_another_portal_in_the_log_are_none_of_ours(report, officer, copied_at, relay):
    other = b"<digest.20240614.%b.%b@b.vn>" % (b"0" * 20, b"1" * 20)
    relay.note("accepted", b"Message-ID: %b\r\n\r\n" % other)
    relay.note("accepted", b"Message-ID: <abc@elsewhere.vn>\r\n\r\n")
    no_day = other.replace(b"20240614", b"20241399")
    relay.note("accepted", b"Message-ID: %b\r\n\r\n" % no_day)

    assert len(tick()) == 1


@pytest.mark.parametrize(
    ("entered", "is_told"),
    [
        (at("2024-06-13", 16, 59), True),
        (at("2024-06-13", 23, 59), True),
        (at("2024-06-14", 0), False),  # 17:00 UTC of the 13th
        (at("2024-06-14", 6, 59), False),
        (at("2024-06-14", 7), False),
    ],
)
def test_a_forgotten_mail_told_what_was_entered_until_midnight_in_vietnam(
    report, people, copied_at, relay, entered, is_told
):
    reminders.remind_now([report], by=people.staff, now=entered)
    message_id = digest.message_id([Reminder.objects.get()], now=at("2024-06-13", 17))
    relay.note("accepted", f"Message-ID: {message_id}\r\n\r\n".encode())

    recovery.learn_from(SinkLog(relay.log))

    assert states() == ["sent" if is_told else "owed"]


# A process frozen within a transaction


@pytest.mark.django_db(transaction=True)
def test_who_is_frozen_with_the_ticks_lock_is_cut_off(report, officer, relay, monkeypatch):
    """The worker's own settings, with a second for a minute; its connection falls silent."""
    delivery.note_tick()
    monkeypatch.setenv("DATABASE_IDLE_SECONDS", "1")
    role = database("app")
    own = connection.settings_dict
    place = {"dbname": own["NAME"], "host": own["HOST"], "port": own["PORT"]}
    frozen = psycopg2.connect(**place, user=role["USER"], **role["OPTIONS"])
    with closing(frozen), frozen.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("2s",)
        cursor.execute("SELECT 1 FROM reporting_tick FOR UPDATE")
        with connection.cursor() as ours:
            ours.execute("SET lock_timeout = '20s'")

        assert len(tick()) == 1

        with pytest.raises(psycopg2.OperationalError):
            cursor.execute("SELECT 1")
    connection.close()


# Taken, and given up later

# Postfix 3.7 about a mail to a user who is not there, whose notice finds nobody either.
POSTFIX_SAYS = """\
{0} mail postfix/smtpd[10004]: D89132E24E1: client=localhost[127.0.0.1]
{0} mail postfix/cleanup[10006]: D89132E24E1: message-id={id}
{0} mail postfix/qmgr[9803]: D89132E24E1: from=<nhac-viec@b.vn>, size=315, nrcpt=1 (queue active)
{1} mail postfix/local[10007]: D89132E24E1: to=<x@b.vn>, relay=local, delay=0.06, \
delays=0.04/0.01/0/0.01, dsn=5.1.1, status=bounced (unknown user: "x")
{1} mail postfix/cleanup[10006]: E25342E21D2: message-id=<20240614010010.E25342E21D2@mail.b.vn>
{1} mail postfix/qmgr[9803]: E25342E21D2: from=<>, size=2205, nrcpt=1 (queue active)
{1} mail postfix/bounce[10008]: D89132E24E1: sender non-delivery notification: E25342E21D2
{1} mail postfix/qmgr[9803]: D89132E24E1: removed
{1} mail postfix/local[10007]: E25342E21D2: to=<nhac-viec@b.vn>, relay=local, delay=0, \
delays=0/0/0/0, dsn=5.1.1, status=bounced (unknown user: "nhac-viec")
{1} mail postfix/qmgr[9803]: E25342E21D2: removed
"""


@pytest.fixture
def postfix_says(settings, tmp_path):
    """Let Postfix have taken a row's mail, and given it up ten seconds after."""
    path = tmp_path / "mail.log"
    settings.MAIL_RELAY_LOG = f"postfix:{path}"

    def say(row, *, seconds_ago):
        given_up = clock.real_now() - dt.timedelta(seconds=seconds_ago)
        taken = given_up - dt.timedelta(seconds=10)
        Reminder.objects.filter(pk=row.pk).update(leased_at=taken)
        Tick.objects.update(log_read_until=taken)
        stamps = [moment.isoformat(timespec="microseconds") for moment in (taken, given_up)]
        path.write_text(POSTFIX_SAYS.format(*stamps, id=row.message_id))

    return say


def test_a_mail_that_bounces_after_it_was_taken_is_told_to_staff_and_may_be_sent_again(
    client, report, officer, staff, mailoutbox, postfix_says
):
    add_reports(report, 1)
    assert len(tick()) == 2
    row = Reminder.objects.get(recipient=officer)

    postfix_says(row, seconds_ago=30)
    tick()

    row.refresh_from_db()
    assert (row.state, row.lease_until) == ("bounced", None)
    assert row.error == '(unknown user: "x")'
    assert sorted(states()) == ["bounced", "sent"]
    client.force_login(staff)
    assert officer.email in client.get("/").text
    page = client.get(reverse("reporting:round-reminders", args=[report.round_id])).text
    assert "địa chỉ không nhận thư" in page

    reminders.decide(row, again=True, by=staff, now=T_MINUS_3)
    assert len(tick()) == 1
    tick()  # the bounce of the first mail, read once more, is none of the second

    row.refresh_from_db()
    assert row.state == "sent"
    assert len(mailoutbox) == 3


def test_a_mail_in_doubt_that_bounced_is_no_longer_in_doubt(report, officer, postfix_says):
    [row] = claim(officer).rows
    postfix_says(row, seconds_ago=30)

    tick()

    assert states() == ["bounced"]


def test_what_staff_took_as_sent_is_not_made_a_bounce_again(
    report, officer, staff, mailoutbox, postfix_says
):
    tick()
    row = Reminder.objects.get()
    postfix_says(row, seconds_ago=90)
    tick()
    assert states() == ["bounced"]

    reminders.decide(row, again=False, by=staff, now=T_MINUS_3)
    tick()

    assert states() == ["sent"]


# The log itself


def test_the_log_tells_what_was_taken_since_a_moment_and_whether_it_is_whole(tmp_path):
    path = tmp_path / "smtp.log"
    lines = [
        {"at": f"2024-06-14T01:00:0{n}+00:00", "message_id": f"<{n}@x>", "outcome": outcome}
        for n, outcome in enumerate(["started", "accepted", "refused", "accepted"])
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))

    def moment(second):
        return dt.datetime(2024, 6, 14, 1, 0, second, tzinfo=dt.UTC)

    log = SinkLog(path)
    assert set(log.read(moment(2)).taken) == {"<3@x>"}
    assert set(log.read(moment(1)).taken) == {"<1@x>", "<3@x>"}
    assert log.read(moment(1)).whole
    assert not log.read(moment(0)).whole
    assert not SinkLog(tmp_path / "none").read(moment(2)).whole
    path.write_text("{}\n")
    assert not log.read(moment(2)).whole
