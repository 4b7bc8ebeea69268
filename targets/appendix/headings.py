"""
Which table a sheet holds, told from its headings: never from the file's or the sheet's name.

A heading may stand in one to three rows, with merged cells; titles above it are left alone.
"""

import itertools
import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from agencies.workbooks import grid
from targets.appendix.cells.texts import match_key, read_text


class Kind(StrEnum):
    TARGETS = "targets"  # indicators down, years across
    ALLOCATION = "allocation"  # agencies down, indicators or years across
    ALLOCATION_LIST = "allocation-list"  # a row for each agency, indicator and year


class Role(StrEnum):
    ORDER = "order"
    LABEL = "label"
    UNIT = "unit"
    YEAR = "year"
    AGENCY = "agency"
    INDICATOR = "indicator"
    YEAR_NAME = "year-name"
    VALUE = "value"
    NOTE = "note"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Heading:
    """A column's heading: what it holds, its words from top to bottom, its year if it names one."""

    role: Role
    words: tuple[str, ...]
    year: int | None = None

    @property
    def text(self):
        return " ".join(self.words)


@dataclass
class Table:
    """A recognised table: where its heading stands and what each column holds."""

    kind: Kind
    sheet: grid.Sheet
    first_head: int
    last_head: int
    headings: dict[int, Heading] = field(default_factory=dict)

    @cached_property
    def _columns(self):
        """First column of each role; asked once for every cell."""
        return {h.role: column for column, h in reversed(self.headings.items())}

    def column(self, role):
        return self._columns.get(role)

    def text(self, row, role):
        """Return the Text in a row's column of that role, merged cells spread out."""
        column = self.column(role)
        return read_text(self.sheet.spread(row, column) if column else grid.BLANK)

    def heading_address(self, column):
        """Return the lowest cell of the heading that holds words of this column."""
        for row in range(self.last_head, self.first_head - 1, -1):
            area = self.sheet.area(row, column)
            if area:
                return self.sheet.address(area.top, area.left)
            if self.sheet.cell(row, column).value:
                return self.sheet.address(row, column)
        return self.sheet.address(self.last_head, column)

    @property
    def title(self):
        """Return the words above the heading."""
        rows = (self.sheet.rows[row] for row in sorted(self.sheet.rows) if row < self.first_head)
        cells = [cell for row in rows for _, cell in sorted(row.items())]
        words = [grid.Cell(grid.TEXT, self.sheet.title), *cells]
        return " ".join(filter(None, (read_text(cell).text for cell in words)))


_SEARCHED_ROWS, _DEEPEST = 40, 3
_ORDER = {"tt", "stt", "so tt", "so thu tu", "thu tu"}
_UNIT = {"dvt", "don vi tinh", "don vi do"}
_VALUE = {"so giao", "gia tri", "chi tieu giao", "so luong", "ke hoach giao", "chi tieu duoc giao"}
_AGENCY = re.compile(r"(ten )?(cac )?(don vi|co quan|dia phuong|dia ban|huien|xa|so nganh)\b")
_LABEL = re.compile(r"muc tieu|chi tieu|noi dung")
_SKIPPED = re.compile(
    r"thuc hien|uoc\b|giai doan|so sanh|ti le so|tang giam|co quan (chu tri|phoi hop)|"
    r"don vi (chu tri|phoi hop)|^ma( so)?\b|can cu"
)
_YEAR = re.compile(
    r"(?:(?:ke hoach|muc tieu|chi tieu|kh|so giao|giao) )*(?:giao )?(?:nam )?(20\d\d)"
)
_INDEX = re.compile(r"\(?(\d{1,2}|[A-Za-z])\)?(\s*=.*)?")
# “Ngày 28 tháng 12 năm 2023” is the day of a decision, mostly of the year before.
YEAR_IN_TITLE = re.compile(r"(?<!thang \d )(?<!thang \d\d )\bnam (20\d\d)\b")


def find_table(sheet, known_labels):
    """
    Return the Table of a sheet, or None where no heading of a known kind is found.

    `known_labels` are match keys of the plan's indicators: they may stand as column headings.
    """
    candidates = [
        _table(sheet, row, depth, known_labels)
        for row in sorted(sheet.rows)[:_SEARCHED_ROWS]
        for depth in range(1, _DEEPEST + 1)
    ]
    found = [(score, table) for score, table in candidates if table]
    return max(found, key=lambda entry: (entry[0], *_tightness(entry[1])))[1] if found else None


