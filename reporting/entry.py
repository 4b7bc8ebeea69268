"""The entry page's table: what was typed beside plan, last year and what follows from them."""

from dataclasses import dataclass, field
from decimal import Decimal

from reporting import drafts
from reporting.comparison import FigureChange, figure_change
from reporting.drafts import DraftFigure
from reporting.models import FigureStatus, VersionFigure
from reporting.models.version_figures import ROUND, earlier_than, in_report, last_year_of
from reporting.soft_checks import doubts
from targets import attainment
from targets.breakdowns import BrokenBreakdown
from targets.models import Allocation, Breakdown, Indicator


@dataclass(frozen=True)
class Row:
    figure: DraftFigure
    planned: Decimal | None
    last_year: Decimal | None
    last_round: Decimal | None
    conflicts: tuple = ()
    # Beside the version sent before this one; None where there is none.
    change: FigureChange | None = None

    @property
    def indicator(self):
        return self.figure.indicator

    @property
    def key(self):
        """The indicator's id as text, for names of fields."""
        return str(self.indicator.pk)

    @property
    def percent(self):
        return attainment.percent(self.figure.actual, self.planned)

    @property
    def estimate_percent(self):
        return attainment.percent(self.figure.estimate, self.planned)

    @property
    def difference(self):
        return attainment.difference(self.figure.actual, self.last_year)

    @property
    def increment(self):
        """What came since the last round of the same plan year; derived, never typed (R10)."""
        return attainment.difference(self.figure.actual, self.last_round)

    @property
    def is_missing(self):
        return self.figure.status == FigureStatus.MISSING

    @property
    def is_additive(self):
        return self.indicator.combine == Indicator.Combine.SUM

    @property
    def doubts(self):
        return doubts(self.figure, last_round=self.last_round, last_year=self.last_year)


@dataclass
class Group:
    """Rows that stand together: those without a breakdown, or the members of one."""

    breakdown: Breakdown | None
    rows: list[Row] = field(default_factory=list)
    fault: BrokenBreakdown | None = None
    # The figure the rows are parts of; None where the agency is not asked for it.
    total: DraftFigure | None = None

    @property
    def is_complete(self):
        """Whether the parts and their total are known, so that they can be set against it."""
        figures = [self.total, *(row.figure for row in self.rows)]
        return all(figure is not None and figure.amount is not None for figure in figures)

    @property
    def adds_up(self):
        return self.breakdown is not None and self.breakdown.rule == Breakdown.Rule.PARTITION


def entry_table(draft, conflicts=None):
    """
    Return the groups of rows an agency fills in, in the plan's order.

    `conflicts` (by field name) are fields somebody else changed since they were last seen.
    """
    return _table(draft.report, draft.figures, draft.broken, conflicts or {})


def conflicts_on(conflicts, pk, *parts):
    """Return the conflicts on the fields of one row, e.g. figure-12, estimate-12."""
    return tuple(conflicts[name] for part in parts if (name := f"{part}-{pk}") in conflicts)


def sent_table(report, before=None):
    """
    Return the same table of the version last sent; empty before there is one.

    `before` is the content of the version sent before it: each row then says what changed.
    """
    if report.latest_version is None:
        return []
    figures = {figure.indicator.pk: figure for figure in drafts.sent_figures(report.latest_version)}
    return _table(report, figures, drafts.broken_in(figures), changes=_changes(figures, before))


def _changes(figures, before):
    if before is None:
        return {}
    old = {figure["indicator"]: figure for figure in before["figures"]}
    return {
        pk: figure_change(old.get(figure.indicator.code), figure) for pk, figure in figures.items()
    }


def _table(report, figures, broken, conflicts=None, changes=None):
    planned = _allocations(report)
    last_year, last_round = compared_with(report)
    groups = {}
    for pk, figure in figures.items():
        row = Row(
            figure=figure,
            planned=planned.get(pk),
            last_year=last_year.get(pk),
            last_round=last_round.get(pk),
            conflicts=conflicts_on(conflicts or {}, pk, "figure", "estimate", "explanation"),
            change=(changes or {}).get(pk),
        )
        key, breakdown = figure.indicator.breakdown_id, figure.indicator.breakdown
        total = breakdown and figures.get(breakdown.parent_id)
        groups.setdefault(key, Group(breakdown, total=total)).rows.append(row)
    for fault in broken:
        if fault.breakdown.pk in groups:
            groups[fault.breakdown.pk].fault = fault
    return list(groups.values())


def _allocations(report):
    """Return what the agency is given of each indicator's target for the plan year."""
    given = Allocation.objects.filter(agency=report.agency_id, year=report.round.year)
    return dict(given.values_list("indicator", "value"))


def compared_with(report):
    """
    Return ({indicator id: cùng kỳ}, {indicator id: last round's figure}) in one statement.

    Cùng kỳ is what was accepted in last year's same round (R14); the last round's is what the
    agency last sent for an earlier round of the same plan year (R10).
    """
    round = report.round
    figures = VersionFigure.objects.filter(
        in_report(agency=report.agency_id, tier=report.tier, round__plan=round.plan_id),
        last_year_of(round) | earlier_than(round),
    ).order_by(f"{ROUND}__window_end")
    last_year, last_round = {}, {}
    said = figures.values_list("indicator", "status", "actual", f"{ROUND}__year")
    for pk, status, actual, year in said:
        amount = Decimal(0) if status == FigureStatus.NIL else actual
        (last_round if year == round.year else last_year)[pk] = amount
    return last_year, last_round
