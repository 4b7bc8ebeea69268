"""
The ledger: rows enter once, are claimed under a lease with a fencing number, and closed (R23).

Who holds a row knows its fencing number; each claim gives it a higher one, and only the latest
holder's outcome is written. So a process that was frozen past its lease changes nothing.
"""

import datetime as dt
import logging

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from agencies.models import User
from config import clock
from reporting.models import Reminder
from reporting.reminders import digest, validity
from reporting.stages import STAGES, Deed, is_calendars, is_to_come

logger = logging.getLogger(__name__)

# Minutes between tries of a mail the server puts off; from the last on, that pause again.
PAUSES = (1, 5, 15, 60)
# Tries after which staff are told instead: about a day of pauses.
MAX_ATTEMPTS = 24
# Tries of a mail that cannot even be written.
MAX_POISONED = 3
# News of submissions come in bundles: staff get one such mail an hour at most.
NEWS_PAUSE = dt.timedelta(hours=1)
State = Reminder.State
_LEASED = ["state", "fence", "tried_at", "leased_at", "lease_until", "attempts", "message_id"]
_IN_DOUBT_OR_SENT = (State.SENDING, State.SENT, State.UNKNOWN)


def lease():
    return dt.timedelta(seconds=settings.MAIL_LEASE_SECONDS)


def pause_after(attempts):
    return dt.timedelta(minutes=PAUSES[min(attempts, len(PAUSES)) - 1])


def enter_in_ledger(items, *, now):
    """
    Write rows for what is owed and return those that are new, or owed anew.

    The unique key lets each in once, whoever asks (R23). A row dropped unsent while its report
    was in is owed again when the report came back.
    """
    items = list(items)
    stages = {item.stage for item in items}
    reports = {item.report.pk for item in items}
    there = {
        key_of(row): row for row in Reminder.objects.filter(report__in=reports, stage__in=stages)
    }
    new = [_row(item, now=now) for item in items if item.key not in there]
    Reminder.objects.bulk_create(new, ignore_conflicts=True)
    asked = [there[item.key] for item in items if item.key in there]
    back = [row for row in asked if row.state == State.DROPPED]
    dropped = Reminder.objects.filter(pk__in=[row.pk for row in back], state=State.DROPPED)
    dropped.update(state=State.OWED, entered_at=now, read_at=None)
    return new + back


def _row(item, *, now):
    return Reminder(
        report=item.report,
        last_day=item.report.last_day,
        stage=item.stage,
        recipient=item.recipient,
        audience=item.audience,
        entered_at=now,
    )


def key_of(row):
    return row.report_id, row.last_day, row.stage, row.recipient_id


class Claim:
    """Rows of one person leased to this process, and the mail about them."""

    def __init__(self, rows, message):
        self.rows = rows
        self.message = message
        self.fence = rows[0].fence

    @property
    def _ours(self):
        return Reminder.objects.filter(
            pk__in=[row.pk for row in self.rows], state=State.SENDING, fence=self.fence
        )

    def holds(self):
        """
        Say whether the mail may go to the server now: every row ours, half the lease to run.

        Who is frozen after this is cut off by the server before another looks into its log.
        """
        enough = clock.real_now() + lease() / 2
        return self._ours.filter(lease_until__gt=enough).count() == len(self.rows)

    def close(self, state, **fields):
        self._ours.update(state=state, lease_until=None, **({"error": ""} | fields))

    def put_off(self, *, error):
        """Put the rows back with a growing pause; after the last try staff are told."""
        attempts = max(row.attempts for row in self.rows)
        if attempts >= MAX_ATTEMPTS:
            self.close(State.REFUSED, error=error)
            return
        until = clock.real_now() + pause_after(attempts)
        self._ours.update(state=State.OWED, lease_until=until, error=error)

    def leave_in_doubt(self, *, error):
        """Give the lease up at once: the relay's log is asked as soon as it can answer."""
        self._ours.update(lease_until=clock.real_now(), error=error)


def people_waiting():
    """Return the ids of those for whom a row waits."""
    waiting = Reminder.objects.filter(state=State.OWED)
    ready = waiting.filter(_ready(clock.real_now())).order_by("recipient")
    return list(ready.values_list("recipient", flat=True).distinct())


