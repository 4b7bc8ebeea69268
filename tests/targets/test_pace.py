"""
Pace and forecast of one sum, by hand. Plan year 15/12/2023 – 14/12/2024: 366 days; target 1.000.

agency   2023: half  year   now  as of   ước   allocated
A              100    200   130  14/6     –     220
B              200    300   220  14/6     –     280
C              120    240   114  31/5     –     240
D               80    260     –           –     260

Days gone: 14/6 is day 183 (50,0 %), 31/5 day 169 (46,17… %).
"""

import datetime as dt
from dataclasses import replace
from decimal import Decimal as D

import pytest

from targets.models import Indicator, Target
from targets.pace import (
    Basis,
    Forecast,
    Pace,
    Part,
    change,
    forecast,
    is_on_pace,
    pace,
    time_gone,
    total,
    will_be_met,
)

START, END = dt.date(2023, 12, 15), dt.date(2024, 12, 14)
JUNE, MAY = dt.date(2024, 6, 14), dt.date(2024, 5, 31)
A = Part(D(130), True, JUNE, None, None, D(100), D(200), D(220))
B = Part(D(220), False, JUNE, None, None, D(200), D(300), D(280))
C = Part(D(114), True, MAY, None, None, D(120), D(240), D(240))
D_ = Part(None, False, None, None, None, D(80), D(260), D(260))
ALL = [A, B, C, D_]


def paced(parts, target=D(1000)):
    return pace(parts, target, start=START, end=END)


def without(name, parts=ALL):
    return [replace(part, **{name: None}) for part in parts]


def test_time_is_counted_in_days_of_the_plan_year():
    assert time_gone(JUNE, START, END) == D("0.5")
    assert time_gone(START, START, END) == D(1) / 366
    assert time_gone(dt.date(2025, 3, 1), START, END) == 1
    assert time_gone(dt.date(2023, 1, 1), START, END) == 0


def test_those_who_reported_are_held_to_their_part_of_the_plan():
    """74 % of the plan reported: too little to judge; if D does as the others, 54,0 to 56,8 %."""
    made = paced(ALL)

    assert (made.basis, made.coverage) == (Basis.ALLOCATION, D("74.0"))
    assert made.attained == D("62.7")  # 464 : 740
    assert made.time == D("48.8")  # (500 × 50 % + 240 × 169/366) : 740
    assert (made.low, made.high) == (D("54.0"), D("56.8"))  # (464 + 80 × 0,95), (… × 1,3)
    assert (made.is_enough, made.points) == (False, None)


def test_at_eighty_per_cent_of_the_plan_the_pace_is_told():
    allocations = [D(250), D(300), D(250), D(200)]
    parts = [replace(p, allocation=a) for p, a in zip(ALL, allocations, strict=True)]

    made = paced(parts)

    assert (made.coverage, made.attained, made.time) == (D("80.0"), D("58.0"), D("48.8"))
    assert made.points == D("9.2")


def test_without_an_allocation_to_all_last_years_result_is_the_share():
    parts = [replace(A, allocation=None), B, C, D_]

    made = paced(parts)

    assert (made.basis, made.coverage) == (Basis.LAST_YEAR, D("74.0"))  # 740 : 1.000
    assert made.attained == D("62.7")


def test_who_has_no_result_of_last_year_weighs_as_the_others_on_average():
    parts = [replace(A, year_last_year=None), *without("allocation", [B, C, D_])]

    # 300 + 240 + 260 = 800, so A weighs 266,67: (266,67 + 540) : 1.066,67.
    assert paced(parts).coverage == D("75.6")


def test_without_any_share_nothing_is_said():
    parts = without("allocation", without("year_last_year"))

    assert paced(parts) == Pace()
    assert forecast(parts, end=END) is None


def test_without_any_share_the_whole_is_judged_once_everybody_reported():
    parts = without("allocation", without("year_last_year", [A, B]))

    made = paced(parts)

    assert (made.basis, made.coverage) == (Basis.EVERYBODY, D("100.0"))
    assert (made.attained, made.time, made.points) == (D("35.0"), D("50.0"), D("-15.0"))


def test_nobody_reported_is_no_pace_of_nought():
    made = paced([replace(p, now=None) for p in ALL])

    assert (made.coverage, made.attained, made.points) == (D("0.0"), None, None)


def test_a_forecast_grows_each_agency_as_its_last_year_grew():
    """A 130 × 2 = 260, B 220 × 1,5 = 330, C 114 × 2 = 228; D 260 × 0,95 and × 1,3."""
    assert forecast(ALL, end=END) == Forecast(
        D(1065), D(1156), by_estimate=0, by_share=3, missing=1
    )
    assert forecast([A, B, C], end=END) == Forecast(
        D(818), D(818), by_estimate=0, by_share=3, missing=0
    )


def test_an_agencys_own_estimate_comes_first():
    made = forecast([replace(A, estimate=D(300)), B, C], end=END)

    assert (made.low, made.by_estimate, made.by_share) == (D(858), 1, 2)


def test_an_agency_without_a_last_year_grows_as_all_together():
    """B and C grew from 320 to 540, so A's 130 becomes 219,375; 219,375 + 330 + 228 = 777,4."""
    assert forecast([replace(A, same_last_year=None), B, C], end=END).low == D(777)


