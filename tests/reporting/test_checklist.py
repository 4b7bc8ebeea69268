"""What stands between a draft and its submission (R5, R9, R12, R17)."""

import datetime as dt

import pytest

from reporting import checklist
from reporting.drafts import Draft
from reporting.models import OutlineSection, Report
from targets.models import Breakdown, Indicator
from tests.drafting import explanation, narrative, type_figures, type_in
from tests.factories import at
from tests.reporting.conftest import add_breakdown

NOW = at("2024-06-17")


def open_points(report, today=None):
    return checklist.of_draft(Draft(report), today=today or NOW.date())


def test_a_bad_cell_is_unreadable_and_not_also_missing(report, total, parts):
    type_figures(report, {total: "1.5", parts[0]: "700", parts[1]: ""})

    assert [f.indicator for f in open_points(report).unreadable] == [total]
    assert [f.indicator for f in open_points(report).missing] == [parts[1]]


def test_a_bad_estimate_stops_the_sending_too(report, total):
    type_figures(report, {total: "10"}, **{f"estimate-{total.pk}": "hai mươi"})

    [figure] = open_points(report).unreadable
    assert (figure.actual, figure.estimate, figure.error) == (10, None, "")
    assert "hai mươi" in figure.estimate_error


def test_an_estimate_may_be_left_out_and_stands_beside_the_figure(report, total):
    type_figures(report, {total: "10"})
    assert Draft(report).figures[total.pk].estimate is None
    assert open_points(report).is_clear

    type_figures(report, {}, **{f"estimate-{total.pk}": "1.000"})

    figure = Draft(report).figures[total.pk]
    assert (figure.actual, figure.estimate) == (10, 1000)
    assert open_points(report).is_clear


def missing(report):
    return {figure.indicator.name for figure in open_points(report).missing}


def test_every_blank_cell_is_missing(report, total, parts):
    assert missing(report) == {total.name, "Trong tỉnh", "Ngoài tỉnh"}

    type_figures(report, {total: "0", parts[0]: "k", parts[1]: ""})

    assert missing(report) == {"Ngoài tỉnh"}
    assert not open_points(report).is_clear


@pytest.mark.parametrize("text", ["0", "5", "k", "x"])
def test_zero_a_number_nil_and_not_applicable_are_complete(report, total, text):
    type_figures(report, {total: text})

    assert open_points(report).is_clear


@pytest.mark.parametrize(
    ("whole", "inside", "outside", "is_broken"),
    [
        ("1000", "600", "400", False),
        ("1000", "600", "300", True),
        ("1000", "600", "401", True),
        ("1000", "1000", "k", False),  # a nil adds nothing
        ("1000", "900", "k", True),
        ("k", "k", "k", False),
        ("k", "0", "5", True),
        ("1000", "600", "", False),  # cannot be judged yet
        ("", "600", "300", False),
        ("1000", "1001", "", True),  # already too much
        ("1000", "600", "x", True),  # not applicable adds nothing
        ("1000", "1000", "x", False),
    ],
)
def test_parts_must_add_up_to_their_whole(report, total, parts, whole, inside, outside, is_broken):
    type_figures(report, {total: whole, parts[0]: inside, parts[1]: outside})

    assert bool(open_points(report).broken) is is_broken


def test_decimals_add_up_exactly(report, total, parts):
    Indicator.objects.filter(plan=total.plan).update(kind="rate", combine="latest")
    type_figures(report, {total: "0,3", parts[0]: "0,1", parts[1]: "0,2"})

    points = open_points(report)

    assert points.is_clear


def test_a_broken_sum_names_both_numbers_and_the_gap(report, total, parts):
    type_figures(report, {total: "1.572", parts[0]: "868", parts[1]: "680"})

    points = open_points(report)

    [fault] = points.broken
    assert (fault.total, fault.parent, fault.gap) == (1548, 1572, 24)
    assert str(fault) == ("Lệch 24: Trong tỉnh 868 + Ngoài tỉnh 680 = 1.548, tổng số là 1.572.")
    assert not points.is_clear


def test_a_broken_sum_explained_at_its_whole_no_longer_blocks(report, total, parts):
    texts = {total: "1000", parts[0]: "600", parts[1]: "300"}

    type_figures(report, texts, **explanation(parts[0], "Ghi ở dòng khác."))
    assert open_points(report).broken

    type_figures(report, texts, **explanation(total, "   "))
    assert open_points(report).broken

    type_figures(report, texts, **explanation(total, "Có 100 lượt đi làm việc ở nước ngoài."))
    assert open_points(report).is_clear


def test_two_partitions_of_one_whole_are_judged_apart(report, total, parts):
    form = add_breakdown(total, ["Qua chương trình", "Tự tìm"], name="Theo hình thức")
    texts = {total: "10", parts[0]: "4", parts[1]: "6", form[0]: "3", form[1]: "8"}

    type_figures(report, texts)

    assert [fault.breakdown.name for fault in open_points(report).broken] == ["Theo hình thức"]


@pytest.mark.parametrize(("amount", "is_broken"), [("9", False), ("10", False), ("11", True)])
def test_an_amount_included_may_not_exceed_its_whole(report, total, amount, is_broken):
    [new_jobs] = add_breakdown(total, ["Việc làm mới"], rule=Breakdown.Rule.OF_WHICH)

    type_figures(report, {total: "10", new_jobs: amount})

    assert bool(open_points(report).broken) is is_broken


