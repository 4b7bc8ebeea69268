"""Reading Postfix's log: what was queued was taken, and when the log can speak for a time."""

import datetime as dt
import json

import pytest

from config import clock
from reporting.reminders.relay_log import KINDS, NoLog, PostfixLog, SinkLog, relay_log

# A mail taken and delivered, one cut off within DATA, one refused at once, one bounced later.
LINES = """\
{0} relay postfix/smtpd[100]: connect from localhost[127.0.0.1]
{1} relay postfix/smtpd[100]: 4TAKEN: client=localhost[127.0.0.1]
{1} relay postfix/cleanup[101]: 4TAKEN: message-id=<taken@portal.vn>
{1} relay postfix/qmgr[102]: 4TAKEN: from=<nhac@portal.vn>, size=4120, nrcpt=1 (queue active)
{1} relay postfix/smtpd[100]: disconnect from localhost[127.0.0.1] ehlo=1 mail=1 rcpt=1 data=1
{2} relay postfix/smtp[103]: 4TAKEN: to=<a@x.vn>, relay=mx.x.vn[10.0.0.1]:25, status=sent
{2} relay postfix/qmgr[102]: 4TAKEN: removed
{2} relay postfix/cleanup[101]: 4CUT: message-id=<cut@portal.vn>
{2} relay postfix/smtpd[100]: lost connection after DATA (1021 bytes) from localhost[127.0.0.1]
{3} relay postfix/smtpd[100]: NOQUEUE: reject: RCPT from localhost[127.0.0.1]: 550 5.1.1 <b@x.vn>
{3} relay postfix-out/cleanup[101]: 4CUT: message-id=<again@portal.vn>
{3} relay postfix-out/qmgr[102]: 4CUT: from=<nhac@portal.vn>, size=99, nrcpt=1 (queue active)
"""
BEGAN = dt.datetime(2026, 6, 12, 8, 0, 0, tzinfo=dt.UTC)


def stamps(form):
    moments = [(BEGAN + dt.timedelta(seconds=10 * n)) for n in range(4)]
    if form == "iso":
        return [moment.isoformat(timespec="microseconds") for moment in moments]
    return [
        f"{moment.astimezone():%b} {moment.astimezone().day:2d} {moment.astimezone():%H:%M:%S}"
        for moment in moments
    ]


@pytest.fixture(params=["iso", "syslog"])
def path(request, tmp_path, monkeypatch):
    now = dt.datetime(2026, 6, 12, 9, tzinfo=dt.UTC)
    monkeypatch.setattr(clock, "real_now", lambda: now)
    path = tmp_path / "mail.log"
    path.write_text(LINES.format(*stamps(request.param)))
    return path


def since(seconds):
    return BEGAN + dt.timedelta(seconds=seconds)


def test_what_was_queued_was_taken_and_what_was_cut_off_was_not(path):
    reading = PostfixLog(path).read(since(5))

    assert set(reading.taken) == {"<taken@portal.vn>", "<again@portal.vn>"}
    assert reading.whole


def test_a_log_that_begins_later_is_not_whole_unless_the_rotated_one_reaches_back(path):
    assert not PostfixLog(path).read(since(-5)).whole

    rotated = path.with_name("mail.log.1")
    older = "2026-06-11T00:00:00.000000+00:00 relay postfix/qmgr[102]: 4OLD: removed\n"
    rotated.write_text(older)

    assert PostfixLog(path).read(since(-5)).whole


def test_a_log_that_has_ended_before_the_moment_may_be_dead(path):
    reading = PostfixLog(path).read(since(3600))

    assert not reading.whole


def test_a_file_that_is_not_there_proves_nothing(tmp_path):
    reading = PostfixLog(tmp_path / "mail.log").read(since(0))

    assert (reading.taken, reading.whole) == ({}, False)


def test_a_long_log_is_read_from_its_end(path):
    noise = "2026-06-10T00:00:00.000000+00:00 relay postfix/qmgr[1]: 4X: removed\n" * 5000
    path.write_text(noise + path.read_text())

    assert len(PostfixLog(path).read(since(5)).taken) == 2


