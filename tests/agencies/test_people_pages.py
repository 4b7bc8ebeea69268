"""Pages of people: list, adding, roles, accounts that lie elsewhere too."""

import pytest
from django.core import mail
from django.urls import reverse

from agencies.models import Event, Membership, User
from tests.factories import AgencyFactory, JurisdictionFactory, MembershipFactory
from tests.page_texts import texts

LIST, ADD = reverse("desk:user-list"), reverse("desk:user-add")


def page_of(user, name="user-edit"):
    return reverse(f"desk:{name}", args=[user.pk])


@pytest.fixture
def officer(department):
    return MembershipFactory(
        agency=department, user__full_name="Trần Văn Ổn", user__email="on@test.invalid"
    ).user


def test_the_list_stands_in_the_order_of_given_names(read, department):
    for name in ("Trần Văn Ổn", "Đỗ Thị Ánh", "Lê Văn An", "Phạm Bình"):
        MembershipFactory(agency=department, user__full_name=name)

    page = read(LIST)

    names = ["Lê Văn An", "Đỗ Thị Ánh", "Phạm Bình", "Trần Văn Ổn"]
    assert sorted(names, key=page.index) == names


@pytest.mark.parametrize("typed", ["tran van on", "ổn", "ON@test", " ổn "])
def test_people_are_found_without_accents_and_by_address(read, officer, typed):
    page = read(f"{LIST}?q={typed}")

    assert "1 người dùng" in page
    assert "Trần Văn Ổn" in page


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", {"Người Đang", "Người Chờ"}),
        ("tinh_trang=cho", {"Người Chờ"}),
        ("tinh_trang=ngung", {"Người Nghỉ"}),
        ("tinh_trang=tat-ca", {"Người Đang", "Người Chờ", "Người Nghỉ"}),
        ("tinh_trang=tat-ca&vai_tro=staff", {"Người Nghỉ"}),
    ],
)
def test_the_list_is_filtered(read, department, asked, shown):
    at = {"agency": department}
    MembershipFactory(**at, user__full_name="Người Đang", user__password="x" * 14)
    MembershipFactory(**at, user__full_name="Người Chờ")
    MembershipFactory(
        **at, role="staff", user__full_name="Người Nghỉ", user__is_active=False, user__password="x"
    )

    page = read(f"{LIST}?{asked}")

    assert {name for name in ("Người Đang", "Người Chờ", "Người Nghỉ") if name in page} == shown


def test_people_of_another_province_are_not_there(desk):
    other = MembershipFactory(user__full_name="Người Tỉnh Khác").user

    assert "Người Tỉnh Khác" not in texts(desk.get(f"{LIST}?tinh_trang=tat-ca"))
    for name in ("user-edit", "user-invite", "user-deactivate", "role-give"):
        assert desk.post(page_of(other, name), {}).status_code == 404


def test_a_person_is_added_with_a_role_and_invited(desk, department):
    form = {
        "full_name": "Người Mới",
        "email": "moi@test.invalid",
        "role": "officer",
        "agency": department.pk,
    }

    page = texts(desk.post(ADD, form, follow=True))

    user = User.objects.get(email="moi@test.invalid")
    assert user.memberships.get().agency == department
    assert mail.outbox[0].to == ["moi@test.invalid"]
    assert "Đã gửi thư mời đến moi@test.invalid." in page
    assert "đã mời 17/6/2024" in page


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"email": "ON@test.invalid"}, "đã có tài khoản trên cổng"),
        ({"email": "khong-phai-thu"}, "hợp lệ"),
        ({"full_name": ""}, "bắt buộc"),
        ({"role": ""}, "bắt buộc"),
        ({"agency": ""}, "Vai trò này cần chọn cơ quan."),
        ({"role": "leader"}, "Vai trò này cần chọn địa bàn."),
    ],
)
def test_a_bad_form_says_what_is_wrong_adds_nobody_and_keeps_the_rest(
    desk, officer, department, changes, told
):
    form = {
        "full_name": "Người Mới",
        "email": "moi@test.invalid",
        "role": "officer",
        "agency": department.pk,
    } | changes
    before = User.objects.count()

    answer = desk.post(ADD, form)

    assert answer.status_code == 422
    assert told in texts(answer)
    assert form["email"].lower() in answer.content.decode().lower()
    assert User.objects.count() == before
    assert mail.outbox == []


