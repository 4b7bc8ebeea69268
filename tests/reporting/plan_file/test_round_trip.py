"""The five real plans: what goes in comes out, and byte for byte the same the second time."""

import pytest
from django.core.management import call_command
from django.db import transaction

from agencies.models import Agency, Jurisdiction
from plans.models import Plan
from reporting.models import Report
from reporting.plan_file import check_document, export_plan, load_plan
from tests.reporting.plan_file.documents import (
    DONG_THAP,
    FOLDER,
    KG18,
    KG171,
    REAL_PLANS,
    all_rows,
    load_real,
    printed,
    real_document,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def five_plans(django_db_setup, django_db_blocker):
    """Load them once; each test works in a savepoint of this transaction."""
    with django_db_blocker.unblock():
        everything = transaction.atomic()
        everything.__enter__()
        call_command("load_plan", *(str(FOLDER / f"{code}.yaml") for code in REAL_PLANS))
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        everything.__exit__(None, None, None)


def exported(code):
    return export_plan(Plan.objects.get(code=code))


@pytest.mark.parametrize("code", REAL_PLANS)
def test_a_real_plan_comes_out_as_it_went_in(code):
    written, out = real_document(code), exported(code)

    assert {section: same_value(rows) for section, rows in out.items()} == {
        section: same_value(rows) for section, rows in written.items()
    }


def same_value(value):
    """Make values comparable: no absent keys, and lists of bodies in an order of their own."""
    if isinstance(value, dict):
        return {key: same_value(v) for key, v in value.items() if v not in (None, [])}
    if not isinstance(value, list):
        return value
    if all(isinstance(item, str) for item in value):
        return sorted(value)
    # Members of groups stand in dictionary order, whatever the file's; all else as in the plan.
    is_member = all(item.keys() == {"code", "name", "kind"} for item in value)
    rows = sorted(value, key=lambda row: row["code"]) if is_member else value
    return [same_value(row) for row in rows]


@pytest.mark.parametrize("code", REAL_PLANS)
@pytest.mark.parametrize("format", ["yaml", "json"])
def test_load_export_load_export_is_byte_stable(code, format, tmp_path):
    before, first = all_rows(), printed(code, format)
    path = tmp_path / f"{code}.{format}"
    path.write_text(first, encoding="utf-8")

    call_command("load_plan", str(path))

    assert printed(code, format) == first
    assert all_rows() == before  # nothing of the file was lost on the way out


@pytest.mark.parametrize("code", REAL_PLANS)
def test_loading_twice_changes_nothing(code):
    before, document = all_rows(), real_document(code)

    _, counts = load_plan(document)

    assert all_rows() == before
    assert counts == {
        section: len(rows)
        for section, rows in document.items()
        if section not in ("plan", "member_agencies", "mentioned_agencies", "outline")
    }


def test_two_plans_of_one_province_export_the_same_in_either_order():
    in_order = {code: printed(code, "yaml") for code in (KG171, KG18)}
    Plan.objects.all().delete()
    Agency.objects.all().delete()

    load_real(KG18)
    alone = printed(KG18, "yaml")
    load_real(KG171)

    assert alone == in_order[KG18]
    assert {code: printed(code, "yaml") for code in (KG171, KG18)} == in_order


def test_two_plans_of_one_province_share_its_agencies():
    led = Plan.objects.filter(code__in=[KG171, KG18])

    assert led.values("jurisdiction").distinct().count() == 1
    assert led.values("lead_agency").distinct().count() == 1
    district = Agency.objects.get(code="ubnd-huyen-hon-dat")
    assert {party.plan.code for party in district.groups.all()} == {KG171, KG18}


def test_a_district_plan_belongs_to_a_district_below_its_province():
    plan = Plan.objects.get(code=DONG_THAP)

    assert plan.jurisdiction.level == "district"
    assert plan.jurisdiction.parent == Jurisdiction.objects.get(code="dong-thap")
    assert plan.lead_agency.jurisdiction == plan.jurisdiction
    assert not Agency.objects.filter(jurisdiction__code="dong-thap").exists()
    assert exported(DONG_THAP)["plan"]["province"] == "Đồng Tháp"


def test_loading_a_plan_reports_nothing_yet():
    assert not Report.objects.exists()


def test_an_export_takes_few_queries_however_long_the_plan(django_assert_num_queries):
    plan = Plan.objects.get(code=KG171)

    # Jurisdiction and lead agency; parties and their members; indicators and their reporters;
    # breakdowns and their members; targets; solution groups; duties with their parties, partners
    # and whom those are; regimes and their reporters; the outline.
    with django_assert_num_queries(2 + 2 + 2 + 2 + 1 + 1 + 4 + 2 + 1):
        export_plan(plan)


def doubled(document):
    """Return a document with twice the rows: each row again under another code."""

    def again(section, key="code", **fields):
        return [*document[section], *(r | {key: f"{r[key]}-2"} | fields for r in document[section])]

    return document | {
        "agencies": again("agencies"),
        "indicators": again("indicators", parent=None, breakdown=None),
        "targets": again("targets", key="indicator"),
        "solution_groups": document["solution_groups"] * 2,
        "duties": again("duties"),
        "regimes": again("regimes"),
    }


def test_loading_takes_few_statements_however_long_the_plan(django_assert_num_queries):
    document = real_document(KG171)
    # As loaded: place, plan and its check; each kind of row and of tie is read, ties to parents
    # are made anew.
    with django_assert_num_queries(33):
        load_plan(document)
    Plan.objects.all().delete()
    Agency.objects.all().delete()
    # Anew: also one INSERT and its savepoint for each kind, one for each kind of tie.
    with django_assert_num_queries(68):
        load_plan(document)
    Plan.objects.all().delete()
    Agency.objects.all().delete()
    with django_assert_num_queries(68):
        load_plan(check_document(doubled(document)))
