"""The editor's pages: each topic alike, bad input told at its field, nothing typed is lost."""

import datetime as dt

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import Membership
from plans.models import Plan
from reporting.models import PlanDraft
from reporting.plan_editor import topics
from reporting.plan_editor.rows import digest
from reporting.plan_file import as_yaml, check_document, export_plan, load_plan
from targets.models import Target
from tests.factories import MembershipFactory, PlanFactory
from tests.reporting.plan_file.documents import KG171, indicator, load_real

SLUGS = [topic.slug for topic in topics.TOPICS]
# What a filled form of a new row sends, by topic.
NEW = {
    "chi-tieu": {
        "code": "MOI",
        "name": "Chỉ tiêu mới",
        "unit": "người",
        "kind": "count",
        "combine": "sum",
        "better": "higher",
        "breakdown": "NOI",
        "reporters": ["ubnd-huyen"],
    },
    "phan-to": {"code": "GIOI", "name": "Theo giới", "rule": "of_which", "parent": "TONG"},
    "muc-tieu": {
        "indicator": "TONG",
        "scope": "by_year",
        "year": "2025",
        "operator": "at_most",
        "low": "6,5",
        "clause": "II.3",
    },
    "co-quan": {
        "code": "so-noi-vu",
        "name": "Sở Nội vụ",
        "as_written": "Sở Nội vụ",
        "kind": "department",
    },
    "nhom-co-quan": {
        "code": "nhom-moi",
        "name": "Nhóm mới",
        "as_written": "các đơn vị",
        "kind": "collective_mixed",
        "members": ["ubnd-a", "so-ldtbxh"],
    },
    "duoc-nhac-toi": {
        "code": "truong",
        "name": "Trường",
        "as_written": "nhà trường",
        "kind": "school",
    },
    "nhiem-vu": {
        "code": "D3",
        "statement": "Tổ chức thực hiện.",
        "role": "lead",
        "agencies": ["ubnd-huyen"],
        "partners": "UBND các huyện\nnhà trường",
        "clause": "III.3",
    },
    "giai-phap": {"clause": "II.3", "heading": "Giám sát"},
    "che-do": {
        "code": "R3",
        "kind": "report",
        "obligation": "required",
        "tier": "agency",
        "frequency": "annual",
        "due_kind": "before",
        "due_day": "15",
        "due_month": "12",
        "window": "calendar",
        "reporters": ["ubnd-huyen"],
        "clause": "III.15",
    },
    "de-muc": {"heading": "Phụ lục"},
}


def rows_of(draft, slug):
    draft.refresh_from_db()
    return topics.BY_SLUG[slug].rows(draft.document)


def first_mark(draft, slug):
    return digest(rows_of(draft, slug)[0])


def as_typed(form):
    """Return what a browser sends back of a form as it was shown."""
    shown = {field.html_name: field.value() for field in form}
    return {name: value for name, value in shown.items() if value not in (None, False)}


@pytest.mark.parametrize("slug", SLUGS)
def test_a_new_row_is_added_at_the_end(slug, desk, draft):
    before = len(rows_of(draft, slug))

    response = desk.post("-add", slug, **NEW[slug])

    assert response.status_code == 302, response.context["form"].errors
    assert len(rows_of(draft, slug)) == before + 1
    assert desk.post("-check").status_code == 200


def test_all_new_rows_together_make_a_plan_that_loads(desk, draft, plan):
    for slug in SLUGS:
        desk.post("-add", slug, **NEW[slug])

    response = desk.post("-activate")

    assert response.status_code == 302, response.context["problems"]
    plan = Plan.objects.get()
    assert plan.indicators.get(code="MOI").parent.code == "TONG"
    assert [i.code for i in plan.breakdowns.get(code="NOI").members.all()][-1] == "MOI"
    target = Target.objects.get(scope="by_year")
    assert (target.low, float(target.high)) == (None, 6.5)
    assert plan.parties.get(code="so-noi-vu").agency.jurisdiction == plan.jurisdiction
    partners = plan.duties.get(code="D3").partners.all()
    assert [(p.as_written, p.party and p.party.code) for p in partners] == [
        ("UBND các huyện", "ubnd-huyen"),
        ("nhà trường", "truong"),
    ]
    assert plan.regimes.get(code="R3").due_words == "trước ngày 15/12"
    assert plan.outline.last().heading == "Phụ lục"


