"""Drafts: what typed text means (R9), saving, and what stands in the way of sending (R17)."""

import unicodedata
from decimal import Decimal

import pytest

from reporting import drafts
from reporting.drafts import Entry, read_cell, write_cell
from reporting.models import Figure, OutlineSection
from targets.models import Breakdown, Indicator
from targets.numerals import NumeralError
from tests.factories import (
    BreakdownFactory,
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
    return drafts.save_draft(
        report, Entry(figures={i.pk: text for i, text in texts.items()}, **more), now=NOW
    )


def stored(report):
    rows = report.figures.order_by("indicator__position")
    return list(rows.values_list("status", "actual", "explanation"))


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
    ("status", "actual", "text"),
    [
        ("number", Decimal(1572), "1.572"),
        ("number", Decimal("6.5000"), "6,5"),
        ("number", Decimal(0), "0"),
        ("nil", None, "không phát sinh"),
        ("not_applicable", None, "không áp dụng"),
        ("missing", None, ""),
    ],
)
def test_a_stored_cell_is_written_as_people_type_it(status, actual, text):
    assert write_cell(Figure(status=status, actual=actual)) == text
    assert read_cell(text) == (status, actual)


def test_a_cell_never_saved_is_written_blank():
    assert write_cell(None) == ""


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

    assert list(drafts.indicators_asked(report)) == [total, as_member]


# Saving


def test_saving_keeps_the_moment_and_makes_no_version(report, total):
    faults = save(report, {total: "1.572"})

    report.refresh_from_db()
    assert faults == {}
    assert (report.state, report.saved_at) == ("draft", NOW)
    assert not report.versions.exists()
    assert stored(report) == [("number", Decimal(1572), "")]


def test_saving_again_replaces(report, total):
    save(report, {total: "1572"}, explanations={total.pk: " Số quý II ước. "})
    assert stored(report) == [("number", Decimal(1572), "Số quý II ước.")]

    save(report, {total: "k"})

    assert stored(report) == [("nil", None, "")]


def test_a_cell_emptied_is_missing_not_zero(report, total):
    save(report, {total: "1572"})

    save(report, {total: ""})

    assert stored(report) == [("missing", None, "")]


def test_a_bad_cell_keeps_its_stored_value_and_the_rest_is_saved(report, total, parts):
    section = OutlineSection.objects.get()
    save(report, {total: "1000", parts[0]: "600", parts[1]: "400"})

    faults = save(
        report,
        {total: "1.5", parts[0]: "700", parts[1]: "abc"},
        narratives={section.pk: "Đã mở phiên giao dịch việc làm."},
    )

    assert set(faults) == {total.pk, parts[1].pk}
    assert "1.5" in faults[total.pk]
    assert [value for _, value, _ in stored(report)] == [1000, 700, 400]
    assert report.narratives.get().text == "Đã mở phiên giao dịch việc làm."


def test_a_bad_first_entry_leaves_nothing_behind(report, total):
    assert save(report, {total: "abc"}).keys() == {total.pk}
    assert stored(report) == []


def test_narratives_are_kept_by_section(report):
    first = OutlineSection.objects.get()
    second = OutlineSectionFactory(plan=report.round.plan, heading="Kiến nghị")

    drafts.save_draft(report, Entry(narratives={first.pk: " A. ", second.pk: "B"}), now=NOW)
    drafts.save_draft(report, Entry(narratives={second.pk: ""}), now=NOW)

    kept = report.narratives.order_by("section__position").values_list("section", "text")
    assert list(kept) == [(first.pk, "A."), (second.pk, "")]


def test_saving_one_report_leaves_the_others(report, total):
    other = ReportFactory(round=report.round)
    Figure.objects.create(report=other, indicator=total, status="number", actual=1)

    save(report, {total: "2"})

    assert stored(other) == [("number", Decimal(1), "")]


# The checklist


def missing(report):
    return {indicator.name for indicator in drafts.checklist(report).missing}


def test_every_blank_cell_is_missing(report, total, parts):
    assert missing(report) == {total.name, "Trong tỉnh", "Ngoài tỉnh"}

    save(report, {total: "0", parts[0]: "k", parts[1]: ""})

    assert missing(report) == {"Ngoài tỉnh"}
    assert not drafts.checklist(report).is_clear


