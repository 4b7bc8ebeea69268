"""Pages on which staff open a round, give it last days, close it, without script."""

import datetime as dt
import re
from html import unescape

import pytest
from django.urls import reverse

from agencies.models import Event
from reporting.models import Report, Round
from tests.factories import AgencyFactory, PartyFactory, ReportFactory
from tests.page_texts import at_field, offers, texts

pytestmark = pytest.mark.usefixtures("the_17th_of_june")

LAST_DAY = dt.date(2024, 6, 19)


def url(name, report, *more):
    return reverse(f"reporting:{name}", args=[report.pk, *more])


# Opening a round


@pytest.fixture
def plan(report):
    """The plan of `report`, with a second agency, a group of one and a mere mention."""
    plan = report.round.plan
    PartyFactory(plan=plan, name="Ủy ban nhân dân huyện Giồng Riềng")
    group = PartyFactory(plan=plan, group=True, name="Các hội, đoàn thể")
    group.members.add(AgencyFactory(jurisdiction=plan.jurisdiction, code="hoi"))
    PartyFactory(plan=plan, name="Nơi chỉ nhắc tên", mentioned_only=True)
    return plan


@pytest.fixture
def form_of(plan):
    """Return a function that gives the round form as filled in for an ad hoc round."""

    def filled_in(**changes):
        parties = plan.parties.filter(mentioned_only=False)
        return {
            "kind": "ad_hoc",
            "year": "2024",
            "number": "",
            "subject": "Lao động mất việc sau bão",
            "window_start": "2024-01-01",
            "window_end": "2024-06-15",
            "agency_last_day": "",
            "lead_last_day": "",
            "parties": [party.pk for party in parties],
        } | changes

    return filled_in


def open_url(plan):
    return reverse("reporting:round-open", args=[plan.code])


@pytest.mark.parametrize(
    ("person", "is_offered"),
    [("staff", True), ("officer", False), ("leader", False), ("other_staff", False)],
)
def test_only_the_lead_departments_staff_is_offered_to_open_a_round(
    as_person, report, person, is_offered
):
    plan = report.round.plan

    page = as_person(person).get(reverse("dashboards:plan-reporting", args=[plan.code]))

    assert offers(page, reverse("reporting:round-open", args=[plan.code])) is is_offered


def test_the_form_names_who_may_report_and_nobody_merely_mentioned(as_person, plan):
    page = texts(as_person("staff").get(open_url(plan)))

    assert "Ủy ban nhân dân huyện Giồng Riềng" in page
    assert "Các hội, đoàn thể" in page
    assert "Nơi chỉ nhắc tên" not in page


def test_staff_opens_an_ad_hoc_round_with_its_reports(as_person, people, plan, form_of):
    response = as_person("staff").post(open_url(plan), form_of(), follow=True)

    round = Round.objects.get(kind="ad_hoc")
    assert response.redirect_chain[-1][0] == round.get_absolute_url()
    assert "Đã mở báo cáo đột xuất lần 1 năm 2024." in texts(response)
    assert round.subject == "Lao động mất việc sau bão"
    assert (round.window_start, round.window_end) == (dt.date(2024, 1, 1), dt.date(2024, 6, 15))
    assert round.reports.filter(tier="agency").count() == 3
    assert round.reports.filter(tier="lead").count() == 1
    assert set(round.reports.values_list("last_day", flat=True)) == {None}
    assert "không ghi hạn" in texts(response)
    assert Event.objects.get(action="round-opened").by == people.staff


def test_the_last_days_of_the_form_are_the_reports(as_person, plan, form_of):
    as_person("staff").post(
        open_url(plan), form_of(agency_last_day="2024-06-25", lead_last_day="30/06/2024")
    )

    reports = Report.objects.filter(round__kind="ad_hoc")
    assert set(reports.values_list("tier", "last_day")) == {
        ("agency", dt.date(2024, 6, 25)),
        ("lead", dt.date(2024, 6, 30)),
    }


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "month", "number": "5"}, "2024-month-5"),
        ({"kind": "year", "number": "7"}, "2024-year"),  # only months are numbered by hand
        ({"kind": "ad_hoc", "number": "7"}, "2024-ad-hoc-1"),
        ({"kind": "first_half", "year": "2025"}, "2025-first-half"),
    ],
)
def test_each_kind_of_round_can_be_opened(as_person, plan, form_of, changes, code):
    before = set(plan.rounds.all())

    as_person("staff").post(open_url(plan), form_of(**changes))

    [opened] = set(plan.rounds.all()) - before
    assert opened.code == code


