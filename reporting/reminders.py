"""
Reminders: what the calendar owes, the ledger, and delivery (R23, R24).

A tick asks PostgreSQL what is owed, writes ledger rows under their unique key, and sends one
digest to each person. The row says `sending`, committed, before the mail server is spoken to:
killed in between, or cut off by the server, it becomes `unknown` and is never sent again blindly;
staff see how many mails did not go out.
"""

import datetime as dt
import hashlib
import logging
from collections import defaultdict
from dataclasses import dataclass
from email.utils import format_datetime
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string

from agencies.calendar import WorkingCalendar
from agencies.models import Membership, User
from config import clock
from reporting.models import Obligation, Reminder, Report, Tier
from reporting.stages import is_to_come, stage_owed

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=5)
# A refusal is retried with growing pauses; after this many tries staff are told instead.
MAX_ATTEMPTS = 5
State = Reminder.State
Role = Membership.Role


@dataclass(frozen=True)
class Owed:
    """One reminder the calendar owes: the ledger's key and the objects behind it."""

    report: Report
    stage: str
    recipient: User


def owed_on(day, reports=None):
    """
    Return every reminder the calendar owes on a day for open reports, sent or not.

    Of the lead department's two reports only the consolidation is reminded (R5); agencies that
    missed a closed round are not, for they can no longer send.
    """
    calendar = WorkingCalendar.load()
    reports = (reports if reports is not None else Report.objects.all()).open().for_list()
    own_data = Q(tier=Tier.AGENCY, agency=F("round__plan__lead_agency"))
    shut_out = Q(tier=Tier.AGENCY, round__closed_at__isnull=False)
    due = [
        (report, stage)
        for report in reports.filter(last_day__isnull=False).exclude(own_data | shut_out)
        if (stage := _stage_owed(report, on=day, calendar=calendar))
    ]
    people = _recipients([report for report, _ in due])
    return [Owed(report, stage, person) for report, stage in due for person in people[report.pk]]


def _stage_owed(report, *, on, calendar):
    """An invited reporter is reminded before the day, never after it (R5)."""
    if report.obligation == Obligation.REQUESTED and on > report.last_day:
        return None
    return stage_owed(report.last_day, on=on, calendar=calendar)


def _recipients(reports):
    """
    Return {report id: people}: the agency's officers, else its heads, else the lead's staff (R24).

    The lead-tier report is the lead department's staff's own.
    """
    agencies = {report.agency_id for report in reports}
    leads = {report.round.plan.lead_agency_id for report in reports}
    people = defaultdict(list)
    memberships = Membership.objects.filter(
        Q(role__in=[Role.OFFICER, Role.HEAD], agency__in=agencies)
        | Q(role=Role.STAFF, agency__in=leads),
        user__is_active=True,
    )
    for membership in memberships.select_related("user").order_by("user__email"):
        people[membership.role, membership.agency_id].append(membership.user)
    result = {}
    for report in reports:
        staff = people[Role.STAFF, report.round.plan.lead_agency_id]
        own = people[Role.OFFICER, report.agency_id] or people[Role.HEAD, report.agency_id]
        result[report.pk] = staff if report.tier == Tier.LEAD else own or staff
    return result


def send_owed(*, now):
    """
    Enter what is owed today into the ledger and send it, one digest a person.

    Safe to run twice, and at the same moment in two processes. Returns the rows sent.
    """
    enter_in_ledger(owed_on(now.date()))
    _give_up_stale_leases()
    waiting = Reminder.objects.filter(state=State.OWED).values_list("recipient", flat=True)
    sent = []
    for recipient in waiting.order_by("recipient").distinct():
        sent += _send_digest(recipient, now=now)
    return sent


def enter_in_ledger(owed):
    """
    Write rows for what is owed; the unique key lets each in once, whoever asks (R23).

    A row dropped unsent while its report was in is owed again when the report came back.
    """
    rows = [
        Reminder(
            report=item.report,
            last_day=item.report.last_day,
            stage=item.stage,
            recipient=item.recipient,
        )
        for item in owed
    ]
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)
    keys = {_key(row) for row in rows}
    dropped = Reminder.objects.filter(
        state=State.DROPPED, report__in={row.report_id for row in rows}
    )
    back = [row.pk for row in dropped if _key(row) in keys]
    Reminder.objects.filter(pk__in=back, state=State.DROPPED).update(state=State.OWED)


def _key(row):
    return row.report_id, row.last_day, row.stage, row.recipient_id


def _give_up_stale_leases():
    """A row left in `sending` by a process that died may have gone out: staff decide."""
    stale = Reminder.objects.filter(state=State.SENDING, lease_until__lt=clock.real_now())
    if count := stale.update(state=State.UNKNOWN, error="Tiến trình gửi thư dừng giữa chừng."):
        logger.warning("%s reminders left in doubt by a process that died", count)


