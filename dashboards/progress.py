"""How far plans are in a year: each indicator beside its target, its pace, its forecast (R14)."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import OuterRef, Subquery
from django.db.models.lookups import IsNull

from agencies.models import Agency
from plans.models import Plan
from reporting.models import FigureStatus, Report, Round, Tier, VersionFigure
from reporting.totals import IndicatorProgress
from targets import attainment
from targets import pace as pacing
from targets.models import Indicator, Target
from targets.pace import Part

Kind = Round.Kind


@dataclass(frozen=True)
class IndicatorLine(IndicatorProgress):
    """
    An indicator's year with what each agency brings to it.

    `agencies` are the ids of those the parts are of, in the same order (sums only). `span` is the
    plan year's first and last day, where figures run since it opened (R10).
    """

    parts: tuple[Part, ...] = ()
    agencies: tuple[int, ...] = ()
    span: tuple[dt.date, dt.date] | None = None

    @property
    def difference(self):
        """Against cùng kỳ, of the agencies that have both (R14)."""
        return self._change("same_last_year")

    @property
    def increment(self):
        """Since the last round of the same plan year, of the agencies that have both (R10)."""
        return self._change("before")

    def _change(self, name):
        return attainment.difference(*pacing.change(self.parts, name))

    @cached_property
    def pace(self):
        """Return the Pace of a sum towards its year's number; None where there is none to tell."""
        if not (self.is_additive and self.span and self.year_number):
            return None
        start, end = self.span
        return pacing.pace(self.parts, self.year_number, start=start, end=end)

    @property
    def is_on_pace(self):
        return self.pace and pacing.is_on_pace(self.indicator, self.pace.points)

    @cached_property
    def forecast(self):
        if not (self.is_additive and self.span):
            return None
        return pacing.forecast(self.parts, end=self.span[1])

    @property
    def will_be_met(self):
        return pacing.will_be_met(self.target, self.forecast) if self.year_number else None

    @property
    def missing_count(self):
        return sum(not part.has_reported for part in self.parts)

    @property
    def as_of(self):
        """Return (earliest, latest) day the figures sent run to; (None, None) before any."""
        days = [part.as_of for part in self.parts if part.has_reported and part.as_of]
        return min(days, default=None), max(days, default=None)


@dataclass(frozen=True)
class YearProgress:
    """
    A plan year as its latest round with an accepted report shows it.

    `accepted`, `provisional` and `missing` are the agencies asked for what is added up. Who
    answered “không áp dụng” to all of it has sent, but has no figure to count. `reports` are those
    of all agencies in the round.
    """

    plan: Plan
    year: int
    round: Round | None
    rows: list[IndicatorLine]
    accepted: list[Agency] = field(default_factory=list)
    provisional: list[Agency] = field(default_factory=list)
    missing: list[Agency] = field(default_factory=list)
    not_applicable: list[Agency] = field(default_factory=list)
    undated: dict[int, Target] = field(default_factory=dict)
    reports: list[Report] = field(default_factory=list)
    targets: dict[int, list[Target]] = field(default_factory=dict)

    def targets_of(self, indicator):
        return self.targets.get(indicator.pk, [])

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

    @cached_property
    def beside(self):
        """
        The last accepted figures, in this year's earlier rounds, of agencies missing now.

        They stand beside the total with their own date, never inside it (R13).
        """
        return _figures_beside(self)


def year_progress(plan, year, *, today):
    return year_progresses([(plan, year)], today=today)[0]


def year_progresses(plan_years, *, today, rounds=None):
    """
    Return the YearProgress of each (plan, year). Rounds are never added to each other (R10).

    Percentages are of the targets in force when the round's figures end, or today before that:
    a revision counts from its effective day (R18). Seven statements, however many plans; six when
    their `rounds` have been read (`rounds_of`).
    """
    if rounds is None:
        rounds = rounds_of([plan for plan, _ in plan_years])
    current = {plan.pk: latest_round(rounds, plan, year) for plan, year in plan_years}
    shown = [round for round in current.values() if round]
    sheet = _Sheet([plan for plan, _ in plan_years], rounds, shown, today)
    return [sheet.progress(plan, year, current[plan.pk], today) for plan, year in plan_years]


def rounds_of(plans):
    """Return the plans' rounds in order of time, ad hoc ones aside: they ask other things."""
    return without_ad_hoc(in_order(Round.objects.filter(plan__in=plans)))


def without_ad_hoc(rounds):
    return [round for round in rounds if round.kind != Kind.AD_HOC]


