"""Filling in and sending a report; every step works without script."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.access import is_officer_of
from config import clock
from config.posted_forms import posted_from
from reporting import access, checklist, draft_fields, workflow
from reporting.entry import conflicts_on, entry_table
from reporting.models import DutyStatus, Tier
from reporting.views import saving
from reporting.views.evidence import keep_files
from reporting.views.lookup import allow, due_of, visible_report


@require_http_methods(["GET", "POST"])
def report_edit(request, pk):
    """Show the entry page; a POST saves the draft, and files chosen on the page beside it."""
    report = visible_report(request, pk, tier=Tier.AGENCY)
    allow(access.may_fill_in(request.user, report))
    keep_files(request, report)
    return saving.edit(request, report, entry_page)


@posted_from("../")
def report_field(request, pk):
    """Save what changed on the page and answer with the parts of it that follow (for htmx)."""
    report = visible_report(request, pk)
    allow(access.may_fill_in(request.user, report))
    try:
        conflicts, draft = saving.save(request, report)
    except draft_fields.ReportIsSent:
        # The last saving may arrive after the sending that took the same words along.
        if not saving.left_out(request.POST, report):
            return HttpResponse(status=204)
        return HttpResponse(saving.SENT_MEANWHILE, status=409)
    seen, taken = saving.as_stored(request.POST, report)
    context = form_context(draft, conflicts) | {"is_part": True, "seen": seen, "taken": taken}
    if report.tier == Tier.LEAD:
        context["absent"] = report.round.reports.owing().count()
    response = render(request, "reporting/_saved.html", context)
    response["X-Conflicts"] = " ".join(conflicts)
    return response


@posted_from("../nhap/")
def report_submit(request, pk):
    """Save what the form brings, then send it; anything in the way is shown on the page."""
    done = _("Đã gửi báo cáo. Dưới đây là biên nhận.")
    return _send(request, pk, workflow.submit_report, done)


@posted_from("../nhap/")
def report_propose(request, pk):
    """Save, then lay the report before the agency's head."""
    return _send(request, pk, workflow.propose_report, _("Đã trình lãnh đạo đơn vị."))


def _send(request, pk, step, done):
    report = visible_report(request, pk, tier=Tier.AGENCY)
    allow(access.may_fill_in(request.user, report))
    if not keep_files(request, report):  # saved, not sent: a file that should go along is missing
        return saving.edit(request, report, entry_page)
    return saving.send(request, report, step, entry_page, done)


def form_context(draft, conflicts):
    """Return what a draft's form and its parts show, with conflicts at their fields."""
    report, today = draft.report, clock.today()
    words, open_points = draft_fields.words_of_head(report), checklist.of_draft(draft, today=today)
    return {
        "report": report,
        "draft": draft,
        "groups": entry_table(draft, conflicts),
        "duties": [
            (line, conflicts_on(conflicts, line.duty.pk, "duty", "words")) for line in draft.duties
        ],
        "narratives": [
            (section, text, conflicts_on(conflicts, section.pk, "narrative"))
            for section, text in draft.narratives
        ],
        "head": [
            (label, name, draft.text(name), [c for c in conflicts.values() if c.name == name])
            for name, label in words.items()
        ],
        "checklist": open_points,
        "parts": checklist.parts(draft, open_points),
        "conflicts": conflicts,
        "needs_day": today < report.round.window_end,
        "duty_statuses": DutyStatus.choices,
    }


def entry_page(request, draft, *, conflicts=None, refused=False, status=200):
    report = draft.report
    context = form_context(draft, conflicts or {}) | {
        "due": due_of(report),
        "evidence": report.evidence.select_related("file"),
        "needs_head": workflow.needs_head(report, request.user),
        "lacks_head": workflow.lacks_head(report.agency),
        "awaits_approval": workflow.awaits_approval(report, request.user),
        "on_behalf": not is_officer_of(request.user, report.agency),
        "days_left": report.last_day and (report.last_day - clock.today()).days,
        "refused": refused,
        "failed": status == 422,
    }
    return render(request, "reporting/report_edit.html", context, status=status)
