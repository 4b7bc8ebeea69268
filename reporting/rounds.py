"""The life of a round: opened, with a report for each obliged agency; moved; closed (R3, R5)."""

import datetime as dt

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from agencies.calendar import LIBRARY_CALENDAR, WorkingCalendar
from agencies.models import Agency, record_event
from plans.models import Plan
from reporting import deadlines
from reporting.models import Extension, Obligation, Regime, Report, Round, RoundDue, Tier
from reporting.reminders import news
from reporting.stages import Deed

# A round opens this long before its last day, so that people can begin to fill it in.
OPENS_AHEAD = dt.timedelta(days=90)
_KINDS = {
    Regime.Frequency.FIRST_HALF: Round.Kind.FIRST_HALF,
    Regime.Frequency.ANNUAL: Round.Kind.YEAR,
    Regime.Frequency.MONTHLY: Round.Kind.MONTH,
}


class RoundRefused(Exception):
    """A round that cannot be opened so; the message is for the person who tried."""


def open_rounds(plans, *, now, year=None, by=None):
    """
    Open the rounds that are due and return the new ones. Safe to run twice.

    Without a year: those whose last day is ahead and within reach of `OPENS_AHEAD`. With a year:
    all dated rounds of that plan year, also past ones (they mail nobody, R23).
    """
    opened = []
    for plan in plans:
        if not plan.is_active:
            continue
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
    """Return a regime's last day under the plan's provincial settings and calendar (R1)."""
    jurisdiction = plan.jurisdiction
    moves = jurisdiction.moves_to_working_day
    return deadlines.last_day(
        regime,
        year,
        number,
        named_day_counts=jurisdiction.named_day_counts,
        moves_to_working_day=moves,
        calendar=WorkingCalendar.load() if moves else LIBRARY_CALENDAR,
    )


@transaction.atomic
def open_round(plan, kind, year, number=0, *, now, by=None, is_demo=False):
    """Open one of the plan's dated rounds, as its rules say; None when it is open already."""
    start, end = _window(plan, kind, year, number)
    fields = {"window_start": start, "window_end": end, "opened_at": now, "is_demo": is_demo}
    round, created = Round.objects.get_or_create(
        plan=plan, kind=kind, year=year, number=number, defaults=fields
    )
    if not created:
        return None
    dues = {tier: _due_by_rule(round, tier) for tier in Tier.values}
    _fill(round, dues, _reporters(round, on=end), by=by, at=now)
    return round


@transaction.atomic
def open_by_hand(round, *, parties, last_days, by, at):
    """
    Open an ad hoc round, or one whose rule has no date, for the bodies staff chose.

    `round` is unsaved, without its number when ad hoc; `last_days` maps tiers to dates or None:
    a tier without one has no lateness and no reminders (R3). Raises RoundRefused.
    """
    agencies = agencies_named(parties, on=round.window_end)
    if not agencies:
        raise RoundRefused(_("Chưa chọn cơ quan nào báo cáo."))
    # Two people at once: the second counts, or is refused, after the first.
    plan = Plan.objects.select_for_update(no_key=True).get(pk=round.plan_id)
    if not plan.is_active:
        raise RoundRefused(_("Kế hoạch này đã kết thúc, không mở kỳ mới."))
    same = Round.objects.filter(plan=round.plan, kind=round.kind, year=round.year)
    if round.kind == Round.Kind.AD_HOC:
        round.number = (same.aggregate(last=Max("number"))["last"] or 0) + 1
    elif same.filter(number=round.number).exists():
        raise RoundRefused(_("Kỳ báo cáo này đã được mở."))
    round.opened_at = at
    round.save()
    asked = [(Tier.AGENCY, agency, Obligation.REQUIRED) for agency in agencies]
    lead = (Tier.LEAD, round.plan.lead_agency, Obligation.REQUIRED)
    dues = {tier: RoundDue(tier=tier, last_day=last_days.get(tier)) for tier in Tier.values}
    _fill(round, dues, [*asked, lead], by=by, at=at)
    return round


