"""
.xlsx → rows of filled cells, through openpyxl's sheet parser. Runs in the child process.

The parser itself is used, not its read-only sheets: these believe the sheet's <dimension>, give a
formula without a value as a blank, and tell neither hidden rows nor merged ranges.
"""

import re
import warnings

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.datetime import from_excel
from openpyxl.worksheet._reader import (
    FORMULA_TAG,
    INLINE_STRING,
    VALUE_TAG,
    WorkSheetParser,
)
from openpyxl.xml.constants import SHEET_MAIN_NS

from agencies.workbooks import grid
from agencies.workbooks.problems import Refused

MAX_SHEETS, MAX_NAME = 30, 255  # Excel's own names have 31 characters, others allow more
MAX_CELLS = 800_000
MAX_CHARACTERS = 20_000_000
_TEXT, _RUN = f"{{{SHEET_MAIN_NS}}}t", f"{{{SHEET_MAIN_NS}}}r"
# No bracket within brackets: a formula of nothing else would be looked through once for each.
_LINKED = re.compile(r"\[\d+\]|\[[^][]+\.xl\w+\]|\||WEBSERVICE|HYPERLINK|RTD\(", re.IGNORECASE)
_TOO_FAR = (
    f"nằm ngoài phạm vi đọc (dòng {grid.MAX_ROW}, cột {grid.MAX_COLUMN}). "
    "Xin chép riêng bảng sang một tệp Excel mới."
)


def read_workbook(path):
    """Yield (facts of a sheet, iterator of (row, [(column, Cell)])); facts are full at its end."""
    warnings.simplefilter("ignore")
    book = _Book(path.open("rb"))
    pages = book.pages()
    if not pages:
        raise Refused("Tệp không có trang tính nào đọc được. Xin lưu lại bằng Excel dạng .xlsx.")
    if len(pages) > MAX_SHEETS:
        raise Refused(f"Tệp có hơn {MAX_SHEETS} trang tính. Xin chỉ để lại trang cần nhập.")
    if any(len(name) > MAX_NAME for name, *_ in pages):
        raise Refused("Tệp có tên trang tính quá dài. Xin đặt tên ngắn hơn rồi nộp lại.")
    styles, budget = _Styles(book.wb), Budget()
    for name, state, part in pages:
        facts = {"name": name, "is_hidden": state != "visible"}
        yield facts, _rows(book, part, styles, facts, budget)


class _Book(ExcelReader):
    """
    What openpyxl reads of a workbook before its sheets.

    Its own read-only sheets look for their <dimension> at once: without one, as Google Sheets
    saves, each sheet is parsed to its end before the reading begins.
    """

    def __init__(self, content):
        super().__init__(content, read_only=True, data_only=True)
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        apply_stylesheet(self.archive, self.wb)

    def pages(self):
        """Return [(name, state, part)] of the worksheets; charts are none."""
        return [
            (sheet.name, sheet.state, rel.target)
            for sheet, rel in self.parser.find_sheets()
            if rel.target in self.valid_files and "chartsheet" not in rel.Type
        ]


def _rows(book, part, styles, facts, budget):
    with book.archive.open(part) as source:
        parser = _Parser(source, book.shared_strings, styles)
        for row, cells in parser.parse():
            filled = [cell for cell in cells if cell]
            if filled:
                _check_extent(facts["name"], row, filled)
                budget.spend(filled)
                yield row, filled
        facts |= parser.facts()


def _check_extent(name, row, filled):
    column = max(column for column, _ in filled)
    if row > grid.MAX_ROW or column > grid.MAX_COLUMN:
        raise Refused(f"Trang tính “{name}” có ô ở dòng {row}, cột {column} {_TOO_FAR}")


class Budget:
    """Counts what was read of the whole file, so that its copy in the portal stays small."""

    def __init__(self):
        self.cells = self.characters = 0

    def spend(self, filled):
        self.cells += len(filled)
        self.characters += sum(len(cell.value) for _, cell in filled)
        if self.cells > MAX_CELLS or self.characters > MAX_CHARACTERS:
            raise Refused("Tệp có quá nhiều dữ liệu. Xin chỉ để lại bảng cần nhập.")


