"""
The lead department's consolidation: what a round's reports say together (R3, R5, R13, R17).

Accepted figures count; what is sent and not accepted stands apart; who is missing is named. The
consolidation is the lead-tier report of the round: a draft of words until it is sent, then an
immutable version whose content holds all that stood on the page (ADR 0012).
"""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from reporting.models import (
    DutyStatus,
    Obligation,
    OutlineSection,
    Report,
    Tier,
    VersionDuty,
    VersionFigure,
)
from reporting.totals import indicator_progress, reporters_of_sums
from targets.breakdowns import broken_breakdowns
from targets.models import Breakdown, Indicator

State = Report.State


@dataclass(frozen=True)
class AgencyLine:
    """One agency's sent figures of the additive indicators, in their order; None: not sent."""

    report: Report
    figures: list[VersionFigure | None]

    @property
    def is_sent(self):
        return not self.report.is_open


@dataclass(frozen=True)
class Difference:
    """A breakdown that does not add up in one agency's figures, and the agency's explanation."""

    report: Report
    breakdown: Breakdown
    message: str
    explanation: str


class Consolidation:
    """A round read once; `on` is the day whose targets count (R18)."""

    def __init__(self, round, *, on):
        self.round = round
        self.on = min(on, round.window_end)

    @cached_property
    def reports(self):
        """Return the agencies' reports in order of names, each with its latest version."""
        reports = self.round.reports.filter(tier=Tier.AGENCY)
        return list(reports.select_related("agency", "latest_version"))

    @property
    def accepted(self):
        return [report for report in self.reports if report.state == State.ACCEPTED]

    @property
    def provisional(self):
        return [report for report in self.reports if report.state == State.SUBMITTED]

    @property
    def missing(self):
        return [r for r in self.reports if r.is_open and r.obligation == Obligation.REQUIRED]

    @property
    def silent(self):
        """Return the bodies that were only asked and gave nothing: they are never late (R5)."""
        return [r for r in self.reports if r.is_open and r.obligation == Obligation.REQUESTED]

    @cached_property
    def rows(self):
        """Return the totals by indicator, with target and last year's round beside (R13, R14)."""
        rows = indicator_progress(self.round.plan, self.round.year, self.round, on=self.on)
        return [r for r in rows if r.is_additive or r.accepted_count or r.provisional_count]

    @cached_property
    def additive(self):
        summed = Indicator.objects.filter(
            plan=self.round.plan_id, combine=Indicator.Combine.SUM, reporters__isnull=False
        )
        return list(summed.distinct())

    @cached_property
    def agency_lines(self):
        """Return a line for each agency whose figures are added up, also for those missing."""
        asked = set(reporters_of_sums(self.round.plan).values_list("pk", flat=True))
        by_cell = {(f.version.report_id, f.indicator_id): f for f in self._figures}
        return [
            AgencyLine(report, [by_cell.get((report.pk, i.pk)) for i in self.additive])
            for report in self.reports
            if report.agency_id in asked
        ]

    @cached_property
    def differences(self):
        """Return the broken breakdowns, agency by agency: carried along, never spread (R17)."""
        breakdowns = Breakdown.objects.filter(plan=self.round.plan_id).select_related("parent")
        breakdowns = list(breakdowns.prefetch_related("members"))
        found = []
        for report, figures in self._figures_by_report():
            amounts = {pk: figure.amount for pk, figure in figures.items()}
            for fault in broken_breakdowns(breakdowns, amounts):
                said = figures[fault.breakdown.parent_id].explanation
                found.append(Difference(report, fault.breakdown, str(fault), said))
        return found

    @cached_property
    def duty_counts(self):
        """Return [(status, its words, how many lines)] of what was sent."""
        counts = Counter(line.status for line in self._duties)
        return [(status, label, counts[status]) for status, label in DutyStatus.choices]

    @property
    def stuck(self):
        return [line for line in self._duties if line.status == DutyStatus.STUCK]

    @cached_property
    def sections(self):
        return list(OutlineSection.objects.filter(plan=self.round.plan_id))

    def gathered(self, section):
        """Return [(report, text)] of what agencies wrote under a heading."""
        return [
            (report, narrative["text"])
            for report in self.reports
            if not report.is_open
            for narrative in report.latest_version.content["narratives"]
            if narrative["heading"] == section.heading
        ]

    @cached_property
    def _figures(self):
        figures = self._sent(VersionFigure).filter(indicator__plan=self.round.plan_id)
        return list(figures.select_related("indicator", "version"))

    @cached_property
    def _duties(self):
        duties = self._sent(VersionDuty).select_related("duty", "version__report__agency")
        return list(duties.order_by("duty__position", "version__report__agency__name_key"))

    def _sent(self, model):
        """Return the rows of the versions that stand for their agencies now."""
        versions = [r.latest_version_id for r in self.reports if not r.is_open]
        return model.objects.filter(version__in=versions)

    def _figures_by_report(self):
        for report in self.reports:
            figures = {f.indicator_id: f for f in self._figures if f.version.report_id == report.pk}
            yield report, figures


