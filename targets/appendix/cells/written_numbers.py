"""Text that should be a number, as offices write one: 35.000, 6,5, 1 572, 35,000, 12%."""

import re
from decimal import Decimal

from targets.appendix.cells.readings import Measure, Reading, ask, fault

_VIETNAMESE = re.compile(r"[1-9]\d{0,2}(\.\d{3})+", re.ASCII)
_ENGLISH = re.compile(r"[1-9]\d{0,2}(,\d{3})+", re.ASCII)
_SPACED = re.compile(r"[1-9]\d{0,2}([ '’])\d{3}(\1\d{3})*(,\d+)?", re.ASCII)
_COMMA = re.compile(r"(0|[1-9]\d*),\d+", re.ASCII)
_POINT = re.compile(r"(0|[1-9]\d*)\.\d+", re.ASCII)
_VIETNAMESE_DECIMAL = re.compile(r"[1-9]\d{0,2}(\.\d{3})+,\d+", re.ASCII)
_ENGLISH_DECIMAL = re.compile(r"[1-9]\d{0,2}(,\d{3})+\.\d+", re.ASCII)
_WHOLE = re.compile(r"0|[1-9]\d*", re.ASCII)


def read_written(text, measure):
    """Return the Reading of a text that should be a number."""
    if text.endswith("%"):
        return _percent(text[:-1].rstrip(), measure)
    if text[0] in "-−–" and _WHOLE.fullmatch(text[1:].replace(".", "").strip() or "x"):
        sign = read_written(text[1:].strip(), measure)
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
        return fault("percent", "Cột này không ghi phần trăm.")
    if _POINT.fullmatch(text) or _COMMA.fullmatch(text) or _WHOLE.fullmatch(text):
        return Reading(Decimal(text.replace(",", ".")))
    return _no(f"{text}%")


def _vietnamese(text, measure):
    grouped = Decimal(text.replace(".", ""))
    if measure == Measure.COUNT or text.count(".") > 1:
        return Reading(grouped)
    return ask(f"“{text}”: số nào đúng?", [grouped, Decimal(text)])


def _english(text, measure):
    grouped = Decimal(text.replace(",", ""))
    if text.count(",") > 1:
        return Reading(grouped, notice=("english", f"“{text}”: kiểu viết Anh - Mỹ, đọc là một số."))
    point = Decimal(text.replace(",", "."))
    if measure == Measure.PERCENT:
        return Reading(point)
    return ask(f"“{text}”: số nào đúng?", [grouped, point], whole=measure == Measure.COUNT)


def _with_comma(text, measure):
    if measure == Measure.COUNT:
        return fault("not-whole", f"“{text}”: số người, số lượt phải là số nguyên.")
    return Reading(Decimal(text.replace(",", ".")))


def _with_point(text, measure):
    if measure == Measure.PERCENT:
        return Reading(
            Decimal(text), notice=("english", f"“{text}”: dấu chấm thập phân kiểu Anh - Mỹ.")
        )
    return fault(
        "not-a-number", f"“{text}”: dấu chấm ngăn từng nhóm ba chữ số, phần thập phân sau dấu phẩy."
    )


def _vietnamese_decimal(text, measure):
    if measure == Measure.COUNT:
        return _with_comma(text, measure)
    return Reading(Decimal(text.replace(".", "").replace(",", ".")))


def _english_decimal(text, measure):
    if measure == Measure.COUNT:
        return fault("not-whole", f"“{text}”: số người, số lượt phải là số nguyên.")
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


def _no(text):
    if re.fullmatch(r"\d[\d.]*\s*(\*+|\(\d+\)|[¹²³])", text):
        return fault("not-a-number", f"“{text}”: bỏ dấu chú thích, chỉ để lại số.")
    if re.search(r"\d.*[A-Za-zÀ-ỹ]", text):
        return fault("not-a-number", f"“{text}”: ô số chỉ ghi số, chữ và đơn vị để ở cột khác.")
    return fault("not-a-number", f"“{text[:60]}” không phải là số. Viết 1572 hoặc 1.572.")
