"""
Attainment arithmetic: numbers in, numbers out, on Decimal.

None means “cannot be said”, never zero. Percentages have one decimal, rounded half up.
"""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from targets.models import Indicator, Target
from targets.numerals import format_number

Operator, Scope = Target.Operator, Target.Scope

# The most specific target answers first for a year.
_PRECEDENCE = [
    Scope.YEAR,
    Scope.EACH_YEAR,
    Scope.BY_YEAR,
    Scope.AVERAGE_PER_YEAR,
    Scope.CUMULATIVE,
]
_WORDS = {
    Operator.AT_LEAST: _("từ {low}{unit} trở lên"),
    Operator.AT_MOST: _("không quá {high}{unit}"),
    Operator.ABOVE: _("trên {low}{unit}"),
    Operator.BELOW: _("dưới {high}{unit}"),
    Operator.ABOUT: _("khoảng {low}{unit}"),
    Operator.BETWEEN: _("từ {low} đến {high}{unit}"),
    Operator.EXACTLY: "{low}{unit}",
    Operator.PLAIN: "{low}{unit}",
}


def percent(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """Return part in per cent of whole. Not capped: 120.0 is a legitimate answer."""
    if part is None or not whole:
        return None
    return (part / whole * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)


def difference(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    return None if now is None or before is None else now - before


def is_met(target: Target, value: Decimal | None) -> bool | None:
    """
    Say whether a value meets the target (R16); None where nothing can be judged.

    A bare number (`plain`, `about`) is judged by what is better for the indicator, and so is a
    range: more jobs than “15.000 - 16.000” have met it, and so has a rate below “12 - 15%”.
    """
    if value is None:
        return None
    low, high = target.low, target.high
    match target.operator:
        case Operator.AT_LEAST:
            return value >= low
        case Operator.ABOVE:
            return value > low
        case Operator.AT_MOST:
            return value <= high
        case Operator.BELOW:
            return value < high
        case Operator.BETWEEN:
            return _is_met_by_range(target.indicator.better, low, high, value)
        case Operator.EXACTLY:
            return value == low
        case Operator.PLAIN | Operator.ABOUT:
            return _is_met_by_direction(target.indicator.better, low, value)
    return None


def _is_met_by_direction(better, number, value):
    if better == Indicator.Better.HIGHER:
        return value >= number
    if better == Indicator.Better.LOWER:
        return value <= number
    return None


def _is_met_by_range(better, low, high, value):
    if better == Indicator.Better.HIGHER:
        return value >= low
    if better == Indicator.Better.LOWER:
        return value <= high
    return low <= value <= high


def is_met_in(target: Target, value: Decimal | None, year: int) -> bool | None:
    """
    Say whether a year's value meets the target; None while it is too early to say (R16).

    An average and a sum over several years are judged at the end of their span, a monthly target
    never by a year's figure.
    """
    if target.scope == Scope.EACH_MONTH:
        return None
    return None if is_of_years(target) and year < target.to_year else is_met(target, value)


def is_met_by(target: Target, totals: dict[int, Decimal | None], year: int) -> bool | None:
    """
    Say whether what an indicator's years came to meets a year's target (R16).

    A sum over several years is judged at its end by all of them together, an average by their
    mean: None while one of them is unknown, or where the plan does not say which is the first. Of
    a level the last year's report tells the average itself.
    """
    if not is_of_years(target) or target.indicator.combine == Indicator.Combine.LATEST:
        return is_met_in(target, totals.get(year), year)
    if not target.from_year or year < target.to_year:
        return None
    values = [totals.get(each) for each in range(target.from_year, target.to_year + 1)]
    if None in values:
        return None
    total = sum(values)
    return is_met(target, total if target.scope == Scope.CUMULATIVE else total / len(values))


def is_of_years(target: Target) -> bool:
    """Say whether a target is of several years together: one year is no per cent of it (R16)."""
    return target.scope in (Scope.AVERAGE_PER_YEAR, Scope.CUMULATIVE)


def is_better(indicator: Indicator, difference: Decimal | None) -> bool | None:
    """Say whether a change is for the better (R11); None without one, or where neither is."""
    if not difference or indicator.better == Indicator.Better.NEUTRAL:
        return None
    return (difference > 0) == (indicator.better == Indicator.Better.HIGHER)


def year_target(targets, year, *, on):
    """
    Return the target a year is measured against on a day, the most specific one; None if none is.

    Of several with the same scope the next milestone answers, in the revision in force on that
    day (R18): one decided for later is not used before its time, nor for a year that was over.
    """
    on = min(on, dt.date(year, 12, 31))
    concerned = [target for target in in_force(targets, on=on) if _concerns(target, year)]
    return min(concerned, key=_rank, default=None)


def in_force(targets, *, on):
    """Return the targets as the plan and its revisions up to a day set them (R18)."""
    return [target for target in targets if (target.effective_on or on) <= on]


def _rank(target):
    decided = target.effective_on.toordinal() if target.effective_on else 0
    return _PRECEDENCE.index(target.scope), target.year or target.to_year, -decided


def _concerns(target, year):
    match target.scope:
        case Scope.YEAR:
            return target.year == year
        case Scope.BY_YEAR:
            return target.year >= year
        case Scope.EACH_YEAR | Scope.AVERAGE_PER_YEAR | Scope.CUMULATIVE:
            return (target.from_year or 0) <= year <= target.to_year
    return False


def describe(target: Target, unit: str = "") -> str:
    """Return the value in the plan's manner: “từ 35.000 lượt người trở lên”, “dưới 3,5%”."""
    if target.operator == Operator.QUALITATIVE:
        return target.text
    low = "" if target.low is None else format_number(target.low)
    high = "" if target.high is None else format_number(target.high)
    beside = unit if unit.startswith("%") else unit and f" {unit}"
    return _WORDS[target.operator].format(low=low, high=high, unit=beside)


def describe_span(target: Target) -> str:
    """Return the time a target speaks of: “năm 2024”, “đến năm 2025”, “2017 - 2020”."""
    match target.scope:
        case Scope.YEAR:
            return gettext("năm {year}").format(year=target.year)
        case Scope.BY_YEAR:
            return gettext("đến năm {year}").format(year=target.year)
        case Scope.EACH_MONTH:
            return gettext("mỗi tháng năm {year}").format(year=target.year)
        case Scope.UNDATED:
            return gettext("không ghi thời hạn")
    span = (
        f"{target.from_year} - {target.to_year}"
        if target.from_year
        else gettext("đến năm {to_year}").format(to_year=target.to_year)
    )
    return f"{target.get_scope_display()}, {span}"