@transaction.atomic
def close_round(round, *, by, at):
    """Close a round: from now on only staff enter, for those who are late (marked)."""
    open_one = Round.objects.filter(pk=round.pk, closed_at=None)
    if open_one.update(closed_at=at):
        record_event("round-closed", round, by=by, at=at, is_demo=round.is_demo)
        missing = round.reports.open().filter(tier=Tier.AGENCY)
        news.tell_agencies(list(missing.for_list()), Deed.CLOSED, {}, by=by, at=at)


@transaction.atomic
def set_last_day(round, tier, last_day, *, by, at, reason):
    """
    Give a tier its last day, or another one (R3); the plan's words for it stay.

    The reports not sent yet move with it; one that was extended has the later of its day and the
    round's. A returned one keeps the day it was given, a sent one the day it is judged by (R4).
    Raises RoundRefused.
    """
    round = Round.objects.select_for_update(no_key=True).get(pk=round.pk)
    if round.closed_at:
        raise RoundRefused(_("Kỳ đã đóng, không đặt lại ngày cuối cùng."))
    if last_day < at.date():
        raise RoundRefused(_("Ngày cuối cùng phải từ hôm nay trở đi."))
    due = RoundDue.objects.get_or_create(round=round, tier=tier)[0]
    if due.last_day == last_day:
        raise RoundRefused(_("Ngày này đang là ngày cuối cùng."))
    moved = _moving(due, last_day)
    days = {"old": due.last_day and str(due.last_day), "new": str(last_day)}
    RoundDue.objects.filter(pk=due.pk).update(last_day=last_day)
    Report.objects.bulk_update(moved, ["last_day"])
    data = {"tier": str(tier), **days}
    note, is_demo = reason.strip(), round.is_demo
    event = record_event(
        "round-day-changed", round, by=by, at=at, note=note, is_demo=is_demo, **data
    )
    # The event's number: a day that is set, moved and set again is told of each time.
    news.tell_agencies(moved, Deed.DAY_SET, {r.pk: event.pk for r in moved}, by=by, at=at)


def _moving(due, new_day):
    """Lock and return the tier's drafts that get another day, with it."""
    drafts = Report.objects.filter(round=due.round_id, tier=due.tier, state=Report.State.DRAFT)
    # Locked before their extensions are read: one may be granted at this moment.
    locked = [report.pk for report in drafts.only("pk").select_for_update(of=("self",))]
    following = Q(last_day=due.last_day) | Q(granted_day__isnull=False)
    drafts = Report.objects.filter(pk__in=locked)
    drafts = drafts.annotate(granted_day=Extension.objects.day_granted())
    moving = []
    for report in drafts.filter(following).for_list():
        day = max(new_day, report.granted_day or new_day)
        if day != report.last_day:
            report.last_day = day
            moving.append(report)
    return moving


def _fill(round, dues, reporters, *, by, at):
    """Write the due dates and one report for each reporter."""
    for due in dues.values():
        due.round = round
        due.save()
    Report.objects.bulk_create(
        Report(
            round=round,
            tier=tier,
            agency=agency,
            obligation=obligation,
            last_day=dues[tier].last_day,
        )
        for tier, agency, obligation in reporters
    )
    record_event("round-opened", round, by=by, at=at, is_demo=round.is_demo)


def _opening_regimes(plan, tier, kind=None):
    """Return a tier's dated regimes, those that oblige first: theirs is the round's date."""
    regimes = [regime for regime in plan.regimes.filter(tier=tier) if regime.opens_rounds]
    regimes.sort(key=lambda regime: regime.obligation != Obligation.REQUIRED)
    return [r for r in regimes if kind is None or _KINDS.get(r.frequency) == kind]


def _window(plan, kind, year, number):
    """Return the data window: of the agencies' rule, whose date is the round's too (R2)."""
    regime = next(iter(_opening_regimes(plan, Tier.AGENCY, kind)), None)
    return deadlines.data_window(kind, year, number, regime.window if regime else "")


def _due_by_rule(round, tier):
    """Return a tier's due date from the plan's required rule; an undated tier has none (R3)."""
    regimes = _opening_regimes(round.plan, tier, round.kind)
    regime = next((r for r in regimes if r.obligation == Obligation.REQUIRED), None)
    if regime is None:
        return RoundDue(tier=tier)
    last = last_day_of(round.plan, regime, round.year, round.number)
    return RoundDue(tier=tier, last_day=last, words=regime.due_words)


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
