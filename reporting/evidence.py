"""Files an agency puts beside its report: adding, taking away, handing out."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agencies.files import named_by_kind, store_file
from agencies.models import record_event
from agencies.vietnamese import nfc
from reporting.access import may_read_draft
from reporting.models import Evidence, Report
from reporting.workflow import TransitionError


@transaction.atomic
def add_evidence(report, upload, *, by, at):
    """
    Keep a file beside an open report.

    Raises FileRefused for what is not taken, TransitionError when the report is sent or has it.
    """
    _check_open(report)
    stored = store_file(upload, by=by, at=at)
    name = named_by_kind(nfc(upload.name), stored.kind)[-200:]
    try:
        with transaction.atomic():
            evidence = Evidence.objects.create(
                report=report, file=stored, name=name, added_by=by, added_at=at
            )
    except IntegrityError as error:
        raise TransitionError(_("Tệp “{name}” đã có trong báo cáo.").format(name=name)) from error
    _record("evidence-added", report, stored, by=by, at=at, note=name)
    return evidence


@transaction.atomic
def remove_evidence(evidence, *, by, at):
    """Take a file away from an open report; versions sent before keep naming it."""
    _check_open(evidence.report)
    _record("evidence-removed", evidence.report, evidence.file, by=by, at=at, note=evidence.name)
    evidence.delete()


def readable_by(user, report):
    """Return the files a person may open: a draft's are its agency's and the staff's (R21)."""
    files = report.evidence.select_related("file")
    if may_read_draft(user, report):
        return files
    version = report.latest_version
    sent = version.content["evidence"] if version else []
    return files.filter(file__sha256__in=[item["sha256"] for item in sent])


def _check_open(report):
    if not Report.objects.select_for_update().get(pk=report.pk).is_open:
        raise TransitionError(_("Báo cáo đã gửi, tệp kèm theo không đổi được nữa."))


def _record(action, report, stored, *, by, at, note):
    is_demo = report.round.is_demo
    record_event(action, report, by=by, at=at, note=note, is_demo=is_demo, sha256=stored.sha256)
