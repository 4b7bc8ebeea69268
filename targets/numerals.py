"""Numbers as Vietnamese offices write them: 35.000 and 6,5 (reading, writing)."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

# One sign parts all the thousands; digits are ASCII, for \d and Decimal also take “١٢”.
_GROUPED = re.compile(r"[1-9][0-9]{0,2}([. ])[0-9]{3}(\1[0-9]{3})*(,[0-9]+)?")
_PLAIN = re.compile(r"[0-9]+(,[0-9]+)?")
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2009\u202f", " "))
_TO_ENGLISH = str.maketrans({".": None, " ": None, ",": "."})
_TO_VIETNAMESE = str.maketrans(",.", ".,")
MINUS = "−"


class NumeralError(ValueError):
    """Text that is not one Vietnamese number; the message says what to write instead."""


def parse_number(text):
    """
    Return the Decimal a person typed: “1.572”, “1572”, “6,5”.

    A dot or a space may only part thousands: “1.5”, “19.70” and “1 5” are refused, never
    guessed (R27).
    """
    typed = text.strip().translate(_SPACES)
    if typed.startswith(("-", MINUS)):
        raise NumeralError(_("“{typed}”: số liệu không được âm.").format(typed=text.strip()))
    if not (_GROUPED.fullmatch(typed) or _PLAIN.fullmatch(typed)):
        raise NumeralError(
            _(
                "“{typed}” không phải là số. Viết 1572 hoặc 1.572; phần thập phân sau dấu phẩy."
            ).format(typed=text.strip())
        )
    number = Decimal(typed.translate(_TO_ENGLISH))
    if number >= 10**13:
        raise NumeralError(_("“{typed}”: số quá lớn.").format(typed=text.strip()))
    if number != round(number, 4):
        raise NumeralError(
            _("“{typed}”: nhiều nhất bốn chữ số thập phân.").format(typed=text.strip())
        )
    return number


def format_number(value, *, sign=False):
    """Return “35.000”, “6,5”, “−8”; with `sign` also “+24”. No trailing zeros."""
    magnitude = f"{abs(value):,f}"
    if "." in magnitude:
        magnitude = magnitude.rstrip("0").rstrip(".")
    written = magnitude.translate(_TO_VIETNAMESE)
    if value < 0:
        return MINUS + written
    return f"+{written}" if sign and value > 0 else written


def format_percent(value):
    """Return “52,1%”, “27,0%”: one decimal always, so that a column of them can be compared."""
    return f"{value:,.1f}%".translate(_TO_VIETNAMESE).replace("-", MINUS)
