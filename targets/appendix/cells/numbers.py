"""
A number cell holds one number that can be read one way, or it is a problem (R27).

Outcomes follow the table of numbers as offices write them; a reading is never guessed.
"""

import unicodedata
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from agencies.workbooks import grid
from targets.appendix.cells.readings import BLANK, MAX_VALUE, Measure, Reading, ask, fault, plain
from targets.appendix.cells.texts import is_ditto
from targets.appendix.cells.written_numbers import read_written
from targets.numerals import format_number

MAX_DIGITS = 15  # what Excel itself keeps
_PLACES = 4
_TOO_LONG = ("too-long", f"Số dài hơn {MAX_DIGITS} chữ số hoặc quá lớn. Xin kiểm tra lại.")
DASHES = {"-", "–", "—", "−", "--"}
NO_DATA = {
    "…",
    "...",
    "..",
    "x",
    "n/a",
    "na",
    "kcsl",
    "chưa có",
    "chưa có số liệu",
    "không có số liệu",
}

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\u3000\t\r\n"), " ")


@lru_cache(maxsize=2**14)
def read_number(cell, measure, *, may_fall=False, may_exceed=False):
    """
    Return the Reading of a cell in a column of one measure.

    `may_fall` takes negatives (growth), `may_exceed` percents over 100.
    """
    reading = _BY_KIND[cell.kind](cell, measure)
    if reading.number is None:
        return reading
    beyond = _range_fault(reading.number, measure, may_fall=may_fall, may_exceed=may_exceed)
    return fault(*beyond) if beyond else reading


def _of_number(cell, measure):
    try:
        # Excel writes 6.6 as 6.5999999999999996: the shortest text of that float is what it is.
        number = Decimal(repr(float(cell.value))) if _is_long(cell.value) else Decimal(cell.value)
    except (InvalidOperation, OverflowError, ValueError):
        return fault("not-a-number", "Không phải là số.")
    if not number.is_finite():
        return fault("not-a-number", "Không phải là số hữu hạn.")
    if len(number.as_tuple().digits) > MAX_DIGITS:
        return fault(*_TOO_LONG)
    if grid.PERCENT in cell.flags:
        if measure != Measure.PERCENT:
            return fault("percent", "Ô định dạng phần trăm, cột này không ghi phần trăm.")
        return Reading(plain(number * 100))
    if measure == Measure.PERCENT and 0 < number < 1:
        return ask(f"Ô ghi {format_number(number)}: số nào đúng?", [number * 100, number])
    return Reading(plain(number))


def _is_long(text):
    return len(text.strip("-0.").replace(".", "")) > MAX_DIGITS and "." in text


def _of_text(cell, measure):
    text, notice = _tidy(cell.value)
    if not text:
        return BLANK
    if text in DASHES:
        return Reading(question="Dấu “-” trong bảng này nghĩa là gì?", choices=(Decimal(0), None))
    if text.lower() in NO_DATA:
        return Reading(notice=("no-data", f"“{text}”: hiểu là thiếu số liệu, không tính là 0."))
    if is_ditto(text):
        return fault("ditto", "Ô số không ghi dấu lặp lại. Ghi lại số.")
    reading = read_written(text, measure)
    if notice and reading.number is not None and reading.notice is None:
        return Reading(reading.number, notice=notice)
    return reading


def _tidy(text):
    """Return the text with plain spaces and digits, and what had to be done for it."""
    notice = None
    visible = text.translate(_INVISIBLE)
    if visible != text:
        notice = ("invisible", "Đã bỏ ký tự ẩn trong ô số.")
    if any("０" <= char <= "９" for char in visible):
        visible = unicodedata.normalize("NFKC", visible)
        notice = ("full-width", "Chữ số khổ rộng được đọc như chữ số thường.")
    return " ".join(visible.translate(_SPACES).split()), notice


def _range_fault(number, measure, *, may_fall, may_exceed):
    """Return what forbids a number that could be read, or None."""
    if number < 0 and not may_fall:
        return "negative", "Số liệu không được âm."
    if len(number.as_tuple().digits) > MAX_DIGITS or abs(number) >= MAX_VALUE:
        return _TOO_LONG
    if measure == Measure.COUNT and number != number.to_integral_value():
        return "not-whole", "Số người, số lượt phải là số nguyên."
    if measure == Measure.PERCENT and abs(number) > 100 and not may_exceed:
        return "percent-over-100", f"{format_number(number)}% lớn hơn 100%."
    if number != round(number, _PLACES):
        return "too-precise", f"Nhiều nhất {_PLACES} chữ số thập phân. Xin làm tròn trong tệp."
    return None


def _of_bool(_cell, _measure):
    return fault("logical", "Ô ghi giá trị ĐÚNG/SAI, không phải số.")


def _of_date(cell, _measure):
    shown = cell.value.split("|")[0][:10]
    return fault(
        "date", f"Excel đã đổi ô này thành ngày ({shown}). Đặt lại định dạng số rồi ghi số."
    )


def _of_error(cell, _measure):
    return fault("formula-error", f"Công thức hỏng ({cell.value}). Ghi lại số; không tính là 0.")


def _of_uncomputed(_cell, _measure):
    return fault("not-computed", "Công thức chưa tính. Mở tệp bằng Excel, lưu lại rồi nộp.")


def _linked(read):
    def checked(cell, measure):
        if grid.LINKED in cell.flags:
            return fault(
                "external-link", "Công thức lấy số từ tệp khác hoặc từ mạng. Ghi số vào ô."
            )
        return read(cell, measure)

    return checked


_BY_KIND = {
    grid.NUMBER: _linked(_of_number),
    grid.TEXT: _linked(_of_text),
    grid.BOOL: _of_bool,
    grid.DATE: _of_date,
    grid.ERROR: _of_error,
    grid.UNCOMPUTED: _of_uncomputed,
}
