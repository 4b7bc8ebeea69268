"""Drafts: what typed text means (R9), and what stands in the way of sending (R17)."""

import datetime as dt
import unicodedata
from decimal import Decimal

import pytest

from reporting import draft_fields, drafts, workflow
from reporting.drafts import Draft, read_cell, read_day
from reporting.models import OutlineSection, Report
from targets.models import Breakdown, Indicator
from targets.numerals import NumeralError
from tests.drafting import explanation, narrative, type_in
from tests.factories import (
    BreakdownFactory,
    DutyFactory,
    IndicatorFactory,
    OutlineSectionFactory,
    PartyFactory,
    ReportFactory,
    at,
)

NOW = at("2024-06-17")


@pytest.fixture
def total(report):
    """The one indicator the report is asked for."""
    return Indicator.objects.get(plan=report.round.plan)


@pytest.fixture
def parts(report, total):
    """Two parts of `total`, in and out of the province, asked of the same agency."""
    return add_breakdown(report, total, ["Trong tỉnh", "Ngoài tỉnh"])


@pytest.fixture
def duty(report):
    """A duty that binds the report's agency."""
    duty = DutyFactory(plan=report.round.plan)
    duty.parties.set(report.round.plan.parties.all())
    return duty


def add_breakdown(report, total, names, **fields):
    breakdown = BreakdownFactory(parent=total, **fields)
    members = [
        IndicatorFactory(plan=total.plan, parent=total, breakdown=breakdown, name=name)
        for name in names
    ]
    for member in members:
        member.reporters.set(total.reporters.all())
    return members


def save(report, texts, **more):
    type_in(report, {f"figure-{i.pk}": text for i, text in texts.items()} | more, now=NOW)


def stored(report):
    figures = Draft(report).figures.values()
    return [(f.status, f.actual, f.explanation) for f in figures]


def checklist(report, today=None):
    return drafts.checklist(Draft(report), today=today or NOW.date())


# A cell


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("", ("missing", None)),
        ("   ", ("missing", None)),
        ("\t\n", ("missing", None)),
        ("0", ("number", Decimal(0))),
        ("0,0", ("number", Decimal(0))),
        ("1572", ("number", Decimal(1572))),
        ("1.572", ("number", Decimal(1572))),
        (" 35.000 ", ("number", Decimal(35000))),
        ("6,5", ("number", Decimal("6.5"))),
        ("k", ("nil", None)),
        ("K", ("nil", None)),
        (" k ", ("nil", None)),
        ("không phát sinh", ("nil", None)),
        ("Không  phát  sinh", ("nil", None)),
        ("khong phat sinh", ("nil", None)),
        ("x", ("not_applicable", None)),
        ("X", ("not_applicable", None)),
        ("không áp dụng", ("not_applicable", None)),
        (unicodedata.normalize("NFD", "Không áp dụng"), ("not_applicable", None)),
    ],
)
def test_zero_blank_nil_and_not_applicable_are_four_things(text, meaning):
    assert read_cell(text) == meaning


@pytest.mark.parametrize("text", ["abc", "-5", "1.5", "19.70", "12(1)", "1e5", "nan", "kk", "=1+1"])
def test_a_cell_that_is_no_number_is_refused_with_its_text(text):
    with pytest.raises(NumeralError) as refusal:
        read_cell(text)

    assert text in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("14/6/2024", dt.date(2024, 6, 14)),
        ("14/06/2024", dt.date(2024, 6, 14)),
        ("2024-06-14", dt.date(2024, 6, 14)),
        ("", None),
        ("31/6/2024", None),
        ("6/14/2024", None),
        ("14-6", None),
        ("hôm qua", None),
        ("١٤/6/2024x", None),
    ],
)
def test_a_day_is_read_as_people_write_it(text, day):
    assert read_day(text) == day


# Who is asked


