import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from plans.models import Duty, DutyPartner, Party, Plan, SolutionGroup
from tests.factories import (
    AgencyFactory,
    DutyFactory,
    PartyFactory,
    PlanFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

YEARS_OUT_OF_ORDER = [
    {"first_year": 2026, "last_year": 2025},
    {"first_year": 2021, "last_year": 2025, "vision_year": 2024},
]


def messages_of(instance):
    with pytest.raises(ValidationError) as caught:
        instance.full_clean()
    return caught.value.messages


# Plans


@pytest.mark.parametrize(
    "years",
    [
        {"first_year": 2020, "last_year": 2020},
        {"first_year": 2021, "last_year": 2025},
        {"first_year": 2018, "last_year": 2020, "vision_year": 2030},
        {"first_year": 2018, "last_year": 2020, "vision_year": 2020},
    ],
)
def test_years_in_order_are_taken(years):
    PlanFactory(**years).full_clean()


@pytest.mark.parametrize("years", YEARS_OUT_OF_ORDER)
def test_years_out_of_order_are_refused(years):
    with pytest.raises(IntegrityError, match="plan_years_in_order"):
        PlanFactory(**years)


@pytest.mark.parametrize("years", YEARS_OUT_OF_ORDER)
def test_years_out_of_order_are_told_in_vietnamese(years):
    plan = PlanFactory()
    for name, year in years.items():
        setattr(plan, name, year)

    assert messages_of(plan) == ["Năm đầu, năm cuối và năm tầm nhìn phải theo thứ tự."]


def test_a_plan_code_is_taken_once():
    PlanFactory(code="kh-171")

    with pytest.raises(IntegrityError, match="code"):
        PlanFactory(code="kh-171")


def test_a_plan_may_have_no_number_and_no_date():
    plan = PlanFactory(number="", issued_on=None)

    plan.full_clean()
    assert Plan.objects.get().issued_on is None


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"number": "171/KH-UBND"}, "Kế hoạch 171/KH-UBND"),
        ({"number": "", "first_year": 2020, "last_year": 2020}, "Kế hoạch năm 2020"),
        (
            {"number": "", "title": "Kế hoạch về việc làm ngày 13 tháng 9"},
            "Kế hoạch về việc làm",
        ),
    ],
)
def test_a_plan_has_a_short_title_even_without_number(fields, title):
    assert PlanFactory.build(**fields, jurisdiction=None, lead_agency=None).short_title == title


def test_a_plan_counts_its_first_and_last_year():
    plan = Plan(first_year=2021, last_year=2025)

    assert list(plan.years) == [2021, 2022, 2023, 2024, 2025]
    assert not plan.is_one_year
    assert Plan(first_year=2020, last_year=2020).is_one_year


def test_an_issued_plan_is_read_by_anyone_signed_in_and_by_no_one_else():
    plan = PlanFactory()

    assert list(Plan.objects.visible_to(UserFactory())) == [plan]
    assert not Plan.objects.visible_to(AnonymousUser()).exists()


def test_the_list_counts_duties_and_the_bodies_that_have_any():
    plan = PlanFactory()
    DutyFactory.create_batch(3, plan=plan)
    PartyFactory.create_batch(2, plan=plan)
    PartyFactory(plan=plan, mentioned_only=True)

    listed = Plan.objects.for_list().get()

    assert (listed.duty_count, listed.party_count) == (3, 2)


def test_the_list_of_plans_is_one_query(django_assert_num_queries):
    PlanFactory.create_batch(20)

    with django_assert_num_queries(1):
        for plan in Plan.objects.for_list():
            assert plan.jurisdiction.name
            assert plan.lead_agency.name


def test_the_lead_agency_of_a_plan_cannot_be_deleted():
    plan = PlanFactory()

    with pytest.raises(IntegrityError):
        plan.lead_agency.delete()


# Bodies a plan names


def test_a_name_in_a_plan_is_one_agency_a_group_or_only_mentioned():
    plan = PlanFactory()

    PartyFactory(plan=plan).full_clean()
    PartyFactory(plan=plan, group=True).full_clean()
    PartyFactory(plan=plan, agency=None, code="bo", name="Bộ", mentioned_only=True).full_clean()

    assert plan.parties.count() == 3


NEITHER_ONE_NOR_MANY = [
    {"is_group": True},  # a group that is one agency
    {"agency": None},  # a single body without its agency
    {"is_group": True, "agency": None, "mentioned_only": True, "with_agency": True},
]


@pytest.mark.parametrize("fields", NEITHER_ONE_NOR_MANY)
def test_a_name_that_is_neither_one_agency_nor_a_group_is_refused(fields):
    party = a_party(**fields)

    with pytest.raises(IntegrityError, match="group_or_single_agency"):
        party.save()


