"""Dates: day first, days that exist, inside the years asked."""

import datetime as dt

import pytest

from agencies.workbooks.grid import Cell
from targets.appendix.cells.dates import read_date


def read(value, kind="s"):
    first, last = dt.date(2024, 1, 1), dt.date(2026, 12, 31)
    return read_date(Cell(kind, value), first=first, last=last)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("d", "2026-06-20T00:00:00|46193"),
        ("s", "20/6/2026"),
        ("s", "20-06-2026"),
        ("s", "20.6.2026"),
        ("s", "20 / 6 /2026"),
        ("s", "ngày 20 tháng 6 năm 2026"),
    ],
)
def test_a_day_is_read_in_every_official_form(kind, value):
    assert read(value, kind).day == dt.date(2026, 6, 20)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("s", "6/20/2026"),
        ("s", "31/6/2026"),
        ("s", "29/2/2026"),
        ("s", "00/00/0000"),
        ("s", "20/6"),
        ("s", "Quý II/2026"),
        ("s", "2026"),
        ("n", "46193"),
        ("d", "2026-06-20T23:59:59|46193.99"),
        ("d", "1900-02-28T00:00:00|59"),
        ("d", "2958466"),
        ("d", "08:00:00|0.33"),
        ("s", "20/6/2022"),
    ],
)
def test_no_day_or_a_day_outside_the_years_is_refused(kind, value):
    reading = read(value, kind)

    assert reading.day is None
    assert reading.fault[0] == "date"


def test_a_blank_is_no_day_and_no_fault():
    assert (read(" ").day, read(" ").fault) == (None, None)


def test_a_month_before_its_day_is_told_the_right_form():
    assert "ghi ngày trước, tháng sau (20/6/2026)" in read("6/20/2026").fault[1]
