"""Pace, forecast and lateness in words, as a leader reads them."""

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reporting.models import Obligation, Report
from targets.numerals import format_number, format_percent
from targets.pace import Basis

_BASES = {
    Basis.ALLOCATION: _("số giao cho từng đơn vị"),
    Basis.LAST_YEAR: _("tỷ trọng của từng đơn vị trong kết quả năm trước"),
    Basis.EVERYBODY: _("cả kế hoạch, vì đơn vị nào cũng đã gửi"),
}


def pace_words(line):
    """Return “chậm 3,9 điểm”, or “chưa đủ căn cứ” with the range (below 80 % of the plan)."""
    pace = line.pace
    if pace is None:
        return gettext("không tính")
    if pace.points is not None:
        return _points(pace.points)
    if pace.low is None:
        return gettext("chưa đủ căn cứ")
    return gettext("chưa đủ căn cứ, {pace}").format(pace=_range(pace))


def _range(pace):
    low, high = format_percent(pace.low), format_percent(pace.high)
    return low if low == high else f"{low} – {high}"


def _points(points):
    if not points:
        return gettext("đúng nhịp")
    words = gettext("nhanh {points} điểm") if points > 0 else gettext("chậm {points} điểm")
    return words.format(points=format_number(abs(points)))


def pace_style(line):
    """Return the class that draws the judgement: good, slow, or nothing to judge."""
    if line.is_on_pace is None:
        return "st-none"
    return "st-ok" if line.is_on_pace else "st-part"


def pace_how(line):
    """Return what the pace was held against, in one sentence; empty where there is none."""
    pace = line.pace
    if pace is None or pace.basis is None:
        return ""
    words = gettext(
        "Nhịp: số đã gửi (kể cả tạm tính) so với phần kế hoạch của chính các đơn "
        "vị đã gửi, theo {basis}; các đơn vị đã gửi chiếm {coverage} kế hoạch"
    ).format(basis=_BASES[pace.basis], coverage=format_percent(pace.coverage))
    if pace.time is not None:
        words += gettext(", {time} thời gian của năm kế hoạch đã qua").format(
            time=format_percent(pace.time)
        )
    return words + (
        "." if pace.is_enough else gettext("; dưới 80% thì chưa đủ căn cứ, chỉ nêu khoảng.")
    )


def forecast_words(line):
    forecast = line.forecast
    if forecast is None:
        return (
            gettext("chưa dự báo được")
            if line.is_additive and line.span
            else gettext("không dự báo")
        )
    low, high = format_number(forecast.low), format_number(forecast.high)
    return f"{low} – {high}" if forecast.is_range else low


def forecast_how(line):
    """Return how the forecast was made, in one sentence (issue: one line under it)."""
    forecast = line.forecast
    if forecast is None:
        return ""
    made = [
        (forecast.whole, gettext("đơn vị đã có số cả năm")),
        (forecast.by_estimate, gettext("đơn vị theo ước cả năm của mình")),
        (forecast.by_share, gettext("đơn vị theo tỷ trọng kỳ này trong kết quả năm trước")),
        (
            forecast.missing,
            gettext(
                "đơn vị chưa có số theo kết quả năm trước, nhân mức tăng thấp nhất và cao nhất "
                "so với cùng kỳ của các đơn vị đã gửi"
            ),
        ),
    ]
    head = gettext("Kết quả: ") if forecast.is_result else gettext("Dự báo: ")
    return head + "; ".join(f"{number} {what}" for number, what in made if number) + "."


def verdict(line):
    """Return whether the year's target will be met and how the pace is, as far as can be said."""
    return f"{_expected(line)}. {_paced(line.pace)}".rstrip()


