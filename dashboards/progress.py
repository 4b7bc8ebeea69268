"""How far a plan is in a year: each indicator's total beside its target (R13, R14)."""

from dataclasses import dataclass

from agencies.models import Agency
from reporting.models import Report, Round, Tier, VersionFigure
from reporting.totals import IndicatorProgress, indicator_progress, reporters_of_sums
from targets.models import Indicator


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
    rows = indicator_progress(plan, year, round, on=day)
    if round is None:
        return YearProgress(None, rows, [], [], [], [])
    localities = reporters_of_sums(plan)
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
        reports__agency__in=reporters_of_sums(plan),
    )
    return accepted.order_by("-window_end", "-pk").first() or rounds.order_by("window_end").first()


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