def test_only_the_agencies_ticked_report(as_person, plan, form_of):
    party = plan.parties.get(name="Ủy ban nhân dân huyện Giồng Riềng")

    as_person("staff").post(open_url(plan), form_of(parties=[party.pk]))

    reports = Report.objects.filter(round__kind="ad_hoc", tier="agency")
    assert [report.agency for report in reports] == [party.agency]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"parties": []}, "parties", "bắt buộc"),
        ({"parties": [0]}, "parties", "không"),
        ({"year": "2019"}, "year", "Kế hoạch chỉ có các năm từ 2021 đến 2025."),
        ({"year": ""}, "year", "bắt buộc"),
        ({"kind": "quý"}, "kind", "quý"),
        ({"kind": "month", "number": ""}, "number", "Tháng phải từ 1 đến 12."),
        ({"kind": "month", "number": "0"}, "number", "Tháng phải từ 1 đến 12."),
        ({"kind": "month", "number": "13"}, "number", "Tháng phải từ 1 đến 12."),
        ({"window_start": ""}, "window_start", "bắt buộc"),
        ({"window_end": "2023-12-31"}, "window_end", "từ ngày đầu trở đi"),
        ({"agency_last_day": "30/2/2024"}, "agency_last_day", "ngày hợp lệ"),
    ],
)
def test_a_refused_round_says_why_at_the_field_and_keeps_the_rest(
    as_person, plan, form_of, changes, field, words
):
    before = Round.objects.count()

    response = as_person("staff").post(open_url(plan), form_of(**changes))

    assert response.status_code == 422
    assert words in at_field(response, field)
    html = response.content.decode()
    assert "Lao động mất việc sau bão" in html
    if field != "parties":
        assert html.count(" checked") == len(form_of()["parties"])
    assert Round.objects.count() == before


def test_a_round_that_is_open_already_is_told_above_the_form(as_person, plan, form_of):
    response = as_person("staff").post(open_url(plan), form_of(kind="first_half"))

    assert response.status_code == 422
    assert "Kỳ báo cáo này đã được mở." in texts(response)
    assert "Lao động mất việc sau bão" in response.content.decode()


def test_a_party_that_stands_for_nobody_opens_no_round(as_person, plan, form_of):
    empty = PartyFactory(plan=plan, group=True)

    response = as_person("staff").post(open_url(plan), form_of(parties=[empty.pk]))

    assert response.status_code == 422
    assert "Chưa chọn cơ quan nào báo cáo." in texts(response)


def test_another_plans_parties_are_not_taken(as_person, plan, form_of):
    response = as_person("staff").post(open_url(plan), form_of(parties=[PartyFactory().pk]))

    assert response.status_code == 422
    assert not Round.objects.filter(kind="ad_hoc").exists()


# The last day of a tier


@pytest.mark.parametrize(
    ("person", "is_offered"), [("staff", True), ("officer", False), ("leader", False)]
)
def test_only_staff_is_offered_to_set_a_tiers_last_day(as_person, report, person, is_offered):
    page = as_person(person).get(report.round.get_absolute_url())

    for tier in ("agency", "lead"):
        assert offers(page, url("round-last-day", report.round, tier)) is is_offered
    assert ("Đổi ngày cuối cùng : Các cơ quan" in texts(page)) is is_offered
    assert ("Đặt ngày cuối cùng : Bản tổng hợp" in texts(page)) is is_offered


