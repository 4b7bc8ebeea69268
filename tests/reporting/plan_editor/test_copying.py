"""A plan copied to another span: years move, decisions do not, reports stay behind."""

import datetime as dt

import pytest

from reporting.plan_editor import copying
from reporting.plan_editor.checking import problems_in
from tests.factories import AgencyFactory
from tests.reporting.plan_file.documents import KG171, load_real, target

HEAD = {"code": "kh-moi", "title": "Kế hoạch mới", "first_year": 2026, "last_year": 2030}


def years(document):
    return sorted({row["year"] for row in document["targets"] if row["scope"] == "year"})


def test_kg171_copied_to_the_next_span_is_a_plan_that_loads(db):
    plan = load_real(KG171)

    copy = copying.copy_document(
        copying.document_of(plan), plan.lead_agency, keep_values=True, **HEAD
    )

    assert years(copy) == [2026, 2027, 2028, 2029, 2030]
    assert copy["targets"][0] | {"text": None} == copy["targets"][0]
    assert (copy["targets"][0]["from_year"], copy["targets"][0]["to_year"]) == (2026, 2030)
    assert (copy["plan"]["number"], copy["plan"]["issued_on"]) == (None, None)
    assert len(copy["regimes"]) == plan.regimes.count()
    assert len(copy["outline"]) == 5
    assert problems_in(copy, agency=plan.lead_agency) == []


def test_values_left_open_are_each_a_problem_at_its_target(plan, document):
    copy = copying.copy_document(
        copying.document_of(plan), plan.lead_agency, keep_values=False, **HEAD
    )

    problems = problems_in(copy, agency=plan.lead_agency)

    assert [problem.said for problem in problems] == ["chưa có con số"] * 2
    assert problems[0].key[:3] == ("TONG", "year", 2029)


def test_a_shorter_span_drops_the_years_beyond_it(plan):
    copy = copying.copy_document(
        copying.document_of(plan),
        plan.lead_agency,
        keep_values=True,
        **HEAD | {"last_year": 2029},
    )

    assert years(copy) == [2029]


def test_a_revised_target_is_copied_as_last_decided(document, plan):
    revised = target("TONG", 2024, 36000)
    revised |= {"decided_by": "QĐ 1", "effective_on": dt.date(2024, 5, 1)}
    source = copying.document_of(plan)
    source["targets"].append(revised)

    copy = copying.copy_document(source, plan.lead_agency, keep_values=True, **HEAD)

    of_2029 = [row for row in copy["targets"] if row["year"] == 2029]
    assert [(row["low"], row.get("decided_by")) for row in of_2029] == [(36000, None)]


def test_another_lead_department_of_the_place_joins_the_plan(plan):
    successor = AgencyFactory(jurisdiction=plan.jurisdiction, code="so-noi-vu", name="Sở Nội vụ")

    copy = copying.copy_document(copying.document_of(plan), successor, keep_values=True, **HEAD)

    assert copy["plan"]["lead_agency"] == "so-noi-vu"
    assert problems_in(copy, agency=successor) == []


@pytest.mark.parametrize(
    ("title", "moved"),
    [
        ("Kế hoạch giai đoạn 2021 - 2025", "Kế hoạch giai đoạn 2026 - 2030"),
        ("Kế hoạch 171/KH-UBND năm 2021", "Kế hoạch 171/KH-UBND năm 2026"),
        ("Kế hoạch việc làm", "Kế hoạch việc làm"),
    ],
)
def test_years_in_a_title_move_along(title, moved):
    assert copying.moved_title(title, 5) == moved