@pytest.mark.parametrize("place", ["agency", "jurisdiction"])
def test_no_role_is_given_in_another_province(desk, officer, place):
    other = AgencyFactory()
    form = {"role": "officer", "agency": other.pk}
    if place == "jurisdiction":
        form = {"role": "administrator", "jurisdiction": other.jurisdiction_id}

    assert desk.post(page_of(officer, "role-give"), form).status_code == 422
    assert officer.memberships.count() == 1


def test_a_districts_administrator_cannot_rise_to_the_province(client, district, province):
    person = MembershipFactory(role="administrator", agency=None, jurisdiction=district).user
    client.force_login(person)
    form = {"role": "administrator", "jurisdiction": province.pk}

    assert client.post(page_of(person, "role-give"), form).status_code == 422
    assert person.memberships.count() == 1


def test_roles_are_given_and_taken_on_the_page(desk, officer, province):
    page = desk.post(
        page_of(officer, "role-give"), {"role": "leader", "jurisdiction": province.pk}, follow=True
    )
    assert "Đã giao vai trò cho Trần Văn Ổn" in texts(page)
    held = officer.memberships.get(role="leader")

    page = desk.post(reverse("desk:role-take", args=[officer.pk, held.pk]), follow=True)

    assert "Đã gỡ vai trò" in texts(page)
    assert officer.memberships.count() == 1
    assert list(Event.objects.values_list("action", flat=True)) == ["role-given", "role-taken"]


def test_a_refusal_is_told_on_the_page(desk, officer):
    held = officer.memberships.get()

    page = desk.post(reverse("desk:role-take", args=[officer.pk, held.pk]), follow=True)

    assert "vai trò duy nhất" in texts(page)


def test_a_role_of_another_person_is_not_taken_by_this_address(desk, officer, administrator):
    url = reverse("desk:role-take", args=[officer.pk, administrator.memberships.get().pk])

    assert desk.post(url).status_code == 404


def test_who_has_a_role_elsewhere_keeps_address_and_account(desk, officer):
    MembershipFactory(user=officer, agency=AgencyFactory(jurisdiction=JurisdictionFactory()))
    form = {"full_name": "Kẻ Khác", "email": "chiem@test.invalid"}

    assert "còn vai trò ở địa bàn khác" in texts(desk.get(page_of(officer)))
    for name in ("user-edit", "user-deactivate", "user-reactivate", "user-invite"):
        assert desk.post(page_of(officer, name), form).status_code == 403
    officer.refresh_from_db()
    assert officer.email == "on@test.invalid"


def test_a_change_of_address_is_kept_with_old_and_new(desk, officer):
    desk.post(page_of(officer), {"full_name": "Trần Văn Ổn", "email": "Moi@Test.invalid"})

    assert Event.objects.get().data == {
        "changes": {"email": ["on@test.invalid", "moi@test.invalid"]}
    }
    assert "thư điện tử “on@test.invalid” → “moi@test.invalid”" in texts(desk.get(page_of(officer)))


def test_a_closed_account_is_out_at_its_next_click(client, desk, officer):
    from django.test import Client

    theirs = Client()
    theirs.force_login(officer)
    assert theirs.get("/").status_code == 200

    desk.post(page_of(officer, "user-deactivate"))

    assert theirs.get("/").status_code == 302


def test_three_hundred_people_take_as_many_queries_as_three(
    desk, administrator, province, django_assert_num_queries
):
    administrator.full_name = "0"  # on the first page, whoever comes
    administrator.save()

    def add(number):
        for _ in range(number):
            MembershipFactory(agency__jurisdiction=province)

    add(3)
    # session, user, places exist, count, rows, roles, agencies, their places, places, invitations,
    # masthead; savepoint, session saved, savepoint released
    with django_assert_num_queries(15):
        desk.get(LIST)
    with django_assert_num_queries(10):
        desk.get(ADD)
    add(297)
    with django_assert_num_queries(15):
        desk.get(LIST)
    with django_assert_num_queries(10):
        desk.get(ADD)


def test_the_first_page_tells_of_those_without_a_password(read, department):
    MembershipFactory(agency=department)

    assert "2 người chưa đặt mật khẩu" in read(reverse("desk:home"))
    assert Membership.objects.count() == 2
