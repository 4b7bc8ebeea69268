"""The heading of a plan year: the answer in words, with no more certainty than there is."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from dashboards.headline import headline
from targets.models import Indicator, Target


def row(accepted, *, percent=None, is_met=None, **target):
    given = {"scope": "year", "year": 2024, "operator": "at_least", "low": Decimal(35000)}
    indicator = Indicator(unit="lượt người", better="higher")
    goal = Target(indicator=indicator, **(given | target)) if target != {"none": True} else None
    return SimpleNamespace(
        indicator=indicator,
        target=goal,
        accepted=None if accepted is None else Decimal(accepted),
        percent=None if percent is None else Decimal(percent),
        year_number=goal and goal.low,
        is_met=is_met,
    )


def progress(main=None, *, rows=(), kind="first_half", number=0, missing=(), provisional=()):
    round = SimpleNamespace(kind=kind, number=number, label="6 tháng đầu năm 2024")
    return SimpleNamespace(
        round=round, main=main, rows=list(rows), missing=missing, provisional=provisional
    )


SPAN = {"scope": "average_per_year", "year": None, "to_year": 2030}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (progress(row(18200, percent="52.0")), "đã đạt 18.200/35.000 lượt người, 52,0%"),
        (
            progress(row(None)),
            "chưa tiếp nhận số liệu nào; mục tiêu từ 35.000 lượt người trở lên",
        ),
        (
            progress(row(15922, **SPAN)),
            "đã đạt 15.922; mục tiêu từ 35.000 lượt người trở lên, bình quân mỗi năm, đến năm 2030",
        ),
        (progress(row(5, none=True)), "6 tháng đầu năm 2024"),
        (progress(rows=[row(1, is_met=True), row(1, is_met=False)]), "1/2 chỉ tiêu đạt mục tiêu"),
        (progress(rows=[row(1)]), "chưa có số liệu để so với mục tiêu"),
    ],
)
def test_the_answer_comes_first(told, words):
    assert headline(told, 2024) == f"Năm 2024: {words}"


def test_a_year_without_rounds_says_so():
    assert headline(SimpleNamespace(round=None, main=None), 2025) == (
        "Năm 2025: chưa có kỳ báo cáo nào"
    )


@pytest.mark.parametrize(
    ("accepted", "percent", "when", "verdict"),
    [
        (36000, "102.9", {"kind": "year"}, ", đạt mục tiêu"),
        (34206, "97.7", {"kind": "year"}, ", chưa đạt mục tiêu"),
        (36000, "102.9", {"kind": "month", "number": 12}, ", đạt mục tiêu"),
        (36000, "102.9", {"kind": "month", "number": 11}, ""),
        (36000, "102.9", {"kind": "first_half"}, ""),
        (34206, "97.7", {"kind": "year", "missing": ["Tây"]}, ""),
        (34206, "97.7", {"kind": "year", "provisional": ["Nam"]}, ""),
    ],
)
def test_a_sum_is_judged_when_its_year_is_over_and_all_are_in(accepted, percent, when, verdict):
    told = headline(progress(row(accepted, percent=percent), **when), 2024)

    assert told.endswith(f"{percent.replace('.', ',')}%{verdict}")
