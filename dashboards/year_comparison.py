"""The years of one plan side by side: each beside its own target, never added (R10, R13)."""

from dataclasses import dataclass

from agencies.downloads import DataTable
from agencies.spreadsheets import Column
from dashboards.indicator_year import YearLine
from reporting.models import VersionFigure
from targets import attainment
from targets.models import Indicator, Target


@dataclass(frozen=True)
class IndicatorYears:
    """One indicator over the years: a YearLine for each, in order."""

    indicator: Indicator
    years: list[YearLine]

    @property
    def is_additive(self):
        return self.indicator.combine == Indicator.Combine.SUM


def indicator_years(plan, *, today):
    """Return the plan's indicators with a target or a total in a year; at most four statements."""
    indicators = list(plan.indicators.select_related("breakdown"))
    targets = targets_of(indicators)
    totals = totals_by_year(indicators)
    lines = [
        IndicatorYears(
            indicator,
            [
                YearLine(
                    year,
                    attainment.year_target(targets[indicator.pk], year, on=today),
                    totals[indicator.pk],
                )
                for year in plan.years
            ],
        )
        for indicator in indicators
    ]
    return [line for line in lines if any(y.target or y.total is not None for y in line.years)]


def totals_by_year(indicators, figures=None):
    """Return {indicator id: {year: what it came to}}, of some figures; at most two statements."""
    figures = VersionFigure.objects if figures is None else figures
    totals = {indicator.pk: {} for indicator in indicators}
    for (pk, year), total in figures.by_year(indicators).items():
        totals[pk][year] = total
    return totals


def targets_of(indicators):
    """Return {indicator id: its targets}, each knowing its indicator; one statement."""
    targets = {indicator.pk: [] for indicator in indicators}
    by_id = {indicator.pk: indicator for indicator in indicators}
    for target in Target.objects.filter(indicator__in=by_id):
        target.indicator = by_id[target.indicator_id]
        targets[target.indicator_id].append(target)
    return targets


def years_table(plan, lines):
    """Return the comparison as a DataTable: target, result and per cent of each year."""
    columns = [Column("Chỉ tiêu", 60), Column("Đơn vị tính", 14)]
    for year in plan.years:
        columns += [
            Column(f"Mục tiêu {year}", 20),
            Column(f"Kết quả {year}", 14, 4),
            Column(f"% mục tiêu {year}", 12, 1),
        ]
    rows = [
        [line.indicator.name, line.indicator.unit, *(c for y in line.years for c in _cells(y))]
        for line in lines
    ]
    return DataTable(f"Các năm, {plan.short_title}", columns, rows)


def _cells(year):
    return attainment.describe(year.target) if year.target else "", year.total, year.percent
