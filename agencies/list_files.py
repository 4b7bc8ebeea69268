"""Lists as Excel files: reading one within limits, writing one that stays text."""

import datetime as dt
import hashlib
import io
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from agencies.vietnamese import fold, nfc
from agencies.workbooks import grid, guard
from agencies.workbooks.problems import Refused, error
from agencies.workbooks.reading import on_disk, read_file

MAX_BYTES = 5 * 2**20
MAX_UNPACKED = 20 * 2**20  # the page waits for the reading
MAX_ROWS = 2000  # checked row by row within one request
HEADER_WITHIN = 10  # title lines may stand above the header
MAX_CELL = 500


@dataclass(frozen=True)
class Sheet:
    """What was read: `rows` are [number, {heading: text}], `columns` {heading: letter}."""

    name: str
    columns: dict
    rows: list
    problems: list
    sha256: str

    def cell(self, heading, number):
        return f"{self.name}!{self.columns[heading]}{number}"


def read_list(upload, headings):
    """Read the first sheet under its header row, in disposable children. Raises Refused."""
    if upload.size > MAX_BYTES:
        raise Refused(f"Tệp lớn hơn {MAX_BYTES // 2**20} MB.")
    with on_disk(upload) as path, path.open("rb") as content:
        sheet = _first_sheet(path)
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    lines = sorted(sheet.rows.items())
    start, columns = _header(lines, headings)
    body = [(number, cells) for number, cells in lines if number > start]
    if len(body) > MAX_ROWS:
        raise Refused(f"Tệp có {len(body)} dòng; mỗi lần nhận nhiều nhất {MAX_ROWS} dòng.")
    if not body:
        raise Refused("Dưới dòng tiêu đề chưa có dòng nào.")
    letters = {heading: get_column_letter(column) for heading, column in columns.items()}
    found = Sheet(sheet.name, letters, [], [], digest)
    for number, cells in body:
        texts = {h: _text(cells.get(column, grid.BLANK)) for h, column in columns.items()}
        found.problems.extend(
            error(found.cell(heading, number), "unreadable", text.args[0])
            for heading, text in texts.items()
            if isinstance(text, ValueError)
        )
        found.rows.append([number, {h: t if isinstance(t, str) else "" for h, t in texts.items()}])
    return found


def _first_sheet(path):
    if guard.kind_of(path) != "xlsx":
        raise Refused(f"Danh sách phải là tệp Excel. {guard.SAVE_AS_XLSX}")
    if guard.unpacked_size(path) > MAX_UNPACKED:
        raise Refused("Tệp khi giải nén quá lớn. Xin chỉ giữ trang tính danh sách.")
    return read_file(path)[0]


def _header(lines, headings):
    """Return the header row's number and {heading: column}; the order of columns is free."""
    wanted = {fold(heading): heading for heading in headings}
    best = {}
    for number, cells in lines[:HEADER_WITHIN]:
        places = {}
        for column, cell in sorted(cells.items()):
            if heading := wanted.get(fold(" ".join(cell.value.split()))):
                places.setdefault(heading, column)
        if len(places) == len(wanted):
            return number, places
        best = max(best, places, key=len)
    missing = ", ".join(f"“{heading}”" for heading in headings if heading not in best)
    raise Refused(f"Không thấy dòng tiêu đề đủ cột; thiếu {missing}. Xin dùng tệp mẫu.")


def _text(cell):
    """Return a cell's text, or the ValueError that says why it has none."""
    if cell.kind == grid.UNCOMPUTED or {grid.FORMULA, grid.LINKED} & set(cell.flags):
        return ValueError("Ô là công thức. Xin dán giá trị.")
    if cell.kind == grid.ERROR:
        return ValueError(f"Ô báo lỗi {cell.value}.")
    text = " ".join(nfc(_SHOWN.get(cell.kind, str)(cell.value)).split())
    return text if len(text) <= MAX_CELL else ValueError(f"Ô dài quá {MAX_CELL} ký tự.")


def _day(value):
    """Return “1/7/2025” of a date as the reader gives it: ISO, then the serial."""
    shown = value.partition("|")[0]
    try:
        day = dt.datetime.fromisoformat(shown)
    except ValueError:
        return shown
    return f"{day.day}/{day.month}/{day.year}"


def _number(value):
    """Return 12 of “12.0”: a code or a year typed as a number."""
    try:
        number = float(value)
    except ValueError:
        return value
    return str(int(number)) if number.is_integer() else value


def _truth(value):
    return {"1": "TRUE", "0": "FALSE"}.get(value, value)


_SHOWN = {grid.DATE: _day, grid.NUMBER: _number, grid.BOOL: _truth}


def write_list(title, headings, rows, *, hints, choices=None):
    """
    Return the bytes of a workbook: the list, “Hướng dẫn”, “Danh mục”.

    `hints` {heading: words}; `choices` {heading: [words]} become drop-down lists in the sheet.
    Every cell is text: what begins with = + - @ is no formula (R29).
    """
    book = Workbook()
    sheet = book.active
    sheet.title = title
    _write(sheet, [headings, *rows])
    sheet.freeze_panes = "A2"
    guide = book.create_sheet("Hướng dẫn")
    _write(guide, [["Cột", "Cách ghi"], *([heading, hints[heading]] for heading in headings)])
    if choices:
        _offer(book, sheet, headings, choices)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _write(sheet, lines):
    for number, line in enumerate(lines, start=1):
        for place, text in enumerate(line, start=1):
            cell = sheet.cell(number, place)
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", str(text))
            cell.data_type, cell.quotePrefix = "s", True
            cell.number_format = "@"
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.font = Font(bold=number == 1)
    for place in range(1, len(lines[0]) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = 60 if len(lines[0]) == 2 else 28


def _offer(book, sheet, headings, choices):
    offered = book.create_sheet("Danh mục")
    _write(offered, [list(choices)])
    for place, words in enumerate(choices.values(), start=1):
        for number, word in enumerate(words, start=2):
            offered.cell(number, place, str(word))
        letter = get_column_letter(place)
        validation = DataValidation(
            type="list", formula1=f"'Danh mục'!${letter}$2:${letter}${len(words) + 1}"
        )
        validation.error, validation.errorTitle = "Chọn trong danh mục.", "Chưa đúng"
        column = get_column_letter(headings.index(list(choices)[place - 1]) + 1)
        validation.add(f"{column}2:{column}{MAX_ROWS + 1}")
        sheet.add_data_validation(validation)
