"""
No page asks the database more often because there is more to show: one table of every page.

A world is built small, every page is read, the world grows by twenty of everything, every page is
read again. A new page gets a row in PAGES; what its rows are made of is added to `World.grow`.
"""

import datetime as dt
import hashlib

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import AccessToken, DayOff, Invitation, ListImport, Membership
from reporting import deadlines, evidence, extensions, notes, workflow
from reporting.models import Feed, PlanDraft, Report
from reporting.plan_editor import drafts
from tests.drafting import type_in
from tests.factories import (
    AgencyFactory,
    BreakdownFactory,
    DutyFactory,
    IndicatorFactory,
    MembershipFactory,
    OutlineSectionFactory,
    PartyFactory,
    PlanFactory,
    RegimeFactory,
    ReportFactory,
    RoundDueFactory,
    RoundFactory,
    TargetFactory,
    UserFactory,
    at,
)
from tests.office_files import PDF, upload
from tests.targets.appendix.books import kept_appendix
from tests.test_access import (
    FEED,
    INVITED,
    METHODS,
    POSTED_FROM,
    TOKEN,
    kept_results,
    mail_in_the_sink,
    table_job,
    url_names,
    url_of,
)

__all__ = ["mail_in_the_sink"]

# A group of its own begins early: the longest test would else be a run's last, on one worker.
pytestmark = pytest.mark.xdist_group("query-counts")

NOW, NEXT = at("2024-06-17"), at("2024-06-18")
FAR = dt.date(2030, 1, 1)
Role = Membership.Role

