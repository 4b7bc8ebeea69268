"""The year's page of due days and the private .ics feed (R25)."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from agencies.models import Event, Membership
from reporting import due_calendar, extensions, rounds, workflow
from reporting.models import Feed, RoundDue
from tests.factories import RegimeFactory, ReportFactory, RoundDueFactory, RoundFactory, at

pytestmark = pytest.mark.usefixtures("the_17th_of_june")

NOW = at("2024-06-17")


def feed_of(client, user):
    """Give the person an address and read it as a programme does: without a session."""
    client.force_login(user)
    client.post(reverse("reporting:feed-renew"))
    client.logout()
    answer = client.get(reverse("reporting:feed", args=[Feed.objects.get(user=user).token]))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return answer.content


def events(content):
    calendar = Calendar.from_ical(content)
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}


def test_the_feed_is_a_valid_calendar_with_the_last_day_of_the_page(client, report, people):
    content = feed_of(client, people.officer)

    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    calendar = Calendar.from_ical(content)
    assert calendar["VERSION"] == "2.0"
    assert not calendar.errors
    [zone] = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Asia/Ho_Chi_Minh"
    [(uid, event)] = events(content).items()
    assert uid.startswith(f"report-{report.pk}@")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (report.last_day, dt.date(2024, 6, 20))
    assert event["SUMMARY"] == "Hạn gửi: báo cáo 6 tháng đầu năm 2024"
    assert "Hạn trong văn bản: trước ngày 20/6." in event["DESCRIPTION"]
    assert report.get_absolute_url() in event["URL"]
    client.force_login(people.officer)
    page = client.get(reverse("reporting:year-of-days", args=[2024])).text
    assert "thứ Tư, 19/6/2024" in page
    assert "trước ngày 20/6" in page


def test_the_feed_keeps_to_the_letter_of_rfc_5545(client, report, people):
    """Read line by line, without the library that wrote it."""
    content = feed_of(client, people.officer)
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")

    lines = content.decode().replace("\r\n ", "").split("\r\n")[:-1]
    opened, found = [], {}
    for line in lines:
        name, colon, value = line.partition(":")
        assert colon, line
        if name == "BEGIN":
            opened.append(value)
            found.setdefault(value, []).append([])
        elif name == "END":
            assert opened.pop() == value
        else:
            found[opened[-1]][-1].append(name.partition(";")[0])
    assert opened == []
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    once = {"VCALENDAR": {"PRODID", "VERSION"}, "VTIMEZONE": {"TZID"}}
    once |= {"VEVENT": {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY"}}
    once |= {"STANDARD": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"}}
    for component, names in once.items():
        assert found[component]
        for properties in found[component]:
            assert names <= {name for name in properties if properties.count(name) == 1}
    assert "DTSTART;VALUE=DATE:20240619" in lines
    assert "DTEND;VALUE=DATE:20240620" in lines  # the day after: an end is not part of it


def test_a_moved_day_replaces_the_old_one(client, report, people):
    [(uid, before)] = events(feed_of(client, people.officer)).items()

    extensions.answer(
        report, granted_day=dt.date(2024, 6, 25), answer="Đồng ý.", by=people.staff, at=NOW
    )

    [(same, after)] = events(feed_of(client, people.officer)).items()
    assert same == uid
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["LAST-MODIFIED"].dt > before["LAST-MODIFIED"].dt
    assert after["DTSTART"].dt == dt.date(2024, 6, 25)


@pytest.mark.parametrize("name", ["officer", "staff"])
def test_a_day_the_round_was_given_replaces_the_old_one(client, report, people, name):
    person = getattr(people, name)
    RoundDueFactory(round=report.round, tier="lead", last_day=dt.date(2024, 6, 29))

    def versions():
        found = events(feed_of(client, person)).items()
        return {
            uid: (e["DTSTART"].dt.day, e["SEQUENCE"], e["LAST-MODIFIED"].dt) for uid, e in found
        }

    before = versions()
    for hour, day in enumerate([25, 26], start=9):
        rounds.set_last_day(
            report.round,
            "agency",
            dt.date(2024, 6, day),
            by=people.staff,
            at=at("2024-06-17", hour),
            reason="Công văn.",
        )
        after = versions()
        moved = {uid for uid in before if before[uid] != after[uid]}
        assert [before.keys(), len(moved)] == [after.keys(), 1]  # the other tier's stays as it was
        [uid] = moved
        assert after[uid] == (day, before[uid][1] + 1, at("2024-06-17", hour))
        assert before[uid][2] < after[uid][2]
        before = after


@pytest.mark.parametrize("name", ["officer", "staff"])
def test_the_days_take_as_many_statements_for_twenty_rounds_as_for_one(report, people, name):
    year = {"since": dt.date(2024, 1, 1), "until": dt.date(2024, 12, 31)}

    def counts():
        with CaptureQueriesContext(connection) as statements:
            days = due_calendar.due_days(getattr(people, name), **year)
        return len(days), len(statements)

    one, few = counts()
    for number in range(1, 21):
        round = RoundFactory(plan=report.round.plan, kind="ad_hoc", number=number)
        RoundDueFactory(round=round, tier="agency", last_day=report.last_day)
        ReportFactory(round=round, agency=report.agency, last_day=report.last_day)
    assert counts() == (one + 20, few)


def test_a_return_and_a_submission_show_in_the_same_event(client, report, people, submit):
    submit(report, by=people.officer, moment=NOW)
    [event] = events(feed_of(client, people.officer)).values()
    assert event["SUMMARY"].startswith("Đã gửi:")

    workflow.return_report(
        report, by=people.staff, at=NOW, reason="Sai.", last_day=dt.date(2024, 6, 26)
    )
    [event] = events(feed_of(client, people.officer)).values()
    assert event["SUMMARY"].startswith("Hạn gửi lại:")
    assert event["DTSTART"].dt == dt.date(2024, 6, 26)


def test_a_day_of_a_closed_round_is_cancelled(client, report, people):
    [before] = events(feed_of(client, people.officer)).values()
    assert before["STATUS"] == "CONFIRMED"

    rounds.close_round(report.round, by=people.staff, at=NOW)

    [after] = events(feed_of(client, people.officer)).values()
    assert after["STATUS"] == "CANCELLED"
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_staff_and_leaders_follow_the_rounds_tiers(client, report, people):
    RoundDueFactory(
        round=report.round, tier="lead", last_day=dt.date(2024, 6, 29), words="trước ngày 30/6"
    )

    for person in (people.staff, people.leader):
        found = [str(e["SUMMARY"]) for e in events(feed_of(client, person)).values()]
        assert [words.partition(" (")[0] for words in found] == [
            "Hạn các cơ quan gửi: báo cáo 6 tháng đầu năm 2024",
            "Hạn tổng hợp: báo cáo 6 tháng đầu năm 2024",
        ]
    assert RoundDue.objects.count() == 2


def test_another_address_makes_the_old_one_dead(client, report, people):
    feed_of(client, people.officer)
    old = Feed.objects.get().token
    feed_of(client, people.officer)

    assert client.get(reverse("reporting:feed", args=[old])).status_code == 404
    assert Feed.objects.get().token != old


def test_an_address_can_be_given_up_and_the_book_says_so(client, report, people):
    feed_of(client, people.officer)
    old = Feed.objects.get().token

    client.force_login(people.officer)
    for _ in range(2):
        client.post(reverse("reporting:feed-withdraw"))

    assert client.get(reverse("reporting:feed", args=[old])).status_code == 404
    page = client.get(reverse("reporting:year-of-days")).content.decode()
    assert "Chưa có liên kết" in page
    assert "Bỏ liên kết" not in page
    told = Event.objects.filter(subject_id=people.officer.pk, action__startswith="feed-")
    assert [event.action for event in told] == ["feed-renewed", "feed-withdrawn"]


def test_the_feed_of_who_has_left_is_dead(client, report, people):
    feed_of(client, people.officer)
    people.officer.is_active = False
    people.officer.save()

    answer = client.get(reverse("reporting:feed", args=[Feed.objects.get().token]))

    assert answer.status_code == 404


def test_a_stranger_has_no_days_here(client, report, people):
    assert events(feed_of(client, people.other_officer)) == {}


def test_the_years_page_names_what_will_open_by_itself(client, report, people):
    plan = report.round.plan
    RegimeFactory(plan=plan, annual=True)
    client.force_login(people.staff)

    page = client.get(reverse("reporting:year-of-days", args=[2024])).text

    assert "thứ Bảy, 14/12/2024" in page
    assert "báo cáo năm 2024" in page
    assert Membership.objects.filter(user=people.staff).count() == 1


@pytest.mark.parametrize(("year", "status"), [(1999, 404), (2000, 200), (2100, 200), (99999, 404)])
def test_a_year_no_plan_can_have_is_not_found(client, people, year, status):
    client.force_login(people.officer)

    assert client.get(reverse("reporting:year-of-days", args=[year])).status_code == status