def test_an_agency_is_asked_by_name_or_as_a_member_of_a_group_once(report, total):
    group = PartyFactory(plan=total.plan, group=True)
    group.members.add(report.agency)
    as_member = IndicatorFactory(plan=total.plan)
    as_member.reporters.add(group)
    total.reporters.add(group)
    IndicatorFactory(plan=total.plan)  # asked of nobody
    elsewhere = IndicatorFactory()
    elsewhere.reporters.add(PartyFactory(plan=elsewhere.plan, agency=report.agency))

    assert list(draft_fields.indicators_asked(report)) == [total, as_member]


# Reading what was typed


def test_saving_keeps_the_moment_and_makes_no_version(report, total):
    save(report, {total: "1.572"})

    report.refresh_from_db()
    assert (report.state, report.saved_at) == ("draft", NOW)
    assert not report.versions.exists()
    assert stored(report) == [("number", Decimal(1572), "")]


def test_saving_again_replaces(report, total):
    save(report, {total: "1572"}, **explanation(total, " Số quý II ước. "))
    assert stored(report) == [("number", Decimal(1572), "Số quý II ước.")]

    save(report, {total: "k"})

    assert stored(report) == [("nil", None, "Số quý II ước.")]


def test_a_cell_emptied_is_missing_not_zero(report, total):
    save(report, {total: "1572"})

    save(report, {total: ""})

    assert stored(report) == [("missing", None, "")]


def test_a_bad_cell_is_kept_as_typed_with_its_message_and_the_rest_is_saved(report, total, parts):
    section = OutlineSection.objects.get()
    save(
        report,
        {total: "1.5", parts[0]: "700", parts[1]: "abc"},
        **narrative(section, "Đã mở phiên giao dịch việc làm."),
    )

    draft = Draft(report)
    figures = draft.figures

    assert [figures[i.pk].typed for i in (total, *parts)] == ["1.5", "700", "abc"]
    assert [figures[i.pk].actual for i in (total, *parts)] == [None, 700, None]
    assert "“1.5”" in figures[total.pk].error
    assert "“abc”" in figures[parts[1].pk].error
    assert figures[parts[0].pk].error == ""
    assert draft.narratives == [(section, "Đã mở phiên giao dịch việc làm.")]


def test_a_bad_cell_is_unreadable_and_not_also_missing(report, total, parts):
    save(report, {total: "1.5", parts[0]: "700", parts[1]: ""})

    assert [f.indicator for f in checklist(report).unreadable] == [total]
    assert [f.indicator for f in checklist(report).missing] == [parts[1]]


def test_a_bad_estimate_stops_the_sending_too(report, total):
    save(report, {total: "10"}, **{f"estimate-{total.pk}": "hai mươi"})

    [figure] = checklist(report).unreadable
    assert (figure.actual, figure.estimate, figure.error) == (10, None, "")
    assert "hai mươi" in figure.estimate_error


def test_an_estimate_may_be_left_out_and_stands_beside_the_figure(report, total):
    save(report, {total: "10"})
    assert Draft(report).figures[total.pk].estimate is None
    assert checklist(report).is_clear

    save(report, {}, **{f"estimate-{total.pk}": "1.000"})

    figure = Draft(report).figures[total.pk]
    assert (figure.actual, figure.estimate) == (10, 1000)
    assert checklist(report).is_clear


def test_people_are_counted_whole_and_a_rate_may_have_decimals(report, total):
    save(report, {total: "10,5"}, **{f"estimate-{total.pk}": "20,5"})
    figure = Draft(report).figures[total.pk]
    assert (figure.actual, figure.estimate) == (None, None)
    assert "lượt người phải là số nguyên" in figure.error
    assert "lượt người phải là số nguyên" in figure.estimate_error

    Indicator.objects.filter(pk=total.pk).update(kind="rate", combine="latest")

    assert Draft(report).figures[total.pk].actual == Decimal("10.5")


def test_words_of_a_section_are_kept_in_the_outlines_order(report):
    first = OutlineSection.objects.get()
    second = OutlineSectionFactory(plan=report.round.plan, heading="Kiến nghị")

    type_in(report, narrative(second, "B") | narrative(first, " A. "))
    type_in(report, narrative(second, ""))

    assert Draft(report).narratives == [(first, "A."), (second, "")]