# (URL name, person, at most so many statements; session and masthead take five)
PAGES = [
    ("healthz", "anonymous", 4),
    ("login", "anonymous", 4),
    ("password-forgotten", "anonymous", 4),
    ("password-asked", "anonymous", 4),
    ("password-reset", "anonymous", 4),
    ("invitation-accept", "anonymous", 6),
    ("password-change", "officer", 12),
    ("profile", "officer", 12),
    ("desk:home", "administrator", 20),
    ("desk:jurisdiction-edit", "administrator", 20),
    ("desk:day-list", "administrator", 20),
    ("desk:day-edit", "administrator", 20),
    ("desk:agency-list", "administrator", 20),
    ("desk:agency-add", "administrator", 20),
    ("desk:agency-edit", "administrator", 20),
    ("desk:agency-export", "administrator", 20),
    ("desk:user-list", "administrator", 20),
    ("desk:user-add", "administrator", 20),
    ("desk:user-edit", "administrator", 22),
    ("desk:user-export", "administrator", 20),
    ("desk:list-read", "administrator", 20),
    ("desk:list-template", "administrator", 20),
    ("desk:list-preview", "administrator", 20),
    ("desk:list-file", "administrator", 20),
    ("desk:event-list", "administrator", 20),
    ("desk:token-list", "administrator", 20),
    *[
        (f"open-data:{name}", "anonymous", 8)
        for name in ("rounds", "targets", "figures", "timeliness")
    ],
    ("guide", "anonymous", 0),
    ("guide-role", "officer", 8),
    ("mailbox", "anonymous", 0),
    ("mail-detail", "anonymous", 0),
    ("dashboards:home", "officer", 20),
    ("dashboards:home", "staff", 20),
    ("dashboards:home", "leader", 15),
    ("dashboards:search", "officer", 20),
    ("dashboards:search", "staff", 20),
    ("dashboards:plan-list", "officer", 20),
    ("dashboards:plan-targets", "officer", 20),
    ("dashboards:plan-duties", "officer", 20),
    ("dashboards:plan-solutions", "officer", 20),
    ("dashboards:plan-reporting", "officer", 20),
    ("dashboards:plan-reporting", "staff", 20),
    ("dashboards:plan-source", "officer", 20),
    ("dashboards:plan-progress", "leader", 15),
    ("dashboards:plan-figures", "leader", 15),
    ("dashboards:plan-years", "leader", 15),
    ("dashboards:compare-places", "leader", 15),
    ("dashboards:brief", "leader", 15),
    ("dashboards:brief-pdf", "leader", 15),
    ("dashboards:plan-timeliness", "leader", 15),
    ("dashboards:plan-duty-states", "leader", 15),
    ("reporting:plan-new", "staff", 20),
    ("reporting:plan-file", "officer", 30),  # parties, indicators, duties … each with its own
    ("reporting:plan-end", "staff", 20),
    ("reporting:target-revise", "staff", 20),
    ("reporting:appendix-upload", "staff", 20),
    ("reporting:appendix-import", "staff", 25),
    ("reporting:appendix-file", "staff", 20),
    ("reporting:appendix-job", "staff", 20),
    *[(f"reporting:draft-appendix-{page}", "staff", 20) for page in ("upload", "import")],
    *[(f"reporting:draft-appendix-{page}", "staff", 20) for page in ("file", "job")],
    ("reporting:plan-draft", "staff", 20),
    ("reporting:plan-draft", "administrator", 20),
    ("reporting:plan-draft-general", "staff", 20),
    ("reporting:plan-draft-grid", "staff", 20),
    ("reporting:plan-draft-file", "staff", 20),
    ("reporting:plan-draft-rows", "staff", 20),
    ("reporting:plan-draft-add", "staff", 20),
    ("reporting:plan-draft-row", "staff", 20),
    ("reporting:round-detail", "officer", 16),
    ("reporting:round-detail", "staff", 16),
    ("reporting:round-detail", "leader", 16),
    ("reporting:round-difficulties", "staff", 20),
    ("reporting:round-difficulties", "leader", 20),
    ("reporting:round-open", "staff", 20),
    ("reporting:consolidation", "staff", 30),
    ("reporting:round-grid", "staff", 20),
    ("reporting:notice-list", "officer", 12),
    ("reporting:year-of-days", "officer", 20),
    ("reporting:feed", "officer", 12),
    ("reporting:round-reminders", "staff", 20),
    ("reporting:report-detail", "officer", 21),
    ("reporting:report-detail", "staff", 22),  # also asks whether the round is consolidated
    ("reporting:report-detail", "leader", 21),
    ("reporting:report-edit", "officer", 20),
    ("reporting:report-edit", "staff", 21),  # one more since the page shows its files
    ("reporting:result-form", "officer", 25),
    ("reporting:result-sheet", "officer", 20),
    ("reporting:result-sheet-file", "officer", 12),
    ("reporting:result-upload", "staff", 20),
    ("reporting:result-table", "staff", 20),
    ("reporting:result-table-file", "staff", 20),
    ("reporting:evidence-file", "officer", 12),
    ("reporting:receipt", "officer", 12),
    ("reporting:receipt-pdf", "officer", 12),
]


