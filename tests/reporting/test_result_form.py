"""A report's Excel form: what is written comes back, and only into the report it was made for."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from reporting import draft_fields, workflow
from reporting.models import ResultSheet
from reporting.result_form.layout import FIGURES, MARK, WORDS, layout_of
from reporting.result_form.writing import form_workbook
from tests.drafting import figure, type_in
from tests.factories import BreakdownFactory, DutyFactory, IndicatorFactory, ReportFactory, at
from tests.office_files import upload, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media", "the_17th_of_june")]


@pytest.fixture
def indicators(report):
    """The total of the cast's report, its two parts, and a rate; one duty beside them."""
    plan = report.round.plan
    total = plan.indicators.get()
    parts = BreakdownFactory(parent=total)
    inside, outside = (IndicatorFactory(plan=plan, parent=total, breakdown=parts) for _ in "12")
    rate = IndicatorFactory(plan=plan, level=True)
    party = plan.parties.get()
    for indicator in (inside, outside, rate):
        indicator.reporters.add(party)
    DutyFactory(plan=plan).parties.add(party)
    return total, inside, outside, rate


def places(report):
    return {place.name: place for place in layout_of(report).places}


def filled(report, texts):
    """Return the bytes of the report's form with {field name: value} typed into it."""
    book = load_workbook(io.BytesIO(form_workbook(report)))
    for name, value in texts.items():
        place = places(report)[name]
        book[place.sheet][place.reference] = value
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def send(client, report, content, name="bieu.xlsx"):
    return client.post(
        reverse("reporting:result-form", args=[report.pk]), {"file": upload(content, name)}
    )


def done_with_duties(report):
    type_in(report, {f"duty-{duty.pk}": "done" for duty in draft_fields.duties_asked(report)})


def texts(report):
    return {name: text for name, text in draft_fields.texts_of(report).items() if text}


@pytest.mark.parametrize("person", ["officer", "head", "staff"])
def test_a_filled_form_is_shown_then_written_into_the_draft(
    person, report, people, indicators, client
):
    total, inside, outside, rate = indicators
    client.force_login(getattr(people, person))
    [duty] = draft_fields.duties_asked(report)
    content = filled(
        report,
        {
            f"figure-{total.pk}": 1572,
            f"figure-{inside.pk}": "884",
            f"figure-{outside.pk}": "688",
            f"estimate-{total.pk}": "3.100",
            f"figure-{rate.pk}": 0.8,
            f"duty-{duty.pk}": "Đang thực hiện",
            f"words-{duty.pk}": "Đã mở 5 lớp.\nCòn 2 lớp.",
            "as-of": "14/6/2024",
        },
    )

    answer = send(client, report, content)
    page = client.get(answer["Location"]).content.decode()
    assert "8 ô sẽ đổi" in page
    assert texts(report) == {}

    client.post(answer["Location"])
    assert texts(report) == {
        f"figure-{total.pk}": "1.572",
        f"figure-{inside.pk}": "884",
        f"figure-{outside.pk}": "688",
        f"estimate-{total.pk}": "3.100",
        f"figure-{rate.pk}": "0,8",
        f"duty-{duty.pk}": "in_progress",
        f"words-{duty.pk}": "Đã mở 5 lớp.\nCòn 2 lớp.",
        "as-of": "14/6/2024",
    }


def test_a_form_sent_back_as_it_came_changes_nothing(report, people, indicators, client):
    total, inside, _, rate = indicators
    typed = figure(total, "1.572") | figure(inside, "k") | figure(rate, "2,75")
    type_in(report, typed | {"as-of": "14/6/2024", f"explanation-{total.pk}": "=1+1"})
    client.force_login(people.officer)
    before = texts(report)

    answer = send(client, report, form_workbook(report))

    assert "Biểu không làm thay đổi gì" in client.get(answer["Location"]).content.decode()
    client.post(answer["Location"])
    assert texts(report) == before


def test_every_bad_cell_is_named_and_nothing_is_written(report, people, indicators, client):
    total, inside, outside, rate = indicators
    [duty] = draft_fields.duties_asked(report)
    client.force_login(people.officer)
    bad = {
        f"figure-{total.pk}": "15.500 người*",
        f"figure-{inside.pk}": "12(1)",
        f"figure-{outside.pk}": 3.5,
        f"figure-{rate.pk}": -1,
        f"estimate-{total.pk}": "35,000",
        f"duty-{duty.pk}": "gần xong",
        "as-of": "31/6/2024",
    }

    answer = send(client, report, filled(report, bad))
    page = client.get(answer["Location"]).content.decode()
    sheet = ResultSheet.objects.get()
    copy = client.get(reverse("reporting:result-sheet-file", args=[report.pk, sheet.pk, "ghi-chu"]))

    wanted = {places(report)[name].address for name in bad}
    assert {cell for cell, *_ in sheet.problems} == wanted
    assert all(cell in page for cell in wanted)
    book = load_workbook(io.BytesIO(b"".join(copy)))
    commented = {
        f"{s.title}!{c.coordinate}" for s in book for r in s.iter_rows() for c in r if c.comment
    }
    assert commented == wanted
    assert client.post(answer["Location"]).status_code == 422
    assert texts(report) == {}


