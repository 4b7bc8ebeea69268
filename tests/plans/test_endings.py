"""A plan ends: closed, or replaced by another of its jurisdiction."""

import datetime as dt

import pytest

from agencies.models import Event
from plans.endings import EndingRefused, end_plan
from plans.models import Plan
from tests.factories import PlanFactory, UserFactory, at

pytestmark = pytest.mark.django_db
ENDED = dt.date(2025, 12, 31)


def end(plan, **fields):
    deed = {"on": ENDED, "reason": "Hết giai đoạn.", "by": UserFactory(), "at": at("2026-01-05")}
    return end_plan(plan, **deed | fields)


def test_a_closed_plan_says_when_and_why():
    plan = PlanFactory()

    end(plan)

    plan.refresh_from_db()
    assert (plan.state, plan.ended_on, plan.ended_because) == ("closed", ENDED, "Hết giai đoạn.")
    assert Event.objects.get(action="plan-closed", subject_id=plan.pk).note == "Hết giai đoạn."
    assert plan not in Plan.objects.in_force()


def test_a_replaced_plan_names_the_one_that_follows():
    plan = PlanFactory()
    following = PlanFactory(jurisdiction=plan.jurisdiction, lead_agency=plan.lead_agency)

    end(plan, replaced_by=following)

    plan.refresh_from_db()
    assert (plan.state, plan.replaced_by) == ("replaced", following)
    assert list(following.replaces.all()) == [plan]


def test_a_plan_ends_once():
    plan = PlanFactory()
    end(plan)

    with pytest.raises(EndingRefused, match="đã kết thúc"):
        end(plan)


def test_a_plan_is_replaced_by_another_of_its_own_jurisdiction():
    plan = PlanFactory()

    for wrong in (plan, PlanFactory()):
        with pytest.raises(EndingRefused, match="cùng địa bàn"):
            end(plan, replaced_by=wrong)
    assert plan in Plan.objects.in_force()
