"""What reminders say, in mails and on pages: rows in, words out."""

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agencies.language import in_vietnamese
from agencies.templatetags.vietnamese import weekday
from reporting import checklist, drafts
from reporting.models import Obligation, Reminder, Report, Tier
from reporting.stages import STAGES, Deed, deed_of

Audience = Reminder.Audience
_ABOVE = (Audience.HEAD, Audience.LEADER)
# Up to so many reports a mail says what each still lacks; more would be a list nobody reads.
_DETAILED = 3
_NEWS = {
    Deed.SUBMITTED: _("{agency} đã gửi {round}"),
    Deed.ACCEPTED: _("Đã tiếp nhận {round}"),
    Deed.ASKED: _("{agency} xin gia hạn {round}"),
    Deed.GRANTED: _("Được gia hạn: {round}, đến hết {day}"),
    Deed.DECLINED: _("Không được gia hạn: {round}, hạn vẫn là {day}"),
    Deed.BRIEF: _("Bản tóm tắt cho lãnh đạo, sau hạn {day} của {round}"),
    Deed.CLOSED: _("Đã đóng: {round}; muốn gửi, xin liên hệ cơ quan thường trực"),
    Deed.DAY_SET: _("Ngày cuối cùng của {round} nay là {day}"),
}

_ASKED_FOR = {
    Deed.BY_HAND: _("Cơ quan thường trực nhắc gửi"),
    Deed.RETURNED: _("Bị trả lại:"),
}


@in_vietnamese
def of_mail(rows, *, now):
    """Return the mail's subject and its three parts: to do, late below one, and news."""
    first_of_report = {}
    for row in sorted(rows, key=lambda row: deed_of(row.stage) != Deed.RETURNED):
        if _is_to_do(row):
            first_of_report.setdefault(row.report_id, row)
    to_do = [_to_do(row, now=now) for row in first_of_report.values()]
    to_do.sort(key=lambda item: (item["report"].last_day, item["report"].pk))
    if len(to_do) <= _DETAILED:
        for item in to_do:
            item["missing"] = missing_words(item["report"], today=now.date())
    parts = {
        "to_do": to_do,
        "late": _late(rows, now=now),
        "news": [_news(row) for row in rows if _is_news(row)],
    }
    return parts | {"subject": _subject(**parts)}


def _is_to_do(row):
    deed = deed_of(row.stage)
    return deed in (Deed.BY_HAND, Deed.RETURNED) or (deed is None and row.audience not in _ABOVE)


def _is_news(row):
    return deed_of(row.stage) in _NEWS


def _to_do(row, *, now):
    """The day now in force counts here; the first sending is timeliness's affair (R4)."""
    report = row.report
    days_left = (report.last_day - now.date()).days
    invited = report.obligation == Obligation.REQUESTED
    days_late = 0 if invited else max(-days_left, 0)  # an invited reporter is never late (R5)
    return {
        "report": report,
        "title": _title(report),
        "days_late": days_late,
        "time_words": _time_words(days_left, invited=invited),
        "invited": invited,
        "stands_in": row.audience == Audience.STAFF,
        "due_words": _due_words(report),
        "missing": "",
    }


def _title(report):
    if report.tier == Tier.LEAD:
        return gettext("Bản tổng hợp {round}").format(round=report.round.label)
    return str(report.round)


def _time_words(days_left, *, invited):
    if days_left > 0:
        return f"Còn {days_left} ngày"
    if days_left == 0:
        return "Hôm nay là ngày cuối cùng"
    return "" if invited else f"Quá hạn {-days_left} ngày"


def _due_words(report):
    return next((due.words for due in report.round.dues.all() if due.tier == report.tier), "")


