"""
The person's own file back, with a comment at every cell that is wrong or asked about.

The file is opened in a child process, as for reading. A Word table, or a workbook that cannot be
written again, comes back as a plain copy of the table.
"""

import json
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from targets.appendix import grid

AUTHOR = "Cổng theo dõi kế hoạch"
_YELLOW = PatternFill("solid", fgColor="FFF2A8")
_SECONDS = 20
# Above this many cells a full load takes more memory than a child has.
_MOST_CELLS = 400_000


def annotated_copy(path, check):
    """Return the bytes of an .xlsx: the file with comments, or a copy of its table with them."""
    from targets.appendix.guard import kind_of

    cells = sum(len(row) for row in check.table.sheet.rows.values())
    if kind_of(path) == "xlsx" and cells <= _MOST_CELLS:
        content = commented_copy(path, comments_of(check))
        if content:
            return content
    return _copy_of_table(check)


def commented_copy(path, comments):
    """Return the bytes of an .xlsx with {sheet: {cell: text}} added; None where a child failed."""
    from targets.appendix.reading import PATIENCE, end_child, open_path, start_child, wait_for

    with tempfile.TemporaryFile() as notes, tempfile.TemporaryFile() as output:
        notes.write(json.dumps(comments).encode())
        notes.flush()
        child = start_child("annotate", [path, open_path(notes)], _SECONDS, output=output)
        written = wait_for(child, time.monotonic() + PATIENCE * _SECONDS)
        end_child(child)
        output.seek(0)
        return output.read() if written else None


def copy_name(name):
    """Return “phu-luc (co ghi chu).xlsx” for a file's name."""
    return f"{Path(name).stem[:150]} (có ghi chú).xlsx"


def comments_of(check):
    """Return {sheet: {cell: text of the comment}}."""
    comments = comments_at(check.problems)
    for question in check.questions:
        readings = " hay ".join(words for _, words in question.choices)
        _append(comments, question.cell, f"Cần trả lời: {question.text} {readings}?")
    return comments


def comments_at(problems):
    """Return {sheet: {cell: text of the comment}} of problems alone."""
    comments = defaultdict(dict)
    for problem in problems:
        word = "Lỗi" if problem.level == "error" else "Lưu ý"
        _append(comments, problem.cell, f"{word}: {problem.message}")
    return comments


def write_comments(path, comments, target):
    """Save a copy of a workbook with comments. Runs in the child process."""
    with path.open("rb") as content:
        book = load_workbook(content)
    for name, cells in comments.items():
        page = book[name]
        for reference, text in cells.items():
            _mark(page, reference, text)
    book.save(target)


def _append(comments, address, text):
    sheet, _, cell = address.rpartition("!")
    before = comments[sheet].get(cell)
    comments[sheet][cell] = f"{before}\n{text}" if before else text


def _mark(page, reference, text):
    cell = page[reference]
    for area in page.merged_cells.ranges:
        if reference in area:  # only the first cell of a merged range can hold a comment
            cell = page.cell(area.min_row, area.min_col)
    comment = Comment(text, AUTHOR, width=320, height=max(60, 20 * (len(text) // 45 + 2)))
    cell.comment, cell.fill = comment, _YELLOW


def _copy_of_table(check):
    from agencies.spreadsheets import as_text, workbook_bytes
    from targets.appendix.headings import Role

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
        _mark(page, reference, text)
    return workbook_bytes(book)
