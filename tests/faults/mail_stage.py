"""The stage of the mail part: real workers, beats, broker and mail server, and their batch."""

import contextlib
import json
import os
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from urllib.parse import quote

from django.db import InterfaceError, OperationalError, connection
from redis import Redis

from agencies.models import Membership
from config.embedded import paths, processes, valkey
from reporting.models import Report
from tests.factories import (
    AgencyFactory,
    OutlineSectionFactory,
    ReportFactory,
    RoundDueFactory,
    RoundFactory,
    UserFactory,
)
from tests.faults import faked_clock
from tests.faults.mail_books import Batch, judge
from tests.faults.nursery import Nursery

# Seconds; so short that leases run out within a batch, and half of one so much longer than the
# mail server's patience that a loaded machine does not break the rule (ADR 14).
LEASE = 6
IDLE = 2
PATIENCE = 150
NURSERY_LASTS = 3600
WORK_WITHIN = 1


class Stage:
    """
    The real worker, beat, broker and mail server; the database is the part's own.

    Time is real but for the domain's clock, which starts at eight in the morning.
    """

    def __init__(self, folder, chance):
        self.folder, self.chance = folder, chance
        self.mail_folder = folder / "mail"
        self.mail_folder.mkdir()
        self.port = 0
        self.nursery, self.day = None, ""
        self.clock_file, self.clock_words = folder / "clock", {}
        self.workers, self.beats = [], []
        self.accepted = self.kills = self.number = 0
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
            [sys.executable, "-m", "tests.faults.mail_server", *map(str, words)],
            "mail",
            env=os.environ | self.clock_words,
        )
        self._wait_for(port_file.read_text)
        self.port = int(port_file.read_text())
        self.seen = self._log_size()  # its own line of the start is no mail

    def set_mode(self, mode):
        part = self.mail_folder / "mode.part"
        part.write_text(mode)
        part.rename(self.mail_folder / "mode")

    def misbehaviours(self):
        """Return how often the mail server misbehaved so far."""
        faults = self.mail_folder / "faults"
        return faults.stat().st_size if faults.exists() else 0

    def start(self, day="2024-06-14"):
        """Start a worker and a beat for which it is 8:00 of the day, or a while after."""
        if self.day != day or time.monotonic() > self.nursery_ends:
            self._open_nursery(day)
        self.start_worker()
        self.start_beat()

    def _open_nursery(self, day):
        if self.nursery:
            self.nursery.close()
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": self._database_url(),
            "DATABASE_OWNER_URL": self._database_url(),
            "REDIS_URL": f"redis+socket://{self.socket}?virtual_host=0",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.port}",
            "MAIL_RELAY_LOG": f"sink:{self.mail_folder / 'smtp.log'}",
            "MAIL_LEASE_SECONDS": str(LEASE),
            # As in production the application's limits hold; a frozen process loses its locks.
            "PORTAL_DB_ROLE": "app",
            "DATABASE_IDLE_SECONDS": str(IDLE),
            "REMINDER_TICK_SECONDS": "1",
            "PORTAL_TODAY": f"{day}T08:00",
            "PORTAL_CLOCK_ZERO": str(time.time()),
            **self.clock_words,
        }
        self.nursery = Nursery(environment, self.folder / "nursery.log")
        self.day, self.nursery_ends = day, time.monotonic() + NURSERY_LASTS

    # The machine's clock

    def fake_clock(self):
        """Start all that looks at the clock anew, with one that can be set."""
        self.set_clock(0)
        self._under_clock(faked_clock.environment(self.clock_file))

    def set_clock(self, hours):
        faked_clock.set_offset(self.clock_file, hours)

    def real_clock(self):
        self._under_clock({})

    def _under_clock(self, words):
        self.stop()
        self.clock_words = words
        self.strike(self.mail, signal.SIGKILL)
        self.mail.wait()
        self.start_mail()
        day, self.day = self.day, ""
        self.start(day)

    @staticmethod
    def _database_url():
        """Name the database this process itself works on, a test's copy too."""
        database = connection.settings_dict
        host = quote(database["HOST"], safe="")
        return f"postgres://{database['USER']}@/{database['NAME']}?host={host}"

    def start_worker(self):
        # Talking to other workers first takes seconds and tells these nothing.
        words = ["--concurrency", "2", "--without-mingle", "--without-gossip", "-l", "WARNING"]
        self.workers.append(self.nursery.start("worker", *words, log=self.folder / "worker.log"))

    def start_beat(self):
        words = ["-l", "WARNING", "-s", str(self.folder / f"beat-{time.time()}")]
        self.beats.append(self.nursery.start("beat", *words, log=self.folder / "beat.log"))

    def _spawn(self, command, name, **options):
        """Start a server that goes when this process goes, however it ends."""
        log = self.folder / f"{name}.log"
        return processes.start(
            command, log=log, follow=signal.SIGKILL, cwd=paths.CHECKOUT, **options
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

    def strike(self, process, number):
        """Send a signal to the whole session of a process; it is one of ours."""
        with contextlib.suppress(ProcessLookupError):
            if process.poll() is None:
                os.killpg(process.pid, number)

    def kill(self, process):
        self.strike(process, signal.SIGKILL)
        process.wait()
        self.kills += 1

    def kill_one_of(self, process):
        """Kill the worker itself or one of its children, as chance has it."""
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        try:
            family = [process.pid, *map(int, children.read_text().split())]
            os.kill(self.chance.choice(family), signal.SIGKILL)
        except (OSError, ValueError):
            return 0
        self.kills += 1
        return 1

    def revive(self):
        """Start again what is dead, as a service manager does; orphans of a dead parent go."""
        for group, start in ((self.workers, self.start_worker), (self.beats, self.start_beat)):
            for process in [p for p in group if p.poll() is not None]:
                group.remove(process)
                self._clear(process)
                start()

    @staticmethod
    def _clear(process):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    def stop(self):
        for process in [*self.workers, *self.beats]:
            self.strike(process, signal.SIGKILL)
            process.wait()
            self._clear(process)
        self.workers, self.beats = [], []

    def close(self):
        self.stop()
        if self.nursery:
            self.nursery.close()
        for process in (self.broker, self.mail):
            self.strike(process, signal.SIGKILL)
            process.wait()

    # The batch

    def new_batch(self, size):
        """Stop everything, forget the last batch, and let `size` people wait for a reminder."""
        self.stop()
        self.set_mode("ok")
        self.query("DELETE FROM reporting_reminder")
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

    def query(self, sql):
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
        self.query(
            "UPDATE reporting_reminder SET lease_until = NULL WHERE state = 'owed' AND attempts > 0"
        )
        states = dict(self.query("SELECT state, count(*) FROM reporting_reminder GROUP BY state"))
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
            [(mark,)] = self.query("SELECT clock_timestamp()")
            deadline = time.monotonic() + PATIENCE
            while time.monotonic() < deadline:
                [(last,)] = self.query("SELECT max(finished_at) FROM reporting_tick")
                if last is not None and last > mark:
                    break
                self.revive()
                time.sleep(0.2)

    def _log_lines(self):
        log = self.mail_folder / "smtp.log"
        return log.read_text().splitlines() if log.exists() else []

    def awaits_work(self):
        """Say whether a mail goes out within a moment: blows fall amid work, however quick."""
        deadline = time.monotonic() + WORK_WITHIN
        while time.monotonic() < deadline:
            before, self.seen = self.seen, self._log_size()
            if self.seen != before:
                return True
            time.sleep(0.01)
        return False

    def _log_size(self):
        log = self.mail_folder / "smtp.log"
        return log.stat().st_size if log.exists() else 0

    def compare(self, batch):
        """Hold the three books against each other."""
        lines = map(json.loads, self._log_lines()[batch.skipped_lines :])
        mails = Counter(line["to"][0] for line in lines if line["outcome"] == "accepted")
        self.accepted += sum(mails.values())
        rows = self.query(
            "SELECT u.email, r.state, extract(epoch FROM r.leased_at)::float"
            " FROM reporting_reminder r JOIN agencies_user u ON u.id = r.recipient_id"
        )
        found = judge(batch, mails, rows)
        if found.total():
            self._tell_of(batch, mails, rows)
        return found

    def _tell_of(self, batch, mails, rows):
        """Print whom the books disagree about."""
        states = {address: state for address, state, _ in rows}
        for address in sorted(batch.addresses | mails.keys()):
            if mails[address] != batch.mails_each:
                print(f"  {address}: {mails[address]} mails, ledger {states.get(address)}")
