"""Large tables in the background: the page tells the truth, a killed worker leaves nothing."""

import datetime as dt
import io

import pytest
from django.db import transaction
from django.urls import reverse
from openpyxl import Workbook

from agencies.models import Agency
from agencies.workbooks.progress import listening
from config import clock
from reporting import appendix, table_jobs, table_work
from reporting.models import TableJob
from reporting.models.table_jobs import SILENCE
from targets.appendix import imports
from targets.models import Allocation, AppendixImport
from tests.factories import AgencyFactory, IndicatorFactory, MembershipFactory, PlanFactory, at
from tests.office_files import upload

pytestmark = pytest.mark.django_db
NOW = at("2024-06-17")


@pytest.fixture(autouse=True)
def small_is_large(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.IMPORT_BACKGROUND_KB = 0
    settings.IMPORT_BACKGROUND_FIGURES = 0


@pytest.fixture
def plan():
    return PlanFactory()


@pytest.fixture
def staff(client, plan):
    client.force_login(MembershipFactory(role="staff", agency=plan.lead_agency).user)
    return client


def allocation(plan, *, number=100, communes=30, name="Việc làm mới"):
    """Return the bytes of an allocation of each year to so many communes, a row for each."""
    if not plan.indicators.exists():
        IndicatorFactory(plan=plan, name=name)
    book = Workbook()
    book.active.append(["Đơn vị", "Chỉ tiêu", "Năm", "Số giao"])
    for count in range(communes):
        commune = f"Ủy ban nhân dân xã số {count}"
        if not Agency.objects.filter(name=commune).exists():
            AgencyFactory(jurisdiction=plan.jurisdiction, name=commune)
        for year in plan.years:
            book.active.append([commune, name, str(year), number])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def send(client, plan, content):
    page = reverse("reporting:appendix-upload", args=[plan.code])
    answer = client.post(page, {"file": upload(content, "giao.xlsx")})
    return answer, TableJob.objects.first()


def write(client, record):
    page = reverse("reporting:appendix-import", args=[record.plan.code, record.pk])
    typed = {"is_kind": "on", "shown": client.get(page).context["check"].changes.digest}
    client.post(reverse("reporting:appendix-write", args=[record.plan.code, record.pk]), typed)
    return record.jobs.first()


def page_of(client, job):
    return client.get(job.get_absolute_url())


def test_a_large_table_is_read_and_written_in_the_background(plan, staff):
    answer, job = send(staff, plan, allocation(plan))
    assert answer["Location"] == job.get_absolute_url()
    assert "Đang chờ đến lượt" in page_of(staff, job).content.decode()

    table_work.run(job.pk, at=NOW)
    record = AppendixImport.objects.get()
    assert page_of(staff, job)["Location"].endswith(f"/nhap-bang/{record.pk}/")
    assert not Allocation.objects.exists()

    writing = write(staff, record)
    assert not Allocation.objects.exists()
    table_work.run(writing.pk, at=NOW)
    assert Allocation.objects.count() == 150
    page = staff.get(page_of(staff, writing)["Location"]).content.decode()
    assert "150 mới, 0 thay đổi" in page


def test_the_page_shows_the_rows_the_database_has(plan, staff):
    _, job = send(staff, plan, allocation(plan))
    TableJob.objects.update(
        state="running", seen_at=clock.real_now(), phase="check", done=90, total=150
    )

    page = page_of(staff, job).content.decode()

    assert "Đã kiểm tra 90 / 150 dòng" in page
    assert 'value="90" max="150"' in page


def test_every_row_is_told_while_it_is_checked(plan):
    told = []
    content = allocation(plan)
    with listening(lambda *progress: told.append(progress)):
        imports.read_upload(upload(content), plan, by=None, at=NOW)

    checked = [(done, total) for phase, done, total in told if phase == "check"]
    assert checked == [(row, 150) for row in range(1, 151)]


def test_whoever_left_the_page_finds_the_work_again_until_it_is_done(plan, staff):
    _, job = send(staff, plan, allocation(plan))
    page = reverse("reporting:appendix-upload", args=[plan.code])

    def told():
        text = staff.get(page).content.decode()
        return job.get_absolute_url() in text, "Bị ngắt giữa chừng" in text

    assert told() == (True, False)
    long_ago = clock.real_now() - SILENCE - dt.timedelta(seconds=1)
    TableJob.objects.update(state="running", attempt=1, seen_at=long_ago)
    assert told() == (True, True)
    table_jobs.ask_again(job)
    table_work.run(job.pk, at=NOW)
    assert told() == (False, False)


def test_htmx_is_sent_on_by_a_header_when_the_work_is_done(plan, staff):
    _, job = send(staff, plan, allocation(plan))
    table_work.run(job.pk, at=NOW)

    answer = staff.get(job.get_absolute_url(), headers={"HX-Request": "true"})

    assert answer["HX-Redirect"].endswith(f"/nhap-bang/{AppendixImport.objects.get().pk}/")


def test_a_file_refused_in_the_background_is_told_on_the_page(plan, staff):
    content = io.BytesIO()
    book = Workbook()
    book.active.append(["không", "có", "bảng"])
    book.save(content)
    _, job = send(staff, plan, content.getvalue())

    table_work.run(job.pk, at=NOW)

    assert "Không thấy bảng nào nhận ra được" in page_of(staff, job).content.decode()


def test_a_hostile_file_is_refused_at_once_and_not_queued(plan, staff):
    answer, job = send(staff, plan, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 99)

    assert answer.status_code == 422
    assert job is None


def test_a_killed_worker_leaves_nothing_and_the_work_can_be_done_again(plan, staff):
    _, job = send(staff, plan, allocation(plan))
    table_work.run(job.pk, at=NOW)
    record = AppendixImport.objects.get()
    job = write(staff, record)
    # The worker took the job, and was heard of last a moment before it would have been missed.
    long_ago = clock.real_now() - SILENCE - dt.timedelta(seconds=1)
    TableJob.objects.filter(pk=job.pk).update(
        state="running", attempt=1, phase="write", done=0, total=150, seen_at=long_ago
    )

    page = page_of(staff, job).content.decode()
    assert "Việc bị ngắt giữa chừng" in page
    assert "Không dòng nào được ghi" in page
    assert not Allocation.objects.exists()

    staff.post(job.get_absolute_url())
    table_work.run(job.pk, at=NOW)
    assert Allocation.objects.count() == 150


def test_a_running_job_is_taken_up_by_no_second_worker(plan, staff):
    _, job = send(staff, plan, allocation(plan))
    TableJob.objects.update(state="running", seen_at=clock.real_now())

    table_work.run(job.pk, at=NOW)
    table_jobs.ask_again(job)

    assert not AppendixImport.objects.exists()
    assert TableJob.objects.get().state == "running"


def test_a_second_click_on_write_queues_nothing_more(plan, staff):
    _, job = send(staff, plan, allocation(plan))
    table_work.run(job.pk, at=NOW)
    record = AppendixImport.objects.get()

    assert write(staff, record) == write(staff, record)
    assert record.jobs.filter(step="write").count() == 1


def test_what_breaks_in_the_middle_of_writing_is_rolled_back(plan, staff):
    _, job = send(staff, plan, allocation(plan))
    table_work.run(job.pk, at=NOW)
    job = write(staff, AppendixImport.objects.get())

    def break_off(phase, done, total):
        if phase == "write" and done:
            raise MemoryError

    with pytest.raises(MemoryError), listening(break_off), transaction.atomic():
        appendix.apply_import(job.record, by=job.asked_by, at=NOW, shown=job.shown)

    assert not Allocation.objects.exists()
    assert AppendixImport.objects.get().state == "checked"
