"""
A date cell holds one day, written day first, that exists and lies in the years asked.

Excel of a US locale turns 10/6 into 6 October: a day outside the span is refused, not moved.
"""

import datetime as dt
import re
from dataclasses import dataclass

from agencies.workbooks import grid

_WRITTEN = [
    re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})", re.ASCII),
    re.compile(r"(?:ngày\s+)?(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})", re.ASCII | re.I),
]


@dataclass(frozen=True)
class Day:
    """What a date cell gave; `fault` is (code, message)."""

    day: dt.date | None = None
    fault: tuple[str, str] | None = None


def read_date(cell, *, first, last):
    """Return the Day of a cell; it must lie from `first` to `last`, both counted."""
    if cell.kind == grid.DATE:
        return _within(_of_date(cell), first, last)
    if cell.kind == grid.TEXT:
        text = " ".join(cell.value.split())
        return _within(_of_text(text), first, last) if text else Day()
    return _fault("Ô này phải là ngày, ví dụ 20/6/2024.")


def _of_date(cell):
    shown, _, _serial = cell.value.partition("|")
    try:
        moment = dt.datetime.fromisoformat(shown)
    except ValueError:
        return _fault("Ngày không hợp lệ, ghi lại như 20/6/2024.")
    if moment.time() != dt.time(0):
        return _fault("Ô này chỉ ghi ngày, không ghi giờ.")
    return Day(moment.date())


def _of_text(text):
    for pattern in _WRITTEN:
        if match := pattern.fullmatch(text):
            day, month, year = map(int, match.groups())
            return _of_numbers(text, day, month, year)
    return _fault(f"“{text[:40]}” không phải là ngày. Ghi như 20/6/2024.")


def _of_numbers(text, day, month, year):
    try:
        return Day(dt.date(year, month, day))
    except ValueError:
        if month > 12 and day <= 12:
            return _fault(f"“{text}”: ghi ngày trước, tháng sau ({month}/{day}/{year}).")
        return _fault(f"“{text}”: không có ngày này.")


def _within(reading, first, last):
    if reading.day and not first <= reading.day <= last:
        return _fault(
            f"Ngày {reading.day:%d/%m/%Y} nằm ngoài khoảng {first:%d/%m/%Y} - {last:%d/%m/%Y}; "
            "kiểm tra ngày và tháng có bị đảo không."
        )
    return reading


def _fault(message):
    return Day(fault=("date", message))
