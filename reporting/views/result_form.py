"""The Excel form of a report: download, upload, preview, write into the draft."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.files import CONTENT_TYPES, FileRefused
from agencies.workbooks.problems import Problem, Refused
from config import clock
from reporting import access, draft_fields, drafts, result_sheets
from reporting.models import Tier
from reporting.result_form.writing import form_workbook
from reporting.table_forms import FormFileForm
from reporting.views import saving
from reporting.views.entry import entry_page
from reporting.views.given_tables import table_as_given
from reporting.views.lookup import allow, visible_report


def _report(request, pk):
    report = visible_report(request, pk, tier=Tier.AGENCY)
    allow(access.may_fill_in(request.user, report))
    return report


@require_http_methods(["GET", "POST"])
def result_form(request, pk):
    """Hand out the report's form; a POST brings it back filled in."""
    report = _report(request, pk)
    if not report.is_open:
        return redirect(report)
    if request.method == "GET":
        return _download(report)
    form = FormFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            sheet = result_sheets.keep_form(
                form.cleaned_data["file"], report, by=request.user, at=clock.now()
            )
        except (Refused, FileRefused) as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect(sheet)
    context = {"report": report, "form": form}
    return render(request, "reporting/result_form/refused.html", context, status=422)


def _download(report):
    name = f"bieu-{report.agency.code}-{report.round.code}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    content = form_workbook(report)
    return HttpResponse(content, content_type=CONTENT_TYPES["xlsx"], headers=headers)


@require_http_methods(["GET", "POST"])
def result_sheet(request, pk, sheet_pk):
    """Show what a filled form would change; a POST writes it into the draft."""
    report = _report(request, pk)
    sheet = get_object_or_404(report.result_sheets.select_related("original"), pk=sheet_pk)
    if not report.is_open:
        messages.error(request, saving.SENT_MEANWHILE)
        return redirect(report)
    if request.method == "POST" and not sheet.has_errors:
        return _write(request, report, sheet)
    lines, same = result_sheets.lines_of(sheet)
    context = {
        "report": report,
        "sheet": sheet,
        "problems": [Problem(*problem) for problem in sheet.problems],
        "lines": lines,
        "same": same,
        "form": FormFileForm(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "reporting/result_form/preview.html", context, status=status)


def _write(request, report, sheet):
    try:
        conflicts = result_sheets.write(sheet, by=request.user, at=clock.now())[report.pk]
    except draft_fields.ReportIsSent:
        messages.error(request, saving.SENT_MEANWHILE)
        return redirect(report)
    report.refresh_from_db(fields=["saved_at", "state"])
    if conflicts:
        draft = drafts.Draft(report, {conflict.name: conflict.mine for conflict in conflicts})
        by_name = {conflict.name: conflict for conflict in conflicts}
        return entry_page(request, draft, conflicts=by_name, status=422)
    messages.success(
        request,
        _("Đã ghi “{sheet_name}” vào bản nháp. Xem lại rồi gửi.").format(sheet_name=sheet.name),
    )
    return redirect("reporting:report-edit", report.pk)


@require_safe
def result_sheet_file(request, pk, sheet_pk, which):
    """Hand out the file as it came, or the copy with a comment at each cell."""
    report = _report(request, pk)
    return table_as_given(get_object_or_404(report.result_sheets.all(), pk=sheet_pk), which)
