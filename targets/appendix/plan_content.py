"""What a table is read against: the content of a plan, in force or in the making (ADR 18)."""

from dataclasses import dataclass

from plans.models import Plan
from targets.models import Indicator, Target


@dataclass(frozen=True)
class PlanContent:
    """
    Indicators in the plan's order, each with its parent and breakdown at hand, and their targets.

    `years` are those a table may have columns for; `targets` are in force, {(indicator id, year):
    Target}. Without a `plan` no row is stored yet: only a targets appendix can be read.
    """

    years: range
    indicators: list[Indicator]
    targets: dict[tuple[int, int], Target]
    plan: Plan | None = None

    def members_of(self, breakdown):
        return [row for row in self.indicators if row.breakdown_id == breakdown.pk]


def content_of(plan):
    """Return the PlanContent of a plan in force."""
    return PlanContent(
        years=years_between(plan.first_year, plan.last_year, plan.vision_year),
        indicators=list(plan.indicators.select_related("parent", "breakdown")),
        targets=in_force(
            Target.objects.filter(indicator__plan=plan, scope=Target.Scope.YEAR).order_by("pk")
        ),
        plan=plan,
    )


def years_between(first_year, last_year, vision_year):
    """Return the years of a plan, up to the one its vision reaches."""
    return range(first_year, (vision_year or last_year) + 1)


def in_force(targets):
    """Return {(indicator id, year): Target}; of several for a year, the one decided last."""
    return {
        (target.indicator_id, target.year): target
        for target in sorted(targets, key=lambda t: (t.effective_on is not None, t.effective_on))
    }
