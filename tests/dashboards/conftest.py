"""A plan with as many agencies, reports, indicators and duties as a test asks for."""

import re
from html import unescape
from types import SimpleNamespace

import pytest

from agencies.models import Membership
from reporting import workflow
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
    at,
)

Role = Membership.Role


class Crowd:
    """One plan year; `grow(n)` adds n agencies and reports: a third accepted, a third sent."""

    def __init__(self):
        self.plan = PlanFactory(first_year=2021, last_year=2040)
        self.round = RoundFactory(plan=self.plan)
        RoundDueFactory(round=self.round)
        RoundDueFactory(round=self.round, tier="lead")
        self.total = IndicatorFactory(plan=self.plan)
        self.place = BreakdownFactory(plan=self.plan, parent=self.total)
        for name in ("Trong tỉnh", "Ngoài tỉnh"):
            IndicatorFactory(plan=self.plan, name=name, parent=self.total, breakdown=self.place)
        OutlineSectionFactory(plan=self.plan)
        self.regime = RegimeFactory(plan=self.plan)
        self.staff = self._member(Role.STAFF, agency=self.plan.lead_agency)
        self.leader = self._member(Role.LEADER, jurisdiction=self.plan.jurisdiction)
        self.reports = []

    def _member(self, role, **place):
        return MembershipFactory(role=role, **({"agency": None} | place)).user

    def grow(self, number):
        for place in range(number):
            party = PartyFactory(plan=self.plan)
            for indicator in self.plan.indicators.all():
                indicator.reporters.add(party)
            report = ReportFactory(round=self.round, agency=party.agency)
            officer = self._member(Role.OFFICER, agency=party.agency)
            if place % 3:
                self.send(report, by=officer)
            if place % 3 == 2:
                workflow.accept_report(report, by=self.staff, at=at("2024-06-18"))
            self.reports.append(SimpleNamespace(report=report, officer=officer))
        return self

    def send(self, report, *, by, moment=None):
        indicators, moment = self.plan.indicators.all(), moment or at("2024-06-17")
        texts = {f"figure-{i.pk}": "2" if i == self.total else "1" for i in indicators}
        as_of = min(moment.date(), report.round.window_end)
        type_in(report, texts | {"as-of": as_of.isoformat()})
        workflow.submit_report(report, by=by, at=moment)

    def more_indicators(self, number):
        """Add indicators with targets, each asked of every agency."""
        parties = list(self.plan.parties.all())
        for _ in range(number):
            indicator = IndicatorFactory(plan=self.plan)
            indicator.reporters.set(parties)
            TargetFactory(indicator=indicator, year=2024)
            TargetFactory(indicator=indicator, year=2025)

    def more_duties(self, number):
        for _ in range(number):
            party = PartyFactory(plan=self.plan, group=True)
            party.members.add(AgencyFactory(jurisdiction=self.plan.jurisdiction))
            duty = DutyFactory(plan=self.plan)
            duty.parties.add(party)
            duty.partners.create(position=1, as_written="các cơ quan liên quan", party=None)
            RegimeFactory(plan=self.plan, reporters=[party])


@pytest.fixture(autouse=True)
def the_17th_of_june(settings):
    settings.PORTAL_TODAY = "2024-06-17T08:00"


@pytest.fixture
def crowd(db):
    return Crowd()


@pytest.fixture
def read(client):
    """Return a function that opens a page as a person and gives its text without tags."""

    def text_of(url, *, by):
        client.force_login(by)
        response = client.get(url)
        assert response.status_code == 200
        page = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())

    return text_of


@pytest.fixture
def steady(client, django_assert_num_queries):
    """Return a function that counts the queries of a page before and after its rows double."""

    def check(number, url, *, by, more):
        client.force_login(by)
        with django_assert_num_queries(number):
            assert client.get(url).status_code == 200
        more(20)
        with django_assert_num_queries(number):
            assert client.get(url).status_code == 200

    return check