def _ready(real_now):
    return Q(lease_until=None) | Q(lease_until__lt=real_now)


@transaction.atomic
def claim(recipient, *, now, calendar):
    """
    Lease what waits for a person, re-checked against the reports, and write the mail about it.

    Returns a Claim, or None when nothing is to be sent. Whoever had a digest today waits with the
    calendar's rows for tomorrow (R23); staff's hand and people's deeds do not wait. A row of a
    stage to come was written by a run for a later day and is left to that run.
    """
    # One process at a time prepares a person's mail; another leaves it alone.
    person = User.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=recipient)
    if not person:
        return None
    on = now.date()
    rows = [
        row
        for row in _waiting(recipient, now=now)
        if not is_to_come(row.last_day, row.stage, on=on, calendar=calendar)
    ]
    valid = validity.still_valid(rows, on=on, calendar=calendar)
    dropped = [row.pk for row in rows if row not in valid]
    Reminder.objects.filter(pk__in=dropped).update(state=State.DROPPED, lease_until=None)
    valid, message = _compose(valid, now=now)
    return _leased(valid, message, now=now) if valid else None


def _leased(rows, message, *, now):
    fence = max(row.fence for row in rows) + 1
    real_now = clock.real_now()
    for row in rows:
        row.state, row.fence, row.tried_at = State.SENDING, fence, now
        row.leased_at, row.lease_until = real_now, real_now + lease()
        row.attempts += 1
        row.message_id = message.extra_headers["Message-ID"]
    Reminder.objects.bulk_update(rows, _LEASED)
    return Claim(rows, message)


def _waiting(recipient, *, now):
    """Return the person's rows whose pause is over and whose kind may be mailed again today."""
    own = Reminder.objects.filter(recipient=recipient)
    waiting = (
        own.filter(_ready(clock.real_now()), state=State.OWED)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related(
            "recipient",
            "report__agency",
            "report__latest_version",
            "report__round__plan__jurisdiction",
            "report__round__plan__lead_agency",
        )
        .prefetch_related("report__round__dues")
    )
    held_back = own.filter(state__in=_IN_DOUBT_OR_SENT)
    had_digest = held_back.filter(stage__in=STAGES, tried_at__date=now.date()).exists()
    had_news = held_back.filter(
        stage__startswith=Deed.SUBMITTED, tried_at__gt=now - NEWS_PAUSE, tried_at__lte=now
    ).exists()
    return [
        row
        for row in waiting
        if not (had_digest and is_calendars(row.stage))
        and not (had_news and row.stage.startswith(Deed.SUBMITTED))
    ]


def _compose(rows, *, now):
    """
    Return (rows, their mail); a row that cannot be told is parked and the others go on.

    Any error is caught here because one bad row must hold up nobody; it is logged and shown.
    """
    if not rows:
        return [], None
    try:
        return rows, digest.message_about(rows, now=now)
    except Exception:
        logger.exception("Reminder mail to user %s cannot be written", rows[0].recipient_id)
    sound = [row for row in rows if not _is_poison(row, now=now)]
    return (sound, digest.message_about(sound, now=now)) if sound else ([], None)


def _is_poison(row, *, now):
    try:
        digest.message_about([row], now=now)
    except Exception as error:
        _park([row], error=error)
        return True
    return False


@transaction.atomic
def set_aside(recipient, *, error):
    """Let all that waits for a person wait longer, or park it, after a fault of ours."""
    waiting = Reminder.objects.filter(_ready(clock.real_now()), state=State.OWED)
    _park(waiting.filter(recipient=recipient).select_for_update(skip_locked=True), error=error)


def _park(rows, *, error):
    """Put rows off with a growing pause; after the last try they are for staff to see."""
    rows = list(rows)
    for row in rows:
        row.attempts += 1
        row.state = State.PARKED if row.attempts >= MAX_POISONED else State.OWED
        row.lease_until = clock.real_now() + pause_after(row.attempts)
        row.error = f"{type(error).__name__}: {error}"
    Reminder.objects.bulk_update(rows, ["attempts", "state", "lease_until", "error"])
