"""Shows 1 of the appendix: plan 171's own table, as .xlsx and .docx, into both kinds of plan."""

import io
import json

import pytest
from django.conf import settings
from django.core.management import call_command

from plans.models import Plan
from reporting import plan_file
from targets.appendix.checking import check_file
from targets.models import Target
from tests.factories import PlanFactory
from tests.module_rows import rows_of_module
from tests.targets.appendix.books import KG171, kg171_document, kg171_workbook, saved

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["xlsx", "docx"])
def appendix(request, tmp_path):
    book = kg171_workbook() if request.param == "xlsx" else kg171_document()
    return saved(book, tmp_path, f"phu-luc.{request.param}")


def import_appendix(path, plan):
    """Run the command and return the JSON it prints."""
    out = io.StringIO()
    call_command("import_appendix", path, plan=plan.code, as_json=True, stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    path = settings.BASE_DIR / "fixtures/plans/kh-171-2021-kien-giang.yaml"
    with rows_of_module(django_db_blocker):
        yield plan_file.load_plan(plan_file.read_plan_file(path))[0].pk


@pytest.fixture
def loaded_plan(loaded):
    return Plan.objects.get(pk=loaded)


def test_into_the_plan_as_loaded_nothing_is_new_or_changed(appendix, loaded_plan):
    check = check_file(appendix, loaded_plan)

    assert check.problems == []
    assert check.questions == []
    assert check.changes.counts == {"new": 0, "changed": 0, "unchanged": 30}
    assert (check.kind, check.rows) == ("targets", 6)


def test_into_an_empty_plan_everything_is_new_and_nothing_is_asked(appendix):
    check = check_file(appendix, PlanFactory())

    assert check.problems == []
    assert check.questions == []
    assert check.changes.counts == {"new": 30, "changed": 0, "unchanged": 0}
    assert [group.rule for group in check.content.groups] == ["partition", "partition", "of_which"]


def test_imported_into_an_empty_plan_it_makes_the_plan_without_a_hand(appendix):
    plan = PlanFactory()

    import_appendix(appendix, plan)

    total, *parts = plan.indicators.all()
    assert [indicator.appendix_label for indicator in parts] == [
        "Trong tỉnh",
        "Ngoài tỉnh",
        KG171[4][1].removeprefix("+ "),
        "Lao động đi làm việc ngoài tỉnh và ngoài nước.",
        "Trong đó: Giải quyết việc làm mới",
    ]
    assert {part.parent for part in parts} == {total}
    assert [part.unit for part in parts] == [*["lượt người"] * 4, "người"]
    assert Target.objects.filter(indicator__plan=plan).count() == 30
    assert total.targets.get(year=2024).low == 35000
    assert [(b.name, b.rule, b.members.count()) for b in plan.breakdowns.all()] == [
        ("Trong tỉnh / Ngoài tỉnh", "partition", 2),
        ("Thông qua các hình thức", "partition", 2),
        ("Trong đó: Giải quyết việc làm mới", "of_which", 1),
    ]


def test_imported_twice_it_changes_nothing(appendix):
    plan = PlanFactory()
    import_appendix(appendix, plan)

    check = import_appendix(appendix, plan)

    assert check["changes"] == {"new": 0, "changed": 0, "unchanged": 30}
    assert plan.indicators.count() == 6
    assert Target.objects.filter(indicator__plan=plan).count() == 30


def test_imported_into_the_loaded_plan_it_leaves_every_row_as_it_was(appendix, loaded_plan):
    before = plan_file.export_plan(loaded_plan)

    import_appendix(appendix, loaded_plan)

    assert plan_file.export_plan(loaded_plan) == before