@pytest.mark.parametrize("kind", ["sink", "postfix"])
def test_a_mail_is_found_behind_lines_of_a_clock_set_back(tmp_path, kind):
    """The mail was noted at nine, then the clock was set back to eight and the log went on."""
    nine, hour = BEGAN + dt.timedelta(hours=1), dt.timedelta(hours=1)
    moments = [nine - hour, nine, nine - hour, nine + hour]
    lines = {
        "sink": [
            json.dumps({"at": m.isoformat(), "message_id": f"<{n}@x>", "outcome": "accepted"})
            for n, m in enumerate(moments)
        ],
        "postfix": [
            f"{m.isoformat()} relay postfix/cleanup[1]: {n}A: message-id=<{n}@x>\n"
            f"{m.isoformat()} relay postfix/qmgr[2]: {n}A: from=<a@x>, size=1, nrcpt=1"
            for n, m in enumerate(moments)
        ],
    }
    path = tmp_path / "log"
    path.write_text("\n".join(lines[kind]) + "\n")
    log = KINDS[kind](path)

    assert set(log.read(nine).taken) == {"<3@x>"}
    reading = log.read(nine, back=dt.timedelta(days=1))

    assert set(reading.taken) == {"<0@x>", "<1@x>", "<2@x>", "<3@x>"}
    assert reading.whole


BOUNCED = """\
{0} relay postfix/cleanup[101]: 4REUSED: message-id=<other@portal.vn>
{0} relay postfix/qmgr[102]: 4REUSED: removed
{0} relay postfix/cleanup[101]: 4REUSED: message-id=<dead@portal.vn>
{0} relay postfix/cleanup[101]: 4LATE: message-id=<late@portal.vn>
{0} relay postfix/cleanup[101]: 4FINE: message-id=<fine@portal.vn>
{1} relay postfix/smtp[103]: 4LATE: to=<b@x.vn>, relay=none, delay=30, dsn=4.4.1, \
status=deferred (connect to mx.x.vn[10.0.0.1]:25: Connection timed out)
{2} relay postfix/smtp[103]: 4REUSED: to=<a@x.vn>, relay=mx.x.vn[10.0.0.1]:25, delay=0.9, \
delays=0.1/0/0.5/0.3, dsn=5.1.1, status=bounced (host mx.x.vn[10.0.0.1] said: 550 User unknown)
{2} relay postfix/smtp[103]: 4FINE: to=<c@x.vn>, relay=mx.x.vn[10.0.0.1]:25, dsn=2.0.0, \
status=sent (250 2.0.0 Ok)
{3} relay postfix/qmgr[102]: 4LATE: from=<nhac@portal.vn>, status=expired, returned to sender
"""


def test_what_was_given_up_later_is_found_by_its_id_of_days_before(path):
    days = [BEGAN - dt.timedelta(days=5), BEGAN - dt.timedelta(days=5), BEGAN, BEGAN]
    rotated = path.with_name("mail.log.1")
    rotated.write_text(BOUNCED.format(*[day.isoformat() for day in days]))

    found = PostfixLog(path).bounced(since(-5))

    assert {mid: (bounce.moment, bounce.words) for mid, bounce in found.items()} == {
        "<dead@portal.vn>": (BEGAN, "(host mx.x.vn[10.0.0.1] said: 550 User unknown)"),
        "<late@portal.vn>": (BEGAN, "returned to sender"),
    }
    assert PostfixLog(path).bounced(since(5)) == {}
    assert SinkLog(path).bounced(since(-5)) == NoLog().bounced(since(-5)) == {}


@pytest.mark.parametrize(
    ("setting", "kind"), [("", NoLog), ("postfix:/var/log/mail.log", PostfixLog)]
)
def test_the_setting_names_kind_and_file(settings, setting, kind):
    settings.MAIL_RELAY_LOG = setting

    assert isinstance(relay_log(), kind)
