"""Filters, order and groups of a matrix: addresses in, lines out; no database."""

import datetime as dt

import pytest

from agencies.models import Agency
from agencies.vietnamese import fold
from reporting.deadlines import Timeliness
from reporting.matrix_flags import Flag
from reporting.matrix_view import Wanted, counts, grouped, times_of
from reporting.models import Report, ReportVersion
from reporting.round_matrix import Line, Share
from tests.factories import at


def line(name="UBND huyện Hòn Đất", state="draft", time="not_yet_due", **fields):
    kind = fields.pop("kind", Agency.Kind.DISTRICT_PEOPLES_COMMITTEE)
    sent, flag = fields.pop("sent", None), fields.pop("flag", None)
    report = Report(
        state=state,
        agency=Agency(name=name, name_fold=fold(name), kind=kind),
        obligation=fields.pop("obligation", "required"),
        saved_at=fields.pop("saved_at", None),
        latest_version=ReportVersion(number=1, submitted_at=sent) if sent else None,
    )
    return Line(
        report=report,
        timeliness=Timeliness(time),
        days_late=fields.pop("days_late", 0),
        outstanding=fields.pop("outstanding", False),
        figures=Share(0, 1),
        duties=Share(0, 1),
        flags=(Flag("Cần xem"),) if flag else (),
    )


def names(lines):
    return [line.report.agency.name for line in lines]


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ({}, True),
        ({"trang-thai": "chua-bat-dau"}, True),
        ({"trang-thai": "da-tiep-nhan"}, False),
        ({"trang-thai": "bịa đặt"}, True),  # no value of ours: as if not given
        ({"thoi-han": "trong-han"}, True),
        ({"thoi-han": "qua-han"}, False),
        ({"loai": "district_peoples_committee"}, True),
        ({"loai": "department"}, False),
        ({"co": "1"}, False),
        ({"tim": "hon dat"}, True),
        ({"tim": "HÒN  ĐẤT"}, True),
        ({"tim": "rạch giá"}, False),
    ],
)
def test_an_address_chooses_lines(address, taken):
    assert Wanted.from_address(address, order="ten").takes(line()) == taken


def test_a_returned_report_is_found_under_both_its_facts():
    returned = line(state="returned", time="on_time", outstanding=True)

    assert times_of(returned) == ["dung-han", "qua-han-bo-sung"]


def test_an_address_of_a_choice_gives_the_choice_again():
    wanted = Wanted("cho-xem-xet", "tre", "department", True, "hòn đất & a", "gui")
    data = dict(pair.split("=") for pair in wanted.address()[1:].split("&"))

    assert data["trang-thai"] == "cho-xem-xet"
    assert "h%C3%B2n" in data["tim"]
    assert "%26" in data["tim"]
    assert Wanted().address(state="tra-lai") == "?trang-thai=tra-lai&xep=ten"


def test_every_state_is_counted_also_at_zero():
    lines = [line(), line(saved_at=at("2024-06-01")), line(state="accepted", sent=at("2024-06-02"))]

    assert counts(lines) == {
        "chua-bat-dau": 1,
        "dang-soan": 1,
        "cho-xem-xet": 0,
        "tra-lai": 0,
        "da-tiep-nhan": 1,
    }


def test_work_comes_first_and_the_oldest_of_it_before_the_younger():
    lines = [
        line("A, còn hạn"),
        line("B, đã nhận", "accepted", "on_time", sent=at("2024-06-01")),
        line("C, quá hạn", time="missing", days_late=3),
        line("D, mới gửi", "submitted", "on_time", sent=at("2024-06-12")),
        line("E, gửi lâu", "submitted", "on_time", sent=at("2024-06-10")),
        line("F, xin gia hạn", flag=True),
    ]

    groups = [names(group) for _, group in grouped(lines, "viec")]

    assert groups == [
        ["E, gửi lâu", "D, mới gửi"],
        ["C, quá hạn", "F, xin gia hạn"],
        ["A, còn hạn"],
        ["B, đã nhận"],
    ]


def test_by_name_agencies_stand_by_kind_and_the_invited_last():
    lines = [
        line("Báo tỉnh", kind="media", obligation="requested", time="invited"),
        line("Huyện A"),
        line("Sở B", kind="department"),
        line("Huyện C"),
    ]

    assert [(heading, names(group)) for heading, group in grouped(lines, "ten")] == [
        ("Sở", ["Sở B"]),
        ("UBND cấp huyện", ["Huyện A", "Huyện C"]),
        ("Đề nghị cung cấp", ["Báo tỉnh"]),
    ]


def test_the_last_sent_and_the_latest_late_can_stand_first():
    lines = [
        line("A"),
        line("B", "accepted", "late", days_late=2, sent=at(dt.date(2024, 6, 21))),
        line("C", "accepted", "late", days_late=9, sent=at(dt.date(2024, 6, 28))),
    ]

    assert [names(group) for _, group in grouped(lines, "gui")] == [["C", "B", "A"]]
    assert [names(group) for _, group in grouped(lines, "tre")] == [["C", "B", "A"]]
