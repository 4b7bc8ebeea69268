"""What a draft says: the meaning of typed text (R9), read as figures, duties and words."""

import datetime as dt
import unicodedata
from decimal import Decimal

import pytest

from reporting import draft_fields, drafts, workflow
from reporting.drafts import Draft, read_cell, read_day
from reporting.models import OutlineSection
from targets.models import Indicator
from targets.numerals import NumeralError
from tests.drafting import explanation, narrative, type_figures, type_in
from tests.factories import (
    DutyFactory,
    IndicatorFactory,
    OutlineSectionFactory,
    PartyFactory,
    ReportFactory,
    at,
)

NOW = at("2024-06-17")


def stored(report):
    figures = Draft(report).figures.values()
    return [(f.status, f.actual, f.explanation) for f in figures]


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
    type_figures(report, {total: "1.572"})

    report.refresh_from_db()
    assert (report.state, report.saved_at) == ("draft", NOW)
    assert not report.versions.exists()
    assert stored(report) == [("number", Decimal(1572), "")]


def test_saving_again_replaces(report, total):
    type_figures(report, {total: "1572"}, **explanation(total, " Số quý II ước. "))
    assert stored(report) == [("number", Decimal(1572), "Số quý II ước.")]

    type_figures(report, {total: "k"})

    assert stored(report) == [("nil", None, "Số quý II ước.")]


def test_a_cell_emptied_is_missing_not_zero(report, total):
    type_figures(report, {total: "1572"})

    type_figures(report, {total: ""})

    assert stored(report) == [("missing", None, "")]


def test_a_bad_cell_is_kept_as_typed_with_its_message_and_the_rest_is_saved(report, total, parts):
    section = OutlineSection.objects.get()
    type_figures(
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


def test_people_are_counted_whole_and_a_rate_may_have_decimals(report, total):
    type_figures(report, {total: "10,5"}, **{f"estimate-{total.pk}": "20,5"})
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
    type_figures(other, {total: "1"})

    type_figures(report, {total: "2"})

    assert stored(other) == [("number", Decimal(1), "")]


def test_a_sent_version_reads_like_the_draft_it_was(report, total, parts, people):
    texts = {total: "1.572", parts[0]: "k", parts[1]: "x"}
    type_figures(report, texts, **{f"estimate-{total.pk}": "3000"}, **explanation(total, "Ước."))
    before = list(Draft(report).figures.values())

    version = workflow.submit_report(report, by=people.officer, at=NOW)
    after = drafts.sent_figures(version)

    for was, sent in zip(before, after, strict=True):
        assert (sent.indicator, sent.status, sent.actual) == (was.indicator, was.status, was.actual)
        assert (sent.estimate, sent.explanation) == (was.estimate, was.explanation)
    assert [figure.typed for figure in after] == ["1.572", "không phát sinh", "không áp dụng"]
    assert after[0].typed_estimate == "3.000"


def test_a_duty_binds_by_name_or_through_a_group_and_once(report, duty):
    group = PartyFactory(plan=report.round.plan, group=True)
    group.members.add(report.agency)
    duty.parties.add(group)
    through_group = DutyFactory(plan=report.round.plan)
    through_group.parties.add(group)
    DutyFactory(plan=report.round.plan)  # of nobody here

    assert list(draft_fields.duties_asked(report)) == [duty, through_group]
