"""What the relay's log knows better than the ledger (ADR 0014): doubts, bounces, lost pages."""

import datetime as dt
import logging

from django.db import transaction
from django.db.models import Q

from agencies.models import User
from config import clock
from reporting.models import Reminder, Tick
from reporting.reminders import above, digest, ledger, owed
from reporting.stages import is_calendars

logger = logging.getLogger(__name__)

State = Reminder.State
# What a mail may be to the ledger that the relay took.
_TAKEN = (State.SENDING, State.SENT, State.UNKNOWN)
# How far the log is read for bounces the first time.
_LOOK_BACK = dt.timedelta(days=5)
# By how much a clock may be set back between a mail's line in the log and the look for it.
_CLOCK_SET_BACK = dt.timedelta(days=1)
# A row that keeps ending in doubt is tried with pauses from here on.
_HASTY_TRIES = 3


@transaction.atomic
def settle_doubts(log):
    """
    Decide about rows whose sender's lease ran out: taken → sent, not taken → owed, else unknown.

    Nobody decides before the log can have been written.
    """
    over = clock.real_now() - log.lag
    stale = Reminder.objects.filter(state=State.SENDING, lease_until__lt=over)
    rows = list(stale.select_for_update(skip_locked=True))
    if not rows:
        return
    began = min(row.leased_at or row.lease_until for row in rows)
    reading = log.read(began, back=_CLOCK_SET_BACK)
    for row in rows:
        row.lease_until = None
        if row.message_id in reading.taken:
            row.state, row.sent_at, row.error = State.SENT, row.tried_at, ""
        elif reading.whole:
            _owe_again(row)
        else:
            row.state = State.UNKNOWN
            row.error = row.error or "Tiến trình gửi thư dừng giữa chừng."
    Reminder.objects.bulk_update(rows, ["state", "sent_at", "error", "lease_until"])
    logger.warning("%s reminders were in doubt", len(rows))


def _owe_again(row):
    row.state = State.REFUSED if row.attempts >= ledger.MAX_ATTEMPTS else State.OWED
    if row.attempts >= _HASTY_TRIES:
        row.lease_until = clock.real_now() + ledger.pause_after(row.attempts)


@transaction.atomic
def learn_from(log):
    """Take into the ledger what the relay's log tells that it does not know."""
    tick = Tick.objects.select_for_update().first()
    if tick is None:
        return
    _enter_forgotten(log, since=tick.finished_at)
    began = clock.real_now()
    # A clock set back has not been there yet.
    read_until = min(tick.log_read_until or began - _LOOK_BACK, began)
    _note_bounces(log, since=read_until - log.lag)
    Tick.objects.update(log_read_until=began)


def _note_bounces(log, *, since):
    """
    Close as bounced what the relay had taken and gave up later; staff are told of it.

    A mail sent again since is not touched by the bounce before.
    """
    for message_id, bounce in log.bounced(since).items():
        # The older form of syslog's stamp cuts off what is left of a second.
        before = Q(leased_at=None) | Q(leased_at__lt=bounce.moment + dt.timedelta(seconds=1))
        told = Reminder.objects.filter(before, message_id=message_id, state__in=_TAKEN)
        told.update(state=State.BOUNCED, error=bounce.words, lease_until=None)


def _enter_forgotten(log, *, since):
    """
    Enter as sent what the log holds from after the last tick and the ledger does not know.

    Only a database restored from an older copy forgets mails: each Message-ID tells person and
    day, and what waited for them that day went out with it.
    """
    taken = log.read(since).taken
    ours = {mid: seen for mid in taken if (seen := digest.read_message_id(mid))}
    known = set(Reminder.objects.filter(message_id__in=ours).values_list("message_id", flat=True))
    forgotten = {mid: seen for mid, seen in ours.items() if mid not in known}
    if not forgotten:
        return
    logger.warning("%s mails in the relay's log are unknown to the ledger", len(forgotten))
    people = {digest.person_mark(user): user for user in User.objects.all()}
    for message_id, seen in forgotten.items():
        if person := people.get(seen.person):
            _enter_as_sent(person, seen, message_id)


def _enter_as_sent(person, seen, message_id):
    """Enter what was owed to the person that day, and close it with what waited as sent then."""
    moment = clock.at_eight(seen.day)
    owed_then = above.owed_on(seen.day) + (owed.owed_on(seen.day) if seen.is_digest else [])
    items = [item for item in owed_then if item.recipient == person]
    ledger.enter_in_ledger(items, now=moment)
    keys = {item.key for item in items}
    waiting = Reminder.objects.filter(recipient=person, state=State.OWED)
    told = [row.pk for row in waiting if ledger.key_of(row) in keys or _was_news_by(row, seen.day)]
    Reminder.objects.filter(pk__in=told).update(
        state=State.SENT, message_id=message_id, tried_at=moment, sent_at=moment, lease_until=None
    )


def _was_news_by(row, day):
    entered = None if is_calendars(row.stage) else row.entered_at
    return entered is not None and clock.day_of(entered) <= day
