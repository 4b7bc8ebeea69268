"""Tables as .xlsx and .csv: typed cells, text that stays text, print set-up."""

import csv
import datetime as dt
import io
import zipfile
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from agencies.spreadsheets import Column, table_csv, table_workbook
from tests.factories import at

COLUMNS = [Column("Đơn vị", width=40), Column("Số giao"), Column("Tỷ lệ", decimals=2)]
FORMULAS = ["=cmd|'/c calc'!A0", "+84 912", "-5+3", "@SUM(1)", "\t=1", "＝1+1"]


def sheet_of(rows, columns=COLUMNS):
    book = load_workbook(io.BytesIO(table_workbook("Giao chỉ tiêu năm 2024", columns, rows)))
    return book.active


def lines_of(rows, columns=COLUMNS):
    return list(csv.reader(io.StringIO(table_csv(columns, rows).decode("utf-8-sig"))))


def test_numbers_dates_and_words_keep_their_type():
    row = ["Huyện An Minh", 35000, Decimal("6.5"), dt.date(2024, 6, 19), True, None]
    page = sheet_of([row], [*COLUMNS, Column("Ngày"), Column("Đủ"), Column("Ghi chú")])

    cells = page[4]
    assert [cell.value for cell in cells[:3]] == ["Huyện An Minh", 35000, 6.5]
    assert cells[3].value.date() == dt.date(2024, 6, 19)
    assert cells[3].number_format == "dd/mm/yyyy"
    assert [cell.value for cell in cells[4:]] == ["Có", None]
    assert cells[1].number_format == "#,##0"
    assert cells[2].number_format == "#,##0.##"


def test_a_table_prints_on_a4_landscape_with_its_header_on_every_page():
    page = sheet_of([])

    assert page.freeze_panes == "A4"
    assert page.print_title_rows == "$3:$3"
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert [cell.value for cell in page[3]] == ["Đơn vị", "Số giao", "Tỷ lệ"]


@pytest.mark.parametrize(
    ("widths", "printed"),
    [
        ([40, 16, 16], [40, 16, 16]),
        ([45, 90, 14, 60, 12], [33, 66, 14, 44, 12]),
        ([45, 22, 45, *[14] * 9], [20, 20, 20, *[14] * 9]),
        ([16] * 12, [16] * 12),
    ],
)
def test_columns_of_text_give_way_so_that_a_page_prints_in_letters_one_can_read(widths, printed):
    columns = [Column("Cột", width=width) for width in widths]

    page = load_workbook(io.BytesIO(table_workbook("Bảng", columns, []))).active

    assert [page.column_dimensions[c].width for c in "ABCDEFGHIJKL"[: len(widths)]] == printed


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_looks_like_a_formula_stays_text_in_a_workbook(text):
    cell = sheet_of([[text, 1, 1]])["A4"]

    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_looks_like_a_formula_is_shielded_in_a_csv(text):
    assert lines_of([[text, -5, Decimal("6.5")]])[1] == [f"'{text}", "-5", "6,5"]


def test_a_csv_opens_with_its_accents_and_reads_day_first():
    moment = at("2024-06-19", 8, 30)
    content = table_csv(COLUMNS, [[moment.date(), moment, None]])

    assert content.startswith(b"\xef\xbb\xbf")
    assert lines_of([[moment.date(), moment, None]]) == [
        ["Đơn vị", "Số giao", "Tỷ lệ"],
        ["19/06/2024", "19/06/2024 08:30", ""],
    ]


def test_control_characters_and_endless_text_do_not_break_a_workbook():
    page = sheet_of([["a\x00b\x0b", 1, 1], ["x" * 40_000, 1, 1]])

    assert page["A4"].value == "ab"
    assert len(page["A5"].value) == 32_767


def test_a_row_is_as_high_as_its_longest_text_and_still_grows():
    columns = [Column("Nội dung", 10), Column("Số", 8)]
    content = table_workbook("Bảng", columns, [["một hai ba bốn năm sáu", 1], ["ngắn", 2]])

    rows = load_workbook(io.BytesIO(content)).active.row_dimensions
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read("xl/worksheets/sheet1.xml").decode()

    assert (rows[4].height, rows[5].height) == (30, None)
    assert "customHeight" not in text  # Excel would keep such a row as it is
