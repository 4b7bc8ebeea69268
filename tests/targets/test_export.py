"""A plan's tables as files: read back they change nothing."""

import io

import pytest
from django.conf import settings
from openpyxl import load_workbook

from agencies.spreadsheets import table_csv, table_workbook
from reporting import plan_file
from targets.appendix.checking import check_file
from targets.export import allocation_columns, allocation_rows, appendix_workbook
from targets.models import Allocation
from tests.factories import AgencyFactory, IndicatorFactory, TargetFactory
from tests.targets.appendix.books import small_plan

pytestmark = pytest.mark.django_db


def check(content, plan, folder):
    path = folder / "bang.xlsx"
    path.write_bytes(content)
    return check_file(path, plan)


def test_the_appendix_of_a_plan_reads_back_without_a_change(tmp_path):
    path = settings.BASE_DIR / "fixtures/plans/kh-171-2021-kien-giang.yaml"
    plan, _ = plan_file.load_plan(plan_file.read_plan_file(path))

    result = check(appendix_workbook(plan), plan, tmp_path)

    assert (result.problems, result.questions) == ([], [])
    assert result.changes.counts == {"new": 0, "changed": 0, "unchanged": 30}


def test_deeper_indicators_are_numbered_and_read_back_too(tmp_path):
    plan = small_plan()
    inside = plan.indicators.get(name="Trong tỉnh")
    women = IndicatorFactory(plan=plan, appendix_label="Lao động nữ", parent=inside)
    TargetFactory(indicator=women, year=2024, operator="plain", low=700)

    result = check(appendix_workbook(plan), plan, tmp_path)

    assert (result.errors, result.changes.counts["new"]) == ([], 0)
    assert result.changes.counts["unchanged"] == 16


def test_the_appendix_is_set_up_as_an_official_page():
    page = load_workbook(io.BytesIO(appendix_workbook(small_plan()))).active

    assert [cell.value for cell in page[4]][:4] == ["TT", "Mục tiêu, chỉ tiêu", "ĐVT", "Năm 2021"]
    assert [cell.value for cell in page[6]][:2] == ["a.", "Theo nơi làm việc:"]
    assert (page["B7"].value, page["D7"].value) == ("+ Trong tỉnh", 2000)
    assert page.page_setup.orientation == "landscape"
    assert page.print_title_rows == "$4:$4"


def test_allocations_read_back_without_a_change_though_two_names_are_alike(
    tmp_path, django_assert_num_queries
):
    plan = small_plan()
    IndicatorFactory(plan=plan, name="Trong tỉnh", appendix_label="Nữ trong tỉnh")
    for _ in range(20):
        agency = AgencyFactory(jurisdiction=plan.jurisdiction)
        for indicator in plan.indicators.filter(children=None):
            Allocation.objects.create(indicator=indicator, agency=agency, year=2024, value=10)
    with django_assert_num_queries(2):
        rows = allocation_rows(plan)

    book = table_workbook(f"Giao chỉ tiêu, {plan.short_title}", allocation_columns(), rows)
    result = check(book, plan, tmp_path)

    assert len(rows) == 60
    assert result.errors == []
    assert result.questions == []
    assert result.changes.counts == {"new": 0, "changed": 0, "unchanged": 60}
    assert table_csv(allocation_columns(), rows).decode("utf-8-sig").count("\r\n") == 61
