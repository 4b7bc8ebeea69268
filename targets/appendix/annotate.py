"""
The person's own file back, with a comment at every cell that is wrong or asked about.

The file is opened in a child process, as for reading. A Word table, or a workbook that cannot be
written again, comes back as a plain copy of the table.
"""

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from agencies.spreadsheets import as_text, workbook_bytes
from agencies.workbooks import grid
from agencies.workbooks.comments import append, commented_copy, comments_at, mark
from agencies.workbooks.guard import kind_of
from targets.appendix.headings import Role

# Above this many cells a full load takes more memory than a child has.
_MOST_CELLS = 400_000


def annotated_copy(path, check):
    """Return the bytes of an .xlsx: the file with comments, or a copy of its table with them."""
    cells = sum(len(row) for row in check.table.sheet.rows.values())
    if kind_of(path) == "xlsx" and cells <= _MOST_CELLS:
        content = commented_copy(path, comments_of(check))
        if content:
            return content
    return _copy_of_table(check)


def comments_of(check):
    """Return {sheet: {cell: text of the comment}}."""
    comments = comments_at(check.problems)
    for question in check.questions:
        readings = " hay ".join(words for _, words in question.choices)
        why = f" ({question.why})" if question.why else ""
        append(comments, question.cell, f"Cần trả lời: {question.text} {readings}?{why}")
    return comments


def _copy_of_table(check):
    book = Workbook()
    page = book.active
    page.title = check.sheet[:31]
    for column, heading in check.table.headings.items():
        is_name = heading.role in (Role.LABEL, Role.AGENCY)
        page.column_dimensions[get_column_letter(column)].width = 50 if is_name else 14
    for row, cells in check.table.sheet.rows.items():
        for column, cell in cells.items():
            if cell.kind == grid.NUMBER:
                page.cell(row, column).value = float(cell.value)
            else:
                as_text(page.cell(row, column), cell.value.split("|")[0])
    for area in check.table.sheet.merged:
        page.merge_cells(None, area.top, area.left, area.bottom, area.right)
    for reference, text in comments_of(check).get(check.sheet, {}).items():
        mark(page, reference, text)
    return workbook_bytes(book)
