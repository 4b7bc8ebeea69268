"""Celery entry points: letters that need not, or must not, be waited for."""

from agencies.mail import MailRefused
from config import clock
from config.celery import app


@app.task(autoretry_for=[MailRefused], retry_backoff=30, max_retries=5)
def send_reset_link(email):
    from agencies import passwords

    passwords.send_reset_link(email, at=clock.now())


@app.task
def invite_people(user_ids, by_id):
    from agencies import invitations

    invitations.invite_all(user_ids, by_id=by_id, at=clock.now())
