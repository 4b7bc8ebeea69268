"""A whole portal for browser tests: what `make run` starts, on data and a port of its own."""

import atexit
import contextlib
import functools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from config.embedded import paths

# What the test run sets for itself, and servers of one's own, are none of this portal's.
NOT_INHERITED = re.compile(
    r"PORTAL_\w+|DJANGO_SETTINGS_MODULE|DATABASE_URL|DATABASE_OWNER_URL|REDIS_URL|EMAIL_URL|MAKE\w*"
)
READY_SECONDS = 120
GONE_SECONDS = 30
# What a portal leaves in its folder and the next one makes for itself.
NOT_COPIED = shutil.ignore_patterns("mail", "beat-*", "*.log", "*.pid", "*.sock", ".s.*")
SUPERVISOR = [sys.executable, "-m", "config.embedded.supervisor"]
# As a background shell or nohup starts it: ignored signals pass through make and python.
MAKE_RUN = ["/bin/sh", "-c", "trap '' INT QUIT HUP; exec make run"]


@functools.cache
def first_portal():
    """
    Return a portal that `make run` brought up from nothing and TERM stopped, once a test run.

    The others start on a copy of its folder, with the plans and the demo. tests/test_runtime.py
    judges how it went: `health` is the status the portal answered with.
    """
    portal = RunningPortal(MAKE_RUN, REMINDER_TICK_SECONDS="86400")  # no mail leaves it
    atexit.register(shutil.rmtree, portal.folder)
    try:
        portal.wait_until_ready()
        with urllib.request.urlopen(f"{portal.address}/healthz", timeout=10) as answer:  # noqa: S310
            portal.health = answer.status
    finally:
        portal.stop()
    portal.wait_until_gone()
    return portal


def copy_first_portal(folder):
    """Put into a folder what a second start finds."""
    shutil.copytree(first_portal().folder, folder, ignore=NOT_COPIED, dirs_exist_ok=True)


@contextlib.contextmanager
def running(**environment):
    """Give a portal that answers, with the plans and the demo; in the end nothing of it is left."""
    portal = RunningPortal(SUPERVISOR, prepare=copy_first_portal, **environment)
    try:
        portal.wait_until_ready()
        yield portal
    finally:
        portal.end()


class RunningPortal:
    """PostgreSQL, Valkey, mail sink, gunicorn, worker and beat; `prepare` fills its folder."""

    def __init__(self, command, *, prepare=None, **environment):
        # Short, because sockets have short addresses; closed to others, as mkdtemp leaves it.
        self.folder = Path(tempfile.mkdtemp(prefix="portal-"))
        if prepare:
            prepare(self.folder)
        self.environment = {k: v for k, v in os.environ.items() if not NOT_INHERITED.fullmatch(k)}
        self.environment |= {"PORTAL_DATA": str(self.folder), "PORT": "0", **environment}
        self.output = self.folder / "supervisor.log"
        self.address = ""
        self.sessions = {}  # name → cookies of who signed in (the fixture `enter`)
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=paths.CHECKOUT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self):
        deadline = time.monotonic() + READY_SECONDS
        while not (found := re.search(r"đang chạy: (http://\S+)/\n", self.told())):
            assert self.process.poll() is None, self.told()
            assert time.monotonic() < deadline, self.told()
            time.sleep(0.1)
        self.address = found[1]

    def told(self):
        return self.output.read_text()

    def command(self, *arguments):
        """Run a command of manage.py beside the running portal and return what it printed."""
        environment = self.environment | {"PORT": self.address.rpartition(":")[2]}
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=paths.CHECKOUT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def mails_to(self, address):
        """Return the mails the sink accepted for an address, as (envelope, file), oldest first."""
        log = self.folder / "mail/smtp.log"
        lines = log.read_text().splitlines() if log.exists() else []
        accepted = [line for line in map(json.loads, lines) if line["outcome"] == "accepted"]
        return [
            (line, self.folder / "mail" / line["file"])
            for line in accepted
            if address in line["to"]
        ]

    def processes(self):
        return processes_of(self.folder)

    def stop(self, number=signal.SIGTERM):
        """Ask for the end as a terminal or a service manager does; return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=60)

    def end(self):
        """End it however it stands, and what it has written: nobody needs it any more."""
        self.process.kill()
        self.process.wait()
        self.wait_until_gone()
        shutil.rmtree(self.folder)

    def wait_until_gone(self):
        """Wait for the servers, which stop after their last client."""
        deadline = time.monotonic() + GONE_SECONDS
        while left := self.processes():
            assert time.monotonic() < deadline, left
            time.sleep(0.05)


def processes_of(folder):
    """Return {pid: command line} of all that works for a data folder."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            environment = (entry / "environ").read_bytes().split(b"\0")
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        except OSError:
            continue  # gone meanwhile
        mine = f"PORTAL_DATA={folder}".encode() in environment
        if words and (mine or str(folder) in words):
            found[int(entry.name)] = words
    return found
