"""Where PostgreSQL is, and how each of the portal's two roles logs in to it (ADR 0004)."""

from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.embedded import services
from config.environment import PRODUCTION, env, env_number


def database(role):
    """Return Django's settings for one of the two login roles: `app` or `owner`."""
    name = "DATABASE_OWNER_URL" if role == "owner" else "DATABASE_URL"
    url = env(name, "")
    # With a server of one's own for one role, the other may not silently be the demo's.
    if not url and (PRODUCTION or env("DATABASE_URL", "")):
        raise ImproperlyConfigured(f"Thiếu biến môi trường {name}.")
    address = _from_url(url) if url else services.database(role)
    limits = _limits() if role == "app" else ""
    words = f"{limits} {address.get('OPTIONS', {}).get('options', '')}".strip()
    options = address.get("OPTIONS", {}) | ({"options": words} if words else {})
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        **address,
        "OPTIONS": options,
    }


def _limits():
    """
    Return libpq's words for how long a transaction may fall silent, or wait for a lock.

    A process frozen within a transaction keeps its locks, and the next tick or page waits for
    it: PostgreSQL takes them back. None of ours pauses more than a few seconds between two
    statements, but the writing of a large table, which asks for more. The owner's work
    (migrations, a restore) takes the time it takes.
    """
    silence = env_number("DATABASE_IDLE_SECONDS", 60)
    if not silence:  # a pooler between may refuse such words
        return ""
    # Longer than a frozen holder lasts: who still waits then would wait for good.
    wait = 2 * silence
    return f"-c idle_in_transaction_session_timeout={silence}s -c lock_timeout={wait}s"


def _from_url(url):
    """Read postgres://user:password@host:port/name; a socket folder stands as ?host=/folder."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("Địa chỉ cơ sở dữ liệu phải bắt đầu bằng postgres://.")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    folder = options.pop("host", "")
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": folder or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,  # sslmode and other words of libpq
    }
