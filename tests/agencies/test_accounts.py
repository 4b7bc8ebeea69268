"""One's own account: a forgotten password, a change of it, the profile."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from agencies import passwords
from agencies.mail import MailRefused
from agencies.models import Event
from tests.factories import MembershipFactory, UserFactory, at
from tests.page_texts import texts

pytestmark = pytest.mark.django_db

OLD, NEW = "mat-khau-cu-rat-dai", "mat-khau-moi-rat-dai"
NOW = at("2024-06-17")
FORGOTTEN = reverse("password-forgotten")


@pytest.fixture
def officer():
    return MembershipFactory(
        user__email="on@test.invalid", user__password=OLD, agency__name="Sở Nội vụ"
    ).user


@pytest.fixture
def queued(settings, monkeypatch):
    """Run queued tasks at once, as a worker would."""
    from config.celery import app

    monkeypatch.setattr(app.conf, "task_always_eager", True)
    monkeypatch.setattr(app.conf, "task_eager_propagates", True)


def link():
    return re.search(r"https?://[^/\s]+(/dat-lai-mat-khau/\S+)", mail.outbox[-1].body)[1]


def test_the_login_page_shows_the_way(client):
    assert FORGOTTEN in client.get(reverse("login")).content.decode()


def test_a_forgotten_password_is_set_anew_by_a_link_of_one_use(client, officer, queued):
    client.post(FORGOTTEN, {"email": "ON@test.invalid"})
    page = client.get(link(), follow=True)
    assert "on@test.invalid" in texts(page)
    form = {"new_password1": NEW, "new_password2": NEW}

    done = client.post(page.redirect_chain[-1][0], form, follow=True)

    assert "Đã đặt mật khẩu mới." in texts(done)
    officer.refresh_from_db()
    assert officer.check_password(NEW)
    assert "không còn dùng được" in texts(client.get(link(), follow=True))
    actions = list(Event.objects.values_list("action", flat=True))
    assert actions == ["password-link-sent", "password-set"]


@pytest.mark.parametrize("who", ["nobody", "left", "known"])
def test_the_answer_is_the_same_for_every_address(client, officer, queued, who):
    if who == "left":
        officer.is_active = False
        officer.save()
    address = "khong.ai@test.invalid" if who == "nobody" else "on@test.invalid"

    page = client.post(FORGOTTEN, {"email": address}, follow=True)

    assert "Nếu địa chỉ ấy có tài khoản" in texts(page)
    assert len(mail.outbox) == (who == "known")


def test_a_mailbox_is_not_filled_by_clicks(officer):
    for minute in (0, 1, 4, 6):
        passwords.send_reset_link("on@test.invalid", at=at("2024-06-17", minute=minute))

    assert len(mail.outbox) == 2


def test_a_letter_the_server_refused_is_tried_again(officer, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1

    with pytest.raises(MailRefused):
        passwords.send_reset_link("on@test.invalid", at=NOW)

    assert not Event.objects.exists()  # so that the next try is not held for a repetition


def test_a_person_without_password_gets_in_by_the_same_door(client, queued):
    user = UserFactory(email="moi@test.invalid")
    client.post(FORGOTTEN, {"email": "moi@test.invalid"})

    page = client.get(link(), follow=True)
    client.post(page.redirect_chain[-1][0], {"new_password1": NEW, "new_password2": NEW})

    user.refresh_from_db()
    assert user.check_password(NEW)


def test_an_address_that_is_none_is_told(client):
    answer = client.post(FORGOTTEN, {"email": "khong-phai-thu"})

    assert answer.status_code == 422
    assert "khong-phai-thu" in answer.content.decode()


def test_the_password_is_changed_on_the_profile(client, officer):
    client.force_login(officer)
    form = {"old_password": OLD, "new_password1": NEW, "new_password2": NEW}

    page = client.post(reverse("password-change"), form, follow=True)

    assert "Đã đổi mật khẩu." in texts(page)
    officer.refresh_from_db()
    assert officer.check_password(NEW)
    assert Event.objects.get().action == "password-set"


@pytest.mark.parametrize(
    "changes",
    [
        {"old_password": "sai"},
        {"new_password1": "ngan", "new_password2": "ngan"},
        {"new_password2": "khac"},
    ],
)
def test_a_wrong_change_leaves_the_password(client, officer, changes):
    client.force_login(officer)
    form = {"old_password": OLD, "new_password1": NEW, "new_password2": NEW} | changes

    answer = client.post(reverse("password-change"), form)

    assert 'class="err' in answer.content.decode()
    officer.refresh_from_db()
    assert officer.check_password(OLD)


def test_the_profile_shows_name_address_and_roles(client, officer):
    client.force_login(officer)

    page = texts(client.get(reverse("profile")))

    assert "on@test.invalid" in page
    assert "Cán bộ đầu mối · Sở Nội vụ" in page


def test_the_invited_are_not_listed_among_the_demos_accounts(officer, administrator):
    from agencies.invitations import invite
    from agencies.signin import demo_accounts

    officer.is_demo = True
    officer.save()
    assert len(demo_accounts()) == 1

    invite(officer, by=administrator, at=NOW)

    assert demo_accounts() == []
