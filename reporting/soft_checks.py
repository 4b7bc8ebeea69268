"""Figures that may be right and look wrong: each asks why, none stops the submission (R17)."""

from django.utils.translation import gettext as _

from targets.models import Indicator
from targets.numerals import format_number


def doubts(figure, *, last_round, last_year):
    """
    Return sentences about one figure of a draft.

    `last_round` is what the agency sent for an earlier round of the same plan year, `last_year`
    its figure of last year's same round; None where there is none.
    """
    actual = figure.actual
    if actual is None:
        return []
    found = []
    additive = figure.indicator.combine == Indicator.Combine.SUM
    if additive and last_round is not None and actual < last_round:
        found.append(
            _("Số lũy kế thấp hơn kỳ trước ({last_round}). Xin giải trình hoặc sửa.").format(
                last_round=format_number(last_round)
            )
        )
    if last_year and actual and (actual >= 10 * last_year or actual * 10 <= last_year):
        found.append(
            _("Chênh từ mười lần trở lên so với cùng kỳ ({last_year}).").format(
                last_year=format_number(last_year)
            )
        )
    if additive and figure.estimate is not None and figure.estimate < actual:
        found.append(_("Ước cả năm thấp hơn số đã thực hiện."))
    if actual and actual in (last_round, last_year):
        found.append(_("Giống hệt số đã báo cáo trước đây; xin kiểm tra lại."))
    return found
