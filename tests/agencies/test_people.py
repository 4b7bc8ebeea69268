import pytest

from agencies import people
from agencies.models import Event, Membership, User
from agencies.people import PeopleRefused
from tests.at_once import at_once
from tests.factories import AgencyFactory, MembershipFactory, UserFactory, at

pytestmark = pytest.mark.django_db

Role = Membership.Role
NOW = at("2024-06-17")


@pytest.fixture
def officer(department):
    return MembershipFactory(agency=department).user


def actions():
    return list(Event.objects.values_list("action", flat=True))


def test_a_new_person_has_no_password_and_one_role(administrator, department):
    user = people.add_person(
        User(email="moi@test.invalid", full_name="Người Mới"),
        role=Role.OFFICER,
        place=department,
        by=administrator,
        at=NOW,
    )

    assert not user.has_usable_password()
    assert user.memberships.get().agency == department
    assert actions() == ["user-created", "role-given"]


def test_a_role_given_names_role_and_place_in_its_event(administrator, officer, province):
    people.give_role(officer, role=Role.LEADER, place=province, by=administrator, at=NOW)

    event = Event.objects.get()
    assert (event.subject_id, event.by) == (officer.pk, administrator)
    assert event.data == {"role": "leader", "place": "kien-giang", "place_name": "Tỉnh Kiên Giang"}


def test_a_role_is_not_given_twice(administrator, officer, department):
    with pytest.raises(PeopleRefused, match="đã có vai trò này"):
        people.give_role(officer, role=Role.OFFICER, place=department, by=administrator, at=NOW)

    assert actions() == []


def test_a_role_taken_leaves_its_event(administrator, officer, department):
    more = people.give_role(officer, role=Role.STAFF, place=department, by=administrator, at=NOW)

    people.take_role(more, by=administrator, at=NOW)

    assert officer.memberships.get().role == Role.OFFICER
    assert actions() == ["role-given", "role-taken"]


def test_the_last_role_stays(administrator, officer):
    with pytest.raises(PeopleRefused, match="vai trò duy nhất"):
        people.take_role(officer.memberships.get(), by=administrator, at=NOW)

    assert officer.memberships.count() == 1


def test_an_administrator_keeps_their_own_last_administrator_role(administrator, department):
    people.give_role(administrator, role=Role.STAFF, place=department, by=administrator, at=NOW)
    own = administrator.memberships.get(role=Role.ADMINISTRATOR)

    with pytest.raises(PeopleRefused, match="vai trò quản trị cuối cùng"):
        people.take_role(own, by=administrator, at=NOW)

    assert administrator.memberships.filter(role=Role.ADMINISTRATOR).exists()


def test_another_administrator_may_take_it(administrator, department, province):
    people.give_role(administrator, role=Role.STAFF, place=department, by=administrator, at=NOW)
    other = MembershipFactory(role=Role.ADMINISTRATOR, agency=None, jurisdiction=province).user

    people.take_role(administrator.memberships.get(role="administrator"), by=other, at=NOW)

    assert not administrator.memberships.filter(role=Role.ADMINISTRATOR).exists()


def test_nobody_closes_their_own_account(administrator):
    with pytest.raises(PeopleRefused):
        people.deactivate(administrator, by=administrator, at=NOW)

    administrator.refresh_from_db()
    assert administrator.is_active


def test_who_leaves_and_comes_back_keeps_the_roles(administrator, officer):
    people.deactivate(officer, by=administrator, at=NOW)
    people.deactivate(officer, by=administrator, at=NOW)  # a second click changes nothing
    officer.refresh_from_db()
    assert not officer.is_active

    people.reactivate(officer, by=administrator, at=NOW)
    officer.refresh_from_db()

    assert officer.is_active
    assert officer.memberships.count() == 1
    assert actions() == ["user-deactivated", "user-reactivated"]


@pytest.mark.parametrize(
    ("elsewhere", "whole"), [(None, True), ("district", True), ("another province", False)]
)
def test_an_account_is_managed_where_all_its_roles_lie(
    administrator, officer, district, elsewhere, whole
):
    if elsewhere == "district":
        MembershipFactory(user=officer, agency__jurisdiction=district)
    elif elsewhere:
        MembershipFactory(user=officer, agency=AgencyFactory())

    assert people.may_manage(administrator, officer) is whole


@pytest.mark.django_db(transaction=True)
def test_of_two_roles_taken_at_once_one_stays():
    administrator, user = UserFactory(), UserFactory()
    roles = [MembershipFactory(user=user) for _ in range(2)]

    def take(number):
        people.take_role(roles[number], by=administrator, at=NOW)

    outcomes = at_once(take, 2, refusal=PeopleRefused)

    assert [type(outcome) for outcome in outcomes].count(PeopleRefused) == 1
    assert user.memberships.count() == 1
