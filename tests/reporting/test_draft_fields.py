"""Fields of a draft: saved one by one on what was last seen, nothing of another's lost (R17)."""

import random
import re
import time
import unicodedata
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from reporting import draft_fields, workflow
from reporting.draft_fields import ReportIsSent, save_fields
from reporting.models import DraftField, OutlineSection, ReportVersion
from targets.models import Indicator
from tests.at_once import at_once
from tests.drafting import type_in
from tests.factories import (
    DutyFactory,
    IndicatorFactory,
    OutlineSectionFactory,
    PartyFactory,
    at,
)
from tests.page_texts import texts

NOW, LATER = at("2024-06-17"), at("2024-06-17", 10)


@pytest.fixture
def cell(report):
    """The name of the one cell the report has."""
    return f"figure-{Indicator.objects.get(plan=report.round.plan).pk}"


@pytest.fixture
def words(report):
    """The name of its one section."""
    return f"narrative-{OutlineSection.objects.get(plan=report.round.plan).pk}"


def save(report, by, **typed):
    return save_fields(report, typed, by=by, now=LATER)


def stored(report):
    return draft_fields.texts_of(report)


# Two people


def test_of_two_in_one_field_the_second_is_shown_both_and_overwrites_nothing(report, people, cell):
    save_fields(report, {cell: ("884", "")}, by=people.officer, now=NOW)

    [conflict] = save(report, people.head, **{cell: ("900", "")})

    assert (conflict.name, conflict.mine, conflict.theirs) == (cell, "900", "884")
    assert (conflict.by, conflict.at) == (people.officer, NOW)
    assert stored(report) == {cell: "884"}


def test_what_else_the_second_typed_is_saved(report, people, cell, words):
    save(report, people.officer, **{cell: ("884", "")})

    conflicts = save(report, people.head, **{cell: ("900", ""), words: ("Đã họp.", "")})

    assert [conflict.name for conflict in conflicts] == [cell]
    assert stored(report) == {cell: "884", words: "Đã họp."}


def test_different_fields_never_conflict(report, people, cell, words):
    everything_as_shown = {cell: ("", ""), words: ("", "")}

    first = save(report, people.officer, **everything_as_shown | {cell: ("884", "")})
    second = save(report, people.head, **everything_as_shown | {words: ("Đã họp.", "")})

    assert first == second == []
    assert stored(report) == {cell: "884", words: "Đã họp."}
    fields = DraftField.objects.filter(report=report)
    assert set(fields.values_list("name", "saved_by")) == {
        (cell, people.officer.pk),
        (words, people.head.pk),
    }


def test_saving_again_what_is_saved_is_no_conflict(report, people, cell):
    save(report, people.officer, **{cell: ("884", "")})

    assert save(report, people.officer, **{cell: ("884", "")}) == []  # the answer was lost
    assert save(report, people.head, **{cell: ("884", "700")}) == []  # both typed the same
    assert stored(report) == {cell: "884"}


def test_a_field_left_alone_takes_nothing_back(report, people, cell):
    save(report, people.officer, **{cell: ("884", "")})

    assert save(report, people.head, **{cell: ("", "")}) == []

    assert stored(report) == {cell: "884"}


def test_on_what_was_seen_a_field_is_changed_and_emptied(report, people, cell):
    save(report, people.officer, **{cell: ("884", "")})

    assert save(report, people.head, **{cell: ("900", "884")}) == []
    assert stored(report) == {cell: "900"}
    assert save(report, people.officer, **{cell: ("", "900")}) == []
    assert stored(report) == {cell: ""}


def test_emptying_against_anothers_value_is_a_conflict_too(report, people, cell):
    save(report, people.officer, **{cell: ("884", "")})
    save(report, people.officer, **{cell: ("885", "884")})

    [conflict] = save(report, people.head, **{cell: ("", "884")})

    assert (conflict.mine, conflict.theirs) == ("", "885")
    assert stored(report) == {cell: "885"}


def test_a_conflict_not_settled_stays_one_whatever_was_seen(report, people, cell):
    save(report, people.officer, **{cell: ("884", "")})

    assert len(save(report, people.head, **{cell: ("900", None)})) == 1
    assert len(save(report, people.head, **{cell: ("", None)})) == 1
    assert save(report, people.head, **{cell: ("884", None)}) == []  # given in by hand
    assert stored(report) == {cell: "884"}


# What is stored


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  884 ", "884"),
        ("dòng 1\r\ndòng 2", "dòng 1\ndòng 2"),
        ("a\0b", "ab"),
        (unicodedata.normalize("NFD", "Đã triển khai."), "Đã triển khai."),
    ],
)
def test_texts_are_stored_composed_with_plain_line_ends(report, people, words, typed, kept):
    save(report, people.officer, **{words: (typed, "")})

    assert stored(report) == {words: kept}
    # What a browser sends back as seen compares equal.
    assert save(report, people.head, **{words: ("mới", typed)}) == []


