"""What calls for a look at an agency in a round, what must be answered first."""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from reporting.models import Report
from reporting.models.versions import MARKS

State = Report.State


@dataclass(frozen=True)
class Flag:
    """Something to look at; `level` is the class it is drawn with: "", is-info or is-bad."""

    words: str
    level: str = ""


def flags_of(report, figures, *, reads):
    """Yield what is worth a look, what must be answered first."""
    if report.asks_extension and report.is_open:
        yield Flag(gettext("Xin gia hạn, chờ trả lời"))
    if reads and report.mail_is_lost and report.is_open:
        yield Flag(gettext("Thư nhắc không đi được"), "is-bad")
    if not report.is_open:
        yield from figures.flags_of(report)
        if report.state == State.SUBMITTED and report.latest_version.number > 1:
            yield Flag(
                gettext("Bản {latest_version_number}, gửi lại").format(
                    latest_version_number=report.latest_version.number
                ),
                "is-info",
            )
    if reads and report.note_count:
        waits = not report.last_note_is_staffs
        count = report.note_count
        words = ngettext("{note_count} ghi chú", "{note_count} ghi chú", count)
        words = words.format(note_count=count)
        yield (
            Flag(gettext("{words}, chưa trả lời").format(words=words))
            if waits
            else Flag(words, "is-info")
        )
    if report.latest_version and report.latest_version.on_behalf:
        yield Flag(gettext("Nhập thay từ báo cáo giấy"), "is-info")
    for mark, words in MARKS.items():
        if getattr(report, mark):
            yield Flag(capfirst(words), "is-info")
    if report.granted_day:
        yield Flag(
            gettext("Đã gia hạn đến {granted_day:%-d/%-m}").format(granted_day=report.granted_day),
            "is-info",
        )
    if reads and report.evidence_count:
        count = report.evidence_count
        words = ngettext("{evidence_count} tệp", "{evidence_count} tệp", count)
        yield Flag(words.format(evidence_count=count), "is-info")
