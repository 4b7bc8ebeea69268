"""Tables of a .docx → rows of filled cells, merged ones named. Runs in the child process."""

from docx import Document
from docx.oxml.ns import qn
from docx.table import Table

from agencies.workbooks import grid
from agencies.workbooks.problems import Refused
from agencies.workbooks.workbook import MAX_SHEETS, Budget, old_font_flag

MAX_ROWS = 5000
# Of a title's lines above its table; longer paragraphs are the document's text.
_MOST_LINES, _LONGEST_LINE = 8, 200


def read_document(path):
    """Yield (facts of a table, its rows) as `read_workbook` does; a table is named “Bảng 1”."""
    document = Document(str(path))
    tables = document.tables
    if not tables:
        raise Refused("Tệp Word không có bảng nào.")
    if len(tables) > MAX_SHEETS:
        raise Refused(f"Tệp Word có hơn {MAX_SHEETS} bảng. Xin chỉ để lại bảng cần nhập.")
    budget = Budget()
    for number, (table, title) in enumerate(zip(tables, _titles(document), strict=True), 1):
        facts = {"name": f"Bảng {number}", "is_hidden": False, "title": title}
        yield facts, _rows(table, facts, budget)


def _titles(document):
    """Yield the words right above each table: short lines, the document's text ends them."""
    above = []
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield " ".join(above[-_MOST_LINES:])
            above = []
        elif len(text := block.text.strip()) > _LONGEST_LINE:
            above = []
        elif text:
            above.append(text)


def _rows(table, facts, budget):
    tall, merged = {}, []  # column → [top, left, bottom, right] of a range still growing
    for row, line in enumerate(table._tbl.tr_lst, 1):
        if row > MAX_ROWS:
            raise Refused(f"Bảng trong tệp Word dài hơn {MAX_ROWS} dòng. Xin nộp tệp Excel .xlsx.")
        filled, right = [], line.grid_before
        for cell in line.tc_lst:
            # Not cell.grid_offset, which counts all cells before it anew.
            left, right = right + 1, right + cell.grid_span
            if right > grid.MAX_COLUMN:
                raise Refused("Bảng trong tệp Word có quá nhiều cột.")
            if cell.vMerge == "continue" and left in tall:
                tall[left][2] = row
                continue
            area = tall[left] = [row, left, row, right]
            merged.append(area)
            if text := _text(cell):
                filled.append((left, grid.Cell(grid.TEXT, text, _font(cell))))
        if filled:
            budget.spend(filled)
            yield row, filled
    facts["merged"] = [area for area in merged if area[:2] != area[2:]]


def _text(cell):
    """Return the cell's text, a line per paragraph, without what was struck out by revision."""
    paragraphs = []
    for paragraph in cell.iter(qn("w:p")):
        pieces = []
        for piece in paragraph.iter(qn("w:t"), qn("w:tab"), qn("w:br")):
            pieces.append(piece.text or "" if piece.tag == qn("w:t") else " ")
        paragraphs.append("".join(pieces))
    return "\n".join(paragraphs).strip()


def _font(cell):
    flags = (old_font_flag(font.get(qn("w:ascii")) or "") for font in cell.iter(qn("w:rFonts")))
    return next(filter(None, flags), "")