def test_the_moment_is_kept_only_when_something_changed(report, people, cell):
    save_fields(report, {cell: ("884", "")}, by=people.officer, now=NOW)
    save_fields(report, {cell: ("884", "884")}, by=people.head, now=LATER)

    report.refresh_from_db()
    assert report.saved_at == NOW
    assert report.draft_fields.get().saved_by == people.officer


def test_autosaves_are_no_events(report, people, cell):
    save(report, people.officer, **{cell: ("884", "")})

    assert not report.events.exists()


def test_the_form_has_fields_for_what_is_asked_of_this_agency_alone(report, cell, words):
    plan = report.round.plan
    own, other = DutyFactory.create_batch(2, plan=plan)
    own.parties.set(plan.parties.filter(agency=report.agency))
    other.parties.add(PartyFactory(plan=plan))
    IndicatorFactory(plan=plan)
    OutlineSectionFactory()
    number = cell.removeprefix("figure-")

    assert draft_fields.names_asked(report) == {
        "as-of",
        "document-number",
        "document-date",
        cell,
        f"estimate-{number}",
        f"explanation-{number}",
        f"duty-{own.pk}",
        f"words-{own.pk}",
        words,
    }


@pytest.mark.parametrize("state", ["submitted", "accepted"])
def test_a_sent_report_takes_nothing(report, people, submit, cell, state):
    submit(report, by=people.officer)
    if state == "accepted":
        workflow.accept_report(report, by=people.staff, at=NOW)
    before = stored(report)

    with pytest.raises(ReportIsSent):
        save(report, people.officer, **{cell: ("900", before[cell])})

    assert stored(report) == before


# Over the page


@pytest.fixture
def clients(people):
    """Two browsers: the officer's and the head's."""
    pair = Client(), Client()
    for client, person in zip(pair, (people.officer, people.head), strict=True):
        client.force_login(person)
    return pair


def url(name, report):
    return reverse(f"reporting:{name}", args=[report.pk])


def fields_of(response):
    """Return the hidden fields of a page by name."""
    found = re.findall(r'name="([\w-]+)" value="([^"]*)"', response.content.decode())
    return {name: unescape(value) for name, value in found if re.match("seen|theirs", name)}


def test_the_page_shows_both_values_with_a_choice(report, clients, people, cell):
    mine, theirs = clients
    seen = fields_of(mine.get(url("report-edit", report)))
    theirs.post(url("report-edit", report), {cell: "884"})

    response = mine.post(url("report-edit", report), seen | {cell: "900"})

    assert response.status_code == 422
    page = texts(response)
    assert f"{people.head} vừa sửa ô này thành “884”" in page
    assert "bạn gõ “900”" in page
    assert 'value="900"' in response.content.decode()
    assert response.content.decode().count(f'name="settle-{cell}"') == 2
    assert stored(report)[cell] == "884"


@pytest.mark.parametrize(("choice", "kept"), [("mine", "900"), ("theirs", "884")])
def test_the_choice_settles_it(report, clients, cell, choice, kept):
    mine, theirs = clients
    theirs.post(url("report-edit", report), {cell: "884"})
    shown = fields_of(mine.post(url("report-edit", report), {cell: "900"}))

    response = mine.post(
        url("report-edit", report), shown | {cell: "900", f"settle-{cell}": choice}
    )

    assert response.status_code == 302
    assert stored(report)[cell] == kept


def test_without_a_choice_the_conflict_stays_and_nothing_is_sent(report, clients, cell):
    mine, theirs = clients
    theirs.post(url("report-edit", report), {cell: "884"})
    shown = fields_of(mine.post(url("report-edit", report), {cell: "900"}))

    for page in ("report-edit", "report-submit"):
        response = mine.post(url(page, report), shown | {cell: "900"})
        assert response.status_code == 422
        assert "bạn gõ “900”" in texts(response)
    assert stored(report)[cell] == "884"
    assert not ReportVersion.objects.exists()


def test_a_third_value_saved_meanwhile_is_not_overwritten_by_the_choice(report, clients, cell):
    mine, theirs = clients
    theirs.post(url("report-edit", report), {cell: "884"})
    shown = fields_of(mine.post(url("report-edit", report), {cell: "900"}))
    theirs.post(url("report-edit", report), {cell: "885", f"seen-{cell}": "884"})

    response = mine.post(
        url("report-edit", report), shown | {cell: "900", f"settle-{cell}": "mine"}
    )

    assert response.status_code == 422
    assert "“885”" in texts(response)
    assert stored(report)[cell] == "885"


