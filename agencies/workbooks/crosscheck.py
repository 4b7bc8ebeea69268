"""
Two independent readers must find the same filled cells, or the file is refused.

openpyxl and calamine fail in different places, each in silence: a wrong <dimension>, two parts of
one name, error cells read as blanks. Each counts in its own child process.
"""

from agencies.workbooks import grid
from agencies.workbooks.guard import SAVE_AS_XLSX
from agencies.workbooks.problems import Refused

_MODULUS = 2**61 - 1


class Tally:
    """How many cells are filled and where, whatever the order they came in."""

    def __init__(self):
        self.count = self.places = 0

    def add(self, row, cells):
        """Count (column, Cell) pairs; errors and uncomputed formulas are blanks to calamine."""
        for column, cell in cells:
            if cell.kind not in (grid.ERROR, grid.UNCOMPUTED) and cell.value.strip():
                self.add_place(row, column)

    def add_place(self, row, column):
        self.count += 1
        # A tuple of numbers has one hash in every process.
        self.places = (self.places + hash((row, column))) % _MODULUS

    def result(self):
        return [self.count, self.places]


def count_with_calamine(path):
    """Yield (sheet name, tally) as calamine sees the file. Runs in a child: it may abort."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    book = CalamineWorkbook.from_filelike(path.open("rb"))
    for facts in book.sheets_metadata:
        if facts.typ == SheetTypeEnum.WorkSheet:
            yield facts.name, _tally(book.get_sheet_by_name(facts.name))


def _tally(sheet):
    tally = Tally()
    first_row, first_column = sheet.start or (0, 0)
    for row, values in enumerate(sheet.to_python(skip_empty_area=True), first_row + 1):
        for column, value in enumerate(values, first_column + 1):
            if not isinstance(value, str) or value.strip():
                tally.add_place(row, column)
    return tally.result()


def check_agreement(ours, theirs):
    """Raise Refused unless both readers tell the same of every sheet (name → tally)."""
    odd = [name for name, tally in ours.items() if theirs.get(name) != tally]
    if odd:
        raise Refused(
            f"Hai cách đọc cho kết quả khác nhau ở trang tính “{odd[0]}”, không dám đoán. "
            f"{SAVE_AS_XLSX}"
        )
