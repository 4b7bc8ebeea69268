"""Rows of a draft: put, removed, moved; what others changed is never overwritten unseen."""

import pytest

from agencies.models import Event
from plans.models import Plan
from reporting.models import PlanDraft
from reporting.plan_editor import drafts
from reporting.plan_editor.copying import empty_document
from reporting.plan_editor.rows import digest
from tests.at_once import at_once


def codes(draft, section="indicators"):
    draft.refresh_from_db()
    return [row["code"] for row in draft.document[section]]


def mark(draft, place, section="indicators"):
    return digest(draft.document[section][place])


def test_changes_to_a_plan_are_one_draft_for_all_who_may_write(plan, draft, deed):
    assert drafts.open_changes(plan, **deed) == draft
    assert draft.base == draft.document


def test_a_changed_row_stands_in_its_old_place_and_the_book_keeps_both(draft, deed):
    old = draft.document["indicators"][1]
    new = old | {"name": "Trong tỉnh"}

    drafts.put_row(draft, "indicators", new, shown=mark(draft, 1), note="Sửa", **deed)

    assert codes(draft) == ["TONG", "TRONG", "NGOAI"]
    assert draft.document["indicators"][1]["name"] == "Trong tỉnh"
    event = Event.objects.get(action="plan-draft-changed")
    assert (event.data["old"]["name"], event.data["new"]["name"]) == (
        "Chỉ tiêu TRONG",
        "Trong tỉnh",
    )


def test_a_row_changed_meanwhile_is_not_overwritten(draft, deed):
    shown, row = mark(draft, 0), draft.document["indicators"][0]
    drafts.put_row(draft, "indicators", row | {"name": "A"}, shown=shown, note="", **deed)

    with pytest.raises(drafts.RowChanged):
        drafts.put_row(draft, "indicators", row | {"name": "B"}, shown=shown, note="", **deed)

    draft.refresh_from_db()
    assert draft.document["indicators"][0]["name"] == "A"


def test_two_people_change_different_rows_side_by_side(draft, deed):
    first, second = mark(draft, 0), mark(draft, 1)
    rows = draft.document["indicators"]
    drafts.put_row(draft, "indicators", rows[0] | {"name": "A"}, shown=first, note="", **deed)
    drafts.put_row(draft, "indicators", rows[1] | {"name": "B"}, shown=second, note="", **deed)

    draft.refresh_from_db()
    assert [row["name"] for row in draft.document["indicators"][:2]] == ["A", "B"]


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_at_one_row_one_wins_and_one_is_told(draft, deed):
    shown, row = mark(draft, 0), draft.document["indicators"][0]

    def put(number):
        new = row | {"name": f"Tên {number}"}
        return drafts.put_row(draft, "indicators", new, shown=shown, note="", **deed)

    done = at_once(put, 2, refusal=drafts.RowChanged)

    assert sorted(type(answer).__name__ for answer in done) == ["PlanDraft", "RowChanged"]
    draft.refresh_from_db()
    assert draft.document["indicators"][0]["name"].startswith("Tên")


def test_a_row_others_name_is_not_removed_and_they_are_named(draft, deed):
    with pytest.raises(drafts.DraftRefused, match="Chỉ tiêu TRONG"):
        drafts.remove_row(draft, "indicators", shown=mark(draft, 0), note="", **deed)

    assert codes(draft) == ["TONG", "TRONG", "NGOAI"]


def test_a_row_nobody_names_goes_and_its_breakdown_follows(draft, deed):
    drafts.remove_row(draft, "indicators", shown=mark(draft, 2), note="", **deed)

    assert codes(draft) == ["TONG", "TRONG"]
    assert draft.document["breakdowns"][0]["members"] == ["TRONG"]


def test_rows_are_put_in_order(draft, deed):
    marks = [mark(draft, place, "solution_groups") for place in (0, 1)]

    drafts.move_row(draft, "solution_groups", shown=marks[1], before=marks[0], note="", **deed)

    draft.refresh_from_db()
    assert [row["heading"] for row in draft.document["solution_groups"]] == [
        "Đào tạo",
        "Tuyên truyền",
    ]


def test_a_code_is_given_once(plan, draft, deed):
    row = draft.document["indicators"][0]
    with pytest.raises(drafts.DraftRefused, match="đã có"):
        drafts.put_row(draft, "indicators", row, shown="", note="", **deed)

    head = {"code": plan.code, "title": "Trùng", "first_year": 2026, "last_year": 2030}
    with pytest.raises(drafts.DraftRefused, match="đã là mã của một kế hoạch"):
        drafts.start_draft(
            empty_document(plan.lead_agency, **head), agency=plan.lead_agency, **deed
        )
    assert drafts.free_code(plan.code) == f"{plan.code}-2"


def test_a_discarded_draft_takes_nothing_more_and_frees_its_code(plan, draft, deed):
    drafts.discard(draft, **deed)

    with pytest.raises(drafts.DraftRefused, match="đã bỏ"):
        drafts.remove_row(draft, "indicators", shown=mark(draft, 2), note="", **deed)
    assert drafts.open_changes(plan, **deed) != draft
    assert PlanDraft.objects.count() == 2


def test_a_draft_is_no_plan_to_anybody(plan, deed):
    head = {"code": "kh-moi", "title": "Mới", "first_year": 2026, "last_year": 2030}
    drafts.start_draft(empty_document(plan.lead_agency, **head), agency=plan.lead_agency, **deed)

    assert list(Plan.objects.all()) == [plan]
