"""Where the demo's clock stands when something starts (R6).

The clock of the domain starts at PORTAL_TODAY, but never before the last moment stored, and runs
on in real seconds from PORTAL_CLOCK_ZERO. Everything that runs at once must agree: the first
portal of a data folder writes `run/clock.json`, and whoever starts while one runs reads it.
"""

import contextlib
import datetime as dt
import os
import time
from zoneinfo import ZoneInfo

import psycopg2

from . import locks, paths, rendezvous, services
from .processes import Failed

DEFAULT_START = "2024-06-17T08:00"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_running = None  # descriptor that says: a portal runs on this data folder


def environment():
    """Return PORTAL_TODAY and PORTAL_CLOCK_ZERO for a command that starts now."""
    if os.environ.get("PORTAL_TODAY") and os.environ.get("PORTAL_CLOCK_ZERO"):
        return {}
    with locks.holding(_turn_lock(), seconds=10):
        return _of_running_portal() or _start()


def environment_of_portal():
    """Return the same for a portal that starts now, and leave it for all who start later."""
    global _running
    with locks.holding(_turn_lock(), seconds=10):
        values = _of_running_portal() or _start()
        rendezvous.write_json(_record(), values)
        _running = locks.take(_portal_lock(), locks.SHARED)
    return values


def _of_running_portal():
    alone = locks.take(_portal_lock(), locks.EXCLUSIVE)
    if alone is not None:
        os.close(alone)
        return None
    return rendezvous.read_json(_record())


def _start():
    wanted = os.environ.get("PORTAL_TODAY") or DEFAULT_START
    try:
        start = dt.datetime.fromisoformat(wanted)
    except ValueError:
        raise Failed(f"PORTAL_TODAY={wanted!r}: phải như {DEFAULT_START}.") from None
    if start.tzinfo is None:
        start = start.replace(tzinfo=VIETNAM)
    last = last_moment_stored()
    if last and last >= start:
        start = last + dt.timedelta(seconds=1)
    shown = start.astimezone(VIETNAM).replace(tzinfo=None).isoformat(timespec="microseconds")
    return {"PORTAL_TODAY": shown, "PORTAL_CLOCK_ZERO": f"{time.time():.6f}"}


def last_moment_stored():
    """Return the last moment of the domain's clock that was written down, or None."""
    # Before the first migration there is no table to ask.
    with contextlib.suppress(psycopg2.Error), contextlib.closing(_connect()) as connection:
        cursor = connection.cursor()
        cursor.execute(
            "SELECT greatest((SELECT max(at) FROM agencies_event),"
            " (SELECT max(saved_at) FROM reporting_report),"
            " (SELECT max(sent_at) FROM reporting_reminder))"
        )
        return cursor.fetchone()[0]
    return None


def _connect():
    if url := os.environ.get("DATABASE_URL"):
        return psycopg2.connect(url)
    address = services.database("app")
    return psycopg2.connect(
        dbname=address["NAME"], user=address["USER"], host=address["HOST"], port=address["PORT"]
    )


def _turn_lock():
    return paths.run_folder() / "clock.lock"


def _portal_lock():
    return paths.run_folder() / "portal.lock"


def _record():
    return paths.run_folder() / "clock.json"
