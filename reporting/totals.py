"""The totals of a round: which figures count, and what they are compared with (R13, R14)."""

from dataclasses import dataclass
from decimal import Decimal

from agencies.models import Agency
from reporting.models import Report, Round, Tier, VersionFigure
from targets import attainment
from targets.models import Indicator, Target

# What an indicator without any sent figure has.
NOTHING = {"accepted": None, "accepted_count": 0, "provisional": None, "provisional_count": 0}


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
    year: int
    gained: Decimal | None = None

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
        """Against cùng kỳ, of the agencies that have both (R14)."""
        return self.gained

    @property
    def is_better(self):
        return attainment.is_better(self.indicator, self.difference)

    @property
    def is_met(self):
        """Whether a level meets its target; a sum is on its way until the year ends (R10, R11)."""
        if self.target is None or self.is_additive:
            return None
        return attainment.is_met_in(self.target, self.accepted, self.year)

    @property
    def is_additive(self):
        return self.indicator.combine == Indicator.Combine.SUM


def indicator_progress(plan, year, round, *, on):
    """Return each indicator's totals in a round beside the year's target in force on a day."""
    targets = {}
    for target in Target.objects.for_year(year).filter(indicator__plan=plan):
        targets.setdefault(target.indicator_id, []).append(target)
    totals = totals_of(round)
    same = round and same_round_last_year(round)
    before, both = totals_of(same, accepted_in=round), _of_both(round, same)
    rows = []
    for indicator in plan.indicators.all():
        target = attainment.year_target(targets.get(indicator.pk, []), year, on=on)
        if target is None and indicator.pk not in totals:
            continue
        if target is not None:
            target.indicator = indicator
        total = totals.get(indicator.pk, NOTHING)
        now, then = total["accepted"], before.get(indicator.pk, NOTHING)["accepted"]
        if indicator.combine == Indicator.Combine.SUM:
            now, then = both.get(indicator.pk, (None, None))
        rows.append(
            IndicatorProgress(
                indicator=indicator,
                target=target,
                last_year=then,
                gained=attainment.difference(now, then),
                has_parent=indicator.parent_id is not None,
                year=year,
                **{name: total[name] for name in NOTHING},
            )
        )
    return rows


def totals_of(round, *, accepted_in=None):
    """
    Return {indicator id: totals} of a round, on wish only of agencies accepted in another round.

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


def _of_both(round, same):
    """
    Return {indicator id: (sum now, sum then)} of agencies with an accepted figure in both rounds.

    Like is compared with like: who has none of last year would read as a rise. One statement.
    """
    if same is None:
        return {}
    both, accepted = {}, VersionFigure.objects.sent_by_agencies(state=Report.State.ACCEPTED)
    for row in accepted.by_agency(now={round.pk}, same={same.pk}, whole=(), before=()):
        if None not in (row["now"], row["same_last_year"]):
            now, then = both.get(row["indicator_id"], (0, 0))
            both[row["indicator_id"]] = now + row["now"], then + row["same_last_year"]
    return both


def same_round_last_year(round):
    """Return last year's round of the same kind; None too for an ad hoc one, which has no such."""
    if round.kind == Round.Kind.AD_HOC:
        return None
    same = Round.objects.filter(plan=round.plan_id, kind=round.kind, number=round.number)
    return same.filter(year=round.year - 1).first()


def reporters_of_sums(plan):
    """Return the agencies whose figures are added up, as the indicators name them (R13)."""
    summed = Indicator.objects.filter(plan=plan, combine=Indicator.Combine.SUM)
    named = Agency.objects.filter(named_in_plans__indicators_reported__in=summed)
    grouped = Agency.objects.filter(groups__indicators_reported__in=summed)
    return (named | grouped).distinct().values("pk")