def test_the_part_for_the_page_counts_as_seen_only_what_the_page_shows(
    report, clients, cell, words
):
    mine, theirs = clients
    theirs.post(url("report-field", report), {words: "Của đồng nghiệp."})
    everything = {cell: "900", f"seen-{cell}": "", words: "", f"seen-{words}": ""}

    response = mine.post(url("report-field", report), everything)

    part = response.content.decode()
    assert response.status_code == 200
    assert fields_of(response)[f"seen-{cell}"] == "900"
    # A field left alone gets the colleague's value.
    assert f'data-take="{words}" data-text="Của đồng nghiệp."' in part
    assert f"seen-{words}" not in fields_of(response)  # it is not seen before it is there
    assert response["X-Conflicts"] == ""
    assert stored(report) == {cell: "900", words: "Của đồng nghiệp."}


def test_the_part_for_the_page_leaves_a_field_in_conflict_as_it_was_seen(report, clients, cell):
    mine, theirs = clients
    theirs.post(url("report-field", report), {cell: "884"})

    response = mine.post(url("report-field", report), {cell: "900", f"seen-{cell}": ""})

    assert response.status_code == 200
    assert response["X-Conflicts"] == cell
    assert f"seen-{cell}" not in fields_of(response)
    assert f'data-take="{cell}"' not in response.content.decode()
    assert fields_of(response)[f"theirs-{cell}"] == "884"


def test_the_part_for_the_page_says_that_the_report_was_sent_meanwhile(
    report, clients, people, submit, cell
):
    mine, _ = clients
    submit(report, by=people.head)

    response = mine.post(url("report-field", report), {cell: "900"})

    assert response.status_code == 409
    assert "đã được gửi" in response.content.decode()
    assert stored(report)[cell] == "1572"


# At the same moment, over connections of their own


def edits(report, names, number, by, times):
    """Change random fields on what was last seen in them; return what was saved and refused."""
    choice = random.Random(number)  # noqa: S311
    saved, refused = [], []
    for turn in range(times):
        name, text = choice.choice(names), f"{number}-{turn}"
        seen = stored(report).get(name, "")
        conflicts = save_fields(report, {name: (text, seen)}, by=by, now=NOW)
        (refused if conflicts else saved).append((name, seen, text))
    return saved, refused


@pytest.mark.django_db(transaction=True)
def test_of_200_edits_by_twenty_people_each_is_saved_or_told_and_none_is_written_over(
    report, people
):
    names = [f"figure-{n}" for n in range(4)]
    began = time.monotonic()

    results = at_once(
        lambda number: edits(report, names, number, people.officer, 10), 20, refusal=ReportIsSent
    )

    assert time.monotonic() - began < 10
    saved = [edit for done, _ in results for edit in done]
    refused = [edit for _, told in results for edit in told]
    assert len(saved) + len(refused) == 200
    assert refused  # they did meet in one field
    for name in names:
        follows = {seen: text for field, seen, text in saved if field == name}
        # Each saved text stands on the one saved before it: a chain without a fork.
        assert len(follows) == sum(field == name for field, _, _ in saved)
        text, length = "", 0
        while text in follows:
            text, length = follows[text], length + 1
        assert length == len(follows)
        assert stored(report).get(name, "") == text


@pytest.mark.django_db(transaction=True)
def test_an_edit_beside_the_sending_is_in_the_version_or_refused(report, people, fill_in):
    sections = OutlineSectionFactory.create_batch(20, plan=report.round.plan)
    fill_in(report)
    seen = stored(report)

    def edit_or_send(number):
        if number == 10:
            return workflow.submit_report(report_of(report), by=people.head, at=NOW)
        done = []
        for turn in range(5):
            name, text = f"narrative-{sections[number].pk}", f"Lần {turn} của {number}"
            before = done[-1][1] if done else seen[name]
            try:
                save_fields(report, {name: (text, before)}, by=people.officer, now=NOW)
            except ReportIsSent:
                break
            done.append((name, text))
        return done

    results = at_once(edit_or_send, 20, refusal=workflow.TransitionError)

    version = ReportVersion.objects.get()
    sent = [section["text"] for section in version.content["narratives"]]
    for number, done in enumerate(results):
        if number != 10:
            assert (done[-1][1] if done else "Đã triển khai.") in sent
    assert [stored(report)[f"narrative-{s.pk}"] for s in sections] == sent[-20:]


def report_of(report):
    return type(report).objects.get(pk=report.pk)


@pytest.mark.django_db(transaction=True)
def test_twenty_who_settle_at_once_on_one_value_leave_one_winner(report, people, cell):
    type_in(report, {cell: "0"})

    results = at_once(
        lambda number: save_fields(
            report, {cell: (str(number + 1), "0")}, by=people.officer, now=NOW
        ),
        20,
        refusal=ReportIsSent,
    )

    winners = [number for number, conflicts in enumerate(results) if not conflicts]
    assert len(winners) == 1
    assert stored(report)[cell] == str(winners[0] + 1)
    told = {conflict.theirs for conflicts in results for conflict in conflicts}
    assert told == {stored(report)[cell]}
