"""
The year's total (R13), against a sheet computed by hand.

                     Bắc      Đông     Nam        Tây       accepted  provisional
first half 2023      900 a    800 a    700 sent   –         1.700     700
first half 2024    1.000 a    850 a    720 sent   draft     1.850     720
year 2024          2.100 a  1.900 sent  –          –        2.100     1.900

(a = accepted.) Target of 2024: 35.000. The year's figures contain the first half's.
"""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest

from dashboards import outlook, year_rounds
from dashboards.progress import year_progress as progress_on
from reporting import draft_fields, workflow
from reporting.models import Round, Tier
from targets.models import Target
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

NOW = at("2024-06-17")
LATER = dt.date(2025, 12, 31)
WINDOWS = {Round.Kind.FIRST_HALF: (6, 14), Round.Kind.YEAR: (12, 14)}


def latest_round(plan, year):
    return year_rounds.latest_round(year_rounds.rounds_of([plan], [year]), plan, year)


def year_progress(plan, year, today=LATER):
    return progress_on(plan, year, today=today)


@pytest.fixture
def sheet(db):
    """A plan with one additive indicator, four localities that report it, and one rate."""
    plan = PlanFactory()
    province = plan.jurisdiction
    total = IndicatorFactory(plan=plan, name="Tổng số")
    rate = IndicatorFactory(plan=plan, level=True, name="Tỷ lệ thất nghiệp")
    localities = {}
    for name in ("Đông", "Bắc", "Tây", "Nam"):
        localities[name] = AgencyFactory(jurisdiction=province, name=f"Huyện {name}")
        total.reporters.add(PartyFactory(plan=plan, agency=localities[name]))
    rate.reporters.add(PartyFactory(plan=plan, agency=plan.lead_agency))
    TargetFactory(indicator=total, year=2024, low=35000)
    return SimpleNamespace(plan=plan, total=total, rate=rate, by=UserFactory(), **localities)


@pytest.fixture
def open_round(sheet):
    def opened(kind, year):
        return RoundFactory(
            plan=sheet.plan,
            kind=kind,
            year=year,
            window_start=dt.date(year - 1, 12, 15),
            window_end=dt.date(year, *WINDOWS[kind]),
        )

    return opened


@pytest.fixture
def send(sheet):
    """Return a function that brings one agency's report of a round as far as it says."""

    def bring(round, agency, text, *, accept=False, only_type=False, moment=NOW):
        report = ReportFactory(round=round, agency=agency)
        asked = draft_fields.indicators_asked(report)
        as_of = min(moment.date(), round.window_end).isoformat()  # R12
        figures = {f"figure-{indicator.pk}": text for indicator in asked}
        type_in(report, figures | {"as-of": as_of}, now=moment)
        if not only_type:
            workflow.submit_report(report, by=sheet.by, at=moment)
        if accept:
            workflow.accept_report(report, by=sheet.by, at=moment)
        return report

    return bring


@pytest.fixture
def first_halves(sheet, open_round, send):
    before = open_round(Round.Kind.FIRST_HALF, 2023)
    send(before, sheet.Bắc, "900", accept=True)
    send(before, sheet.Đông, "800", accept=True)
    send(before, sheet.Nam, "700")
    now = open_round(Round.Kind.FIRST_HALF, 2024)
    return now, {
        "Bắc": send(now, sheet.Bắc, "1.000", accept=True),
        "Đông": send(now, sheet.Đông, "850", accept=True),
        "Nam": send(now, sheet.Nam, "720"),
        "Tây": send(now, sheet.Tây, "500", only_type=True),
    }


@pytest.fixture
def year_round(sheet, first_halves, open_round, send):
    """The year's round, with Bắc accepted, Đông sent and the other two missing."""
    round = open_round(Round.Kind.YEAR, 2024)
    send(round, sheet.Bắc, "2.100", accept=True)
    send(round, sheet.Đông, "1.900")
    ReportFactory(round=round, agency=sheet.Nam)
    ReportFactory(round=round, agency=sheet.Tây)
    return round


def names(agencies):
    return [agency.name.removeprefix("Huyện ") for agency in agencies]


def test_accepted_counts_and_submitted_is_provisional(sheet, first_halves):
    main = year_progress(sheet.plan, 2024).main

    assert (main.accepted, main.accepted_count) == (1850, 2)
    assert (main.provisional, main.provisional_count) == (720, 1)
    assert main.percent == Decimal("5.3")  # 1.850 : 35.000
    assert main.percent_provisional == Decimal("2.1")


