"""Every table as a file: on its page's address, for its readers, with its filters."""

import csv
import datetime as dt
import io

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from reporting import workflow
from targets.appendix import imports
from targets.models import Allocation
from tests.drafting import narrative
from tests.factories import (
    DutyFactory,
    IndicatorFactory,
    OutlineSectionFactory,
    ReportFactory,
    TargetFactory,
    at,
)
from tests.office_files import upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media", "the_17th_of_june")]


@pytest.fixture
def sent(report, people, fill_in):
    """The cast's report, sent and accepted, with a difficulty; a target, a duty, a share."""
    plan = report.round.plan
    indicator = plan.indicators.get()
    plan.indicators.update(appendix_label=indicator.name)
    for year in plan.years:
        TargetFactory(indicator=indicator, year=year, low=35000)
    duty = DutyFactory(plan=plan, statement="=Mở sàn giao dịch việc làm")
    stuck = DutyFactory(plan=plan, statement="Cho vay giải quyết việc làm")
    for each in (duty, stuck):
        each.parties.add(plan.parties.get())
    section = OutlineSectionFactory(plan=plan, heading="Khó khăn, vướng mắc")
    Allocation.objects.create(
        indicator=indicator, agency=report.agency, year=2024, value=1500, decided_by="QĐ 1"
    )
    words = narrative(section, "Thiếu vốn vay.") | {f"duty-{duty.pk}": "done"}
    words |= {f"duty-{stuck.pk}": "stuck", f"words-{stuck.pk}": "-Chưa có nguồn vốn."}
    fill_in(report, "1572", **words, **{"as-of": "2024-06-14"})
    workflow.submit_report(report, by=people.officer, at=at("2024-06-17"))
    ReportFactory(round=report.round)
    ReportFactory(round=report.round, agency=plan.lead_agency, tier="lead")
    return report


def pages(report):
    """Return {name: (address, person, cells its file must hold)}."""
    plan = report.round.plan
    name = plan.indicators.get().name
    code = {"args": [plan.code]}
    consolidation = reverse(
        "reporting:consolidation", args=[report.round.reports.get(tier="lead").pk]
    )
    return {
        "matrix": (
            reverse("reporting:round-detail", args=[report.round_id]),
            "staff",
            [report.agency.name, "Chờ xem xét", 1572, at("2024-06-17").replace(tzinfo=None)],
        ),
        "difficulties": (
            reverse("reporting:round-difficulties", args=[report.round_id]),
            "staff",
            [report.agency.name, "Thiếu vốn vay."],
        ),
        "receipt": (reverse("reporting:receipt", args=[report.pk, 1]), "officer", [name, 1572]),
        "progress": (
            reverse("dashboards:plan-progress", args=[plan.code, 2024]),
            "leader",
            [name, "từ 35.000 trở lên"],
        ),
        "duties": (
            reverse("dashboards:plan-duties", **code),
            "officer",
            ["=Mở sàn giao dịch việc làm", "Chủ trì"],
        ),
        "targets": (reverse("dashboards:plan-targets", **code), "officer", [name, 35000]),
        "allocations": (
            reverse("dashboards:plan-targets", **code) + "?bang=giao-chi-tieu",
            "staff",
            [report.agency.name, name, "2024", 1500],
        ),
        "timeliness": (
            reverse("dashboards:plan-timeliness", **code),
            "leader",
            [report.agency.name, "phải báo cáo", "Đúng hạn", 100],
        ),
        "duty states": (
            reverse("dashboards:plan-duty-states", **code),
            "leader",
            [report.agency.name, report.round.label, 2],
        ),
        "stuck": (
            reverse("dashboards:plan-duty-states", **code) + "?bang=vuong-mac",
            "staff",
            ["Cho vay giải quyết việc làm", "-Chưa có nguồn vốn.", dt.datetime(2024, 6, 17)],  # noqa: DTZ001
        ),
        "totals": (consolidation, "staff", [name, "từ 35.000 trở lên", 1572]),
        "agencies' figures": (
            f"{consolidation}?bang=tung-don-vi",
            "staff",
            [report.agency.name, "Đã gửi", 1572],
        ),
    }


def read(person, address, kind):
    """Return the answer of a page asked for its file."""
    client = Client()
    client.force_login(person)
    return client.get(f"{address}{'&' if '?' in address else '?'}tai={kind}")


NAMES = ["matrix", "difficulties", "receipt", "progress", "duties", "targets", "allocations"]
NAMES += ["timeliness", "duty states", "stuck", "totals", "agencies' figures"]


@pytest.mark.parametrize("name", NAMES)
def test_the_workbook_holds_typed_cells(name, sent, people):
    address, person, wanted = pages(sent)[name]

    answer = read(getattr(people, person), address, "xlsx")

    sheet = load_workbook(io.BytesIO(answer.content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert set(wanted) <= {cell.value for cell in cells}
    assert all(cell.data_type != "f" for cell in cells)
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("name", NAMES)
def test_the_csv_says_the_same_and_opens_with_its_accents(name, sent, people):
    address, person, wanted = pages(sent)[name]

    answer = read(getattr(people, person), address, "csv")

    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    texts = {text.lstrip("'") for row in rows for text in row}
    assert {str(value) for value in wanted if isinstance(value, str)} <= texts
    assert not any(text.startswith(("=", "+", "-", "@")) for row in rows for text in row)


@pytest.mark.parametrize("name", NAMES)
def test_its_page_links_to_both_files(name, sent, people):
    address, person, _ = pages(sent)[name]
    client = Client()
    client.force_login(getattr(people, person))

    page = client.get(address).content.decode()

    assert "tai=xlsx" in page
    assert "tai=csv" in page


def test_a_file_keeps_the_filters_of_its_page(sent, people):
    address = reverse("reporting:round-detail", args=[sent.round_id])

    answer = read(people.staff, f"{address}?trang-thai=cho-xem-xet", "csv")

    assert len(answer.content.decode("utf-8-sig").strip().splitlines()) == 2


@pytest.mark.parametrize(
    ("name", "person", "status"),
    [
        ("allocations", "officer", 403),
        ("difficulties", "officer", 403),
        ("progress", "officer", 403),
        ("timeliness", "officer", 403),
        ("stuck", "officer", 403),
        ("totals", "leader", 403),
        ("agencies' figures", "officer", 404),
        ("matrix", "other_officer", 404),
        ("receipt", "other_staff", 404),
    ],
)
def test_who_may_not_read_the_page_gets_no_file(name, person, status, sent, people):
    address, *_ = pages(sent)[name]

    assert read(getattr(people, person), address, "xlsx").status_code == status


@pytest.mark.parametrize("name", ["targets", "allocations"])
def test_what_was_exported_changes_nothing_when_it_is_imported(name, sent, people):
    address, *_ = pages(sent)[name]
    IndicatorFactory(plan=sent.round.plan)
    content = read(people.staff, address, "xlsx").content

    _, check = imports.read_upload(
        upload(content, "xuat.xlsx"), sent.round.plan, by=people.staff, at=at("2024-06-17")
    )

    assert check.errors == []
    assert check.questions == []
    counts = check.changes.counts
    assert (counts["new"], counts["changed"]) == (0, 0)
    assert counts["unchanged"] > 0
