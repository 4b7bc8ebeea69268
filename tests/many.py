"""A round of hundreds of agencies, written in a few statements: for counts of statements, races."""

from agencies.models import Agency, Membership
from reporting.models import Report, ReportVersion, RoundDue, VersionFigure
from tests.factories import (
    DutyFactory,
    IndicatorFactory,
    MembershipFactory,
    PartyFactory,
    RoundDueFactory,
    RoundFactory,
    at,
)

EMPTY = {"document": {}, "figures": [], "duties": [], "evidence": [], "narratives": []}


class BigRound:
    """A round with its staff; `grow(n)` adds n agencies, of which two thirds have sent."""

    def __init__(self, **fields):
        self.round = RoundFactory(**fields)
        self.plan = self.round.plan
        RoundDueFactory(round=self.round)
        RoundDueFactory(round=self.round, tier="lead")
        self.indicators = [IndicatorFactory(plan=self.plan) for _ in range(3)]
        self.group = PartyFactory(plan=self.plan, group=True)
        for indicator in self.indicators:
            indicator.reporters.add(self.group)
        self.duty = DutyFactory(plan=self.plan)
        self.duty.parties.add(self.group)
        lead = self.plan.lead_agency
        self.staff = MembershipFactory(role=Membership.Role.STAFF, agency=lead).user
        Report.objects.create(round=self.round, tier="lead", agency=lead)

    def grow(self, number, *, sent=None):
        """Add agencies with their reports; return the reports, the first `sent` of them sent."""
        sent = number * 2 // 3 if sent is None else sent
        first = self.round.reports.count()
        names = [f"Ủy ban nhân dân xã Đông {first + n}" for n in range(number)]
        agencies = Agency.objects.bulk_create(
            Agency(
                jurisdiction=self.plan.jurisdiction,
                code=f"xa-{first + place}",
                name=name,
                kind=Agency.Kind.COMMUNE_PEOPLES_COMMITTEE,
            )
            for place, name in enumerate(names)
        )
        self.group.members.add(*agencies)
        last_day = RoundDue.objects.get(round=self.round, tier="agency").last_day
        reports = Report.objects.bulk_create(
            Report(round=self.round, agency=agency, last_day=last_day) for agency in agencies
        )
        self._send(reports[:sent])
        return reports

    def _send(self, reports):
        moment = at("2024-06-17")
        versions = ReportVersion.objects.bulk_create(
            ReportVersion(
                report=report,
                number=1,
                submitted_at=moment,
                submitted_by=self.staff,
                content=dict(EMPTY),
            )
            for report in reports
        )
        VersionFigure.objects.bulk_create(
            VersionFigure(version=version, indicator=indicator, status="number", actual=7)
            for version in versions
            for indicator in self.indicators
        )
        for report, version in zip(reports, versions, strict=True):
            report.state, report.latest_version = "submitted", version
            report.first_submitted_at, report.first_last_day = moment, report.last_day
        Report.objects.bulk_update(
            reports, ["state", "latest_version", "first_submitted_at", "first_last_day"]
        )