def is_index_row(sheet, row):
    """Say whether a row numbers the columns: (1) (2) (3), A B 1 2."""
    values = [cell.value.strip() for _, cell in sorted(sheet.rows.get(row, {}).items())]
    numbers = [value.strip("() ") for value in values]
    if len(values) < 3 or not all(_INDEX.fullmatch(value) for value in values):
        return False
    digits = [int(number) for number in numbers if number.isdigit()]
    return len(digits) > 1 and all(b - a == 1 for a, b in itertools.pairwise(digits))


def _tightness(table):
    """Of headings that tell as much, the one of fewest rows, then the upper one."""
    return table.first_head - table.last_head, -table.first_head


def _table(sheet, row, depth, known_labels):
    """Return (score, Table or None) of a heading that starts in a row."""
    last = row + depth - 1
    columns = sorted({c for r in range(row, last + 1) for c in _filled_columns(sheet, r)})
    headings = {c: _heading(_words(sheet, c, row, last), known_labels) for c in columns}
    headings = {c: heading for c, heading in headings.items() if heading.words}
    _settle_ambiguous(headings)
    kind = _kind({heading.role for heading in headings.values()})
    known = [h for h in headings.values() if h.role not in (Role.UNKNOWN, Role.SKIPPED)]
    both = [h for h in known if h.role == Role.INDICATOR and h.year]
    return 2 * len(known) + len(both), Table(kind, sheet, row, last, headings) if kind else None


def _filled_columns(sheet, row):
    yield from sheet.rows.get(row, {})
    for area in sheet.merged:
        if area.top <= row <= area.bottom and area.right - area.left < 100:
            yield from range(area.left, area.right + 1)


def _words(sheet, column, first, last):
    words = []
    for row in range(first, last + 1):
        area = sheet.area(row, column)
        if area and area.left == 1 and area.right > 2:
            continue  # a title over the whole table
        text = read_text(sheet.spread(row, column)).text
        if text and text not in words:
            words.append(text)
    return tuple(words)


def _heading(words, known_labels):
    keys = [match_key(word) for word in words]
    key = " ".join(keys)
    year = next((int(m[1]) for k in reversed(keys) if (m := _YEAR.fullmatch(k))), None)
    return Heading(_role(key, keys, year, known_labels), words, year)


def _role(key, keys, year, known_labels):
    if key in _ORDER:
        return Role.ORDER
    if key in _UNIT:
        return Role.UNIT
    if key.startswith("ghi chu"):
        return Role.NOTE
    if key == "nam":
        return Role.YEAR_NAME
    if key in _VALUE:
        return Role.VALUE
    if any(k in known_labels for k in keys) or keys[-1:] in (["tong so"], ["tong cong"]):
        return Role.INDICATOR
    if _SKIPPED.search(key):
        return Role.SKIPPED
    if year and not any(_LABEL.search(k) for k in keys if not _YEAR.fullmatch(k) and len(k) > 40):
        return Role.YEAR
    if _AGENCY.match(key) and len(key) < 60:
        return Role.AGENCY
    return Role.LABEL if _LABEL.search(key) and len(key) < 60 else Role.UNKNOWN


def _settle_ambiguous(headings):
    """“Đơn vị” beside “Chỉ tiêu” and years is the unit; a second column of a role is unknown."""
    roles = [heading.role for heading in headings.values()]
    is_list = Role.VALUE in roles
    seen = set()
    for column, heading in headings.items():
        role = heading.role
        if role == Role.AGENCY and Role.LABEL in roles and not is_list:
            role = Role.SKIPPED if Role.UNIT in roles else Role.UNIT
        if role in seen and role in (Role.LABEL, Role.UNIT, Role.AGENCY, Role.VALUE):
            role = Role.UNKNOWN
        seen.add(role)
        headings[column] = Heading(role, heading.words, heading.year)


def _kind(roles):
    if {Role.AGENCY, Role.LABEL, Role.VALUE} <= roles:
        return Kind.ALLOCATION_LIST
    if Role.AGENCY in roles and roles & {Role.INDICATOR, Role.YEAR}:
        return Kind.ALLOCATION
    return Kind.TARGETS if {Role.LABEL, Role.YEAR} <= roles else None
