"""Figures that may be right and look wrong (R17): each asks why, in a word of its own."""

from decimal import Decimal

import pytest

from reporting.drafts import DraftFigure
from reporting.soft_checks import doubts
from targets.models import Indicator

FALLS = "thấp hơn kỳ trước"
TENFOLD = "mười lần"
LOW_ESTIMATE = "Ước cả năm thấp hơn"
COPIED = "Giống hệt"


def figure(actual, estimate=None, combine="sum"):
    def number(text):
        return None if text is None else Decimal(text)

    return DraftFigure(
        indicator=Indicator(combine=combine),
        typed="",
        typed_estimate="",
        explanation="",
        status="missing" if actual is None else "number",
        actual=number(actual),
        estimate=number(estimate),
    )


def found(figure, last_round=None, last_year=None):
    sentences = doubts(
        figure,
        last_round=None if last_round is None else Decimal(last_round),
        last_year=None if last_year is None else Decimal(last_year),
    )
    words = [FALLS, TENFOLD, LOW_ESTIMATE, COPIED]
    return [next(w for w in words if w in sentence) for sentence in sentences]


@pytest.mark.parametrize(
    ("actual", "estimate", "last_round", "last_year", "expected"),
    [
        # nothing to compare with
        ("884", None, None, None, []),
        ("0", None, None, None, []),
        (None, None, "884", "884", []),
        (None, "10", "884", "884", []),
        # a cumulative figure falls below the last round's of the year
        ("884", None, "885", None, [FALLS]),
        ("884", None, "883", None, []),
        ("0", None, "1", None, [FALLS]),
        # ten times last year's, or a tenth
        ("1000", None, None, "100", [TENFOLD]),
        ("999", None, None, "100", []),
        ("10", None, None, "100", [TENFOLD]),
        ("11", None, None, "100", []),
        ("9,99".replace(",", "."), None, None, "100", [TENFOLD]),
        ("0", None, None, "100", []),
        ("100", None, None, "0", []),
        # the estimate of the year below what is done already
        ("884", "883", None, None, [LOW_ESTIMATE]),
        ("884", "884", None, None, []),
        ("884", "0", None, None, [LOW_ESTIMATE]),
        # copied unchanged
        ("884", None, "884", None, [COPIED]),
        ("884", None, None, "884", [COPIED]),
        ("884", None, "884", "884", [COPIED]),
        ("0", None, "0", "0", []),
        # several at once, in this order
        ("10", "5", "11", "100", [FALLS, TENFOLD, LOW_ESTIMATE]),
    ],
)
def test_what_is_doubted_in_an_additive_figure(actual, estimate, last_round, last_year, expected):
    assert found(figure(actual, estimate), last_round, last_year) == expected


@pytest.mark.parametrize(
    ("actual", "estimate", "last_round", "last_year", "expected"),
    [
        ("2.31", "2.1", "2.5", "2.6", []),  # a rate may fall, and be expected to
        ("2.31", None, None, "23.1", [TENFOLD]),
        ("2.31", None, "2.31", None, [COPIED]),
    ],
)
def test_what_is_doubted_in_a_level(actual, estimate, last_round, last_year, expected):
    assert found(figure(actual, estimate, "latest"), last_round, last_year) == expected


def test_the_number_compared_with_is_named():
    [sentence] = doubts(figure("884"), last_round=Decimal(1572), last_year=None)
    assert "(1.572)" in sentence

    [sentence] = doubts(figure("10"), last_round=None, last_year=Decimal(15720))
    assert "(15.720)" in sentence
