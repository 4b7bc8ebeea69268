"""
Faults at mail: worker, beat, broker, database and mail server killed, frozen and refusing.

Three books are compared by code that shares nothing with the portal: whom this module expects a
mail for (E), the ledger as SQL tells it (L), and the mail server's own log (S).
lost: in E, not in S · doubled: twice in S · other: in S and not in E (ghosts), or `sent` in L and
not in S (lies), or mailed though submitted before the claim.
Time is real but for the domain's clock; leases are four seconds, so that they run out.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from urllib.parse import quote

from django.db import InterfaceError, OperationalError, connection
from redis import Redis

from agencies.models import Membership, User
from config.embedded import paths, processes, valkey
from reporting import workflow
from reporting.models import OutlineSection, Report
from tests.drafting import type_in
from tests.factories import (
    AgencyFactory,
    OutlineSectionFactory,
    ReportFactory,
    RoundDueFactory,
    RoundFactory,
    UserFactory,
    at,
)
from tests.faults import Row

BATCH, LEASE = 100, 4
NIGHT = 20
# Kind → batches in a usual run; each batch is provoked until all its mails are out.
KINDS = {
    "worker killed (kill -9)": 10,
    "beat killed (kill -9)": 6,
    "worker frozen past its lease": 4,
    "two beats, two workers, both killed": 6,
    "queue flushed": 4,
    "queue killed and empty": 4,
    "queue frozen": 3,
    "database crashed": 6,
    "mail server refusing": 4,
    "mail server putting off": 3,
    "mail server taking, then hanging up": 4,
    "mail server slow": 2,
    "submitted while being sent": 4,
}
# Moments between two blows, seconds.
PACE = (0.2, 1.5)
PATIENCE = 150


def run(*, seed, long, kinds=tuple(KINDS), batches=None, size=BATCH, gap=True):
    """Return one row a kind; `runs` counts the blows dealt. See the package for the contract."""
    chance = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    with tempfile.TemporaryDirectory(prefix="mail-") as folder:
        stage = Stage(Path(folder), chance)
        try:
            rows = [
                _kind(stage, kind, (batches or KINDS[kind]) * (NIGHT if long else 1), size)
                for kind in kinds
            ]
            if gap:
                rows.append(_three_days_and_back(stage, size))
        finally:
            stage.close()
    print(f"mails accepted: {stage.accepted}, blows dealt: {stage.blows}")
    return rows


def _kind(stage, kind, batches, size):
    total = Counter()
    for _ in range(batches):
        batch = stage.new_batch(size)
        blow = BLOWS[kind]
        stage.start()
        with blow(stage, batch) as deal:
            deadline = time.monotonic() + PATIENCE
            while not stage.is_done() and time.monotonic() < deadline:
                total["blows"] += deal()
                time.sleep(stage.chance.uniform(*PACE))
        stage.settle()
        total += stage.compare(batch)
    stage.blows += total["blows"]
    return Row(kind, total["blows"], total["lost"], total["doubled"], other=total["other"])


def _three_days_and_back(stage, size):
    """Sent on T-3; nothing runs until T-1: one mail more; the clock put back: none."""
    batch = stage.new_batch(size)
    for day, mails in (("2024-06-14", 1), ("2024-06-18", 2), ("2024-06-17", 2)):
        stage.start(day)
        stage.settle()
        stage.stop()
        batch.mails_each = mails
    total = stage.compare(batch)
    return Row(
        "three days' gap, clock put back", 3, total["lost"], total["doubled"], other=total["other"]
    )


class Batch:
    """E: the addresses that wait for a mail, the reports behind them, and what was withdrawn."""

    def __init__(self, addresses, reports, skipped_lines):
        self.addresses = addresses
        self.reports = reports
        self.skipped_lines = skipped_lines
        self.mails_each = 1
        self.submitted_at = {}  # address → real moment


class Stage:
    """The real worker, beat, broker and mail server; the database is the part's own."""

    def __init__(self, folder, chance):
        self.folder, self.chance = folder, chance
        self.mail_folder = folder / "mail"
        self.mail_folder.mkdir()
        self.port = 0
        self.workers, self.beats = [], []
        self.seen = 1  # the line of the server's own start
        self.accepted = self.blows = self.number = 0
        self.plan = RoundFactory(year=2024).plan
        OutlineSectionFactory(plan=self.plan)
        self.start_broker()
        self.start_mail()

    # Processes

    def start_broker(self):
        self.socket = self.folder / "valkey.sock"
        self.socket.unlink(missing_ok=True)
        words = ["--port", "0", "--unixsocket", str(self.socket), "--save", ""]
        self.broker = self._spawn([str(valkey.program()), *words], "valkey")
        self._wait_for(lambda: Redis(unix_socket_path=str(self.socket)).ping())

    def start_mail(self):
        port_file = self.folder / "port"
        port_file.unlink(missing_ok=True)
        words = [self.mail_folder, port_file, self.port]
        self.mail = self._spawn(
            [sys.executable, "-m", "tests.faults.mail_server", *map(str, words)], "mail"
        )
        self._wait_for(port_file.read_text)
        self.port = int(port_file.read_text())

    def set_mode(self, mode):
        part = self.mail_folder / "mode.part"
        part.write_text(mode)
        part.rename(self.mail_folder / "mode")

    def start(self, day="2024-06-14"):
        zero = str(time.time())
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": self._database_url(),
            "DATABASE_OWNER_URL": self._database_url(),
            "REDIS_URL": f"redis+socket://{self.socket}?virtual_host=0",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.port}",
            "MAIL_RELAY_LOG": f"sink:{self.mail_folder / 'smtp.log'}",
            "MAIL_LEASE_SECONDS": str(LEASE),
            "REMINDER_TICK_SECONDS": "1",
            "PORTAL_TODAY": f"{day}T08:00",
            "PORTAL_CLOCK_ZERO": zero,
        }
        self.start_worker()
        self.start_beat()

    @staticmethod
    def _database_url():
        """Name the database this process itself works on, a test's copy too."""
        database = connection.settings_dict
        host = quote(database["HOST"], safe="")
        return f"postgres://{database['USER']}@/{database['NAME']}?host={host}"

    def start_worker(self):
        words = ["worker", "--pool", "prefork", "--concurrency", "2", "--loglevel", "WARNING"]
        self.workers.append(self._celery(words, "worker"))

    def start_beat(self):
        words = ["beat", "--loglevel", "WARNING", "-s", str(self.folder / f"beat-{time.time()}")]
        self.beats.append(self._celery(words, "beat"))

    def _celery(self, words, name):
        command = [sys.executable, "-m", "celery", "-A", "config.celery", *words]
        return self._spawn(command, name, env=self.environment)

    def _spawn(self, command, name, env=None):
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=paths.CHECKOUT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _wait_for(self, ask):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                if ask():
                    return
            except Exception as error:  # whatever the starting server says
                self.last_error = error
            time.sleep(0.05)
        raise processes.Failed(f"a server does not start: {self.last_error}")

    def kill(self, process, number=signal.SIGKILL):
        """Strike the whole session of a process; it is one of ours."""
        if process.poll() is None:
            os.killpg(process.pid, number)

    def kill_one_of(self, process):
        """Kill the worker itself or one of its children, as chance has it."""
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        try:
            family = [process.pid, *map(int, children.read_text().split())]
            os.kill(self.chance.choice(family), signal.SIGKILL)
        except (OSError, ValueError):
            return 0
        return 1

    def revive(self):
        """Start again what is dead, as a service manager does; orphans of a dead parent go."""
        for group, start in ((self.workers, self.start_worker), (self.beats, self.start_beat)):
            for process in [p for p in group if p.poll() is not None]:
                group.remove(process)
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                start()

    def stop(self):
        for process in [*self.workers, *self.beats]:
            self.kill(process)
            process.wait()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        self.workers, self.beats = [], []

    def close(self):
        self.stop()
        for process in (self.broker, self.mail):
            self.kill(process)
            process.wait()

    # The batch

    def new_batch(self, size):
        """Stop everything, forget the last batch, and let `size` people wait for a reminder."""
        self.stop()
        self.set_mode("ok")
        self._query("DELETE FROM reporting_reminder")
        Report.objects.filter(state=Report.State.DRAFT).delete()
        Redis(unix_socket_path=str(self.socket)).flushall()
        self.number += 1
        round = RoundFactory(plan=self.plan, kind="ad_hoc", number=self.number, year=2024)
        RoundDueFactory(round=round)
        agencies = AgencyFactory.create_batch(size, jurisdiction=self.plan.jurisdiction)
        people = [
            UserFactory(email=f"e{self.number}-{n}@faults.invalid", password=None)
            for n in range(size)
        ]
        Membership.objects.bulk_create(
            Membership(user=user, role="officer", agency=agency)
            for user, agency in zip(people, agencies, strict=True)
        )
        reports = {
            user.email: ReportFactory(round=round, agency=agency)
            for user, agency in zip(people, agencies, strict=True)
        }
        return Batch({user.email for user in people}, reports, len(self._log_lines()))

    def _query(self, sql):
        """Ask the database in plain SQL, again after a crash."""
        for _ in range(100):
            try:
                with connection.cursor() as cursor:
                    cursor.execute(sql)
                    return cursor.fetchall() if cursor.description else []
            except (OperationalError, InterfaceError):
                connection.close()
                time.sleep(0.2)
        raise processes.Failed("the database does not come back")

    def is_done(self):
        """Say whether a batch was entered and nothing of it waits any more; pauses pass at once."""
        self._query(
            "UPDATE reporting_reminder SET lease_until = NULL WHERE state = 'owed' AND attempts > 0"
        )
        states = dict(self._query("SELECT state, count(*) FROM reporting_reminder GROUP BY state"))
        return bool(states) and not {"owed", "sending"} & states.keys()

    def settle(self):
        """Let everything run undisturbed until nothing waits, and two ticks more."""
        self.set_mode("ok")
        if self.mail.poll() is not None:
            self.start_mail()
        self.revive()
        deadline = time.monotonic() + PATIENCE
        while not self.is_done() and time.monotonic() < deadline:
            self.revive()
            time.sleep(0.3)
        self._let_tick(2)

    def _let_tick(self, times):
        """Wait until so many more ticks came to their end."""
        for _ in range(times):
            [(mark,)] = self._query("SELECT clock_timestamp()")
            deadline = time.monotonic() + PATIENCE
            while time.monotonic() < deadline:
                [(last,)] = self._query("SELECT max(finished_at) FROM reporting_tick")
                if last is not None and last > mark:
                    break
                self.revive()
                time.sleep(0.2)

    def _log_lines(self):
        log = self.mail_folder / "smtp.log"
        return log.read_text().splitlines() if log.exists() else []

    def has_moved(self):
        """Say whether a mail went out since this was last asked: blows fall amid work."""
        before, self.seen = self.seen, len(self._log_lines())
        return self.seen != before

    def compare(self, batch):
        """Hold the three books against each other."""
        lines = map(json.loads, self._log_lines()[batch.skipped_lines :])
        mails = Counter(line["to"][0] for line in lines if line["outcome"] == "accepted")
        self.accepted += sum(mails.values())
        rows = self._query(
            "SELECT u.email, r.state, r.leased_at FROM reporting_reminder r"
            " JOIN agencies_user u ON u.id = r.recipient_id"
        )
        sent = Counter(email for email, state, _ in rows if state == "sent")
        leased = {email: moment.timestamp() for email, _, moment in rows if moment}
        expected = batch.addresses - batch.submitted_at.keys()
        each = batch.mails_each
        lost = sum(each > mails[address] for address in expected)
        doubled = sum(count > each for count in mails.values())
        ghosts = sum(address not in batch.addresses for address in mails)
        lies = sum(count > mails[address] for address, count in sent.items())
        late = sum(
            address in mails and leased[address] > moment
            for address, moment in batch.submitted_at.items()
        )
        return Counter(lost=lost, doubled=doubled, other=ghosts + lies + late)


