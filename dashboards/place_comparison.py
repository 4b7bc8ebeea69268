"""
One indicator in several provinces' plans, each with its own target and operator (R19).

Nothing here is added up: a row is a plan, and no row stands for several.
"""

from dataclasses import dataclass
from decimal import Decimal

from agencies.downloads import DataTable
from agencies.spreadsheets import Column
from dashboards.indicator_year import YearLine
from dashboards.year_comparison import targets_of, totals_by_year
from reporting.access import may_read_totals
from reporting.models import VersionFigure
from targets import attainment
from targets.models import Indicator, Target


@dataclass(frozen=True)
class Topic:
    """
    What several provinces follow: indicators whose codes agree after the plan's own prefix.

    AG06-UNEMP of An Giang and KT710-UNEMP of Kon Tum are one; both are rates of one source.
    """

    indicators: list[Indicator]

    @property
    def code(self):
        """What an address names it by: no other topic has this indicator."""
        return self.indicators[0].code

    @property
    def places(self):
        """Ids of the jurisdictions whose plans have it."""
        return {indicator.plan.jurisdiction_id for indicator in self.indicators}

    @property
    def name(self):
        return min((i.name for i in self.indicators), key=len)


def topics(plans):
    """Return the topics that plans of two places or more have, by name; one statement."""
    found = {}
    indicators = Indicator.objects.filter(plan__in=plans).select_related(
        "plan__jurisdiction", "plan__lead_agency"
    )
    for indicator in indicators.order_by("plan__jurisdiction__name", "plan__code", "position"):
        _, _, key = indicator.code.partition("-")
        if key:
            found.setdefault((key, indicator.kind, indicator.combine), []).append(indicator)
    shared = [
        Topic(rows)
        for rows in found.values()
        if len({row.plan.jurisdiction_id for row in rows}) > 1
    ]
    return sorted(shared, key=lambda topic: topic.name)


def chosen_topic(topics, code, memberships):
    """Return the topic named, else the first of a place the reader belongs to, else the first."""
    places = {m.jurisdiction_id or m.agency.jurisdiction_id for m in memberships}
    named = [topic for topic in topics if topic.code == code]
    own = [topic for topic in topics if places & topic.places]
    return next(iter(named or own or topics), None)


@dataclass(frozen=True)
class PlaceLine:
    """An indicator in one plan; `years` is None where the reader may not read its totals (R21)."""

    indicator: Indicator
    targets: list[Target]
    years: list[YearLine] | None

    @property
    def plan(self):
        return self.indicator.plan

    @property
    def latest(self):
        return self.years[-1] if self.years else None

    @property
    def goal(self):
        """
        Return the target its latest year is held against, else the first with a number.

        None of several years together: one year's bar would never come near it.
        """
        held = [self.latest.target] if self.latest and self.latest.target else self.targets
        of_one = (t for t in held if t.number is not None and not attainment.is_of_years(t))
        return next(of_one, None)


@dataclass(frozen=True)
class PlaceComparison:
    topic: Topic
    lines: list[PlaceLine]

    @property
    def rows(self):
        """
        Return [(line, (length of its latest result, place of its target) or None)] in per cent.

        One scale for all, up to the largest of them; no bars where units differ, for then lengths
        would compare what cannot be compared.
        """
        numbers = [n for line in self.lines for n in _numbers(line) if n]
        is_one_unit = len({line.indicator.unit for line in self.lines}) == 1
        if not (numbers and is_one_unit):
            return [(line, None) for line in self.lines]
        scale = max(numbers)
        return [(line, tuple(_share(n, scale) for n in _numbers(line))) for line in self.lines]

    @property
    def has_bars(self):
        return any(bar for _, bar in self.rows)


def _numbers(line):
    return line.latest and line.latest.total, line.goal and line.goal.number


def _share(number, scale):
    return None if number is None else f"{(number / scale * 100).quantize(Decimal('0.1'))}"


def compare(topic, user, *, today):
    """Return the topic's plans side by side; two statements, however many plans."""
    readable = [i for i in topic.indicators if may_read_totals(user, i.plan)]
    totals = totals_by_year(readable, VersionFigure.objects.filter(indicator__in=readable))
    targets = targets_of(topic.indicators)
    lines = []
    for indicator in topic.indicators:
        own = attainment.in_force(targets[indicator.pk], on=today)
        years = _years(own, totals[indicator.pk], today) if indicator in readable else None
        lines.append(PlaceLine(indicator, own, years))
    return PlaceComparison(topic, lines)


def _years(targets, totals, today):
    return [
        YearLine(year, attainment.year_target(targets, year, on=today), totals)
        for year in sorted(totals)
    ]


_COLUMNS = [
    Column("Địa bàn", 24),
    Column("Kế hoạch", 40),
    Column("Chỉ tiêu", 60),
    Column("Đơn vị tính", 20),
    Column("Mục tiêu", 28),
    Column("Thời gian của mục tiêu", 24),
    Column("Năm", 8),
    Column("Kết quả", 14, 4),
]


def places_table(comparison):
    """Return a row for each plan and year, or for the plan alone where no year is to be read."""
    rows = []
    for line in comparison.lines:
        for year in line.years or [None]:
            target = year.target if year else line.goal
            rows.append(
                [
                    str(line.plan.jurisdiction),
                    line.plan.short_title,
                    line.indicator.name,
                    line.indicator.unit,
                    attainment.describe(target) if target else "",
                    attainment.describe_span(target) if target else "",
                    year and str(year.year),
                    year and year.total,
                ]
            )
    return DataTable(f"So sánh, {comparison.topic.name}", _COLUMNS, rows)
