"""The rows of a table: from under its heading to the notes and signatures at its foot."""

import re

from agencies.workbooks import grid
from agencies.workbooks.problems import warning
from targets.appendix.cells.texts import match_key
from targets.appendix.headings import is_index_row
from targets.numerals import format_number

# What rows and columns of sums are called.
TOTAL = {"tong so", "tong cong", "cong", "tong", "toan tinh", "toan huien", "tong cong toan tinh"}
# A table of agencies lists them by these words; a signature of theirs opens with TM., KT., or
# stands where figures do.
_DISTRICT = r"(?! (huien|thanh pho|thi xa|quan|xa|phuong|thi tran|dac khu)\b)"
_FOOT = re.compile(
    rf"ui ban nhan dan\b{_DISTRICT}|(tm |kt |t m |k t )ui ban nhan dan\b|"
    r"(tm |kt |t m |k t )?(chu tich|pho chu tich|giam doc|pho giam doc|thu truong|"
    r"noi nhan|nguoi lap|lap bieu|ki ten|ki ghi ro|dong dau)\b|.*\bngai \d* ?thang \d* ?nam\b|"
    r"(ghi chu|luu i|nguon)\b"
)
_BODY = re.compile(r"ui ban nhan dan\b")
_FIGURE = re.compile(r"\s*[+-]?\d[\d.,\s]*%?\s*")
_MOST_HIDDEN = 100
_NOTE_MARK = re.compile(r"\s*(\*|\(\*+\)|\(\d\)|[¹²³]|ghi chú)\s*\S", re.IGNORECASE)


def body_rows(table, figure_columns, notices):
    """Return the row numbers that belong to the table, without blank, index and foot rows."""
    sheet = table.sheet
    rows = [row for row in sorted(sheet.rows) if row > table.last_head]
    if rows and is_index_row(sheet, rows[0]):
        notices.append(f"Dòng {rows[0]} đánh số cột: bỏ qua.")
        rows = rows[1:]
    last = _last_row(sheet, rows, figure_columns)
    foot = [row for row in rows if row > last]
    if foot:
        notices.append(f"{len(foot)} dòng cuối bảng (ghi chú, chữ ký): không đọc.")
    body = [row for row in rows if row <= last]
    blank = (body[-1] - table.last_head - len(body)) if body else 0
    if blank > 1:
        notices.append(f"{blank} dòng trống: bỏ qua.")
    return body


def _last_row(sheet, rows, figure_columns):
    """Return the last row before a foot under which no figure stands any more."""
    last_figure = max(
        (row for row in rows if _holds_figures(sheet, row, figure_columns)), default=0
    )
    for row in rows:
        if row > last_figure and _is_foot(sheet, row, figure_columns):
            return row - 1
    return rows[-1] if rows else 0


def _holds_figures(sheet, row, columns):
    """A figure stands here, or what was meant as one: words of signatures do not count."""
    if _is_foot(sheet, row, columns):
        return False
    return any(
        cell.kind != grid.TEXT or any(char.isdigit() for char in cell.value)
        for column, cell in sheet.rows[row].items()
        if column in columns
    )


def _is_foot(sheet, row, figure_columns):
    cells = sheet.rows[row]
    if any(_FIGURE.fullmatch(cells[column].value) for column in figure_columns & cells.keys()):
        return False  # “3.010” is as often a text as a number, in Word always
    if any(cell.kind == grid.NUMBER for cell in cells.values()) and len(cells) > 2:
        return False
    texts = [cell.value for _, cell in sorted(cells.items()) if cell.kind == grid.TEXT]
    if len(texts) <= 2 and texts and _NOTE_MARK.match(texts[0]):
        return True
    return any(_FOOT.match(match_key(text)) for text in texts) or any(
        _BODY.match(match_key(cells[column].value)) for column in figure_columns & cells.keys()
    )


def hidden_warnings(table):
    """
    Yield a warning for each hidden row and column: they are read, and a person may not know.

    A filter hides rows by the thousand: behind the first _MOST_HIDDEN one warning counts the rest.
    """
    sheet = table.sheet
    rows = [row for row in sheet.hidden_rows if row > table.last_head and row in sheet.rows]
    for row in rows[:_MOST_HIDDEN]:
        yield warning(sheet.address(row, 1), "hidden-row", f"Dòng {row} đang ẩn: vẫn đọc.")
    if more := rows[_MOST_HIDDEN:]:
        count = format_number(len(more))
        words = f"Từ dòng này trở xuống còn {count} dòng đang ẩn, không nêu từng dòng: vẫn đọc cả."
        yield warning(sheet.address(more[0], 1), "hidden-row", words)
    for column in sheet.hidden_columns:
        if column in table.headings:
            yield warning(table.heading_address(column), "hidden-column", "Cột đang ẩn: vẫn đọc.")
