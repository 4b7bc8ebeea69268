"""Evidence files of a report: add, take away, download."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.downloads import stored_file
from agencies.files import FileRefused
from config import clock
from config.posted_forms import posted_from
from reporting import access, evidence
from reporting.views.lookup import allow, visible_report
from reporting.workflow import TransitionError


@posted_from("../")
def evidence_add(request, pk):
    report = visible_report(request, pk)
    allow(access.may_fill_in(request.user, report))
    if not request.FILES:
        messages.error(request, _("Chưa chọn tệp nào."))
    keep_files(request, report)
    return redirect(report)


def keep_files(request, report):
    """Keep the files a form brings, each told of; return whether none had to be refused."""
    refused = False
    for upload in request.FILES.getlist("files"):
        try:
            evidence.add_evidence(report, upload, by=request.user, at=clock.now())
        except (FileRefused, TransitionError) as error:
            refused |= isinstance(error, FileRefused)
            messages.error(request, str(error))
        else:
            messages.success(
                request, _("Đã thêm tệp “{upload_name}”.").format(upload_name=upload.name)
            )
    return not refused


@posted_from("../../../")
def evidence_remove(request, pk, evidence_pk):
    report = visible_report(request, pk)
    allow(access.may_fill_in(request.user, report))
    item = get_object_or_404(
        report.evidence.select_related("file", "report__round"), pk=evidence_pk
    )
    try:
        evidence.remove_evidence(item, by=request.user, at=clock.now())
    except TransitionError as error:
        messages.error(request, str(error))
    return redirect(report)


@require_safe
def evidence_file(request, pk, evidence_pk):
    """Hand out a file as it came, to those who may read the report's draft or what was sent."""
    report = visible_report(request, pk)
    item = get_object_or_404(report.evidence.select_related("file"), pk=evidence_pk)
    allow(item in evidence.readable_by(request.user, report))
    return stored_file(item.file, item.name)