@pytest.mark.parametrize("fields", NEITHER_ONE_NOR_MANY)
def test_a_name_that_is_neither_one_agency_nor_a_group_is_told_in_vietnamese(fields):
    assert messages_of(a_party(**fields)) == [
        "Tên trong kế hoạch là một cơ quan hoặc một nhóm.",
    ]


def a_party(with_agency=False, **fields):
    plan = PlanFactory()
    agency = AgencyFactory(jurisdiction=plan.jurisdiction)
    words = {"code": "x", "name": "X", "as_written": "X", "kind": "department", "position": 1}
    fields = {"agency": agency} | fields | ({"agency": agency} if with_agency else {})
    return Party(plan=plan, **words, **fields)


def test_a_body_is_named_once_in_a_plan():
    first = PartyFactory()

    with pytest.raises(IntegrityError, match="party_code_unique_in_plan"):
        PartyFactory(plan=first.plan, agency=first.agency)


def test_a_body_named_twice_is_told_in_vietnamese():
    first = PartyFactory()
    second = Party(
        plan=first.plan,
        agency=first.agency,
        code=first.code,
        name="X",
        as_written="X",
        kind=first.kind,
        position=2,
    )

    (message,) = messages_of(second)
    assert "đã tồn tại" in message


def test_two_plans_name_the_same_agency_in_their_own_words():
    first = PartyFactory(name="Sở Y tế", as_written="Sở Y tế tỉnh")

    second = PartyFactory(
        plan=PlanFactory(jurisdiction=first.plan.jurisdiction, lead_agency=first.plan.lead_agency),
        agency=first.agency,
        as_written="ngành y tế",
    )

    assert second.agency == first.agency
    assert {party.as_written for party in first.agency.named_in_plans.all()} == {
        "Sở Y tế tỉnh",
        "ngành y tế",
    }


# Solution groups and duties


def test_a_place_among_the_solution_groups_is_taken_once():
    plan = PlanFactory()
    SolutionGroup.objects.create(plan=plan, position=1, clause="II.1", heading="Một")

    with pytest.raises(IntegrityError, match="solution_group_position_unique"):
        SolutionGroup.objects.create(plan=plan, position=1, clause="II.2", heading="Hai")


def test_a_place_taken_twice_is_told_in_vietnamese():
    plan = PlanFactory()
    SolutionGroup.objects.create(plan=plan, position=1, clause="II.1", heading="Một")

    (message,) = messages_of(SolutionGroup(plan=plan, position=1, clause="II.2", heading="Hai"))
    assert "đã tồn tại" in message


def test_a_duty_code_is_taken_once_in_a_plan():
    duty = DutyFactory(code="D1.1a")

    with pytest.raises(IntegrityError, match="duty_code_unique_in_plan"):
        DutyFactory(plan=duty.plan, code="D1.1a")


def test_a_duty_code_taken_twice_is_told_in_vietnamese():
    duty = DutyFactory(code="D1.1a")
    twin = Duty(plan=duty.plan, code="D1.1a", clause="I", position=9, role="lead", statement="X")

    (message,) = messages_of(twin)
    assert "đã tồn tại" in message


def test_a_requested_duty_says_what_is_requested():
    DutyFactory(role=Duty.Role.REQUESTED, acts_as=Duty.Role.COORDINATE).full_clean()


@pytest.mark.parametrize("role", [Duty.Role.LEAD, Duty.Role.COORDINATE, Duty.Role.SOLE])
def test_only_a_requested_duty_acts_as_something(role):
    with pytest.raises(IntegrityError, match="only_a_request_acts_as"):
        DutyFactory(role=role, acts_as=Duty.Role.COORDINATE)


def test_a_binding_duty_that_acts_as_something_is_told_in_vietnamese():
    duty = DutyFactory()
    duty.acts_as = Duty.Role.COORDINATE

    assert messages_of(duty) == [
        "Chỉ nhiệm vụ dạng đề nghị mới ghi vai trò được đề nghị.",
    ]


def test_a_place_among_the_partners_of_a_duty_is_taken_once():
    duty = DutyFactory()
    DutyPartner.objects.create(duty=duty, position=1, as_written="các địa phương")

    with pytest.raises(IntegrityError, match="partner_position_unique"):
        DutyPartner.objects.create(duty=duty, position=1, as_written="các đơn vị")


def test_a_partner_may_be_words_that_name_nobody():
    partner = DutyPartner(duty=DutyFactory(), position=1, as_written="các đơn vị có liên quan")

    partner.save()

    assert str(partner) == "các đơn vị có liên quan"
