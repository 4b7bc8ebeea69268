"""The receipt of a version: the page, and the PDF document."""

from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agencies import downloads
from reporting import tables
from reporting.receipt_pdf import receipt_pdf
from reporting.receipts import Receipt
from reporting.views.lookup import visible_report


@require_safe
def receipt(request, pk, number):
    receipt = _receipt(request, pk, number)
    if kind := downloads.wanted(request):
        return downloads.table_file(kind, tables.figures_table(receipt))
    context = {"receipt": receipt, "version": receipt.version, "report": receipt.report}
    return render(request, "reporting/receipt.html", context)


@require_safe
def receipt_file(request, pk, number):
    """Show the PDF in the browser; saved, it has a name that says what it is."""
    receipt = _receipt(request, pk, number)
    response = HttpResponse(receipt_pdf(receipt), content_type="application/pdf")
    # Both forms of the name (RFC 6266): programs that know ASCII only take the first.
    response["Content-Disposition"] = (
        f'inline; filename="{receipt.ascii_file_name}"; '
        f"filename*=UTF-8''{quote(receipt.file_name)}"
    )
    return response


def _receipt(request, pk, number):
    report = visible_report(request, pk)
    version = get_object_or_404(report.versions.select_related("submitted_by"), number=number)
    version.report = report  # with plan, round and agency, which the receipt names
    return Receipt(version)
