"""Numbers as people type them: one meaning is read, anything else is told or asked."""

from decimal import Decimal

import pytest

from agencies.workbooks.grid import Cell
from targets.appendix.cells.numbers import read_number
from targets.appendix.cells.readings import BLANK, Measure

COUNT, PERCENT, AMOUNT = Measure.COUNT, Measure.PERCENT, Measure.AMOUNT


def read(value, measure, kind="s", flags="", **limits):
    return read_number(Cell(kind, value, flags), measure, **limits)


@pytest.mark.parametrize(
    ("text", "measure", "number"),
    [
        ("35.000", COUNT, "35000"),
        ("1.234.567", COUNT, "1234567"),
        ("0", COUNT, "0"),
        (" 1572 ", COUNT, "1572"),
        ("\u00a035.000\u200b", COUNT, "35000"),
        ("1 234", COUNT, "1234"),
        ("1\u202f234", COUNT, "1234"),
        ("1'234", COUNT, "1234"),
        ("1,234,567", COUNT, "1234567"),
        ("１２３", COUNT, "123"),
        ("6,5%", PERCENT, "6.5"),
        ("6.5%", PERCENT, "6.5"),
        ("6,5 %", PERCENT, "6.5"),
        ("6,5", PERCENT, "6.5"),
        ("6.5", PERCENT, "6.5"),
        ("6,500", PERCENT, "6.5"),
        ("1.234,5", AMOUNT, "1234.5"),
        ("1,234.5", AMOUNT, "1234.5"),
        ("0,0", AMOUNT, "0"),
    ],
)
def test_text_with_one_meaning_is_read(text, measure, number):
    reading = read(text, measure)

    assert reading.fault is None
    assert reading.number == Decimal(number)


@pytest.mark.parametrize("text", ["1,234,567", "1'234", "１２３", "12\u200b3"])
def test_an_unusual_way_of_writing_is_read_with_a_notice(text):
    assert read(text, COUNT).notice


@pytest.mark.parametrize(
    ("text", "measure", "choices"),
    [
        ("35,000", COUNT, [35000, 35]),
        ("3,100", COUNT, [3100, Decimal("3.1")]),
        ("35.000", AMOUNT, [35000, 35]),
        ("35,000", AMOUNT, [35000, 35]),
        ("-", COUNT, [0, None]),
        ("–", COUNT, [0, None]),
        (" — ", COUNT, [0, None]),
    ],
)
def test_text_with_two_meanings_is_asked_with_the_likeliest_first(text, measure, choices):
    reading = read(text, measure)

    assert reading.number is None
    assert list(reading.choices) == choices


@pytest.mark.parametrize("text", ["…", "...", "x", "X", "N/A", "KCSL", "chưa có"])
def test_words_for_missing_are_missing_and_never_zero(text):
    reading = read(text, COUNT)

    assert (reading.number, reading.notice[0]) == (None, "no-data")


@pytest.mark.parametrize("text", ["", " ", "\u00a0"])
def test_a_blank_is_a_blank(text):
    assert read(text, COUNT) == BLANK


@pytest.mark.parametrize(
    ("value", "measure", "number"),
    [
        ("35000", COUNT, "35000"),
        ("3.5E4", COUNT, "35000"),
        ("6.5999999999999996", AMOUNT, "6.6"),  # how Excel writes 6,6
        ("6.5", PERCENT, "6.5"),
        ("-0", COUNT, "0"),
    ],
)
def test_a_number_is_the_stored_one_whatever_it_looks_like(value, measure, number):
    assert read(value, measure, kind="n").number == Decimal(number)


def test_a_percent_format_gives_percent_points():
    assert read("0.065", PERCENT, kind="n", flags="%").number == Decimal("6.5")
    assert read("6.5", PERCENT, kind="n", flags="%").fault[0] == "percent-over-100"
    assert read("0.5", COUNT, kind="n", flags="%").fault[0] == "percent"


def test_a_share_below_one_without_a_format_is_asked():
    assert list(read("0.065", PERCENT, kind="n").choices) == [Decimal("6.5"), Decimal("0.065")]


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("n", "1234567890123456789", "too-long"),
        ("n", "0.30000000000000004", "too-long"),
        ("n", "1e308", "too-long"),
        ("n", "nan", "not-a-number"),
        ("n", "-5", "negative"),
        ("n", "2.5", "not-whole"),
        ("b", "1", "logical"),
        ("d", "2024-04-03T00:00:00|45385", "date"),
        ("e", "#REF!", "formula-error"),
        ("f", "=B1+C1", "not-computed"),
    ],
)
def test_what_is_no_count_is_refused(kind, value, code):
    assert read(value, COUNT, kind=kind).fault[0] == code


def test_a_formula_to_another_file_is_refused_and_one_with_a_value_is_read():
    assert read("35", COUNT, kind="n", flags="x").fault[0] == "external-link"
    assert read("35", COUNT, kind="n", flags="f").number == 35


def test_growth_may_fall_and_go_beyond_a_hundred():
    assert read("-3,5", PERCENT, may_fall=True).fault
    assert read("−3", PERCENT, may_fall=True).number == -3
    assert read("250", PERCENT, may_exceed=True).number == 250


def test_the_message_shows_the_cell_as_typed():
    assert "“1.234,5”" in read("1.234,5", COUNT).fault[1]