def test_a_figure_that_runs_to_the_years_end_is_the_years_result():
    """
    Without any year before, D's plan ends with its last month: attained 610, so forecast 610.

    A 250, B 220 and C 140 run to 14/12. An ước that stands beside them is no result; a figure
    to 30/11 still has to grow, and what is missing in the last month is not made up.
    """
    bare = {"same_last_year": None, "year_last_year": None, "allocation": None, "as_of": END}
    last = [replace(p, **bare, now=D(n)) for p, n in ((A, 250), (B, 220), (C, 140))]
    november = replace(last[2], as_of=dt.date(2024, 11, 30))

    made = forecast(last, end=END)

    assert made == Forecast(D(610), D(610), by_estimate=0, by_share=0, missing=0, whole=3)
    assert made.is_result
    assert forecast([replace(last[0], estimate=D(300)), *last[1:]], end=END) == made
    assert forecast([*last[:2], november], end=END) is None
    assert forecast([*last[:2], replace(november, estimate=D(150))], end=END) == Forecast(
        D(620), D(620), by_estimate=1, by_share=0, missing=0, whole=2
    )
    assert forecast([*last[:2], replace(last[2], now=None)], end=END) is None


def test_a_years_result_is_not_grown_by_what_last_year_did_after_the_same_day():
    """A's 130 to 14/12 stays 130, though last year doubled from there; B 330, C 228 grow."""
    made = forecast([replace(A, as_of=END), B, C], end=END)

    assert made == Forecast(D(688), D(688), by_estimate=0, by_share=2, missing=0, whole=1)
    assert not made.is_result


def test_an_accepted_figure_is_the_result_once_the_year_is_closed():
    """
    A and C accepted, to 30/11 of a year that is over: 230 + 190; B, only sent, still has to grow.

    B's 200 grows by its own 300 : 200 to 300, so 720 in all. Of the 740 given to them, A's and C's
    460 stand for the whole year, B's 280 for the 352 of 366 days to 30/11.
    """
    november = {"as_of": dt.date(2024, 11, 30), "estimate": None}
    last = [replace(p, **november, now=D(n)) for p, n in ((A, 230), (B, 200), (C, 190))]

    sent = forecast(last, end=END, is_closed=True)
    assert sent == Forecast(D(720), D(720), by_estimate=0, by_share=1, missing=0, whole=2)
    made = pace(last, D(1000), start=START, end=END, is_closed=True)
    assert (made.attained, made.time) == (D("62.0"), D("98.6"))  # 620 : 1.000; 729,3 : 740

    accepted = [replace(p, is_accepted=True, estimate=D(999)) for p in last]
    result = forecast(accepted, end=END, is_closed=True)
    assert result == Forecast(D(620), D(620), by_estimate=0, by_share=0, missing=0, whole=3)
    assert pace(accepted, D(1000), start=START, end=END, is_closed=True).time == D("100.0")
    assert not forecast(accepted, end=END).is_result


def test_a_result_is_not_rounded_up_to_its_target():
    target = Target(indicator=Indicator(better="higher"), operator="at_least", low=D(13))
    result = forecast([Part(now=D("12.6000"), as_of=END)], end=END)

    assert (result.low, result.high) == (D("12.6"), D("12.6"))
    assert will_be_met(target, result) is False


def test_nil_is_a_figure_and_missing_is_none():
    nil = replace(C, now=D(0))

    assert paced([A, B, nil]).coverage == D("100.0")
    assert total([nil, D_], accepted=True) == 0
    assert total([D_], accepted=False) is None


def test_like_is_compared_with_like():
    parts = [replace(A, before=D(60)), replace(B, before=D(90)), replace(C, before=None), D_]

    assert (total(parts, accepted=True), total(parts, accepted=False)) == (D(244), D(220))
    assert change(parts, "same_last_year") == (D(244), D(220))
    assert change(parts, "before") == (D(130), D(60))
    assert change(parts, "before", accepted_only=False) == (D(350), D(150))


@pytest.mark.parametrize(
    ("better", "points", "answer"),
    [
        ("higher", "0.0", True),
        ("higher", "-0.1", False),
        ("lower", "0.1", False),
        ("lower", "-3.9", True),
        ("neutral", "5.0", None),
    ],
)
def test_ahead_of_time_is_good_only_where_more_is_better(better, points, answer):
    assert is_on_pace(Indicator(better=better), D(points)) is answer
    assert is_on_pace(Indicator(better=better), None) is None


@pytest.mark.parametrize(
    ("low", "high", "answer"),
    [(1000, 1100, True), (900, 999, False), (999, 1000, None)],
)
def test_a_forecast_is_told_only_when_all_of_it_says_the_same(low, high, answer):
    target = Target(indicator=Indicator(better="higher"), operator="at_least", low=D(1000))

    assert will_be_met(target, Forecast(D(low), D(high), 0, 1, 1)) is answer
    assert will_be_met(target, None) is None


def test_a_sum_nobody_is_asked_for_has_no_pace():
    assert paced([]) == Pace(None, coverage=None)
