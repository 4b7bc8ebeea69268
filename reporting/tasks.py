"""Celery entry points. Arguments are ids or nothing; running one twice does no harm."""

from config import clock
from config.celery import app


@app.task
def send_reminders():
    from reporting import reminders

    reminders.send_owed(now=clock.now())
