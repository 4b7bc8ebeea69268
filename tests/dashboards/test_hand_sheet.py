"""
Twenty figures of one plan year added up by hand, sent through the portal (issue 7, Shows 2).

Plan year 15/12/2023 – 14/12/2024 (366 days); target of 2024: 10.000 jobs, higher is better.

            given   2023    2023    2024 first half, as of              2024 year
           (2024)   half    year    14/6 (day 183)                      14/12
Bắc        4.000   1.500   3.000   1.800 accepted, late by 2 days       3.900 accepted
Đông       3.000   1.200   2.400   1.260 accepted, as of 31/5 (169)     –
Nam        1.500     600   1.000     k   sent, “không phát sinh” (0)    –
Tây          900     300     500   returned (it was 450)                –
Trung        600     200     500   missing                              –

Unemployment rate, lower is better, from one source: 2,9 in 2023's half, 2,6 now; at most 2,5.

 1 attained         1.800 + 1.260                                        3.060
 2 provisional      Nam's nil is a figure                                    0
 3 counted in it    accepted; provisional                               2 ; 1
 4 missing          Tây (returned), Trung                                   2
 5 cùng kỳ          1.500 + 1.200, the same two agencies                 2.700
 6 increase         3.060 − 2.700                                         +360
 7 % of the plan    3.060 : 10.000                                       30,6 %
 8 coverage         (4.000 + 3.000 + 1.500) : 10.000                     85,0 %
 9 pace             3.060 : 8.500                                        36,0 %
10 time gone        (5.500 × 183 + 3.000 × 169) : 366 : 8.500            48,6 %
11 points           36,0 − 48,6                                         −12,6
12 forecast, known  1.800 × 2 + 1.260 × 2 + 0                            6.120
13 forecast, low    + (500 + 500) × 0 (Nam did nothing)                  6.120
14 forecast, high   + (500 + 500) × 1,2 (Bắc: 1.800 : 1.500)             7.320
15 will it be met   7.320 < 10.000                                          no
16 rate             2,6; change −0,3, better; not met
   below 80 %, when Nam's is returned too:
17 coverage         7.000 : 10.000                                       70,0 %
18 range, low       (3.060 + 1.100 × 1,05) : 10.000 (Đông: 1.260 : 1.200) 42,2 %
19 range, high      (3.060 + 1.100 × 1,2) : 10.000                       43,8 %
   the year, with Bắc's accepted:
20 increment        3.900 − 1.800                                       +2.100
"""

import datetime as dt
from decimal import Decimal as D
from types import SimpleNamespace

import pytest

from dashboards.progress import year_progress
from reporting import draft_fields, workflow
from targets.models import Allocation
from tests.drafting import type_in
from tests.factories import (
    AgencyFactory,
    IndicatorFactory,
    PartyFactory,
    PlanFactory,
    ReportFactory,
    RoundFactory,
    TargetFactory,
    UserFactory,
    at,
)

TODAY = dt.date(2024, 12, 20)
GIVEN = {"Bắc": 4000, "Đông": 3000, "Nam": 1500, "Tây": 900, "Trung": 600}
HALF_2023 = {"Bắc": "1.500", "Đông": "1.200", "Nam": "600", "Tây": "300", "Trung": "200"}
YEAR_2023 = {"Bắc": "3.000", "Đông": "2.400", "Nam": "1.000", "Tây": "500", "Trung": "500"}


