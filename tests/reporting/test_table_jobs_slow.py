"""A large table on a loaded worker, which falls silent longer than a transaction may."""

import time

import pytest
from django.db import connection

from agencies.files import store_file
from reporting import table_work
from reporting.models import TableJob
from targets.appendix import annotate, imports
from targets.models import Allocation
from tests.factories import IndicatorFactory, PlanFactory, UserFactory, at
from tests.office_files import upload
from tests.reporting.test_table_jobs import allocation, small_is_large

__all__ = ["small_is_large"]

pytestmark = pytest.mark.django_db(transaction=True)
NOW = at("2024-06-17")
SILENCE, LONGER = "700ms", 1


@pytest.fixture
def ask():
    """Return a function that puts down a job which no worker is told of."""
    person = UserFactory()

    def ask(plan, step, file, **fields):
        stored = store_file(file, by=person, at=NOW)
        common = {"file": stored, "name": file.name, "asked_by": person, "asked_at": NOW}
        return TableJob.objects.create(plan=plan, step=step, **common, **fields)

    return ask


@pytest.fixture
def short_silence(db):
    """Limit this connection as settings.DATABASE_IDLE_SECONDS limits a worker's."""
    with connection.cursor() as cursor:
        cursor.execute("SET idle_in_transaction_session_timeout = %s", [SILENCE])
    yield
    connection.close()


@pytest.fixture
def slowly(monkeypatch):
    """Return a function that makes work take longer than the limit after its last statement."""

    def slow_down(module, name):
        work = getattr(module, name)

        def slow_work(*args, **kwargs):
            done = work(*args, **kwargs)
            time.sleep(LONGER)
            return done

        monkeypatch.setattr(module, name, slow_work)

    return slow_down


def test_a_file_is_read_however_long_it_takes(ask, short_silence, slowly):
    plan = PlanFactory()
    IndicatorFactory(plan=plan)
    unknown = allocation(plan, communes=1, name="Chỉ tiêu không có")
    job = ask(plan, "read", upload(unknown, "giao.xlsx"))
    slowly(imports, "check_sheets")
    slowly(annotate, "annotated_copy")

    table_work.run(job.pk, at=NOW)

    job.refresh_from_db()
    assert (job.state, job.message) == ("done", "")
    assert job.record.annotated


def test_a_table_is_written_however_long_its_check_takes(ask, short_silence, slowly):
    plan = PlanFactory()
    file = upload(allocation(plan, communes=1), "giao.xlsx")
    record, check = imports.read_upload(file, plan, by=None, at=NOW)
    file.seek(0)
    job = ask(plan, "write", file, record=record, shown=check.changes.digest)
    slowly(imports, "check_sheets")

    table_work.run(job.pk, at=NOW)

    job.refresh_from_db()
    assert (job.state, job.message) == ("done", "")
    assert Allocation.objects.count() == len(plan.years)
