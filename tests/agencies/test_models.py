import datetime as dt
import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from agencies.models import Agency, Event, Jurisdiction, Membership, User, record_event
from tests.factories import AgencyFactory, JurisdictionFactory, MembershipFactory, UserFactory, at

pytestmark = pytest.mark.django_db

Role = Membership.Role


def messages_of(instance):
    with pytest.raises(ValidationError) as caught:
        instance.full_clean()
    return caught.value.messages


# Jurisdictions


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("Tỉnh Kiên Giang", "tỉnh Kiên Giang"),
        ("Thành phố Cần Thơ", "thành phố Cần Thơ"),
        ("Kiên Giang", "Kiên Giang"),
    ],
)
def test_inside_a_sentence_only_what_a_place_is_begins_small(name, inside):
    assert Jurisdiction(name=name).name_inside == inside


def test_a_district_stands_below_a_province():
    province = JurisdictionFactory()

    district = JurisdictionFactory(level="district", parent=province)

    district.full_clean()
    assert district.parent == province


def test_a_district_without_a_province_is_refused():
    with pytest.raises(IntegrityError, match="only_a_district_has_a_parent"):
        JurisdictionFactory(level="district", parent=None)


def test_a_province_below_another_is_refused():
    above = JurisdictionFactory()

    with pytest.raises(IntegrityError, match="only_a_district_has_a_parent"):
        JurisdictionFactory(parent=above)


def test_a_district_without_a_province_is_told_in_vietnamese():
    district = Jurisdiction(code="huyen", name="Huyện", level="district")

    assert messages_of(district) == [
        "Huyện thuộc một tỉnh; tỉnh không trực thuộc địa bàn nào.",
    ]


def test_a_jurisdiction_code_is_taken_once():
    JurisdictionFactory(code="kien-giang")

    with pytest.raises(IntegrityError, match="code"):
        JurisdictionFactory(code="kien-giang")


# Agencies


def test_an_agency_code_is_taken_once_in_a_jurisdiction():
    agency = AgencyFactory(code="so-y-te")

    with pytest.raises(IntegrityError, match="agency_code_unique_in_jurisdiction"):
        AgencyFactory(jurisdiction=agency.jurisdiction, code="so-y-te")


def test_an_agency_code_taken_twice_is_told_in_vietnamese():
    agency = AgencyFactory(code="so-y-te")
    twin = Agency(
        jurisdiction=agency.jurisdiction, code="so-y-te", name="Sở Y tế", kind="department"
    )

    assert messages_of(twin) == ["Địa bàn này đã có cơ quan mang mã đó."]


def test_two_provinces_may_use_the_same_agency_code():
    AgencyFactory(code="so-y-te")
    AgencyFactory(code="so-y-te")

    assert Agency.objects.filter(code="so-y-te").count() == 2


def test_an_agency_that_ends_before_it_begins_is_refused():
    with pytest.raises(IntegrityError, match="agency_span_in_order"):
        AgencyFactory(valid_from=dt.date(2025, 7, 1), valid_to=dt.date(2025, 6, 30))


def test_an_agency_that_ends_before_it_begins_is_told_in_vietnamese():
    agency = AgencyFactory()
    agency.valid_from, agency.valid_to = dt.date(2025, 7, 1), dt.date(2025, 6, 30)

    assert messages_of(agency) == ["Ngày bắt đầu phải trước ngày kết thúc."]


@pytest.mark.parametrize(
    ("first", "last", "is_there"),
    [
        (None, None, True),
        (dt.date(2025, 6, 30), None, True),
        (dt.date(2025, 7, 1), None, False),
        (None, dt.date(2025, 6, 30), True),
        (None, dt.date(2025, 6, 29), False),
    ],
)
def test_agencies_in_force_are_those_whose_span_holds_the_day(first, last, is_there):
    agency = AgencyFactory(valid_from=first, valid_to=last)

    in_force = Agency.objects.in_force(on=dt.date(2025, 6, 30))

    assert (agency in in_force) is is_there


def test_agencies_are_listed_in_vietnamese_order():
    for name in ["UBND huyện Hòn Đất", "UBND huyện Giồng Riềng", "UBND huyện Gò Quao", "Đài"]:
        AgencyFactory(name=name)

    assert [agency.name for agency in Agency.objects.all()] == [
        "Đài",
        "UBND huyện Giồng Riềng",
        "UBND huyện Gò Quao",
        "UBND huyện Hòn Đất",
    ]


def test_a_renamed_agency_is_stored_composed_and_found_anew():
    agency = AgencyFactory(name="Sở Lao động")

    agency.name = unicodedata.normalize("NFD", "Sở Nội vụ")
    agency.save()

    agency.refresh_from_db()
    assert agency.name == "Sở Nội vụ"
    assert Agency.objects.get(name_fold__contains="noi vu") == agency


