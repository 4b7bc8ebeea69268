import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from targets.models import Allocation, Breakdown, Indicator, Target
from tests.factories import AgencyFactory, BreakdownFactory, IndicatorFactory, TargetFactory

pytestmark = pytest.mark.django_db

Operator, Scope = Target.Operator, Target.Scope
NUMBER_MISPLACED = "Số của mục tiêu không khớp với cách so sánh."
YEARS_MISPLACED = "Năm của mục tiêu không khớp với phạm vi."


def messages_of(instance, **options):
    with pytest.raises(ValidationError) as caught:
        instance.full_clean(**options)
    return caught.value.messages


# Indicators


@pytest.mark.parametrize(
    ("name", "rule", "words"),
    [
        ("Theo nơi làm việc", "partition", "cộng đủ"),
        ("Làm việc ở nước ngoài", "of_which", "trong đó"),
        ("Trong đó việc làm mới", "of_which", ""),
    ],
)
def test_a_rule_stands_beside_a_name_that_does_not_say_it(name, rule, words):
    assert Breakdown(name=name, rule=rule).rule_beside == words


def test_an_indicator_code_is_taken_once_in_a_plan():
    first = IndicatorFactory(code="CT")

    with pytest.raises(IntegrityError, match="indicator_code_unique_in_plan"):
        IndicatorFactory(plan=first.plan, code="CT")


def test_an_indicator_code_taken_twice_is_told_in_vietnamese():
    first, second = IndicatorFactory(), IndicatorFactory()
    second.plan, second.code = first.plan, first.code

    (message,) = messages_of(second)
    assert "đã tồn tại" in message


def test_a_part_of_a_breakdown_has_a_parent():
    with pytest.raises(IntegrityError, match="breakdown_member_has_a_parent"):
        IndicatorFactory(breakdown=BreakdownFactory(), parent=None)


def test_a_part_without_parent_is_told_in_vietnamese():
    indicator = IndicatorFactory()
    indicator.breakdown = BreakdownFactory()

    assert messages_of(indicator) == [
        "Chỉ tiêu thuộc một phân tổ phải có chỉ tiêu cấp trên.",
    ]


def test_a_part_with_its_parent_is_taken():
    breakdown = BreakdownFactory()

    IndicatorFactory(plan=breakdown.plan, breakdown=breakdown, parent=breakdown.parent).full_clean()

    assert breakdown.members.count() == 1


@pytest.mark.parametrize("kind", [kind for kind in Indicator.Kind if kind != "count"])
def test_only_counts_are_summed(kind):
    with pytest.raises(IntegrityError, match="only_counts_are_summed"):
        IndicatorFactory(kind=kind, combine="sum")


@pytest.mark.parametrize("kind", [kind for kind in Indicator.Kind if kind != "count"])
def test_a_sum_of_rates_is_told_in_vietnamese(kind):
    indicator = IndicatorFactory()
    indicator.kind = kind

    assert messages_of(indicator) == [
        "Tỷ lệ, chỉ số, xếp hạng không được cộng giữa các đơn vị.",
    ]


@pytest.mark.parametrize("kind", Indicator.Kind)
def test_anything_may_come_from_one_source(kind):
    IndicatorFactory(kind=kind, combine="latest").full_clean()


def test_a_breakdown_code_is_taken_once_in_a_plan():
    first = BreakdownFactory(code="PT")

    with pytest.raises(IntegrityError, match="breakdown_code_unique_in_plan"):
        BreakdownFactory(parent=first.parent, code="PT")


def test_a_breakdown_code_taken_twice_is_told_in_vietnamese():
    first = BreakdownFactory()
    second = BreakdownFactory(parent=first.parent)
    second.code = first.code

    (message,) = messages_of(second)
    assert "đã tồn tại" in message


# Where the number of a target stands


