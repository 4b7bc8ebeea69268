"""
Who gets which answer: one table of URL name × method × person → status (R21).

A stranger gets 404, a colleague without the role 403, a wrong method 405, anonymous the login page.
"""

import os
from datetime import date

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from agencies.models import Membership
from config.embedded import services
from reporting import workflow
from tests.factories import MembershipFactory, ReportFactory, UserFactory, at

PEOPLE = [
    "anonymous",
    "officer",
    "head",
    "fellow",  # officer of another agency that reports in the same round
    "other_officer",
    "staff",
    "other_staff",  # of another province
    "leader",
    "other_leader",
    "administrator",
    "nobody",  # an account without a role
]
SIGNED_IN = PEOPLE[1:]
STATES = ["draft", "submitted", "returned", "accepted"]


def row(default, **exceptions):
    """Return {person: status}; anonymous is sent to the login page unless named."""
    statuses = {"anonymous": 302} | dict.fromkeys(SIGNED_IN, default)
    for names, status in exceptions.items():
        statuses |= dict.fromkeys(names.split("__"), status)
    return statuses


EVERYBODY = row(200, anonymous=200)
SIGNED_IN_ONLY = row(200)
ITS_READERS = row(404, officer__head__staff__leader=200)
AGENCY_WRITES = row(404, officer__head=302, staff__leader=403)
STAFF_DECIDES = row(404, staff=302, officer__head__leader=403)

# (URL name, method, state of the report, statuses)
TABLE = [
    ("healthz", "get", "draft", EVERYBODY),
    ("login", "get", "draft", row(302, anonymous=200)),
    ("login", "post", "draft", row(302, anonymous=200)),
    ("logout", "post", "draft", row(302)),
    ("mailbox", "get", "draft", EVERYBODY),
    ("mail-detail", "get", "draft", EVERYBODY),
    ("dashboards:home", "get", "draft", SIGNED_IN_ONLY),
    ("dashboards:plan-list", "get", "draft", SIGNED_IN_ONLY),
    ("dashboards:plan-targets", "get", "draft", SIGNED_IN_ONLY),
    ("dashboards:plan-duties", "get", "draft", SIGNED_IN_ONLY),
    ("dashboards:plan-solutions", "get", "draft", SIGNED_IN_ONLY),
    ("dashboards:plan-reporting", "get", "draft", SIGNED_IN_ONLY),
    ("dashboards:plan-source", "get", "draft", SIGNED_IN_ONLY),
    # Sums over all agencies: the plan itself is a public document, its figures are not.
    ("dashboards:plan-progress", "get", "accepted", row(403, staff__leader=200)),
    ("reporting:round-detail", "get", "draft", ITS_READERS | {"fellow": 200}),
    *[("reporting:report-detail", "get", state, ITS_READERS) for state in STATES],
    ("reporting:report-edit", "get", "draft", AGENCY_WRITES | {"officer": 200, "head": 200}),
    ("reporting:report-edit", "get", "returned", AGENCY_WRITES | {"officer": 200, "head": 200}),
    ("reporting:report-edit", "get", "submitted", AGENCY_WRITES),
    *[("reporting:report-edit", "post", state, AGENCY_WRITES) for state in STATES],
    *[("reporting:report-submit", "post", state, AGENCY_WRITES) for state in STATES],
    *[("reporting:report-accept", "post", state, STAFF_DECIDES) for state in STATES],
    ("reporting:report-return", "post", "submitted", STAFF_DECIDES),
    ("reporting:report-return", "post", "accepted", STAFF_DECIDES),
    ("reporting:report-return", "post", "draft", STAFF_DECIDES | {"staff": 422}),
    ("reporting:receipt", "get", "draft", row(404)),
    ("reporting:receipt", "get", "submitted", ITS_READERS),
    ("reporting:receipt", "get", "returned", ITS_READERS),
]
METHODS = {
    "login": {"get", "post"},
    "logout": {"post"},
    "reporting:report-edit": {"get", "post"},
    "reporting:report-submit": {"post"},
    "reporting:report-accept": {"post"},
    "reporting:report-return": {"post"},
}


def url_names(resolver=None, namespace=""):
    """Yield the full name of every URL of the project; None for one without a name."""
    for pattern in (resolver or get_resolver(settings.ROOT_URLCONF)).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from url_names(pattern, inner)
        else:
            yield pattern.name and f"{namespace}{pattern.name}"


def url_of(name, report):
    if name == "mail-detail":
        return reverse(name, args=["thu-kiem-thu"])
    if name == "dashboards:plan-progress":
        return reverse(name, args=[report.round.plan.code, 2024])
    if name.startswith("dashboards:plan-") and name != "dashboards:plan-list":
        return reverse(name, args=[report.round.plan.code])
    if name == "reporting:receipt":
        return reverse(name, args=[report.pk, 1])
    if name == "reporting:round-detail":
        return reverse(name, args=[report.round_id])
    return reverse(name, args=[report.pk] if name.startswith("reporting:") else [])


def signed_in(person, **options):
    client = Client(**options)
    if person:
        client.force_login(person)
    return client


@pytest.fixture
def cast(report, people):
    """Every person of the table; None is anonymous."""
    fellow = ReportFactory(round=report.round)
    people.anonymous = None
    people.fellow = MembershipFactory(role=Membership.Role.OFFICER, agency=fellow.agency).user
    people.nobody = UserFactory()
    return people


