"""Arithmetic alone: no test here needs the database."""

import datetime as dt
from decimal import Decimal

import pytest
from django.template import Context, Template

from targets import attainment
from targets.models import Indicator, Target

Operator, Scope = Target.Operator, Target.Scope


def a_target(operator="at_least", low=None, high=None, *, better="higher", **fields):
    return Target(
        indicator=Indicator(better=better),
        operator=operator,
        low=None if low is None else Decimal(str(low)),
        high=None if high is None else Decimal(str(high)),
        **fields,
    )


# Percentages and differences


@pytest.mark.parametrize(
    ("part", "whole", "result"),
    [
        ("18235", "35000", "52.1"),
        ("35000", "35000", "100.0"),
        ("42000", "35000", "120.0"),  # not capped
        ("0", "35000", "0.0"),
        ("1", "3", "33.3"),
        ("2", "3", "66.7"),
        ("1", "2000", "0.1"),  # 0.05: half up, not to even
        ("3", "2000", "0.2"),  # 0.15
        ("5", "2000", "0.3"),  # 0.25
        ("9995", "10000", "100.0"),  # 99.95
        ("9994", "10000", "99.9"),
        ("6.5", "13", "50.0"),
        ("-1", "2000", "-0.1"),
    ],
)
def test_a_percentage_has_one_decimal_rounded_half_up(part, whole, result):
    percent = attainment.percent(Decimal(part), Decimal(whole))

    assert str(percent) == result


@pytest.mark.parametrize(
    ("part", "whole"), [(None, Decimal(5)), (Decimal(5), None), (Decimal(5), Decimal(0))]
)
def test_a_percentage_of_nothing_cannot_be_said(part, whole):
    assert attainment.percent(part, whole) is None


def test_a_difference_needs_both_numbers():
    assert attainment.difference(Decimal("2.5"), Decimal("3")) == Decimal("-0.5")
    assert attainment.difference(None, Decimal(3)) is None
    assert attainment.difference(Decimal(3), None) is None
    assert attainment.difference(Decimal(0), Decimal(0)) == 0


# Is it met? below, at and above the number


EVER = ["higher", "lower", "neutral"]
JUDGED = [
    # operator, low, high, better: at 9,9999 – 10 – 10,0001
    *(("at_least", 10, None, better, (False, True, True)) for better in EVER),
    *(("above", 10, None, better, (False, False, True)) for better in EVER),
    *(("at_most", None, 10, better, (True, True, False)) for better in EVER),
    *(("below", None, 10, better, (True, False, False)) for better in EVER),
    *(("exactly", 10, None, better, (False, True, False)) for better in EVER),
    ("between", 10, 12, "neutral", (False, True, True)),
    ("between", 8, 10, "neutral", (True, True, False)),
    ("between", 10, 12, "higher", (False, True, True)),
    ("between", 8, 10, "higher", (True, True, True)),  # more than asked
    ("between", 10, 12, "lower", (True, True, True)),  # less than feared
    ("between", 8, 10, "lower", (True, True, False)),
    *(("qualitative", None, None, better, (None, None, None)) for better in EVER),
    ("plain", 10, None, "higher", (False, True, True)),
    ("plain", 10, None, "lower", (True, True, False)),
    ("plain", 10, None, "neutral", (None, None, None)),
    ("about", 10, None, "higher", (False, True, True)),
    ("about", 10, None, "lower", (True, True, False)),
    ("about", 10, None, "neutral", (None, None, None)),
]


@pytest.mark.parametrize(("operator", "low", "high", "better", "outcomes"), JUDGED)
def test_a_value_is_judged_by_the_operator(operator, low, high, better, outcomes):
    target = a_target(operator, low, high, better=better)

    judged = [attainment.is_met(target, Decimal(v)) for v in ("9.9999", "10", "10.0001")]

    assert judged == list(outcomes)


def test_every_operator_has_been_judged():
    assert {operator for operator, *_ in JUDGED} == set(Operator)


@pytest.mark.parametrize("operator", Operator)
def test_nothing_is_judged_without_a_value(operator):
    assert attainment.is_met(a_target(operator, 10, 12), None) is None


