"""Plan file → database, on an empty portal and on one that knows better."""

import pytest

from agencies.models import Agency, Jurisdiction
from plans.models import Duty, Party, Plan, SolutionGroup
from reporting.models import Regime
from reporting.plan_file import export_plan, load_plan, read_plan_file
from targets.models import Breakdown, Indicator, Target
from tests.factories import AgencyFactory, JurisdictionFactory
from tests.reporting.plan_file.documents import (
    all_rows,
    conflicts,
    indicator,
    load,
    printed,
    regime,
    target,
)

pytestmark = pytest.mark.django_db


# In and out


@pytest.mark.parametrize("format", ["yaml", "json"])
def test_an_export_makes_the_same_plan_in_an_empty_portal(document, format, tmp_path):
    document["regimes"][0]["window"] = "calendar"
    load(document)
    assert Regime.objects.order_by("position").first().window == "calendar"
    first = printed("kh-thu", format)
    Plan.objects.all().delete()
    Agency.objects.all().delete()
    Jurisdiction.objects.all().delete()
    path = tmp_path / f"ke-hoach.{format}"
    path.write_text(first, encoding="utf-8")

    load_plan(read_plan_file(path))

    assert printed("kh-thu", format) == first


def test_loading_again_keeps_every_row_that_others_may_point_at(document):
    load(document)
    kept = (Plan, Party, Agency, Indicator, Breakdown, Target, Duty, SolutionGroup, Regime)
    before = {model: set(model.objects.values_list("pk", flat=True)) for model in kept}

    document["plan"]["title"] = "Kế hoạch đã sửa chữ"
    load(document)

    assert {m: set(m.objects.values_list("pk", flat=True)) for m in before} == before


def test_what_a_file_brings_is_sorted_and_found_as_if_it_were_typed(document):
    load(document)
    document["duties"][0]["statement"] = "Tổ chức phiên giao dịch."
    load(document)
    before = all_rows()

    for row in [*Agency.objects.all(), *Duty.objects.all()]:
        row.save()

    assert all_rows() == before
    assert Duty.objects.search(["phien", "giao dich"]).get().code == "D1"


@pytest.mark.parametrize(
    ("level", "district"), [("commune", None), ("district", None), ("district", "")]
)
def test_a_level_without_its_place_is_refused(document, level, district):
    document["plan"] |= {"level": level, "district": district}

    assert "“level” phải là province hoặc district kèm tên huyện" in conflicts(document)[0]


def test_a_new_plan_has_an_outline_for_the_narrative_part(document):
    plan = load(document)

    assert plan.outline.count() == 5
    assert plan.outline.first().heading == "Tình hình chỉ đạo, triển khai"


def test_an_outline_changed_in_the_portal_survives_a_reload(document):
    plan = load(document)
    plan.outline.exclude(position=1).delete()
    plan.outline.update(heading="Nội dung")

    load(document)

    assert [section.heading for section in plan.outline.all()] == ["Nội dung"]


# What the portal knows better than the file


def test_loading_never_renames_an_agency(document):
    province = JurisdictionFactory(code="ha-tien", name="Tỉnh Hà Tiên")
    AgencyFactory(jurisdiction=province, code="so-ldtbxh", name="Sở Nội vụ", kind="department")

    plan = load(document)

    assert plan.lead_agency.name == "Sở Nội vụ"
    party = plan.parties.get(code="so-ldtbxh")
    assert (party.name, party.as_written) == ("Sở Lao động - Thương binh và Xã hội", "Sở LĐTBXH")
    assert Jurisdiction.objects.get() == province


def test_an_agency_renamed_later_keeps_its_name_on_reload(document):
    load(document)
    Agency.objects.filter(code="ubnd-a").update(name="UBND thành phố A")

    load(document)

    assert Agency.objects.get(code="ubnd-a").name == "UBND thành phố A"


def test_members_chosen_in_the_portal_survive_a_reload(document):
    plan = load(document)
    chosen = AgencyFactory(jurisdiction=plan.jurisdiction, code="so-y-te", name="Sở Y tế")
    plan.parties.get(code="so-nganh-khac").members.add(chosen)

    load(document)

    assert list(plan.parties.get(code="so-nganh-khac").members.all()) == [chosen]
    assert export_plan(plan)["member_agencies"][-1]["code"] == "so-y-te"


def test_members_chosen_in_the_portal_are_in_the_export_and_come_back(document, tmp_path):
    plan = load(document)
    chosen = AgencyFactory(jurisdiction=plan.jurisdiction, code="so-y-te", name="Sở Y tế")
    plan.parties.get(code="so-nganh-khac").members.add(chosen, plan.lead_agency)
    first = printed("kh-thu", "yaml")
    Party.objects.all().delete()
    path = tmp_path / "ke-hoach.yaml"
    path.write_text(first, encoding="utf-8")

    load_plan(read_plan_file(path))

    assert printed("kh-thu", "yaml") == first


# A plan nobody has reported on may change in every way


def test_without_reports_rows_come_and_go_with_the_file(document):
    load(document)
    document["indicators"] = [indicator("TONG", unit="người", combine="latest"), indicator("MOI")]
    document["breakdowns"] = []
    document["targets"] = [target("TONG", 2024, 36000)]
    document["duties"].pop()
    document["solution_groups"].pop(0)
    document["regimes"] = [regime("R9")]
    document["agencies"].pop()

    plan = load(document)

    assert [i.code for i in plan.indicators.all()] == ["TONG", "MOI"]
    assert plan.indicators.first().unit == "người"
    assert [t.low for t in Target.objects.all()] == [36000]
    assert [g.heading for g in plan.solution_groups.all()] == ["Đào tạo"]
    assert [r.code for r in plan.regimes.all()] == ["R9"]
    assert not plan.breakdowns.exists()
    assert not plan.parties.filter(code="so-nganh-khac").exists()


def test_without_reports_parts_outlive_their_breakdown(document):
    load(document)
    before = set(Indicator.objects.values_list("pk", flat=True))
    document["breakdowns"] = []
    for row in document["indicators"]:
        row["breakdown"] = None

    plan = load(document)

    assert set(plan.indicators.values_list("pk", flat=True)) == before
    assert plan.indicators.get(code="TRONG").parent.code == "TONG"


def test_without_reports_parts_outlive_their_parent(document):
    load(document)
    document["breakdowns"], document["targets"] = [], []
    document["indicators"] = [indicator("TRONG"), indicator("NGOAI")]

    plan = load(document)

    assert [(i.code, i.parent) for i in plan.indicators.all()] == [("TRONG", None), ("NGOAI", None)]


def test_rows_stand_in_the_order_of_the_file(document):
    load(document)
    for section in ("agencies", "indicators", "targets", "duties", "regimes"):
        document[section].reverse()

    exported = export_plan(load(document))

    for section in ("agencies", "indicators", "duties", "regimes"):
        assert [r["code"] for r in exported[section]] == [r["code"] for r in document[section]]
    assert [t["year"] for t in exported["targets"]] == [2025, 2024]
