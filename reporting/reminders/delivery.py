"""
Delivery: what is owed goes to the mail server, one digest a person, and the outcome is kept (R24).

A mail in doubt, because its sender died or the server hung up, is looked up in the relay's log
before anything is sent again; without an answer staff decide (ADR 0014).
"""

import logging
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused

from django.core.mail import get_connection
from django.db import transaction

from agencies.calendar import WorkingCalendar
from config import clock
from reporting.models import Reminder, Tick
from reporting.reminders import ledger, owed, recovery
from reporting.reminders.relay_log import relay_log

logger = logging.getLogger(__name__)

State = Reminder.State
# The server says: not now, and close the line.
_SHUTTING_DOWN = 421


class RelayDown(Exception):
    """The mail server takes no conversation: nobody's mail is tried, the next tick asks again."""


def send_owed(*, now, digests=True):
    """
    Enter what is owed today into the ledger and send it, one digest a person.

    Safe to run twice, and at the same moment in two processes. Returns the rows sent. Before the
    digest's hour (`digests=False`) only what does not wait for it goes out.
    """
    calendar = WorkingCalendar.load()
    log = relay_log()
    recovery.learn_from(log)
    if digests:
        ledger.enter_in_ledger(owed.owed_on(now.date(), calendar=calendar), now=now)
    recovery.settle_doubts(log)
    sent, trouble = [], ""
    try:
        for recipient in ledger.people_waiting():
            sent += _serve(recipient, now=now, calendar=calendar)
    except RelayDown as error:
        logger.warning("The mail server is out of reach: %s", error)
        trouble = str(error)
    note_tick(trouble)
    return sent


@transaction.atomic
def note_tick(trouble=""):
    """Write down that a tick came to its end, and since when the mail server is in trouble."""
    moment = clock.real_now()
    tick = Tick.objects.select_for_update().first() or Tick()
    tick.finished_at = moment
    tick.trouble_since = (tick.trouble_since or moment) if trouble else None
    tick.trouble = trouble
    tick.save()


def _serve(recipient, *, now, calendar):
    """
    Send to one person; a fault of ours at it costs nobody else their mail.

    Any error is caught here for that reason: it is logged, and the person's rows wait and are
    parked for staff to see. When the database itself is gone, setting them aside fails too and the
    tick ends.
    """
    try:
        return _send_to(recipient, now=now, calendar=calendar)
    except RelayDown:
        raise
    except Exception as error:
        logger.exception("Reminders to user %s cannot be sent", recipient)
        ledger.set_aside(recipient, error=error)
        return []


def _send_to(recipient, *, now, calendar):
    """Claim all that waits for one person, send it as one mail, write down the outcome."""
    connection = get_connection()
    try:
        # First the conversation: who cannot have one claims nothing and uses up no try.
        connection.open()
    except OSError as error:
        raise RelayDown(f"{type(error).__name__}: {error}") from error
    try:
        claim = ledger.claim(recipient, now=now, calendar=calendar)
        return _hand_over(claim, connection, now=now) if claim else []
    finally:
        connection.close()


def _hand_over(claim, connection, *, now):
    """Give one mail to the server, and read its answer by class."""
    if not claim.holds():
        logger.warning("A claim ran out before its mail was sent")
        return []
    claim.message.connection = connection
    try:
        claim.message.send()
    except (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError) as error:
        _refused(claim, error)
    except ValueError as error:  # an address no mail can carry; nothing was said to the server
        claim.close(State.BOUNCED, error=f"{type(error).__name__}: {error}")
    except OSError as error:
        # The line broke, perhaps after the server took the mail: never sent again blindly.
        logger.warning("A mail is in doubt: %s", error)
        claim.leave_in_doubt(error=f"{type(error).__name__}: {error}")
    else:
        claim.close(State.SENT, sent_at=now)
        return claim.rows
    return []


def _refused(claim, error):
    """
    Act on an answer by its class: put off, dead address, or a mail this server will not take.

    A refused sender is a fault of our own set-up, which somebody will mend: put off.
    """
    code, words = _answer(error)
    if code < 500 or isinstance(error, SMTPSenderRefused):
        claim.put_off(error=words)
    else:
        dead = isinstance(error, SMTPRecipientsRefused)
        claim.close(State.BOUNCED if dead else State.REFUSED, error=words)
    if code == _SHUTTING_DOWN:
        raise RelayDown(words)


def _answer(error):
    """Return (code, words) of a refusal; a mail of ours has one recipient."""
    if isinstance(error, SMTPRecipientsRefused):
        [(code, words)] = error.recipients.values()
    else:
        code, words = error.smtp_code, error.smtp_error
    return code, f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
