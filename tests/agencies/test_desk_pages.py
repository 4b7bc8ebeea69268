"""The administrator's pages: places, calendar, agencies."""

from datetime import date

import pytest
from django.urls import reverse

from agencies.models import Agency, DayOff, Event, Jurisdiction, Membership
from tests.factories import AgencyFactory, JurisdictionFactory, MembershipFactory
from tests.page_texts import texts

HOME = reverse("desk:home")
DAYS = reverse("desk:day-list")
AGENCIES = reverse("desk:agency-list")
ADD_AGENCY = reverse("desk:agency-add")


def agency_page(agency):
    return reverse("desk:agency-edit", args=[agency.pk])


def agency_form(agency, **changes):
    fields = {
        "jurisdiction": agency.jurisdiction_id,
        "name": agency.name,
        "code": agency.code,
        "kind": agency.kind,
    }
    return fields | changes


# The first page


def test_the_first_page_shows_the_province_and_its_districts_only(read, district):
    JurisdictionFactory(name="Tỉnh An Giang")

    page = read(HOME)

    assert "Tỉnh Kiên Giang" in page
    assert "Huyện Hòn Đất" in page
    assert "An Giang" not in page


def test_agencies_without_an_active_officer_are_counted(read, department):
    gone = MembershipFactory(agency=AgencyFactory(jurisdiction=department.jurisdiction)).user
    gone.is_active = False
    gone.save()

    assert "2 cơ quan chưa có cán bộ đầu mối" in read(HOME)


def test_agencies_whose_head_should_approve_and_is_not_there_are_counted(read, desk, department):
    careful = AgencyFactory(jurisdiction=department.jurisdiction, head_approves=True)
    head = MembershipFactory(agency=careful, role=Membership.Role.HEAD).user
    assert "bước lãnh đạo duyệt nhưng" not in read(HOME)
    head.is_active = False
    head.save()

    assert "1 cơ quan có bước lãnh đạo duyệt nhưng chưa có lãnh đạo" in read(HOME)
    listed = read(f"{AGENCIES}?tinh_trang=thieu-lanh-dao")
    assert careful.name in listed
    assert department.name not in listed


def test_only_an_administrator_is_shown_the_way(client, desk, department):
    officer = MembershipFactory(agency=department).user
    assert HOME in desk.get("/").content.decode()

    client.force_login(officer)

    assert HOME not in client.get("/").content.decode()


# Settings of a place


def test_the_settings_are_kept_with_old_and_new_value(desk, province):
    desk.post(
        reverse("desk:jurisdiction-edit", args=[province.code]), {"moves_to_working_day": "on"}
    )

    assert Jurisdiction.objects.get().moves_to_working_day
    assert Event.objects.get().data == {"changes": {"moves_to_working_day": [False, True]}}


def test_the_settings_of_another_province_are_not_there(desk):
    other = JurisdictionFactory()

    assert desk.get(reverse("desk:jurisdiction-edit", args=[other.code])).status_code == 404


# The calendar


def test_the_year_shows_the_librarys_holidays_and_our_own_days(read):
    DayOff.objects.create(day=date(2024, 9, 6), name="Nghỉ theo Công điện")

    page = read(f"{DAYS}?nam=2024")

    assert "Quốc khánh" in page
    assert "thứ Bảy, 4/5/2024 làm việc Ngày làm bù" in page
    assert "thứ Sáu, 6/9/2024 nghỉ Nghỉ theo Công điện" in page
    assert "5/1/2019" not in page  # another year's make-up day


@pytest.mark.parametrize("year", ["", "abc", "1", "99999", "1e5"])
def test_a_year_out_of_reach_gives_the_present_one(read, year):
    assert "Lịch làm việc năm 2024" in read(f"{DAYS}?nam={year}")


def test_a_day_is_added_changed_and_removed_each_with_an_event(desk):
    desk.post(DAYS, {"day": "2024-09-07", "is_working": "1", "name": "Làm bù"})
    day = DayOff.objects.get()
    assert day.is_working

    url = reverse("desk:day-edit", args=[day.pk])
    desk.post(url, {"day": "7/9/2024", "is_working": "0", "name": "Nghỉ bão"})
    day.refresh_from_db()
    assert (day.is_working, day.name) == (False, "Nghỉ bão")

    desk.post(reverse("desk:day-remove", args=[day.pk]))
    assert not DayOff.objects.exists()
    actions = ["dayoff-created", "dayoff-changed", "dayoff-removed"]
    assert list(Event.objects.values_list("action", flat=True)) == actions


def test_a_day_twice_is_refused_in_words_and_keeps_what_was_typed(desk):
    DayOff.objects.create(day=date(2024, 9, 6), name="Nghỉ bù")

    answer = desk.post(DAYS, {"day": "2024-09-06", "is_working": "0", "name": "Một lần nữa"})

    assert answer.status_code == 422
    assert "Ngày này đã có trong bảng" in texts(answer)
    assert "Một lần nữa" in answer.content.decode()