class World:
    """A plan year whose pages all have something to show; `grow(n)` adds n of everything."""

    def __init__(self):
        self.plan = PlanFactory(first_year=2021, last_year=2060)
        self.round = self._round("first_half", 2024)
        self.total = IndicatorFactory(plan=self.plan)
        self.place = BreakdownFactory(plan=self.plan, parent=self.total)
        self.party = PartyFactory(plan=self.plan)
        self.total.reporters.add(self.party)
        TargetFactory(indicator=self.total)
        OutlineSectionFactory(plan=self.plan)
        jurisdiction = self.plan.jurisdiction
        self.report = ReportFactory(round=self.round, agency=self.party.agency)
        self.officer = self._member(Role.OFFICER, agency=self.party.agency)
        self.staff = self._member(Role.STAFF, agency=self.plan.lead_agency)
        self.leader = self._member(Role.LEADER, jurisdiction=jurisdiction)
        self.administrator = self._member(Role.ADMINISTRATOR, jurisdiction=jurisdiction)
        self.anonymous = None
        Feed.objects.create(user=self.officer, token=FEED)
        self._token(TOKEN)
        self.first_file = None
        ReportFactory(round=self.round, agency=self.plan.lead_agency, tier="lead")
        ListImport.objects.create(
            kind="co-quan",
            jurisdiction=jurisdiction,
            columns={},
            rows=[],
            shown=[],
            read_by=self.administrator,
            read_at=NOW,
        )
        nobody = UserFactory()
        Invitation.objects.create(
            user=nobody,
            email=nobody.email,
            token_hash=hashlib.sha256(INVITED.encode()).hexdigest(),
            invited_at=NOW,
            expires_at=at(FAR),
        )

    def grow(self, number):
        for step in range(number):
            self._more_of_the_plan()
            self._more_of_the_round(step)
            self._more_of_the_report(step)
        self._draft_anew(number)
        return self

    def _token(self, secret):
        AccessToken.objects.create(
            jurisdiction=self.plan.jurisdiction,
            name="Hệ thống báo cáo",
            token_hash=hashlib.sha256(secret.encode()).hexdigest(),
            made_by=self.administrator,
            made_at=NOW,
            last_used_on=NOW.date(),  # only the first call of a day writes
        )

    def _draft_anew(self, number):
        """Let the draft of changes hold the plan as it has grown, and so many tables."""
        for draft in PlanDraft.objects.open():
            drafts.discard(draft, by=self.staff, at=NOW)
        draft = drafts.open_changes(self.plan, by=self.staff, at=NOW)
        for _ in range(number):
            kept_appendix(None, self.first_file.file, by=self.staff, draft=draft)
            ListImport.objects.update(annotated=self.first_file.file)
            table_job(self.first_file.file, by=self.staff, draft=draft)

    def _more_of_the_plan(self):
        year = 2025 + self.plan.rounds.count()
        indicator = IndicatorFactory(plan=self.plan)
        part = IndicatorFactory(plan=self.plan, parent=self.total, breakdown=self.place)
        for each in (indicator, part):
            each.reporters.add(self.party)
            TargetFactory(indicator=each, year=2024)
        group = PartyFactory(plan=self.plan, group=True)
        group.members.add(AgencyFactory(jurisdiction=self.plan.jurisdiction))
        duty = DutyFactory(plan=self.plan)
        duty.parties.add(group, self.party)
        duty.partners.create(position=1, as_written="các cơ quan liên quan", party=None)
        RegimeFactory(plan=self.plan, reporters=[group])
        OutlineSectionFactory(plan=self.plan)
        clause = str(year)
        self.plan.solution_groups.create(clause=clause, heading="Tín dụng", position=year)
        ReportFactory(round=self._round("year", year), agency=self.party.agency)
        other = PlanFactory(jurisdiction=self.plan.jurisdiction, lead_agency=self.plan.lead_agency)
        TargetFactory(indicator=IndicatorFactory(plan=other))
        self._token(clause)
        DayOff.objects.create(day=dt.date(year, 1, 2), is_working=False, name="Nghỉ bù")

    def _round(self, kind, year):
        start, end = deadlines.data_window(kind, year)
        round = RoundFactory(
            plan=self.plan, kind=kind, year=year, window_start=start, window_end=end
        )
        for tier in ("agency", "lead"):
            RoundDueFactory(round=round, tier=tier)
        return round

    def _more_of_the_round(self, step):
        """Another agency's report: not sent, sent, accepted in turn."""
        party = PartyFactory(plan=self.plan)
        self.total.reporters.add(party)
        report = ReportFactory(round=self.round, agency=party.agency)
        officer = self._member(Role.OFFICER, agency=party.agency)
        if step % 3:
            self._send(report, officer)
        if step % 3 == 2:
            report.refresh_from_db()
            workflow.accept_report(report, by=self.staff, at=NEXT)

    def _more_of_the_report(self, step):
        """Another extension, note, file and version of the one report, sent and returned."""
        report = Report.objects.get(pk=self.report.pk)
        day = FAR + dt.timedelta(days=10 * self.report.versions.count())
        extensions.answer(report, granted_day=day, answer="Đồng ý.", by=self.staff, at=NOW)
        notes.add_note(report, place="", text="Xin xem lại.", by=self.staff, at=NOW)
        file = upload(PDF + str(day).encode(), f"{day}.pdf")
        kept = evidence.add_evidence(report, file, by=self.officer, at=NOW)
        self.first_file = self.first_file or kept
        kept_appendix(self.plan, kept.file, by=self.staff)
        kept_results(self.report, kept.file, by=self.officer)
        table_job(kept.file, by=self.staff, plan=self.plan)
        self._send(report, self.officer)
        report.refresh_from_db()
        workflow.return_report(report, by=self.staff, at=NEXT, reason="Sửa số.", last_day=day)

    def _send(self, report, officer):
        workflow.submit_report(self._filled_in(report), by=officer, at=NOW)

    def _filled_in(self, report):
        plan = self.plan
        texts = {f"figure-{pk}": "1" for pk in plan.indicators.values_list("pk", flat=True)}
        for pk in plan.duties.values_list("pk", flat=True):
            texts |= {f"duty-{pk}": "stuck", f"words-{pk}": "Thiếu vốn."}
        texts |= {f"narrative-{pk}": "Đã làm." for pk in plan.outline.values_list("pk", flat=True)}
        texts["as-of"] = "14/6/2024"  # sent before the window closes (R12)
        texts[f"explanation-{self.total.pk}"] = "Có người làm việc ở nhiều nơi."
        type_in(report, texts)
        return report

    def _member(self, role, **place):
        return MembershipFactory(role=role, **({"agency": None} | place)).user

    def url_of(self, name):
        if name == "dashboards:plan-figures":
            return reverse(name, args=[self.plan.code, 2024, self.total.pk])
        if name == "reporting:round-grid":
            return reverse(name, args=[self.round.pk, self.total.pk])
        if name == "dashboards:search":
            return reverse(name) + "?q=k"  # in the name of everything
        if name == "reporting:evidence-file":
            return reverse(name, args=[self.report.pk, self.first_file.pk])
        return url_of(name, self.report)


