"""A free table of results of a round's agencies: upload, preview, write into their drafts."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies import downloads
from agencies.files import FileRefused
from agencies.workbooks.problems import Problem, Refused
from config import clock
from reporting import access, draft_fields, result_sheets, tables
from reporting.models import Report, Round
from reporting.table_forms import ResultTableForm
from reporting.views.given_tables import table_as_given
from reporting.views.lookup import allow

LINES_SHOWN = 500


def _round(request, pk):
    round = get_object_or_404(
        Round.objects.visible_to(request.user).select_related("plan__lead_agency"), pk=pk
    )
    allow(access.may_enter_for(request.user, round))
    return round


@require_http_methods(["GET", "POST"])
def upload(request, pk):
    """Choose a filled table; `?tai=xlsx` hands out an empty one to fill in."""
    round = _round(request, pk)
    if kind := downloads.wanted(request):
        return downloads.table_file(kind, tables.empty_results_table(round))
    form = ResultTableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(
                result_sheets.keep_table(
                    form.cleaned_data["file"], round, by=request.user, at=clock.now()
                )
            )
        except (Refused, FileRefused) as refusal:
            form.add_error("file", str(refusal))
    status = 422 if request.method == "POST" else 200
    context = {"round": round, "form": form}
    return render(request, "reporting/result_table/upload.html", context, status=status)


@require_http_methods(["GET", "POST"])
def preview(request, pk, sheet_pk):
    """Show what a table would change; a POST writes it, as one change of many drafts."""
    round = _round(request, pk)
    sheets = round.result_sheets.filter(report=None).select_related("round__plan", "original")
    sheet = get_object_or_404(sheets, pk=sheet_pk)
    status, refused = 200, []
    if request.method == "POST":
        if not sheet.has_errors and not (refused := _write(request, sheet)):
            return redirect(round)
        status = 422
    lines = result_sheets.lines_of_table(sheet)
    states = [line.state for line in lines]
    changing = [line for line in lines if line.state != "unchanged"]
    context = {
        "round": round,
        "sheet": sheet,
        "problems": [Problem(*problem) for problem in sheet.problems],
        "lines": changing[:LINES_SHOWN],
        "more": max(len(changing) - LINES_SHOWN, 0),
        "counts": [states.count(state) for state in ("new", "changed", "unchanged")],
        "total": len(changing),
        "refused": refused,
    }
    return render(request, "reporting/result_table/preview.html", context, status=status)


def _write(request, sheet):
    """Write the table; return the fields somebody else changed meanwhile, by their report."""
    try:
        conflicts = result_sheets.write(sheet, by=request.user, at=clock.now())
    except draft_fields.ReportIsSent:
        messages.error(
            request, _("Một báo cáo trong bảng vừa được gửi: chưa ghi gì. Xin nộp lại tệp.")
        )
        return [None]
    reports = Report.objects.select_related("agency").in_bulk(
        [pk for pk, found in conflicts.items() if found]
    )
    if not reports:
        told = _("Đã ghi “{sheet_name}” vào bản nháp của các cơ quan.")
        messages.success(request, told.format(sheet_name=sheet.name))
    return [(report, conflicts[pk]) for pk, report in reports.items()]


@require_safe
def file(request, pk, sheet_pk, which):
    round = _round(request, pk)
    return table_as_given(get_object_or_404(round.result_sheets.all(), pk=sheet_pk), which)
