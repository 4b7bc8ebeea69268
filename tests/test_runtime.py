"""The embedded services: shared, stopped by the last one out, nothing left behind.

Each test works on a data folder of its own, through the same doors as a user: processes that ask
for the services, signals, kills.
"""

import email
import email.policy
import json
import os
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from email.message import EmailMessage
from pathlib import Path

import psycopg2
import pytest
from kombu import Connection

from config.embedded import paths, postgres, services
from tests.portal import copy_first_portal, first_portal, processes_of

pytestmark = pytest.mark.xdist_group("services")

# Says when the services answer, then stays until its standard input closes.
CLIENT = """
import sys
from config.embedded import services
try:
    services.ensure(volatile="--volatile" in sys.argv)
except services.Unavailable as problem:
    sys.exit(str(problem))
print(services.email()[1], flush=True)
sys.stdin.read()
services.release()
"""
OWN_SERVERS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "EMAIL_URL")


class Folder:
    """A data folder and the clients a test has started on it."""

    def __init__(self, path, durable=False):
        self.path = path
        self.options = [] if durable else ["--volatile"]
        self.clients = []
        self.environment = {k: v for k, v in os.environ.items() if k not in OWN_SERVERS}
        self.environment |= {"PORTAL_DATA": str(path)}

    def start_client(self, **options):
        client = subprocess.Popen(
            [sys.executable, "-c", CLIENT, *self.options],
            cwd=paths.CHECKOUT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )
        self.clients.append(client)
        return client

    def client(self, **options):
        """Return a client for whom the services answer."""
        client = self.start_client(**options)
        assert client.stdout.readline().strip().isdigit(), client.stderr.read()
        return client

    def start_portal(self, command):
        """Start the portal on a free port with a shell's command line."""
        ours = ("PORTAL_", "MAKE", "MFLAGS", "PYTEST", "DJANGO")
        clean = {k: v for k, v in self.environment.items() if not k.startswith(ours)}
        portal = subprocess.Popen(
            ["/bin/sh", "-c", command],
            cwd=paths.CHECKOUT,
            env={"PORT": "0", **clean, "PORTAL_DATA": str(self.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.clients.append(portal)
        return portal

    def wait_for_portal(self, portal):
        """Return the address the portal prints when it is ready."""
        self.printed = []
        for line in portal.stdout:
            self.printed.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
                return found.group()
        raise AssertionError("".join(self.printed))

    def told(self):
        return json.loads((self.path / "run/services.json").read_text())

    def guardian(self):
        return self.told()["guardian"]

    def processes(self):
        """Return the processes that work for this folder: guardian, servers, their children."""
        return processes_of(self.path)

    def wait_until_empty(self, seconds=10):
        deadline = time.monotonic() + seconds
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert left == {}

    def postgres_address(self):
        return self.told()["services"]["postgres"]["folder"]

    def ask(self, statement):
        connection = psycopg2.connect(
            dbname="portal", user="portal_owner", host=self.postgres_address(), port=postgres.PORT
        )
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchone()[0] if cursor.description else None
        finally:
            connection.close()


def leave(client):
    client.stdin.close()
    code = client.wait(timeout=30)
    client.stdout.close()
    errors = client.stderr.read()
    client.stderr.close()
    return code, errors


@pytest.fixture
def short_path():
    """Give a folder whose own name is short and plain, as pytest's are not."""
    with tempfile.TemporaryDirectory(prefix="p-") as path:
        yield Path(path)


@pytest.fixture
def new_folder():
    """Make data folders, and see at the end that nothing runs for them."""
    folders = []

    def make(path, **options):
        folders.append(Folder(path, **options))
        return folders[-1]

    yield make
    for folder in folders:
        for client in folder.clients:
            if client.poll() is None:
                client.kill()
            client.wait(timeout=10)
            for stream in (client.stdin, client.stdout, client.stderr):
                if stream:
                    stream.close()
        folder.wait_until_empty()


@pytest.fixture
def folder(new_folder, tmp_path):
    return new_folder(tmp_path / "data")


def test_services_are_shared_and_stop_with_the_last_client(folder):
    first, second = folder.client(), folder.client()
    guardian = folder.guardian()

    assert leave(first) == (0, "")
    assert folder.ask("SELECT 1") == 1
    assert folder.guardian() == guardian

    assert leave(second) == (0, "")
    assert folder.processes() == {}


def test_clients_that_start_at_once_get_one_guardian(folder):
    clients = [folder.start_client() for _ in range(4)]

    ports = {client.stdout.readline().strip() for client in clients}

    assert len(ports) == 1
    assert "" not in ports
    guardians = [pid for pid, words in folder.processes().items() if "embedded.guardian" in words]
    assert guardians == [folder.guardian()]


def test_a_client_who_comes_while_the_last_one_leaves_gets_running_services(folder):
    leaving = folder.client()
    for _ in range(4):
        leaving.stdin.close()

        coming = folder.client()

        assert folder.ask("SELECT 1") == 1
        leaving = coming


def test_a_killed_client_leaves_nothing_running(folder):
    client = folder.client()

    client.kill()

    folder.wait_until_empty()


def test_data_outlives_a_guardian_killed_hard_and_the_next_client_starts_again(
    new_folder, tmp_path
):
    folder = new_folder(tmp_path / "data", durable=True)
    folder.client()
    folder.ask("CREATE TABLE kept AS SELECT 42 AS number")

    os.kill(folder.guardian(), signal.SIGKILL)
    another = folder.client()

    assert folder.ask("SELECT number FROM kept") == 42
    assert leave(another) == (0, "")


def test_a_server_killed_hard_is_started_again_at_the_same_address(new_folder, tmp_path):
    folder = new_folder(tmp_path / "data", durable=True)
    folder.client()
    before = folder.told()["services"]
    children = _children(folder.guardian())
    assert len(children) == 3

    for child in children:
        os.kill(child, signal.SIGKILL)

    _wait_for(lambda: len(_children(folder.guardian()) - children) == 3)
    _wait_for(lambda: folder.told()["services"] == before and _accepts(folder))
    with smtplib.SMTP("127.0.0.1", before["mail"]["port"], timeout=5) as server:
        assert server.noop()[0] == 250


def test_the_number_of_a_dead_server_that_is_another_process_now_does_not_block(
    new_folder, tmp_path
):
    folder = new_folder(tmp_path / "data", durable=True)
    leave(folder.client())
    stale = folder.path / "postgres/postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{folder.path}/postgres\n1700000000\n5432\n\n\n\n")
    shutil.copy(stale, folder.path / "run/services.json")

    folder.client()

    assert folder.ask("SELECT 1") == 1


@pytest.mark.parametrize("name", ["thư mục có dấu", "x" * 120])
def test_odd_and_long_folder_names_work_for_every_service(short_path, new_folder, name):
    folder = new_folder(short_path / name / ".data")

    client = folder.client()

    assert folder.ask("SELECT current_database()") == "portal"
    url = subprocess.check_output(
        [sys.executable, "-c", "from config.embedded import services as s; print(s.redis_url())"],
        cwd=paths.CHECKOUT,
        env=folder.environment,
        text=True,
    )
    with Connection(url.strip()) as broker:
        broker.ensure_connection(max_retries=1)
        queue = broker.SimpleQueue("thử")
        queue.put("đã tới")
        message = queue.get(timeout=5)
        assert message.payload == "đã tới"
        message.ack()
        queue.close()
    sockets = Path(folder.postgres_address()).parent
    assert str(sockets).isascii()
    assert leave(client) == (0, "")
    assert not sockets.exists()


def test_postgres_runs_as_nobody_where_namespaces_are_forbidden(folder):
    folder.environment["PORTAL_EMBEDDED_AS"] = "nobody"

    folder.client()

    owner = "nobody" if os.geteuid() == 0 else folder.path.owner()
    assert (folder.path / "postgres").owner() == owner
    assert folder.ask("SELECT 1") == 1


def test_a_server_that_cannot_start_is_one_line_that_names_the_log(new_folder, tmp_path):
    folder = new_folder(tmp_path / "data", durable=True)
    leave(folder.client())
    (folder.path / "postgres/postgresql.conf").write_text("no_such_setting = 1\n")

    client = folder.start_client()
    code, errors = leave(client)

    assert code == 1
    assert errors.count("\n") == 1
    assert str(folder.path / "log/postgres.log") in errors
    folder.wait_until_empty()


def test_nothing_is_started_for_servers_named_in_the_environment(folder):
    folder.environment |= {"DATABASE_URL": "postgresql://x@h/d", "REDIS_URL": "redis://h/0"}

    client = folder.client()

    assert set(folder.told()["services"]) == {"mail"}
    assert leave(client) == (0, "")


def test_the_roles_can_do_what_they_are_for_and_no_more(folder):
    folder.client()

    rights = folder.ask(
        "SELECT jsonb_object_agg(rolname, ARRAY[rolsuper, rolcreatedb])"
        " FROM pg_roles WHERE rolname LIKE 'portal%'"
    )

    assert rights == {"portal_owner": [False, True], "portal_app": [False, False]}
    assert folder.ask("SELECT has_schema_privilege('portal_app', 'public', 'CREATE')") is False
    assert folder.ask("SELECT lower('ĐẮK LẮK') || ('HUẾ' ILIKE '%huế%')::text") == "đắk lắktrue"


def test_the_mail_sink_keeps_mail_and_log_line_before_it_says_so(mail_sink):
    message = EmailMessage()
    message["From"] = "nhac-viec@portal.invalid"
    message["To"] = "can-bo@hondat.invalid"
    message["Subject"] = "Nhắc việc: còn 3 ngày"
    message["Message-ID"] = "<thu-1@portal.invalid>"
    message.set_content("Kính gửi Ủy ban nhân dân huyện Hòn Đất\n")

    with smtplib.SMTP(*services.email(), timeout=5) as server:
        server.send_message(message)
        [(path, line)] = mail_sink.mails()

    assert line["message_id"] == "<thu-1@portal.invalid>"
    assert line["to"] == ["can-bo@hondat.invalid"]
    assert line["outcome"] == "accepted"
    kept = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert kept["Subject"] == "Nhắc việc: còn 3 ngày"
    assert "Hòn Đất" in kept.get_content()


def test_make_run_from_nothing_to_the_page_and_back(folder):
    first = first_portal()  # judged here, not started again: it takes long
    assert first.health == 200
    assert "Đã dừng." in first.told()
    assert first.processes() == {}

    # The second start finds everything done; then a child dies, and all stop.
    copy_first_portal(folder.path)
    began = time.monotonic()
    second = folder.start_portal(f"exec '{sys.executable}' -m config.embedded.supervisor")
    folder.wait_for_portal(second)
    assert time.monotonic() - began < 15
    assert "Đang nạp" not in "".join(folder.printed)
    assert folder.ask("SELECT count(*) FROM plans_plan") == 5
    [worker] = [pid for pid in _children(second.pid) if " worker " in folder.processes()[pid]]
    os.kill(worker, signal.SIGKILL)
    output, _ = second.communicate(timeout=40)
    assert second.returncode == 1
    assert "worker đã dừng" in output
    assert folder.processes() == {}

    # The third ends as hard as can be.
    third = folder.start_portal(f"exec '{sys.executable}' -m config.embedded.supervisor")
    folder.wait_for_portal(third)
    third.kill()
    folder.wait_until_empty(seconds=20)


def test_a_signal_ignored_at_start_stops_the_portal_while_it_is_starting(folder):
    portal = folder.start_portal(
        f"trap '' INT TERM HUP; exec '{sys.executable}' -m config.embedded.supervisor"
    )
    assert "PostgreSQL" in portal.stdout.readline()

    portal.send_signal(signal.SIGINT)

    assert portal.wait(timeout=20) == 0
    folder.wait_until_empty()


# Whoever runs the tests may ignore these signals, and make would inherit that.
MAKE_THAT_HEARS = (
    "import os, signal; "
    "signal.signal(signal.SIGINT, signal.SIG_DFL); signal.signal(signal.SIGHUP, signal.SIG_DFL); "
    "os.execvp('make', ['make', 'run'])"
)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_to_make_alone_stops_the_portal(folder, number):
    make = folder.start_portal(f"exec '{sys.executable}' -c \"{MAKE_THAT_HEARS}\"")
    assert "PostgreSQL" in make.stdout.readline()

    # Make passes only TERM on; for these two it waits in silence.
    make.send_signal(number)

    assert make.wait(timeout=20) == -number
    folder.wait_until_empty()


def test_a_port_in_use_is_one_line_that_names_another(folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        folder.environment["PORT"] = str(port)

        portal = folder.start_portal(f"exec '{sys.executable}' -m config.embedded.supervisor")
        output, _ = portal.communicate(timeout=20)

    assert portal.returncode == 1
    assert output.count("\n") == 1
    assert f"PORT={port + 1}" in output


def _children(pid):
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return {int(word) for word in path.read_text().split()}


def _accepts(folder):
    try:
        return folder.ask("SELECT 1") == 1
    except psycopg2.OperationalError:
        return False


def _wait_for(condition, seconds=15):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
