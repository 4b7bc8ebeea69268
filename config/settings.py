"""Settings, read from the environment. In production nothing dangerous has a default."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured

from config.database import database
from config.embedded import services
from config.environment import DEMO, PRODUCTION, env, env_flag, env_number

BASE_DIR = Path(__file__).resolve().parent.parent

# The demo's key protects nothing but made-up figures on a loopback address.
SECRET_KEY = env("SECRET_KEY", None if PRODUCTION else "khoa-chi-dung-cho-ban-minh-hoa-" * 2)
DEMO_PASSWORD = "" if PRODUCTION else "xem-thu-ke-hoach"
DEBUG = False
# The demo answers to this machine alone, whatever else is forgotten.
ALLOWED_HOSTS = [
    host.strip()
    for host in env("ALLOWED_HOSTS", None if PRODUCTION else "127.0.0.1,localhost,[::1]").split(",")
]
PORTAL_URL = env("PORTAL_URL", None if PRODUCTION else f"http://127.0.0.1:{env('PORT', '8000')}")
CSRF_TRUSTED_ORIGINS = [PORTAL_URL] if PRODUCTION else []

# The domain's clock (R6): empty in production, where a simulated day would falsify deadlines.
PORTAL_TODAY = env("PORTAL_TODAY", "")
PORTAL_CLOCK_ZERO = env("PORTAL_CLOCK_ZERO", "")
if PRODUCTION and PORTAL_TODAY:
    raise ImproperlyConfigured("PORTAL_TODAY chỉ dùng cho bản minh họa.")

INSTALLED_APPS = [
    "dashboards",
    "reporting",
    "targets",
    "plans",
    "agencies",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "import_export",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.content_security_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "agencies.language.language_of_reader",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "config.context.portal",
                "agencies.context.person",
                "reporting.context.notices",
            ],
        },
    },
]

# The application's role may not change the schema, nor versions and events (ADR 0004);
# migrations, tests and a restore run as the owner.
DATABASE_ROLE = env("PORTAL_DB_ROLE", "app")
DATABASES = {"default": database(DATABASE_ROLE)}
# Migrations grant this role its privileges.
DATABASE_APP_USER = database("app")["USER"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "agencies.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "dashboards:home"
LOGOUT_REDIRECT_URL = "login"
# Figures for a level-2 system (R22); each is a setting because the province decides.
PASSWORD_MIN_LENGTH = env_number("PASSWORD_MIN_LENGTH", 14)
INVITATION_DAYS = env_number("INVITATION_DAYS", 7)
PASSWORD_RESET_TIMEOUT = env_number("PASSWORD_RESET_MINUTES", 60) * 60
SESSION_IDLE_MINUTES = env_number("SESSION_IDLE_MINUTES", 15 if PRODUCTION else 240)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_MIN_LENGTH},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"  # Vietnamese numbers and dates in every language (ADR 17)
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True

# Evidence and scans; served only through views that ask who may see them.
MEDIA_ROOT = env("MEDIA_ROOT", None if PRODUCTION else str(services.data_folder() / "media"))
UPLOAD_MAX_BYTES = env_number("UPLOAD_MAX_MB", 20) * 2**20
# Large uploads wait on disk for the end of their request, without a name to be left behind by.
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "config.uploads.NamelessFileUploadHandler",
]

STATIC_URL = "static/"
STATIC_ROOT = env("STATIC_ROOT", str(services.data_folder() / "static"))
# The pictures of the user guide stand beside its text, so that it reads on paper and in a browser.
STATICFILES_DIRS = [BASE_DIR / "static", ("huong-dan", BASE_DIR / "docs" / "images" / "huong-dan")]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.static_files.NodeModulesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    },
}

# Tables from this size on are read and written in the background: half a megabyte of sheets is
# 5.000 to 10.000 cells, read and checked in half a second; 80.000 take 3,5 s, and 2,7 to write.
IMPORT_BACKGROUND_KB = env_number("IMPORT_BACKGROUND_KB", 500)
IMPORT_BACKGROUND_FIGURES = env_number("IMPORT_BACKGROUND_FIGURES", 5000)
CELERY_BROKER_URL = env("REDIS_URL", None if PRODUCTION else services.redis_url())
CELERY_TASK_IGNORE_RESULT = True
# What is counted for a while lives beside the queue: a lost count does no harm. Never clear() it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        # kombu's name for a socket of this machine, and redis-py's
        "LOCATION": CELERY_BROKER_URL.replace("redis+socket://", "unix://").replace(
            "?virtual_host=", "?db="
        ),
        "KEY_PREFIX": "portal",
        "OPTIONS": {"socket_timeout": 2},
    }
}
# Calls a minute with which another system may read by one token.
OPEN_DATA_PER_MINUTE = env_number("OPEN_DATA_PER_MINUTE", 120)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
# How often PostgreSQL is asked which reminders are owed; no due date lives in beat.
REMINDER_TICK_SECONDS = env_number("REMINDER_TICK_SECONDS", 300 if PRODUCTION else 15)
CELERY_BEAT_SCHEDULER = "config.beat:Scheduler"
CELERY_BEAT_SCHEDULE = {
    "open-rounds": {
        "task": "reporting.tasks.open_rounds",
        "schedule": crontab(hour=6, minute=0),
    },
    "send-reminders": {
        "task": "reporting.tasks.send_reminders",
        "schedule": REMINDER_TICK_SECONDS,
        "options": {"expires": REMINDER_TICK_SECONDS},
    },
    "enter-briefs": {
        "task": "dashboards.tasks.enter_briefs",
        "schedule": REMINDER_TICK_SECONDS,
        "options": {"expires": REMINDER_TICK_SECONDS},
    },
}

# Scheme → usual port. STARTTLS is smtp+tls, TLS from the first byte is smtps.
_MAIL_PORTS = {"smtp": 25, "smtps": 465, "smtp+tls": 587}
_mail = urlsplit(env("EMAIL_URL", None if PRODUCTION else "smtp://{}:{}".format(*services.email())))
if _mail.scheme not in _MAIL_PORTS:
    raise ImproperlyConfigured(f"EMAIL_URL phải bắt đầu bằng một trong: {', '.join(_MAIL_PORTS)}.")
EMAIL_HOST = _mail.hostname or ""
EMAIL_PORT = _MAIL_PORTS[_mail.scheme] if _mail.port is None else _mail.port
EMAIL_HOST_USER = unquote(_mail.username or "")
EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
EMAIL_USE_SSL = _mail.scheme == "smtps"
EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
EMAIL_TIMEOUT = 20
# “sink” or “postfix”, with the log's path after a colon; empty: out of the portal's reach.
MAIL_RELAY_LOG = env("MAIL_RELAY_LOG", "" if PRODUCTION else f"sink:{services.mail_log()}")
if MAIL_RELAY_LOG.partition(":")[0] not in ("", "sink", "postfix"):
    raise ImproperlyConfigured("MAIL_RELAY_LOG chỉ nhận sink:… hoặc postfix:….")
# A mail is looked up when its sender's lease has run out. Half a lease must be longer than the
# relay keeps a silent conversation open (Postfix: smtpd_timeout, 300 s).
MAIL_LEASE_SECONDS = env_number("MAIL_LEASE_SECONDS", 600)
# The one hour of the province at which the calendar's mails begin to go out; until 18:00.
REMINDER_HOUR = env_number("REMINDER_HOUR", 7)
if REMINDER_HOUR not in range(7, 18):
    raise ImproperlyConfigured("REMINDER_HOUR chỉ nhận từ 7 đến 17.")
DEFAULT_FROM_EMAIL = env("MAIL_FROM", None if PRODUCTION else "nhac-viec@portal.invalid")

if DEMO:  # cookies know no ports: two demos on one machine must not log each other out
    SESSION_COOKIE_NAME = f"sessionid_{env('PORT', '8000')}"
    CSRF_COOKIE_NAME = f"csrftoken_{env('PORT', '8000')}"
    LANGUAGE_COOKIE_NAME = f"language_{env('PORT', '8000')}"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
SESSION_COOKIE_AGE = SESSION_IDLE_MINUTES * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = env_flag("SECURE_SSL_REDIRECT", PRODUCTION)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = env_number("SECURE_HSTS_SECONDS", 31536000) if PRODUCTION else 0
# Other sites of the province may live below or beside our name: their owners decide.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env_flag("SECURE_HSTS_INCLUDE_SUBDOMAINS", False)
SECURE_HSTS_PRELOAD = env_flag("SECURE_HSTS_PRELOAD", False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],  # Bootstrap draws its carets as data: images
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "INFO")},
    # Thirty lines for each PDF whose typeface it cuts down.
    "loggers": {"fontTools": {"level": "WARNING"}},
}
