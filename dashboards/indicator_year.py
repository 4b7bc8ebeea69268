"""One indicator in a plan year: each agency's figure, its part of the target, the years before."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from agencies.downloads import DataTable
from agencies.spreadsheets import Column
from reporting.models import Report, VersionFigure
from targets import attainment
from targets.models import Target
from targets.pace import Part

_COLUMNS = [
    Column("Đơn vị", 40),
    Column("Tình trạng", 18),
    Column("Số giao", 16, 4),
    Column("Thực hiện lũy kế", 16, 4),
    Column("Số liệu đến ngày"),
    Column("% số giao", 16, 1),
    Column("Còn thiếu so với số giao", 16, 4),
    Column("Ước cả năm", 16, 4),
    Column("Cùng kỳ năm trước", 16, 4),
    Column("Tăng, giảm", 16, 4),
]


@dataclass(frozen=True)
class AgencyLine:
    """One agency's figure with the report it stands in; missing is None, never 0 (R9)."""

    report: Report
    part: Part

    @property
    def percent(self):
        return attainment.percent(self.part.now, self.part.allocation)

    @property
    def gap(self):
        """Return how much of the allocation is still to come; negative when it is surpassed."""
        return attainment.difference(self.part.allocation, self.part.now)

    @property
    def difference(self):
        return attainment.difference(self.part.now, self.part.same_last_year)

    @property
    def cells(self):
        part = self.part
        words = [str(self.report.agency), self.report.get_state_display()]
        held_to = [_short(part.allocation), _short(part.now), part.as_of, self.percent]
        amounts = (self.gap, part.estimate, part.same_last_year, self.difference)
        return words + held_to + [_short(amount) for amount in amounts]


@dataclass(frozen=True)
class YearLine:
    """What a year came to, of its indicator's `totals` by year, beside the target it is held to."""

    year: int
    target: Target | None
    totals: dict[int, Decimal | None]

    @property
    def total(self):
        return self.totals.get(self.year)

    @cached_property
    def is_part(self):
        """Whether the target is of several years together, of which this is one."""
        return self.target is not None and attainment.is_of_years(self.target)

    @cached_property
    def percent(self):
        if self.target is None or self.is_part:
            return None
        return attainment.percent(self.total, self.target.number)

    @cached_property
    def is_met(self):
        return self.target and attainment.is_met_by(self.target, self.totals, self.year)


def _short(amount):
    """Return a number without the database's trailing zeros: 2030, not 2030.0000."""
    return amount if amount is None else Decimal(f"{amount.normalize():f}")


def agency_lines(progress, row):
    """Return the AgencyLine of each agency with a part in the sum, in Vietnamese order."""
    parts = dict(zip(row.agencies, row.parts, strict=False))
    reports = (report for report in progress.reports if report.agency_id in parts)
    return [AgencyLine(report, parts[report.agency_id]) for report in reports]


def figures_table(progress, row, lines):
    """Return the agencies' figures as a DataTable to be handed out."""
    title = f"{row.indicator}, năm {progress.year}, {progress.plan.short_title}"
    return DataTable(title, _COLUMNS, [line.cells for line in lines])


def year_lines(progress, row, *, today):
    """Return a YearLine for each year of the plan that is over or has a whole year's total."""
    figures = VersionFigure.objects.filter(indicator=row.indicator)
    totals = {year: total for (_, year), total in figures.by_year([row.indicator]).items()}
    targets = progress.targets_of(row.indicator)
    years = [year for year in progress.plan.years if year in totals or year < today.year]
    return [
        YearLine(year, attainment.year_target(targets, year, on=today), totals) for year in years
    ]
