"""Lists as Excel files: reading one within limits, writing one that stays text."""

import datetime as dt
import hashlib
import io
import zipfile
from dataclasses import dataclass

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from agencies.vietnamese import fold, nfc

MAX_BYTES = 5 * 2**20
MAX_UNPACKED = 50 * 2**20
MAX_ROWS = 2000  # checked row by row within one request
HEADER_WITHIN = 10  # title lines may stand above the header
MAX_CELL = 500


class ListRefused(Exception):
    """A file that is not read at all; the message says why and what to do."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong, at its cell: “Danh sách!C7”."""

    cell: str
    message: str
    value: str = ""


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
    """Read the first sheet under its header row. Raises ListRefused."""
    content = _content(upload)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        sheet = book.worksheets[0]
        lines = [
            (number, cells)
            for number, cells in enumerate(sheet.iter_rows(max_col=50), start=1)
            if any(cell.value not in (None, "") for cell in cells)
        ]
    except Exception as error:  # openpyxl raises many kinds at a file that is damaged
        raise ListRefused("Không đọc được tệp. Xin mở bằng Excel, lưu lại dạng .xlsx.") from error
    start, columns = _header(lines, headings)
    body = [(number, cells) for number, cells in lines if number > start]
    if len(body) > MAX_ROWS:
        raise ListRefused(f"Tệp có {len(body)} dòng; mỗi lần nhận nhiều nhất {MAX_ROWS} dòng.")
    if not body:
        raise ListRefused("Dưới dòng tiêu đề chưa có dòng nào.")
    found = Sheet(
        sheet.title,
        {heading: get_column_letter(place + 1) for heading, place in columns.items()},
        [],
        [],
        hashlib.sha256(content).hexdigest(),
    )
    for number, cells in body:
        texts = {heading: _text(cells, place) for heading, place in columns.items()}
        found.problems.extend(
            Problem(found.cell(heading, number), text.args[0])
            for heading, text in texts.items()
            if isinstance(text, ValueError)
        )
        found.rows.append([number, {h: t if isinstance(t, str) else "" for h, t in texts.items()}])
    return found


def _content(upload):
    if upload.size > MAX_BYTES:
        raise ListRefused(f"Tệp lớn hơn {MAX_BYTES // 2**20} MB.")
    content = upload.read()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError, ValueError) as error:
        raise ListRefused("Đây không phải tệp Excel .xlsx, hoặc tệp đặt mật khẩu.") from error
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise ListRefused("Đây không phải tệp Excel .xlsx.")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise ListRefused("Tệp có macro. Xin lưu lại dạng .xlsx không có macro.")
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise ListRefused("Tệp khi giải nén quá lớn. Xin chỉ giữ trang tính danh sách.")
    return content


def _header(lines, headings):
    """Return the header row's number and {heading: place}; the order of columns is free."""
    wanted = {fold(heading): heading for heading in headings}
    best = {}
    for number, cells in lines[:HEADER_WITHIN]:
        places = {}
        for place, cell in enumerate(cells):
            if heading := wanted.get(fold(str(cell.value or ""))):
                places.setdefault(heading, place)
        if len(places) == len(wanted):
            return number, places
        best = max(best, places, key=len)
    missing = ", ".join(f"“{heading}”" for heading in headings if heading not in best)
    raise ListRefused(f"Không thấy dòng tiêu đề đủ cột; thiếu {missing}. Xin dùng tệp mẫu.")


def _text(cells, place):
    """Return a cell's text, or the ValueError that says why it has none."""
    cell = cells[place] if place < len(cells) else None
    value = cell.value if cell is not None else None
    if value is None:
        return ""
    if cell.data_type == "f":
        return ValueError("Ô là công thức. Xin dán giá trị.")
    if cell.data_type == "e":
        return ValueError(f"Ô báo lỗi {value}.")
    if isinstance(value, dt.datetime):
        return f"{value.day}/{value.month}/{value.year}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = " ".join(nfc(str(value)).split())
    return text if len(text) <= MAX_CELL else ValueError(f"Ô dài quá {MAX_CELL} ký tự.")


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