def statements(world, name, person):
    """Return how many statements a page takes."""
    client = Client(headers={"authorization": f"Bearer {TOKEN}"})
    if user := getattr(world, person):
        client.force_login(user)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(world.url_of(name))
        list(response)  # a file is read to its end
    assert response.status_code in (200, 302), (name, person, response.status_code)
    # Savepoints are there because the test itself is a transaction.
    return sum("SAVEPOINT" not in query["sql"] for query in queries)


@pytest.fixture
def world(db, settings, tmp_path, mail_in_the_sink):
    settings.MEDIA_ROOT = str(tmp_path)
    settings.PORTAL_TODAY = "2024-06-17T08:00"
    return World().grow(3)


def test_every_page_takes_as_many_statements_for_twenty_rows_more(world):
    few = {page[:2]: statements(world, *page[:2]) for page in PAGES}
    world.grow(20)
    many = {page[:2]: statements(world, *page[:2]) for page in PAGES}

    grown = {page: (few[page], many[page]) for page in few if few[page] != many[page]}
    assert grown == {}, "statements with few rows, and with twenty more"
    too_many = {page[:2]: many[page[:2]] for page in PAGES if many[page[:2]] > page[2]}
    assert too_many == {}


def test_every_page_that_can_be_read_has_a_row():
    readable = {name for name in url_names() if "get" in METHODS.get(name, {"get"})}
    readable -= set(POSTED_FROM)  # who opens a form's address is led to the form's page
    readable -= {"open-data:unknown"}  # no page, but all addresses that are none

    assert readable == {name for name, *_ in PAGES}, "add the page to PAGES in this module"
