"""Opening rounds: one report for each obliged agency, from the start (R3, R5)."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from agencies.models import Agency, record_event
from reporting import deadlines
from reporting.models import Obligation, Regime, Report, Round, RoundDue, Tier

# A round opens this long before its last day, so that people can begin to fill it in.
OPENS_AHEAD = dt.timedelta(days=90)
_KINDS = {
    Regime.Frequency.FIRST_HALF: Round.Kind.FIRST_HALF,
    Regime.Frequency.ANNUAL: Round.Kind.YEAR,
    Regime.Frequency.MONTHLY: Round.Kind.MONTH,
}


def open_rounds(plans, *, now, year=None, by=None):
    """
    Open the rounds that are due and return the new ones. Safe to run twice.

    Without a year: those whose last day is ahead and within reach of `OPENS_AHEAD`. With a year:
    all dated rounds of that plan year, also past ones (they mail nobody, R23).
    """
    opened = []
    for plan in plans:
        years = [year] if year else [now.year - 1, now.year, now.year + 1]
        for plan_year in years:
            for kind, number, last in dated_rounds(plan, plan_year):
                within_reach = now.date() <= last <= now.date() + OPENS_AHEAD
                if year or within_reach:
                    opened += [open_round(plan, kind, plan_year, number, now=now, by=by)]
    return [round for round in opened if round]


def dated_rounds(plan, year):
    """
    Return [(kind, number, last day)] of the agency tier's dated rounds in a plan year.

    A round whose last day lies before the plan was issued never existed: plan 171/KH-UBND of
    13/9/2021 has no first half of 2021.
    """
    if year not in plan.years:
        return []
    last_days = {}
    for regime in _opening_regimes(plan, Tier.AGENCY):
        kind = _KINDS.get(regime.frequency)
        for number in range(1, 13) if kind == Round.Kind.MONTH else [0]:
            last_days.setdefault((kind, number), last_day_of(plan, regime, year, number))
    return [
        (kind, number, last)
        for (kind, number), last in last_days.items()
        if kind and not (plan.issued_on and last < plan.issued_on)
    ]


def last_day_of(plan, regime, year, number=0):
    """Return a regime's last day under the plan's provincial settings (R1)."""
    jurisdiction = plan.jurisdiction
    return deadlines.last_day(
        regime,
        year,
        number,
        named_day_counts=jurisdiction.named_day_counts,
        moves_to_working_day=jurisdiction.moves_to_working_day,
    )


@transaction.atomic
def open_round(plan, kind, year, number=0, *, now, by=None, is_demo=False):
    """Open one round with its due dates and reports; None when it is open already."""
    start, end = deadlines.data_window(kind, year, number)
    round, created = Round.objects.get_or_create(
        plan=plan,
        kind=kind,
        year=year,
        number=number,
        defaults={
            "window_start": start,
            "window_end": end,
            "opened_at": now,
            "is_demo": is_demo,
        },
    )
    if not created:
        return None
    last_days = {tier: _add_due(round, tier) for tier in Tier.values}
    Report.objects.bulk_create(
        Report(
            round=round,
            tier=tier,
            agency=agency,
            obligation=obligation,
            last_day=last_days[tier],
        )
        for tier, agency, obligation in _reporters(round, on=end)
    )
    record_event("round-opened", round, by=by, at=now, is_demo=is_demo)
    return round


def _opening_regimes(plan, tier, kind=None):
    """Return a tier's dated regimes, those that oblige first: theirs is the round's date."""
    regimes = [regime for regime in plan.regimes.filter(tier=tier) if regime.opens_rounds]
    regimes.sort(key=lambda regime: regime.obligation != Obligation.REQUIRED)
    return [r for r in regimes if kind is None or _KINDS.get(r.frequency) == kind]


def _add_due(round, tier):
    """Write a tier's due date from the plan's required rule; an undated tier gets none (R3)."""
    regimes = _opening_regimes(round.plan, tier, round.kind)
    regime = next((r for r in regimes if r.obligation == Obligation.REQUIRED), None)
    last = regime and last_day_of(round.plan, regime, round.year, round.number)
    RoundDue.objects.create(
        round=round, tier=tier, last_day=last, words=regime.due_words if regime else ""
    )
    return last


def _reporters(round, *, on):
    """Yield (tier, agency, obligation): the obliged, the requested, the lead's consolidation."""
    asked = {}
    for regime in _opening_regimes(round.plan, Tier.AGENCY, round.kind):
        for agency in agencies_named(regime.reporters.all(), on=on):
            if asked.get(agency) != Obligation.REQUIRED:
                asked[agency] = regime.obligation
    # Holders of duties who are no reporters (bank, press, schools) are invited likewise (R5).
    holders = round.plan.parties.filter(duties__isnull=False, mentioned_only=False).distinct()
    for agency in agencies_named(holders, on=on):
        asked.setdefault(agency, Obligation.REQUESTED)
    for agency, obligation in asked.items():
        yield Tier.AGENCY, agency, obligation
    yield Tier.LEAD, round.plan.lead_agency, Obligation.REQUIRED


def agencies_named(parties, *, on):
    """Return the agencies that parties stand for on a day, groups expanded to their members."""
    named = Q(named_in_plans__in=parties) | Q(groups__in=parties)
    return list(Agency.objects.filter(named).in_force(on=on).distinct())
