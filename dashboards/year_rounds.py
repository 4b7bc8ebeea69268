"""Which rounds a plan year is read from: the one shown, those it is compared with (R10, R13)."""

import datetime as dt
from typing import NamedTuple

from django.db.models import OuterRef, Subquery
from django.db.models.lookups import IsNull

from reporting.models import Report, Round, VersionFigure

Kind = Round.Kind


def rounds_of(plans, years):
    """Return the plans' rounds of some years in order of time, each with `has_total`."""
    return without_ad_hoc(in_order(Round.objects.filter(plan__in=plans, year__in=years)))


def without_ad_hoc(rounds):
    """Return the rounds that ask for the plan's own figures: ad hoc ones ask other things."""
    return [round for round in rounds if round.kind != Kind.AD_HOC]


def in_order(rounds):
    """
    Return a QuerySet's rounds in order of time.

    `has_total` says that an accepted report brings figures to add up (R13): one without
    indicators, or with “không áp dụng” alone, accepted early in the year's round, must not hide
    the first half's totals.
    """
    accepted = VersionFigure.objects.added_up().sent_by_agencies(
        round=OuterRef("pk"), state=Report.State.ACCEPTED
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
    """
    Return the year of the plan's latest round that has begun; the nearest to today before any has.

    A round may be opened long before its window (January's in November): until it begins, or
    brings a total, the year before it is the one that runs.
    """
    own = [round for round in rounds if round.plan_id == plan.pk]
    years = [round.year for round in own if round.window_start <= today or round.has_total]
    return max(years, default=min(max(today.year, plan.first_year), plan.last_year))


class Compared(NamedTuple):
    """The rounds a round is compared with; None where there is none."""

    same: Round | None  # cùng kỳ
    whole: Round | None  # last year's whole year
    before: Round | None  # the last one of the same plan year


def compared_with(round, rounds):
    """Return what a round is compared with, among rounds in order of time (R10, R14)."""
    own = [other for other in rounds if other.plan_id == round.plan_id]
    last = [other for other in own if other.year == round.year - 1]
    same = [r for r in last if (r.kind, r.number) == (round.kind, round.number)]
    closing = (Kind.MONTH, 12) if round.kind == Kind.MONTH else (Kind.YEAR, 0)
    whole = [r for r in last if (r.kind, r.number) == closing]
    earlier = [other for other in own if _runs_on_to(round, other)]
    return Compared(*(group[-1] if group else None for group in (same, whole, earlier)))


def _runs_on_to(round, earlier):
    """Say whether figures run on from an earlier round's, as `earlier_than` has it (R10)."""
    if (earlier.year, earlier.window_end < round.window_end) != (round.year, True):
        return False
    if round.kind == Kind.MONTH:
        return earlier.kind == Kind.MONTH
    return earlier.window_start == round.window_start


def is_closing(round):
    """Say whether a round is the last of its year: after it no figures of the year are asked."""
    return (round.kind, round.number) in ((Kind.YEAR, 0), (Kind.MONTH, 12))


def has_closed(round, *, today):
    """Say whether a year is over whose closing round this is; False without a round."""
    return bool(round) and is_closing(round) and today > plan_year(round)[1]


def plan_year(round):
    """Return (first, last) day of the year a round's figures run in (R2, R10)."""
    start = round.counts_from
    return start, start.replace(year=start.year + 1) - dt.timedelta(days=1)
