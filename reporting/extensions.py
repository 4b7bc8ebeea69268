"""Extending a last day: asked with a reason, granted by the lead, visible to all (R15)."""

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.models import record_event
from reporting.models import Extension, Report
from reporting.reminders import news
from reporting.stages import Deed
from reporting.workflow import TransitionError

_ANSWERED_MEANWHILE = _("Đề nghị này vừa được người khác trả lời. Xin xem lại báo cáo.")
_ASKED_MEANWHILE = _("Cơ quan vừa xin gia hạn. Xin xem lại đề nghị trước khi trả lời.")


@transaction.atomic
def ask_extension(report, *, wanted_day, reason, by, at):
    """Write down an agency's request; one at a time."""
    if not reason.strip():
        raise TransitionError(gettext("Cần ghi lý do xin gia hạn."))
    report = Report.objects.select_for_update().get(pk=report.pk)
    if not report.is_open or report.last_day is None:
        raise TransitionError(gettext("Báo cáo này không có hạn đang chạy để xin gia hạn."))
    if wanted_day <= max(report.last_day, at.date()):
        raise TransitionError(
            gettext("Ngày xin gia hạn phải sau ngày cuối cùng hiện nay và sau hôm nay.")
        )
    if report.extensions.filter(decided_at=None).exists():
        raise TransitionError(gettext("Đã có một đề nghị gia hạn đang chờ trả lời."))
    extension = Extension.objects.create(
        report=report, wanted_day=wanted_day, reason=reason.strip(), asked_by=by, asked_at=at
    )
    _record("extension-asked", report, by=by, at=at, note=reason, wanted_day=str(wanted_day))
    news.tell_above(report, Deed.ASKED, extension.pk, by=by, at=at)
    return extension


@transaction.atomic
def decide_extension(extension, *, granted_day, answer, by, at):
    """
    Grant until a day, or refuse with `granted_day=None` and words.

    A granted day becomes the report's last day, and with it a new series of reminders (R23).
    """
    report = Report.objects.select_for_update().get(pk=extension.report_id)
    open_one = Extension.objects.filter(pk=extension.pk, decided_at=None)
    decision = {"granted_day": granted_day, "answer": answer.strip()}
    # Before the days are compared: a colleague's answer has moved them.
    if not open_one.update(**decision, decided_by=by, decided_at=at):
        raise TransitionError(_ANSWERED_MEANWHILE)
    if granted_day is None and not answer.strip():
        raise TransitionError(gettext("Không đồng ý thì cần ghi lý do."))
    if granted_day is not None:
        if not report.is_open:
            raise TransitionError(gettext("Báo cáo đã gửi, không còn hạn để gia hạn."))
        if granted_day <= report.last_day:
            raise TransitionError(gettext("Ngày gia hạn phải sau ngày cuối cùng hiện nay."))
        Report.objects.filter(pk=report.pk).update(last_day=granted_day)
        report.last_day = granted_day
    event = "extension-refused" if granted_day is None else "extension-granted"
    day = None if granted_day is None else str(granted_day)
    _record(event, report, by=by, at=at, note=answer, granted_day=day)
    deed = Deed.DECLINED if granted_day is None else Deed.GRANTED
    news.tell_agency(report, deed, extension.pk, by=by, at=at)


@transaction.atomic
def answer(report, *, granted_day, answer, by, at, shown=None):
    """
    Answer the report's open request; with none, extend on the lead department's own motion.

    `shown` is the id of the request the person saw, if any: an answer is never taken for another
    request, nor for a decision of one's own once a colleague has answered.
    """
    asked = waiting(report)
    if shown != (asked and asked.pk):
        raise TransitionError(_ANSWERED_MEANWHILE if shown else _ASKED_MEANWHILE)
    if asked is None:
        if granted_day is None:
            raise TransitionError(gettext("Chưa có đề nghị nào; muốn gia hạn thì chọn ngày."))
        reason = answer or "Cơ quan thường trực chủ động gia hạn."
        asked = ask_extension(report, wanted_day=granted_day, reason=reason, by=by, at=at)
    decide_extension(asked, granted_day=granted_day, answer=answer, by=by, at=at)


def waiting(report):
    """Return the request that waits for an answer, or None."""
    return report.extensions.filter(decided_at=None).first()


def _record(action, report, *, by, at, note, **data):
    is_demo = report.round.is_demo
    record_event(action, report, by=by, at=at, note=note.strip(), is_demo=is_demo, **data)