# Blows: each is a context whose value deals one blow and returns how many were dealt.


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


class WorkerKilled(Blow):
    def deal(self):
        self.stage.revive()
        if not self.stage.has_moved():
            return 0
        dealt = self.stage.kill_one_of(self.stage.chance.choice(self.stage.workers))
        self.stage.revive()
        return dealt


class BeatKilled(Blow):
    def deal(self):
        self.stage.revive()
        if not self.stage.has_moved():
            return 0
        self.stage.kill(self.stage.chance.choice(self.stage.beats))
        time.sleep(0.1)
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
    """The first worker is stopped past its lease; a second takes over; the first goes on."""

    def prepare(self):
        self.stage.start_worker()

    def deal(self):
        frozen = self.stage.workers[0]
        self.stage.kill(frozen, signal.SIGSTOP)
        time.sleep(LEASE + 2)
        self.stage.kill(frozen, signal.SIGCONT)
        return 1

    def mend(self):
        for process in self.stage.workers:
            self.stage.kill(process, signal.SIGCONT)


class QueueFlushed(Blow):
    def deal(self):
        Redis(unix_socket_path=str(self.stage.socket)).flushall()
        return 1


class QueueKilled(Blow):
    def deal(self):
        self.stage.kill(self.stage.broker)
        self.stage.broker.wait()
        time.sleep(self.stage.chance.uniform(0, 1))
        self.stage.start_broker()
        return 1


