"""The entry table: what was typed beside plan, last year, and what follows from them (R10–R14)."""

import datetime as dt
from decimal import Decimal

import pytest

from reporting import drafts, totals, workflow
from reporting.draft_fields import save_fields
from reporting.entry import conflicts_on, entry_table, sent_table
from reporting.models import Round
from targets.models import Allocation
from tests.drafting import explanation, figure, type_in
from tests.factories import (
    AgencyFactory,
    BreakdownFactory,
    IndicatorFactory,
    PartyFactory,
    ReportFactory,
    RoundFactory,
    at,
)

NOW = at("2024-06-17")


@pytest.fixture
def level(report, total):
    """A rate asked of the same agency."""
    level = IndicatorFactory(plan=total.plan, level=True)
    level.reporters.set(total.reporters.all())
    return level


def row(report, indicator, conflicts=None):
    """Return the row of an indicator in the report's draft as it stands."""
    groups = entry_table(drafts.Draft(report), conflicts)
    [found] = [row for group in groups for row in group.rows if row.indicator == indicator]
    return found


def allocate(report, indicator, value, year=2024, agency=None):
    Allocation.objects.create(
        indicator=indicator,
        agency=agency or report.agency,
        year=year,
        value=value,
        decided_by="Phân bổ",
    )


@pytest.fixture
def earlier(report, people):
    """Return a function that has the agency's report of an earlier round sent."""

    def send(
        texts, *, kind=Round.Kind.FIRST_HALF, year=2023, end=(6, 14), state="accepted", **more
    ):
        round = RoundFactory(
            plan=report.round.plan,
            kind=kind,
            year=year,
            window_start=more.pop("start", dt.date(year - 1, 12, 15)),
            window_end=dt.date(year, *end),
            number=more.pop("number", 0),
        )
        before = ReportFactory(round=round, **({"agency": report.agency} | more))
        type_in(before, texts)
        workflow.submit_report(before, by=people.officer, at=at(round.window_end))
        if state == "accepted":
            workflow.accept_report(before, by=people.staff, at=at(round.window_end, 10))
        return before

    return send


# Per cent, difference, increment


@pytest.mark.parametrize(
    ("typed", "planned", "percent"),
    [
        ("1.572", 3000, Decimal("52.4")),
        ("0", 3000, Decimal(0)),
        ("3.600", 3000, Decimal(120)),
        ("1.572", None, None),
        ("1.572", 0, None),
        ("k", 3000, None),
        ("", 3000, None),
        ("1.5", 3000, None),
    ],
)
def test_per_cent_of_what_the_agency_was_given(report, total, typed, planned, percent):
    if planned is not None:
        allocate(report, total, planned)
    allocate(report, total, 1, year=2023)
    allocate(report, total, 1, agency=AgencyFactory())

    type_in(report, figure(total, typed))

    assert row(report, total).percent == percent


def test_the_estimate_has_a_per_cent_of_its_own_and_changes_no_other(report, total):
    allocate(report, total, 3000)
    type_in(report, figure(total, "1.572") | {f"estimate-{total.pk}": "3.300"})

    line = row(report, total)

    assert (line.percent, line.estimate_percent) == (Decimal("52.4"), Decimal(110))


def test_the_difference_is_to_the_same_kind_of_round_a_year_before(report, total, earlier):
    earlier(figure(total, "1.548"))
    earlier(figure(total, "3.000"), kind=Round.Kind.YEAR, end=(12, 14))
    earlier(figure(total, "1.400"), year=2022)

    type_in(report, figure(total, "1.572"))

    line = row(report, total)
    assert (line.last_year, line.difference) == (1548, 24)


def test_an_ad_hoc_round_is_compared_with_no_other_years(report, total, earlier):
    earlier(figure(total, "1548"), kind=Round.Kind.AD_HOC, number=1)
    Round.objects.filter(pk=report.round_id).update(kind=Round.Kind.AD_HOC, number=1)
    report.round.refresh_from_db()

    assert row(report, total).last_year is None
    assert totals.same_round_last_year(report.round) is None


def test_last_years_figure_counts_only_once_accepted(report, total, earlier):
    earlier(figure(total, "1.548"), state="submitted")
    type_in(report, figure(total, "1.572"))

    line = row(report, total)

    assert (line.last_year, line.difference) == (None, None)


def test_where_nothing_arose_last_year_the_difference_is_to_nothing(report, total, earlier):
    earlier(figure(total, "không phát sinh"))
    type_in(report, figure(total, "24"))

    line = row(report, total)

    assert (line.last_year, line.difference) == (0, 24)


def test_another_agencys_last_year_is_not_ours(report, total, earlier):
    other = PartyFactory(plan=total.plan)
    total.reporters.add(other)
    earlier(figure(total, "9.999"), agency=other.agency)

    assert row(report, total).last_year is None


def test_the_increment_is_counted_from_the_last_round_of_the_same_year(report, total, earlier):
    months = {"kind": Round.Kind.MONTH, "year": 2024}
    earlier(figure(total, "300"), number=2, end=(2, 29), **months)
    earlier(figure(total, "500"), number=4, end=(4, 30), state="submitted", **months)
    earlier(figure(total, "400"), number=3, end=(3, 31), **months)
    earlier(figure(total, "900"), number=7, end=(7, 31), **months)  # later than this round
    earlier(figure(total, "3.000"), kind=Round.Kind.YEAR, year=2023, end=(12, 14))

    type_in(report, figure(total, "1.572"))

    line = row(report, total)
    assert (line.last_round, line.increment) == (500, 1072)


def test_figures_counted_from_another_day_are_not_compared(report, total, earlier):
    april = {"kind": Round.Kind.MONTH, "year": 2024, "number": 4, "start": dt.date(2024, 4, 1)}
    earlier(figure(total, "500"), end=(4, 30), **april)
    type_in(report, figure(total, "100"))

    assert row(report, total).last_round is None