@pytest.mark.parametrize(
    ("scope", "first", "years", "answers"),
    [
        (Scope.CUMULATIVE, 2021, (2, 3, 5), (None, True)),  # 10 of 10
        (Scope.CUMULATIVE, 2021, (2, 3, 4), (None, False)),  # 9
        (Scope.CUMULATIVE, 2021, (2, None, 9), (None, None)),
        (Scope.CUMULATIVE, 2020, (2, 3, 50), (None, None)),  # nothing known of 2020
        (Scope.AVERAGE_PER_YEAR, 2021, (9, 10, 11), (None, True)),  # 10 a year
        (Scope.AVERAGE_PER_YEAR, 2021, (9, 9, 11), (None, False)),
        (Scope.AVERAGE_PER_YEAR, None, (9, 10, 11), (None, None)),
        (Scope.EACH_YEAR, 2021, (2, 9, 10), (False, True)),  # each by itself
    ],
)
def test_a_sum_over_years_is_judged_by_all_of_them(scope, first, years, answers):
    target = a_target("at_least", 10, scope=scope, from_year=first, to_year=2023)
    totals = {2021 + index: total for index, total in enumerate(years)}

    assert tuple(attainment.is_met_by(target, totals, y) for y in (2022, 2023)) == answers


def test_of_a_level_the_last_report_tells_the_average_itself():
    target = a_target("at_least", 10, scope=Scope.AVERAGE_PER_YEAR, to_year=2023)
    target.indicator.combine = "latest"

    assert attainment.is_met_by(target, {2023: Decimal(11)}, 2023)


@pytest.mark.parametrize(
    ("scope", "times", "answers"),
    [
        (Scope.YEAR, {"year": 2024}, (True, True)),
        (Scope.EACH_YEAR, {"from_year": 2021, "to_year": 2025}, (True, True)),
        (Scope.BY_YEAR, {"year": 2025}, (True, True)),
        (Scope.UNDATED, {}, (True, True)),
        # An average and a sum over years: at the end of their span.
        (Scope.AVERAGE_PER_YEAR, {"to_year": 2025}, (None, True)),
        (Scope.CUMULATIVE, {"from_year": 2021, "to_year": 2025}, (None, True)),
        (Scope.EACH_MONTH, {"year": 2024}, (None, None)),
    ],
)
def test_a_span_is_judged_at_its_end(scope, times, answers):
    target = a_target("at_least", 10, scope=scope, **times)

    assert tuple(attainment.is_met_in(target, Decimal(11), y) for y in (2024, 2025)) == answers


@pytest.mark.parametrize(
    ("better", "answers"),
    [
        ("higher", (False, None, True, None)),
        ("lower", (True, None, False, None)),
        ("neutral", (None, None, None, None)),
    ],
)
def test_a_change_is_for_the_better_as_the_indicator_says(better, answers):
    indicator = Indicator(better=better)
    changes = (Decimal("-0.2"), Decimal(0), Decimal("0.2"), None)

    assert tuple(attainment.is_better(indicator, change) for change in changes) == answers


def test_zero_is_a_value():
    assert attainment.is_met(a_target("at_least", 10), Decimal(0)) is False
    assert attainment.is_met(a_target("at_most", high=10), Decimal(0)) is True


# Which target a year is measured against


def year(number, **fields):
    return a_target(low=1, scope=Scope.YEAR, year=number, **fields)


def by_year(number, **fields):
    return a_target(low=1, scope=Scope.BY_YEAR, year=number, **fields)


def span(scope, first, last, **fields):
    return a_target(low=1, scope=scope, from_year=first, to_year=last, **fields)


def year_target(targets, year_number, on=dt.date(2030, 1, 1)):
    return attainment.year_target(targets, year_number, on=on)


MOST_SPECIFIC_FIRST = [
    year(2024),
    span(Scope.EACH_YEAR, 2021, 2025),
    by_year(2025),
    span(Scope.AVERAGE_PER_YEAR, 2021, 2025),
    span(Scope.CUMULATIVE, 2021, 2025),
]


@pytest.mark.parametrize("place", range(5), ids=[t.scope for t in MOST_SPECIFIC_FIRST])
def test_the_most_specific_target_answers_for_a_year(place):
    """Given in any order; each scope wins over all that are less specific."""
    candidates = MOST_SPECIFIC_FIRST[place:]

    assert year_target(candidates, 2024) is candidates[0]
    assert year_target(candidates[::-1], 2024) is candidates[0]


@pytest.mark.parametrize(
    ("target", "years"),
    [
        (year(2024), {2024}),
        (by_year(2024), {2022, 2023, 2024}),
        (span(Scope.EACH_YEAR, 2023, 2024), {2023, 2024}),
        (span(Scope.AVERAGE_PER_YEAR, 2023, 2025), {2023, 2024, 2025}),
        (span(Scope.CUMULATIVE, 2023, 2023), {2023}),
        (span(Scope.EACH_YEAR, None, 2023), {2022, 2023}),
        (a_target(low=1, scope=Scope.EACH_MONTH, year=2024), set()),
        (a_target(low=1, scope=Scope.UNDATED), set()),
    ],
)
def test_a_target_answers_only_for_the_years_it_concerns(target, years):
    answers = {y for y in range(2022, 2027) if year_target([target], y) is target}

    assert answers == years


