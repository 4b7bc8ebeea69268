"""What the report of the cast is asked for: one indicator, its parts and a duty where wanted."""

import pytest

from targets.models import Indicator
from tests.factories import BreakdownFactory, DutyFactory, IndicatorFactory


@pytest.fixture
def total(report):
    """The one indicator the report is asked for."""
    return Indicator.objects.get(plan=report.round.plan)


@pytest.fixture
def parts(total):
    """Two parts of `total`, in and out of the province, asked of the same agency."""
    return add_breakdown(total, ["Trong tỉnh", "Ngoài tỉnh"])


@pytest.fixture
def duty(report):
    """A duty that binds the report's agency."""
    duty = DutyFactory(plan=report.round.plan)
    duty.parties.set(report.round.plan.parties.all())
    return duty


def add_breakdown(total, names, **fields):
    """Return indicators of these names, parts of `total`, asked of those asked for it."""
    breakdown = BreakdownFactory(parent=total, **fields)
    members = [
        IndicatorFactory(plan=total.plan, parent=total, breakdown=breakdown, name=name)
        for name in names
    ]
    for member in members:
        member.reporters.set(total.reporters.all())
    return members