@pytest.mark.parametrize("typed", ["2024-06-25", "25/06/2024"])
def test_staff_changes_the_last_day_of_the_agencies(as_person, people, report, typed):
    response = as_person("staff").post(
        url("round-last-day", report.round, "agency"),
        {"last_day": typed, "reason": "Công văn 12"},
        follow=True,
    )

    assert response.redirect_chain[-1][0] == report.round.get_absolute_url()
    assert "Ngày cuối cùng nay là 25/6/2024." in texts(response)
    assert "ngày cuối cùng: 25/6/2024 (thứ Ba)" in texts(response)
    report.refresh_from_db()
    assert report.last_day == dt.date(2024, 6, 25)
    assert "nay là thứ Ba, 25/6/2024" in texts(
        as_person("officer").get(reverse("reporting:notice-list"))
    )


@pytest.mark.parametrize(
    ("tier", "day", "reason", "field", "words"),
    [
        ("agency", "2024-06-16", "Công văn 12", "last_day", "từ hôm nay trở đi"),
        ("lead", "2024-06-16", "Công văn 12", "last_day", "từ hôm nay trở đi"),
        ("agency", "31/6/2024", "Công văn 12", "last_day", "ngày"),
        ("agency", "2024-06-25", " ", "reason", ""),
    ],
)
def test_a_refused_last_day_says_why_at_the_field_and_keeps_what_was_typed(
    as_person, report, tier, day, reason, field, words
):
    response = as_person("staff").post(
        url("round-last-day", report.round, tier), {"last_day": day, "reason": reason}
    )

    html = response.content.decode()
    assert response.status_code == 422
    [said] = re.findall(rf'<ul class="err[^>]*id="{tier}-{field}_error">(.*?)</ul>', html)
    assert words in unescape(said)
    assert html.count('<details class="no-print" open>') == 1
    assert f'value="{day}"' in html
    assert f'value="{reason}"' in html or not reason.strip()
    report.refresh_from_db()
    assert report.last_day == LAST_DAY


def test_a_closed_round_offers_no_day_and_refuses_one_with_its_reason(as_person, report):
    address = url("round-last-day", report.round, "agency")
    as_person("staff").post(url("round-close", report.round))

    page = as_person("staff").get(report.round.get_absolute_url())
    refused = as_person("staff").post(address, {"last_day": "2024-06-25", "reason": "Công văn 12"})

    assert not offers(page, address)
    assert refused.status_code == 422
    assert "Kỳ đã đóng, không đặt lại ngày cuối cùng." in texts(refused)


def test_a_round_has_no_third_tier(as_person, report):
    address = url("round-last-day", report.round, "third")

    assert as_person("staff").post(address, {}).status_code == 404


# Closing a round


def test_staff_closes_the_round_and_the_page_says_so(as_person, report):
    response = as_person("staff").post(url("round-close", report.round), follow=True)

    page = texts(response)
    assert "Đã đóng báo cáo 6 tháng đầu năm 2024" in page
    assert "Kỳ đã đóng lúc 08:0" in page
    assert "17/6/2024" in page
    assert not offers(response, url("round-close", report.round))
    assert offers(response, url("report-edit", report))  # staff enters for the late ones


def test_the_closed_round_refuses_the_officer_and_takes_it_from_staff(as_person, report, fill_in):
    fill_in(report)
    as_person("staff").post(url("round-close", report.round))

    refused = as_person("officer").post(url("report-submit", report))
    sent = as_person("staff").post(url("report-submit", report), follow=True)

    assert refused.status_code == 403
    report.refresh_from_db()
    assert report.latest_version.on_behalf
    assert sent.status_code == 200
    page = texts(as_person("leader").get(url("report-detail", report)))
    assert "Cơ quan thường trực nhập thay từ báo cáo giấy." in page


def test_the_round_of_another_province_is_not_closed(as_person, report):
    other = ReportFactory()

    response = as_person("staff").post(url("round-close", other.round))

    assert response.status_code == 404
    other.round.refresh_from_db()
    assert other.round.closed_at is None


@pytest.mark.parametrize(
    ("person", "is_offered"), [("staff", True), ("officer", False), ("leader", False)]
)
def test_only_staff_is_offered_to_close_the_round_and_to_enter_for_others(
    as_person, report, person, is_offered
):
    round = report.round

    page = as_person(person).get(round.get_absolute_url())

    assert offers(page, url("round-close", round)) is is_offered
    assert offers(page, url("report-edit", report)) is is_offered
