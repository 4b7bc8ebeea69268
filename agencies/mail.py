"""One letter about an account, written and handed to the mail server."""

from email.utils import format_datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from agencies.language import in_vietnamese


class MailRefused(Exception):
    """The mail server is not there or did not take the letter; the message says what it said."""


@in_vietnamese
def send_letter(subject, name, user, *, at, path, **context):
    """
    Send `emails/<name>` to a person, with `link` to a path of the portal. Raises MailRefused.

    The link names PORTAL_URL: a host a browser claims could be anybody's.
    """
    link = settings.PORTAL_URL.rstrip("/") + path
    context |= {"person": user, "link": link, "demo": settings.DEMO}
    message = EmailMultiAlternatives(
        subject,
        render_to_string(f"emails/{name}.txt", context),
        to=[user.email],
        headers={"Date": format_datetime(at)},
    )
    message.attach_alternative(render_to_string(f"emails/{name}.html", context), "text/html")
    try:
        message.send()
    except (OSError, SMTPException, ValueError) as error:
        raise MailRefused(f"{type(error).__name__}: {error}") from error
