"""Which year of a plan is shown when nobody asks for one."""

import datetime as dt
from types import SimpleNamespace

import pytest

from dashboards.year_rounds import latest_year
from reporting.models import Round

PLAN = SimpleNamespace(pk=1, first_year=2024, last_year=2026)


def month(year, number, *, has_total=False, plan=PLAN.pk):
    start = dt.date(year, number, 1)
    round = Round(plan_id=plan, kind="month", year=year, number=number, window_start=start)
    round.has_total = has_total
    return round


AUTUMN = [month(2024, 10, has_total=True), month(2024, 11)]
AHEAD = [*AUTUMN, month(2025, 1)]  # opened in November, 90 days before it is due


@pytest.mark.parametrize(
    ("rounds", "today", "year"),
    [
        (AHEAD, "2024-11-20", 2024),
        (AHEAD, "2024-12-31", 2024),
        (AHEAD, "2025-01-01", 2025),  # it has begun
        ([*AUTUMN, month(2025, 1, has_total=True)], "2024-12-31", 2025),
        ([*AUTUMN, month(2025, 1, has_total=True, plan=2)], "2024-12-31", 2024),
        ([month(2025, 1)], "2024-11-20", 2024),  # nothing begun: the year it is
        ([], "2023-06-17", 2024),
        ([], "2027-06-17", 2026),
    ],
)
def test_the_latest_year_is_that_of_a_round_that_has_begun(rounds, today, year):
    assert latest_year(rounds, PLAN, today=dt.date.fromisoformat(today)) == year