class _Styles:
    """What the style of a cell says about its value: date, percent, an old Vietnamese font."""

    def __init__(self, book):
        self.epoch = book.epoch
        self.dates, self.durations = book._date_formats, book._timedelta_formats
        self.flags = {}
        for style, array in enumerate(book._cell_styles):
            flags = self._font(book, array.fontId)
            flags += grid.PERCENT if "%" in self._format(book, array.numFmtId) else ""
            if flags:
                self.flags[style] = flags

    def _format(self, book, number):
        if number < BUILTIN_FORMATS_MAX_SIZE:
            return BUILTIN_FORMATS.get(number, "")
        own = number - BUILTIN_FORMATS_MAX_SIZE
        return book._number_formats[own] if own < len(book._number_formats) else ""

    def _font(self, book, number):
        name = (book._fonts[number].name or "") if number < len(book._fonts) else ""
        return old_font_flag(name)


def old_font_flag(name):
    if name.lower().startswith(".vn"):
        return grid.TCVN3_FONT
    return grid.VNI_FONT if name.lower().startswith("vni-") else ""


class _Parser(WorkSheetParser):
    """openpyxl's parser with cells of ours: the file's digits, formulas seen, blanks left out."""

    def __init__(self, source, shared_strings, styles):
        super().__init__(source, shared_strings, data_only=True)
        self.styles = styles

    def parse_cell(self, element):
        """Return (column, Cell), or None for a cell without anything in it."""
        reference = element.get("r")
        if reference:
            _, self.col_counter = coordinate_to_tuple(reference)
        else:
            self.col_counter += 1
        style = int(element.get("s", 0))
        formula = element.find(FORMULA_TAG)
        kind, value = self._value(element, style)
        flags = self.styles.flags.get(style, "")
        if formula is not None:
            # ="" leaves an empty text, which is a blank; a library leaves no value at all.
            if not value and (kind != grid.TEXT or element.find(VALUE_TAG) is None):
                return self.col_counter, grid.Cell(grid.UNCOMPUTED, f"={formula.text or ''}")
            flags += grid.LINKED if _LINKED.search(formula.text or "") else grid.FORMULA
        return (self.col_counter, grid.Cell(kind, value, flags)) if value else None

    def _value(self, element, style):
        kind = element.get("t", "n")
        if kind == "inlineStr":
            child = element.find(INLINE_STRING)
            return grid.TEXT, "" if child is None else _text(child)
        value = element.findtext(VALUE_TAG) or ""
        if kind == "s" and value:
            return grid.TEXT, str(self.shared_strings[int(value)])
        if kind == "n" and value and style in self.styles.dates:
            return self._date(value, style)
        return {"str": grid.TEXT, "s": grid.TEXT}.get(kind, kind), value

    def _date(self, serial, style):
        """Return the day or moment, or the bare serial where it is no date Excel knows."""
        try:
            number = float(serial)
            moment = from_excel(number, self.styles.epoch, style in self.styles.durations)
        except (ValueError, OverflowError):
            return grid.DATE, serial
        return grid.DATE, getattr(moment, "isoformat", moment.__str__)() + f"|{serial}"

    def parse_row(self, row):
        number, cells = super().parse_row(row)
        if number > 2**20:
            raise Refused(f"Tệp có dòng số {number}, Excel không có dòng này. Xin lưu lại tệp.")
        return number, cells

    def facts(self):
        """Return what the sheet says beside its cells; call at the end."""
        hidden = [int(row) for row, facts in self.row_dimensions.items() if _is_on(facts, "hidden")]
        columns = [
            column
            for facts in self.column_dimensions.values()
            if _is_on(facts, "hidden")
            for column in range(int(facts["min"]), min(int(facts["max"]), grid.MAX_COLUMN) + 1)
        ]
        merged = self.merged_cells.mergeCell if self.merged_cells else []
        return {
            "hidden_rows": [row for row in hidden if row <= grid.MAX_ROW],
            "hidden_columns": columns,
            "merged": [[a.min_row, a.min_col, a.max_row, a.max_col] for a in merged],
        }


def _text(string):
    """Return an inline string's words, formatted or not, without the reading aids beside them."""
    runs = [string, *string.findall(_RUN)]
    return "".join(run.findtext(_TEXT) or "" for run in runs)


def _is_on(facts, name):
    return facts.get(name) in ("1", "true")
