"""
Delivery: what is owed goes to the mail server, one digest a person, and the outcome is kept (R24).

Killed in between, or cut off by the server, a row becomes `unknown` and is never sent again
blindly; staff see how many mails did not go out.
"""

import logging
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import get_connection

from reporting.models import Reminder
from reporting.reminders import ledger, owed

logger = logging.getLogger(__name__)

State = Reminder.State


def send_owed(*, now):
    """
    Enter what is owed today into the ledger and send it, one digest a person.

    Safe to run twice, and at the same moment in two processes. Returns the rows sent.
    """
    ledger.enter_in_ledger(owed.owed_on(now.date()))
    ledger.give_up_stale_leases()
    waiting = Reminder.objects.filter(state=State.OWED).values_list("recipient", flat=True)
    sent = []
    for recipient in waiting.order_by("recipient").distinct():
        sent += _send_digest(recipient, now=now)
    return sent


def _send_digest(recipient, *, now):
    """Claim all that waits for one person, send it as one mail, write down the outcome."""
    rows, message = ledger.claim(recipient, now=now)
    if not rows:
        return []
    try:
        _deliver(message)
    except MailRefused as refusal:
        logger.warning("Reminder mail to user %s refused: %s", recipient, refusal)
        ledger.release(rows, error=str(refusal))
        return []
    except OSError as error:
        # The line broke after the server may have taken the mail: never sent again blindly.
        logger.exception("Reminder mail to user %s in doubt", recipient)
        ledger.close(rows, State.UNKNOWN, error=f"{type(error).__name__}: {error}")
        return []
    ledger.close(rows, State.SENT, sent_at=now)
    return rows


class MailRefused(Exception):
    """The mail server did not take the mail, for certain; it may be tried again."""


def _deliver(message):
    """
    Hand one mail to the mail server.

    Raises MailRefused where it was certainly not taken, OSError where that is not known.
    """
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        raise MailRefused(f"{type(error).__name__}: {error}") from error
    message.connection = connection
    try:
        message.send()
    except (SMTPResponseException, SMTPRecipientsRefused, ValueError) as error:
        raise MailRefused(f"{type(error).__name__}: {error}") from error
    finally:
        connection.close()
