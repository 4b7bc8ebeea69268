"""The heading of a plan year: the answer in one sentence, before any table."""

from django.utils.translation import gettext as _

from dashboards.year_rounds import is_closing
from targets import attainment
from targets.numerals import format_number, format_percent


def headline(progress, year):
    """
    Return “Năm 2024: đã đạt 9.709/35.000 lượt người, 27,7%” or what can be said instead.

    A sum is judged when its year is over and everybody accepted; a span's target at its end (R16).
    """
    return _("Năm {year}: {progress}").format(year=year, progress=_answer(progress, year))


def _answer(progress, year):
    main = progress.main
    if progress.round is None:
        return _("chưa có kỳ báo cáo nào")
    if main is None:
        return _levels(progress.rows)
    if main.target is None:
        return progress.round.label
    goal = attainment.describe(main.target, main.indicator.unit)
    if main.accepted is None:
        return _("chưa tiếp nhận số liệu nào; mục tiêu {goal}").format(goal=goal)
    attained = format_number(main.accepted)
    if main.percent is None:
        span = attainment.describe_span(main.target)
        return _("đã đạt {attained}; mục tiêu {goal}, {span}").format(
            attained=attained, goal=goal, span=span
        )
    answer = _("đã đạt {attained}/{year_number} {unit}, {percent}").format(
        attained=attained,
        year_number=format_number(main.year_number),
        unit=main.indicator.unit,
        percent=format_percent(main.percent),
    )
    return answer + _verdict(progress, year)


def _verdict(progress, year):
    round, main = progress.round, progress.main
    if not is_closing(round) or progress.missing or progress.provisional:
        return ""
    met = attainment.is_met_in(main.target, main.accepted, year)
    return "" if met is None else _(", đạt mục tiêu") if met else _(", chưa đạt mục tiêu")


def _levels(rows):
    """A plan without sums is told by how many of its levels meet their targets (R11)."""
    judged = [row.is_met for row in rows if row.is_met is not None]
    if not judged:
        return _("chưa có số liệu để so với mục tiêu")
    return _("{judged_count}/{judged} chỉ tiêu đạt mục tiêu").format(
        judged_count=judged.count(True), judged=len(judged)
    )