def _expected(line):
    forecast, pace = line.forecast, line.pace
    if forecast is None or not line.year_number:
        return gettext("Chưa dự báo được cả năm")
    if forecast.is_result:
        return _result(line)
    words = (
        gettext("dự báo cả năm {line} {unit}")
        .format(line=forecast_words(line), unit=line.indicator.unit)
        .rstrip()
    )
    if pace is not None and not pace.is_enough:
        return gettext("Chưa đủ căn cứ để kết luận; {words}").format(words=words)
    if line.will_be_met is not None:
        judged = gettext("Nhiều khả năng đạt") if line.will_be_met else gettext("Khó đạt")
        return f"{judged}: {words}"
    short = line.year_number - forecast.low
    if forecast.is_range and short > 0:
        return gettext("Có thể đạt: {words}, cận dưới còn thiếu {short}").format(
            words=words, short=format_number(short)
        )
    return words[0].upper() + words[1:]


def _result(line):
    """Say what the year came to, once every agency's figures run to its end."""
    number = f"{forecast_words(line)} {line.indicator.unit}".rstrip()
    if line.provisional is not None:
        number = gettext("{number}, có số chưa tiếp nhận").format(number=number)
    if line.will_be_met is None:
        return gettext("Kết quả cả năm {number}").format(number=number)
    judged = gettext("Đạt") if line.will_be_met else gettext("Không đạt")
    return gettext("{judged}: kết quả cả năm {number}").format(judged=judged, number=number)


def _paced(pace):
    if pace is None or pace.time is None:
        return ""
    gone = gettext("thời gian đã qua {time}").format(time=format_percent(pace.time))
    if pace.points is not None:
        words = _points(pace.points)
        return gettext(
            "Nhịp: {words}, nơi đã gửi đạt {attained} kế hoạch của mình, {gone}."
        ).format(words=words, attained=format_percent(pace.attained), gone=gone)
    part = gettext("Mới có số liệu của các đơn vị chiếm {coverage} kế hoạch").format(
        coverage=format_percent(pace.coverage)
    )
    if pace.low is None:
        return f"{part}; {gone}."
    return gettext("{part}; ước cả nơi chưa gửi thì đạt {pace} kế hoạch, {gone}.").format(
        part=part, pace=_range(pace), gone=gone
    )


def told_columns(progress):
    """Return the names of the columns in which some line tells something: no column of dashes."""
    names = ("provisional", "difference", "increment", "pace", "forecast")
    return {name for name in names if any(getattr(r, name) is not None for r in progress.rows)}


def bar_length(value):
    """Return a percentage as the length of a bar, which never leaves its frame."""
    return f"{min(max(value, 0), 100)}"


def provisional_length(line):
    """Return how much of the bar the provisional part may take after the accepted one."""
    room = max(100 - line.percent, 0)
    return f"{min(line.percent_provisional, room)}"


@dataclass(frozen=True)
class LateReport:
    report: Report
    words: str
    days: int


def latest_reports(progress, *, now, most=3):
    """
    Return the agencies that are latest with the round: past their day by most, then by habit.

    Before anybody is late it is those not here that were late most often in the two years before.
    """
    today = now.date()
    waiting = [_late(r, today) for r in progress.reports if _is_owed(r)]
    waiting.sort(key=lambda late: (-late.days, -late.report.late_before, _begun(late.report)))
    return waiting[:most]


def _is_owed(report):
    return report.is_open and report.obligation == Obligation.REQUIRED


def _begun(report):
    return report.saved_at is not None


def _late(report, today):
    days = max((today - report.last_day).days, 0) if report.last_day else 0
    if days:
        what = (
            gettext("quá hạn bổ sung")
            if report.state == Report.State.RETURNED
            else gettext("quá hạn")
        )
        return LateReport(report, gettext("{what} {days} ngày").format(what=what, days=days), days)
    words = gettext("đang soạn") if _begun(report) else gettext("chưa bắt đầu")
    if report.state == Report.State.RETURNED:
        words = gettext("bị trả lại")
    if report.last_day:
        words += gettext(", ngày cuối cùng {last_day:%-d/%-m}").format(last_day=report.last_day)
    if report.late_before:
        words += gettext(", hai năm trước trễ {late_before} kỳ").format(
            late_before=report.late_before
        )
    return LateReport(report, words, 0)
