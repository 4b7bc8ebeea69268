from datetime import date

import pytest
from django.urls import reverse

from agencies import people, register
from agencies.models import DayOff
from tests.factories import AgencyFactory, MembershipFactory, at

EVENTS = reverse("desk:event-list")


@pytest.fixture
def written(administrator, department):
    """What an administrator did on two days, and what somebody did in another province."""
    department.name = "Sở Nội vụ và Lao động"
    register.save_change(department, by=administrator, at=at("2024-06-10"))
    officer = MembershipFactory(agency=department, user__full_name="Trần Văn Ổn").user
    people.deactivate(officer, by=administrator, at=at("2024-06-12"))
    day = DayOff(day=date(2024, 9, 6), name="Nghỉ bù")
    register.save_change(day, by=administrator, at=at("2024-06-12"))
    other = AgencyFactory()
    other.name = "Sở của tỉnh khác"
    register.save_change(other, by=MembershipFactory().user, at=at("2024-06-12"))


def test_the_book_tells_who_changed_what_with_old_and_new_values(read, written):
    page = read(EVENTS)

    assert "sửa cơ quan: tên “Sở Nội vụ” → “Sở Nội vụ và Lao động”" in page
    assert "Trần Văn Ổn ngừng tài khoản Lâm Thanh Tùng" in page
    assert "thêm ngày vào lịch: 2024-09-06, Nghỉ bù" in page
    assert "tỉnh khác" not in page


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("viec=agencies.user", {"ngừng tài khoản"}),
        ("tu=2024-06-11", {"ngừng tài khoản", "thêm ngày vào lịch"}),
        ("den=2024-06-10", {"sửa cơ quan"}),
        ("q=thanh tung", {"sửa cơ quan", "ngừng tài khoản", "thêm ngày vào lịch"}),
        ("q=khong ai", set()),
        ("viec=la&tu=hom-qua", {"sửa cơ quan", "ngừng tài khoản", "thêm ngày vào lịch"}),
    ],
)
def test_the_book_is_filtered(read, written, asked, shown):
    page = read(f"{EVENTS}?{asked}")

    deeds = {"sửa cơ quan", "ngừng tài khoản", "thêm ngày vào lịch"}
    assert {deed for deed in deeds if deed in page} == shown


def test_the_book_takes_the_same_number_of_queries_whatever_its_length(
    desk, written, administrator, province, django_assert_num_queries
):
    # session, user, places exist, count, events, agencies, people, days, masthead;
    # savepoint, session saved, savepoint released
    with django_assert_num_queries(13):
        desk.get(EVENTS)
    for number in range(40):
        agency = AgencyFactory.build(jurisdiction=province, code=f"so-{number}")
        register.save_change(agency, by=administrator, at=at("2024-06-11"))
    with django_assert_num_queries(13):
        desk.get(EVENTS)
