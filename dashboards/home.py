"""What the first page of each role shows."""

from django.db.models import Count, Q

from agencies.access import agencies_of
from agencies.models import Membership
from dashboards.progress import year_progress
from plans.models import Plan
from reporting import deadlines
from reporting.models import Obligation, Reminder, Report, Round, Tier

State = Report.State


def officer_tasks(user, *, now):
    """Reports still to be sent, the nearest last day first, and those that were sent."""
    own = Report.objects.reported_by(user).filter(tier=Tier.AGENCY).for_list().distinct()
    reports = sorted(own, key=_by_last_day)
    return {
        "tasks": [_line(report, now=now) for report in reports if report.is_open],
        "sent": [_line(report, now=now) for report in reversed(reports) if not report.is_open],
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


def staff_rounds(user, *, now):
    """Rounds of the plans the user's agency leads, what awaits review, who is late."""
    required = Q(reports__tier=Tier.AGENCY, reports__obligation=Obligation.REQUIRED)
    is_open = Q(reports__state__in=[State.DRAFT, State.RETURNED])
    rounds = (
        Round.objects.filter(plan__lead_agency__in=agencies_of(user, Membership.Role.STAFF))
        .select_related("plan")
        .prefetch_related("dues")
        .annotate(
            required_count=Count("reports", filter=required),
            sent_count=Count("reports", filter=required & ~is_open),
            accepted_count=Count("reports", filter=required & Q(reports__state=State.ACCEPTED)),
        )
        .order_by("-year", "-window_end")
    )
    to_review = Report.objects.reviewed_by(user).filter(state=State.SUBMITTED)
    late = (
        Report.objects.reviewed_by(user)
        .open()
        .filter(obligation=Obligation.REQUIRED, last_day__lt=now.date())
    )
    lines = [_line(report, now=now) for report in late.for_list().distinct()]
    return {
        "rounds": rounds,
        "to_review": to_review.for_list().distinct().order_by("latest_version__submitted_at"),
        "late": [line for line in lines if not line["outstanding"]],
        "outstanding": [line for line in lines if line["outstanding"]],
        "unsent_mails": Reminder.objects.undelivered_under(user).count(),
    }


def leader_plans(jurisdictions, *, now):
    """Plans that run this year, each with its progress; ended plans follow below them."""
    plans = Plan.objects.filter(jurisdiction__in=jurisdictions).select_related("jurisdiction")
    running = [plan for plan in plans if now.year in plan.years]
    return {
        "running": [(plan, now.year, year_progress(plan, now.year)) for plan in running],
        "ended": [plan for plan in plans if plan not in running],
    }