@pytest.mark.parametrize("slug", SLUGS)
def test_a_row_saved_as_shown_stays_as_it_is(slug, desk, draft):
    before = rows_of(draft, slug)
    mark = digest(before[0])
    form = desk.get("-row", slug, mark).context["form"]

    response = desk.post("-row", slug, mark, **as_typed(form))

    assert response.status_code == 302, response.context["form"].errors
    after = rows_of(draft, slug)
    assert [{k: v for k, v in row.items() if v is not None} for row in after] == [
        {k: v for k, v in row.items() if v is not None} for row in before
    ]


@pytest.mark.parametrize("slug", SLUGS)
def test_an_empty_form_is_told_at_its_fields_and_nothing_is_written(slug, desk, draft):
    before = rows_of(draft, slug)

    response = desk.post("-add", slug)

    assert response.status_code == 422
    assert response.context["form"].errors
    assert rows_of(draft, slug) == before


@pytest.mark.parametrize(
    ("slug", "field", "typed", "told"),
    [
        ("chi-tieu", "code", "TONG", "Mã này đã có."),
        ("chi-tieu", "kind", "rate", "không được cộng"),
        ("muc-tieu", "low", "19.70", "không phải là số"),
        ("muc-tieu", "low", "36,000", "Viết 36.000 hoặc 36."),
        ("muc-tieu", "low", "", "Chưa có con số."),
        ("muc-tieu", "scope", "each_year", "không khớp với phạm vi"),
        ("phan-to", "members", ["TONG"], "không thể là thành phần của chính nó"),
        ("duoc-nhac-toi", "code", "ubnd-huyen", "đã là một cơ quan"),
        ("nhiem-vu", "agencies", [], "Chọn ít nhất một cơ quan."),
        ("che-do", "due_day", "", "Hạn báo cáo phải đủ"),
        ("che-do", "due_day", "32", "Hạn báo cáo phải đủ"),
    ],
)
def test_bad_input_is_told_and_stays_typed(slug, field, typed, told, desk, draft):
    response = desk.post("-add", slug, **NEW[slug] | {field: typed})

    page = response.content.decode()
    assert response.status_code == 422
    assert told in page
    assert response.context["form"][field].value() == typed


def test_a_colleagues_change_is_told_and_saving_again_is_a_decision(desk, draft):
    mark = first_mark(draft, "chi-tieu")
    typed = as_typed(desk.get("-row", "chi-tieu", mark).context["form"])
    desk.post("-row", "chi-tieu", mark, **typed | {"name": "Tên của người kia"})

    refused = desk.post("-row", "chi-tieu", mark, **typed | {"name": "Tên của tôi"})

    assert refused.status_code == 422
    assert "vừa được người khác sửa" in refused.content.decode()
    assert refused.context["form"]["name"].value() == "Tên của tôi"
    again = desk.client.post(refused.context["action"], typed | {"name": "Tên của tôi"})
    assert again.status_code == 302
    assert rows_of(draft, "chi-tieu")[0]["name"] == "Tên của tôi"


def test_a_rule_shows_its_last_day_while_it_is_edited(desk, draft):
    typed = NEW["che-do"] | {"xem": "1", "due_day": "20", "due_month": "6"}

    page = desk.post("-add", "che-do", **typed)

    assert page.status_code == 200
    assert "năm 2025: ngày cuối cùng 19/6/2025" in page.content.decode()
    assert len(rows_of(draft, "che-do")) == 2
    monthly = typed | {"due_kind": "monthly", "due_month": "", "due_day": "10"}
    page = desk.post("-add", "che-do", **monthly).content.decode()
    assert "kỳ tháng 1/2025: ngày cuối cùng 9/2/2025" in page


