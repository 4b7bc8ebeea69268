"""The language of the interface: Vietnamese until somebody chooses English (ADR 17)."""

import pytest
from django.conf import settings
from django.urls import reverse

from agencies.models import User
from tests.factories import MembershipFactory
from tests.page_texts import texts

pytestmark = pytest.mark.django_db

PROFILE, LOGIN, CHOOSE = reverse("profile"), reverse("login"), reverse("language")


@pytest.fixture
def officer(client):
    person = MembershipFactory(user__email="on@test.invalid", agency__name="Sở Nội vụ").user
    client.force_login(person)
    return person


def test_vietnamese_is_the_language_of_who_never_chose(client, officer):
    page = client.get(PROFILE, HTTP_ACCEPT_LANGUAGE="en")

    assert '<html lang="vi">' in page.content.decode()
    assert "Ngôn ngữ giao diện" in texts(page)


def test_a_person_switches_in_the_profile_and_keeps_the_choice(client, officer):
    page = client.post(CHOOSE, {"language": "en"}, follow=True)

    assert '<html lang="en">' in page.content.decode()
    assert "Language of the interface" in texts(page)
    assert User.objects.get(pk=officer.pk).language == "en"
    page = client.post(CHOOSE, {"language": "vi"}, follow=True)
    assert "Ngôn ngữ giao diện" in texts(page)


def test_the_choice_goes_with_the_person_to_another_browser(client, officer):
    User.objects.filter(pk=officer.pk).update(language="en")

    assert "My profile" in texts(client.get(PROFILE))


def test_the_next_persons_language_is_their_own_on_the_same_machine(client, officer):
    client.post(CHOOSE, {"language": "en"})
    client.force_login(MembershipFactory().user)

    assert '<html lang="vi">' in client.get(PROFILE).content.decode()


def test_the_login_page_speaks_english_before_anybody_signs_in(client):
    page = client.post(CHOOSE, {"language": "en"}, follow=True)

    assert '<html lang="en">' in page.content.decode()
    assert "Sign in" in texts(page)
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME]["samesite"] == "Lax"


def test_a_request_after_an_english_one_is_vietnamese_again(client):
    client.post(CHOOSE, {"language": "en"}, follow=True)
    client.cookies.clear()

    assert "Đăng nhập" in texts(client.get(LOGIN))


@pytest.mark.parametrize("language", ["fr", "", "en-gb", "../vi"])
def test_a_language_that_is_not_offered_is_refused(client, officer, language):
    assert client.post(CHOOSE, {"language": language}).status_code == 400
    assert User.objects.get(pk=officer.pk).language == "vi"


def test_a_page_that_is_not_there_is_told_in_the_readers_language(client, officer):
    User.objects.filter(pk=officer.pk).update(language="en")

    page = client.get("/khong-co/")

    assert page.status_code == 404
    assert "This page was not found" in texts(page)
