"""How far a plan is in a year: each indicator's total beside its target (R13, R14)."""

from dataclasses import dataclass
from decimal import Decimal

from agencies.models import Agency
from reporting.models import Report, Round, Tier, VersionFigure
from targets import attainment
from targets.models import Indicator, Target


@dataclass(frozen=True)
class IndicatorProgress:
    indicator: Indicator
    target: Target | None
    accepted: Decimal | None
    accepted_count: int
    provisional: Decimal | None
    provisional_count: int
    last_year: Decimal | None
    has_parent: bool

    @property
    def year_number(self):
        """The number one year's figure is a part of; a span's target is judged at its end (R16)."""
        of_a_year = (Target.Scope.YEAR, Target.Scope.EACH_YEAR)
        return self.target.number if self.target and self.target.scope in of_a_year else None

    @property
    def percent(self):
        return attainment.percent(self.accepted, self.year_number)

    @property
    def percent_provisional(self):
        return attainment.percent(self.provisional, self.year_number)

    @property
    def difference(self):
        return attainment.difference(self.accepted, self.last_year)

    @property
    def is_additive(self):
        return self.indicator.combine == Indicator.Combine.SUM


@dataclass(frozen=True)
class YearProgress:
    """A plan year as its latest round with an accepted report shows it."""

    round: Round | None
    rows: list[IndicatorProgress]
    accepted: list[Agency]
    provisional: list[Agency]
    missing: list[Agency]
    beside: list[dict]

    @property
    def agency_count(self):
        return len(self.accepted) + len(self.provisional) + len(self.missing)

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
    rows = _rows(plan, year, round, on=day)
    if round is None:
        return YearProgress(None, rows, [], [], [], [])
    localities = _reporters_of_sums(plan)
    reports = list(
        round.reports.filter(tier=Tier.AGENCY, agency__in=localities).select_related("agency")
    )
    by_state = {state: [] for state in Report.State}
    for report in reports:
        by_state[report.state].append(report.agency)
    missing = by_state[Report.State.DRAFT] + by_state[Report.State.RETURNED]
    return YearProgress(
        round=round,
        rows=rows,
        accepted=by_state[Report.State.ACCEPTED],
        provisional=by_state[Report.State.SUBMITTED],
        missing=sorted(missing, key=lambda agency: bytes(agency.name_key)),
        beside=_figures_beside(plan, round, missing),
    )


def latest_round(plan, year):
    """
    Return the year's latest round with an accepted report; failing that the first open one.

    Only reports that carry figures to add up count (R13): an agency without indicators, accepted
    early in the year's round, must not hide the first half's totals. Ad hoc rounds ask other
    things.
    """
    rounds = Round.objects.filter(plan=plan, year=year).exclude(kind=Round.Kind.AD_HOC)
    accepted = rounds.filter(
        reports__state=Report.State.ACCEPTED,
        reports__tier=Tier.AGENCY,
        reports__agency__in=_reporters_of_sums(plan),
    )
    return accepted.order_by("-window_end", "-pk").first() or rounds.order_by("window_end").first()


def _rows(plan, year, round, *, on):
    targets = {}
    for target in Target.objects.for_year(year).filter(indicator__plan=plan):
        targets.setdefault(target.indicator_id, []).append(target)
    totals = _totals(round)
    before = _totals(round and _same_round_last_year(round), accepted_in=round)
    nothing = {"accepted": None, "accepted_count": 0, "provisional": None, "provisional_count": 0}
    rows = []
    for indicator in plan.indicators.all():
        target = attainment.year_target(targets.get(indicator.pk, []), year, on=on)
        if target is None and indicator.pk not in totals:
            continue
        if target is not None:
            target.indicator = indicator
        total = totals.get(indicator.pk, nothing)
        rows.append(
            IndicatorProgress(
                indicator=indicator,
                target=target,
                last_year=before.get(indicator.pk, nothing)["accepted"],
                has_parent=indicator.parent_id is not None,
                **{name: total[name] for name in nothing},
            )
        )
    return rows


def _totals(round, *, accepted_in=None):
    """
    Return a round's totals by indicator, on wish only of agencies accepted in another round.

    Like is compared with like: last year's figure of an agency that is missing this year would
    read as a fall.
    """
    if round is None:
        return {}
    figures = VersionFigure.objects.all()
    if accepted_in is not None:
        same = accepted_in.reports.filter(state=Report.State.ACCEPTED, tier=Tier.AGENCY)
        figures = figures.filter(version__report__agency__in=same.values("agency"))
    return {row["indicator"]: row for row in figures.totals_of(round)}


def _same_round_last_year(round):
    same = Round.objects.filter(plan=round.plan_id, kind=round.kind, number=round.number)
    return same.filter(year=round.year - 1).first()


def _reporters_of_sums(plan):
    """Return the agencies whose figures are added up, as the indicators name them (R13)."""
    summed = Indicator.objects.filter(plan=plan, combine=Indicator.Combine.SUM)
    named = Agency.objects.filter(named_in_plans__indicators_reported__in=summed)
    grouped = Agency.objects.filter(groups__indicators_reported__in=summed)
    return (named | grouped).distinct().values("pk")


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
    rows = earlier.order_by("version__report__agency_id", "-version__report__round__window_end")
    return list(
        rows.distinct("version__report__agency_id").values(
            "actual", "version__report__agency__name", "version__report__round__window_end"
        )
    )
