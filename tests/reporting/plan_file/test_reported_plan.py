"""A plan with reports: rows and words may come, what figures rest on stays (design.md §4)."""

import pytest

from agencies.models import Agency
from reporting.plan_file import PlanFileError, check_document, load_plan
from reporting.plan_file.outline import usual_outline
from tests.factories import ReportFactory
from tests.reporting.plan_file.documents import (
    all_rows,
    conflicts,
    indicator,
    load,
    regime,
    target,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def reported(document):
    """The small plan, loaded and reported on once."""
    plan = load(document)
    ReportFactory(round__plan=plan, agency=Agency.objects.get(code="ubnd-a"))
    return plan


def test_with_reports_the_same_file_loads_again(document, reported):
    before = all_rows()

    load(document)

    assert all_rows() == before


def test_with_reports_rows_can_be_added(document, reported):
    document["indicators"].append(indicator("MOI"))
    document["targets"].append(target("MOI", 2024, 10))
    document["duties"].append({**document["duties"][0], "code": "D3"})
    document["regimes"].append(regime("R3"))
    document["solution_groups"].append({"clause": "II.3", "heading": "Giám sát"})
    document["member_agencies"].append(
        {"code": "ubnd-c", "name": "UBND huyện C", "kind": "district_peoples_committee"}
    )
    document["agencies"][1]["members"].append("ubnd-c")

    plan = load(document)

    assert plan.indicators.get(code="MOI").targets.get().low == 10
    assert plan.duties.get(code="D3").partners.count() == 2
    assert plan.regimes.filter(code="R3").exists()
    assert plan.solution_groups.count() == 3
    assert plan.parties.get(code="ubnd-huyen").members.count() == 3


def test_with_reports_words_can_be_corrected(document, reported):
    document["plan"]["title"] = "Tên đúng"
    document["agencies"][0]["as_written"] = "Sở LĐ-TB-XH"
    words = {"name": "Tên đúng", "appendix_label": "Tổng số"}
    document["indicators"][0] |= words
    document["targets"][0]["clause"] = "II.2"
    document["solution_groups"][0]["heading"] = "Thông tin"
    document["duties"][0]["statement"] = "Chủ trì."
    document["regimes"][0]["words"] = "trước 20/6"
    document["breakdowns"][0]["name"] = "Theo nơi"

    plan = load(document)

    assert plan.title == "Tên đúng"
    assert plan.parties.get(code="so-ldtbxh").as_written == "Sở LĐ-TB-XH"
    total = plan.indicators.get(code="TONG")
    assert (total.name, total.appendix_label) == ("Tên đúng", "Tổng số")
    assert total.targets.get(year=2024).clause == "II.2"
    assert plan.solution_groups.first().heading == "Thông tin"
    assert plan.duties.get(code="D1").statement == "Chủ trì."
    assert plan.regimes.get(code="R1").words == "trước 20/6"
    assert plan.breakdowns.get().name == "Theo nơi"


@pytest.mark.parametrize(
    ("section", "place", "told"),
    [
        ("agencies", 2, "parties “Các sở, ngành khác”"),
        ("mentioned_agencies", 0, "parties “Bộ”"),
        ("solution_groups", 1, "solution_groups “II.2. Đào tạo”"),
        ("duties", 0, "duties “Chủ trì triển khai.”"),
        ("targets", 1, "targets “Chỉ tiêu TONG: trong năm 2025”"),
        ("regimes", 1, "regimes “Báo cáo, hằng năm”"),
    ],
)
def test_with_reports_no_row_is_removed(document, reported, section, place, told):
    before = all_rows()
    document["duties"][1]["agencies"] = ["ubnd-huyen"]
    del document[section][place]

    assert conflicts(document) == [f"{told}: đã có báo cáo, không bỏ được"]
    assert all_rows() == before


def test_with_reports_headings_get_better_words_and_no_other_order(document, reported):
    document["outline"] = usual_outline()
    document["outline"][0]["heading"] = "Chỉ đạo, điều hành"
    plan = load(document)
    assert plan.outline.first().heading == "Chỉ đạo, điều hành"

    document["outline"].insert(0, document["outline"].pop(1))

    told = conflicts(document)
    assert told[0] == "outline “Kết quả thực hiện”: đã có báo cáo, không đổi được thứ tự"
    assert plan.outline.first().heading == "Chỉ đạo, điều hành"


def test_with_reports_a_member_that_reported_stays_and_another_may_go(document, reported):
    group = document["agencies"][1]
    group["members"] = ["ubnd-a"]
    load_plan(check_document(document), all_members=True)
    assert [a.code for a in reported.parties.get(code="ubnd-huyen").members.all()] == ["ubnd-a"]

    group["members"] = ["ubnd-b"]
    with pytest.raises(PlanFileError) as caught:
        load_plan(check_document(document), all_members=True)

    assert caught.value.problems == [
        "agencies “Ủy ban nhân dân các huyện”: đã có báo cáo, không bỏ được UBND huyện A"
    ]


def test_a_problem_knows_its_row(document, reported):
    document["indicators"][0]["unit"] = "người"

    (problem,) = conflicts(document)

    assert (problem.section, problem.key) == ("indicators", "TONG")
    assert problem.said == "đã có báo cáo, không đổi được đơn vị tính"


def test_with_reports_no_indicator_or_breakdown_is_removed(document, reported):
    before = all_rows()
    document["indicators"] = document["indicators"][:1]
    document["breakdowns"] = []

    assert conflicts(document) == [
        "indicators “Chỉ tiêu TRONG”: đã có báo cáo, không bỏ được",
        "indicators “Chỉ tiêu NGOAI”: đã có báo cáo, không bỏ được",
        "breakdowns “Theo nơi làm việc”: đã có báo cáo, không bỏ được",
    ]
    assert all_rows() == before


@pytest.mark.parametrize(
    ("section", "changes", "told"),
    [
        ("indicators", {"unit": "người"}, "indicators “Chỉ tiêu TONG”"),
        ("indicators", {"combine": "latest"}, "indicators “Chỉ tiêu TONG”"),
        ("indicators", {"kind": "rate", "combine": "latest"}, "indicators “Chỉ tiêu TONG”"),
        ("targets", {"low": 36000}, "targets “Chỉ tiêu TONG: trong năm 2024”"),
        ("targets", {"operator": "about"}, "targets “Chỉ tiêu TONG: trong năm 2024”"),
        ("targets", {"operator": "below", "low": None, "high": 5}, "targets “Chỉ tiêu TONG: trong"),
        (
            "targets",
            {"operator": "qualitative", "low": None, "text": "tăng"},
            "targets “Chỉ tiêu TONG: trong năm 2024”",
        ),
    ],
)
def test_with_reports_what_figures_rest_on_is_not_changed(
    document, reported, section, changes, told
):
    before = all_rows()
    document[section][0] |= changes

    (problem,) = conflicts(document)

    assert problem.startswith(told)
    names = sorted(set(changes) - {"text"})
    assert problem.endswith(f"đã có báo cáo, không đổi được {', '.join(names)}")
    assert all_rows() == before


def test_with_reports_all_conflicts_are_listed_and_nothing_is_written(document, reported):
    before = all_rows()
    document["plan"]["title"] = "Tên mới"
    document["agencies"][0]["as_written"] = "Sở"
    document["member_agencies"].append(
        {"code": "ubnd-c", "name": "UBND huyện C", "kind": "district_peoples_committee"}
    )
    document["agencies"].pop()
    document["solution_groups"].pop()
    document["duties"].pop()
    document["indicators"][0]["unit"] = "người"
    document["indicators"].append(indicator("MOI", kind="rate"))
    document["targets"][0]["low"] = 36000
    document["targets"].pop()
    document["regimes"][0]["due"] = {"kind": "before", "month": 13, "day": 20}
    document["regimes"].pop()

    assert [problem.split("”")[0] for problem in conflicts(document)] == [
        "parties “Các sở, ngành khác",
        "solution_groups “II.2. Đào tạo",
        "duties “Phối hợp giám sát.",
        "indicators “Chỉ tiêu TONG",
        "indicators “Chỉ tiêu MOI",
        "targets “Chỉ tiêu TONG: trong năm 2024",
        "targets “Chỉ tiêu TONG: trong năm 2025",
        "regimes “Báo cáo, trước ngày 20/6",
        "regimes “Báo cáo, hằng năm",
    ]
    assert all_rows() == before


def test_a_draft_counts_as_a_report_of_this_plan_only(document, reported):
    """Another plan of the same province stays open to change."""
    document["plan"]["code"] = "kh-khac"
    load(document)
    document["indicators"][0]["unit"] = "người"

    assert load(document).indicators.first().unit == "người"
