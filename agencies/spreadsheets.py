"""
Tables as files people open in Excel: .xlsx with typed cells, .csv in UTF-8 (R29).

Numbers are numbers, dates are dates, and text stays text whatever sign it starts with.
"""

import csv
import datetime as dt
import io
import textwrap
from dataclasses import dataclass, replace
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.page import PageMargins

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
# What a spreadsheet may take for a formula at the start of a text, full-width forms too.
_STARTS_A_FORMULA = tuple("=+-@\t\r＝＋－＠")
_LONGEST_TEXT = 32_767  # characters Excel keeps in a cell
_THIN = Side(style="thin", color="808080")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", fgColor="E8EDF3")
_FONT = "Times New Roman"
_LINE = 15  # points, of a line of text of size 11
# Widths in characters: of a page that prints in letters one can read, and of its narrow columns.
_PAGE, _NARROW = 170, 20


@dataclass(frozen=True)
class Column:
    """A column of an exported table; `width` in characters, `decimals` of its numbers at most."""

    heading: str
    width: int = 16
    decimals: int = 0

    @property
    def number_format(self):
        # Shown by the reader's own locale: 35.000 and 6,5 in a Vietnamese Excel.
        return "#,##0" + ("." + "#" * self.decimals if self.decimals else "")


def table_workbook(title, columns, rows):
    """
    Return the bytes of an .xlsx: title, frozen header, rows of str, number, date, bool or None.

    Prints on A4 landscape, one page wide, the header again on each page.
    """
    book = Workbook(write_only=True)
    page = book.create_sheet("Bảng")
    columns, header_row = _on_one_page(columns), 3
    _set_up(page, columns, header_row)
    page.append([_cell(page, title, font=Font(name=_FONT, bold=True, size=14))])
    page.append([])
    _fit(page, header_row, [column.heading for column in columns], columns)
    page.append([_heading(page, column) for column in columns])
    for number, row in enumerate(rows, header_row + 1):
        _fit(page, number, row, columns)
        page.append(
            [_body(page, value, column) for value, column in zip(row, columns, strict=True)]
        )
    return workbook_bytes(book)


def _on_one_page(columns):
    """Narrow the wide columns, which hold text that wraps, as far as the page asks for."""
    wide = [column.width for column in columns if column.width > _NARROW]
    narrow = sum(column.width for column in columns) - sum(wide)
    share = (_PAGE - narrow) / (sum(wide) or 1)
    if share >= 1:
        return columns
    return [
        replace(column, width=max(int(column.width * share), min(column.width, _NARROW)))
        for column in columns
    ]


def table_csv(columns, rows):
    """
    Return the bytes of a .csv with a byte order mark, so that Excel reads its accents.

    Decimals take a comma and dates read day first, as a Vietnamese Excel expects them.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([csv_text(column.heading) for column in columns])
    writer.writerows([_csv_value(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_text(cell, value):
    """Write text into a cell so that no sign at its start makes it a formula."""
    cell.value = clean_text(value)
    cell.data_type = "s"
    cell.quotePrefix = cell.value.startswith(_STARTS_A_FORMULA)
    return cell


def clean_text(value):
    """Return text as a cell can hold it: no control characters, no more than Excel keeps."""
    return ILLEGAL_CHARACTERS_RE.sub("", str(value))[:_LONGEST_TEXT]


def workbook_bytes(book):
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


class _Fitted(RowDimension):
    """A height given in the file which Excel still changes as the text in its row grows."""

    customHeight = None


def fit_height(page, row, texts, *, least=1):
    """
    Give a row the height of its tallest text; must come before the row of a write-only sheet.

    `texts` are (text, width of its cell in characters). Not every program works out the height of
    wrapped text when it opens a file: LibreOffice lets it run into the rows below.
    """
    lines = max([least, *[_lines(text, width) for text, width in texts]])
    if lines > 1:
        page.row_dimensions[row] = _Fitted(page, index=row, ht=lines * _LINE)


def _lines(text, width):
    # A column's width counts digits; letters of our typeface take less room.
    letters = int(width * 1.1)
    return sum(len(textwrap.wrap(line, letters)) or 1 for line in text.splitlines())


def _fit(page, number, row, columns):
    pairs = zip(row, columns, strict=True)
    fit_height(page, number, [(v, c.width) for v, c in pairs if isinstance(v, str)])


def print_on_a4(page, *, header_row):
    """Set a sheet up for A4 landscape, one page wide, its header on each page."""
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.75)
    page.print_title_rows = f"{header_row}:{header_row}"
    page.oddFooter.right.text = "&P/&N"


def _set_up(page, columns, header_row):
    page.freeze_panes = f"A{header_row + 1}"
    for number, column in enumerate(columns, 1):
        page.column_dimensions[get_column_letter(number)].width = column.width
    print_on_a4(page, header_row=header_row)


def _cell(page, value, *, font):
    cell = as_text(WriteOnlyCell(page), value)
    cell.font = font
    return cell


def _heading(page, column):
    cell = _cell(page, column.heading, font=Font(name=_FONT, bold=True))
    cell.fill, cell.border = _HEAD, _GRID
    cell.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
    return cell


def _body(page, value, column):
    cell = WriteOnlyCell(page)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        cell.value, cell.number_format = value, column.number_format
    elif isinstance(value, dt.datetime):
        # Excel knows no time zones: the wall clock of the moment as given.
        cell.value, cell.number_format = value.replace(tzinfo=None), "dd/mm/yyyy hh:mm"
    elif isinstance(value, dt.date):
        cell.value, cell.number_format = value, "dd/mm/yyyy"
    elif value is not None:
        as_text(cell, _words(value))
    cell.alignment = Alignment(wrap_text=isinstance(value, str), vertical="top")
    cell.font, cell.border = Font(name=_FONT), _GRID
    return cell


def _words(value):
    if isinstance(value, bool):
        return "Có" if value else "Không"
    return str(value)


def _csv_value(value):
    if isinstance(value, dt.datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _plain(f"{value.normalize():f}" if isinstance(value, Decimal) else value)
    return "" if value is None else csv_text(_words(value))


def _plain(number):
    return str(number).replace(".", ",")


def csv_text(text):
    """Return text a spreadsheet shows as it is: an apostrophe before what would be a formula."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
