"""Celery entry points. Arguments are ids or nothing; running one twice does no harm."""

from django.conf import settings

from config import clock
from config.celery import app

# Mails go out in office hours; what falls due at night waits for the morning (R6).
MAIL_HOURS = range(7, 18)


@app.task
def send_reminders():
    from reporting import reminders

    now = clock.now()
    if now.hour in MAIL_HOURS:
        reminders.send_owed(now=now, digests=now.hour >= settings.REMINDER_HOUR)
    else:
        reminders.note_tick()


@app.task
def open_rounds():
    from plans.models import Plan
    from reporting import rounds

    plans = Plan.objects.in_force().select_related("jurisdiction", "lead_agency")
    rounds.open_rounds(plans, now=clock.now())


@app.task
def run_table_job(pk):
    from reporting import table_work

    table_work.run(pk, at=clock.now())
