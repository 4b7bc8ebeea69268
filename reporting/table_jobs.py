"""Asking for large tables to be read or written in the background."""

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from agencies.files import store_file
from agencies.vietnamese import nfc
from agencies.workbooks import guard
from agencies.workbooks.reading import on_disk
from config import clock
from reporting.models import TableJob
from reporting.models.table_jobs import SILENCE
from reporting.tasks import run_table_job

State, Step = TableJob.State, TableJob.Step


def is_large(upload):
    """Say whether a file is read in the background. Raises Refused as reading would."""
    with on_disk(upload) as path:
        guard.kind_of(path)
        return guard.tables_size(path) > settings.IMPORT_BACKGROUND_KB * 1024


def is_large_import(record):
    figures = record.new_count + record.changed_count + record.unchanged_count
    return figures > settings.IMPORT_BACKGROUND_FIGURES


def ask_to_read(upload, place, *, by, at):
    upload.seek(0)
    stored = store_file(upload, by=by, at=at)
    name = nfc(upload.name)[-200:]
    return _ask(place, step=Step.READ, file=stored, name=name, asked_by=by, asked_at=at)


def ask_to_write(record, place, *, shown, decision, by, at):
    """Queue the writing of a kept import; one that is queued already stays the only one."""
    waiting = record.jobs.filter(step=Step.WRITE, state__in=[State.WAITING, State.RUNNING]).first()
    return waiting or _ask(
        place,
        step=Step.WRITE,
        file=record.original,
        name=record.name,
        record=record,
        shown=shown,
        decided_by=decision.decided_by if decision else "",
        effective_on=decision.effective_on if decision else None,
        asked_by=by,
        asked_at=at,
    )


def ask_again(job):
    """Queue a job that failed, was never taken up, or whose worker was killed."""
    lost = Q(state=State.RUNNING, seen_at__lt=clock.real_now() - SILENCE)
    again = TableJob.objects.filter(Q(state__in=[State.WAITING, State.FAILED]) | lost, pk=job.pk)
    if again.update(state=State.WAITING, message="", phase="", done=0, total=None):
        _queue(job)


def _ask(place, **fields):
    job = place.jobs.create(**fields)
    _queue(job)
    return job


def _queue(job):
    transaction.on_commit(lambda: run_table_job.delay(job.pk))
