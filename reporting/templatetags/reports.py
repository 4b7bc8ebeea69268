"""Template filters that put a report's events into words."""

from django import template

from reporting.stages import STAGES, is_by_hand

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
    "note-added": "ghi chú",
    "difficulty-followed": "trả lời vướng mắc, kiến nghị",
    "reminded-by-hand": "nhắc ngay",
    "evidence-added": "thêm tệp minh chứng",
    "evidence-removed": "bỏ tệp minh chứng",
}


@register.filter
def event_words(action):
    return _WORDS.get(action, action)


@register.filter
def stage_words(stage):
    """Return “trước hạn 3 ngày” for T-3; a stage that is no distance from the day, as it is."""
    if is_by_hand(stage):
        return "cán bộ nhắc"
    days = STAGES.get(stage)
    if days is None:
        return stage
    if days == 0:
        return "ngày cuối cùng"
    return f"trước hạn {-days} ngày" if days < 0 else f"quá hạn {days} ngày"
