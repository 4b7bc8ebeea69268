from decimal import Decimal

import pytest

from targets.breakdowns import broken_breakdowns
from targets.models import Breakdown
from tests.factories import BreakdownFactory, IndicatorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def total():
    return IndicatorFactory(name="Tổng số")


def a_breakdown(total, *names, rule="partition"):
    breakdown = BreakdownFactory(parent=total, rule=rule)
    members = [
        IndicatorFactory(plan=total.plan, parent=total, breakdown=breakdown, name=name)
        for name in names
    ]
    return breakdown, members


def check(values):
    """Check all breakdowns against values given by indicator."""
    numbers = {i.pk: None if v is None else Decimal(v) for i, v in values.items()}
    return broken_breakdowns(Breakdown.objects.prefetch_related("members"), numbers)


def test_parts_that_sum_to_the_total_are_right(total):
    _, (inside, outside) = a_breakdown(total, "Trong tỉnh", "Ngoài tỉnh")

    assert check({total: "35000", inside: "19900.5", outside: "15099.5"}) == []


@pytest.mark.parametrize(("outside_figure", "gap"), [("15099", "1"), ("15100.0001", "0.0001")])
def test_parts_that_do_not_sum_are_found_with_both_numbers(total, outside_figure, gap):
    breakdown, (inside, outside) = a_breakdown(total, "Trong tỉnh", "Ngoài tỉnh")

    (fault,) = check({total: "35000", inside: "19900", outside: outside_figure})

    assert fault.breakdown == breakdown
    assert fault.parent == 35000
    assert fault.total == 19900 + Decimal(outside_figure)
    assert fault.gap == Decimal(gap)


def test_the_message_shows_the_sum_and_the_total(total):
    _, (inside, outside) = a_breakdown(total, "Trong tỉnh", "Ngoài tỉnh")

    (fault,) = check({total: "35000", inside: "19900", outside: "14000"})

    assert str(fault) == (
        "Lệch 1.100: Trong tỉnh 19.900 + Ngoài tỉnh 14.000 = 33.900, tổng số là 35.000."
    )


def test_an_amount_included_may_be_less_or_all_but_not_more(total):
    _, (new,) = a_breakdown(total, "Việc làm mới", rule="of_which")

    assert check({total: "35000", new: "18000"}) == []
    assert check({total: "35000", new: "35000"}) == []
    (fault,) = check({total: "35000", new: "35001"})
    assert str(fault) == "Vượt 1: Việc làm mới 35.001 lớn hơn tổng số 35.000."


def test_amounts_included_are_compared_one_by_one_and_never_added(total):
    _, (new, abroad, other) = a_breakdown(total, "Mới", "Nước ngoài", "Khác", rule="of_which")

    assert check({total: "100", new: "60", abroad: "60", other: "60"}) == []
    faults = check({total: "100", new: "101", abroad: "60", other: "102"})
    assert [fault.total for fault in faults] == [101, 102]


def test_two_partitions_of_one_total_are_checked_apart(total):
    _, (inside, outside) = a_breakdown(total, "Trong tỉnh", "Ngoài tỉnh")
    by_form, (programme, free) = a_breakdown(total, "Theo chương trình", "Tự do")
    places = {total: "100", inside: "60", outside: "40"}

    assert check({**places, programme: "70", free: "30"}) == []
    (fault,) = check({**places, programme: "70", free: "31"})
    assert fault.breakdown == by_form


@pytest.mark.parametrize("missing", ["total", "part"])
@pytest.mark.parametrize("rule", ["partition", "of_which"])
def test_a_missing_number_is_not_zero_and_breaks_nothing(total, missing, rule):
    _, (inside, outside) = a_breakdown(total, "Trong tỉnh", "Ngoài tỉnh", rule=rule)
    values = {total: "100", inside: "60", outside: "50"}
    values[total if missing == "total" else outside] = None

    assert check(values) == []
    assert check({i: v for i, v in values.items() if v is not None}) == []


def test_zero_is_a_number(total):
    _, (inside, outside) = a_breakdown(total, "Trong tỉnh", "Ngoài tỉnh")

    assert check({total: "0", inside: "0", outside: "0"}) == []
    (fault,) = check({total: "5", inside: "0", outside: "0"})
    assert fault.gap == 5


@pytest.mark.parametrize("rule", ["partition", "of_which"])
def test_a_breakdown_without_members_breaks_nothing(total, rule):
    BreakdownFactory(parent=total, rule=rule)

    assert check({total: "5"}) == []
