"""A real worker on a large table: it finishes, it is killed amid the writing, it freezes."""

import os
import signal
import time
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from django.conf import settings as portal_settings
from django.db import connection
from django.db.models import F

from agencies.models import Agency, Event
from reporting.models import TableJob
from reporting.models.table_jobs import SILENCE
from reporting.tasks import run_table_job
from targets.models import Allocation, AppendixImport
from tests.factories import PlanFactory
from tests.faults.nursery import Nursery
from tests.reporting.test_table_jobs import (
    allocation,
    page_of,
    send,
    small_is_large,
    staff,
    write,
)

__all__ = ["small_is_large", "staff"]

# One queue for both: their workers would take each other's work on another database.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("table-jobs")]
PATIENCE = 30
FIGURES = 150


@pytest.fixture
def plan():
    return PlanFactory()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("jobs")


@pytest.fixture(scope="module")
def nursery(folder, django_db_setup):
    """Where workers come from that work on this run's database and queue."""
    database = connection.settings_dict
    host = quote(database["HOST"], safe="")
    address = f"postgres://{database['USER']}@/{database['NAME']}?host={host}"
    environment = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": address,
        "DATABASE_OWNER_URL": address,
        "REDIS_URL": portal_settings.CELERY_BROKER_URL,
        "MEDIA_ROOT": str(folder / "media"),
    }
    nursery = Nursery(os.environ | environment, folder / "nursery.log")
    yield nursery
    nursery.close()


@pytest.fixture
def start_worker(nursery, folder, small_is_large, settings):
    """Return a function that starts a `celery worker`."""
    settings.MEDIA_ROOT = folder / "media"
    words = ["worker", "--concurrency", "1", "--without-mingle", "--without-gossip", "-l", "INFO"]
    started = []

    def start():
        started.append(nursery.start(*words, log=folder / "worker.log"))
        return started[-1]

    yield start
    for worker in started:
        kill(worker)


def kill(worker):
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def wait_until(is_so):
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, list(TableJob.objects.values())
        time.sleep(0.05)


def statements_of_others():
    """Return [(waits for a lock?, statement)] of all other connections to the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wait_event_type = 'Lock', query FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return cursor.fetchall()


def is_amid_an_insert():
    return any(waits and words.startswith("INSERT") for waits, words in statements_of_others())


@contextmanager
def held(statement, *values):
    """Execute a statement in a transaction of another connection and leave it open."""
    other = connection.copy()
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute(statement, values)
        yield
    finally:
        other.rollback()
        other.close()


def last_figure_held(plan):
    """Stop a writing amid its rows: all before the last one are in, none is committed."""
    return held(
        "INSERT INTO targets_allocation (indicator_id, agency_id, year, value, decided_by, is_demo)"
        " VALUES (%s, %s, %s, 1, '', false)",
        plan.indicators.get().pk,
        Agency.objects.get(name="Ủy ban nhân dân xã số 29").pk,
        plan.last_year,
    )


def records_held():
    """Stop a reading where it keeps what it read."""
    return held("LOCK TABLE targets_appendiximport IN SHARE MODE")


@pytest.fixture
def read(plan, staff, start_worker):
    """A large table, queued before any worker was there, that a real one has read."""
    _, job = send(staff, plan, allocation(plan))
    assert "Đang chờ đến lượt" in page_of(staff, job).content.decode()
    worker = start_worker()
    wait_until(lambda: page_of(staff, job).status_code == 302)
    job.refresh_from_db()
    assert (job.state, job.attempt, job.done, job.total) == ("done", 1, FIGURES, FIGURES)
    assert job.record.new_count == FIGURES
    return worker, job.record


def pass_silence():
    TableJob.objects.update(seen_at=F("seen_at") - SILENCE)


def applied():
    return Event.objects.filter(action="appendix-applied").count()


def test_a_worker_killed_amid_the_writing_leaves_nothing_and_the_work_is_done_once(
    plan, staff, read, start_worker, folder
):
    worker, record = read
    with last_figure_held(plan):
        job = write(staff, record)
        wait_until(is_amid_an_insert)
        wait_until(lambda: "Đang ghi, đã ghi 0 / 150" in page_of(staff, job).content.decode())
        kill(worker)
    wait_until(lambda: not statements_of_others())

    record.refresh_from_db()
    assert (Allocation.objects.count(), record.state, applied()) == (0, "checked", 0)
    pass_silence()
    page = page_of(staff, job).content.decode()
    assert "Việc bị ngắt giữa chừng" in page
    assert "Không dòng nào được ghi" in page
    assert "Làm lại" in page

    start_worker()
    staff.post(job.get_absolute_url())
    staff.post(job.get_absolute_url())
    run_table_job.delay(job.pk)  # as the queue may hand a message out again
    wait_until(lambda: page_of(staff, job).status_code == 302)
    assert "150 mới, 0 thay đổi" in staff.get(page_of(staff, job)["Location"]).content.decode()
    late = run_table_job.delay(job.pk)
    wait_until(lambda: f"[{late.id}] succeeded" in (folder / "worker.log").read_text())
    job.refresh_from_db()
    assert (job.attempt, record.jobs.filter(step="write").count()) == (2, 1)
    assert (Allocation.objects.count(), applied()) == (FIGURES, 1)


def test_a_worker_that_froze_and_wakes_leaves_nothing_beside_what_another_did(
    plan, staff, start_worker, folder
):
    _, job = send(staff, plan, allocation(plan))
    frozen = start_worker()
    with records_held():
        wait_until(is_amid_an_insert)
        os.killpg(frozen.pid, signal.SIGSTOP)
    pass_silence()
    start_worker()
    # A frozen worker still takes one message, and keeps it: hence “Xếp lại vào hàng”.
    staff.post(job.get_absolute_url())
    staff.post(job.get_absolute_url())
    wait_until(lambda: page_of(staff, job).status_code == 302)

    os.killpg(frozen.pid, signal.SIGCONT)

    wait_until(lambda: "begun again elsewhere" in (folder / "worker.log").read_text())
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("done", 2)
    assert AppendixImport.objects.get() == job.record