def in_order(rounds):
    """
    Return a QuerySet's rounds in order of time.

    `has_total` says that an accepted report brings figures to add up (R13): one without
    indicators, or with “không áp dụng” alone, accepted early in the year's round, must not hide
    the first half's totals.
    """
    accepted = (
        VersionFigure.objects.current()
        .added_up()
        .filter(
            version__report__round=OuterRef("pk"),
            version__report__tier=Tier.AGENCY,
            version__report__state=Report.State.ACCEPTED,
        )
    )
    # One row of each round is looked for. EXISTS may be hashed, over every figure there is.
    one = Subquery(accepted.values("pk")[:1])
    return list(rounds.annotate(has_total=IsNull(one, False)).order_by("window_end", "pk"))


def latest_round(rounds, plan, year):
    """Return the year's latest round with an accepted report; failing that the first open one."""
    of_year = [round for round in rounds if (round.plan_id, round.year) == (plan.pk, year)]
    told = [round for round in of_year if round.has_total]
    return told[-1] if told else next(iter(of_year), None)


def latest_year(rounds, plan, *, today):
    """Return the plan's latest year with a round; the nearest to today before it has any."""
    years = [round.year for round in rounds if round.plan_id == plan.pk]
    return max(years, default=min(max(today.year, plan.first_year), plan.last_year))


class _Sheet:
    """What the pages of some plan years need, read at once for all of them."""

    def __init__(self, plans, rounds, shown, today):
        self.targets, self.indicators = {}, {}
        for target in Target.objects.filter(indicator__plan__in=plans):
            self.targets.setdefault(target.indicator_id, []).append(target)
        for indicator in Indicator.objects.filter(plan__in=plans).select_related("breakdown"):
            self.indicators.setdefault(indicator.plan_id, []).append(indicator)
        self._read_who_is_asked(plans, shown)
        self._read_figures(rounds, shown)
        self.reports = {}
        for report in Report.objects.of_agencies_in(shown, today=today) if shown else ():
            self.reports.setdefault(report.round_id, []).append(report)

    def _read_who_is_asked(self, plans, shown):
        years = {round.plan_id: round.year for round in shown}
        plan_of = {i.pk: plan for plan, own in self.indicators.items() for i in own}
        self.asked, self.allocations = {}, {}
        indicators = Indicator.objects.filter(plan__in=plans)
        for indicator, agency, year, value in indicators.asked_of():
            if year is None:
                self.asked.setdefault(indicator, set()).add(agency)
            elif year == years.get(plan_of[indicator]):
                self.allocations[indicator, agency] = value

    def _read_figures(self, rounds, shown):
        beside = [_rounds_beside(rounds, round) for round in shown]
        same, whole, before = (
            ({r.pk for r in group if r} for group in zip(*beside, strict=True))
            if beside
            else ((), (), ())
        )
        now = {round.pk for round in shown}
        self.figures = {}
        figures = VersionFigure.objects.by_agency(now=now, same=same, whole=whole, before=before)
        for row in figures if shown else ():
            self.figures.setdefault(row["indicator_id"], {})[row["agency_id"]] = row

    def progress(self, plan, year, round, today):
        day = min(today, round.window_end) if round else today
        rows = [self._line(i, year, round, day) for i in self.indicators.get(plan.pk, ())]
        rows = [row for row in rows if row]
        targets = [t for i in self.indicators.get(plan.pk, ()) for t in self._targets_of(i)]
        undated = {t.indicator_id: t for t in targets if t.scope == Target.Scope.UNDATED}
        reports = self.reports.get(round.pk, []) if round else []
        parts = self._agencies_by_part(plan, reports)
        return YearProgress(
            plan, year, round, rows, **parts, undated=undated, reports=reports, targets=self.targets
        )

    def _targets_of(self, indicator):
        targets = self.targets.get(indicator.pk, [])
        for target in targets:
            target.indicator = indicator
        return targets

    def _line(self, indicator, year, round, day):
        target = attainment.year_target(self._targets_of(indicator), year, on=day)
        figures = self.figures.get(indicator.pk, {})
        answers = [row for row in figures.values() if row["answers"]]
        if target is None and not answers:
            return None
        is_sum = indicator.combine == Indicator.Combine.SUM
        by_agency = self._parts(indicator, round) if is_sum else {}
        parts = tuple(by_agency.values()) if is_sum else _one_source(answers)
        return IndicatorLine(
            indicator=indicator,
            target=target,
            accepted=pacing.total(parts, accepted=True),
            accepted_count=sum(bool(row["is_accepted"]) for row in answers),
            provisional=pacing.total(parts, accepted=False),
            provisional_count=sum(not row["is_accepted"] for row in answers),
            last_year=pacing.change(parts, "same_last_year")[1],
            has_parent=indicator.parent_id is not None,
            year=year,
            parts=parts,
            agencies=tuple(by_agency),
            span=round and _plan_year(round),
        )

    def _parts(self, indicator, round):
        """Return {agency id: Part} of those asked, and of those that answered unasked."""
        figures = self.figures.get(indicator.pk, {})
        reporting = {report.agency_id for report in self.reports.get(round and round.pk, ())}
        answered = {agency for agency, row in figures.items() if row["answers"]}
        agencies = (self.asked.get(indicator.pk, set()) & reporting) | answered
        rows = {agency: figures.get(agency, {}) for agency in sorted(agencies)}
        return {
            agency: _part(row, self.allocations.get((indicator.pk, agency)))
            for agency, row in rows.items()
            if not row.get("not_applicable")
        }

    def _agencies_by_part(self, plan, reports):
        """Return {part of the picture: its agencies} in Vietnamese order."""
        sums = [i.pk for i in self.indicators.get(plan.pk, ()) if i.combine == "sum"]
        asked = set().union(*(self.asked.get(pk, ()) for pk in sums))
        adding = {
            a
            for pk in sums
            for a, row in self.figures.get(pk, {}).items()
            if row["now"] is not None
        }
        parts = {"accepted": [], "provisional": [], "missing": [], "not_applicable": []}
        for report in reports:
            if report.agency_id in asked:
                parts[_place(report, adding)].append(report.agency)
        return parts


