"""What the relay's log knows better than the ledger (ADR 0014): mails in doubt, and lost pages."""

import logging

from django.db import transaction

from agencies.models import User
from config import clock
from reporting.models import Reminder, Tick
from reporting.reminders import digest, ledger, owed
from reporting.stages import is_calendars

logger = logging.getLogger(__name__)

State = Reminder.State
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
    reading = log.read(began)
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
def learn_from(log, *, now):
    """
    Enter as sent what the log holds from after the last tick and the ledger does not know.

    Only a database restored from an older copy forgets mails: each Message-ID tells person and
    day, and what waited for them that day went out with it.
    """
    tick = Tick.objects.select_for_update().first()
    if tick is None:
        return
    taken = log.read(tick.finished_at).taken
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
    if seen.is_digest:
        moment = clock.at_eight(seen.day)
        items = [item for item in owed.owed_on(seen.day) if item.recipient == person]
        ledger.enter_in_ledger(items, now=moment)
    else:
        items = []
    keys = {item.key for item in items}
    waiting = Reminder.objects.filter(recipient=person, state=State.OWED)
    told = [
        row.pk
        for row in waiting
        if ledger.key_of(row) in keys
        or (not is_calendars(row.stage) and row.entered_at and row.entered_at.date() <= seen.day)
    ]
    moment = clock.at_eight(seen.day)
    Reminder.objects.filter(pk__in=told).update(
        state=State.SENT, message_id=message_id, tried_at=moment, sent_at=moment, lease_until=None
    )