def _send_digest(recipient, *, now):
    """Claim all that waits for one person, send it as one mail, write down the outcome."""
    rows, message = _claim(recipient, now=now)
    if not rows:
        return []
    try:
        _deliver(message)
    except MailRefused as refusal:
        logger.warning("Reminder mail to user %s refused: %s", recipient, refusal)
        _release(rows, error=str(refusal))
        return []
    except OSError as error:
        # The line broke after the server may have taken the mail: never sent again blindly.
        logger.exception("Reminder mail to user %s in doubt", recipient)
        _close(rows, State.UNKNOWN, error=f"{type(error).__name__}: {error}")
        return []
    _close(rows, State.SENT, sent_at=now)
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


def _close(rows, state, **fields):
    """Write the outcome of rows that are still ours."""
    ours = Reminder.objects.filter(pk__in=[row.pk for row in rows], state=State.SENDING)
    ours.update(state=state, lease_until=None, **({"error": ""} | fields))


@transaction.atomic
def _claim(recipient, *, now):
    """
    Lease the person's waiting rows, re-checked against their reports, and write their mail.

    Returns (rows, mail), both empty when nothing is to be sent: also for whoever had a digest
    today, whose rows wait for tomorrow (R23). A row of a stage to come was written by a run for
    a later day and is left to that run.
    """
    own = Reminder.objects.filter(recipient=recipient)
    if own.filter(state=State.SENT, sent_at__date=now.date()).exists():
        return [], None
    real_now = clock.real_now()
    ready = Q(lease_until=None) | Q(lease_until__lt=real_now)
    waiting = own.filter(ready, state=State.OWED)
    rows = list(
        waiting.select_for_update(skip_locked=True, of=("self",))
        .select_related("recipient", "report__agency", "report__round__plan__jurisdiction")
        .prefetch_related("report__round__dues")
    )
    on, calendar = now.date(), WorkingCalendar.load()
    rows = [r for r in rows if not is_to_come(r.last_day, r.stage, on=on, calendar=calendar)]
    valid = [row for row in rows if _still_owed(row, on=on, calendar=calendar)]
    dropped = [row.pk for row in rows if row not in valid]
    Reminder.objects.filter(pk__in=dropped).update(state=State.DROPPED)
    if not valid:
        return [], None
    message = digest_message(valid, now=now)
    for row in valid:
        row.state, row.lease_until = State.SENDING, real_now + LEASE
        row.attempts += 1
        row.message_id = message.extra_headers["Message-ID"]
    Reminder.objects.bulk_update(valid, ["state", "lease_until", "attempts", "message_id"])
    return valid, message


def _still_owed(row, *, on, calendar):
    report = row.report
    return (
        report.is_open
        and report.last_day == row.last_day
        and (report.round.closed_at is None or report.tier == Tier.LEAD)
        and _stage_owed(report, on=on, calendar=calendar) == row.stage
        and row.recipient.is_active
    )


def _release(rows, *, error):
    """Put refused rows back with a pause that doubles; after the last try they stay refused."""
    for row in rows:
        pause = dt.timedelta(seconds=30 * 2**row.attempts)
        row.error = error
        row.state = State.OWED if row.attempts < MAX_ATTEMPTS else State.REFUSED
        row.lease_until = clock.real_now() + pause
    Reminder.objects.bulk_update(rows, ["state", "lease_until", "error"])


def digest_message(rows, *, now):
    """Return the one mail that tells a person of all their reports due."""
    items = sorted(
        ({"reminder": row, "report": row.report, **_time_left(row, now=now)} for row in rows),
        key=lambda item: (item["report"].last_day, item["report"].pk),
    )
    context = {
        "recipient": rows[0].recipient,
        "items": items,
        "first": items[0],
        "portal_url": settings.PORTAL_URL.rstrip("/"),
        "demo": settings.DEMO,
    }
    subject = render_to_string("emails/reminder_subject.txt", context)
    message = EmailMultiAlternatives(
        " ".join(subject.split()),
        render_to_string("emails/reminder.txt", context),
        to=[rows[0].recipient.email],
        headers={"Message-ID": _message_id(rows), "Date": format_datetime(now)},
    )
    message.attach_alternative(render_to_string("emails/reminder.html", context), "text/html")
    return message


def _time_left(row, *, now):
    """The day now in force counts here; the first sending is timeliness's affair (R4)."""
    report = row.report
    days_left = (report.last_day - now.date()).days
    return {
        "days_left": days_left,
        "days_late": max(-days_left, 0),
        "invited": report.obligation == Obligation.REQUESTED,
        "is_lead_tier": report.tier == Tier.LEAD,
        "due_words": next(
            (due.words for due in report.round.dues.all() if due.tier == report.tier), ""
        ),
    }


def _message_id(rows):
    """The same rows give the same Message-ID, so that a mail can be found in the relay's log."""
    key = "|".join(f"{r.report_id}/{r.last_day}/{r.stage}/{r.recipient_id}" for r in rows)
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"<{digest}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2]}>"