def test_the_annotated_copy_corrected_is_taken(report, people, indicators, client):
    total, *_ = indicators
    client.force_login(people.officer)
    answer = send(client, report, filled(report, {f"figure-{total.pk}": "nhiều"}))
    sheet = ResultSheet.objects.get()
    copy = client.get(reverse("reporting:result-sheet-file", args=[report.pk, sheet.pk, "ghi-chu"]))
    book = load_workbook(io.BytesIO(b"".join(copy)))
    place = places(report)[f"figure-{total.pk}"]
    book[place.sheet][place.reference] = 1572
    content = io.BytesIO()
    book.save(content)

    answer = send(client, report, content.getvalue())
    client.post(answer["Location"])

    assert texts(report) == {f"figure-{total.pk}": "1.572"}


def test_what_somebody_else_changed_meanwhile_is_shown_and_not_overwritten(
    report, people, indicators, client
):
    total, inside, *_ = indicators
    type_in(report, figure(total, "1.000") | figure(inside, "5"))
    content = filled(report, {f"figure-{total.pk}": 1572})
    type_in(report, figure(total, "1.111") | figure(inside, "6"), by=people.staff)
    client.force_login(people.officer)

    answer = client.post(send(client, report, content)["Location"])

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "1.572" in page
    assert "1.111" in page
    # The form brings the second field as it was filled: untouched, so no conflict.
    assert texts(report) == {f"figure-{total.pk}": "1.111", f"figure-{inside.pk}": "6"}


def test_a_form_of_another_agency_round_or_version_is_refused_with_the_reason(
    report, people, indicators, client, submit
):
    other = ReportFactory(round=report.round)
    client.force_login(people.officer)

    page = send(client, report, form_workbook(other))
    assert page.status_code == 422
    assert f"Biểu này của {other.agency}" in page.content.decode()

    first = form_workbook(report)
    done_with_duties(report)
    submit(report, by=people.officer, text="0")
    report.refresh_from_db()
    workflow.return_report(
        report,
        by=people.staff,
        at=at("2024-06-18"),
        reason="Sửa số.",
        last_day=at("2024-06-21").date(),
    )
    page = send(client, report, first).content.decode()
    assert "của lần gửi 1, báo cáo đang soạn lần gửi 2" in page


def test_a_form_from_before_the_plan_changed_is_refused(report, people, indicators, client):
    content = form_workbook(report)
    added = IndicatorFactory(plan=report.round.plan)
    added.reporters.add(report.round.plan.parties.get())
    client.force_login(people.officer)

    assert "Biểu này cũ" in send(client, report, content).content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a;b", "lại bằng Excel"),
        (workbook(["Chỉ tiêu", 1]), "không phải biểu báo cáo tải từ cổng"),
    ],
    ids=["csv", "workbook"],
)
def test_what_is_no_form_is_refused_with_the_way_out(content, words, report, people, client):
    client.force_login(people.officer)

    page = send(client, report, content)

    assert page.status_code == 422
    assert words in page.content.decode()
    assert not ResultSheet.objects.exists()


def test_a_report_sent_meanwhile_takes_no_form(report, people, indicators, client, submit):
    client.force_login(people.officer)
    total = indicators[0]
    answer = send(client, report, filled(report, {f"figure-{total.pk}": 9}))
    done_with_duties(report)
    submit(report, by=people.officer, text="0")

    page = client.post(answer["Location"], follow=True)

    assert "Báo cáo đã được gửi" in page.content.decode()
    assert texts(report)[f"figure-{total.pk}"] == "0"


def test_only_input_cells_are_unlocked_and_the_mark_is_hidden(report, indicators):
    book = load_workbook(io.BytesIO(form_workbook(report)))

    unlocked = {
        f"{s.title}!{c.coordinate}"
        for s in book
        for row in s.iter_rows()
        for c in row
        if not c.protection.locked
    }
    assert unlocked == {place.address for place in places(report).values()}
    assert all(sheet.protection.sheet for sheet in book)
    assert book[MARK].sheet_state == "veryHidden"
    assert book[FIGURES].data_validations.dataValidation
    assert book[WORDS]["A1"].value.startswith("Báo cáo")
    assert all(not str(c.value).startswith("#") for c in book[FIGURES]["A"])
