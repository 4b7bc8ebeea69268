"""A target is revised by a new row that names its decision; the old one stays (R18)."""

import datetime as dt

import pytest

from agencies.models import Event
from plans.endings import end_plan
from targets import attainment
from targets.models import Target
from targets.revisions import RevisionRefused, revise_target
from tests.factories import TargetFactory, UserFactory, at

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 7, 1)


def revise(target, **fields):
    decision = {
        "operator": "at_least",
        "low": 36000,
        "decided_by": "Quyết định 1234/QĐ-UBND",
        "effective_on": DAY,
        "by": UserFactory(),
        "at": at("2024-06-17"),
    }
    return revise_target(target, **decision | fields)


def test_the_old_value_stands_until_the_new_one_takes_effect():
    target = TargetFactory(year=2024, low=35000)

    revised = revise(target)

    both = list(Target.objects.same_span(target))
    assert both == [target, revised]
    before = attainment.year_target(both, 2024, on=DAY - dt.timedelta(days=1))
    assert (before.low, attainment.year_target(both, 2024, on=DAY).low) == (35000, 36000)
    event = Event.objects.get(action="target-revised")
    assert (event.note, event.data["before"][0], event.data["after"][0]) == (
        "Quyết định 1234/QĐ-UBND",
        "35000",
        "36000",
    )


def test_one_decision_a_day_and_the_number_where_its_operator_puts_it():
    target = TargetFactory(year=2024, low=35000)
    revise(target)

    with pytest.raises(RevisionRefused, match="đã có mục tiêu"):
        revise(target, low=37000)
    with pytest.raises(RevisionRefused, match="không khớp"):
        revise(target, operator="at_most", effective_on=dt.date(2024, 8, 1))
    assert Target.objects.count() == 2


def test_a_plan_that_ended_is_not_revised():
    target = TargetFactory(year=2024)
    end_plan(target.indicator.plan, on=DAY, reason="Hết.", by=UserFactory(), at=at("2024-07-01"))

    with pytest.raises(RevisionRefused, match="đã kết thúc"):
        revise(target)
