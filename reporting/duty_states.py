"""How far the duties of a plan are, by agency, as the latest sent versions say; what is stuck."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from agencies.models import Agency
from plans.models import Duty
from reporting import draft_fields
from reporting.models import DutyStatus, Report, VersionDuty


@dataclass(frozen=True)
class AgencyDuties:
    """How many of an agency's duties stand where; `report` is the one that said so, or None."""

    agency: Agency
    report: Report | None
    asked: int
    counts: Counter

    @property
    def by_status(self):
        """Return [(status, number of duties)] in the order of the statuses."""
        return [(status, self.counts[status]) for status in DutyStatus]

    @property
    def unsaid(self):
        """Return how many duties no sent version speaks of: nothing is known, not “not begun”."""
        return self.asked - sum(self.counts.values())


@dataclass(frozen=True)
class StuckDuty:
    """A duty an agency calls stuck: its words, and the moment since which it has said so."""

    duty: Duty
    report: Report
    words: str
    since: datetime


class DutyStates:
    """All duties of a plan over its agencies, read in a number of statements that never grows."""

    def __init__(self, plan):
        self.plan = plan
        asked = draft_fields.duties_by_agency(plan.pk)
        reports = Report.objects.last_sent_of(plan).select_related(
            "agency", "latest_version", "round"
        )
        self._reports = {
            report.agency_id: report
            for report in reports.defer("latest_version__content")
            if report.agency_id in asked
        }
        said = VersionDuty.objects.filter(
            version__in=[report.latest_version_id for report in self._reports.values()]
        )
        said = list(said.select_related("duty").order_by("duty__position"))
        counts = {}
        for line in said:
            counts.setdefault(line.version_id, Counter())[line.status] += 1
        self.lines = [
            self._line(agency, len(asked[agency.pk]), counts)
            for agency in Agency.objects.filter(pk__in=asked).order_by("name_key")
        ]
        self._stuck = [line for line in said if line.status == DutyStatus.STUCK]

    def _line(self, agency, asked, counts):
        report = self._reports.get(agency.pk)
        said = counts.get(report and report.latest_version_id, Counter())
        return AgencyDuties(agency, report, max(asked, said.total()), said)

    @cached_property
    def total(self):
        """Return the counts of all agencies; a duty of a group counts once for each member."""
        counts = sum((line.counts for line in self.lines), Counter())
        return AgencyDuties(None, None, sum(line.asked for line in self.lines), counts)

    @cached_property
    def stuck(self):
        """Return what is stuck, what has been so longest first."""
        reports = {report.latest_version_id: report for report in self._reports.values()}
        since = VersionDuty.objects.stuck_since(self._stuck, reports)
        found = [
            StuckDuty(line.duty, report, line.words, since[report.agency_id, line.duty_id])
            for line in self._stuck
            if (report := reports[line.version_id])
        ]
        return sorted(found, key=lambda item: item.since)
