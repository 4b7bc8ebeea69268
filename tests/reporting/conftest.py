"""What the report of the cast is asked for, and its people where a test wants no more of them."""

import pytest

from agencies.models import Membership
from targets.models import Indicator
from tests.factories import BreakdownFactory, DutyFactory, IndicatorFactory, MembershipFactory


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


@pytest.fixture
def officer(report):
    return MembershipFactory(agency=report.agency).user


@pytest.fixture
def staff(report):
    lead = report.round.plan.lead_agency
    return MembershipFactory(agency=lead, role=Membership.Role.STAFF).user


@pytest.fixture
def as_person(client, people):
    """Return a function that signs in as one of `people` and gives the client."""

    def sign_in(name):
        client.force_login(getattr(people, name))
        return client

    return sign_in


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
