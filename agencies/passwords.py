"""A forgotten password: the link that sets a new one, sent to whoever the address belongs to."""

import datetime as dt

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from agencies.mail import send_letter
from agencies.models import Event, User, record_event

# Nobody's mailbox is filled by somebody else's clicks.
PAUSE = dt.timedelta(minutes=5)


def send_reset_link(email, *, at):
    """
    Mail the link when the address is somebody's; say nothing when it is nobody's.

    Runs in the worker, so that the page answers alike, and equally fast, for every address.
    Raises MailRefused.
    """
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None or _was_just_asked(user, at):
        return
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("password-reset", args=[uid, default_token_generator.make_token(user)])
    send_letter("Đặt lại mật khẩu", "password_reset", user, at=at, path=path)
    record_event("password-link-sent", user, by=None, at=at, is_demo=user.is_demo)


def _was_just_asked(user, at):
    sent = Event.objects.filter(action="password-link-sent", subject=User._meta.label_lower)
    return sent.filter(subject_id=user.pk, at__gt=at - PAUSE, at__lte=at).exists()
