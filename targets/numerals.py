"""Numbers as Vietnamese offices write them: 35.000 and 6,5 (reading, writing)."""

import re
from decimal import Decimal

_GROUPED = re.compile(r"\d{1,3}(\.\d{3})+(,\d+)?")
_PLAIN = re.compile(r"\d+(,\d+)?")
MINUS = "−"


class NumeralError(ValueError):
    """Text that is not one Vietnamese number; the message says what to write instead."""


def parse_number(text):
    """
    Return the Decimal a person typed: “1.572”, “1572”, “6,5”.

    A dot may only part thousands: “1.5” and “19.70” are refused, never guessed (R27).
    """
    typed = text.strip().replace("\u00a0", "").replace(" ", "")
    if typed.startswith(("-", MINUS)):
        raise NumeralError(f"“{text.strip()}”: số liệu không được âm.")
    if not (_GROUPED.fullmatch(typed) or _PLAIN.fullmatch(typed)):
        raise NumeralError(
            f"“{text.strip()}” không phải là số. Viết 1572 hoặc 1.572; phần thập phân sau dấu phẩy."
        )
    number = Decimal(typed.replace(".", "").replace(",", "."))
    if number >= 10**13:
        raise NumeralError(f"“{text.strip()}”: số quá lớn.")
    if number != round(number, 4):
        raise NumeralError(f"“{text.strip()}”: nhiều nhất bốn chữ số thập phân.")
    return number


def format_number(value, *, sign=False):
    """Return “35.000”, “6,5”, “−8”; with `sign` also “+24”. No trailing zeros."""
    magnitude = f"{abs(value):,f}"
    if "." in magnitude:
        magnitude = magnitude.rstrip("0").rstrip(".")
    written = magnitude.translate(str.maketrans(",.", ".,"))
    if value < 0:
        return MINUS + written
    return f"+{written}" if sign and value > 0 else written


def format_percent(value):
    """Return “52,1%”, “27,0%”: one decimal always, so that a column of them can be compared."""
    return f"{value:.1f}%".replace(".", ",").replace("-", MINUS)
