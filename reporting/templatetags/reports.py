"""Template filters that put what is stored of a report into words."""

from decimal import Decimal

from django import template

from reporting.models import DutyStatus
from reporting.stages import STAGES, Deed, deed_of
from targets.numerals import format_number

register = template.Library()

_WORDS = {
    "report-submitted": "gửi",
    "report-accepted": "tiếp nhận",
    "report-returned": "trả lại",
    "report-reopened": "mở lại để sửa",
    "report-proposed": "trình lãnh đạo duyệt",
    "extension-asked": "xin gia hạn",
    "extension-granted": "cho gia hạn",
    "extension-refused": "không cho gia hạn",
    "results-imported": "nhập biểu Excel",
    "note-added": "ghi chú",
    "difficulty-followed": "trả lời vướng mắc, kiến nghị",
    "reminded-by-hand": "nhắc ngay",
    "mail-sent-again": "cho gửi lại thư nhắc",
    "mail-taken-as-sent": "ghi thư nhắc là đã đi",
    "evidence-added": "thêm tệp minh chứng",
    "evidence-removed": "bỏ tệp minh chứng",
}


@register.filter
def event_words(action):
    return _WORDS.get(action, action)


_DEED_WORDS = {
    Deed.BY_HAND: "cán bộ nhắc",
    Deed.SUBMITTED: "báo tin đã gửi",
    Deed.RETURNED: "báo tin trả lại",
    Deed.ACCEPTED: "báo tin tiếp nhận",
    Deed.ASKED: "báo tin xin gia hạn",
    Deed.GRANTED: "báo tin gia hạn",
    Deed.DECLINED: "báo tin không gia hạn",
    Deed.CLOSED: "báo tin đóng kỳ",
}


@register.filter
def stage_words(stage):
    """Return “trước hạn 3 ngày” for T-3, “báo tin trả lại” for returned-2."""
    if deed := deed_of(stage):
        return _DEED_WORDS[deed]
    days = STAGES[stage]
    if days == 0:
        return "ngày cuối cùng"
    return f"trước hạn {-days} ngày" if days < 0 else f"quá hạn {days} ngày"


@register.filter
def digits(text):
    """Return a number of a version's content, “16700.0000”, as people write it: “16.700”."""
    return "" if text is None else format_number(Decimal(text))


@register.filter
def duty_status(status):
    return DutyStatus(status).label
