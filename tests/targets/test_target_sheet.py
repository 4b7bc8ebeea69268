"""Every number of the five plans against the sheet written by hand (R16)."""

from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
import yaml

from targets import attainment
from targets.models import Indicator, Target
from tests.target_sheet import ROWS

PLANS = Path(__file__).resolve().parents[2] / "fixtures" / "plans"
A_LITTLE = Decimal("0.0001")
LETTERS = {True: "y", False: "n", None: "-"}


@cache
def read_targets():
    """Return {(indicator, time): (target, unit)} of all numbers, and the rows of words."""
    numbers, words = {}, []
    for path in sorted(PLANS.glob("*.yaml")):
        plan = yaml.safe_load(path.read_text(encoding="utf-8"))
        indicators = {row["code"]: row for row in plan["indicators"]}
        for row in plan["targets"]:
            asked = indicators[row["indicator"]]
            target = _target(row, better=asked["better"])
            if row["operator"] == "qualitative":
                words.append((row["indicator"], target, asked["unit"] or ""))
            else:
                key = row["indicator"], attainment.describe_span(target)
                assert key not in numbers
                numbers[key] = target, asked["unit"] or ""
    return numbers, words


def _target(row, *, better):
    times = {name: row.get(name) for name in ("year", "from_year", "to_year")}
    low, high = (None if row[n] is None else Decimal(str(row[n])) for n in ("low", "high"))
    return Target(
        indicator=Indicator(better=better),
        scope=row["scope"],
        operator=row["operator"],
        low=low,
        high=high,
        text=row["text"] or "",
        **times,
    )


def test_the_sheet_holds_each_of_the_67_numbers_once():
    numbers, _ = read_targets()

    assert len(ROWS) == 67
    assert sorted((code, span) for code, span, _, _ in ROWS) == sorted(numbers)


@pytest.mark.parametrize(("code", "span", "printed", "judgement"), ROWS)
def test_a_number_is_printed_and_judged_as_the_sheet_says(code, span, printed, judgement):
    target, unit = read_targets()[0][code, span]
    numbers = [number for number in (target.low, target.high) if number is not None]
    values = [numbers[0] - A_LITTLE, *numbers, numbers[-1] + A_LITTLE]

    assert attainment.describe(target, unit) == printed
    assert "".join(LETTERS[attainment.is_met(target, value)] for value in values) == judgement


def test_words_are_printed_as_they_are_and_never_judged():
    _, words = read_targets()

    assert len(words) == 22
    for code, target, unit in words:
        assert attainment.describe(target, unit) == target.text, code
        assert attainment.is_met(target, Decimal(1)) is None, code
