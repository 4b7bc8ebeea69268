"""
The clock of the domain (R6): today, submission moments, reminder stages.

It shows Asia/Ho_Chi_Minh time. With PORTAL_TODAY (demo only) it starts at that moment and
runs on in real seconds, counted from PORTAL_CLOCK_ZERO so that web, worker and beat agree.
It is asked once, at the edge (view, task, command), and handed down as an argument.
Leases, sessions, tokens and logs use `real_now`.
"""

import datetime as dt
import time

from django.conf import settings
from django.utils import timezone

_STARTED = time.time()


def real_now():
    return dt.datetime.now(dt.UTC)


def now():
    """Return the domain's present moment, aware, in Vietnam's time zone."""
    local = timezone.get_default_timezone()
    if not settings.PORTAL_TODAY:
        return real_now().astimezone(local)
    start = dt.datetime.fromisoformat(settings.PORTAL_TODAY)
    if timezone.is_naive(start):
        start = start.replace(tzinfo=local)
    zero = float(settings.PORTAL_CLOCK_ZERO or _STARTED)
    return start.astimezone(local) + dt.timedelta(seconds=time.time() - zero)


def today():
    return now().date()


def day_of(moment):
    """Return the day in Vietnam of an aware moment; the database gives moments in UTC."""
    return timezone.localtime(moment, timezone.get_default_timezone()).date()


def at_eight(day):
    """Return 08:00 of a day in Vietnam, the moment `--on` stands for."""
    return dt.datetime.combine(day, dt.time(8), tzinfo=timezone.get_default_timezone())
