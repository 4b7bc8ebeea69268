"""What the environment says: production or demo, and each variable by its name."""

import os

from django.core.exceptions import ImproperlyConfigured

_KIND = os.environ.get("PORTAL_ENV", "demo")
if _KIND not in ("demo", "production"):
    raise ImproperlyConfigured("PORTAL_ENV chỉ nhận demo hoặc production.")
PRODUCTION = _KIND == "production"
DEMO = not PRODUCTION


def env(name, default=None):
    """Return a variable of the environment; without a default it must be set in production."""
    value = os.environ.get(name, "" if default is None else default)
    if not value and default is None and PRODUCTION:
        raise ImproperlyConfigured(f"Thiếu biến môi trường {name}.")
    return value


def env_flag(name, default):
    value = os.environ.get(name, str(default)).lower()
    if value not in ("true", "false", "1", "0"):
        raise ImproperlyConfigured(f"{name}={value!r}: chỉ nhận true hoặc false.")
    return value in ("true", "1")


def env_number(name, default):
    value = os.environ.get(name, str(default))
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name}={value!r}: phải là số nguyên không âm.")
    return int(value)
