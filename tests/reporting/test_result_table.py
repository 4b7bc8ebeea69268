"""A free table of results of many agencies, written by staff into the drafts of open reports."""

import pytest
from django.urls import reverse

from reporting import draft_fields
from reporting.models import ResultSheet
from tests.drafting import figure, type_in
from tests.factories import IndicatorFactory, PartyFactory, ReportFactory
from tests.office_files import upload, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media", "the_17th_of_june")]


@pytest.fixture
def world(report, people, client):
    """Two open reports asked for two indicators; staff signed in."""
    plan = report.round.plan
    first = plan.indicators.get()
    second = IndicatorFactory(plan=plan, name="Việc làm mới")
    party = PartyFactory(plan=plan)
    fellow = ReportFactory(round=report.round, agency=party.agency)
    second.reporters.set(plan.parties.all())
    first.reporters.add(party)
    client.force_login(people.staff)
    return report, fellow, first, second


def send(client, round, *rows):
    page = reverse("reporting:result-upload", args=[round.pk])
    return client.post(page, {"file": upload(workbook(*rows), "ket-qua.xlsx")})


def texts(report):
    return {name: text for name, text in draft_fields.texts_of(report).items() if text}


def test_a_table_is_shown_by_agency_and_indicator_then_written(world, client):
    report, fellow, first, second = world
    type_in(fellow, figure(first, "5") | figure(second, "7"))

    answer = send(
        client,
        report.round,
        ["TT", "Đơn vị", first.name, second.name],
        [1, report.agency.name, 1572, "1.000"],
        [2, fellow.agency.name, 5, 8],
        [None, "Tổng số", 1577, 1008],
    )
    page = client.get(answer["Location"]).content.decode()

    assert "2 mới, 1 thay đổi, 1 không đổi" in page
    assert "<del>7</del>" in page
    assert texts(report) == {}
    client.post(answer["Location"])
    assert texts(report) == figure(first, "1.572") | figure(second, "1.000")
    assert texts(fellow) == figure(first, "5") | figure(second, "8")


def test_every_fault_is_named_at_its_cell_and_nothing_is_written(world, client):
    report, fellow, first, second = world

    answer = send(
        client,
        report.round,
        ["Đơn vị", first.name, second.name],
        [report.agency.name, "12(1)", 3.5],
        ["UBND huyện Không Có", 1, 2],
        [fellow.agency.name, 4, 5],
        [fellow.agency.name, 6, 7],
    )

    sheet = ResultSheet.objects.get()
    cells = {cell.rpartition("!")[2] for cell, *_ in sheet.problems}
    assert cells == {"B2", "C2", "A3", "A5"}
    assert sheet.annotated
    assert client.post(answer["Location"]).status_code == 422
    assert texts(fellow) == {}


def test_a_report_that_is_sent_already_is_named_and_left_out(world, client, people, submit):
    report, fellow, first, second = world
    submit(report, by=people.officer, text="1")

    answer = send(
        client,
        report.round,
        ["Đơn vị", first.name, second.name],
        [report.agency.name, 9, 9],
        [fellow.agency.name, 4, 5],
    )
    page = client.get(answer["Location"]).content.decode()
    client.post(answer["Location"])

    assert "đã gửi: không ghi dòng này" in page
    assert texts(report)[f"figure-{first.pk}"] == "1"
    assert texts(fellow) == figure(first, "4") | figure(second, "5")


def test_what_an_agency_changed_meanwhile_is_told_and_kept(world, client, people):
    report, _, first, second = world
    head = ["Đơn vị", first.name, second.name]
    answer = send(client, report.round, head, [report.agency.name, 9, 8])
    type_in(report, figure(first, "7"), by=people.officer)

    page = client.post(answer["Location"])

    assert page.status_code == 422
    assert "trừ những ô người khác vừa sửa" in page.content.decode()
    assert texts(report) == figure(first, "7") | figure(second, "8")


def test_a_table_of_something_else_is_refused_with_what_is_wanted(world, client):
    report, *_ = world

    answer = send(client, report.round, ["Họ và tên", "Lương"], ["An", 1])

    assert answer.status_code == 422
    assert "cần cột “Đơn vị”" in answer.content.decode()
