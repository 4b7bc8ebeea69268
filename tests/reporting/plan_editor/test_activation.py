"""A draft takes effect through the loader, or is refused with every problem and its place."""

import pytest

from agencies.models import Event
from plans.endings import end_plan
from plans.models import Plan
from reporting.models import PlanDraft
from reporting.plan_editor import activation, checking, drafts
from reporting.plan_editor.copying import copy_document, document_of
from reporting.plan_editor.rows import digest
from reporting.plan_file import PlanFileError, export_plan
from targets.revisions import revise_target
from tests.factories import ReportFactory
from tests.reporting.plan_file.documents import all_rows

HEAD = {"code": "kh-moi", "title": "Kế hoạch mới", "first_year": 2026, "last_year": 2030}


@pytest.fixture
def new_draft(plan, deed):
    document = copy_document(document_of(plan), plan.lead_agency, keep_values=True, **HEAD)
    draft = drafts.start_draft(document, agency=plan.lead_agency, **deed)
    draft.refresh_from_db()
    return draft


def put(draft, section, place, deed, **fields):
    row = draft.document[section][place]
    changed = drafts.put_row(draft, section, row | fields, shown=digest(row), note="Sửa", **deed)
    draft.document = changed.document


def test_a_new_draft_becomes_a_plan_in_force(plan, new_draft, deed):
    activated = activation.activate(new_draft, **deed)

    assert (activated.code, activated.state, activated.activated_at) == (
        "kh-moi",
        "active",
        deed["at"],
    )
    assert activated.lead_agency == plan.lead_agency
    assert activated.jurisdiction == plan.jurisdiction
    assert Event.objects.filter(action="plan-activated", subject_id=activated.pk).exists()
    assert PlanDraft.objects.get().state == "activated"


def test_a_draft_is_activated_once(new_draft, deed):
    activation.activate(new_draft, **deed)

    with pytest.raises(drafts.DraftRefused, match="đã kích hoạt"):
        activation.activate(new_draft, **deed)


def test_every_problem_is_told_with_its_place_and_nothing_is_written(new_draft, deed):
    put(new_draft, "indicators", 0, deed, combine="sum", kind="rate")
    put(new_draft, "duties", 0, deed, agencies=["khong-co"])
    before = all_rows()

    with pytest.raises(PlanFileError) as caught:
        activation.activate(new_draft, **deed)

    assert all_rows() == before
    assert [p.key for p in caught.value.problems] == ["D1"]  # references first, as load_plan
    put(new_draft, "duties", 0, deed, agencies=["so-ldtbxh"])
    problems = checking.problems_in(new_draft.document, agency=new_draft.agency)
    (found,) = checking.located(new_draft, problems)
    assert (found["topic"].slug, found["label"]) == ("chi-tieu", "Chỉ tiêu TONG")
    assert found["mark"] == digest(new_draft.document["indicators"][0])
    assert "không được cộng" in found["problem"].said


def test_changes_enter_the_plan_and_only_they(plan, draft, deed):
    before = export_plan(plan)
    put(draft, "duties", 0, deed, statement="Chủ trì, hướng dẫn.")

    assert activation.activate(draft, **deed) == plan

    after = export_plan(Plan.objects.get())
    assert after["duties"][0]["statement"] == "Chủ trì, hướng dẫn."
    assert {k for k in before if before[k] != after[k]} == {"duties"}
    assert Event.objects.get(action="plan-changed").data["topics"] == ["Nhiệm vụ"]


def test_what_was_reported_on_is_not_rewritten_and_the_refusal_names_it(plan, draft, deed):
    ReportFactory(round__plan=plan)
    put(draft, "indicators", 0, deed, unit="người")
    put(draft, "targets", 0, deed, low=30000)

    problems = checking.problems_in(draft.document, agency=draft.agency, plan=plan)

    assert [problem.said for problem in problems] == [
        "đã có báo cáo, không đổi được đơn vị tính",
        "đã có báo cáo, không đổi được số dưới",
    ]
    assert [found["topic"].slug for found in checking.located(draft, problems)] == [
        "chi-tieu",
        "muc-tieu",
    ]


def test_a_plan_changed_by_other_means_is_not_set_back(plan, draft, deed):
    put(draft, "duties", 0, deed, statement="Chủ trì, hướng dẫn.")
    target = plan.indicators.get(code="TONG").targets.get(year=2025)
    revise_target(
        target,
        operator="at_least",
        low=36000,
        decided_by="QĐ 12/QĐ-UBND",
        effective_on=deed["at"].date(),
        **deed,
    )

    with pytest.raises(drafts.DraftRefused, match="mục tiêu"):
        activation.activate(draft, **deed)

    assert plan.duties.get(code="D1").statement == "Chủ trì triển khai."


def test_a_plan_that_ended_takes_no_changes(plan, draft, deed):
    end_plan(plan, on=deed["at"].date(), reason="Hết hạn.", **deed)

    with pytest.raises(drafts.DraftRefused, match="đã kết thúc"):
        activation.activate(draft, **deed)


def test_members_taken_from_a_group_are_gone(plan, draft, deed):
    put(draft, "agencies", 1, deed, members=["ubnd-a"])

    activation.activate(draft, **deed)

    assert [a.code for a in plan.parties.get(code="ubnd-huyen").members.all()] == ["ubnd-a"]


def test_what_changes_is_listed_by_topic(draft, deed):
    put(draft, "indicators", 1, deed, name="Trong tỉnh")
    drafts.put_row(
        draft,
        "outline",
        {"heading": "Phụ lục"},
        shown="",
        note="Thêm",
        **deed,
    )
    draft.refresh_from_db()

    assert checking.differences(draft.base, draft.document) == [
        ("Chỉ tiêu", [], ["Trong tỉnh"], []),
        ("Đề mục báo cáo", ["Phụ lục"], [], []),
    ]


def test_a_draft_that_would_ask_nobody_is_told_so_and_not_stopped(new_draft):
    document = new_draft.document
    before = dict(checking.gaps(document))
    for row in document["indicators"]:
        row["reporters"] = []
    document["regimes"], document["duties"] = [], []

    found = checking.gaps(document)

    assert "che-do" not in before
    assert [slug for slug, _ in found] == ["che-do", "chi-tieu", "nhiem-vu"]
    assert found[1][1].startswith(f"{len(document['indicators'])} chỉ tiêu chưa có đơn vị báo cáo")
    assert ("chi-tieu", "Chưa có chỉ tiêu nào: báo cáo không hỏi số liệu.") in checking.gaps(
        document | {"indicators": []}
    )


def test_the_check_leaves_the_database_as_it_was(new_draft):
    before = all_rows()

    assert checking.problems_in(new_draft.document, agency=new_draft.agency) == []
    assert all_rows() == before


def test_the_code_of_a_plan_loaded_meanwhile_is_told(plan, new_draft):
    Plan.objects.filter(pk=plan.pk).update(code="kh-moi")

    (problem,) = checking.problems_in(new_draft.document, agency=new_draft.agency)

    assert "đã là mã của một kế hoạch khác" in problem