class Sheet:
    def __init__(self):
        self.plan, self.by = PlanFactory(), UserFactory()
        self.jobs = IndicatorFactory(plan=self.plan)
        self.rate = IndicatorFactory(plan=self.plan, level=True)
        self.rate.reporters.add(PartyFactory(plan=self.plan, agency=self.plan.lead_agency))
        TargetFactory(indicator=self.jobs, low=10000)
        TargetFactory(indicator=self.rate, operator="at_most", low=None, high=D("2.5"))
        self.agencies = {name: self._agency(name, given) for name, given in GIVEN.items()}
        self.before = self.round("first_half", 2023), self.round("year", 2023)
        for round, figures in zip(self.before, (HALF_2023, YEAR_2023), strict=True):
            for name, text in figures.items():
                self.send(round, name, text)
        self.send(self.before[0], None, "2,9")

    def _agency(self, name, given):
        agency = AgencyFactory(jurisdiction=self.plan.jurisdiction, name=f"Huyện {name}")
        self.jobs.reporters.add(PartyFactory(plan=self.plan, agency=agency))
        Allocation.objects.create(
            indicator=self.jobs, agency=agency, year=2024, value=given, decided_by="QĐ 1"
        )
        return agency

    def round(self, kind, year):
        end = dt.date(year, *((6, 14) if kind == "first_half" else (12, 14)))
        start = dt.date(year - 1, 12, 15)
        return RoundFactory(
            plan=self.plan, kind=kind, year=year, window_start=start, window_end=end
        )

    def send(self, round, name, text, *, as_of=None, moment=None, accept=True):
        agency = self.agencies[name] if name else self.plan.lead_agency
        report = ReportFactory(round=round, agency=agency)
        moment = moment or at(round.window_end + dt.timedelta(days=3))
        asked = draft_fields.indicators_asked(report)
        texts = {f"figure-{indicator.pk}": text for indicator in asked}
        day = as_of or round.window_end.isoformat()
        type_in(report, texts | {"as-of": day}, now=moment)
        workflow.submit_report(report, by=self.by, at=moment)
        if accept:
            workflow.accept_report(report, by=self.by, at=moment)
        return report

    def give_back(self, report):
        workflow.return_report(
            report, by=self.by, at=at("2024-06-25"), reason="Sửa.", last_day=dt.date(2024, 6, 28)
        )

    def row(self, indicator=None):
        rows = year_progress(self.plan, 2024, today=TODAY).rows
        return next(row for row in rows if row.indicator == (indicator or self.jobs))


@pytest.fixture
def sheet(db):
    sheet = Sheet()
    half = sheet.round("first_half", 2024)
    sheet.send(half, "Bắc", "1.800", moment=at("2024-06-21"))
    sheet.send(half, "Đông", "1.260", as_of="2024-05-31")
    south = sheet.send(half, "Nam", "k", accept=False)
    sheet.give_back(sheet.send(half, "Tây", "450", accept=False))
    ReportFactory(round=half, agency=sheet.agencies["Trung"])
    sheet.send(half, None, "2,6")
    return SimpleNamespace(book=sheet, south=south)


def test_attained_provisional_and_cung_ky(sheet):
    row = sheet.book.row()

    assert (row.accepted, row.provisional) == (3060, 0)  # 1, 2
    assert (row.accepted_count, row.provisional_count) == (2, 1)  # 3
    assert [part.has_reported for part in row.parts].count(False) == 2  # 4
    assert (row.last_year, row.difference, row.is_better) == (2700, 360, True)  # 5, 6
    assert row.percent == D("30.6")  # 7


def test_pace(sheet):
    row = sheet.book.row()

    assert (row.pace.coverage, row.pace.attained, row.pace.time) == (
        D("85.0"),  # 8
        D("36.0"),  # 9
        D("48.6"),  # 10
    )
    assert (row.pace.points, row.is_on_pace) == (D("-12.6"), False)  # 11


def test_forecast(sheet):
    row = sheet.book.row()

    assert (row.forecast.by_estimate, row.forecast.by_share, row.forecast.missing) == (0, 3, 2)
    assert (row.forecast.low, row.forecast.high) == (6120, 7320)  # 12, 13, 14
    assert row.will_be_met is False  # 15


def test_a_rate_is_not_summed_and_lower_is_better(sheet):
    rate = sheet.book.row(sheet.book.rate)

    assert (rate.accepted, rate.last_year, rate.difference) == (D("2.6"), D("2.9"), D("-0.3"))
    assert (rate.is_better, rate.is_met) == (True, False)  # 16
    assert (rate.pace, rate.forecast) == (None, None)


def test_below_eighty_per_cent_there_is_only_a_range(sheet):
    sheet.book.give_back(sheet.south)

    pace = sheet.book.row().pace

    assert (pace.coverage, pace.is_enough, pace.points) == (D("70.0"), False, None)  # 17
    assert (pace.low, pace.high) == (D("42.2"), D("43.8"))  # 18, 19


def test_the_increment_is_of_the_agencies_in_both_rounds(sheet):
    year = sheet.book.round("year", 2024)
    sheet.book.send(year, "Bắc", "3.900")

    row = sheet.book.row()

    assert (row.accepted, row.increment) == (3900, 2100)  # 20
    assert (row.last_year, row.difference) == (3000, 900)
