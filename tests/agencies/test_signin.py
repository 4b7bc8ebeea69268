import pytest
from django.urls import reverse

from agencies.models import User
from agencies.signin import demo_accounts
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "mot-mat-khau-du-dai"


@pytest.fixture
def officer():
    return MembershipFactory(
        user__email="hon.dat@test.invalid", user__password=PASSWORD, agency__name="UBND Hòn Đất"
    ).user


@pytest.fixture
def sign_in(client):
    def send(email, password=PASSWORD):
        return client.post(reverse("login"), {"username": email, "password": password})

    return send


def is_signed_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "typed", ["hon.dat@test.invalid", "Hon.Dat@Test.Invalid", " HON.DAT@TEST.INVALID "]
)
def test_the_address_may_be_typed_in_any_case(client, officer, sign_in, typed):
    answer = sign_in(typed)

    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(officer.pk)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("hon.dat@test.invalid", "sai-mat-khau"),
        ("hon.dat@test.invalid", PASSWORD.upper()),
        ("khong.ai@test.invalid", PASSWORD),
    ],
)
def test_a_wrong_pair_is_refused_without_saying_which_half(
    client, officer, sign_in, email, password
):
    answer = sign_in(email, password)

    assert answer.status_code == 200
    assert "Thư điện tử hoặc mật khẩu không đúng." in answer.content.decode()
    assert not is_signed_in(client)


def test_an_empty_form_is_told_in_vietnamese(officer, sign_in):
    page = sign_in("", "").content.decode()

    assert page.count("Trường này là bắt buộc.") == 2


def test_a_person_who_left_does_not_get_in(client, officer, sign_in):
    User.objects.update(is_active=False)

    answer = sign_in(officer.email)

    assert answer.status_code == 200
    assert not is_signed_in(client)


def test_an_account_without_password_does_not_get_in(client, sign_in):
    UserFactory(email="so.sach@test.invalid")

    sign_in("so.sach@test.invalid", "")
    sign_in("so.sach@test.invalid", "None")

    assert not is_signed_in(client)


def test_a_person_already_in_is_sent_home(client, officer):
    client.force_login(officer)

    answer = client.get(reverse("login"))

    assert answer.status_code == 302


def test_signing_out_takes_a_post(client, officer):
    client.force_login(officer)

    client.get(reverse("logout"))
    assert is_signed_in(client)
    assert client.post(reverse("logout")).status_code == 302
    assert not is_signed_in(client)


# The demo's accounts on the page


@pytest.fixture
def demo_officer():
    return MembershipFactory(
        user__email="minh.hoa@test.invalid",
        user__full_name="Người Minh Họa",
        user__password=PASSWORD,
        user__is_demo=True,
        agency__name="UBND Hòn Đất",
    ).user


def test_the_demo_shows_who_can_sign_in_and_with_what(client, demo_officer, settings):
    page = client.get(reverse("login")).content.decode()

    assert "Người Minh Họa" in page
    assert "Cán bộ đầu mối, UBND Hòn Đất" in page
    assert "minh.hoa@test.invalid" in page
    assert settings.DEMO_PASSWORD in page


def test_production_shows_no_accounts(client, demo_officer, settings):
    settings.DEMO = False

    page = client.get(reverse("login")).content.decode()

    assert demo_accounts() == []
    assert "minh.hoa@test.invalid" not in page
    assert "Tài khoản minh họa" not in page


def test_officers_without_password_are_not_shown():
    UserFactory(is_demo=True, full_name="Chỉ có trong sổ")

    assert demo_accounts() == []


def test_real_people_are_not_shown(officer):
    assert demo_accounts() == []


def test_the_accounts_take_the_same_number_of_queries_whatever_their_number(
    django_assert_num_queries,
):
    for _ in range(20):
        MembershipFactory(user__is_demo=True, user__password=PASSWORD)

    # users, their roles, the agencies, their jurisdictions
    with django_assert_num_queries(4):
        assert len(demo_accounts()) == 20
