from decimal import Decimal

import pytest
from django.template import Context, Template

from targets.numerals import NumeralError, format_number, format_percent, parse_number

NBSP, NARROW, THIN = "\u00a0", "\u202f", "\u2009"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0", "0"),
        ("0,0", "0"),
        ("7", "7"),
        ("007", "7"),
        ("1572", "1572"),
        ("1.572", "1572"),
        ("35.000", "35000"),
        ("1.234.567", "1234567"),
        ("1.234,5", "1234.5"),
        ("6,5", "6.5"),
        ("0,5", "0.5"),
        ("25,13", "25.13"),
        ("18,6200", "18.62"),
        ("12,3456", "12.3456"),
        ("9.999.999.999.999,9999", "9999999999999.9999"),
        (" 1572 ", "1572"),
        ("\t1.572\n", "1572"),
        (f"{NBSP}35.000{NBSP}", "35000"),
        ("35 000", "35000"),
        (f"35{NBSP}000", "35000"),
        (f"1{NARROW}234{NARROW}567", "1234567"),
        (f"1{THIN}234,5", "1234.5"),
    ],
)
def test_a_number_is_read_as_offices_write_it(typed, number):
    assert parse_number(typed) == Decimal(number)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        # a dot only parts thousands, a comma only decimals
        "19.70",
        "1.5",
        "6.5",
        "0.500",
        "0.123",
        "00.500",
        "1.23.456",
        "12.34.567",
        "1234.567",
        "1..2",
        "35,000,5",
        "1,234.5",
        "1,234,567",
        "1.234,567.8",
        ",5",
        "5,",
        ".500",
        # spaces part thousands or nothing
        "1 5",
        "12 34",
        "3 5.000",
        "35. 000",
        "35 000.000",
        "6 ,5",
        "1  234",
        # more than a number
        "12(1)",
        "15.500 người",
        "15.500 người*",
        "12*",
        "50%",
        "~35.000",
        ">100",
        "10-12",
        "5+3",
        "3/4",
        "35 nghìn",
        "35k",
        "+35",
        "(35)",
        "35-",
        "1'234",
        # what Python would take for a number
        "1e5",
        "1E5",
        "nan",
        "NaN",
        "inf",
        "Infinity",
        "1_000",
        "0x1F",
        "True",
        # digits that are not ours
        "١٢",
        "１２３",
        "१२",
        "²",
        "1٢",
        "O",
        "l",
        # signs that stand for something other than a number
        "-",
        "–",
        "…",
        "x",
        "nt",
        "1\n2",
        "12\x00",
    ],
)
def test_what_is_not_one_number_is_refused_and_never_guessed(typed):
    with pytest.raises(NumeralError) as caught:
        parse_number(typed)

    assert f"“{typed.strip()}”" in str(caught.value)


@pytest.mark.parametrize("typed", ["-5", "−5", " -1.572", "-0", "−0,5"])
def test_a_negative_number_is_refused_by_name(typed):
    with pytest.raises(NumeralError, match="không được âm"):
        parse_number(typed)


@pytest.mark.parametrize("typed", ["10.000.000.000.000", "1" + "0" * 13, "9" * 5000])
def test_a_number_too_large_to_store_is_refused(typed):
    with pytest.raises(NumeralError, match="số quá lớn"):
        parse_number(typed)


@pytest.mark.parametrize("typed", ["6,12345", "0,00001", "9.999.999.999.999,99999"])
def test_more_than_four_decimals_are_refused_and_never_rounded(typed):
    with pytest.raises(NumeralError, match="bốn chữ số thập phân"):
        parse_number(typed)


def test_a_refusal_says_what_to_write_instead():
    with pytest.raises(NumeralError) as caught:
        parse_number("19.70")

    assert str(caught.value) == (
        "“19.70” không phải là số. Viết 1572 hoặc 1.572; phần thập phân sau dấu phẩy."
    )


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("0"), "0"),
        (Decimal("0.0000"), "0"),
        (Decimal("-0.0"), "0"),
        (Decimal("35000.0000"), "35.000"),
        (Decimal("1234567.5000"), "1.234.567,5"),
        (Decimal("999"), "999"),
        (Decimal("1000"), "1.000"),
        (Decimal("1E+3"), "1.000"),
        (Decimal("100"), "100"),
        (Decimal("6.50"), "6,5"),
        (Decimal("25.13"), "25,13"),
        (Decimal("0.0001"), "0,0001"),
        (Decimal("-8"), "−8"),
        (Decimal("-1572.5"), "−1.572,5"),
        (35000, "35.000"),
    ],
)
def test_a_number_is_written_as_offices_write_it(value, written):
    assert format_number(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(Decimal("24"), "+24"), (Decimal("-8"), "−8"), (Decimal("0"), "0")],
)
def test_a_difference_is_written_with_its_sign(value, written):
    assert format_number(value, sign=True) == written


def test_what_is_written_reads_back_as_the_same_number():
    numbers = [
        *(Decimal(10) ** power for power in range(-4, 13)),
        *(Decimal(10) ** power - Decimal("0.0001") for power in range(13)),
        *(Decimal(n) for n in range(0, 1_200_000, 977)),
        *(Decimal(n) / 10_000 for n in range(0, 120_000, 107)),
    ]

    assert [parse_number(format_number(number)) for number in numbers] == numbers


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("52.1", "52,1%"),
        ("27", "27,0%"),
        ("120.0", "120,0%"),
        ("1234.5", "1.234,5%"),
        ("-8.2", "−8,2%"),
        ("0", "0,0%"),
    ],
)
def test_a_percentage_always_has_one_decimal(value, written):
    assert format_percent(Decimal(value)) == written


def test_templates_print_numbers_and_leave_a_gap_for_none():
    page = Template("{% load numerals %}{{ a|number }}|{{ a|signed }}|{{ a|percent }}")

    assert page.render(Context({"a": Decimal(24)})) == "24|+24|24,0%"
    assert page.render(Context({"a": None})) == "||"
