"""Where a cell is, as Excel writes it."""

from openpyxl.utils import get_column_letter

from agencies.workbooks.grid import MAX_COLUMN, Sheet, read_address

LAST_OF_EXCEL = 16384


def test_a_cell_has_the_address_excel_gives_it():
    sheet = Sheet("Phụ lục")

    for column in (*range(1, MAX_COLUMN + 1), 702, 703, LAST_OF_EXCEL):
        assert sheet.address(7, column) == f"Phụ lục!{get_column_letter(column)}7"


def test_an_address_leads_back_to_its_cell_whatever_the_sheet_is_called():
    for name in ("Phụ lục", "Bảng 1!2", ""):
        for column in (1, 26, 27, 200, LAST_OF_EXCEL):
            assert read_address(Sheet(name).address(110, column)) == (name, 110, column)
