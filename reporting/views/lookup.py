"""Finding what a request names among what its user may see; refusing what they may not do."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from reporting.models import Report, RoundDue


def visible_report(request, pk):
    """Return the report or raise 404: strangers do not learn that it exists (R21)."""
    return get_object_or_404(Report.objects.visible_to(request.user).for_list().distinct(), pk=pk)


def allow(permitted):
    if not permitted:
        raise PermissionDenied


def due_of(report):
    return RoundDue.objects.filter(round=report.round_id, tier=report.tier).first()
