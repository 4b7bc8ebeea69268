"""Finding what a request names among what its user may see; refusing what they may not do."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from agencies.access import is_staff_of
from plans.models import Plan
from reporting.models import PlanDraft, Report


def visible_report(request, pk, *, tier=None):
    """
    Return the report or raise 404: strangers do not learn that it exists (R21).

    With a tier, a report of the other one is none: agency reports and consolidations have
    different forms.
    """
    reports = Report.objects.visible_to(request.user).for_list().distinct()
    return get_object_or_404(reports.filter(**({"tier": tier} if tier else {})), pk=pk)


def steered_plan(request, code):
    """Return the plan for the lead department's staff; everybody else who sees it gets 403."""
    plan = get_object_or_404(Plan.objects.visible_to(request.user), code=code)
    allow(is_staff_of(request.user, plan.lead_agency))
    return plan


def open_draft(request, code, *, to_write=False):
    """Return the open draft or raise 404; administrators read and do not write."""
    drafted = PlanDraft.objects.visible_to(request.user).open()
    draft = get_object_or_404(drafted.select_related("agency__jurisdiction", "plan"), code=code)
    draft.may_write = is_staff_of(request.user, draft.agency)
    allow(draft.may_write or not to_write)
    return draft


def allow(permitted):
    if not permitted:
        raise PermissionDenied


def due_of(report):
    """Return the due date of the report's tier, among those read with the report."""
    return next((due for due in report.round.dues.all() if due.tier == report.tier), None)
