"""
The ledger of reminders: rows enter once, are claimed under a lease, and are closed (R23).

The row says `sending`, committed, before the mail server is spoken to.
"""

import datetime as dt
import logging

from django.db import transaction
from django.db.models import Q

from agencies.calendar import WorkingCalendar
from agencies.models import User
from config import clock
from reporting.models import Reminder
from reporting.reminders import digest, owed
from reporting.stages import is_by_hand, is_to_come

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=5)
# A refusal is retried with growing pauses; after this many tries staff are told instead.
MAX_ATTEMPTS = 5
State = Reminder.State


def enter_in_ledger(items):
    """
    Write rows for what is owed and return those that are new, or owed anew.

    The unique key lets each in once, whoever asks (R23). A row dropped unsent while its report
    was in is owed again when the report came back.
    """
    rows = [
        Reminder(
            report=item.report,
            last_day=item.report.last_day,
            stage=item.stage,
            recipient=item.recipient,
        )
        for item in items
    ]
    stages = {row.stage for row in rows}
    reports = {row.report_id for row in rows}
    there = {
        _key(row): row for row in Reminder.objects.filter(report__in=reports, stage__in=stages)
    }
    new = [row for row in rows if _key(row) not in there]
    Reminder.objects.bulk_create(new, ignore_conflicts=True)
    asked = [there[_key(row)] for row in rows if _key(row) in there]
    back = [row for row in asked if row.state == State.DROPPED]
    dropped = Reminder.objects.filter(pk__in=[row.pk for row in back], state=State.DROPPED)
    dropped.update(state=State.OWED)
    return new + back


def _key(row):
    return row.report_id, row.last_day, row.stage, row.recipient_id


def give_up_stale_leases():
    """A row left in `sending` by a process that died may have gone out: staff decide."""
    stale = Reminder.objects.filter(state=State.SENDING, lease_until__lt=clock.real_now())
    if count := stale.update(state=State.UNKNOWN, error="Tiến trình gửi thư dừng giữa chừng."):
        logger.warning("%s reminders left in doubt by a process that died", count)


@transaction.atomic
def claim(recipient, *, now):
    """
    Lease the person's waiting rows, re-checked against their reports, and write their mail.

    Returns (rows, mail), both empty when nothing is to be sent. Whoever had a digest today waits
    with the calendar's rows for tomorrow (R23); staff's own reminders do not wait. A row of a
    stage to come was written by a run for a later day and is left to that run.
    """
    # One process at a time prepares a person's mail; another leaves it alone.
    person = User.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=recipient)
    if not person:
        return [], None
    real_now = clock.real_now()
    on, calendar = now.date(), WorkingCalendar.load()
    rows = [
        row
        for row in _waiting(recipient, on=on, real_now=real_now)
        if is_by_hand(row.stage)
        or not is_to_come(row.last_day, row.stage, on=on, calendar=calendar)
    ]
    valid = [row for row in rows if _still_owed(row, on=on, calendar=calendar)]
    dropped = [row.pk for row in rows if row not in valid]
    Reminder.objects.filter(pk__in=dropped).update(state=State.DROPPED)
    if not valid:
        return [], None
    message = digest.digest_message(valid, now=now)
    for row in valid:
        row.state, row.lease_until = State.SENDING, real_now + LEASE
        row.attempts += 1
        row.message_id = message.extra_headers["Message-ID"]
    Reminder.objects.bulk_update(valid, ["state", "lease_until", "attempts", "message_id"])
    return valid, message


def _waiting(recipient, *, on, real_now):
    """Return the person's rows whose pause is over, without the calendar's after a digest."""
    own = Reminder.objects.filter(recipient=recipient)
    ready = Q(lease_until=None) | Q(lease_until__lt=real_now)
    waiting = (
        own.filter(ready, state=State.OWED)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("recipient", "report__agency", "report__round__plan__jurisdiction")
        .prefetch_related("report__round__dues")
    )
    today = own.filter(state=State.SENT, sent_at__date=on).values_list("stage", flat=True)
    had_digest = any(not is_by_hand(stage) for stage in today)
    return [row for row in waiting if is_by_hand(row.stage) or not had_digest]


def _still_owed(row, *, on, calendar):
    report = row.report
    return (
        report.is_open
        and report.last_day == row.last_day
        and not owed.is_shut_out(report)
        and row.recipient.is_active
        and (is_by_hand(row.stage) or owed.stage_of(report, on=on, calendar=calendar) == row.stage)
    )


def close(rows, state, **fields):
    """Write the outcome of rows that are still ours."""
    ours = Reminder.objects.filter(pk__in=[row.pk for row in rows], state=State.SENDING)
    ours.update(state=state, lease_until=None, **({"error": ""} | fields))


def release(rows, *, error):
    """Put refused rows back with a pause that doubles; after the last try they stay refused."""
    for row in rows:
        pause = dt.timedelta(seconds=30 * 2**row.attempts)
        row.error = error
        row.state = State.OWED if row.attempts < MAX_ATTEMPTS else State.REFUSED
        row.lease_until = clock.real_now() + pause
    Reminder.objects.bulk_update(rows, ["state", "lease_until", "error"])
