"""Remarks at a figure or section, read by both sides, without returning the report."""

import pytest
from django.urls import reverse

from reporting import notes
from reporting.models import Note, Report, Round
from tests.factories import IndicatorFactory, OutlineSectionFactory, at
from tests.page_texts import texts

NOW = at("2024-06-17")


@pytest.fixture
def indicator(report):
    return report.round.plan.indicators.get()


def url(name, report):
    return reverse(f"reporting:{name}", args=[report.pk])


def add(report, by, *, place="", text="Xin xem lại.", moment=NOW):
    return notes.add_note(report, place=place, text=text, by=by, at=moment)


# Where a note may stand


def test_a_note_stands_at_what_the_report_is_asked_for(report, indicator):
    plan = report.round.plan
    IndicatorFactory(plan=plan)  # asked of nobody
    OutlineSectionFactory()  # another plan's
    section = plan.outline.get()

    assert notes.places(report) == [
        (f"figure-{indicator.pk}", str(indicator)),
        (f"narrative-{section.pk}", f"Thuyết minh: {section}"),
    ]


def test_notes_come_in_order_of_time_with_the_words_of_their_place(report, people, indicator):
    later = add(report, people.staff, place=f"figure-{indicator.pk}", moment=at("2024-06-18"))
    first = add(report, people.officer, moment=at("2024-06-17"))

    assert notes.notes_with_places(report, notes.places(report)) == [
        (first, "Cả báo cáo"),
        (later, str(indicator)),
    ]


def test_a_note_on_a_figure_no_longer_asked_for_is_kept(report, people, indicator):
    note = add(report, people.staff, place=f"figure-{indicator.pk}")

    indicator.reporters.clear()

    assert notes.notes_with_places(report, notes.places(report)) == [(note, "Cả báo cáo")]


# Writing


def test_a_note_says_who_when_and_what(report, people):
    note = add(report, people.staff, text="  Số này thấp.\n")

    note.refresh_from_db()
    assert (note.by, note.at, note.text) == (people.staff, NOW, "Số này thấp.")
    event = report.events.get()
    assert (event.action, event.by, event.at) == ("note-added", people.staff, NOW)
    assert event.data == {"note_id": note.pk}


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_a_note_moves_nothing_in_the_report(report, people, submit, state):
    if state == "submitted":
        submit(report, by=people.officer)
    before = Report.objects.filter(pk=report.pk).values().get()

    add(report, people.staff)

    assert Report.objects.filter(pk=report.pk).values().get() == before


def test_a_note_that_cannot_be_written_in_the_book_is_not_kept(report, people):
    report.round_id = 0  # the event asks for the round, the note does not

    with pytest.raises(Round.DoesNotExist):
        add(report, people.staff)

    assert not Note.objects.exists()


# On the pages


@pytest.mark.parametrize("writer", ["officer", "head", "staff"])
def test_each_of_the_two_sides_writes_and_the_others_read(
    client, report, people, indicator, writer
):
    client.force_login(getattr(people, writer))

    response = client.post(
        url("note-add", report),
        {"place": f"figure-{indicator.pk}", "text": "Đã đối chiếu với xã."},
        follow=True,
    )

    assert "Đã ghi chú; hai bên cùng thấy." in texts(response)
    assert Note.objects.get().place == f"figure-{indicator.pk}"
    for reader in (people.officer, people.head, people.staff):
        client.force_login(reader)
        page = texts(client.get(url("report-detail", report)))
        assert f"{indicator} Đã đối chiếu với xã. {getattr(people, writer)}" in page


def test_notes_are_between_the_two_sides(client, report, people):
    add(report, people.staff, text="Số 1.987 chưa khớp.")
    client.force_login(people.leader)

    page = texts(client.get(url("report-detail", report)))

    assert "1.987" not in page
    assert "Thêm ghi chú" not in page


def test_what_a_note_holds_is_text_and_no_markup(client, report, people):
    add(report, people.officer, text="<b>đậm</b>\ndòng hai")
    client.force_login(people.staff)

    page = client.get(url("report-detail", report)).content.decode()

    assert "&lt;b&gt;đậm&lt;/b&gt;<br>dòng hai" in page


@pytest.mark.parametrize("place", ["figure-0", "narrative-999999", "document-number"])
def test_a_place_the_report_does_not_have_is_refused(client, report, people, place):
    client.force_login(people.staff)

    response = client.post(url("note-add", report), {"place": place, "text": "Xin xem lại."})

    assert response.status_code == 422
    assert not Note.objects.exists()
