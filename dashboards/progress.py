"""How far a plan is in a year: each indicator's total beside its target (R13, R14)."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from agencies.models import Agency
from reporting.models import FigureStatus, Report, Round, Tier, VersionFigure
from reporting.totals import IndicatorProgress, indicator_progress, reporters_of_sums
from targets.models import Indicator, Target


@dataclass(frozen=True)
class YearProgress:
    """
    A plan year as its latest round with an accepted report shows it.

    Who answered “không áp dụng” to all that is added up has sent, but has no figure to count.
    """

    round: Round | None
    rows: list[IndicatorProgress]
    accepted: list[Agency] = field(default_factory=list)
    provisional: list[Agency] = field(default_factory=list)
    missing: list[Agency] = field(default_factory=list)
    not_applicable: list[Agency] = field(default_factory=list)
    beside: list[dict] = field(default_factory=list)
    undated: dict[int, Target] = field(default_factory=dict)

    @property
    def lines(self):
        """Return [(row, target)]; where no year's target is, what the plan says without a date."""
        return [(row, row.target or self.undated.get(row.indicator.pk)) for row in self.rows]

    @property
    def without_figures(self):
        """Undated targets, mostly words, for which nobody has sent a figure this year."""
        told = {row.indicator.pk for row in self.rows}
        return [target for pk, target in self.undated.items() if pk not in told]

    @property
    def agency_count(self):
        return self.sent_count + len(self.missing)

    @property
    def sent_count(self):
        return len(self.accepted) + len(self.provisional)

    @property
    def bar(self):
        """Return (accepted, provisional) of the main indicator in per cent of its bar's length."""
        accepted = min(self.main.percent, 100)
        return accepted, min(self.main.percent_provisional or 0, 100 - accepted)

    @property
    def main(self):
        """The plan's first additive indicator: the one the page's heading speaks of."""
        return next((row for row in self.rows if row.is_additive), None)


def year_progress(plan, year, *, today):
    """
    Return the year's progress. Rounds are never added to each other (R10).

    Percentages are of the targets in force when the round's figures end, or today before that:
    a revision counts from its effective day (R18).
    """
    round = latest_round(plan, year)
    day = min(today, round.window_end) if round else today
    rows = indicator_progress(plan, year, round, on=day)
    undated = _undated_targets(plan)
    if round is None:
        return YearProgress(None, rows, undated=undated)
    agencies = _agencies_by_part(round, reporters_of_sums(plan))
    beside = _figures_beside(plan, round, agencies["missing"])
    return YearProgress(round, rows, **agencies, beside=beside, undated=undated)


def _agencies_by_part(round, localities):
    """Return {part of the picture: its agencies} in Vietnamese order."""
    figures = VersionFigure.objects.added_up().filter(version=OuterRef("latest_version"))
    reports = round.reports.filter(tier=Tier.AGENCY, agency__in=localities)
    parts = {"accepted": [], "provisional": [], "missing": [], "not_applicable": []}
    reports = reports.annotate(adds=Exists(figures)).select_related("agency")
    for report in reports.order_by("agency__name_key"):
        parts[_part(report)].append(report.agency)
    return parts


def _part(report):
    if report.is_open:
        return "missing"
    if not report.adds:
        return "not_applicable"
    return "accepted" if report.state == Report.State.ACCEPTED else "provisional"


def _undated_targets(plan):
    undated = Target.objects.filter(indicator__plan=plan, scope=Target.Scope.UNDATED)
    return {target.indicator_id: target for target in undated.select_related("indicator")}


def years_with_rounds(plans):
    """Return {plan id: its latest year with a round}, ad hoc ones aside."""
    rounds = Round.objects.filter(plan__in=plans).exclude(kind=Round.Kind.AD_HOC)
    return dict(rounds.order_by("year").values_list("plan", "year"))


def latest_round(plan, year):
    """
    Return the year's latest round with an accepted report; failing that the first open one.

    Only a report that brings figures to add up counts (R13): one without indicators, or with
    “không áp dụng” alone, accepted early in the year's round, must not hide the first half's
    totals. Ad hoc rounds ask other things.
    """
    rounds = Round.objects.filter(plan=plan, year=year).exclude(kind=Round.Kind.AD_HOC)
    accepted = (
        VersionFigure.objects.current()
        .added_up()
        .filter(
            version__report__round=OuterRef("pk"),
            version__report__tier=Tier.AGENCY,
            version__report__state=Report.State.ACCEPTED,
        )
    )
    in_order = rounds.filter(Exists(accepted)).order_by("-window_end", "-pk")
    return in_order.first() or rounds.order_by("window_end").first()


def _figures_beside(plan, round, missing):
    """
    Return the last accepted figures, in this year's earlier rounds, of agencies missing now.

    They stand beside the total with their own date, never inside it (R13).
    """
    main = plan.indicators.filter(combine=Indicator.Combine.SUM).first()
    earlier = VersionFigure.objects.current().filter(
        indicator=main,
        version__report__agency__in=missing,
        version__report__state=Report.State.ACCEPTED,
        version__report__round__plan=plan,
        version__report__round__year=round.year,
        version__report__round__window_end__lt=round.window_end,
    )
    in_order = earlier.order_by("version__report__agency_id", "-version__report__round__window_end")
    rows = in_order.distinct("version__report__agency_id").values(
        "status", "actual", "version__report__agency__name", "version__report__round__window_end"
    )
    return [row | {"words": FigureStatus(row["status"]).label} for row in rows]
