"""Letters of invitation: what is sent, and what opens the door."""

import email
import email.policy
import re
import socket

import pytest
from django.core import mail
from django.urls import reverse

from agencies import invitations
from agencies.models import Event, Invitation
from tests.factories import MembershipFactory, at
from tests.page_texts import texts

pytestmark = pytest.mark.django_db

NOW = at("2024-06-17")
PASSWORD = "mot-mat-khau-du-dai"


@pytest.fixture
def newcomer(department):
    user = MembershipFactory(user__email="moi@test.invalid", agency=department).user
    user.set_unusable_password()
    user.save()
    return user


@pytest.fixture
def invite(newcomer, administrator):
    def send():
        invitations.invite(newcomer, by=administrator, at=NOW)
        return link_in(mail.outbox[-1].body)

    return send


def link_in(text):
    """Return the path of the letter's link."""
    return re.search(r"https?://[^/\s]+(/\S+)", text)[1]


def answer(client, link, password=PASSWORD):
    return client.post(link, {"new_password1": password, "new_password2": password})


def test_the_letter_says_who_invites_to_what_and_where_to_go(invite, settings):
    settings.PORTAL_URL = "https://kehoach.test.invalid"

    link = invite()

    letter = mail.outbox[0]
    assert letter.to == ["moi@test.invalid"]
    assert "Lâm Thanh Tùng đã tạo" in letter.body
    assert "Vai trò: Cán bộ đầu mối - Sở Nội vụ" in letter.body
    assert f"https://kehoach.test.invalid{link}" in letter.body
    assert f"https://kehoach.test.invalid{link}" in letter.alternatives[0].content


def test_the_link_itself_is_kept_nowhere(invite):
    token = invite().rstrip("/").rpartition("/")[2]

    kept = Invitation.objects.values().get()

    assert len(token) > 40
    assert token not in str(kept)
    assert token not in str(Event.objects.values())


def test_the_link_sets_the_password_once(client, invite, newcomer):
    link = invite()
    assert "moi@test.invalid" in texts(client.get(link))

    assert answer(client, link).status_code == 302

    newcomer.refresh_from_db()
    assert newcomer.check_password(PASSWORD)
    assert answer(client, link, "mot-mat-khau-khac-nua").status_code == 410
    newcomer.refresh_from_db()
    assert newcomer.check_password(PASSWORD)
    assert list(Event.objects.values_list("action", flat=True)) == ["user-invited", "password-set"]


def test_looking_at_the_link_does_not_use_it_up(client, invite):
    link = invite()

    assert [client.get(link).status_code for _ in range(3)] == [200, 200, 200]


@pytest.mark.parametrize(
    ("password", "told"),
    [("ngan", "14"), ("moi@test.invalid", "giống")],
)
def test_a_weak_password_is_refused_in_words(client, invite, newcomer, password, told):
    response = answer(client, invite(), password)

    assert response.status_code == 422
    assert told in texts(response)
    newcomer.refresh_from_db()
    assert not newcomer.has_usable_password()


def test_a_later_letter_puts_the_earlier_one_out_of_use(client, invite):
    first, second = invite(), invite()

    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


@pytest.mark.parametrize("reason", ["expired", "left", "address changed", "has a password"])
def test_a_link_out_of_use_says_what_to_do(client, invite, newcomer, reason):
    link = invite()
    if reason == "expired":
        Invitation.objects.update(expires_at=at("2020-01-01"))
    elif reason == "left":
        newcomer.is_active = False
    elif reason == "address changed":
        newcomer.email = "khac@test.invalid"
    else:
        newcomer.set_password(PASSWORD)
    newcomer.save()

    response = client.get(link)

    assert response.status_code == 410
    assert "nhờ người quản trị gửi lại thư mời" in texts(response)


def test_whoever_was_signed_in_on_that_machine_is_signed_out(desk, invite):
    answer(desk, invite())

    assert "_auth_user_id" not in desk.session


def test_a_made_up_link_opens_nothing(client, invite):
    invite()

    assert client.get(reverse("invitation-accept", args=["x" * 43])).status_code == 410


# The mail server


def test_the_letter_goes_through_the_real_mail_server(invite, settings, mail_sink, newcomer):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with pytest.raises(IndexError):  # nothing in Django's own box
        invite()

    [(path, line)] = mail_sink.mails()
    letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert line["to"] == ["moi@test.invalid"]
    assert "/loi-moi/" in letter.get_body(("plain",)).get_content()
    assert newcomer.latest_invitation.sent_at == NOW


@pytest.fixture
def no_mail_server(settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens: refused at once
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = taken.getsockname()
        yield


def test_without_a_mail_server_the_person_is_added_and_the_page_says_so(
    desk, department, no_mail_server
):
    form = {
        "full_name": "Người Mới",
        "email": "Moi@Test.invalid",
        "role": "officer",
        "agency": department.pk,
    }

    response = desk.post(reverse("desk:user-add"), form, follow=True)

    page = texts(response)
    assert "thư mời đến moi@test.invalid chưa gửi được" in page
    assert "Gửi lại thư mời" in page
    assert "ConnectionRefusedError" in page
    assert "Đã gửi thư mời" not in page
    invitation = Invitation.objects.get()
    assert invitation.sent_at is None
    assert Event.objects.get(action="user-invited").data["sent"] is False


def test_sent_again_once_the_server_is_back(desk, newcomer, administrator, settings):
    Invitation.objects.create(
        user=newcomer,
        email=newcomer.email,
        token_hash="0" * 64,
        invited_at=NOW,
        expires_at=at("2999-12-31"),
        error="ConnectionRefusedError",
    )

    page = texts(desk.post(reverse("desk:user-invite", args=[newcomer.pk]), follow=True))

    assert "Đã gửi thư mời đến moi@test.invalid." in page
    assert len(mail.outbox) == 1
    assert newcomer.latest_invitation.error == ""


def test_who_has_a_password_is_not_invited_again(desk, newcomer):
    newcomer.set_password(PASSWORD)
    newcomer.save()

    desk.post(reverse("desk:user-invite", args=[newcomer.pk]))

    assert mail.outbox == []
