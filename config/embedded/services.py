"""What the portal asks of the embedded services: where they are, and that they run.

Standard library only and cheap to import: settings, manage.py and the test plugin begin here.
Addresses of sockets follow from the data folder alone; only the mail server's port must be asked.

    with services.lease():        # or ensure() … release()
        ...                       # PostgreSQL, Valkey and the mail server answer

Whoever finds them running shares them; the last one out stops them.
"""

# ruff: noqa: S603 - every program started here is our own or a wheel's

import contextlib
import os
import subprocess
import sys
import time

from . import locks, paths, rendezvous

SMTP_HOST = "127.0.0.1"
ROLES = {"app": "portal_app", "owner": "portal_owner"}
# Service → the variable that names a server of your own instead.
OWN_SERVERS = {"postgres": "DATABASE_URL", "valkey": "REDIS_URL", "mail": "EMAIL_URL"}

ANSWER_SECONDS = 120
LEAVE_SECONDS = 60

_lease = None  # descriptor of the clients' lock, while this process needs the services


class Unavailable(Exception):
    """The services do not run; the message is one line for the user."""


def data_folder():
    return paths.data_folder()


def mail_folder():
    return paths.mail_folder()


def mail_log():
    return paths.mail_folder() / paths.MAIL_LOG_NAME


def database(role):
    """Return NAME, USER, HOST and PORT of the embedded database for role `app` or `owner`."""
    return {
        "NAME": "portal",
        "USER": ROLES[role],
        "HOST": str(paths.postgres_socket_folder()),
        "PORT": "5432",
    }


def redis_url():
    return f"redis+socket://{paths.valkey_socket()}?virtual_host=0"


def email():
    """Return host and port of the mail server; port 0 while it does not run."""
    return SMTP_HOST, rendezvous.answers()["services"].get("mail", {}).get("port", 0)


def needed():
    """Return the names of the services for which no server of one's own is named."""
    return [name for name, variable in OWN_SERVERS.items() if not os.environ.get(variable)]


def ensure(*, volatile=False, cancelled=lambda: False):
    """Return once all needed services answer; they stay until `release()` or this process's end.

    `volatile` trades durability for speed where data may be lost: in the tests' folder.
    """
    global _lease
    if not (names := needed()):
        return
    try:
        paths.run_folder().mkdir(parents=True, exist_ok=True)
        if _lease is None:
            _lease = _enter(cancelled)
        rendezvous.wish_for(names)
        _start_guardian_unless_there(volatile, cancelled)
        _wait_for_answers(names, cancelled)
    except OSError as error:
        release()
        raise Unavailable(f"Không dùng được thư mục dữ liệu {data_folder()}: {error}.") from error
    except Unavailable:
        release()
        raise


def release():
    """Leave; the last one out returns when the servers are stopped."""
    global _lease
    if _lease is None:
        return
    os.close(_lease)
    _lease = None
    deadline = time.monotonic() + LEAVE_SECONDS
    while locks.is_held(rendezvous.guardian_lock()) and time.monotonic() < deadline:
        if _others_are_there():
            return
        time.sleep(0.03)


@contextlib.contextmanager
def lease(**options):
    ensure(**options)
    try:
        yield
    finally:
        release()


def are_running():
    """Say whether the guardian this process relies on is still there, with nothing broken."""
    if not needed():
        return True
    return locks.is_held(rendezvous.guardian_lock()) and not rendezvous.answers()["errors"]


def _enter(cancelled):
    # A guardian that is stopping holds this lock to the end.
    descriptor = locks.wait(
        rendezvous.clients_lock(), locks.SHARED, seconds=LEAVE_SECONDS, cancelled=cancelled
    )
    if descriptor is None:
        raise Unavailable("Các dịch vụ kèm theo đang dừng mà chưa xong; hãy thử lại.")
    return descriptor


def _start_guardian_unless_there(volatile, cancelled):
    with locks.holding(
        rendezvous.start_lock(), seconds=ANSWER_SECONDS, cancelled=cancelled
    ) as alone:
        if alone is None:
            raise Unavailable("Một lệnh khác đang khởi động dịch vụ mà chưa xong; hãy thử lại.")
        if locks.is_held(rendezvous.guardian_lock()):
            return
        wishes = needed()
        rendezvous.forget()
        rendezvous.wish_for(wishes)
        _start_guardian(volatile)
        deadline = time.monotonic() + 20
        while not locks.is_held(rendezvous.guardian_lock()):
            if time.monotonic() > deadline:
                raise Unavailable(f"Tiến trình nền không khởi động được, xem {_log()}")
            time.sleep(0.02)


def _start_guardian(volatile):
    paths.log_folder().mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "config.embedded.guardian"]
    with _log().open("ab") as log:
        subprocess.run(
            [*command, "--volatile"] if volatile else command,
            cwd=paths.CHECKOUT,
            env={**os.environ, "PORTAL_DATA": str(data_folder())},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            check=False,
        )


def _wait_for_answers(names, cancelled):
    deadline = time.monotonic() + ANSWER_SECONDS
    while True:
        told = rendezvous.answers()
        if all(name in told["services"] for name in names):
            return
        for name in names:
            if name in told["errors"]:
                raise Unavailable(told["errors"][name])
        if cancelled():
            raise Unavailable("Đã dừng theo yêu cầu.")
        if not locks.is_held(rendezvous.guardian_lock()) or time.monotonic() > deadline:
            raise Unavailable(f"Các dịch vụ kèm theo không khởi động được, xem {_log()}")
        time.sleep(0.02)


def _others_are_there():
    """Say whether other clients remain: the lock can then be shared, but not had alone."""
    alone = locks.take(rendezvous.clients_lock(), locks.EXCLUSIVE)
    if alone is not None:
        os.close(alone)
        return False
    shared = locks.take(rendezvous.clients_lock(), locks.SHARED)
    if shared is None:
        return False
    os.close(shared)
    return True


def _log():
    return paths.log_folder() / "guardian.log"