def test_the_agencies_behind_each_number_are_named(sheet, first_halves):
    progress = year_progress(sheet.plan, 2024)

    assert names(progress.accepted) == ["Bắc", "Đông"]
    assert names(progress.provisional) == ["Nam"]
    assert names(progress.missing) == ["Tây"]
    assert progress.agency_count == 4


def test_missing_agencies_stand_in_vietnamese_order(sheet, open_round):
    round = open_round(Round.Kind.FIRST_HALF, 2024)
    for agency in (sheet.Tây, sheet.Đông, sheet.Nam, sheet.Bắc):
        ReportFactory(round=round, agency=agency)

    assert names(year_progress(sheet.plan, 2024).missing) == ["Bắc", "Đông", "Nam", "Tây"]


def test_the_same_period_is_the_same_kind_of_round_a_year_before(
    sheet, first_halves, open_round, send
):
    whole_year = open_round(Round.Kind.YEAR, 2023)
    send(whole_year, sheet.Bắc, "34.612", accept=True)

    main = year_progress(sheet.plan, 2024).main

    assert main.last_year == 1700  # accepted only; neither Nam's 700 nor the year's 34.612
    assert main.difference == 150


def test_the_same_period_counts_only_agencies_that_are_accepted_now(
    sheet, first_halves, open_round
):
    before = Round.objects.get(plan=sheet.plan, year=2023)
    workflow.accept_report(before.reports.get(agency=sheet.Nam), by=sheet.by, at=NOW)

    # Nam's 700 of last year beside nothing of this year would read as a fall.
    assert year_progress(sheet.plan, 2024).main.last_year == 1700


def test_two_rounds_of_a_year_are_never_added(sheet, year_round):
    main = year_progress(sheet.plan, 2024).main

    assert (main.accepted, main.provisional) == (2100, 1900)
    assert main.last_year is None  # the year round of 2023 was never held


def test_the_year_speaks_by_its_latest_round_with_an_accepted_report(
    sheet, first_halves, open_round, send
):
    first_half, _ = first_halves
    year_round = open_round(Round.Kind.YEAR, 2024)
    report = send(year_round, sheet.Bắc, "2.100")
    assert latest_round(sheet.plan, 2024) == first_half

    workflow.accept_report(report, by=sheet.by, at=NOW)

    assert latest_round(sheet.plan, 2024) == year_round


@pytest.mark.parametrize(
    ("today", "result", "verdict"),
    [
        # No ước and no last year to grow on: nothing to foretell while the year runs.
        (dt.date(2024, 12, 14), None, "Chưa dự báo được cả năm"),
        (dt.date(2024, 12, 15), 8000, "Không đạt: kết quả cả năm 8.000 lượt người"),
    ],
)
def test_accepted_figures_of_the_closing_round_are_the_result_of_a_year_that_is_over(
    today, result, verdict, sheet, open_round, send
):
    """Figures to 10/12 stay so for good: nobody is asked for the four days that are left."""
    year_round = open_round(Round.Kind.YEAR, 2024)
    for name, text in (("Bắc", "2.100"), ("Đông", "1.900"), ("Nam", "2.500"), ("Tây", "1.500")):
        send(year_round, getattr(sheet, name), text, accept=True, moment=at("2024-12-10"))

    main = year_progress(sheet.plan, 2024, today=today).main

    assert main.as_of == (dt.date(2024, 12, 10), dt.date(2024, 12, 10))
    assert (main.forecast and main.forecast.low) == result
    assert outlook.verdict(main).startswith(verdict)


def test_the_months_of_a_year_run_on_from_each_other(sheet, send):
    def month(number, year=2024):
        first = dt.date(year, number, 1)
        return RoundFactory(
            plan=sheet.plan,
            kind=Round.Kind.MONTH,
            number=number,
            year=year,
            window_start=first,
            window_end=first.replace(day=28),
        )

    for round, text in ((month(12, 2023), "500"), (month(3), "100"), (month(4), "180")):
        send(round, sheet.Bắc, text, accept=True)

    main = year_progress(sheet.plan, 2024).main

    assert (main.accepted, main.increment) == (180, 80)


