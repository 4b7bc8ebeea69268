"""
A number cell holds one number that can be read one way, or it is a problem (R27).

Outcomes follow the table of numbers as offices write them; a reading is never guessed.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache

from agencies.workbooks import grid
from targets.numerals import format_number

MAX_DIGITS = 15  # what Excel itself keeps
MAX_VALUE = Decimal(10**13)
_PLACES = 4
_TOO_LONG = ("too-long", f"Số dài hơn {MAX_DIGITS} chữ số hoặc quá lớn. Xin kiểm tra lại.")


class Measure(StrEnum):
    """What a column counts: whole people, percent points, or an amount with decimals."""

    COUNT = "count"
    PERCENT = "percent"
    AMOUNT = "amount"


@dataclass(frozen=True)
class Reading:
    """
    What a cell gave: a number, a blank (all None), a fault, or a question with two readings.

    `fault` and `notice` are (code, message); `choices` are numbers, the likeliest first.
    """

    number: Decimal | None = None
    fault: tuple[str, str] | None = None
    notice: tuple[str, str] | None = None
    question: str = ""
    choices: tuple[Decimal | None, ...] = ()
    whole: bool = False  # the answer must be a whole number

    @property
    def is_blank(self):
        return self.number is None and not (self.fault or self.question or self.notice)


BLANK = Reading()
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
DITTO = {"“", "”", '"', "''", "nt", "-nt-", "//", "như trên", "'"}
DASH_QUESTION = "dash"

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\u3000\t\r\n"), " ")
_VIETNAMESE = re.compile(r"[1-9]\d{0,2}(\.\d{3})+", re.ASCII)
_ENGLISH = re.compile(r"[1-9]\d{0,2}(,\d{3})+", re.ASCII)
_SPACED = re.compile(r"[1-9]\d{0,2}([ '’])\d{3}(\1\d{3})*(,\d+)?", re.ASCII)
_COMMA = re.compile(r"(0|[1-9]\d*),\d+", re.ASCII)
_POINT = re.compile(r"(0|[1-9]\d*)\.\d+", re.ASCII)
_VIETNAMESE_DECIMAL = re.compile(r"[1-9]\d{0,2}(\.\d{3})+,\d+", re.ASCII)
_ENGLISH_DECIMAL = re.compile(r"[1-9]\d{0,2}(,\d{3})+\.\d+", re.ASCII)
_WHOLE = re.compile(r"0|[1-9]\d*", re.ASCII)


@lru_cache(maxsize=2**14)
def read_number(cell, measure, *, may_fall=False, may_exceed=False):
    """
    Return the Reading of a cell in a column of one measure.

    `may_fall` takes negatives (growth), `may_exceed` percents over 100.
    """
    reading = _BY_KIND[cell.kind](cell, measure)
    if reading.number is None:
        return reading
    fault = _range_fault(cell, reading.number, measure, may_fall=may_fall, may_exceed=may_exceed)
    return Reading(fault=fault) if fault else reading


def _of_number(cell, measure):
    try:
        # Excel writes 6.6 as 6.5999999999999996: the shortest text of that float is what it is.
        number = Decimal(repr(float(cell.value))) if _is_long(cell.value) else Decimal(cell.value)
    except (InvalidOperation, OverflowError, ValueError):
        return _fault("not-a-number", "Không phải là số.")
    if not number.is_finite():
        return _fault("not-a-number", "Không phải là số hữu hạn.")
    if len(number.as_tuple().digits) > MAX_DIGITS:
        return _fault(*_TOO_LONG)
    if grid.PERCENT in cell.flags:
        if measure != Measure.PERCENT:
            return _fault("percent", "Ô định dạng phần trăm, cột này không ghi phần trăm.")
        return Reading(_plain(number * 100))
    if measure == Measure.PERCENT and 0 < number < 1:
        return _ask(f"Ô ghi {format_number(number)}: số nào đúng?", [number * 100, number])
    return Reading(_plain(number))


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
    if text.lower() in DITTO:
        return _fault("ditto", "Ô số không ghi dấu lặp lại. Ghi lại số.")
    reading = _written(text, measure)
    if notice and reading.number is not None and reading.notice is None:
        return Reading(reading.number, notice=notice)
    return reading


def _tidy(text):
    """Return the text with plain spaces and digits, and what had to be done for it."""
    notice = None
    plain = text.translate(_INVISIBLE)
    if plain != text:
        notice = ("invisible", "Đã bỏ ký tự ẩn trong ô số.")
    if any("０" <= char <= "９" for char in plain):
        plain = unicodedata.normalize("NFKC", plain)
        notice = ("full-width", "Chữ số khổ rộng được đọc như chữ số thường.")
    return " ".join(plain.translate(_SPACES).split()), notice


def _written(text, measure):
    """Return the Reading of a text that should be a number."""
    if text.endswith("%"):
        return _percent(text[:-1].rstrip(), measure)
    if text[0] in "-−–" and _WHOLE.fullmatch(text[1:].replace(".", "").strip() or "x"):
        sign = _written(text[1:].strip(), measure)
        return Reading(-sign.number) if sign.number is not None and text[0] != "–" else _no(text)
    if _WHOLE.fullmatch(text):
        return Reading(Decimal(text))
    if _SPACED.fullmatch(text):
        number = re.sub(r"[ '’]", "", text).replace(",", ".")
        return Reading(Decimal(number), notice=("grouping", f"“{text}”: đọc là một số."))
    for pattern, read in _FORMS:
        if pattern.fullmatch(text):
            return read(text, measure)
    return _no(text)


def _percent(text, measure):
    if measure != Measure.PERCENT:
        return _fault("percent", "Cột này không ghi phần trăm.")
    if _POINT.fullmatch(text) or _COMMA.fullmatch(text) or _WHOLE.fullmatch(text):
        return Reading(Decimal(text.replace(",", ".")))
    return _no(f"{text}%")


def _vietnamese(text, measure):
    grouped = Decimal(text.replace(".", ""))
    if measure == Measure.COUNT or text.count(".") > 1:
        return Reading(grouped)
    return _ask(f"“{text}”: số nào đúng?", [grouped, Decimal(text)])


def _english(text, measure):
    grouped = Decimal(text.replace(",", ""))
    if text.count(",") > 1:
        return Reading(grouped, notice=("english", f"“{text}”: kiểu viết Anh - Mỹ, đọc là một số."))
    point = Decimal(text.replace(",", "."))
    if measure == Measure.PERCENT:
        return Reading(point)
    return _ask(f"“{text}”: số nào đúng?", [grouped, point], whole=measure == Measure.COUNT)


def _with_comma(text, measure):
    if measure == Measure.COUNT:
        return _fault("not-whole", f"“{text}”: số người, số lượt phải là số nguyên.")
    return Reading(Decimal(text.replace(",", ".")))


def _with_point(text, measure):
    if measure == Measure.PERCENT:
        return Reading(
            Decimal(text), notice=("english", f"“{text}”: dấu chấm thập phân kiểu Anh - Mỹ.")
        )
    return _fault(
        "not-a-number", f"“{text}”: dấu chấm ngăn từng nhóm ba chữ số, phần thập phân sau dấu phẩy."
    )


def _vietnamese_decimal(text, measure):
    if measure == Measure.COUNT:
        return _with_comma(text, measure)
    return Reading(Decimal(text.replace(".", "").replace(",", ".")))


def _english_decimal(text, measure):
    if measure == Measure.COUNT:
        return _fault("not-whole", f"“{text}”: số người, số lượt phải là số nguyên.")
    return Reading(
        Decimal(text.replace(",", "")), notice=("english", f"“{text}”: kiểu viết Anh - Mỹ.")
    )


_FORMS = [
    (_VIETNAMESE, _vietnamese),
    (_ENGLISH, _english),
    (_COMMA, _with_comma),
    (_POINT, _with_point),
    (_VIETNAMESE_DECIMAL, _vietnamese_decimal),
    (_ENGLISH_DECIMAL, _english_decimal),
]


def _range_fault(cell, number, measure, *, may_fall, may_exceed):
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
    return _fault("logical", "Ô ghi giá trị ĐÚNG/SAI, không phải số.")


def _of_date(cell, _measure):
    shown = cell.value.split("|")[0][:10]
    return _fault(
        "date", f"Excel đã đổi ô này thành ngày ({shown}). Đặt lại định dạng số rồi ghi số."
    )


def _of_error(cell, _measure):
    return _fault("formula-error", f"Công thức hỏng ({cell.value}). Ghi lại số; không tính là 0.")


def _of_uncomputed(_cell, _measure):
    return _fault("not-computed", "Công thức chưa tính. Mở tệp bằng Excel, lưu lại rồi nộp.")


def _linked(read):
    def checked(cell, measure):
        if grid.LINKED in cell.flags:
            return _fault(
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


def _fault(code, message):
    return Reading(fault=(code, message))


def _no(text):
    if re.fullmatch(r"\d[\d.]*\s*(\*+|\(\d+\)|[¹²³])", text):
        return _fault("not-a-number", f"“{text}”: bỏ dấu chú thích, chỉ để lại số.")
    if re.search(r"\d.*[A-Za-zÀ-ỹ]", text):
        return _fault("not-a-number", f"“{text}”: ô số chỉ ghi số, chữ và đơn vị để ở cột khác.")
    return _fault("not-a-number", f"“{text[:60]}” không phải là số. Viết 1572 hoặc 1.572.")


def _ask(text, choices, *, whole=False):
    plain = tuple(_plain(choice) for choice in choices)
    return Reading(question=text, choices=plain, whole=whole)


def _plain(number):
    """Return the Decimal without exponent or trailing zeros: 35000, 6.5."""
    return Decimal(f"{number.normalize():f}") if abs(number) < MAX_VALUE else number
