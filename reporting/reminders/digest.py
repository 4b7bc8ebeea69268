"""The one mail that tells a person all that waits for them, and the Message-ID it is found by."""

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from email.utils import format_datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from reporting.reminders import enclosures, wording
from reporting.stages import is_calendars

_MESSAGE_ID = re.compile(r"<(digest|news)\.(\d{8})\.([0-9a-f]{20})\.[0-9a-f]{20}@[^>]+>")


def message_about(rows, *, now):
    """Return the mail in plain text and HTML, with its deterministic Message-ID."""
    context = wording.of_mail(rows, now=now) | {
        "recipient": rows[0].recipient,
        "portal_url": settings.PORTAL_URL.rstrip("/"),
        "demo": settings.DEMO,
    }
    message = EmailMultiAlternatives(
        context["subject"],
        render_to_string("emails/reminder.txt", context),
        to=[rows[0].recipient.email],
        headers={"Message-ID": message_id(rows, now=now), "Date": format_datetime(now)},
    )
    message.attach_alternative(render_to_string("emails/reminder.html", context), "text/html")
    for file in enclosures.of_mail(rows, now=now):
        message.attach(*file)
    return message


@dataclass(frozen=True)
class Seen:
    """What a Message-ID tells: whom the mail went to, on which day, and whether as a digest."""

    is_digest: bool
    day: dt.date
    person: str


def message_id(rows, *, now):
    """
    Return the mail's Message-ID: kind, day, person, rows.

    The same rows on the same day give the same one, so that a mail is found in the relay's log,
    also by a database that has forgotten it.
    """
    kind = "digest" if any(is_calendars(row.stage) for row in rows) else "news"
    keys = "|".join(sorted(f"{r.report_id}/{r.last_day}/{r.stage}" for r in rows))
    person = person_mark(rows[0].recipient)
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2]
    return f"<{kind}.{now:%Y%m%d}.{person}.{_mark(keys)}@{domain}>"


def read_message_id(text):
    """Return what a Message-ID of ours tells; None for another's."""
    if not (found := _MESSAGE_ID.fullmatch(text)):
        return None
    kind, day, person = found.groups()
    try:
        return Seen(kind == "digest", dt.date.fromisoformat(day), person)
    except ValueError:  # anybody may write such a header, with a day that is none
        return None


def person_mark(user):
    """Stand for a person of this portal without naming them in logs."""
    return _mark(f"{settings.PORTAL_URL} {user.email}")


def _mark(text):
    return hashlib.sha256(text.encode()).hexdigest()[:20]
