"""Who may do what with a report (R21); what a person may see is `visible_to`."""

from agencies.access import is_officer_of, is_staff_of
from agencies.models import Membership
from reporting.models import Tier


def may_fill_in(user, report):
    """
    Officer or head of the agency; staff for an agency that reported on paper (R15).

    In a closed round only staff enter, until it is consolidated. The consolidation itself is
    written by staff.
    """
    if report.tier == Tier.LEAD:
        return is_staff_of(user, report.round.plan.lead_agency)
    if report.round.closed_at is None and is_officer_of(user, report.agency):
        return True
    return may_enter_for(user, report.round)


def may_enter_for(user, round):
    """Staff enter for agencies until the round is consolidated: its totals are then given out."""
    return is_staff_of(user, round.plan.lead_agency) and not round.is_consolidated


def may_ask_extension(user, report):
    """The agency itself asks, while its report is open, has a last day and can still be sent."""
    runs = report.is_open and report.last_day is not None and report.round.closed_at is None
    return report.tier == Tier.AGENCY and runs and is_officer_of(user, report.agency)


def may_review(user, report):
    """Staff of the lead department accept and return what agencies sent."""
    return report.tier == Tier.AGENCY and is_staff_of(user, report.round.plan.lead_agency)


def may_decide(user, report):
    """Who accepts or returns: staff for agencies, the jurisdiction's leader for the lead (R21)."""
    if report.tier == Tier.AGENCY:
        return may_review(user, report)
    place = report.round.plan.jurisdiction_id
    held = user.memberships.all()
    return any(m.role == Membership.Role.LEADER and m.jurisdiction_id == place for m in held)


def may_read_draft(user, report):
    """A draft is its agency's and the staff's; what was sent is everyone's who sees the report."""
    if is_staff_of(user, report.round.plan.lead_agency):
        return True
    return report.tier == Tier.AGENCY and is_officer_of(user, report.agency)


def may_read_totals(user, plan):
    """Sums over all agencies are for the lead department's staff, the leaders of it and above."""
    if is_staff_of(user, plan.lead_agency):
        return True
    places = {plan.jurisdiction_id, plan.jurisdiction.parent_id}
    held = user.memberships.all()
    return any(m.role == Membership.Role.LEADER and m.jurisdiction_id in places for m in held)