def test_a_month_runs_on_from_the_months_before_it(report, total, earlier):
    april = {"kind": Round.Kind.MONTH, "year": 2024, "number": 4, "start": dt.date(2024, 4, 1)}
    earlier(figure(total, "500"), end=(4, 30), **april)
    may = {"kind": Round.Kind.MONTH, "number": 5, "window_start": dt.date(2024, 5, 1)}
    Round.objects.filter(pk=report.round.pk).update(**may, window_end=dt.date(2024, 5, 31))
    report.round.refresh_from_db()

    type_in(report, figure(total, "620"))

    line = row(report, total)
    assert (line.last_round, line.increment) == (500, 120)
    assert report.round.counts_from == dt.date(2024, 1, 1)


def test_the_first_round_of_a_year_has_no_increment(report, total, earlier):
    earlier(figure(total, "3.000"), kind=Round.Kind.YEAR, end=(12, 14))
    type_in(report, figure(total, "1.572"))

    assert row(report, total).increment is None


def test_what_looks_wrong_is_doubted_at_its_row_and_stops_nothing(report, total, earlier, people):
    earlier(figure(total, "20"))
    type_in(report, figure(total, "1.572") | {f"estimate-{total.pk}": "1.000"})

    assert [sentence[:15] for sentence in row(report, total).doubts] == [
        "Chênh từ mười l",
        "Ước cả năm thấp",
    ]
    version = workflow.submit_report(report, by=people.officer, at=NOW)
    report.refresh_from_db()
    assert version.number == 1
    [group] = sent_table(report)
    assert len(group.rows[0].doubts) == 2  # staff see it too


def test_a_level_is_shown_without_a_sum_of_its_own(report, total, level):
    type_in(report, figure(total, "10") | figure(level, "2,31"))

    assert row(report, total).is_additive
    assert not row(report, level).is_additive


# Groups


def test_rows_stand_in_the_plans_order_with_the_parts_of_a_breakdown_together(report, total):
    place = BreakdownFactory(parent=total)
    parts = [IndicatorFactory(plan=total.plan, parent=total, breakdown=place) for _ in range(2)]
    for part in parts:
        part.reporters.set(total.reporters.all())

    groups = entry_table(drafts.Draft(report))

    assert [group.breakdown for group in groups] == [None, place]
    assert [row.indicator for row in groups[1].rows] == parts
    assert groups[1].adds_up
    assert not groups[1].is_complete
    type_in(report, figure(total, "10") | figure(parts[0], "4") | figure(parts[1], "5"))
    fault = entry_table(drafts.Draft(report))[1].fault
    assert (fault.total, fault.parent) == (9, 10)


def test_parts_are_not_said_to_add_up_while_their_total_is_no_number(report, total):
    place = BreakdownFactory(parent=total)
    part = IndicatorFactory(plan=total.plan, parent=total, breakdown=place)
    part.reporters.set(total.reporters.all())
    type_in(report, figure(part, "4") | figure(total, "4o"))
    assert not entry_table(drafts.Draft(report))[1].is_complete
    type_in(report, figure(total, "4"))
    assert entry_table(drafts.Draft(report))[1].is_complete


# Conflicts


def test_a_conflict_stands_at_its_row_with_what_was_typed(report, total, level, people):
    type_in(report, figure(total, "884"), by=people.head)
    typed = {f"figure-{total.pk}": ("900", ""), f"explanation-{total.pk}": ("Vì", "")}

    found = save_fields(report, typed, by=people.officer, now=NOW)
    conflicts = {conflict.name: conflict for conflict in found}

    assert row(report, total, conflicts).conflicts == tuple(found)
    assert row(report, level, conflicts).conflicts == ()
    shown = drafts.Draft(report, {conflict.name: conflict.mine for conflict in found})
    assert shown.figures[total.pk].typed == "900"


def test_conflicts_of_fields_whose_number_only_begins_alike_stay_apart():
    found = {"figure-12": "a", "estimate-12": "b", "figure-1": "c", "words-1": "d"}

    assert conflicts_on(found, 1, "figure", "estimate") == ("c",)
    assert conflicts_on(found, 12, "figure", "estimate") == ("a", "b")


# What was sent


def test_the_table_of_a_version_shows_what_was_sent_not_the_draft(report, total, people, submit):
    type_in(report, explanation(total, "Gồm cả xã đảo.") | {f"estimate-{total.pk}": "3.000"})
    submit(report, by=people.officer)
    workflow.return_report(
        report, by=people.staff, at=NOW, reason="Sửa số.", last_day=dt.date(2024, 6, 21)
    )
    type_in(report, figure(total, "9.999"))

    [group] = sent_table(report)

    sent = group.rows[0].figure
    assert (sent.typed, sent.typed_estimate, sent.explanation) == (
        "1.572",
        "3.000",
        "Gồm cả xã đảo.",
    )


def test_a_report_never_sent_has_no_such_table(report):
    assert sent_table(report) == []


def test_the_table_takes_as_many_queries_for_forty_rows_as_for_one(
    report, total, django_assert_num_queries
):
    # fields; indicators asked; allocations; figures of last year and of the last round
    with django_assert_num_queries(4):
        entry_table(drafts.Draft(report))
    place = BreakdownFactory(parent=total)
    for indicator in IndicatorFactory.create_batch(
        40, plan=total.plan, parent=total, breakdown=place
    ):
        indicator.reporters.set(total.reporters.all())
        type_in(report, figure(indicator, "1"))

    with django_assert_num_queries(5):  # and the members of breakdowns
        entry_table(drafts.Draft(report))
