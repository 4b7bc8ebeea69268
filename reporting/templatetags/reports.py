"""Template filters that put what is stored of a report into words."""

from decimal import Decimal

from django import template
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from reporting.models import DutyStatus
from reporting.stages import STAGES, Deed, deed_of
from targets.numerals import format_number, format_percent

register = template.Library()

_WORDS = {
    "report-submitted": _("gửi"),
    "report-accepted": _("tiếp nhận"),
    "report-returned": _("trả lại"),
    "report-reopened": _("mở lại để sửa"),
    "report-proposed": _("trình lãnh đạo duyệt"),
    "extension-asked": _("xin gia hạn"),
    "extension-granted": _("cho gia hạn"),
    "extension-refused": _("không cho gia hạn"),
    "results-imported": _("nhập biểu Excel"),
    "note-added": _("ghi chú"),
    "difficulty-followed": _("trả lời vướng mắc, kiến nghị"),
    "reminded-by-hand": _("nhắc ngay"),
    "mail-sent-again": _("cho gửi lại thư nhắc"),
    "mail-taken-as-sent": _("ghi thư nhắc là đã đi"),
    "evidence-added": _("thêm tệp minh chứng"),
    "evidence-removed": _("bỏ tệp minh chứng"),
}


@register.filter
def event_words(action):
    return _WORDS.get(action, action)


_DEED_WORDS = {
    Deed.BY_HAND: _("cán bộ nhắc"),
    Deed.SUBMITTED: _("báo tin đã gửi"),
    Deed.RETURNED: _("báo tin trả lại"),
    Deed.ACCEPTED: _("báo tin tiếp nhận"),
    Deed.ASKED: _("báo tin xin gia hạn"),
    Deed.GRANTED: _("báo tin gia hạn"),
    Deed.DECLINED: _("báo tin không gia hạn"),
    Deed.CLOSED: _("báo tin đóng kỳ"),
    Deed.BRIEF: _("gửi bản tóm tắt"),
    Deed.DAY_SET: _("báo tin ngày cuối cùng"),
}


@register.filter
def stage_words(stage):
    """
    Return “mốc trước hạn 3 ngày” for T-3, “báo tin trả lại” for returned-2.

    A stage on a day off goes out before it, one that was missed later: a name, not a distance.
    """
    if deed := deed_of(stage):
        return _DEED_WORDS[deed]
    days = STAGES[stage]
    if days == 0:
        return gettext("mốc ngày cuối cùng")
    if days < 0:
        return ngettext("mốc trước hạn {days} ngày", "mốc trước hạn {days} ngày", -days).format(
            days=-days
        )
    return ngettext("mốc quá hạn {days} ngày", "mốc quá hạn {days} ngày", days).format(days=days)


@register.filter
def digits(text):
    """Return a number of a version's content, “16700.0000”, as people write it: “16.700”."""
    return "" if text is None else format_number(Decimal(text))


@register.filter
def growth(total):
    """Return what a consolidation's frozen total gained on cùng kỳ, “+525”; “” without one."""
    gained = total.get("difference")  # unknown of what was sent before it was kept
    return "" if gained is None else format_number(Decimal(gained), sign=True)


@register.filter
def attained(total):
    """Return a consolidation's frozen total in per cent of its target, “27,7%”; “” without one."""
    percent = total.get("percent")  # unknown of what was sent before it was kept
    return "" if percent is None else format_percent(Decimal(percent))


@register.filter
def by_status(counts):
    """Return [(status, its words, count)] in the order of the entry page: JSON has lost it."""
    return [(status, label, counts.get(status, 0)) for status, label in DutyStatus.choices]
