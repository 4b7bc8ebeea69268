"""
Pace and forecast of a sum over agencies: what they sent, beside the year's target (R10–R14).

Pure, on Decimal. None means “cannot be said”, never zero. What is printed agrees with what is
subtracted: percentages are rounded to one decimal, half up, before they are compared.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from targets.attainment import is_met, percent
from targets.models import Indicator

# Below this share of the plan in the hands of those who reported, pace is no more than a range.
ENOUGH = Decimal(80)
ZERO = Decimal(0)


@dataclass(frozen=True)
class Part:
    """
    One agency's share in a sum: its figure now (accepted or provisional) and what it is held to.

    `now` and `estimate` are cumulative in the plan year (R10); `before` is the last round's of the
    same plan year, `same_last_year` that of cùng kỳ, `year_last_year` the whole last year's.
    """

    now: Decimal | None = None
    is_accepted: bool = False
    as_of: dt.date | None = None
    estimate: Decimal | None = None
    before: Decimal | None = None
    same_last_year: Decimal | None = None
    year_last_year: Decimal | None = None
    allocation: Decimal | None = None

    @property
    def has_reported(self):
        return self.now is not None


class Basis(StrEnum):
    """What an agency's share of the plan is taken from."""

    ALLOCATION = "allocation"
    LAST_YEAR = "last_year"
    EVERYBODY = "everybody"  # nothing to share it out by, and no need: all have reported


@dataclass(frozen=True)
class Pace:
    """
    How far those who reported are with their part of the plan, beside the time gone by.

    `coverage`, `attained` and `time` in per cent; `low` and `high` are the whole plan in per cent
    if those missing did as the slowest and as the fastest who reported (against cùng kỳ).
    """

    basis: Basis | None = None
    coverage: Decimal | None = None
    attained: Decimal | None = None
    time: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def is_enough(self):
        return self.coverage is not None and self.coverage >= ENOUGH

    @property
    def points(self):
        """Return percentage points ahead (+) or behind (−) the time; None below 80 %."""
        if not self.is_enough or self.attained is None or self.time is None:
            return None
        return self.attained - self.time


@dataclass(frozen=True)
class Forecast:
    """The year's result to come, one number when nobody is missing; and how it was made."""

    low: Decimal
    high: Decimal
    by_estimate: int
    by_share: int
    missing: int
    whole: int = 0  # agencies whose figure is the year's result already

    @property
    def is_result(self):
        """Say whether nothing of the year is still to come."""
        return not (self.by_estimate or self.by_share or self.missing)

    @property
    def is_range(self):
        return self.low != self.high


def total(parts, *, accepted):
    """Return the sum of the accepted figures, or of the provisional ones; None if none is there."""
    return _sum(part.now for part in parts if part.is_accepted == accepted)


def change(parts, name, *, accepted_only=True):
    """
    Return (now, then) of the agencies that have both, by what stands in Part under `name`.

    Like with like: an agency missing in one of the two would read as a fall or a rise.
    """
    counted = [part for part in parts if part.is_accepted or not accepted_only]
    both = [(p.now, getattr(p, name)) for p in counted if None not in (p.now, getattr(p, name))]
    return _sum(now for now, _ in both), _sum(then for _, then in both)


def time_gone(day, start, end):
    """Return the fraction of a plan year that is over at the end of a day, 0 to 1."""
    days = Decimal((end - start).days + 1)
    return min(max(Decimal((day - start).days + 1), ZERO), days) / days


def pace(parts, target: Decimal | None, *, start: dt.date, end: dt.date, is_closed=False) -> Pace:
    """
    Return the pace of a sum towards a year's target in a plan year from `start` to `end`.

    `is_closed` as in `forecast`: an accepted figure then stands for all of the year's time.
    """
    basis, weights = _weights(parts)
    reported = [(p, w) for p, w in zip(parts, weights, strict=True) if p.has_reported]
    whole, share = sum(weights, ZERO), sum((weight for _, weight in reported), ZERO)
    if not target or not share:
        return Pace(basis, coverage=percent(share, whole))
    now = sum(part.now for part, _ in reported)
    days = [end if _is_whole(p, end, is_closed) else p.as_of or end for p, _ in reported]
    gone = sum(w * time_gone(d, start, end) for d, (_, w) in zip(days, reported, strict=True))
    low, high = _with_the_missing(parts, now)
    return Pace(
        basis,
        coverage=percent(share, whole),
        attained=percent(now * whole, target * share),
        time=percent(gone, share),
        low=percent(low, target),
        high=percent(high, target),
    )


