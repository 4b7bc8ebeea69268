"""Pages as a reader of English sees them, and what stays Vietnamese for every reader (ADR 17)."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from agencies import list_exports
from agencies.models import Agency, Event, User
from reporting.models import DutyStatus, Reminder
from reporting.receipt_pdf import receipt_pdf
from reporting.receipts import Receipt
from tests.factories import DutyFactory, RegimeFactory, TargetFactory, at
from tests.page_texts import texts
from tests.test_catalogue import ENTRIES

pytestmark = pytest.mark.django_db

# Whole sentences and labels of the interface; shorter words also stand in plans and names.
SOURCES = [e.source for e in ENTRIES if len(e.source) > 11 and re.search("[À-ỹđ]", e.source)]


def english(person):
    """Return the browser of a person who chose English."""
    User.objects.filter(pk=person.pk).update(language="en")
    client = Client()
    client.force_login(person)
    return client


def vietnamese_left(page):
    shown = texts(page)
    return [source for source in SOURCES if source in shown]


@pytest.fixture
def filled(report, people):
    """A plan with a target, a regime and a duty."""
    plan = report.round.plan
    TargetFactory(indicator=plan.indicators.get())
    RegimeFactory(plan=plan)
    DutyFactory(plan=plan).parties.add(plan.parties.first())
    return plan


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("officer", "One report to submit"),
        ("head", "One report to submit"),
        ("staff", "Awaiting review"),
        ("leader", "no figures accepted yet"),
        ("administrator", "Administration"),
    ],
)
def test_the_home_of_each_role_is_english(people, filled, role, words):
    page = english(getattr(people, role)).get(reverse("dashboards:home"))

    assert words in texts(page)
    assert vietnamese_left(page) == []


def test_the_entry_page_is_english_and_keeps_vietnamese_numbers(people, report, filled, fill_in):
    fill_in(report, "1572")

    page = english(people.officer).get(reverse("reporting:report-edit", args=[report.pk]))

    assert "Submit the report" in texts(page)
    assert "1.572 or 1572" in texts(page)
    assert vietnamese_left(page) == []


@pytest.mark.parametrize(
    ("person", "name"),
    [
        *[("officer", f"dashboards:plan-{tab}") for tab in ("targets", "duties", "reporting")],
        ("leader", "dashboards:plan-progress"),
        ("leader", "dashboards:plan-years"),
        ("leader", "dashboards:compare-places"),
        ("leader", "dashboards:brief"),
        ("staff", "reporting:round-detail"),
        ("staff", "reporting:round-open"),
        ("officer", "reporting:report-detail"),
        ("administrator", "desk:home"),
        ("administrator", "desk:agency-list"),
        ("administrator", "desk:user-add"),
        ("administrator", "desk:token-list"),
        ("officer", "profile"),
    ],
)
def test_pages_of_plans_rounds_reports_and_the_desk_are_english(
    people, report, filled, person, name
):
    arguments = {
        "dashboards:plan-progress": [filled.code, 2024],
        "reporting:round-detail": [report.round_id],
        "reporting:report-detail": [report.pk],
        "dashboards:compare-places": [],
        "dashboards:brief": [filled.jurisdiction.code],
    }
    default = [] if name == "profile" or name.startswith("desk:") else [filled.code]

    page = english(getattr(people, person)).get(reverse(name, args=arguments.get(name, default)))

    assert page.status_code == 200
    assert vietnamese_left(page) == []


def test_refusals_are_told_in_english(people, report, filled):
    page = english(people.staff).post(
        reverse("reporting:report-return", args=[report.pk]), {"reason": "", "last_day": ""}
    )

    assert page.status_code == 422
    assert "This field is required." in texts(page)


def test_notices_speak_the_readers_language(people, report):
    for stage in ("T-3", "accepted-1"):
        Reminder.objects.create(
            recipient=people.officer, report=report, stage=stage, entered_at=at("2024-06-16")
        )

    shown = texts(english(people.officer).get(reverse("reporting:notice-list")))

    assert "3 days before the last day: report, first half of 2024" in shown
    assert "Accepted: report, first half of 2024" in shown


def test_a_version_says_the_same_whatever_its_sender_reads(people, report, submit):
    def sent():
        return submit(report, by=people.officer, moment=at("2024-06-17"))

    with translation.override("en"):
        in_english = sent()
    content = dict(in_english.content)

    assert not re.search(r"accepted|submitted on|figure missing", str(content))
    with translation.override("vi"):
        assert Receipt(in_english).file_name.startswith("Biên nhận 6 tháng đầu năm 2024")
        document = receipt_pdf(Receipt(in_english))
    with translation.override("en"):
        assert Receipt(in_english).file_name.startswith("Biên nhận 6 tháng đầu năm 2024")
        assert receipt_pdf(Receipt(in_english)) == document


def test_lists_for_excel_are_vietnamese_for_every_reader(people):
    agencies = Agency.objects.all()
    with translation.override("vi"):
        expected = list_exports.export_agencies(agencies)

    with translation.override("en"):
        assert len(list_exports.export_agencies(agencies)) == pytest.approx(len(expected), abs=40)
        assert str(DutyStatus.labels[0]) == "Not started"


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("dashboards:plan-duties", "officer"),
        ("dashboards:plan-timeliness", "leader"),
        ("reporting:round-detail", "staff"),
    ],
)
def test_a_pages_table_as_a_file_is_vietnamese_for_every_reader(
    people, report, filled, name, person
):
    place = report.round_id if name == "reporting:round-detail" else filled.code
    client = english(getattr(people, person))

    def file():
        return client.get(reverse(name, args=[place]), {"tai": "csv"}).content.decode()

    in_english = file()
    User.objects.update(language="vi")

    assert in_english == file()
    assert report.agency.name in in_english


def test_the_log_of_a_plan_keeps_vietnamese_words(people, filled):
    client = english(people.staff)
    client.post(reverse("reporting:plan-draft-open", args=[filled.code]))

    notes = set(Event.objects.exclude(note="").values_list("note", flat=True))

    assert notes == {"Mở bản soạn"}


def test_english_is_offered_beside_vietnamese(client):
    assert dict(settings.LANGUAGES) == dict(User.Language.choices)
    assert "English" in texts(client.get(reverse("login")))
