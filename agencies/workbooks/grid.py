"""A sheet as the readers hand it over: filled cells by row and column, and what is merged."""

from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

MAX_ROW, MAX_COLUMN = 110_000, 200  # the last that are read
NUMBER, TEXT, BOOL, DATE, ERROR, UNCOMPUTED = "n", "s", "b", "d", "e", "f"
# Flags beside a value.
PERCENT, FORMULA, LINKED, TCVN3_FONT, VNI_FONT = "%", "f", "x", "t", "v"


class Cell(NamedTuple):
    """`value` is the file's own text of the number, text, date (ISO), error or formula."""

    kind: str
    value: str
    flags: str = ""


BLANK = Cell(TEXT, "")


# Not openpyxl's, which the child that only counts would load whole.
@cache
def column_letters(column):
    """Return the letters of a column counted from 1: A to Z, then AA."""
    above, place = divmod(column - 1, 26)
    return (column_letters(above) if above else "") + chr(ord("A") + place)


def read_address(address):
    """Return (“Phụ lục”, 7, 3) of “Phụ lục!C7”: sheet, row, column."""
    sheet, _, cell = address.rpartition("!")
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return sheet, int(cell[len(letters) :]), column


def shared_cells():
    """Return a function that makes Cells, one for all alike: names repeat by the thousand."""
    known = {}

    def make(*parts):
        cell = Cell(*parts)
        return known.setdefault(cell, cell)

    return make


class Area(NamedTuple):
    """A merged range; all four ends belong to it."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def size(self):
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)


@dataclass
class Sheet:
    """
    `rows` holds filled cells only: {row: {column: Cell}}, both counted from 1.

    `title` are the words above a table of Word (`is_of_word`); a worksheet's own stand in its
    cells.
    """

    name: str
    is_hidden: bool = False
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    title: str = ""
    is_of_word: bool = False

    def __post_init__(self):
        self._covering = None

    @property
    def called(self):
        """Return what a person calls it: trang tính “Phụ lục”, or “Bảng 1” in a Word file."""
        return self.name if self.is_of_word else f"trang tính “{self.name}”"

    def cell(self, row, column):
        return self.rows.get(row, {}).get(column, BLANK)

    def spread(self, row, column):
        """Return the cell, or the one whose merged range covers it (headings, units, names)."""
        area = self.area(row, column)
        return self.cell(area.top, area.left) if area else self.cell(row, column)

    def area(self, row, column):
        if self._covering is None:
            self._covering = {
                (row, column): area
                for area in self.merged
                for row in range(area.top, area.bottom + 1)
                for column in range(area.left, area.right + 1)
            }
        return self._covering.get((row, column))

    def address(self, row, column):
        """Return “Phụ lục!C7”; `read_address` takes it apart."""
        return f"{self.name}!{column_letters(column)}{row}"

    @property
    def last_row(self):
        return max(self.rows, default=0)