def test_rows_are_moved_and_removed(desk, draft):
    marks = [digest(row) for row in rows_of(draft, "giai-phap")]
    desk.post("-move", "giai-phap", marks[1], before=marks[0])
    assert [row["heading"] for row in rows_of(draft, "giai-phap")] == ["Đào tạo", "Tuyên truyền"]

    desk.post("-remove", "giai-phap", marks[0])
    assert [row["heading"] for row in rows_of(draft, "giai-phap")] == ["Đào tạo"]

    page = desk.client.post(
        desk.url("-remove", "giai-phap", marks[0]), follow=True
    ).content.decode()
    assert "vừa được người khác sửa hoặc bỏ" in page


def test_the_head_is_saved_and_a_collision_told(desk, draft):
    page = desk.get("-general")
    typed = as_typed(page.context["form"]) | {"title": "Tên mới", "issued_on": "2021-09-14"}
    assert desk.post("-general", shown=page.context["mark"], **typed).status_code == 302
    draft.refresh_from_db()
    assert draft.title == "Tên mới"
    assert draft.document["plan"]["issued_on"] == "2021-09-14"

    refused = desk.post("-general", shown=page.context["mark"], **typed | {"title": "Khác"})

    assert refused.status_code == 422
    assert "Khác" in refused.content.decode()
    assert desk.post("-general", shown=page.context["mark"], title="").status_code == 422


# The grid


def grid_data(page, **typed):
    lines = page.context["lines"]
    cells = {cell.name: cell.text for line in lines for cell in line.cells if not cell.fixed}
    words = {f"so-sanh-{line.code}": line.operator for line in lines}
    words |= {f"muc-{line.code}": line.clause for line in lines}
    return {"shown": page.context["mark"]} | cells | words | typed


def test_the_grid_writes_what_changed_and_nothing_else(desk, draft):
    page = desk.get("-grid")
    typed = {"so-TONG-2024": "36.000", "so-TRONG-2025": "6,5", "muc-TRONG": "Phụ lục"}

    assert desk.post("-grid", **grid_data(page, **typed)).status_code == 302

    values = {(r["indicator"], r["year"]): r["low"] for r in rows_of(draft, "muc-tieu")}
    assert values == {("TONG", 2024): 36000, ("TONG", 2025): 35000.5, ("TRONG", 2025): 6.5}


def test_the_grid_as_shown_changes_nothing(desk, draft):
    before = rows_of(draft, "muc-tieu")

    desk.post("-grid", **grid_data(desk.get("-grid")))

    assert rows_of(draft, "muc-tieu") == before


def test_years_of_one_line_keep_their_own_comparison_and_clause(desk, draft):
    row = rows_of(draft, "muc-tieu")[1]
    shown = {"code": "", "indicator": row["indicator"], "scope": "year", "year": row["year"]}
    own = {"operator": "at_most", "low": "40.000", "clause": "V.2"}
    desk.post("-row", "muc-tieu", digest(row), **shown, **own)

    desk.post("-grid", **grid_data(desk.get("-grid"), **{"so-TONG-2024": "36.000"}))

    told = {r["year"]: (r["operator"], r["clause"]) for r in rows_of(draft, "muc-tieu")}
    assert told[row["year"]] == ("at_most", "V.2")
    assert told[2024] != told[row["year"]]


def test_a_comparison_the_grid_does_not_offer_is_not_taken(desk, draft):
    desk.post("-grid", **grid_data(desk.get("-grid"), **{"so-sanh-TONG": "bịa"}))

    assert desk.get("-grid").status_code == 200
    assert "bịa" not in {row["operator"] for row in rows_of(draft, "muc-tieu")}


def test_a_slip_in_the_grid_is_told_at_its_cell(desk, draft):
    before = rows_of(draft, "muc-tieu")

    page = desk.post("-grid", **grid_data(desk.get("-grid"), **{"so-TONG-2024": "35.00"}))

    assert page.status_code == 422
    assert "“35.00” không phải là số" in page.content.decode()
    assert rows_of(draft, "muc-tieu") == before


def test_an_emptied_target_waits_for_its_number(desk, draft):
    desk.post("-grid", **grid_data(desk.get("-grid"), **{"so-TONG-2024": ""}))

    assert "chưa có con số" in desk.post("-check").content.decode()