@pytest.mark.parametrize("text", ["0", "5", "k", "x"])
def test_zero_a_number_nil_and_not_applicable_are_complete(report, total, text):
    save(report, {total: text})

    assert drafts.checklist(report).is_clear


@pytest.mark.parametrize(
    ("whole", "inside", "outside", "is_broken"),
    [
        ("1000", "600", "400", False),
        ("1000", "600", "300", True),
        ("1000", "600", "401", True),
        ("0,3", "0,1", "0,2", False),  # decimals add up exactly
        ("1000", "1000", "k", False),  # a nil adds nothing
        ("1000", "900", "k", True),
        ("k", "k", "k", False),
        ("k", "0", "5", True),
        ("1000", "600", "", False),  # cannot be judged yet
        ("", "600", "300", False),
        ("1000", "600", "x", False),  # not applicable stays unknown
    ],
)
def test_parts_must_add_up_to_their_whole(report, total, parts, whole, inside, outside, is_broken):
    save(report, {total: whole, parts[0]: inside, parts[1]: outside})

    assert bool(drafts.checklist(report).broken) is is_broken


def test_a_broken_sum_names_both_numbers_and_the_gap(report, total, parts):
    save(report, {total: "1.572", parts[0]: "868", parts[1]: "680"})

    checklist = drafts.checklist(report)

    [fault] = checklist.broken
    assert (fault.total, fault.parent, fault.gap) == (1548, 1572, 24)
    assert str(fault) == ("Lệch 24: Trong tỉnh 868 + Ngoài tỉnh 680 = 1.548, tổng số là 1.572.")
    assert not checklist.is_clear


def test_a_broken_sum_explained_at_its_whole_no_longer_blocks(report, total, parts):
    texts = {total: "1000", parts[0]: "600", parts[1]: "300"}

    save(report, texts, explanations={parts[0].pk: "Ghi ở dòng khác."})
    assert drafts.checklist(report).broken

    save(report, texts, explanations={total.pk: "   "})
    assert drafts.checklist(report).broken

    save(report, texts, explanations={total.pk: "Có 100 lượt đi làm việc ở nước ngoài."})
    assert drafts.checklist(report).is_clear


def test_two_partitions_of_one_whole_are_judged_apart(report, total, parts):
    form = add_breakdown(report, total, ["Qua chương trình", "Tự tìm"], name="Theo hình thức")
    texts = {total: "10", parts[0]: "4", parts[1]: "6", form[0]: "3", form[1]: "8"}

    save(report, texts)

    assert [fault.breakdown.name for fault in drafts.checklist(report).broken] == ["Theo hình thức"]


@pytest.mark.parametrize(("amount", "is_broken"), [("9", False), ("10", False), ("11", True)])
def test_an_amount_included_may_not_exceed_its_whole(report, total, amount, is_broken):
    [new_jobs] = add_breakdown(report, total, ["Việc làm mới"], rule=Breakdown.Rule.OF_WHICH)

    save(report, {total: "10", new_jobs: amount})

    assert bool(drafts.checklist(report).broken) is is_broken


@pytest.mark.parametrize("rule", ["partition", "of_which"])
def test_other_units_are_compared_with_nothing(report, total, rule):
    [people] = add_breakdown(report, total, ["Việc làm mới"], rule=rule)
    people.unit = "người"
    people.save()

    save(report, {total: "10", people: "11"})

    assert drafts.checklist(report).is_clear


def test_an_agency_without_indicators_sends_words(report, total):
    total.reporters.clear()
    assert drafts.checklist(report).is_empty
    assert not drafts.checklist(report).is_clear

    section = OutlineSection.objects.get()
    drafts.save_draft(report, Entry(narratives={section.pk: "  "}), now=NOW)
    assert drafts.checklist(report).is_empty

    drafts.save_draft(report, Entry(narratives={section.pk: "Đã phối hợp."}), now=NOW)
    assert drafts.checklist(report).is_clear


def test_an_agency_with_figures_may_leave_words_out(report, total):
    save(report, {total: "5"})

    assert drafts.checklist(report).is_clear
