"""`check_appendix` and `import_appendix` as operators and scripts see them (design.md §4)."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from targets.models import AppendixImport, Target
from tests.factories import PlanFactory, ReportFactory, RoundFactory
from tests.targets.appendix.books import kg171_workbook, saved

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.fixture
def plan():
    return PlanFactory()


@pytest.fixture
def spoiled(tmp_path):
    """The appendix of plan 171 with a broken sum and a number in words."""
    book = kg171_workbook()
    book.active["D6"] = "19.301"
    book.active["E9"] = "khoảng 19.000"
    return saved(book, tmp_path)


def run(command, path, plan, **options):
    """Return (exit code, what went to stdout)."""
    out = io.StringIO()
    try:
        call_command(command, path, plan=plan.code, stdout=out, **options)
    except SystemExit as leaving:
        return leaving.code, out.getvalue()
    return 0, out.getvalue()


def test_a_clean_file_is_checked_with_exit_0_and_nothing_is_written(plan, tmp_path):
    code, out = run("check_appendix", saved(kg171_workbook(), tmp_path), plan, as_json=True)

    assert code == 0
    assert json.loads(out) == {
        "kind": "targets",
        "sheet": "Phụ lục",
        "rows": 6,
        "problems": [],
        "changes": {"new": 30, "changed": 0, "unchanged": 0},
        "questions": [],
    }
    assert not plan.indicators.exists()
    assert not AppendixImport.objects.exists()


def test_a_broken_sum_gives_an_entry_for_every_cell_that_takes_part(plan, spoiled):
    code, out = run("check_appendix", spoiled, plan, as_json=True)

    problems = json.loads(out)["problems"]
    assert code == 1
    assert [(p["cell"], p["level"], p["code"], p["value"]) for p in problems] == [
        ("Phụ lục!D5", "error", "broken-sum", "35000"),
        ("Phụ lục!D6", "error", "broken-sum", "19301"),
        ("Phụ lục!D7", "error", "broken-sum", "15700"),
        ("Phụ lục!E9", "error", "not-a-number", "khoảng 19.000"),
    ]
    assert "19.301 + 15.700 = 35.001, tổng số là 35.000" in problems[0]["message"]


def test_the_annotated_copy_has_a_comment_at_each_of_these_cells(plan, spoiled, tmp_path):
    target = tmp_path / "out.xlsx"

    run("check_appendix", spoiled, plan, annotated=target)

    page = load_workbook(target).active
    commented = {c.coordinate for row in page.iter_rows() for c in row if c.comment}
    assert commented == {"D5", "D6", "D7", "E9"}
    assert page["E9"].value == "khoảng 19.000"


def test_an_import_with_errors_ends_with_1_and_writes_no_target(plan, spoiled):
    code, out = run("import_appendix", spoiled, plan)

    assert code == 1
    assert "Phụ lục!E9 [lỗi]" in out
    assert not Target.objects.exists()


@pytest.mark.parametrize("command", ["check_appendix", "import_appendix"])
@pytest.mark.parametrize("content", [b"", b"a;b;c", None], ids=["empty", "text", "absent"])
def test_an_unreadable_file_ends_with_2_and_one_line(command, content, plan, tmp_path):
    path = tmp_path / "bang.xlsx"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CommandError) as refusal:
        run(command, path, plan)

    assert refusal.value.returncode == 2
    assert "\n" not in str(refusal.value)


def test_an_unknown_plan_is_refused_in_one_line(tmp_path):
    with pytest.raises(CommandError, match="Không có kế hoạch mang mã “khong-co”"):
        call_command("check_appendix", saved(kg171_workbook(), tmp_path), plan="khong-co")


def test_on_a_reported_plan_a_changed_target_needs_its_decision(plan, tmp_path):
    run("import_appendix", saved(kg171_workbook(), tmp_path), plan)
    ReportFactory(round=RoundFactory(plan=plan))
    book = kg171_workbook()
    book.active["D10"], book.active["D11"] = "16.000", "19.500"
    changed = saved(book, tmp_path, "dieu-chinh.xlsx")

    with pytest.raises(CommandError, match="cần văn bản quyết định"):
        run("import_appendix", changed, plan)
    run(
        "import_appendix",
        changed,
        plan,
        decided_by="Quyết định 5/QĐ-UBND",
        effective_on="2022-01-01",
    )

    values = Target.objects.filter(indicator__appendix_label__startswith="Trong đó", year=2021)
    assert [(int(t.low), t.decided_by) for t in values.order_by("pk")] == [
        (19000, ""),
        (19500, "Quyết định 5/QĐ-UBND"),
    ]
