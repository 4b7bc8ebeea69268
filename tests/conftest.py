"""The lasting cast of the tests, a report one can send at once, a portal or relay that runs."""

import time
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import override_settings

from agencies.models import Membership, User
from config import clock
from reporting import draft_fields, workflow
from reporting.models import OutlineSection, Tick
from tests import portal as portals
from tests.browser import chromium, come_back, sign_in
from tests.drafting import type_in
from tests.factories import (
    AgencyFactory,
    IndicatorFactory,
    MembershipFactory,
    OutlineSectionFactory,
    PartyFactory,
    ReportFactory,
    RoundDueFactory,
    UserFactory,
    at,
)
from tests.mail_faults import MailFaults
from tests.smtp_server import scripted_smtp

Role = Membership.Role


@pytest.fixture(autouse=True)
def clock_of_the_test():
    """Let a clock that is set (PORTAL_TODAY) start with the test, not with the long run of all."""
    with override_settings(PORTAL_CLOCK_ZERO=str(time.time())):
        yield


@pytest.fixture(autouse=True)
def row_of_the_migrations(request):
    """Put back what migration reporting 0005 leaves: tests that commit empty all tables."""
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        request.getfixturevalue("db")
        Tick.objects.get_or_create(defaults={"finished_at": clock.real_now()})


@pytest.fixture
def media(settings, tmp_path):
    """The folder of stored files, empty and the test's own."""
    settings.MEDIA_ROOT = folder = tmp_path / "media"
    return folder


@pytest.fixture
def the_17th_of_june(settings):
    """The day the reports of the cast are two days from their last one."""
    settings.PORTAL_TODAY = "2024-06-17T08:00"


@pytest.fixture(scope="session")
def portal():
    """
    One running portal on the demo, for browser tests that ask nothing special of it.

    Modules of the xdist group “services” share it, each on agencies and plans that the others
    leave alone; a module with wishes has a fixture of the same name.
    """
    with portals.running() as portal:
        yield portal


@pytest.fixture(scope="session")
def mail_faults(tmp_path_factory):
    """A run of faults at mail, in the background from here on (tests/mail_faults.py)."""
    run = MailFaults(tmp_path_factory.mktemp("faults") / "told.txt")
    yield run
    run.end()


@pytest.fixture(scope="module")
def browser():
    """Real Chromium; not for a test with a database, which its event loop would forbid."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def enter(portal, browser):
    """Return a function that signs a person in; in the end nobody's pages may have complained."""
    entered = []

    def by(name, *, own_session=False, **options):
        """
        Return the person's page; `page.watched` is what watches it (tests/browser.py).

        Who signed in at this portal before goes on in that session: a password takes long to check.
        A test that ends its session asks for one of its own.
        """
        email, password = f"{name}@demo.invalid", settings.DEMO_PASSWORD
        if name in portal.sessions and not own_session:
            known = portal.sessions[name]
            page, page.watched = come_back(browser, portal.address, known, **options)
        else:
            page, page.watched = sign_in(browser, portal.address, email, password, **options)
        if not own_session:
            portal.sessions.setdefault(name, page.context.cookies())
        entered.append(page.watched)
        return page

    yield by
    complaints = [complaint for watched in entered for complaint in watched.complaints]
    for watched in entered:
        watched.context.close()
    assert complaints == []


@pytest.fixture
def relay(settings, tmp_path):
    """A mail server that takes all; its log can be read."""
    log = tmp_path / "smtp.log"
    settings.MAIL_RELAY_LOG = f"sink:{log}"
    with scripted_smtp(settings, log=log) as script:
        yield script


@pytest.fixture
def report(db):
    """A draft of the first half of 2024, due before 20/6, with one indicator asked."""
    report = ReportFactory()
    RoundDueFactory(round=report.round)
    plan = report.round.plan
    party = PartyFactory(plan=plan, agency=report.agency)
    indicator = IndicatorFactory(plan=plan)
    indicator.reporters.add(party)
    OutlineSectionFactory(plan=plan)
    return report


@pytest.fixture
def people(report):
    """Who is who for `report`: each name is a user with just that role."""
    plan = report.round.plan
    jurisdiction = plan.jurisdiction

    # Written in two statements: the fixture of hundreds of tests.
    def held(role, **place):
        user = UserFactory.build(password=make_password(None))
        return MembershipFactory.build(user=user, role=role, **({"agency": None} | place))

    cast = {
        "officer": held(Role.OFFICER, agency=report.agency),
        "head": held(Role.HEAD, agency=report.agency),
        "other_officer": held(Role.OFFICER, agency=AgencyFactory(jurisdiction=jurisdiction)),
        "staff": held(Role.STAFF, agency=plan.lead_agency),
        "other_staff": held(Role.STAFF, agency=AgencyFactory()),
        "leader": held(Role.LEADER, jurisdiction=jurisdiction),
        "other_leader": held(Role.LEADER, jurisdiction=AgencyFactory().jurisdiction),
        "administrator": held(Role.ADMINISTRATOR, jurisdiction=jurisdiction),
    }
    User.objects.bulk_create([membership.user for membership in cast.values()])
    Membership.objects.bulk_create(cast.values())
    return SimpleNamespace(**{name: membership.user for name, membership in cast.items()})


@pytest.fixture
def fill_in():
    """Return a function that types the same text into every cell a report asks for."""

    def fill(report, text="1572", **fields):
        sections = OutlineSection.objects.filter(plan=report.round.plan)
        texts = {f"figure-{i.pk}": text for i in draft_fields.indicators_asked(report)}
        texts |= {f"narrative-{section.pk}": "Đã triển khai." for section in sections}
        return type_in(report, texts | fields)

    return fill


@pytest.fixture
def submit(fill_in):
    """Return a function that fills in and sends a report."""

    def send(report, *, by, moment=None, text="1572"):
        moment = moment or at("2024-06-17")
        # Before the window closes a report says to which day its figures run (R12).
        is_early = moment.date() < report.round.window_end
        fill_in(report, text, **({"as-of": f"{moment:%Y-%m-%d}"} if is_early else {}))
        return workflow.submit_report(report, by=by, at=moment)

    return send