def missing_words(report, *, today):
    """Say what stands between a draft and its submission: “3 ô số liệu, 2 nhiệm vụ”."""
    if report.tier == Tier.LEAD or not report.is_open:
        return ""
    if report.saved_at is None and report.state == Report.State.DRAFT:
        return "chưa nhập gì"
    left = checklist.of_draft(drafts.Draft(report), today=today)
    counted = [
        (len(left.unreadable), "ô chưa đọc được"),
        (len(left.missing), "ô số liệu"),
        (len(left.broken), "phân tổ lệch"),
        (len(left.duties), "nhiệm vụ"),
        (bool(left.wrong_day), "ngày chốt số liệu"),
    ]
    return ", ".join(f"{count} {words}" for count, words in counted if count)


def _late(rows, *, now):
    """Return what is escalated, a round at a time: [{round, lines: [{report, days_late}]}]."""
    rounds = {}
    escalated = [row for row in rows if deed_of(row.stage) is None and row.audience in _ABOVE]
    for row in sorted(escalated, key=lambda row: (row.last_day, bytes(row.report.agency.name_key))):
        report = row.report
        lines = rounds.setdefault(report.round, [])
        lines.append({"report": report, "days_late": (now.date() - row.last_day).days})
    return [{"round": round, "lines": lines} for round, lines in rounds.items()]


def _news(row):
    return {
        "report": row.report,
        "words": deed_words(row),
        "is_brief": row.is_brief,
    }


def deed_words(row):
    """Return one sentence about a deed, without a full stop."""
    report = row.report
    # A brief hangs on the consolidation, but is about the whole round.
    title = str(report.round) if row.is_brief else _title(report)
    return _NEWS[deed_of(row.stage)].format(
        agency=report.agency, round=_lower(title), day=day_words(row.last_day)
    )


def headline(row):
    """Return one line about any row: what, which report, and whose when not one's own."""
    if deed_of(row.stage) in _NEWS:
        return deed_words(row)
    title = _lower(_title(row.report))
    if deed_of(row.stage):
        return f"{_ASKED_FOR[deed_of(row.stage)]} {title}"
    whose = "" if row.audience == Audience.REPORTER else f", {row.report.agency}"
    return f"{_when(STAGES[row.stage])}: {title}{whose}"


def _when(days):
    """Return how far from the last day a stage is: “Trước hạn 3 ngày”."""
    if days < 0:
        words = ngettext("Trước hạn {days} ngày", "Trước hạn {days} ngày", -days)
        return words.format(days=-days)
    words = ngettext("Quá hạn {days} ngày", "Quá hạn {days} ngày", days)
    return words.format(days=days) if days else gettext("Ngày cuối cùng")


def day_words(day):
    """Return “thứ Tư, 19/6/2024”; days carry no leading noughts."""
    return f"{weekday(day)}, {day.day}/{day.month}/{day.year}" if day else gettext("chưa có hạn")


def _lower(title):
    return title[:1].lower() + title[1:]


def _subject(*, to_do, late, news):
    if to_do:
        return _subject_to_do(to_do)
    if late:
        return _subject_late([line for part in late for line in part["lines"]])
    more = f" và {len(news) - 1} tin khác" if len(news) > 1 else ""
    return news[0]["words"] + more


def _subject_to_do(items):
    first = items[0]
    head = first["time_words"].replace("ngày cuối cùng", "ngày cuối")
    if first["report"].state == Report.State.RETURNED and not first["days_late"]:
        head = f"Bị trả lại, {_lower(head)}"
    elif first["days_late"]:
        head = "Quá hạn"
    head = head or "Đề nghị cung cấp thông tin"
    more = f" và {len(items) - 1} báo cáo khác" if len(items) > 1 else ""
    return f"{head}: {_lower(first['title'])}{more}"


def _subject_late(lines):
    first = lines[0]
    round = _lower(_title(first["report"]))
    if len(lines) == 1:
        return f"Quá hạn {first['days_late']} ngày: {round}, {first['report'].agency}"
    return f"{len(lines)} báo cáo quá hạn: {round}"
