"""Who reports in time: what each cell says, and what enters the rates (R4, R5)."""

import datetime as dt
from decimal import Decimal

import pytest

from agencies.models import Agency
from reporting import extensions, workflow
from reporting.deadlines import Timeliness
from reporting.models import Report, Round
from reporting.timeliness import Punctuality, TimelinessTable
from tests.factories import AgencyFactory, ReportFactory, RoundDueFactory, RoundFactory, at
from tests.many import BigRound

NOW = at("2024-06-25")
STATEMENTS = 11


def sent(report, day, *, last_day=dt.date(2024, 6, 19), state="accepted", by=None):
    """Write a report as sent on a day against a last day, without its workflow."""
    version = report.versions.create(
        number=1, submitted_at=at(day), submitted_by=by, content={}, sha256=""
    )
    Report.objects.filter(pk=report.pk).update(
        state=state,
        latest_version=version,
        first_submitted_at=at(day),
        first_last_day=last_day,
    )
    return version


@pytest.fixture
def user(people):
    return people.staff


def cell_of(report, now=NOW):
    table = TimelinessTable(report.round.plan, now=now)
    lines = table.required + table.invited + table.consolidations
    return next(
        cell for line in lines for cell in line.cells if cell and cell.report.pk == report.pk
    )


@pytest.mark.parametrize(
    ("day", "words", "style"),
    [
        ("2024-06-19", "Đúng hạn", "st-ok"),
        ("2024-06-20", "Trễ 1 ngày", "st-late"),
        ("2024-06-24", "Trễ 5 ngày", "st-late"),
    ],
)
def test_a_sent_report_is_in_time_or_so_many_days_late(day, words, style, report, user):
    sent(report, day, by=user)

    assert (cell_of(report).words, cell_of(report).style) == (words, style)


def test_what_did_not_come_is_missing_once_its_day_has_passed(report):
    assert cell_of(report, now=at("2024-06-19")).words == "Trong hạn"
    assert cell_of(report).words == "Thiếu, quá 6 ngày"
    assert cell_of(report).style == "st-miss"


def test_a_return_and_an_extension_stand_beside_and_change_nothing(report, people, submit):
    extension = extensions.ask_extension(
        report,
        wanted_day=dt.date(2024, 6, 22),
        reason="Mưa lũ.",
        by=people.officer,
        at=at("2024-06-16"),
    )
    extensions.decide_extension(
        extension, granted_day=dt.date(2024, 6, 22), answer="", by=people.staff, at=at("2024-06-17")
    )
    report.refresh_from_db()
    submit(report, by=people.officer, moment=at("2024-06-21"))
    report.refresh_from_db()
    workflow.return_report(
        report, by=people.staff, at=at("2024-06-22"), reason="Sửa.", last_day=dt.date(2024, 6, 24)
    )

    assert cell_of(report, now=at("2024-06-23")).words == "Đúng hạn"
    remarks = list(cell_of(report, now=at("2024-06-23")).remarks)
    assert remarks == ["bị trả lại", "gia hạn đến 22/6"]
    assert "quá hạn bổ sung" in cell_of(report, now=at("2024-06-25")).remarks


@pytest.mark.parametrize(
    ("statuses", "is_nil"),
    [(["nil"], True), (["nil", "number"], False), (["not_applicable"], False)],
)
def test_nothing_happened_is_said_where_no_number_stands(statuses, is_nil, report, user):
    version = sent(report, "2024-06-18", by=user)
    indicators = list(report.round.plan.indicators.all())
    while len(indicators) < len(statuses):
        indicators.append(
            report.round.plan.indicators.create(
                code=f"X{len(indicators)}",
                name="Khác",
                unit="người",
                kind="count",
                combine="sum",
                better="higher",
                position=9,
            )
        )
    for indicator, status in zip(indicators, statuses, strict=True):
        actual = 7 if status == "number" else None
        version.figures.create(indicator=indicator, status=status, actual=actual)

    assert ("không phát sinh" in cell_of(report).remarks) is is_nil


def test_the_invited_the_undated_and_the_not_yet_due_enter_no_rate(report, user):
    round, jurisdiction = report.round, report.agency.jurisdiction
    for _ in range(3):
        sent(ReportFactory(round=round), "2024-06-18", by=user)
    sent(ReportFactory(round=round), "2024-06-21", by=user)
    ReportFactory(round=round, obligation="requested")
    ReportFactory(round=round, last_day=None)
    ReportFactory(round=round, last_day=dt.date(2024, 7, 30))
    ReportFactory(round=round, agency=round.plan.lead_agency, tier="lead")
    board = AgencyFactory(jurisdiction=jurisdiction, kind=Agency.Kind.MANAGEMENT_BOARD)
    sent(ReportFactory(round=round, agency=board), "2024-06-18", by=user)

    table = TimelinessTable(round.plan, now=NOW)

    # three and the board in time, one late, the fixture's own missing
    assert table.total == Punctuality(on_time=4, late=1, missing=1)
    assert table.total.rate == Decimal("66.7")
    assert table.by_kind == [
        ("Ban quản lý", Punctuality(on_time=1)),
        ("UBND cấp huyện", Punctuality(on_time=3, late=1, missing=1)),
    ]
    assert len(table.invited) == 1
    assert [line.agency for line in table.consolidations] == [round.plan.lead_agency]


def test_nothing_due_has_no_rate():
    assert Punctuality.of([Timeliness.INVITED, Timeliness.NOT_YET_DUE]).rate is None


def test_rounds_stand_side_by_side_the_newest_first_and_by_year_on_wish(report):
    plan = report.round.plan
    for month in range(1, 13):
        for year in (2022, 2023):
            end = dt.date(year, month, 28)
            RoundFactory(
                plan=plan,
                kind=Round.Kind.MONTH,
                year=year,
                number=month,
                window_end=end,
                window_start=end.replace(day=1),
            )

    assert [r.year for r in TimelinessTable(plan, now=NOW).rounds] == [2024]
    year = TimelinessTable(plan, now=NOW, shown="2023").rounds
    assert [r.number for r in year] == list(range(12, 0, -1))
    assert len(TimelinessTable(plan, now=NOW, shown="tat-ca").rounds) == 25
    assert TimelinessTable(plan, now=NOW, shown="1e9").year == 2024

    start, end = dt.date(2024, 12, 15), dt.date(2025, 6, 14)
    RoundFactory(plan=plan, year=2025, window_start=start, window_end=end)  # opened ahead
    assert TimelinessTable(plan, now=NOW).year == 2024
    assert TimelinessTable(plan, now=at("2024-12-15")).year == 2025


def test_the_page_costs_the_same_for_120_agencies_and_60_rounds(
    db, client, django_assert_num_queries, settings
):
    settings.PORTAL_TODAY = "2024-06-17T08:00"
    world = BigRound(year=2024)
    world.grow(20)
    client.force_login(world.staff)
    url = f"/ke-hoach/{world.plan.code}/dung-han/?nam=tat-ca"
    with django_assert_num_queries(STATEMENTS):
        assert client.get(url).status_code == 200
    world.grow(100)
    agencies = list(world.group.members.all())
    for number in range(59):
        round = RoundFactory(
            plan=world.plan,
            kind=Round.Kind.MONTH,
            year=2017 + number // 12,
            number=number % 12 + 1,
        )
        RoundDueFactory(round=round)
        Report.objects.bulk_create(Report(round=round, agency=agency) for agency in agencies)

    with django_assert_num_queries(STATEMENTS):
        page = client.get(url).content.decode()
    assert page.count('<th scope="row">') > 120
