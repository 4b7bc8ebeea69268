"""What a number cell gave: a number, a blank, a fault, or a question with its readings."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

MAX_VALUE = Decimal(10**13)


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


BLANK = Reading()


def fault(code, message):
    return Reading(fault=(code, message))


def ask(text, choices, *, whole=False):
    return Reading(question=text, choices=tuple(map(plain, choices)), whole=whole)


def plain(number):
    """Return the Decimal without exponent or trailing zeros: 35000, 6.5."""
    return Decimal(f"{number.normalize():f}") if abs(number) < MAX_VALUE else number