def test_saving_one_report_leaves_the_others(report, total):
    other = ReportFactory(round=report.round)
    total.reporters.add(PartyFactory(plan=total.plan, agency=other.agency))
    save(other, {total: "1"})

    save(report, {total: "2"})

    assert stored(other) == [("number", Decimal(1), "")]


def test_a_sent_version_reads_like_the_draft_it_was(report, total, parts, people):
    texts = {total: "1.572", parts[0]: "k", parts[1]: "x"}
    save(report, texts, **{f"estimate-{total.pk}": "3000"}, **explanation(total, "Ước."))
    before = list(Draft(report).figures.values())

    version = workflow.submit_report(report, by=people.officer, at=NOW)
    after = drafts.sent_figures(version)

    for was, sent in zip(before, after, strict=True):
        assert (sent.indicator, sent.status, sent.actual) == (was.indicator, was.status, was.actual)
        assert (sent.estimate, sent.explanation) == (was.estimate, was.explanation)
    assert [figure.typed for figure in after] == ["1.572", "không phát sinh", "không áp dụng"]
    assert after[0].typed_estimate == "3.000"


# The checklist


def missing(report):
    return {figure.indicator.name for figure in checklist(report).missing}


def test_every_blank_cell_is_missing(report, total, parts):
    assert missing(report) == {total.name, "Trong tỉnh", "Ngoài tỉnh"}

    save(report, {total: "0", parts[0]: "k", parts[1]: ""})

    assert missing(report) == {"Ngoài tỉnh"}
    assert not checklist(report).is_clear


@pytest.mark.parametrize("text", ["0", "5", "k", "x"])
def test_zero_a_number_nil_and_not_applicable_are_complete(report, total, text):
    save(report, {total: text})

    assert checklist(report).is_clear


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
    save(report, {total: whole, parts[0]: inside, parts[1]: outside})

    assert bool(checklist(report).broken) is is_broken


def test_decimals_add_up_exactly(report, total, parts):
    Indicator.objects.filter(plan=total.plan).update(kind="rate", combine="latest")
    save(report, {total: "0,3", parts[0]: "0,1", parts[1]: "0,2"})

    open_points = checklist(report)

    assert open_points.is_clear


def test_a_broken_sum_names_both_numbers_and_the_gap(report, total, parts):
    save(report, {total: "1.572", parts[0]: "868", parts[1]: "680"})

    open_points = checklist(report)

    [fault] = open_points.broken
    assert (fault.total, fault.parent, fault.gap) == (1548, 1572, 24)
    assert str(fault) == ("Lệch 24: Trong tỉnh 868 + Ngoài tỉnh 680 = 1.548, tổng số là 1.572.")
    assert not open_points.is_clear


def test_a_broken_sum_explained_at_its_whole_no_longer_blocks(report, total, parts):
    texts = {total: "1000", parts[0]: "600", parts[1]: "300"}

    save(report, texts, **explanation(parts[0], "Ghi ở dòng khác."))
    assert checklist(report).broken

    save(report, texts, **explanation(total, "   "))
    assert checklist(report).broken

    save(report, texts, **explanation(total, "Có 100 lượt đi làm việc ở nước ngoài."))
    assert checklist(report).is_clear


def test_two_partitions_of_one_whole_are_judged_apart(report, total, parts):
    form = add_breakdown(report, total, ["Qua chương trình", "Tự tìm"], name="Theo hình thức")
    texts = {total: "10", parts[0]: "4", parts[1]: "6", form[0]: "3", form[1]: "8"}

    save(report, texts)

    assert [fault.breakdown.name for fault in checklist(report).broken] == ["Theo hình thức"]


@pytest.mark.parametrize(("amount", "is_broken"), [("9", False), ("10", False), ("11", True)])
def test_an_amount_included_may_not_exceed_its_whole(report, total, amount, is_broken):
    [new_jobs] = add_breakdown(report, total, ["Việc làm mới"], rule=Breakdown.Rule.OF_WHICH)

    save(report, {total: "10", new_jobs: amount})

    assert bool(checklist(report).broken) is is_broken