def test_a_month_is_held_against_the_year_from_january_on(sheet, send):
    """28/4 is day 119 of 366: 32,5 % of the time."""

    def month(number, year=2024):
        first = dt.date(year, number, 1)
        window = {"window_start": first, "window_end": first.replace(day=28)}
        return RoundFactory(plan=sheet.plan, kind="month", number=number, year=year, **window)

    december, april_before, april = month(12, 2023), month(4, 2023), month(4)
    for name, whole, before, now in (("Bắc", "500", "200", "300"), ("Đông", "300", "100", "90")):
        send(december, getattr(sheet, name), whole, accept=True)
        send(april_before, getattr(sheet, name), before, accept=True)
        send(april, getattr(sheet, name), now, accept=True)

    main = year_progress(sheet.plan, 2024).main

    assert main.span == (dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    assert main.last_year == 300
    assert (main.pace.time, main.pace.coverage) == (Decimal("32.5"), Decimal("100.0"))
    # Bắc grows as 500/200, Đông as 300/100 from April to December: 750 + 270.
    assert (main.forecast.low, main.forecast.high) == (1020, 1020)


def test_before_anything_is_accepted_the_first_open_round_speaks(sheet, open_round):
    open_round(Round.Kind.YEAR, 2024)
    first_half = open_round(Round.Kind.FIRST_HALF, 2024)

    progress = year_progress(sheet.plan, 2024)

    assert progress.round == first_half
    assert progress.main.accepted is None  # missing, not 0 (R9)
    assert progress.main.percent is None


def test_a_year_without_rounds_shows_its_targets_and_nobody(sheet, first_halves):
    progress = year_progress(sheet.plan, 2025)

    assert progress.round is None
    assert (progress.accepted, progress.provisional, progress.missing) == ([], [], [])
    assert [row.accepted for row in progress.rows] == [None] * len(progress.rows)


def test_last_accepted_figures_of_the_missing_stand_beside_and_never_inside(
    sheet, year_round, first_halves
):
    _, reports = first_halves
    workflow.accept_report(reports["Nam"], by=sheet.by, at=NOW)

    progress = year_progress(sheet.plan, 2024)

    assert names(progress.missing) == ["Nam", "Tây"]
    [beside] = progress.beside  # Tây never had a figure accepted; Đông is not missing
    assert beside["agency"] == "Huyện Nam"
    assert beside["actual"] == 720
    assert beside["until"] == dt.date(2024, 6, 14)
    assert progress.main.accepted == 2100


def test_what_was_never_accepted_does_not_stand_beside(sheet, year_round):
    progress = year_progress(sheet.plan, 2024)

    assert names(progress.missing) == ["Nam", "Tây"]
    assert progress.beside == []  # Nam's 720 of the first half is only sent


def test_last_years_figure_never_stands_beside(sheet, open_round, send):
    send(open_round(Round.Kind.FIRST_HALF, 2023), sheet.Bắc, "900", accept=True)
    ReportFactory(round=open_round(Round.Kind.FIRST_HALF, 2024), agency=sheet.Bắc)

    assert year_progress(sheet.plan, 2024).beside == []


def test_a_report_reopened_after_acceptance_leaves_the_total(sheet, first_halves):
    _, reports = first_halves

    workflow.return_report(
        reports["Đông"], by=sheet.by, at=NOW, reason="Sửa số.", last_day=dt.date(2024, 6, 21)
    )
    progress = year_progress(sheet.plan, 2024)

    assert progress.main.accepted == 1000
    assert names(progress.missing) == ["Đông", "Tây"]


def test_a_new_version_replaces_the_old_one_in_the_total(sheet, first_halves):
    _, reports = first_halves
    report = reports["Đông"]
    workflow.return_report(
        report, by=sheet.by, at=NOW, reason="Sửa số.", last_day=dt.date(2024, 6, 21)
    )
    type_in(report, {f"figure-{sheet.total.pk}": "860"}, now=NOW)
    workflow.submit_report(report, by=sheet.by, at=NOW)

    assert year_progress(sheet.plan, 2024).main.provisional == 720 + 860
    workflow.accept_report(report, by=sheet.by, at=NOW)
    assert year_progress(sheet.plan, 2024).main.accepted == 1860


def test_the_consolidation_of_the_lead_department_is_not_counted_twice(sheet, first_halves):
    round, _ = first_halves
    ReportFactory(round=round, agency=sheet.plan.lead_agency, tier=Tier.LEAD)

    progress = year_progress(sheet.plan, 2024)

    assert progress.main.accepted == 1850
    assert progress.agency_count == 4


def rate_row(sheet):
    progress = year_progress(sheet.plan, 2024)
    return next(row for row in progress.rows if row.indicator == sheet.rate)


def test_a_rate_comes_from_its_one_source(sheet, first_halves, send):
    round, _ = first_halves

    send(round, sheet.plan.lead_agency, "2,31", accept=True)

    assert rate_row(sheet).accepted == Decimal("2.31")
    assert not rate_row(sheet).is_additive


def test_a_rate_that_two_agencies_sent_is_never_summed(sheet, first_halves, send):
    round, _ = first_halves
    second = AgencyFactory(jurisdiction=sheet.plan.jurisdiction)
    sheet.rate.reporters.add(PartyFactory(plan=sheet.plan, agency=second))

    send(round, second, "2,50", accept=True, moment=at("2024-06-18"))
    send(round, sheet.plan.lead_agency, "2,31", accept=True)

    assert rate_row(sheet).accepted == Decimal("2.50")  # the last one sent


def test_a_span_target_counts_for_each_of_its_years(sheet, first_halves):
    rate_target = TargetFactory(
        indicator=sheet.rate,
        scope="each_year",
        year=None,
        to_year=2025,
        operator="below",
        low=None,
        high=4,
    )

    row = rate_row(sheet)

    assert row.target == rate_target
    assert row.accepted is None


def test_nil_reports_alone_add_up_to_nothing_and_are_not_unknown(people, report, submit):
    submit(report, by=people.officer, text="k")
    report.refresh_from_db()
    workflow.accept_report(report, by=people.staff, at=at("2024-06-17"))

    [row] = year_progress(report.round.plan, 2024).rows

    assert row.accepted == 0


def test_an_early_report_without_figures_does_not_hide_the_first_half(people, report, submit):
    """A body without indicators, accepted in the year's round, brings nothing to add up."""
    submit(report, by=people.officer, text="1572")
    report.refresh_from_db()
    workflow.accept_report(report, by=people.staff, at=at("2024-06-17"))
    year = RoundFactory(plan=report.round.plan, kind="year", window_end=dt.date(2024, 12, 14))
    words_only = ReportFactory(round=year, agency=people.other_officer.memberships.get().agency)
    submit(words_only, by=people.other_officer)
    words_only.refresh_from_db()
    workflow.accept_report(words_only, by=people.staff, at=at("2024-06-17"))

    assert latest_round(report.round.plan, 2024) == report.round


# Revisions (R18)


@pytest.fixture
def revised(sheet):
    return TargetFactory(
        indicator=sheet.total,
        low=40000,
        decided_by="QĐ 1200/QĐ-UBND",
        effective_on=dt.date(2024, 7, 1),
    )


@pytest.mark.parametrize(
    ("today", "low", "percent"),
    [
        # The half-year's figures end on 14/6, before the revision.
        (dt.date(2024, 6, 17), 35000, "5.3"),
        (dt.date(2024, 8, 1), 35000, "5.3"),
    ],
)
def test_a_half_years_percentage_is_of_the_target_in_force_at_its_end(
    sheet, first_halves, revised, today, low, percent
):
    main = year_progress(sheet.plan, 2024, today).main

    assert (main.target.low, main.percent) == (low, Decimal(percent))


@pytest.mark.parametrize(
    ("today", "low", "percent"),
    [
        # An early year's report, accepted before the revision takes effect, and after.
        (dt.date(2024, 6, 30), 35000, "6.0"),
        (dt.date(2024, 7, 1), 40000, "5.3"),
        (dt.date(2025, 3, 1), 40000, "5.3"),
    ],
)
def test_a_revision_is_not_used_before_its_effective_day(
    sheet, year_round, revised, today, low, percent
):
    main = year_progress(sheet.plan, 2024, today).main

    assert (main.target.low, main.percent) == (low, Decimal(percent))


def test_a_year_without_rounds_shows_the_target_in_force_today(sheet, revised):
    assert year_progress(sheet.plan, 2024, dt.date(2024, 6, 30)).main.target.low == 35000
    assert year_progress(sheet.plan, 2024, dt.date(2024, 7, 1)).main.target == revised


def test_an_undated_target_is_told_beside_its_figure_or_below_the_table(sheet, first_halves, send):
    words = {"scope": "undated", "year": None, "operator": "qualitative", "low": None}
    falling = TargetFactory(indicator=sheet.rate, text="giảm", **words)
    assert year_progress(sheet.plan, 2024).without_figures == [falling]

    send(first_halves[0], sheet.plan.lead_agency, "2,31", accept=True)
    progress = year_progress(sheet.plan, 2024)

    assert {row.indicator: target for row, target in progress.lines}[sheet.rate] == falling
    assert progress.without_figures == []


def test_the_bar_never_leaves_its_frame(sheet, first_halves, send):
    Target.objects.filter(indicator=sheet.total).update(low=2000)
    assert year_progress(sheet.plan, 2024).bar == (Decimal("92.5"), Decimal("7.5"))

    Target.objects.filter(indicator=sheet.total).update(low=1000)

    progress = year_progress(sheet.plan, 2024)
    assert progress.bar == (100, 0)
    assert progress.main.percent == Decimal("185.0")
