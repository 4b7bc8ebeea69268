"""Where a cell is, as Excel writes it."""

from openpyxl.utils import get_column_letter

from agencies.workbooks.grid import MAX_COLUMN, Sheet

LAST_OF_EXCEL = 16384


def test_a_cell_has_the_address_excel_gives_it():
    sheet = Sheet("Phụ lục")

    for column in (*range(1, MAX_COLUMN + 1), 702, 703, LAST_OF_EXCEL):
        assert sheet.address(7, column) == f"Phụ lục!{get_column_letter(column)}7"
