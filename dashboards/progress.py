"""How far plans are in a year: each indicator beside its target, over the agencies (R13, R14)."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from agencies.models import Agency
from dashboards.indicator_line import IndicatorLine
from dashboards.year_rounds import (
    compared_with,
    has_closed,
    latest_round,
    plan_year,
    rounds_of,
)
from plans.models import Plan
from reporting.models import FigureStatus, Report, Round, VersionFigure
from targets import attainment
from targets import pace as pacing
from targets.models import Indicator, Target
from targets.pace import Part


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
        if not (self.round and self.main):
            return []
        rows = VersionFigure.objects.last_before(
            self.round, indicator=self.main.indicator, agencies=self.missing
        )
        return [row | {"words": FigureStatus(row["status"]).label} for row in rows]


def year_progress(plan, year, *, today):
    return year_progresses([(plan, year)], today=today)[0]


def year_progresses(plan_years, *, today, rounds=None, reports=None):
    """
    Return the YearProgress of each (plan, year). Rounds are never added to each other (R10).

    Percentages are of the targets in force when the round's figures end, or today before that:
    a revision counts from its effective day (R18). Six statements, however many plans; five when
    the plans' `rounds` have been read (`year_rounds.in_order`). `reports` is the QuerySet to take
    the rounds' reports from, where a page wants to know more of each.
    """
    plans = [plan for plan, _ in plan_years]
    if rounds is None:
        rounds = rounds_of(plans, {y for _, year in plan_years for y in (year - 1, year)})
    current = {plan.pk: latest_round(rounds, plan, year) for plan, year in plan_years}
    sheet = _Sheet(plans, [round for round in current.values() if round])
    sheet.read_figures(rounds)
    sheet.read_reports(Report.objects.all() if reports is None else reports)
    return [sheet.progress(plan, year, current[plan.pk], today) for plan, year in plan_years]


class _Sheet:
    """What the pages of some plan years need, read at once for all of them."""

    def __init__(self, plans, shown):
        self.shown = shown
        self.figures, self.reports = defaultdict(dict), defaultdict(dict)
        self.targets, self.indicators = defaultdict(list), defaultdict(list)
        for indicator in Indicator.objects.filter(plan__in=plans).select_related("breakdown"):
            self.indicators[indicator.plan_id].append(indicator)
        by_id = {indicator.pk: indicator for own in self.indicators.values() for indicator in own}
        for target in Target.objects.filter(indicator__plan__in=plans):
            target.indicator = by_id[target.indicator_id]
            self.targets[target.indicator_id].append(target)
        years = {round.plan_id: round.year for round in shown}
        self.asked, self.allocations = defaultdict(set), {}
        asked = Indicator.objects.filter(plan__in=plans).asked_of(set(years.values()))
        for pk, agency, year, value in asked:
            if year is None:
                self.asked[pk].add(agency)
            elif year == years.get(by_id[pk].plan_id):
                self.allocations[pk, agency] = value

    def read_figures(self, rounds):
        """Read {indicator id: {agency id: row}} of the rounds shown and those beside them."""
        if not self.shown:
            return
        beside = zip(*(compared_with(round, rounds) for round in self.shown), strict=True)
        same, whole, before = ({round.pk for round in group if round} for group in beside)
        now = {round.pk for round in self.shown}
        for row in VersionFigure.objects.by_agency(now=now, same=same, whole=whole, before=before):
            self.figures[row["indicator_id"]][row["agency_id"]] = row

    def read_reports(self, reports):
        """Read {round id: {agency id: report}}, each round's in Vietnamese order."""
        for report in reports.of_agencies_in(self.shown) if self.shown else ():
            self.reports[report.round_id][report.agency_id] = report

    def progress(self, plan, year, round, today):
        day = min(today, round.window_end) if round else today
        own = self.indicators[plan.pk]
        reports = self.reports[round and round.pk]
        is_closed = has_closed(round, today=today)
        rows = [self._line(indicator, year, round, day, is_closed) for indicator in own]
        undated = [t for i in own for t in self.targets[i.pk] if t.scope == Target.Scope.UNDATED]
        return YearProgress(
            plan,
            year,
            round,
            [row for row in rows if row],
            **self._agencies_by_part(own, reports.values()),
            undated={target.indicator_id: target for target in undated},
            reports=list(reports.values()),
            targets=self.targets,
        )

    def _line(self, indicator, year, round, day, is_closed):
        target = attainment.year_target(self.targets[indicator.pk], year, on=day)
        answers = self._answers(indicator, round)
        if target is None and not answers:
            return None
        is_sum = indicator.combine == Indicator.Combine.SUM
        by_agency = self._parts(indicator, round, answers) if is_sum else {}
        parts = tuple(by_agency.values()) if is_sum else _one_source(answers.values())
        accepted_count = sum(_is_accepted(report) for _, report in answers.values())
        return IndicatorLine(
            indicator=indicator,
            target=target,
            accepted=pacing.total(parts, accepted=True),
            accepted_count=accepted_count,
            provisional=pacing.total(parts, accepted=False),
            provisional_count=len(answers) - accepted_count,
            last_year=pacing.change(parts, "same_last_year")[1],
            has_parent=indicator.parent_id is not None,
            year=year,
            parts=parts,
            agencies=tuple(by_agency),
            span=round and plan_year(round),
            is_closed=is_closed,
        )

    def _answers(self, indicator, round):
        """Return {agency id: (row, report)} of those that sent this figure in the round."""
        reports = self.reports[round and round.pk]
        rows = self.figures[indicator.pk]
        return {agency: (row, reports[agency]) for agency, row in rows.items() if row["answer"]}

    def _parts(self, indicator, round, answers):
        """Return {agency id: Part} of those asked, and of those that answered unasked."""
        rows = self.figures[indicator.pk]
        agencies = self.asked[indicator.pk] & self.reports[round and round.pk].keys()
        parts = {}
        for agency in sorted(agencies | answers.keys()):
            row, report = answers.get(agency) or (rows.get(agency, {}), None)
            if row.get("answer") != FigureStatus.NOT_APPLICABLE:
                parts[agency] = _part(row, report, self.allocations.get((indicator.pk, agency)))
        return parts

    def _agencies_by_part(self, indicators, reports):
        """Return {part of the picture: its agencies} in Vietnamese order."""
        sums = [i.pk for i in indicators if i.combine == Indicator.Combine.SUM]
        asked = set().union(*(self.asked[pk] for pk in sums))
        rows = (item for pk in sums for item in self.figures[pk].items())
        adding = {agency for agency, row in rows if row["now"] is not None}
        parts = {"accepted": [], "provisional": [], "missing": [], "not_applicable": []}
        for report in reports:
            if report.agency_id in asked:
                parts[_place(report, adding)].append(report.agency)
        return parts


_COPIED = ("now", "estimate", "before", "same_last_year", "year_last_year")


def _part(row, report, allocation=None):
    """Return the Part of a row; `report` is None where it holds no answer of this round."""
    return Part(
        **{name: row.get(name) for name in _COPIED},
        as_of=report and report.latest_version.as_of,
        is_accepted=bool(report) and _is_accepted(report),
        allocation=allocation,
    )


def _one_source(answers):
    """Return a level's accepted figure and its provisional one, each the last one sent (R11)."""
    in_time = sorted(answers, key=lambda answer: answer[1].latest_version.submitted_at)
    known = [_part(*answer) for answer in in_time if answer[0]["now"] is not None]
    accepted = [part for part in known if part.is_accepted][-1:]
    return tuple(accepted + [part for part in known if not part.is_accepted][-1:])


def _is_accepted(report):
    return report.state == Report.State.ACCEPTED


def _place(report, adding):
    if report.is_open:
        return "missing"
    if report.agency_id not in adding:
        return "not_applicable"
    return "accepted" if _is_accepted(report) else "provisional"