@pytest.mark.parametrize("rule", ["partition", "of_which"])
def test_other_units_are_compared_with_nothing(report, total, rule):
    [people] = add_breakdown(report, total, ["Việc làm mới"], rule=rule)
    people.unit = "người"
    people.save()

    save(report, {total: "10", people: "11"})

    assert checklist(report).is_clear


def test_an_agency_without_indicators_sends_words(report, total):
    total.reporters.clear()
    assert checklist(report).is_empty
    assert not checklist(report).is_clear

    section = OutlineSection.objects.get()
    type_in(report, narrative(section, "  "))
    assert checklist(report).is_empty

    type_in(report, narrative(section, "Đã phối hợp."))
    assert checklist(report).is_clear


def test_an_agency_with_figures_may_leave_words_out(report, total):
    save(report, {total: "5"})

    assert checklist(report).is_clear


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
    save(report, {total: "5"}, **{"as-of": typed})

    open_points = checklist(report)

    assert Draft(report).as_of == dt.date.fromisoformat(as_of)
    assert message in open_points.wrong_day
    assert bool(open_points.wrong_day) is bool(message)
    assert open_points.is_clear is not bool(message)


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
    save(report, {total: "5"}, **{"as-of": typed})

    open_points = checklist(report, today=dt.date.fromisoformat(today))

    assert message in open_points.wrong_day
    assert open_points.is_clear is not bool(message)


def test_a_report_of_words_alone_names_no_day(report, total):
    total.reporters.clear()
    save(report, {}, **{f"narrative-{report.round.plan.outline.get().pk}": "Đã làm."})

    assert checklist(report, today=dt.date(2024, 6, 1)).is_clear


# Duties


def test_an_obliged_agency_says_of_each_duty_how_far_it_is(report, total, duty):
    save(report, {total: "5"})
    assert [line.duty for line in checklist(report).duties] == [duty]

    save(report, {}, **{f"duty-{duty.pk}": "done"})

    assert checklist(report).is_clear


def test_an_invited_agency_owes_no_duty_lines(report, total, duty):
    Report.objects.filter(pk=report.pk).update(obligation="requested")
    report.refresh_from_db()
    save(report, {total: "5"})

    assert checklist(report).is_clear


@pytest.mark.parametrize("obligation", ["required", "requested"])
def test_a_duty_that_is_stuck_says_where(report, total, duty, obligation):
    report.obligation = obligation
    report.save()
    save(report, {total: "5"}, **{f"duty-{duty.pk}": "stuck", f"words-{duty.pk}": "  "})
    assert [line.duty for line in checklist(report).duties] == [duty]

    save(report, {}, **{f"words-{duty.pk}": "Chưa bố trí được kinh phí."})

    assert checklist(report).is_clear


def test_a_duty_binds_by_name_or_through_a_group_and_once(report, duty):
    group = PartyFactory(plan=report.round.plan, group=True)
    group.members.add(report.agency)
    duty.parties.add(group)
    through_group = DutyFactory(plan=report.round.plan)
    through_group.parties.add(group)
    DutyFactory(plan=report.round.plan)  # of nobody here

    assert list(draft_fields.duties_asked(report)) == [duty, through_group]


def test_a_forged_status_is_none(report, total, duty):
    save(report, {total: "5"}, **{f"duty-{duty.pk}": "gần xong lắm rồi nhé"})

    assert [(line.duty, line.status) for line in checklist(report).duties] == [(duty, "")]


def test_duties_alone_are_content_enough(report, total, duty):
    total.reporters.clear()
    assert checklist(report).is_empty

    type_in(report, {f"duty-{duty.pk}": "in_progress"})

    assert checklist(report).is_clear


def test_an_agency_with_neither_indicators_nor_duties_owes_words(report, total):
    total.reporters.clear()
    Report.objects.filter(pk=report.pk).update(obligation="requested")

    assert len(checklist(report)) == 1
    assert checklist(report).is_empty


def test_a_checklist_counts_every_point(report, total, parts, duty):
    save(report, {total: "10", parts[0]: "abc", parts[1]: ""}, **{"as-of": "mai"})

    open_points = checklist(report)

    # one unreadable cell, one missing, one duty, the day
    assert len(open_points) == 4
    assert not open_points.is_clear
