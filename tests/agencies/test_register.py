from datetime import date

import pytest
from django.db.models import ProtectedError

from agencies import register
from agencies.models import Agency, DayOff, Event
from tests.factories import AgencyFactory, MembershipFactory, PartyFactory, UserFactory, at

pytestmark = pytest.mark.django_db

NOW = at("2024-06-17")


@pytest.fixture
def by():
    return UserFactory()


def test_a_new_agency_leaves_an_event_with_its_values(by):
    agency = AgencyFactory.build(jurisdiction=AgencyFactory().jurisdiction, name="Sở Nội vụ")

    assert register.save_change(agency, by=by, at=NOW)

    event = Event.objects.get()
    assert (event.action, event.by, event.at, event.subject_id) == (
        "agency-created",
        by,
        NOW,
        agency.pk,
    )
    assert event.data["changes"]["name"] == [None, "Sở Nội vụ"]


def test_a_change_names_old_and_new_value_and_nothing_else(by):
    agency = AgencyFactory(name="Sở Lao động", valid_to=None)
    agency.name, agency.valid_to = "Sở Nội vụ", date(2025, 2, 28)

    register.save_change(agency, by=by, at=NOW)

    assert Event.objects.get().data == {
        "changes": {"name": ["Sở Lao động", "Sở Nội vụ"], "valid_to": [None, "2025-02-28"]}
    }


def test_saving_what_stands_already_is_no_event(by):
    assert not register.save_change(AgencyFactory(), by=by, at=NOW)
    assert not Event.objects.exists()


def test_what_a_demo_person_does_is_marked_as_demo():
    by = UserFactory(is_demo=True)

    register.save_change(DayOff(day=date(2024, 9, 6), name="Nghỉ bù"), by=by, at=NOW)

    assert Event.objects.get().is_demo


def test_what_is_removed_stays_readable_in_its_event(by):
    day = DayOff.objects.create(day=date(2024, 9, 6), name="Nghỉ bù")

    register.remove(day, by=by, at=NOW)

    assert not DayOff.objects.exists()
    assert Event.objects.get().data["values"] == {
        "day": "2024-09-06",
        "is_working": False,
        "name": "Nghỉ bù",
    }


def test_an_agency_in_use_is_not_removed_and_leaves_no_event(by):
    agency = MembershipFactory().agency

    with pytest.raises(ProtectedError):
        register.remove(agency, by=by, at=NOW)

    assert not Event.objects.exists()


def test_an_agency_nobody_speaks_of_is_unused():
    assert not register.is_used(AgencyFactory())


@pytest.mark.parametrize("use", ["role", "plan", "group"])
def test_an_agency_is_used_by_a_role_a_plan_or_a_group(use):
    agency = AgencyFactory()
    if use == "role":
        MembershipFactory(agency=agency)
    elif use == "plan":
        PartyFactory(agency=agency)
    else:
        PartyFactory(group=True).members.add(agency)

    assert register.is_used(Agency.objects.get(pk=agency.pk))
