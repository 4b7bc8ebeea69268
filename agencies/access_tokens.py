"""Tokens with which other systems read a place's figures: made, shown once, revoked."""

import hashlib
import secrets

from django.db import transaction

from agencies.models import AccessToken, record_event
from agencies.vietnamese import nfc

_SCHEME = "bearer"


@transaction.atomic
def make(token, *, by, at):
    """Save a form's token and return its secret, which nobody can read again afterwards."""
    secret = secrets.token_urlsafe(32)
    token.name = nfc(token.name)
    token.token_hash, token.made_by, token.made_at = _hash(secret), by, at
    token.save()
    _record("made", token, by=by, at=at)
    return secret


@transaction.atomic
def revoke(token, *, by, at):
    """Put a token out of use from this moment on; say whether it was in use."""
    revoked = AccessToken.objects.in_use().filter(pk=token.pk).update(revoked_at=at)
    if revoked:
        _record("revoked", token, by=by, at=at)
    return bool(revoked)


def token_in(header):
    """Return the token in use that an Authorization header shows (RFC 6750), else None."""
    scheme, _, secret = header.partition(" ")
    if scheme.lower() != _SCHEME or not secret.strip():
        return None
    tokens = AccessToken.objects.in_use().select_related("jurisdiction")
    return tokens.filter(token_hash=_hash(secret.strip())).first()


def note_use(token, *, on):
    """Keep the day of a token's last call; of all calls of a day only the first one writes."""
    if token.last_used_on != on:
        unnoted = AccessToken.objects.filter(pk=token.pk).exclude(last_used_on=on)
        unnoted.update(last_used_on=on)


@transaction.atomic
def record_limited(token, *, at):
    """Write down that a system asked more often than it may."""
    _record("limited", token, by=None, at=at)


def _record(deed, token, *, by, at):
    action, place = f"accesstoken-{deed}", token.jurisdiction.name
    is_demo = (by or token.made_by).is_demo
    record_event(action, token, by=by, at=at, is_demo=is_demo, name=token.name, place=place)


def _hash(secret):
    return hashlib.sha256(secret.encode()).hexdigest()