NUMBERS_RIGHT = [
    *((operator, {"low": 10, "high": None}) for operator in Target.ON_LOW),
    *((operator, {"low": None, "high": 10}) for operator in Target.ON_HIGH),
    (Operator.BETWEEN, {"low": 10, "high": 12}),
    (Operator.QUALITATIVE, {"low": None, "high": None, "text": "giảm"}),
]
NUMBERS_WRONG = [
    *((operator, {"low": None, "high": 10}) for operator in Target.ON_LOW),
    *((operator, {"low": 10, "high": 12}) for operator in Target.ON_LOW),
    *((operator, {"low": None, "high": None}) for operator in Target.ON_LOW),
    *((operator, {"low": 10, "high": None}) for operator in Target.ON_HIGH),
    *((operator, {"low": 10, "high": 12}) for operator in Target.ON_HIGH),
    *((operator, {"low": None, "high": None}) for operator in Target.ON_HIGH),
    (Operator.BETWEEN, {"low": 12, "high": 10}),
    (Operator.BETWEEN, {"low": 10, "high": 10}),
    (Operator.BETWEEN, {"low": 10, "high": None}),
    (Operator.BETWEEN, {"low": None, "high": 12}),
    (Operator.BETWEEN, {"low": None, "high": None}),
    (Operator.QUALITATIVE, {"low": 10, "high": None, "text": "giảm"}),
    (Operator.QUALITATIVE, {"low": None, "high": 10, "text": "giảm"}),
    (Operator.QUALITATIVE, {"low": None, "high": None, "text": ""}),
]


def test_every_operator_has_a_right_and_a_wrong_case():
    assert {operator for operator, _ in NUMBERS_RIGHT} == set(Operator)
    assert {operator for operator, _ in NUMBERS_WRONG} == set(Operator)


@pytest.mark.parametrize(("operator", "numbers"), NUMBERS_RIGHT)
def test_a_number_in_its_place_is_taken(operator, numbers):
    TargetFactory(operator=operator, **numbers).full_clean()


@pytest.mark.parametrize(("operator", "numbers"), NUMBERS_WRONG)
def test_a_number_out_of_its_place_is_refused(operator, numbers):
    with pytest.raises(IntegrityError, match="number_stands_where_its_operator_puts_it"):
        TargetFactory(operator=operator, **numbers)


@pytest.mark.parametrize(("operator", "numbers"), NUMBERS_WRONG)
def test_a_number_out_of_its_place_is_told_in_vietnamese(operator, numbers):
    target = TargetFactory.build(indicator=IndicatorFactory(), operator=operator, **numbers)

    assert messages_of(target) == [NUMBER_MISPLACED]


# Where the years of a target stand


NONE = {"year": None, "from_year": None, "to_year": None}
YEARS_RIGHT = [
    (Scope.YEAR, NONE | {"year": 2024}),
    (Scope.BY_YEAR, NONE | {"year": 2025}),
    (Scope.EACH_MONTH, NONE | {"year": 2020}),
    *(
        (scope, NONE | years)
        for scope in (Scope.EACH_YEAR, Scope.AVERAGE_PER_YEAR, Scope.CUMULATIVE)
        for years in (
            {"from_year": 2021, "to_year": 2025},
            {"from_year": 2021, "to_year": 2021},
            {"to_year": 2025},
        )
    ),
    (Scope.UNDATED, NONE),
]
YEARS_WRONG = [
    *(
        (scope, NONE | years)
        for scope in (Scope.YEAR, Scope.BY_YEAR, Scope.EACH_MONTH)
        for years in (
            {},
            {"to_year": 2025},
            {"year": 2024, "to_year": 2025},
            {"year": 2024, "from_year": 2021},
        )
    ),
    *(
        (scope, NONE | years)
        for scope in (Scope.EACH_YEAR, Scope.AVERAGE_PER_YEAR, Scope.CUMULATIVE)
        for years in (
            {},
            {"year": 2024},
            {"from_year": 2021},
            {"from_year": 2026, "to_year": 2025},
            {"year": 2024, "from_year": 2021, "to_year": 2025},
        )
    ),
    *((Scope.UNDATED, NONE | {name: 2024}) for name in NONE),
]


def test_every_scope_has_a_right_and_a_wrong_case():
    assert {scope for scope, _ in YEARS_RIGHT} == set(Scope)
    assert {scope for scope, _ in YEARS_WRONG} == set(Scope)


@pytest.mark.parametrize(("scope", "years"), YEARS_RIGHT)
def test_years_in_their_place_are_taken(scope, years):
    TargetFactory(scope=scope, **years).full_clean()


@pytest.mark.parametrize(("scope", "years"), YEARS_WRONG)
def test_years_out_of_their_place_are_refused(scope, years):
    with pytest.raises(IntegrityError, match="years_stand_where_the_scope_puts_them"):
        TargetFactory(scope=scope, **years)