@pytest.fixture
def bring_to(report, people, submit):
    """Return a function that walks `report` to a state through the workflow."""

    def walk(state, text="1572"):
        if state == "draft":
            return report
        submit(report, by=people.officer, text=text)
        if state == "accepted":
            workflow.accept_report(report, by=people.staff, at=at("2024-06-18"))
        if state == "returned":
            workflow.return_report(
                report,
                by=people.staff,
                at=at("2024-06-18"),
                reason="Sửa số.",
                last_day=date(2024, 6, 21),
            )
        report.refresh_from_db()
        return report

    return walk


@pytest.fixture
def mail_in_the_sink():
    """Put one mail into the folder that all processes of the test run share, and leave it there."""
    folder = services.mail_folder()
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{os.getpid()}.part"
    unfinished.write_text("To: ai-do@test.invalid\nSubject: Thu\n\nNoi dung\n")
    unfinished.rename(folder / "thu-kiem-thu.eml")


@pytest.mark.parametrize(
    ("name", "method", "state", "statuses"), TABLE, ids=["-".join(row[:3]) for row in TABLE]
)
def test_status_for_each_person(
    name, method, state, statuses, report, cast, bring_to, fill_in, mail_in_the_sink
):
    fill_in(report)
    url = url_of(name, bring_to(state))
    sent = {"reason": "Sửa số.", "last_day": "2999-12-31"}

    answers = {}
    for person in PEOPLE:
        client = signed_in(getattr(cast, person))
        with transaction.atomic():  # the next person meets the same state
            answers[person] = getattr(client, method)(url, sent).status_code
            transaction.set_rollback(True)

    assert answers == statuses


def test_every_url_has_a_row():
    names = list(url_names())

    assert None not in names
    assert set(names) == {name for name, *_ in TABLE}


def test_anonymous_is_sent_to_the_login_page_and_back(client, report):
    url = url_of("reporting:report-detail", report)

    response = client.get(url)

    assert response["Location"] == f"{reverse('login')}?next={url}"


@pytest.mark.parametrize("name", sorted({name for name, *_ in TABLE}))
def test_other_methods_are_refused(name, report, cast):
    url = url_of(name, report)
    # Whoever is signed in already is sent on from the login page, by any method.
    client = signed_in(None if name == "login" else cast.officer)
    allowed = METHODS.get(name, {"get"})

    refused = {
        method: getattr(client, method)(url).status_code
        for method in {"get", "post", "patch", "delete"} - allowed
    }

    assert refused == dict.fromkeys(refused, 405)


@pytest.mark.parametrize("name", sorted({name for name, method, *_ in TABLE if method == "post"}))
def test_a_post_without_its_token_is_refused(name, report, cast):
    client = signed_in(cast.officer, enforce_csrf_checks=True)

    assert client.post(url_of(name, report)).status_code == 403


# What a draft holds


DRAFTED, SENT = "1.987", "1.572"


def pages(report):
    """Return every page on which figures of this report could show."""
    names = ["report-detail", "report-edit", "round-detail", "receipt"]
    found = [url_of(f"reporting:{name}", report) for name in names]
    return [*found, reverse("dashboards:home"), url_of("dashboards:plan-progress", report)]


@pytest.mark.parametrize("state", ["draft", "returned"])
@pytest.mark.parametrize("person", sorted(set(SIGNED_IN) - {"officer", "head", "staff"}))
def test_a_drafts_figures_are_on_no_page_of_others(person, state, report, cast, bring_to, fill_in):
    bring_to(state)
    fill_in(report, DRAFTED)
    client = signed_in(getattr(cast, person))

    showing = [url for url in pages(report) if DRAFTED in client.get(url).content.decode()]

    assert showing == []


@pytest.mark.parametrize("state", ["draft", "returned"])
@pytest.mark.parametrize("person", ["officer", "head", "staff"])
def test_a_drafts_figures_are_seen_by_its_agency_and_by_staff(
    person, state, report, cast, bring_to, fill_in
):
    bring_to(state)
    fill_in(report, DRAFTED)

    page = signed_in(getattr(cast, person)).get(url_of("reporting:report-detail", report))

    assert DRAFTED in page.content.decode()


@pytest.mark.parametrize("state", ["submitted", "returned", "accepted"])
@pytest.mark.parametrize("person", ["officer", "head", "staff", "leader"])
def test_what_was_sent_is_seen_by_all_who_see_the_report(person, state, report, cast, bring_to):
    bring_to(state)

    page = signed_in(getattr(cast, person)).get(url_of("reporting:report-detail", report))

    assert SENT in page.content.decode()


def test_a_draft_shows_its_state_to_the_leader(report, cast, fill_in):
    fill_in(report, DRAFTED)

    page = signed_in(cast.leader).get(url_of("reporting:report-detail", report))

    assert "Đang soạn" in page.content.decode()


def test_staff_is_offered_to_decide_and_not_to_fill_in(report, cast, bring_to):
    page = signed_in(cast.staff).get(url_of("reporting:report-detail", bring_to("submitted")))

    assert url_of("reporting:report-accept", report) in page.content.decode()
    assert url_of("reporting:report-edit", report) not in page.content.decode()


def test_a_leader_is_offered_neither(report, cast, bring_to):
    page = signed_in(cast.leader).get(url_of("reporting:report-detail", bring_to("submitted")))

    for name in ("report-accept", "report-return", "report-edit"):
        assert url_of(f"reporting:{name}", report) not in page.content.decode()


def test_the_round_shows_an_officer_only_the_own_line(report, cast):
    page = signed_in(cast.fellow).get(url_of("reporting:round-detail", report))

    assert str(report.agency) not in page.content.decode()


def test_the_versions_of_another_report_have_no_receipt_here(report, cast, bring_to):
    other = ReportFactory(round=report.round, agency=report.round.plan.lead_agency)
    bring_to("submitted")

    page = signed_in(cast.staff).get(url_of("reporting:receipt", other))

    assert page.status_code == 404