def test_a_grid_overtaken_by_a_colleague_is_not_written(desk, draft):
    page = desk.get("-grid")
    desk.post("-grid", **grid_data(page, **{"so-TONG-2024": "36.000"}))

    refused = desk.post("-grid", **grid_data(page, **{"so-TONG-2024": "37.000"}))

    assert refused.status_code == 422
    assert "37.000" in refused.content.decode()
    assert rows_of(draft, "muc-tieu")[0]["low"] == 36000


# Beginning, ending, revising


def start(client, **typed):
    form = {"title": "Kế hoạch việc làm 2026 - 2030", "first_year": 2026, "last_year": 2030}
    return client.post(reverse("reporting:plan-new"), form | typed)


def test_a_plan_begun_from_nothing(desk, plan):
    assert start(desk.client, agency=plan.lead_agency_id).status_code == 302

    draft = PlanDraft.objects.get(code="ke-hoach-viec-lam-2026-2030")
    assert [row["code"] for row in draft.document["agencies"]] == ["so-ldtbxh"]
    assert draft.document["indicators"] == []


def test_a_plan_begun_as_a_copy_of_another(desk, plan):
    page = desk.client.get(f"{reverse('reporting:plan-new')}?tu={plan.code}")
    assert page.context["form"]["first_year"].value() == 2026

    start(desk.client, agency=plan.lead_agency_id, source=plan.code, values="keep", code="kh-moi")

    draft = PlanDraft.objects.get(code="kh-moi")
    assert [row["year"] for row in draft.document["targets"]] == [2029, 2030]


def test_what_keeps_a_plan_from_being_begun_is_told(desk, plan):
    other = PlanFactory()
    typed = {"agency": plan.lead_agency_id}

    assert "Mã" in start(desk.client, code=plan.code, **typed).content.decode()
    assert start(desk.client, last_year=2020, **typed).status_code == 422
    assert start(desk.client, source=other.code, **typed).status_code == 422
    assert start(desk.client, agency=other.lead_agency_id).status_code == 422


def upload(client, text, name="ke-hoach.yaml"):
    file = SimpleUploadedFile(name, text.encode())
    return client.post(reverse("reporting:plan-new"), {"nap": "1", "file": file})


def test_a_plan_file_becomes_a_draft(desk, plan):
    document = export_plan(plan)
    document["plan"] |= {"code": "kh-tu-tep", "title": "Từ tệp"}

    response = upload(desk.client, as_yaml(document))

    assert response.status_code == 302
    draft = PlanDraft.objects.get(code="kh-tu-tep")
    assert (draft.title, draft.plan) == ("Từ tệp", None)
    assert len(draft.document["outline"]) == 5


def test_a_file_of_ones_own_plan_is_a_draft_of_changes(desk, plan, draft):
    desk.post("-discard")
    document = export_plan(plan)
    document["plan"]["title"] = "Tên đúng"

    upload(desk.client, as_yaml(document))

    changes = PlanDraft.objects.open().get()
    assert (changes.plan, changes.title) == (plan, "Tên đúng")
    assert changes.base["plan"]["title"] == "Kế hoạch thử"


def test_every_fault_of_a_file_is_told_and_no_draft_begun(desk, plan):
    document = export_plan(plan)
    document["plan"]["code"] = "kh-tu-tep"
    document["indicators"].append(indicator("HONG", kind="rate"))
    document["indicators"].append(indicator("HONG2", kind="khong-co"))

    page = upload(desk.client, as_yaml(document)).content.decode()

    assert "Chỉ tiêu HONG”: Tỷ lệ" in page
    assert "HONG2" in page
    assert "không phải tệp YAML hợp lệ" in upload(desk.client, "a: [").content.decode()
    assert not PlanDraft.objects.filter(code="kh-tu-tep").exists()


def test_a_file_of_another_department_is_refused(desk, plan):
    document = export_plan(plan)
    document["plan"]["lead_agency"] = "so-khac"
    document["agencies"][0]["code"] = "so-khac"

    assert upload(desk.client, as_yaml(document)).status_code == 422