@pytest.mark.parametrize(("scope", "years"), YEARS_WRONG)
def test_years_out_of_their_place_are_told_in_vietnamese(scope, years):
    target = TargetFactory.build(indicator=IndicatorFactory(), scope=scope, **years)

    assert messages_of(target) == [YEARS_MISPLACED]


# Revisions


def test_a_span_has_one_target():
    first = TargetFactory()

    with pytest.raises(IntegrityError, match="one_target_per_span_and_decision"):
        TargetFactory(indicator=first.indicator)


def test_a_second_target_of_a_span_is_told_in_vietnamese():
    first = TargetFactory()
    second = TargetFactory.build(indicator=first.indicator)

    assert messages_of(second) == ["Chỉ tiêu này đã có mục tiêu cho thời gian đó."]


def test_a_revision_stands_beside_what_it_revises():
    first = TargetFactory()

    revision = TargetFactory(
        indicator=first.indicator,
        low=36000,
        decided_by="QĐ 1200/QĐ-UBND",
        effective_on=dt.date(2023, 7, 1),
    )

    revision.full_clean()
    assert first.indicator.targets.count() == 2


REVISIONS_WRONG = [
    {"decided_by": "QĐ 1200/QĐ-UBND"},
    {"effective_on": dt.date(2023, 7, 1)},
]


@pytest.mark.parametrize("fields", REVISIONS_WRONG)
def test_a_revision_names_its_decision_and_its_day(fields):
    with pytest.raises(IntegrityError, match="revision_names_its_decision"):
        TargetFactory(**fields)


@pytest.mark.parametrize("fields", REVISIONS_WRONG)
def test_a_revision_without_either_is_told_in_vietnamese(fields):
    target = TargetFactory.build(indicator=IndicatorFactory(), **fields)

    assert messages_of(target) == ["Điều chỉnh phải ghi văn bản và ngày hiệu lực."]


# Reading targets


@pytest.mark.parametrize(
    ("operator", "numbers", "number"),
    [
        (Operator.AT_LEAST, {"low": 10}, 10),
        (Operator.BELOW, {"high": 3}, 3),
        (Operator.AT_LEAST, {"low": 0}, 0),
        (Operator.BETWEEN, {"low": 10, "high": 12}, None),
        (Operator.QUALITATIVE, {"text": "giảm"}, None),
    ],
)
def test_a_percentage_is_taken_of_the_one_number_there_is(operator, numbers, number):
    assert Target(operator=operator, **numbers).number == number


@pytest.mark.parametrize(
    ("scope", "years", "concerned"),
    [
        (Scope.YEAR, NONE | {"year": 2024}, [2024]),
        (Scope.BY_YEAR, NONE | {"year": 2024}, [2022, 2023, 2024]),
        (Scope.EACH_YEAR, NONE | {"from_year": 2023, "to_year": 2024}, [2023, 2024]),
        (Scope.CUMULATIVE, NONE | {"to_year": 2023}, [2022, 2023]),
        (Scope.EACH_MONTH, NONE | {"year": 2024}, []),
        (Scope.UNDATED, NONE, []),
    ],
)
def test_targets_of_a_year_are_those_that_concern_it(scope, years, concerned):
    TargetFactory(scope=scope, **years)

    found = [year for year in range(2022, 2027) if Target.objects.for_year(year).exists()]

    assert found == concerned


# Allocations


def allocate(indicator, agency, value=1200):
    return Allocation(
        indicator=indicator, agency=agency, year=2024, value=value, decided_by="QĐ 15"
    )


def test_a_target_is_allocated_once_to_an_agency_and_year():
    indicator, agency = IndicatorFactory(), AgencyFactory()
    allocate(indicator, agency).save()

    with pytest.raises(IntegrityError, match="one_allocation_per_agency_and_year"):
        allocate(indicator, agency).save()


def test_a_second_allocation_is_told_in_vietnamese():
    indicator, agency = IndicatorFactory(), AgencyFactory()
    allocate(indicator, agency).save()

    assert messages_of(allocate(indicator, agency)) == [
        "Đơn vị này đã được giao chỉ tiêu của năm đó.",
    ]


def test_a_negative_allocation_is_refused():
    with pytest.raises(IntegrityError, match="allocation_not_negative"):
        allocate(IndicatorFactory(), AgencyFactory(), value=-1).save()


def test_a_negative_allocation_is_told_in_vietnamese():
    allocation = allocate(IndicatorFactory(), AgencyFactory(), value=-1)

    assert messages_of(allocation) == ["Số giao không được âm."]
