"""Blows at mail: each is a context whose value deals one blow and returns how many were dealt."""

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
from tests.faults.mail_stage import LEASE


class Blow:
    def __init__(self, stage, batch):
        self.stage, self.batch = stage, batch

    def __enter__(self):
        self.prepare()
        return self.deal

    def __exit__(self, *error):
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
    """A server process killed: PostgreSQL ends all others and recovers, as after a power cut."""

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
    """The server misbehaves for some turns, then is well again; its misbehaviours are the blows."""

    mode = "ok"
    turns = 5

    def prepare(self):
        self.stage.set_mode(self.mode)
        self.turn, self.seen = 0, self.stage.misbehaviours()

    def deal(self):
        self.turn += 1
        if self.turn == self.turns:
            self.stage.set_mode("ok")
        before, self.seen = self.seen, self.stage.misbehaviours()
        return self.seen - before


class MailRefusing(MailMode):
    """Whoever is told 421 tries nobody else in that tick: more turns for some such answers."""

    mode = "refuse"
    turns = 10


class MailPuttingOff(MailMode):
    mode = "tempfail"


class MailHangingUp(MailMode):
    mode = "drop"
    turns = None


class MailSlow(MailMode):
    mode = "slow"
    turns = 8


class Submitted(Blow):
    """Officers send their reports while the reminders are on their way."""

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
