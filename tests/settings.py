"""The portal's settings with what only tests may do without: slow hashes, hashed file names."""

from config.settings import *  # noqa: F403, TID251

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
# Tests say what day it is; the demo's clock is tested on its own.
PORTAL_TODAY = ""
# All processes of a run share one sink; who speaks of its log names it.
MAIL_RELAY_LOG = ""
