"""Template filters for Vietnamese words that Django's catalogue writes otherwise."""

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

_WEEKDAYS = [
    _("thứ Hai"),
    _("thứ Ba"),
    _("thứ Tư"),
    _("thứ Năm"),
    _("thứ Sáu"),
    _("thứ Bảy"),
    _("Chủ nhật"),
]


@register.filter
def weekday(day):
    """Return “thứ Tư”; Django would print “Thứ 4”."""
    return _WEEKDAYS[day.weekday()]