def frozen(round, *, on):
    """
    Return what a consolidation sent now says, for the content of its version.

    Must run in the transaction that sends it: the round's reports are locked, so that none is
    accepted or returned between a total and the list of its agencies.
    """
    list(round.reports.select_for_update(of=("self",)))  # in the order all who lock several take
    together = Consolidation(round, on=on)
    return {
        "totals": [_total(row) for row in together.rows],
        "agencies": {
            "accepted": [_agency(report) for report in together.accepted],
            "provisional": [_agency(report) for report in together.provisional],
            "missing": [_agency(report) for report in together.missing],
            "silent": [_agency(report) for report in together.silent],
        },
        "differences": [
            {
                "agency": difference.report.agency.code,
                "name": difference.report.agency.name,
                "breakdown": difference.breakdown.code,
                "message": difference.message,
                "explanation": difference.explanation,
            }
            for difference in together.differences
        ],
        "duties": {status: count for status, _, count in together.duty_counts},
        "stuck": [
            {
                "agency": line.version.report.agency.code,
                "name": line.version.report.agency.name,
                "duty": line.duty.code,
                "statement": line.duty.statement,
                "words": line.words,
            }
            for line in together.stuck
        ],
    }


def sources_changed(version):
    """
    Return the reports that stand otherwise now than a sent consolidation holds them (R3).

    Sent anew, sent only afterwards, or returned since; the consolidation itself never changes.
    """
    held = {
        row["agency"]: row.get("version")
        for rows in version.content["agencies"].values()
        for row in rows
    }
    reports = version.report.round.reports.filter(tier=Tier.AGENCY)
    reports = reports.select_related("agency", "latest_version").order_by("agency__name_key")
    return [
        report
        for report in reports.defer("latest_version__content")
        if held.get(report.agency.code) != _standing_number(report)
    ]


def _standing_number(report):
    """Return the number of the version that counts, None while the report is open."""
    return None if report.is_open else report.latest_version.number


def _total(row):
    return {
        "indicator": row.indicator.code,
        "name": row.indicator.name,
        "unit": row.indicator.unit,
        "accepted": _digits(row.accepted),
        "accepted_count": row.accepted_count,
        "provisional": _digits(row.provisional),
        "provisional_count": row.provisional_count,
        "target": _digits(row.year_number),
        "percent": _digits(row.percent if row.is_additive else None),
        "last_year": _digits(row.last_year),
        "difference": _digits(row.difference),
    }


def _agency(report):
    version = None if report.is_open else report.latest_version
    named = {"agency": report.agency.code, "name": report.agency.name}
    # The source by its hash: which version of it was consolidated can be proved later.
    return named | ({"version": version.number, "sha256": version.sha256} if version else {})


def _digits(value):
    return None if value is None else f"{value:.4f}"
