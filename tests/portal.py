"""A whole portal for browser tests: what `make run` starts, on data and a port of its own."""

import atexit
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
from pathlib import Path

from config.embedded import paths

# What the test run sets for itself, and servers of one's own, are none of this portal's.
NOT_INHERITED = re.compile(
    r"PORTAL_\w+|DJANGO_SETTINGS_MODULE|DATABASE_URL|DATABASE_OWNER_URL|REDIS_URL|EMAIL_URL|MAKE\w*"
)
READY_SECONDS = 120
# What a portal leaves in its folder and the next one makes for itself.
NOT_COPIED = shutil.ignore_patterns("mail", "beat-*", "*.log", "*.pid", "*.sock", ".s.*")


@functools.cache
def prepared_folder():
    """Return a stopped portal's data folder with the plans and the demo, made once a test run."""
    portal = RunningPortal(is_new=True, REMINDER_TICK_SECONDS="86400")  # no mail leaves it
    try:
        portal.wait_until_ready()
    finally:
        portal.stop()
    atexit.register(shutil.rmtree, portal.folder)
    return portal.folder


class RunningPortal:
    """
    PostgreSQL, Valkey, mail sink, gunicorn, worker and beat, with the plans and the demo.

    It starts on a copy of `prepared_folder`, or from nothing when it `is_new`.
    """

    def __init__(self, *, is_new=False, **environment):
        # Short, because sockets have short addresses; closed to others, as mkdtemp leaves it.
        self.folder = Path(tempfile.mkdtemp(prefix="portal-"))
        if not is_new:
            shutil.copytree(prepared_folder(), self.folder, ignore=NOT_COPIED, dirs_exist_ok=True)
        self.environment = {k: v for k, v in os.environ.items() if not NOT_INHERITED.fullmatch(k)}
        self.environment |= {"PORTAL_DATA": str(self.folder), "PORT": "0", **environment}
        self.output = self.folder / "supervisor.log"
        self.address = ""
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.embedded.supervisor"],
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
        """Return {pid: command line} of all that works for this folder, the supervisor included."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                environment = (entry / "environ").read_bytes().split(b"\0")
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
            except OSError:
                continue  # gone meanwhile
            mine = f"PORTAL_DATA={self.folder}".encode() in environment
            if words and (mine or str(self.folder) in words):
                found[int(entry.name)] = words
        return found

    def stop(self, number=signal.SIGTERM):
        """Ask for the end as a terminal or a service manager does; return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=60)