def test_a_districts_administrator_does_not_change_the_common_calendar(client, district):
    person = MembershipFactory(
        role=Membership.Role.ADMINISTRATOR, agency=None, jurisdiction=district
    ).user
    client.force_login(person)

    assert client.get(HOME).status_code == 200
    assert client.get(DAYS).status_code == 403


# Agencies


def test_the_list_is_in_vietnamese_order(read, province):
    for name in ("Sở Y tế", "Sở Ăn uống", "Sở An ninh", "Đoàn Thanh niên", "Ban Dân tộc"):
        AgencyFactory(jurisdiction=province, name=name)

    page = read(AGENCIES)

    names = ["Ban Dân tộc", "Đoàn Thanh niên", "Sở An ninh", "Sở Ăn uống", "Sở Y tế"]
    assert sorted(names, key=page.index) == names


@pytest.mark.parametrize("typed", ["noi vu", "NỘI VỤ", "so-nv", "nội  vu"])
def test_agencies_are_found_without_accents_and_by_code(read, province, department, typed):
    AgencyFactory(jurisdiction=province, name="Sở Y tế")

    page = read(f"{AGENCIES}?q={typed}")

    assert "1 cơ quan" in page
    assert "Sở Nội vụ" in page


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", {"Trường Một"}),
        ("tinh_trang=het", {"Trường Hai"}),
        ("tinh_trang=tat-ca", {"Trường Một", "Trường Hai"}),
        ("tinh_trang=thieu", {"Trường Một"}),
        ("tinh_trang=tat-ca&loai=school", set()),
        ("loai=khong-co", {"Trường Một"}),  # nonsense is left out
    ],
)
def test_the_list_is_filtered(read, province, asked, shown):
    AgencyFactory(jurisdiction=province, name="Trường Một", valid_to=date(2024, 6, 17))
    AgencyFactory(jurisdiction=province, name="Trường Hai", valid_to=date(2024, 6, 16))

    page = read(f"{AGENCIES}?{asked}")

    assert {name for name in ("Trường Một", "Trường Hai") if name in page} == shown


def test_an_agency_of_another_province_is_not_there(desk):
    other = AgencyFactory(name="Sở của tỉnh khác")

    assert "Sở của tỉnh khác" not in texts(desk.get(f"{AGENCIES}?tinh_trang=tat-ca"))
    assert desk.get(agency_page(other)).status_code == 404


def test_a_new_agency_takes_its_code_from_its_name(desk, province):
    form = {"jurisdiction": province.pk, "name": "Sở Ngoại vụ", "kind": "department"}

    answer = desk.post(ADD_AGENCY, form)

    assert answer.status_code == 302
    assert Agency.objects.get().code == "so-ngoai-vu"
    assert Event.objects.get().action == "agency-created"


def test_an_agency_is_not_put_into_another_province(desk):
    other = JurisdictionFactory()

    answer = desk.post(ADD_AGENCY, {"jurisdiction": other.pk, "name": "Sở", "kind": "department"})

    assert answer.status_code == 422
    assert not Agency.objects.exists()


def test_a_code_taken_already_is_refused_at_once_with_all_that_was_typed(desk, department):
    form = agency_form(department, name="Sở khác")

    answer = desk.post(ADD_AGENCY, form)

    assert answer.status_code == 422
    assert "Địa bàn này đã có cơ quan mang mã đó." in texts(answer)
    assert "Sở khác" in answer.content.decode()


def test_the_code_of_an_unused_agency_may_be_corrected(desk, department):
    desk.post(agency_page(department), agency_form(department, code="so-noi-vu"))

    assert Agency.objects.get().code == "so-noi-vu"


def test_the_code_of_an_agency_in_use_stays(desk, department):
    MembershipFactory(agency=department)

    desk.post(agency_page(department), agency_form(department, code="khac", name="Sở Nội vụ mới"))

    department.refresh_from_db()
    assert (department.code, department.name) == ("so-nv", "Sở Nội vụ mới")


def test_validity_and_the_step_of_approval_are_changed_with_an_event(desk, department):
    form = agency_form(department, valid_to="2025-02-28", head_approves="on")

    desk.post(agency_page(department), form)

    assert Event.objects.get().data["changes"] == {
        "valid_to": [None, "2025-02-28"],
        "head_approves": [False, True],
    }


def test_a_span_that_ends_before_it_begins_is_refused(desk, department):
    form = agency_form(department, valid_from="2025-03-01", valid_to="2025-02-28")

    answer = desk.post(agency_page(department), form)

    assert answer.status_code == 422
    assert "Ngày bắt đầu phải trước ngày kết thúc." in texts(answer)


# Queries


def test_three_hundred_agencies_take_as_many_queries_as_three(
    desk, province, django_assert_num_queries
):
    def add(number):
        for _ in range(number):
            MembershipFactory(agency__jurisdiction=province)

    add(3)
    # session, user, places exist, places of the filter, count, rows, masthead twice;
    # savepoint, session saved, savepoint released
    for url, number in ((AGENCIES, 11), (HOME, 15)):
        with django_assert_num_queries(number):
            desk.get(url)
    add(297)
    for url, number in ((AGENCIES, 11), (HOME, 15)):
        with django_assert_num_queries(number):
            desk.get(url)
