"""What other systems may read of a place: accepted figures, targets, timeliness (R13, R18, R4)."""

from dataclasses import asdict, dataclass, field

from django.db.models import Q

from plans.models import Plan
from reporting import deadlines
from reporting.models import Obligation, Round, Tier, VersionFigure
from reporting.timeliness import Punctuality, reports_in
from targets.models import Indicator, Target


@dataclass(frozen=True)
class Dataset:
    """
    Rows of one kind, each {column: value} of just these columns in their order.

    `about` is said once in JSON and in each row of the .csv; `more` in JSON alone.
    """

    name: str
    columns: tuple
    about: dict
    rows: list
    more: dict = field(default_factory=dict)


_INDICATOR = ("indicator", "name", "unit")
_AGENCY = ("agency", "agency_name")
_SPAN = ("scope", "year", "from_year", "to_year", "operator", "low", "high", "text", "clause")
_TARGET = (*_SPAN, "better", "decided_by", "effective_on")
_FIGURE = ("status", "actual", "estimate", "explanation", "as_of", "version", "submitted_at")
_REPORT = ("tier", "obligation", "state", "last_day", "first_last_day", "first_submitted_at")
_STANDING = ("timeliness", "days_late", "outstanding")
_ROUND = ("plan", "round", "label", "window_start", "window_end", "closed_at", "is_demo")


def plans_open_to(token):
    """Return the plans of the token's place and of the districts below it, as its leader reads."""
    place = token.jurisdiction_id
    plans = Plan.objects.filter(Q(jurisdiction=place) | Q(jurisdiction__parent=place))
    return plans.select_related("jurisdiction").order_by("code")


def rounds_of_plans(plans):
    """Return every round with the code to ask for it by, and the plans themselves."""
    rows = [
        {
            "plan": round.plan.code,
            "round": round.code,
            "label": round.label,
            "window_start": round.window_start,
            "window_end": round.window_end,
            "closed_at": round.closed_at,
            "is_demo": round.is_demo,
        }
        for round in Round.objects.filter(plan__in=plans).select_related("plan")
    ]
    return Dataset("rounds", _ROUND, {}, rows, {"plans": [_plan(plan) for plan in plans]})


def _plan(plan):
    return {
        "code": plan.code,
        "number": plan.number,
        "title": plan.title,
        "place": plan.jurisdiction.code,
        "first_year": plan.first_year,
        "last_year": plan.last_year,
        "state": plan.state,
    }


def targets_of(plan):
    """Return every target in the plan's order, revisions after what they revise (R18)."""
    targets = Target.objects.filter(indicator__plan=plan).select_related("indicator")
    targets = targets.order_by("indicator__position", "position", "pk")
    rows = [_indicator(target.indicator) | _target(target) for target in targets]
    return Dataset("targets", (*_INDICATOR, *_TARGET), {"plan": plan.code}, rows)


def _indicator(indicator):
    return {"indicator": indicator.code, "name": indicator.name, "unit": indicator.unit}


def _target(target):
    values = {name: getattr(target, name) for name in _SPAN}
    decided = {"decided_by": target.decided_by, "effective_on": target.effective_on}
    return values | {"better": target.indicator.better} | decided


def figures_of(round):
    """Return each agency's accepted figures and their totals; nothing provisional (R13)."""
    figures = VersionFigure.objects.accepted_in(round)
    rows = [
        _indicator(figure.indicator)
        | {
            "agency": figure.version.report.agency.code,
            "agency_name": figure.version.report.agency.name,
            "status": figure.status,
            "actual": figure.actual,
            "estimate": figure.estimate,
            "explanation": figure.explanation,
            "as_of": figure.version.as_of,
            "version": figure.version.number,
            "submitted_at": figure.version.submitted_at,
        }
        for figure in figures
    ]
    return Dataset(
        "figures",
        (*_INDICATOR, *_AGENCY, *_FIGURE),
        _about(round),
        rows,
        {"totals": _totals(round)},
    )


def _totals(round):
    """Return what the accepted figures make together: a sum, or a level's one figure (R10, R11)."""
    totals = {row["indicator"]: row for row in VersionFigure.objects.totals_of(round)}
    return [
        _indicator(indicator)
        | {"combine": indicator.combine, "accepted": total["accepted"]}
        | {"agencies": total["accepted_count"]}
        for indicator in Indicator.objects.filter(plan=round.plan_id)
        if (total := totals.get(indicator.pk)) and total["accepted_count"]
    ]


def timeliness_of(round, *, now):
    """Return how each report of a round stands (R4), and the rate of those that must come (R5)."""
    reports = [(report, deadlines.standing(report, now=now)) for report in reports_in([round])]
    must = [
        standing["timeliness"]
        for report, standing in reports
        if report.tier == Tier.AGENCY and report.obligation == Obligation.REQUIRED
    ]
    counts = Punctuality.of(must)
    rate = asdict(counts) | {"due": counts.due, "rate": counts.rate}
    rows = [_standing(report, standing) for report, standing in reports]
    return Dataset(
        "reports", (*_AGENCY, *_REPORT, *_STANDING), _about(round), rows, {"required": rate}
    )


def _standing(report, standing):
    return {
        "agency": report.agency.code,
        "agency_name": report.agency.name,
        "tier": report.tier,
        "obligation": report.obligation,
        "state": report.state,
        "last_day": report.last_day,
        "first_last_day": report.first_last_day,
        "first_submitted_at": report.first_submitted_at,
        **standing,
    }


def _about(round):
    return {"plan": round.plan.code, "round": round.code, "is_demo": round.is_demo}