def test_no_target_is_no_answer():
    assert year_target([], 2024) is None


def test_of_two_milestones_the_next_one_answers():
    far, near = by_year(2030), by_year(2025)

    assert year_target([far, near], 2024) is near
    assert year_target([near, far], 2024) is near
    assert year_target([near, far], 2026) is far


def test_of_two_overlapping_spans_the_one_that_ends_first_answers():
    near, far = span(Scope.CUMULATIVE, 2017, 2020), span(Scope.CUMULATIVE, 2020, 2030)

    assert year_target([far, near], 2020) is near
    assert year_target([far, near], 2021) is far


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        ("2022-12-31", 0),
        ("2023-01-01", 1),  # a revision counts from its effective day on
        ("2023-12-31", 1),
        ("2024-01-01", 2),
        ("2029-06-30", 2),
    ],
)
def test_the_revision_in_force_on_the_day_answers_in_place_of_what_it_revises(day, answer):
    first = year(2024)
    second = year(2024, decided_by="QĐ 1", effective_on=dt.date(2023, 1, 1))
    third = year(2024, decided_by="QĐ 2", effective_on=dt.date(2024, 1, 1))
    on = dt.date.fromisoformat(day)

    for order in ([first, second, third], [third, first, second], [third, second, first]):
        assert year_target(order, 2024, on=on) is (first, second, third)[answer]


def test_a_year_that_was_over_is_not_judged_by_a_later_revision():
    first = span(Scope.EACH_YEAR, 2021, 2025)
    revised = span(Scope.EACH_YEAR, 2021, 2025, decided_by="QĐ 1", effective_on=dt.date(2024, 5, 1))

    assert year_target([first, revised], 2023) is first
    assert year_target([first, revised], 2024) is revised


def test_a_revision_decided_for_later_answers_for_nothing_yet():
    revision = by_year(2025, decided_by="QĐ 1", effective_on=dt.date(2024, 7, 1))

    assert year_target([revision], 2024, on=dt.date(2024, 6, 30)) is None
    assert year_target([year(2024), revision], 2024, on=dt.date(2024, 7, 1)).year == 2024


# In words


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (a_target("at_least", 35000), "từ 35.000 trở lên"),
        (a_target("at_most", high=3), "không quá 3"),
        (a_target("above", 6.5), "trên 6,5"),
        (a_target("below", high=3.5), "dưới 3,5"),
        (a_target("about", 61.6), "khoảng 61,6"),
        (a_target("between", 15000, 16000), "từ 15.000 đến 16.000"),
        (a_target("exactly", 100), "100"),
        (a_target("plain", 19900), "19.900"),
        (a_target("qualitative", text="hạn chế tới mức thấp nhất"), "hạn chế tới mức thấp nhất"),
        (a_target("at_least", 0), "từ 0 trở lên"),
        (a_target("at_least", "25.1300"), "từ 25,13 trở lên"),
    ],
)
def test_a_target_is_printed_in_the_manner_of_the_plan(target, words):
    assert attainment.describe(target) == words


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (year(2024), "năm 2024"),
        (by_year(2025), "đến năm 2025"),
        (span(Scope.EACH_YEAR, 2021, 2025), "mỗi năm, 2021 - 2025"),
        (span(Scope.EACH_YEAR, None, 2020), "mỗi năm, đến năm 2020"),
        (span(Scope.AVERAGE_PER_YEAR, None, 2030), "bình quân mỗi năm, đến năm 2030"),
        (span(Scope.CUMULATIVE, 2017, 2020), "cả giai đoạn, 2017 - 2020"),
        (a_target(scope=Scope.EACH_MONTH, year=2020), "mỗi tháng năm 2020"),
        (a_target(scope=Scope.UNDATED), "không ghi thời hạn"),
    ],
)
def test_the_time_of_a_target_is_printed(target, words):
    assert attainment.describe_span(target) == words


@pytest.mark.parametrize("operator", Operator)
@pytest.mark.parametrize("scope", Scope)
def test_every_operator_and_scope_can_be_printed(operator, scope):
    target = a_target(operator, 10, 12, scope=scope, year=2024, to_year=2025, text="giảm")

    assert attainment.describe(target).strip()
    assert attainment.describe_span(target).strip()


def test_templates_print_a_target_and_its_time():
    page = Template("{% load numerals %}{{ t|target_words }}, {{ t|target_span }}")

    assert page.render(Context({"t": by_year(2025)})) == "từ 1 trở lên, đến năm 2025"