def test_a_short_name_uses_the_abbreviations_of_offices():
    department = Agency(name="Sở Lao động - Thương binh và Xã hội")
    district = Agency(name="Ủy ban nhân dân huyện Hòn Đất")

    assert department.short_name == "Sở LĐ-TB-XH"
    assert district.short_name == "UBND huyện Hòn Đất"


def test_an_agency_with_people_cannot_be_deleted():
    membership = MembershipFactory()

    with pytest.raises(IntegrityError):
        membership.agency.delete()


# People


def test_an_address_is_stored_in_lower_case():
    user = User.objects.create_user("Can.Bo@Test.Invalid", full_name="Cán bộ")

    assert user.email == "can.bo@test.invalid"


def test_an_address_with_capitals_is_refused():
    with pytest.raises(IntegrityError, match="email_is_lower_case"):
        User.objects.create(email="Can.Bo@test.invalid", full_name="Cán bộ")


def test_an_address_with_capitals_is_told_in_vietnamese():
    user = User(email="Can.Bo@test.invalid", full_name="Cán bộ", password="!")

    assert messages_of(user) == ["Địa chỉ thư viết bằng chữ thường."]


def test_an_address_belongs_to_one_person():
    UserFactory(email="can.bo@test.invalid")

    with pytest.raises(IntegrityError, match="email"):
        UserFactory(email="CAN.BO@test.invalid")


def test_people_with_a_role_are_the_active_ones_of_that_agency():
    officer = MembershipFactory()
    MembershipFactory(agency=officer.agency, role=Role.HEAD)
    MembershipFactory(agency=officer.agency, user__is_active=False)
    MembershipFactory()

    found = User.objects.with_role(Role.OFFICER, agency=officer.agency)

    assert list(found) == [officer.user]


# Roles


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD, Role.STAFF])
def test_a_role_in_an_agency_needs_the_agency(role):
    with pytest.raises(IntegrityError, match="role_has_its_place"):
        MembershipFactory(role=role, agency=None, jurisdiction=JurisdictionFactory())


@pytest.mark.parametrize("role", [Role.LEADER, Role.ADMINISTRATOR])
def test_a_role_over_a_jurisdiction_needs_the_jurisdiction(role):
    with pytest.raises(IntegrityError, match="role_has_its_place"):
        MembershipFactory(role=role)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD, Role.STAFF])
def test_a_role_in_an_agency_is_not_given_over_a_jurisdiction_too(role):
    with pytest.raises(IntegrityError, match="role_has_its_place"):
        MembershipFactory(role=role, jurisdiction=JurisdictionFactory())


@pytest.mark.parametrize("role", [Role.LEADER, Role.ADMINISTRATOR])
def test_a_role_over_a_jurisdiction_is_not_given_in_an_agency_too(role):
    with pytest.raises(IntegrityError, match="role_has_its_place"):
        MembershipFactory(role=role, jurisdiction=JurisdictionFactory())


def test_a_role_without_its_place_is_told_in_vietnamese():
    leader = Membership(user=UserFactory(), role=Role.LEADER, agency=AgencyFactory())

    assert messages_of(leader) == ["Cán bộ thuộc cơ quan; lãnh đạo, quản trị thuộc địa bàn."]


def test_a_role_in_an_agency_is_given_once():
    first = MembershipFactory()

    with pytest.raises(IntegrityError, match="role_given_once"):
        MembershipFactory(user=first.user, agency=first.agency)


def test_a_role_over_a_jurisdiction_is_given_once():
    place = JurisdictionFactory()
    first = MembershipFactory(role=Role.LEADER, agency=None, jurisdiction=place)

    with pytest.raises(IntegrityError, match="role_given_once"):
        MembershipFactory(user=first.user, role=Role.LEADER, agency=None, jurisdiction=place)


def test_a_role_given_twice_is_told_in_vietnamese():
    first = MembershipFactory()
    second = Membership(user=first.user, role=first.role, agency=first.agency)

    assert messages_of(second) == ["Người này đã có vai trò đó."]


def test_one_person_may_be_officer_and_head():
    first = MembershipFactory()

    second = MembershipFactory(user=first.user, agency=first.agency, role=Role.HEAD)

    second.full_clean()
    assert first.user.memberships.count() == 2


def test_a_role_is_printed_with_its_place():
    membership = MembershipFactory(agency__name="Sở Y tế", role=Role.HEAD)

    assert str(membership) == "Lãnh đạo đơn vị, Sở Y tế"


# Events


def test_an_event_says_what_happened_to_which_object():
    user, agency = UserFactory(), AgencyFactory()

    record_event("agency-renamed", agency, by=user, at=at("2024-06-17"), note="QĐ 1", old="A")

    event = Event.objects.get()
    assert (event.action, event.by, event.at) == ("agency-renamed", user, at("2024-06-17"))
    assert (event.subject, event.subject_id) == ("agencies.agency", agency.pk)
    assert (event.note, event.data, event.is_demo) == ("QĐ 1", {"old": "A"}, False)