def test_a_downloaded_file_loads_on_an_empty_portal(desk, plan, draft):
    desk.post("-add", "giai-phap", **NEW["giai-phap"])
    desk.post("-activate")
    text = desk.client.get(reverse("reporting:plan-file", args=[plan.code])).content.decode()
    PlanDraft.objects.all().delete()
    Plan.objects.all().delete()

    again, _ = load_plan(check_document(yaml.safe_load(text)))

    assert as_yaml(export_plan(again)) == text
    assert again.solution_groups.last().heading == "Giám sát"


def test_the_drafts_file_is_the_plan_as_it_will_be(desk, draft):
    text = desk.get("-file").content.decode()

    assert yaml.safe_load(text)["plan"]["issued_on"] == dt.date(2021, 9, 13)


def test_a_plan_is_closed_or_replaced(desk, plan):
    other = PlanFactory(jurisdiction=plan.jurisdiction, lead_agency=plan.lead_agency)
    url = reverse("reporting:plan-end", args=[plan.code])
    assert desk.client.post(url, {"on": "2999-01-01", "reason": "Hết"}).status_code == 422

    done = desk.client.post(
        url, {"on": "2024-06-17", "reason": "Hết hạn.", "replaced_by": other.code}, follow=True
    )

    assert "Đã được thay thế từ ngày 17/6/2024" in done.content.decode()
    assert desk.client.post(url, {"on": "2024-06-17", "reason": "Lại"}).status_code == 422
    assert desk.client.post(desk.url("-open")).status_code == 403


def test_a_target_is_revised_and_both_values_are_shown(desk, plan):
    target = Target.objects.get(indicator__plan=plan, year=2024)
    url = reverse("reporting:target-revise", args=[plan.code, target.pk])
    decision = {"decided_by": "QĐ 12/QĐ-UBND", "effective_on": "2024-01-15"}
    assert desk.client.post(url, decision | {"operator": "at_least", "low": ""}).status_code == 422

    page = desk.client.post(
        url, decision | {"operator": "at_least", "low": "36.000"}, follow=True
    ).content.decode()

    assert "từ 35.000 trở lên" in page
    assert "từ 36.000 trở lên" in page
    assert "QĐ 12/QĐ-UBND" in page
    assert desk.client.post(url, decision | {"operator": "at_least", "low": "1"}).status_code == 422
    desk.post("-discard")
    desk.post("-open")
    editor = desk.get("-rows", "muc-tieu").content.decode()
    assert "từ 35.000 trở lên" in editor
    assert "QĐ 12/QĐ-UBND" in editor


# Who, and how many statements


def test_drafts_are_listed_to_those_who_may_read_them(desk, draft, plan, client):
    listed = reverse("dashboards:plan-list")
    administrator = MembershipFactory(
        role=Membership.Role.ADMINISTRATOR, agency=None, jurisdiction=plan.jurisdiction
    ).user
    officer = MembershipFactory(agency=plan.lead_agency).user

    assert draft.get_absolute_url() in desk.client.get(listed).content.decode()
    client.force_login(administrator)
    assert draft.get_absolute_url() in client.get(listed).content.decode()
    client.force_login(officer)
    assert draft.get_absolute_url() not in client.get(listed).content.decode()


def test_each_page_of_a_long_draft_takes_few_statements(desk, staff):
    plan = load_real(KG171)
    MembershipFactory(user=staff, role=Membership.Role.STAFF, agency=plan.lead_agency)
    desk.client.post(reverse("reporting:plan-draft-open", args=[plan.code]))
    limits = {
        reverse(f"reporting:plan-draft{name}", args=[plan.code]): 14
        for name in ("", "-grid", "-general")
    }
    limits |= {reverse("reporting:plan-draft-rows", args=[plan.code, slug]): 12 for slug in SLUGS}

    too_many = {}
    for url, limit in limits.items():
        with CaptureQueriesContext(connection) as queries:
            assert desk.client.get(url).status_code == 200
        if len(queries) > limit:
            too_many[url] = len(queries)

    assert too_many == {}
