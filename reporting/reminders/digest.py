"""The one mail that tells a person of all their reports due: its words and its Message-ID."""

import hashlib
from email.utils import format_datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from reporting.models import Obligation, Tier


def digest_message(rows, *, now):
    """Return the mail; a report reminded by the calendar and by the staff stands in it once."""
    by_report = {row.report_id: row for row in rows}
    items = sorted(
        (
            {"reminder": row, "report": row.report, **_time_left(row, now=now)}
            for row in by_report.values()
        ),
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
    invited = report.obligation == Obligation.REQUESTED
    return {
        "days_left": days_left,
        # An invited reporter is never late (R5).
        "days_late": 0 if invited else max(-days_left, 0),
        "invited": invited,
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