def _rounds_beside(rounds, round):
    """Return (cùng kỳ, last year's whole year, the last round of this plan year) of a round."""
    own = [other for other in rounds if other.plan_id == round.plan_id]
    last = [other for other in own if other.year == round.year - 1]
    same = [r for r in last if (r.kind, r.number) == (round.kind, round.number)]
    closing = (Kind.MONTH, 12) if round.kind == Kind.MONTH else (Kind.YEAR, 0)
    whole = [r for r in last if (r.kind, r.number) == closing]
    earlier = [other for other in own if _runs_on_to(round, other)]
    return tuple(group[-1] if group else None for group in (same, whole, earlier))


def _runs_on_to(round, earlier):
    """Say whether figures run on from an earlier round's, as `earlier_than` has it (R10)."""
    if (earlier.year, earlier.window_end < round.window_end) != (round.year, True):
        return False
    if round.kind == Kind.MONTH:
        return earlier.kind == Kind.MONTH
    return earlier.window_start == round.window_start


def _plan_year(round):
    """Return the year a round's figures run in: a month's run from January on (R2, R10)."""
    start = round.counts_from
    return start, start.replace(year=start.year + 1) - dt.timedelta(days=1)


_COPIED = ("now", "as_of", "estimate", "before", "same_last_year", "year_last_year")


def _part(row, allocation=None):
    values = {name: row.get(name) for name in _COPIED}
    return Part(**values, is_accepted=bool(row.get("is_accepted")), allocation=allocation)


def _one_source(answers):
    """Return a level's accepted figure and its provisional one, each the last one sent (R11)."""
    answers = sorted(answers, key=lambda row: row["sent_at"])
    known = [row for row in answers if row["now"] is not None]
    accepted = [row for row in known if row["is_accepted"]][-1:]
    provisional = [row for row in known if not row["is_accepted"]][-1:]
    return tuple(_part(row) for row in accepted + provisional)


def _place(report, adding):
    if report.is_open:
        return "missing"
    if report.agency_id not in adding:
        return "not_applicable"
    return "accepted" if report.state == Report.State.ACCEPTED else "provisional"


def _figures_beside(progress):
    round, main = progress.round, progress.main
    if not (round and main):
        return []
    earlier = VersionFigure.objects.current().filter(
        indicator=main.indicator,
        version__report__agency__in=progress.missing,
        version__report__state=Report.State.ACCEPTED,
        version__report__round__plan=progress.plan,
        version__report__round__year=round.year,
        version__report__round__window_end__lt=round.window_end,
    )
    in_order = earlier.order_by("version__report__agency_id", "-version__report__round__window_end")
    rows = in_order.distinct("version__report__agency_id").values(
        "status", "actual", "version__report__agency__name", "version__report__round__window_end"
    )
    return [row | {"words": FigureStatus(row["status"]).label} for row in rows]