@pytest.mark.parametrize("rule", ["partition", "of_which"])
def test_other_units_are_compared_with_nothing(report, total, rule):
    [people] = add_breakdown(total, ["Việc làm mới"], rule=rule)
    people.unit = "người"
    people.save()

    type_figures(report, {total: "10", people: "11"})

    assert open_points(report).is_clear


def test_an_agency_without_indicators_sends_words(report, total):
    total.reporters.clear()
    assert open_points(report).is_empty
    assert not open_points(report).is_clear

    section = OutlineSection.objects.get()
    type_in(report, narrative(section, "  "))
    assert open_points(report).is_empty

    type_in(report, narrative(section, "Đã phối hợp."))
    assert open_points(report).is_clear


def test_an_agency_with_figures_may_leave_words_out(report, total):
    type_figures(report, {total: "5"})

    assert open_points(report).is_clear


# The day the figures run to


@pytest.mark.parametrize(
    ("typed", "as_of", "message"),
    [
        ("", "2024-06-14", ""),  # by default the window's end
        ("14/6/2024", "2024-06-14", ""),
        ("10/6/2024", "2024-06-10", ""),
        ("15/12/2023", "2023-12-15", ""),  # the window's first day
        ("14/12/2023", "2023-12-14", "từ 15/12/2023 đến 14/06/2024"),
        ("15/6/2024", "2024-06-15", "từ 15/12/2023 đến 14/06/2024"),
        ("10/6/2042", "2042-06-10", "từ 15/12/2023 đến 14/06/2024"),
        ("giữa tháng 6", "2024-06-14", "“giữa tháng 6” không phải là ngày"),
        ("31/6/2024", "2024-06-14", "“31/6/2024” không phải là ngày"),
    ],
)
def test_the_day_of_the_figures_lies_in_the_rounds_window(report, total, typed, as_of, message):
    type_figures(report, {total: "5"}, **{"as-of": typed})

    points = open_points(report)

    assert Draft(report).as_of == dt.date.fromisoformat(as_of)
    assert message in points.wrong_day
    assert bool(points.wrong_day) is bool(message)
    assert points.is_clear is not bool(message)


@pytest.mark.parametrize(
    ("typed", "today", "message"),
    [
        ("", "2024-06-13", "Chưa đến ngày chốt số liệu 14/6/2024"),
        ("13/6/2024", "2024-06-13", ""),
        ("14/6/2024", "2024-06-13", "ngày chưa tới: 14/6/2024"),
        ("1/6/2024", "2024-06-13", ""),
        ("", "2024-06-14", ""),
        ("", "2024-06-15", ""),
        ("14/6/2024", "2024-06-14", ""),
    ],
)
def test_before_the_window_closes_the_day_of_the_figures_is_said(
    report, total, typed, today, message
):
    type_figures(report, {total: "5"}, **{"as-of": typed})

    points = open_points(report, today=dt.date.fromisoformat(today))

    assert message in points.wrong_day
    assert points.is_clear is not bool(message)


def test_a_report_of_words_alone_names_no_day(report, total):
    total.reporters.clear()
    type_figures(report, {}, **{f"narrative-{report.round.plan.outline.get().pk}": "Đã làm."})

    assert open_points(report, today=dt.date(2024, 6, 1)).is_clear


# Duties


def test_an_obliged_agency_says_of_each_duty_how_far_it_is(report, total, duty):
    type_figures(report, {total: "5"})
    assert [line.duty for line in open_points(report).duties] == [duty]

    type_figures(report, {}, **{f"duty-{duty.pk}": "done"})

    assert open_points(report).is_clear


def test_an_invited_agency_owes_no_duty_lines(report, total, duty):
    Report.objects.filter(pk=report.pk).update(obligation="requested")
    report.refresh_from_db()
    type_figures(report, {total: "5"})

    assert open_points(report).is_clear


@pytest.mark.parametrize("obligation", ["required", "requested"])
def test_a_duty_that_is_stuck_says_where(report, total, duty, obligation):
    report.obligation = obligation
    report.save()
    type_figures(report, {total: "5"}, **{f"duty-{duty.pk}": "stuck", f"words-{duty.pk}": "  "})
    assert [line.duty for line in open_points(report).duties] == [duty]

    type_figures(report, {}, **{f"words-{duty.pk}": "Chưa bố trí được kinh phí."})

    assert open_points(report).is_clear


def test_a_forged_status_is_none(report, total, duty):
    type_figures(report, {total: "5"}, **{f"duty-{duty.pk}": "gần xong lắm rồi nhé"})

    assert [(line.duty, line.status) for line in open_points(report).duties] == [(duty, "")]


def test_duties_alone_are_content_enough(report, total, duty):
    total.reporters.clear()
    assert open_points(report).is_empty

    type_in(report, {f"duty-{duty.pk}": "in_progress"})

    assert open_points(report).is_clear


def test_an_agency_with_neither_indicators_nor_duties_owes_words(report, total):
    total.reporters.clear()
    Report.objects.filter(pk=report.pk).update(obligation="requested")

    assert len(open_points(report)) == 1
    assert open_points(report).is_empty


def test_a_checklist_counts_every_point(report, total, parts, duty):
    type_figures(report, {total: "10", parts[0]: "abc", parts[1]: ""}, **{"as-of": "mai"})

    points = open_points(report)

    # one unreadable cell, one missing, one duty, the day
    assert len(points) == 4
    assert not points.is_clear