class QueueFrozen(Blow):
    def deal(self):
        self.stage.kill(self.stage.broker, signal.SIGSTOP)
        time.sleep(self.stage.chance.uniform(0.5, 3))
        self.stage.kill(self.stage.broker, signal.SIGCONT)
        return 1


class DatabaseCrashed(Blow):
    """A server process killed: PostgreSQL ends all others and recovers, as after a power cut."""

    def deal(self):
        if not self.stage.has_moved():
            return 0
        others = self.stage._query(
            "SELECT pid FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        if not others:
            return 0
        pid = self.stage.chance.choice(others)[0]
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return 0
        connection.close()
        return 1


class MailRefusing(Blow):
    def deal(self):
        self.stage.kill(self.stage.mail)
        self.stage.mail.wait()
        time.sleep(self.stage.chance.uniform(0.5, 2))
        self.stage.start_mail()
        return 1


class MailMode(Blow):
    mode = "ok"

    def prepare(self):
        self.stage.set_mode(self.mode)
        self.dealt = 0

    def deal(self):
        """The mode holds for some turns; then the server is well again."""
        self.dealt += 1
        if self.dealt == 5:
            self.stage.set_mode("ok")
        return int(self.dealt < 5)


class MailPuttingOff(MailMode):
    mode = "tempfail"


class MailHangingUp(MailMode):
    mode = "drop"

    def deal(self):
        return 1


class MailSlow(MailMode):
    mode = "slow"


class Submitted(Blow):
    """Officers send their reports while the reminders are on their way."""

    def deal(self):
        left = sorted(self.batch.reports.keys() - self.batch.submitted_at.keys())
        for address in self.stage.chance.sample(left, min(3, len(left))):
            report = self.batch.reports[address]
            section = OutlineSection.objects.get(plan=self.stage.plan)
            type_in(report, {f"narrative-{section.pk}": "Đã triển khai."})
            officer = User.objects.get(email=address)
            workflow.submit_report(report, by=officer, at=at("2024-06-14", 8))
            self.batch.submitted_at[address] = time.time()
        return 3


BLOWS = dict(
    zip(
        KINDS,
        [
            WorkerKilled,
            BeatKilled,
            WorkerFrozen,
            BothKilled,
            QueueFlushed,
            QueueKilled,
            QueueFrozen,
            DatabaseCrashed,
            MailRefusing,
            MailPuttingOff,
            MailHangingUp,
            MailSlow,
            Submitted,
        ],
        strict=True,
    )
)
