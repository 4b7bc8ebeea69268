"""The entry page's table: what was typed beside plan, last year and what follows from them."""

from dataclasses import dataclass, field
from decimal import Decimal

from reporting import drafts
from reporting.models import Figure, Report, VersionFigure
from targets import attainment
from targets.breakdowns import BrokenBreakdown
from targets.models import Allocation, Breakdown, Indicator


@dataclass
class Row:
    indicator: Indicator
    typed: str
    explanation: str
    status: str
    actual: Decimal | None
    planned: Decimal | None
    last_year: Decimal | None
    error: str = ""

    @property
    def percent(self):
        return attainment.percent(self.actual, self.planned)

    @property
    def difference(self):
        return attainment.difference(self.actual, self.last_year)

    @property
    def is_missing(self):
        return self.status == Figure.Status.MISSING


@dataclass
class Group:
    """Rows that stand together: those without a breakdown, or the members of one."""

    breakdown: Breakdown | None
    rows: list[Row] = field(default_factory=list)
    fault: BrokenBreakdown | None = None

    @property
    def adds_up(self):
        return self.breakdown is not None and self.breakdown.rule == Breakdown.Rule.PARTITION


def sent_table(report):
    """Return the same table of the version last sent; empty before there is one."""
    version = report.latest_version
    return entry_table(report, figures=version.figures.all()) if version else []


def entry_table(report, *, figures=None, typed=None, explanations=None, faults=None):
    """
    Return the groups of rows an agency fills in, in the plan's order, with the draft's figures.

    `typed`, `explanations` and `faults` (by indicator id) are what was just sent and could not
    be read: a page shown again loses nothing.
    """
    typed, explanations, faults = typed or {}, explanations or {}, faults or {}
    # The page asks each row for its breakdowns: only their parents get a field to explain.
    asked = list(drafts.indicators_asked(report).prefetch_related("breakdowns"))
    figures = report.figures.all() if figures is None else figures
    figures = {figure.indicator_id: figure for figure in figures}
    planned, last_year = _allocations(report), last_year_figures(report)
    groups = {}
    for indicator in asked:
        figure = figures.get(indicator.pk)
        row = Row(
            indicator=indicator,
            typed=typed.get(indicator.pk, drafts.write_cell(figure)),
            explanation=explanations.get(indicator.pk, figure.explanation if figure else ""),
            status=figure.status if figure else Figure.Status.MISSING,
            actual=figure.actual if figure else None,
            planned=planned.get(indicator.pk),
            last_year=last_year.get(indicator.pk),
            error=faults.get(indicator.pk, ""),
        )
        key = indicator.breakdown_id
        groups.setdefault(key, Group(indicator.breakdown)).rows.append(row)
    for fault in drafts.broken_in(report, figures):
        if fault.breakdown.pk in groups:
            groups[fault.breakdown.pk].fault = fault
    return list(groups.values())


def _allocations(report):
    """Return what the agency is given of each indicator's target for the plan year."""
    given = Allocation.objects.filter(agency=report.agency_id, year=report.round.year)
    return dict(given.values_list("indicator", "value"))


def last_year_figures(report):
    """Return the agency's accepted figures of last year's same round (cùng kỳ, R14)."""
    round = report.round
    before = VersionFigure.objects.current().filter(
        version__report__agency=report.agency_id,
        version__report__tier=report.tier,
        version__report__state=Report.State.ACCEPTED,
        version__report__round__plan=round.plan_id,
        version__report__round__kind=round.kind,
        version__report__round__year=round.year - 1,
        version__report__round__number=round.number,
    )
    return dict(before.values_list("indicator", "actual"))