def _weights(parts):
    """
    Return (basis, the weight of each agency in the plan): allocation, else last year's result.

    An allocation counts only when every agency has one. Who has no result of last year weighs as
    much as the others do on average. With neither, all weigh the same once everybody reported.
    """
    given = [part.allocation for part in parts]
    if None not in given and sum(given, ZERO):
        return Basis.ALLOCATION, given
    results = [part.year_last_year for part in parts]
    known = [value for value in results if value is not None]
    if not sum(known, ZERO):
        is_whole = bool(parts) and all(part.has_reported for part in parts)
        basis, weight = (Basis.EVERYBODY, Decimal(1)) if is_whole else (None, ZERO)
        return basis, [weight for _ in parts]
    mean = sum(known) / len(known)
    return Basis.LAST_YEAR, [mean if value is None else value for value in results]


def _with_the_missing(parts, now):
    """Return (lowest, highest) sum now if those missing did as the others against cùng kỳ."""
    missing = [part.same_last_year for part in parts if not part.has_reported]
    slow, fast = _growths(parts)
    if missing and (slow is None or None in missing):
        return None, None
    base = sum(missing, ZERO)
    return now + base * (slow or 0), now + base * (fast or 0)


def _growths(parts):
    """Return the slowest and the fastest ratio to cùng kỳ among the agencies that reported."""
    ratios = [p.now / p.same_last_year for p in parts if p.has_reported and p.same_last_year]
    return min(ratios, default=None), max(ratios, default=None)


def forecast(parts, *, end: dt.date, is_closed=False) -> Forecast | None:
    """
    Return the result of the plan year that ends on `end`; None where some agency gives nothing.

    A figure that runs to the year's end is its result (R10): nothing is added to it. Nor to an
    accepted one once the year `is_closed`: it is over, and the parts stand in its closing round,
    after which nobody is asked again, whatever day a figure says it runs to. Before that, an
    agency's own ước cả năm where it gave one; else its figure, grown as its last year grew from
    the same round to the year's end (its own ratio, or all agencies' together). Who is missing
    repeats last year, as the slowest and as the fastest of the others stand against cùng kỳ.
    """
    reported = [part for part in parts if part.has_reported]
    missing = [part.year_last_year for part in parts if not part.has_reported]
    ratio, (slow, fast) = _growth_to_come(parts), _growths(parts)
    whole = [part for part in reported if _is_whole(part, end, is_closed)]
    open_ = [part for part in reported if not _is_whole(part, end, is_closed)]
    amounts = [part.now for part in whole] + [_to_come(part, ratio) for part in open_]
    lost = missing and (slow is None or None in missing)
    if not amounts or None in amounts or lost:
        return None
    base, known = sum(missing, ZERO), sum(amounts, ZERO)
    low, high = known + base * (slow or 0), known + base * (fast or 0)
    if open_ or missing:  # what is to come is told in whole numbers, a result as it is
        low, high = _whole_number(low), _whole_number(high)
    own = sum(part.estimate is not None for part in open_)
    return Forecast(
        low=low,
        high=high,
        by_estimate=own,
        by_share=len(open_) - own,
        missing=len(missing),
        whole=len(whole),
    )


def _is_whole(part, end, is_closed):
    if is_closed and part.is_accepted:
        return True
    return part.as_of is not None and part.as_of >= end


def _growth_to_come(parts):
    both = [p for p in parts if p.same_last_year and p.year_last_year is not None]
    same = sum((p.same_last_year for p in both), ZERO)
    return sum((p.year_last_year for p in both), ZERO) / same if same else None


def _to_come(part, ratio):
    if part.estimate is not None:
        return part.estimate
    if part.same_last_year and part.year_last_year is not None:
        return part.now * part.year_last_year / part.same_last_year
    return None if ratio is None else part.now * ratio


def _whole_number(value):
    return value.quantize(Decimal(1), ROUND_HALF_UP)


def _sum(values):
    known = [value for value in values if value is not None]
    return sum(known, ZERO) if known else None


def is_on_pace(indicator, points: Decimal | None) -> bool | None:
    """Say whether points ahead of time are good (R16); None where nobody can tell."""
    if points is None or indicator.better == Indicator.Better.NEUTRAL:
        return None
    return points <= 0 if indicator.better == Indicator.Better.LOWER else points >= 0


def will_be_met(target, expected: Forecast | None) -> bool | None:
    """Say whether all of the forecast meets the target, or none of it; None in between."""
    if expected is None:
        return None
    met = {is_met(target, expected.low), is_met(target, expected.high)}
    return met.pop() if len(met) == 1 else None
