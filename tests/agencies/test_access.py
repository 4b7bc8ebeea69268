import pytest

from agencies import access
from agencies.models import Membership
from tests.factories import AgencyFactory, JurisdictionFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

Role = Membership.Role


@pytest.fixture
def agency():
    return AgencyFactory()


def member(role, agency):
    return MembershipFactory(role=role, agency=agency).user


def over(role, jurisdiction):
    return MembershipFactory(role=role, agency=None, jurisdiction=jurisdiction).user


@pytest.mark.parametrize(
    ("role", "is_officer", "is_staff"),
    [
        (Role.OFFICER, True, False),
        (Role.HEAD, True, False),
        (Role.STAFF, False, True),
    ],
)
def test_a_role_gives_its_own_rights_in_its_own_agency(agency, role, is_officer, is_staff):
    user = member(role, agency)

    assert access.is_officer_of(user, agency) is is_officer
    assert access.is_staff_of(user, agency) is is_staff


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD, Role.STAFF])
def test_a_role_gives_no_rights_in_another_agency(agency, role):
    user = member(role, AgencyFactory(jurisdiction=agency.jurisdiction))

    assert not access.is_officer_of(user, agency)
    assert not access.is_staff_of(user, agency)


@pytest.mark.parametrize("role", [Role.LEADER, Role.ADMINISTRATOR])
def test_a_role_over_a_jurisdiction_gives_no_rights_in_its_agencies(agency, role):
    user = over(role, agency.jurisdiction)

    assert not access.is_officer_of(user, agency)
    assert not access.is_staff_of(user, agency)


def test_roles_of_two_people_are_not_mixed(agency):
    """One is staff here, the other officer there: neither has both."""
    staff, elsewhere = member(Role.STAFF, agency), AgencyFactory()
    MembershipFactory(user=staff, role=Role.OFFICER, agency=elsewhere)

    assert not access.is_staff_of(staff, elsewhere)
    assert not access.is_officer_of(staff, agency)


def test_an_agency_where_one_is_officer_and_head_is_listed_once(agency):
    user = member(Role.OFFICER, agency)
    MembershipFactory(user=user, role=Role.HEAD, agency=agency)

    assert list(access.agencies_of(user, Role.OFFICER, Role.HEAD)) == [agency]


def test_a_leader_reads_the_province_and_the_districts_below():
    province = JurisdictionFactory()
    district = JurisdictionFactory(level="district", parent=province)
    JurisdictionFactory(level="district", parent=JurisdictionFactory())

    led = access.jurisdictions_led_by(over(Role.LEADER, province))

    assert set(led) == {province, district}


def test_a_district_leader_does_not_read_the_province():
    province = JurisdictionFactory()
    district = JurisdictionFactory(level="district", parent=province)

    assert list(access.jurisdictions_led_by(over(Role.LEADER, district))) == [district]


def test_an_administrator_leads_no_jurisdiction():
    administrator = over(Role.ADMINISTRATOR, JurisdictionFactory())

    assert not access.jurisdictions_led_by(administrator).exists()


def test_the_roles_of_a_person_are_named_once_each(agency):
    user = member(Role.OFFICER, agency)
    MembershipFactory(user=user, role=Role.OFFICER)
    MembershipFactory(user=user, role=Role.LEADER, agency=None, jurisdiction=agency.jurisdiction)

    assert access.roles_of(user) == {"officer", "leader"}
    assert access.roles_of(UserFactory()) == set()
