"""Template filters that put a report's events into words."""

from django import template

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
    "evidence-added": "thêm tệp minh chứng",
    "evidence-removed": "bỏ tệp minh chứng",
}


@register.filter
def event_words(action):
    return _WORDS.get(action, action)
