"""What the first page of each role shows."""

import datetime as dt

from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from agencies.access import jurisdictions_led_by
from dashboards.headline import headline
from dashboards.outlook import latest_reports
from dashboards.progress import year_progresses
from dashboards.year_rounds import in_order, latest_year, without_ad_hoc
from plans.models import Plan
from reporting import deadlines, workflow
from reporting.models import (
    Extension,
    Obligation,
    Reminder,
    Report,
    Round,
    Tick,
    Tier,
    VersionDuty,
)

# Rounds due within this many days stand on staff's first page.
SOON = dt.timedelta(days=30)


def officer_tasks(user, *, now):
    """Reports still to be sent, the nearest last day first, then those sent, newest first."""
    own = Report.objects.reported_by(user).filter(tier=Tier.AGENCY).for_list().distinct()
    own = own.select_related("proposed_by")
    tasks = sorted((report for report in own if report.is_open), key=_by_last_day)
    sent = (report for report in own if not report.is_open)
    newest = sorted(sent, key=lambda report: report.first_submitted_at, reverse=True)
    return {
        "tasks": [
            {**_line(report, now=now), "awaits_approval": workflow.awaits_approval(report, user)}
            for report in tasks
        ],
        "sent": [_line(report, now=now) for report in newest],
    }


def _by_last_day(report):
    return (report.last_day is None, report.last_day or report.round.window_end, report.pk)


def _line(report, *, now):
    return {
        "report": report,
        "due_words": next((d.words for d in report.round.dues.all() if d.tier == report.tier), ""),
        "days_left": report.last_day and (report.last_day - now.date()).days,
        **deadlines.standing(report, now=now),
    }


def staff_desk(user, *, now, real_now):
    """What needs the lead department's staff today, the longest waiting first."""
    today, soon = now.date(), now.date() + SOON
    late = Report.objects.reviewed_by(user).late(today=today).filter(round__closed_at=None)
    lines = [_line(report, now=now) for report in late.for_list().distinct()]
    to_review = Report.objects.reviewed_by(user).waiting().for_list()
    rounds = Round.objects.led_by(user).filter(closed_at=None).with_counts()
    rounds = list(rounds.select_related("plan").prefetch_related("dues").order_by("-window_end"))
    due_soon = [round for round in rounds if _is_due(round, today, soon)]
    desk = {
        "to_review": list(to_review),
        "extensions": list(Extension.objects.waiting_for(user)),
        "late": _by_round(line for line in lines if not line["outstanding"]),
        "outstanding": [line for line in lines if line["outstanding"]],
        "silence": Tick.objects.alarm(real_now=real_now),
        "unsent_mails": list(Reminder.objects.undelivered_under(user).by_recipient()),
        "consolidations": _unsent_consolidations(user, now=now),
        "due_soon": due_soon,
        "rounds": [round for round in rounds if round not in due_soon],
    }
    return desk | {"headline": _headline(desk)}


def _by_round(lines):
    """Return [(round, lines, the most days late)]: three hundred names would hide the rest."""
    found = {}
    for line in lines:
        found.setdefault(line["report"].round, []).append(line)
    return [(round, late, max(line["days_late"] for line in late)) for round, late in found.items()]


def _is_due(round, today, soon):
    return any(due.last_day and today <= due.last_day <= soon for due in round.dues.all())


def _unsent_consolidations(user, *, now):
    """Lead-tier reports to be sent soon or already late; undated ones once their window closed."""
    at_hand = Q(last_day__lte=now.date() + SOON)
    over = Q(last_day=None, round__window_end__lt=now.date())
    unsent = Report.objects.consolidated_by(user).open().filter(at_hand | over)
    newest_first = unsent.for_list().order_by(F("last_day").desc(nulls_last=True), "-pk")
    return [_line(report, now=now) for report in newest_first]


def _headline(desk):
    """The page's heading is the answer: what waits, in numbers, or that nothing does."""
    late = sum(len(lines) for _, lines, _ in desk["late"])
    waiting = [
        (len(desk["to_review"]), ngettext_lazy("%d báo cáo chờ xem xét", "%d báo cáo chờ xem xét")),
        (late, ngettext_lazy("%d cơ quan quá hạn", "%d cơ quan quá hạn")),
        (
            len(desk["outstanding"]),
            ngettext_lazy("%d cơ quan quá hạn bổ sung", "%d cơ quan quá hạn bổ sung"),
        ),
        (len(desk["extensions"]), ngettext_lazy("%d đề nghị gia hạn", "%d đề nghị gia hạn")),
    ]
    words = ", ".join(what % count for count, what in waiting if count)
    return words or _("Không có việc nào đang chờ")


def leader_plans(user, *, now):
    """
    Every plan of the year on one page, the first in full, the others a line each; ended ones last.

    The province's own comes before its districts', the newest first, but a plan just published,
    of which no round has begun, after those with figures. A plan is shown in the latest year in
    which a round has begun: early in a year that is last year. Without a running plan the newest
    of the ended ones stands in full. `to_accept` are (plan, round, id) of the
    consolidations that wait for this leader (R21), told with the rounds: no statement more.
    """
    plans = Plan.objects.filter(jurisdiction__in=jurisdictions_led_by(user)).select_related(
        "jurisdiction"
    )
    plans = sorted(
        plans.order_by("-first_year", "-pk"),
        key=lambda p: (now.year not in p.years, bool(p.jurisdiction.parent_id)),
    )
    every, today = _rounds_to_decide(plans, user), now.date()
    rounds = without_ad_hoc(every)
    lines = [(plan, latest_year(rounds, plan, today=today)) for plan in plans]
    begun = {round.plan_id for round in rounds if round.window_start <= today}
    running = [line for line in lines if now.year in line[0].years] or lines[:1]
    running.sort(key=lambda line: (bool(line[0].jurisdiction.parent_id), line[0].pk not in begun))
    reports = Report.objects.with_late_before([plan for plan, _ in running[:1]], today=today)
    progresses = year_progresses(running, today=today, rounds=rounds, reports=reports)
    first = next(iter(progresses), None)
    return {
        "first": first and _first_plan(first, now),
        "this_year": now.year,
        "also_running": progresses[1:],
        "ended": lines[len(running) :],
        "to_accept": _to_accept(plans, every),
    }


def _rounds_to_decide(plans, user):
    """Return the plans' rounds, each with the id of a consolidation waiting for the leader."""
    waiting = Report.objects.decided_by(user).waiting().filter(round=OuterRef("pk"))
    rounds = Round.objects.filter(plan__in=plans)
    return in_order(rounds.annotate(to_accept=Subquery(waiting.values("pk")[:1])))


def _to_accept(plans, rounds):
    plan_of = {plan.pk: plan for plan in plans}
    return [(plan_of[r.plan_id], r, r.to_accept) for r in rounds if r.to_accept]


def _first_plan(progress, now):
    """What a leader reads of the first plan without a click."""
    stuck = VersionDuty.objects.stuck_in(progress.round) if progress.round else ()
    asked = [r for r in progress.reports if r.obligation == Obligation.REQUIRED]
    return {
        "progress": progress,
        "headline": headline(progress, progress.year),
        "latest": latest_reports(progress, now=now),
        "stuck": stuck,
        "asked_count": len(asked),
        "unsent_count": sum(report.is_open for report in asked),
        "sent_count": sum(not report.is_open for report in asked),
    }
