"""Each breakdown as its own chart: parts of the accepted total, what is left, what exceeds it."""

from decimal import Decimal

import pytest
from django.urls import reverse

from dashboards.breakdown_charts import breakdown_charts
from dashboards.indicator_line import IndicatorLine
from dashboards.progress import YearProgress
from targets.models import Breakdown, Indicator

PLAN_YEAR = {"provisional": None, "provisional_count": 0, "last_year": None, "year": 2024}


def progress_of(total, *parts, rule="partition"):
    """Return a year's progress of one total and its parts, named A, B, C …"""
    parent = Indicator(pk=1, name="Tổng", combine="sum")
    breakdown = Breakdown(pk=1, name="Theo nơi làm việc", parent=parent, rule=rule)
    rows = [_line(parent, total)]
    for place, amount in enumerate(parts):
        part = Indicator(pk=2 + place, name="ABC"[place], parent=parent, breakdown=breakdown)
        part.combine = "sum"
        rows.append(_line(part, amount))
    return YearProgress(None, 2024, None, rows)


def _line(indicator, amount):
    accepted = None if amount is None else Decimal(amount)
    has_parent = indicator.parent_id is not None
    return IndicatorLine(
        indicator, None, accepted, accepted_count=1, has_parent=has_parent, **PLAN_YEAR
    )


def bars(chart):
    return [[(str(s.start), str(s.length), str(s.percent)) for s in bar] for bar in chart.bars]


def test_the_parts_of_a_partition_fill_one_bar():
    [chart] = breakdown_charts(progress_of(9709, 5541, 4168))

    assert bars(chart) == [[("0", "57.1", "57.1"), ("57.1", "42.9", "42.9")]]
    assert (chart.gap, chart.gap_start, chart.excess) == (0, None, None)


def test_what_no_part_holds_stands_dashed_at_the_end():
    [chart] = breakdown_charts(progress_of(1000, 500, 438))

    assert (chart.gap, chart.gap_start, chart.gap_length) == (62, Decimal("93.8"), Decimal("6.2"))


def test_parts_above_their_total_fill_the_bar_and_say_by_how_much():
    [chart] = breakdown_charts(progress_of(100, 60, 65))

    assert bars(chart) == [[("0", "48.0", "60.0"), ("48.0", "52.0", "65.0")]]
    assert (chart.excess, chart.gap_start) == (25, None)


def test_each_of_which_has_a_bar_of_its_own_and_no_rest():
    [chart] = breakdown_charts(progress_of(1000, 510, 300, rule="of_which"))

    assert bars(chart) == [[("0", "51.0", "51.0")], [("0", "30.0", "30.0")]]
    assert (chart.gap, chart.excess) == (None, None)


@pytest.mark.parametrize("amounts", [(None, 500, 438), (0, 0, 0), (1000, None, None)])
def test_without_a_total_or_a_part_there_is_no_chart(amounts):
    assert breakdown_charts(progress_of(*amounts)) == []


def test_a_missing_part_is_not_drawn_as_nothing():
    [chart] = breakdown_charts(progress_of(1000, 500, None))

    assert [segment.row.indicator.name for segment in chart.segments] == ["A"]
    assert chart.gap == 500


def test_the_page_of_a_year_shows_each_breakdown_with_numbers_in_words(crowd, read):
    crowd.grow(3)

    page = read(reverse("dashboards:plan-progress", args=[crowd.plan.code, 2024]), by=crowd.leader)

    assert f"{crowd.place} cộng đủ, 2 lượt người đã tiếp nhận" in page
    assert "Trong tỉnh: 1 (50,0%) Ngoài tỉnh: 1 (50,0%)" in page
