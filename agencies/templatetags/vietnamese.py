"""Template filters for Vietnamese words that Django's catalogue writes otherwise."""

from django import template

register = template.Library()

_WEEKDAYS = ["thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"]


@register.filter
def weekday(day):
    """Return “thứ Tư”; Django would print “Thứ 4”."""
    return _WEEKDAYS[day.weekday()]
