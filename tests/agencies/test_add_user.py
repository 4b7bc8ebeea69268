"""The command that adds people, also the first of an installation."""

import io

import pytest
from django.core.management import CommandError, call_command

from agencies.models import User
from tests.factories import AgencyFactory

PASSWORD = "mot-mat-khau-kha-dai"


@pytest.fixture
def office(db):
    return AgencyFactory(code="so-ldtbxh")


@pytest.fixture
def add_user(monkeypatch, office):
    """Return a function that runs the command with a password on standard input."""

    def add(*arguments, password=PASSWORD):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        call_command(
            "add_user",
            *arguments,
            "--jurisdiction",
            office.jurisdiction.code,
            stdout=io.StringIO(),
        )

    return add


def test_an_officer_can_sign_in_afterwards(client, add_user, office):
    add_user("Can.Bo@Tinh.vn", "Nguyễn Văn A", "--role", "officer", "--agency", "so-ldtbxh")

    assert client.login(username="can.bo@tinh.vn", password=PASSWORD)
    assert User.objects.get().memberships.get().agency == office


def test_a_leader_holds_the_whole_jurisdiction(add_user, office):
    add_user("lanh.dao@tinh.vn", "Lê Thị B", "--role", "leader")

    assert User.objects.get().memberships.get().jurisdiction == office.jurisdiction


@pytest.mark.parametrize(
    ("arguments", "password", "words"),
    [
        (["a@tinh.vn", "A", "--role", "officer", "--agency", "khong-co"], PASSWORD, "khong-co"),
        (["a@tinh.vn", "A", "--role", "officer"], PASSWORD, "cơ quan"),
        (["khong-phai-thu", "A", "--role", "leader"], PASSWORD, "email"),
        (["a@tinh.vn", "A", "--role", "leader"], "ngan", "14"),
    ],
)
def test_what_does_not_fit_is_refused_and_nobody_is_added(add_user, arguments, password, words):
    with pytest.raises(CommandError, match=words):
        add_user(*arguments, password=password)

    assert not User.objects.exists()


def test_an_address_is_given_once(add_user):
    add_user("a@tinh.vn", "A", "--role", "leader")

    with pytest.raises(CommandError, match=r"đã tồn tại|thư điện tử"):
        add_user("a@tinh.vn", "B", "--role", "leader")
