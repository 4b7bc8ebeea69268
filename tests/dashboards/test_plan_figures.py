"""From a number to the reports behind it; what an agency was given beside what it did."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.urls import reverse

from reporting import workflow
from targets.models import Allocation
from tests.dashboards.test_progress import first_halves, open_round, send, sheet
from tests.factories import MembershipFactory, at

__all__ = ["first_halves", "open_round", "send", "sheet"]


@pytest.fixture
def leader(sheet):
    return MembershipFactory(role="leader", agency=None, jurisdiction=sheet.plan.jurisdiction).user


def figures_of(sheet, year=2024):
    return reverse("dashboards:plan-figures", args=[sheet.plan.code, year, sheet.total.pk])


def give(sheet, **parts):
    for name, value in parts.items():
        Allocation.objects.create(
            indicator=sheet.total,
            agency=getattr(sheet, name),
            year=2024,
            value=value,
            decided_by="QĐ 1",
        )


def table(client, sheet):
    content = client.get(figures_of(sheet) + "?tai=csv").content.decode("utf-8-sig")
    return {row["Đơn vị"]: row for row in csv.DictReader(io.StringIO(content))}


def test_a_number_leads_to_the_version_it_stands_in_within_two_clicks(
    client, sheet, first_halves, leader
):
    _, reports = first_halves
    client.force_login(leader)

    home = client.get(reverse("dashboards:home")).content.decode()
    assert figures_of(sheet) in home
    page = client.get(figures_of(sheet)).content.decode()

    for name in ("Bắc", "Đông", "Nam"):
        report = reports[name]
        report.refresh_from_db()
        assert report.latest_version.get_absolute_url() in page
    assert reports["Tây"].get_absolute_url() in page


def test_the_table_says_what_each_was_given_and_what_is_missing(
    client, sheet, first_halves, leader
):
    give(sheet, Bắc=10000, Đông=9000, Nam=8000, Tây=8000)
    client.force_login(leader)

    rows = table(client, sheet)

    assert list(rows) == ["Huyện Bắc", "Huyện Đông", "Huyện Nam", "Huyện Tây"]
    north, west = rows["Huyện Bắc"], rows["Huyện Tây"]
    assert [north[name] for name in list(north)[1:8]] == [
        "Đã tiếp nhận",
        "10000",
        "1000",
        "14/06/2024",
        "10",
        "9000",
        "",
    ]
    assert (north["Cùng kỳ năm trước"], north["Tăng, giảm"]) == ("900", "100")
    assert (rows["Huyện Nam"]["Tình trạng"], rows["Huyện Nam"]["Thực hiện lũy kế"]) == (
        "Đã gửi",
        "720",
    )
    assert (west["Thực hiện lũy kế"], west["Còn thiếu so với số giao"]) == ("", "")  # not 0 (R9)


def test_the_table_comes_as_a_workbook_too(client, sheet, first_halves, leader):
    client.force_login(leader)

    response = client.get(figures_of(sheet) + "?tai=xlsx")

    assert response.content.startswith(b"PK")
    assert ".xlsx" in response["Content-Disposition"]


def test_each_year_stands_beside_its_own_target(
    client, sheet, first_halves, open_round, send, leader
):
    sheet.total.targets.create(
        scope="year", year=2023, operator="at_least", low=2000, clause="II", position=9
    )
    send(open_round("year", 2023), sheet.Bắc, "1.900", accept=True)
    client.force_login(leader)

    years = client.get(figures_of(sheet)).context["years"]

    line = next(line for line in years if line.year == 2023)
    assert (line.total, line.percent, line.is_met) == (1900, Decimal("95.0"), False)


@pytest.mark.parametrize("part", ["1/", "999999/"])
def test_another_year_and_another_indicator_are_not_found(client, sheet, leader, part):
    client.force_login(leader)
    other = figures_of(sheet, 2050) if part == "1/" else figures_of(sheet) + part

    assert client.get(other).status_code == 404


def test_accepting_and_returning_change_the_pages_at_the_next_load(
    client, sheet, first_halves, leader
):
    """Nothing is stored beside the reports, so nothing can be stale (issue 7, Shows 6)."""
    _, reports = first_halves
    client.force_login(leader)
    home = reverse("dashboards:home")

    def accepted():
        pages = [client.get(address).content.decode() for address in (home, figures_of(sheet))]
        return [number for number in ("1.850", "2.570", "1.570") if all(number in p for p in pages)]

    assert accepted() == ["1.850"]
    workflow.accept_report(reports["Nam"], by=sheet.by, at=at("2024-06-17"))
    assert accepted() == ["2.570"]
    workflow.return_report(
        reports["Bắc"],
        by=sheet.by,
        at=at("2024-06-17"),
        reason="Sửa số.",
        last_day=dt.date(2024, 6, 21),
    )
    assert accepted() == ["1.570"]
