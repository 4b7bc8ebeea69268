"""A large table's work in a worker: claim, tell how far, finish; killed, start again."""

import logging
import threading
from contextlib import contextmanager

from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models import F

from agencies.files import FileRefused
from agencies.workbooks.problems import Refused
from agencies.workbooks.progress import listening
from config import clock
from reporting.models import TableJob
from reporting.table_places import place_of
from targets.appendix import imports
from targets.appendix.apply import ApplyRefused, Decision
from targets.models import AppendixImport

State, Step = TableJob.State, TableJob.Step
_BEAT = 0.5  # seconds between two signs of life
# A table is checked again under the plan's lock, which says nothing to the database meanwhile: on a
# loaded machine longer than DATABASE_IDLE_SECONDS. A writer that froze gives its locks back later.
_CHECKING = "10min"
_log = logging.getLogger(__name__)


class _GivenToAnother(Exception):
    """The job was taken from this worker, which was silent for too long."""


def run(pk, *, at):
    """Do a waiting job; one that another worker has taken up is left alone."""
    mine = TableJob.objects.filter(pk=pk, state=State.WAITING)
    if not mine.update(state=State.RUNNING, attempt=F("attempt") + 1, seen_at=clock.real_now()):
        return
    job = TableJob.objects.select_related(
        "plan__jurisdiction", "draft__agency__jurisdiction", "draft__plan", "file", "asked_by"
    ).get(pk=pk)
    try:
        with _told(job) as latest:
            _do(job, latest, at=at)
    except _GivenToAnother:
        _log.warning("table job %s was begun again elsewhere; nothing written here", pk)
    except (Refused, FileRefused, ApplyRefused) as refusal:
        _fail(job, str(refusal))
    except Exception:
        _fail(job, "Cổng gặp lỗi khi làm việc này; chưa ghi gì.")
        raise


def _do(job, latest, *, at):
    """
    Do the work; keep what came of it and close the job in one transaction.

    A worker killed at whatever moment leaves both or neither: what the page tells of a job that
    was broken off is true, and doing it again never does it twice.
    """
    # PostgreSQL ends a transaction that falls silent: none is open while a file is read.
    reading = _read(job) if job.step == Step.READ else None
    with transaction.atomic():
        if reading:
            record = place_of(job).keep(reading, by=job.asked_by, at=at)
        else:
            record = _write(job, at=at)
        if not _mine(job).update(state=State.DONE, record=record, **latest):
            raise _GivenToAnother


def _fail(job, message):
    _mine(job).update(state=State.FAILED, message=message)


def _mine(job):
    """Return the job unless it was given to another worker: this one was silent for too long."""
    return TableJob.objects.filter(pk=job.pk, attempt=job.attempt, state=State.RUNNING)


def _read(job):
    with job.file.file.open("rb") as stored:
        upload = ContentFile(stored.read(), job.name)
    return imports.read_through(upload, place_of(job).content, is_demo=job.asked_by.is_demo)


def _write(job, *, at):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = %s", [_CHECKING])
    decision = Decision(job.decided_by, job.effective_on) if job.decided_by else None
    record = AppendixImport.objects.select_related("plan__jurisdiction", "original").get(
        pk=job.record_id
    )
    place_of(job).apply(record, by=job.asked_by, at=at, decision=decision, shown=job.shown)
    return record


@contextmanager
def _told(job):
    """
    Write how far the work is, with a sign of life, through a connection of its own.

    Yields the fields of the job that say how far, always up to date.
    """
    latest, stop = {}, threading.Event()

    def note(phase, done, total):
        latest.update(phase=phase, done=done, total=total)

    beating = threading.Thread(target=_beat, args=(job, latest, stop), daemon=True)
    beating.start()
    try:
        with listening(note):
            yield latest
    finally:
        stop.set()
        beating.join()


def _beat(job, latest, stop):
    try:
        while not stop.wait(_BEAT):
            _mine(job).update(seen_at=clock.real_now(), **latest)
    finally:
        connection.close()
