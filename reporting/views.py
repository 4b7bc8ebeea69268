"""Pages of one report and one round: fill in, send, receipt, accept, return."""

import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config import clock
from reporting import access, deadlines, drafts, workflow
from reporting.entry import entry_table, sent_table
from reporting.forms import ReturnForm, read_entry
from reporting.models import OutlineSection, Report, Round, RoundDue, Tier

# Days a returned report gets unless staff say otherwise.
RETURN_SPAN = dt.timedelta(days=5)


def _report(request, pk):
    return get_object_or_404(Report.objects.visible_to(request.user).for_list().distinct(), pk=pk)


def _allow(permitted):
    if not permitted:
        raise PermissionDenied


def _due(report):
    return RoundDue.objects.filter(round=report.round_id, tier=report.tier).first()


@require_GET
def report_detail(request, pk):
    report = _report(request, pk)
    now = clock.now()
    shows_draft = report.is_open and access.may_read_draft(request.user, report)
    return render(
        request,
        "reporting/report_detail.html",
        {
            "report": report,
            "due": _due(report),
            "timeliness": deadlines.timeliness(report, now=now),
            "days_late": deadlines.days_late(report, now=now),
            "may_fill_in": access.may_fill_in(request.user, report),
            "may_review": access.may_review(request.user, report),
            "groups": entry_table(report) if shows_draft else sent_table(report),
            "shows_draft": shows_draft,
            "versions": report.versions.select_related("submitted_by"),
            "events": report.events.select_related("by"),
            "return_form": ReturnForm(initial={"last_day": now.date() + RETURN_SPAN}),
        },
    )


@require_http_methods(["GET", "POST"])
def report_edit(request, pk):
    """Show the entry page; a POST saves what can be read and shows the rest again."""
    report = _report(request, pk)
    _allow(access.may_fill_in(request.user, report))
    if not report.is_open:
        return redirect(report)
    if request.method == "GET":
        return _entry_page(request, report)
    entry, faults = _save(request, report)
    if faults:
        return _entry_page(request, report, entry=entry, faults=faults)
    messages.success(request, "Đã lưu bản nháp.")
    return redirect("reporting:report-edit", pk)


@require_POST
def report_submit(request, pk):
    """Save what the form brings, then send it; anything in the way is shown on the page."""
    report = _report(request, pk)
    _allow(access.may_fill_in(request.user, report))
    if report.is_open:
        entry, faults = _save(request, report)
        if faults:
            return _entry_page(request, report, entry=entry, faults=faults)
    try:
        version = workflow.submit_report(report, by=request.user, at=clock.now())
    except workflow.NotReadyError as error:
        return _entry_page(request, report, checklist=error.checklist)
    except workflow.TransitionError as error:
        messages.error(request, str(error))
        return redirect(report)
    messages.success(request, "Đã gửi báo cáo. Dưới đây là biên nhận.")
    return redirect(version)


def _save(request, report):
    entry = read_entry(request.POST)
    asked = {indicator.pk for indicator in drafts.indicators_asked(report)}
    sections = set(report.round.plan.outline.values_list("pk", flat=True))
    entry.figures = {pk: text for pk, text in entry.figures.items() if pk in asked}
    entry.narratives = {pk: text for pk, text in entry.narratives.items() if pk in sections}
    return entry, drafts.save_draft(report, entry, now=clock.now())


def _entry_page(request, report, *, entry=None, faults=None, checklist=None):
    entry = entry or drafts.Entry()
    written = {n.section_id: n.text for n in report.narratives.all()} | entry.narratives
    sections = OutlineSection.objects.filter(plan=report.round.plan)
    context = {
        "report": report,
        "due": _due(report),
        "days_left": report.last_day and (report.last_day - clock.today()).days,
        "groups": entry_table(
            report, typed=entry.figures, explanations=entry.explanations, faults=faults
        ),
        "sections": [(section, written.get(section.pk, "")) for section in sections],
        "faults": faults,
        "checklist": checklist or drafts.checklist(report),
        "refused": bool(checklist or faults),
    }
    status = 422 if context["refused"] else 200
    return render(request, "reporting/report_edit.html", context, status=status)


@require_GET
def receipt(request, pk, number):
    report = _report(request, pk)
    version = get_object_or_404(report.versions.select_related("submitted_by"), number=number)
    figures = version.figures.select_related("indicator").order_by("indicator__position")
    on_time = report.first_last_day is None or (
        report.first_submitted_at < deadlines.closes_at(report.first_last_day)
    )
    return render(
        request,
        "reporting/receipt.html",
        {"report": report, "version": version, "figures": figures, "on_time": on_time},
    )


@require_POST
def report_accept(request, pk):
    report = _report(request, pk)
    _allow(access.may_review(request.user, report))
    try:
        workflow.accept_report(report, by=request.user, at=clock.now())
    except workflow.TransitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Đã tiếp nhận báo cáo của {report.agency}.")
    return redirect(report)


@require_POST
def report_return(request, pk):
    report = _report(request, pk)
    _allow(access.may_review(request.user, report))
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            workflow.return_report(report, by=request.user, at=clock.now(), **form.cleaned_data)
        except workflow.TransitionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Đã trả lại báo cáo của {report.agency}.")
            return redirect(report)
    context = {"report": report, "return_form": form}
    return render(request, "reporting/report_return.html", context, status=422)


@require_GET
def round_detail(request, pk):
    """The round, one line an agency; everyone sees the lines of the reports they may see."""
    round = get_object_or_404(
        Round.objects.visible_to(request.user).select_related("plan__lead_agency"), pk=pk
    )
    now = clock.now()
    visible = Report.objects.visible_to(request.user).filter(round=round)
    reports = visible.for_list().order_by("-obligation", "agency__name_key").distinct()
    lines = [
        {
            "report": report,
            "timeliness": deadlines.timeliness(report, now=now),
            "days_late": deadlines.days_late(report, now=now),
        }
        for report in reports
    ]
    return render(
        request,
        "reporting/round_detail.html",
        {
            "round": round,
            "dues": {due.tier: due for due in round.dues.all()},
            "agency_lines": [line for line in lines if line["report"].tier == Tier.AGENCY],
            "lead_line": next((x for x in lines if x["report"].tier == Tier.LEAD), None),
        },
    )
