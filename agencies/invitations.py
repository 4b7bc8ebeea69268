"""Inviting a person by mail: a link of one use that sets the first password (R22)."""

import datetime as dt
import hashlib
import logging
import secrets

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from agencies.mail import MailRefused, send_letter
from agencies.models import Invitation, User, record_event
from config import clock

logger = logging.getLogger(__name__)


def invite(user, *, by, at):
    """
    Send a new invitation and return it; `error` says why the letter did not go out.

    The mail server is spoken to outside any transaction: a letter cannot be taken back.
    """
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        user=user,
        email=user.email,
        token_hash=_hash(token),
        invited_by=by,
        invited_at=at,
        expires_at=clock.real_now() + dt.timedelta(days=settings.INVITATION_DAYS),
    )
    try:
        _send(user, token, by=by, at=at)
    except MailRefused as refusal:
        logger.warning("Invitation of user %s did not go out: %s", user.pk, refusal)
        invitation.error = str(refusal)
    else:
        invitation.sent_at = at
    _close(invitation, by=by, at=at)
    return invitation


def invite_all(user_ids, *, by_id, at):
    """Invite the people of a list who have no letter and no password yet; twice run, once sent."""
    waiting = User.objects.filter(pk__in=user_ids, is_active=True, invitations=None)
    by = User.objects.get(pk=by_id)
    for user in waiting.without_password():
        invite(user, by=by, at=at)


def _send(user, token, *, by, at):
    roles = user.memberships.select_related("agency__jurisdiction", "jurisdiction")
    send_letter(
        "Mời đặt mật khẩu vào cổng Theo dõi kế hoạch việc làm",
        "invitation",
        user,
        at=at,
        path=reverse("invitation-accept", args=[token]),
        inviter=by,
        roles=roles,
        days=settings.INVITATION_DAYS,
    )


@transaction.atomic
def _close(invitation, *, by, at):
    """Write down what became of the letter, and the event."""
    invitation.save(update_fields=["sent_at", "error"])
    record_event(
        "user-invited",
        invitation.user,
        by=by,
        at=at,
        note=invitation.error,
        is_demo=invitation.user.is_demo,
        email=invitation.user.email,
        sent=not invitation.error,
    )


def invitation_of(token):
    """Return the invitation a link belongs to while it can be used, else None."""
    invitation = Invitation.objects.filter(token_hash=_hash(token)).select_related("user").first()
    if invitation is None or invitation.used_at or invitation.has_expired:
        return None
    user = invitation.user
    # A letter to an earlier address, or beside a later letter, opens nothing.
    is_current = invitation == user.latest_invitation and invitation.email == user.email
    return invitation if is_current and user.is_active and not user.has_usable_password() else None


@transaction.atomic
def accept(token, password, *, at):
    """Set the first password and return the person; None when the link was used meanwhile."""
    # Two posts of one link wait here for each other; the second finds it used.
    list(User.objects.select_for_update().filter(invitations__token_hash=_hash(token)))
    invitation = invitation_of(token)
    if invitation is None:
        return None
    user = invitation.user
    user.set_password(password)
    user.save(update_fields=["password"])
    invitation.used_at = at
    invitation.save(update_fields=["used_at"])
    record_event("password-set", user, by=user, at=at, is_demo=user.is_demo, invited=True)
    return user


def _hash(token):
    return hashlib.sha256(token.encode()).hexdigest()
