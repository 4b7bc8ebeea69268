"""Blows at mail: each is a context whose value deals one blow and returns how many were dealt."""

import math
import os
import signal
import time

from django.db import connection
from redis import Redis

from agencies.models import User
from reporting import workflow
from reporting.models import OutlineSection
from tests.drafting import type_in
from tests.factories import at
from tests.faults import faked_clock
from tests.faults.mail_stage import LEASE


class Blow:
    # In one batch; then its mails go out undisturbed.
    most = 20

    @staticmethod
    def cannot_fall():
        """Return what this machine lacks for it; empty when nothing."""
        return ""

    def __init__(self, stage, batch):
        self.stage, self.batch = stage, batch

    def __enter__(self):
        self.prepare()
        return self.deal

    def __exit__(self, error, *_):
        if error is None:
            self.mend()

    def prepare(self):
        pass

    def deal(self):
        return 0

    def mend(self):
        pass

    def is_time(self):
        """Say yes amid work and rarely in its pauses: under blow upon blow no work would begin."""
        return self.stage.awaits_work() or self.stage.chance.random() < 0.2


class WorkerKilled(Blow):
    def deal(self):
        self.stage.revive()
        if not self.stage.awaits_work():
            return 0
        dealt = self.stage.kill_one_of(self.stage.chance.choice(self.stage.workers))
        self.stage.revive()
        return dealt


class BeatKilled(Blow):
    def deal(self):
        if not self.is_time():
            return 0
        self.stage.kill(self.stage.chance.choice(self.stage.beats))
        self.stage.revive()
        return 1


class BothKilled(Blow):
    def prepare(self):
        self.stage.start_worker()
        self.stage.start_beat()

    def deal(self):
        kind = self.stage.chance.choice([WorkerKilled, BeatKilled])
        return kind.deal(self)


class WorkerFrozen(Blow):
    """A worker is stopped amid its work past its lease; a second takes over; it goes on."""

    most = 3

    def prepare(self):
        self.stage.start_worker()

    def deal(self):
        if not self.stage.awaits_work():
            return 0
        frozen = self.stage.chance.choice(self.stage.workers)
        self.stage.strike(frozen, signal.SIGSTOP)
        time.sleep(LEASE + 1.5)
        self.stage.strike(frozen, signal.SIGCONT)
        return 1

    def mend(self):
        for process in self.stage.workers:
            self.stage.strike(process, signal.SIGCONT)


class QueueFlushed(Blow):
    def deal(self):
        if not self.is_time():
            return 0
        Redis(unix_socket_path=str(self.stage.socket)).flushall()
        return 1


class QueueKilled(Blow):
    def deal(self):
        if not self.is_time():
            return 0
        self.stage.kill(self.stage.broker)
        time.sleep(self.stage.chance.uniform(0, 1))
        self.stage.start_broker()
        return 1


class QueueFrozen(Blow):
    def deal(self):
        if not self.is_time():
            return 0
        self.stage.strike(self.stage.broker, signal.SIGSTOP)
        time.sleep(self.stage.chance.uniform(0.5, 3))
        self.stage.strike(self.stage.broker, signal.SIGCONT)
        return 1


class DatabaseCrashed(Blow):
    """
    A server process killed: PostgreSQL ends all others and recovers, as after a power cut.

    Mails go slowly, or most would be out before the second crash.
    """

    def prepare(self):
        self.stage.set_mode("slow")

    def deal(self):
        if not self.stage.awaits_work():
            return 0
        others = self.stage.query(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        if not others:
            return 0
        pid = self.stage.chance.choice(others)[0]
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return 0
        connection.close()
        self.stage.kills += 1
        return 1


class MailKilled(Blow):
    def deal(self):
        if not self.stage.awaits_work():
            return 0
        self.stage.kill(self.stage.mail)
        time.sleep(self.stage.chance.uniform(0.2, 1))
        self.stage.start_mail()
        return 1


class MailMode(Blow):
    """The server misbehaves so many times, then is well again; its misbehaviours are the blows."""

    mode = "ok"
    enough = 40
    most = math.inf

    def prepare(self):
        self.stage.set_mode(self.mode)
        self.before = self.seen = self.stage.misbehaviours()

    def deal(self):
        last, self.seen = self.seen, self.stage.misbehaviours()
        if self.seen - self.before >= self.enough:
            self.stage.set_mode("ok")
        return self.seen - last


class MailRefusing(MailMode):
    """Whoever is told 421 tries nobody else in that tick."""

    mode = "refuse"
    enough = 6


class MailPuttingOff(MailMode):
    mode = "tempfail"


class MailHangingUp(MailMode):
    mode = "drop"
    enough = math.inf


class MailSlow(MailMode):
    mode = "slow"


class Submitted(Blow):
    """Officers send their reports while the reminders are on their way."""

    most = math.inf

    def deal(self):
        left = sorted(self.batch.reports.keys() - self.batch.submitted_at.keys())
        chosen = self.stage.chance.sample(left, min(3, len(left)))
        for address in chosen:
            report = self.batch.reports[address]
            section = OutlineSection.objects.get(plan=self.stage.plan)
            type_in(report, {f"narrative-{section.pk}": "Đã triển khai."})
            officer = User.objects.get(email=address)
            workflow.submit_report(report, by=officer, at=at("2024-06-14", 8))
            self.batch.submitted_at[address] = time.time()
        return len(chosen)


class ClockJumps(Blow):
    """
    The worker dies amid its work, and before it is back the clock is set an hour on or back.

    Every third mail is in doubt, and looked up in a log whose stamps are in no order.

    Worker, beat and mail server see the same clock, as on one machine. Within a conversation with
    the mail server a jump past the lease would let another send the mail too (ADR 14).
    """

    most = 12
    HOURS = (-1, 0, 1)

    @staticmethod
    def cannot_fall():
        return "" if faked_clock.library() else "apt-get install faketime"

    def prepare(self):
        self.stage.fake_clock()
        self.stage.set_mode("drop")
        self.hours = 0

    def deal(self):
        self.stage.revive()
        if not self.stage.awaits_work():
            return 0
        self.stage.kill(self.stage.chance.choice(self.stage.workers))
        self.hours = self.stage.chance.choice([h for h in self.HOURS if h != self.hours])
        self.stage.set_clock(self.hours)
        self.stage.revive()
        return 1

    def mend(self):
        """Beyond all leases, whatever clock they were taken by; what is in doubt is settled."""
        self.hours = max(self.HOURS) + 1
        self.stage.set_clock(self.hours)
        self.stage.settle()
        self.stage.real_clock()
