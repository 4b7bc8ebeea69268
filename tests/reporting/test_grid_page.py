"""One indicator over all agencies: what staff typed too late is told, never lost in silence."""

import pytest
from django.urls import reverse

from reporting import draft_fields, grid
from tests.drafting import figure, type_in
from tests.factories import at
from tests.page_texts import texts

pytestmark = pytest.mark.usefixtures("the_17th_of_june")


@pytest.fixture
def indicator(report):
    return draft_fields.indicators_asked(report).get()


@pytest.fixture
def save(client, people, report, indicator):
    """Return a function that saves the grid as staff's page has it, with one cell typed."""
    address = reverse("reporting:round-grid", args=[report.round_id, indicator.pk])
    client.force_login(people.staff)

    def post(text):
        data = {f"cell-{report.pk}": text, f"seen-{report.pk}": ""}
        return client.post(address, data, follow=True)

    return post


def test_a_figure_goes_into_the_agencys_draft(save, report, indicator):
    page = texts(save("1.234"))

    assert draft_fields.texts_of(report) == figure(indicator, "1.234")
    assert "số bạn gõ không ghi" not in page


def test_a_figure_typed_for_an_agency_that_has_sent_meanwhile_is_told(save, report, people, submit):
    submit(report, by=people.officer)

    page = texts(save("1.234"))

    assert f"không ghi vào: {report.agency} (“1.234”)" in page
    assert report.latest_version.figures.get().actual == 1572


@pytest.mark.parametrize("text", ["", "1572"])
def test_an_untouched_cell_and_the_figure_that_was_sent_need_no_word(
    save, report, people, submit, text
):
    submit(report, by=people.officer)

    assert "không ghi vào" not in texts(save(text))


def test_a_report_sent_between_reading_and_saving_stops_none_of_the_others(
    report, indicator, people, submit
):
    cells = grid.cells_of(report.round, indicator)
    type_in(report, figure(indicator, "1572"), by=people.officer)
    submit(report, by=people.officer)

    typed = {report.pk: ("1.234", "")}

    assert grid.save_grid(cells, typed, by=people.staff, now=at("2024-06-17")) == {}
    assert grid.left_out(report.round, indicator, typed) == [(report, "1.234")]
