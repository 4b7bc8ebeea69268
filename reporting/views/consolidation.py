"""The lead department consolidates a round and sends it to the committee that issued the plan."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies import downloads
from config import clock
from config.posted_forms import posted_from
from reporting import access, tables, workflow
from reporting.consolidation import Consolidation
from reporting.models import Tier
from reporting.views import saving
from reporting.views.entry import form_context
from reporting.views.lookup import allow, due_of, visible_report


@require_http_methods(["GET", "POST"])
def consolidation(request, pk):
    """Show what the round's reports say together beside the words of staff; a POST saves these."""
    report = _consolidation(request, pk)
    if request.method == "GET" and report.is_open and (kind := downloads.wanted(request)):
        return _file(request, kind, report)
    return saving.edit(request, report, _page)


def _file(request, kind, report):
    """Hand out the totals, or each agency's figures, as they are now."""
    by_agency = request.GET.get("bang") == "tung-don-vi"
    table = tables.agency_figures_table if by_agency else tables.totals_table
    return downloads.table_file(kind, table(Consolidation(report.round, on=clock.today())))


@posted_from("../")
def consolidation_send(request, pk):
    """Freeze the consolidation as a version; sent twice, it gives the same receipt twice."""
    report = _consolidation(request, pk)
    done = _("Đã gửi bản tổng hợp đến {issuer_short}. Dưới đây là biên nhận.").format(
        issuer_short=report.round.plan.issuer_short
    )
    return saving.send(request, report, workflow.submit_report, _page, done)


def _consolidation(request, pk):
    report = visible_report(request, pk, tier=Tier.LEAD)
    allow(access.may_fill_in(request.user, report))
    return report


def _page(request, draft, *, conflicts=None, refused=False, status=200):
    report, today = draft.report, clock.today()
    together = Consolidation(report.round, on=today)
    context = form_context(draft, conflicts or {})
    context["narratives"] = [(*line, together.gathered(line[0])) for line in context["narratives"]]
    context |= {
        "together": together,
        "absent": len(together.missing),
        "due": due_of(report),
        "days_left": report.last_day and (report.last_day - today).days,
        "refused": refused,
        "failed": status == 422,
    }
    return render(request, "reporting/consolidation.html", context, status=status)
