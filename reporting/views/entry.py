"""Filling in and sending a report; every step works without script."""

from contextlib import suppress

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from agencies.access import is_officer_of
from config import clock
from reporting import access, draft_fields, drafts, workflow
from reporting.entry import conflicts_on, entry_table
from reporting.forms import read_typed, taken_from_others
from reporting.models import DutyStatus
from reporting.views.lookup import allow, due_of, visible_report

HEAD_FIELDS = [
    ("Số liệu tính đến ngày", draft_fields.AS_OF),
    ("Số, ký hiệu văn bản kèm theo", draft_fields.DOCUMENT_NUMBER),
    ("Ngày văn bản", draft_fields.DOCUMENT_DATE),
]
SENT_MEANWHILE = "Báo cáo đã được gửi, bản nháp không sửa được nữa."


@require_http_methods(["GET", "POST"])
def report_edit(request, pk):
    """Show the entry page; a POST saves all fields but those somebody else changed meanwhile."""
    report = visible_report(request, pk)
    allow(access.may_fill_in(request.user, report))
    if not report.is_open:
        return redirect(report)
    if request.method == "GET":
        return _entry_page(request, drafts.Draft(report))
    try:
        conflicts, draft = _save(request, report)
    except draft_fields.ReportIsSent:
        messages.error(request, SENT_MEANWHILE)
        return redirect(report)
    if conflicts or any(f.error or f.estimate_error for f in draft.figures.values()):
        return _entry_page(request, draft, conflicts=conflicts, status=422)
    messages.success(request, "Đã lưu bản nháp.")
    return redirect("reporting:report-edit", pk)


@require_POST
def report_field(request, pk):
    """Save what changed on the page and answer with the parts of it that follow (for htmx)."""
    report = visible_report(request, pk)
    allow(access.may_fill_in(request.user, report))
    try:
        conflicts, draft = _save(request, report)
    except draft_fields.ReportIsSent:
        return HttpResponse(SENT_MEANWHILE, status=409)
    seen, taken = _as_stored(request.POST, report)
    context = _context(draft, conflicts) | {"is_part": True, "seen": seen, "taken": taken}
    response = render(request, "reporting/_saved.html", context)
    response["X-Conflicts"] = " ".join(conflicts)
    return response


def _as_stored(data, report):
    """
    Return ({name: text} the page shows as stored, {name: text} it is to show from now on).

    Only the first may count as seen by the person. The second are values of others: chosen in a
    conflict, or saved in fields this page has left alone. A field in conflict is in neither.
    """
    names, stored = draft_fields.names_asked(report), draft_fields.texts_of(report)
    seen, taken = {}, {}
    for name, (text, before) in read_typed(data, names).items():
        text, now = draft_fields.plain(text), stored.get(name, "")
        if text == now:
            seen[name] = now
        elif before is not None and text == draft_fields.plain(before):
            taken[name] = now
    return seen, taken | {n: stored.get(n, "") for n in taken_from_others(data, names)}


@require_http_methods(["GET", "POST"])
def report_submit(request, pk):
    """Save what the form brings, then send it; anything in the way is shown on the page."""
    return _send(request, pk, workflow.submit_report, "Đã gửi báo cáo. Dưới đây là biên nhận.")


@require_http_methods(["GET", "POST"])
def report_propose(request, pk):
    """Save, then lay the report before the agency's head."""
    return _send(request, pk, workflow.propose_report, "Đã trình lãnh đạo đơn vị.")


def _send(request, pk, step, done):
    report = visible_report(request, pk)
    allow(access.may_fill_in(request.user, report))
    if request.method == "GET":  # back from the log-in page, or from the address bar
        return redirect("reporting:report-edit", pk)
    # Sent between the look and the save: the step answers, with the receipt there is.
    with suppress(draft_fields.ReportIsSent):
        conflicts, draft = _save(request, report)
        if conflicts:
            return _entry_page(request, draft, conflicts=conflicts, status=422)
    try:
        version = step(report, by=request.user, at=clock.now())
    except workflow.NotReadyError:
        return _entry_page(request, drafts.Draft(report), refused=True, status=422)
    except workflow.TransitionError as error:
        messages.error(request, str(error))
        return redirect(report)
    messages.success(request, done)
    return redirect(version or report)


def _save(request, report):
    """Return (conflicts by name, the draft with what was typed)."""
    typed = read_typed(request.POST, draft_fields.names_asked(report))
    conflicts = draft_fields.save_fields(report, typed, by=request.user, now=clock.now())
    report.refresh_from_db(fields=["saved_at", "state"])
    mine = {conflict.name: conflict.mine for conflict in conflicts}
    return {conflict.name: conflict for conflict in conflicts}, drafts.Draft(report, mine)


def _context(draft, conflicts):
    report = draft.report
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
            for label, name in HEAD_FIELDS
        ],
        "checklist": drafts.checklist(draft),
        "conflicts": conflicts,
        "duty_statuses": DutyStatus.choices,
    }


def _entry_page(request, draft, *, conflicts=None, refused=False, status=200):
    report = draft.report
    context = _context(draft, conflicts or {}) | {
        "due": due_of(report),
        "needs_head": workflow.needs_head(report, request.user),
        "on_behalf": not is_officer_of(request.user, report.agency),
        "days_left": report.last_day and (report.last_day - clock.today()).days,
        "refused": refused,
        "failed": status == 422,
    }
    return render(request, "reporting/report_edit.html", context, status=status)
