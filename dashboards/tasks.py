"""Celery entry points. Running one twice does no harm."""

from django.conf import settings

from config import clock
from config.celery import app
from reporting.tasks import MAIL_HOURS


@app.task
def enter_briefs():
    from dashboards import brief_mail

    now = clock.now()
    if now.hour in MAIL_HOURS and now.hour >= settings.REMINDER_HOUR:
        brief_mail.enter_briefs(now=now)
