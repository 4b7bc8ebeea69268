"""Comments in a person's own workbook: a copy with one at each cell that is wrong."""

import json
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from agencies.workbooks.reading import PATIENCE, end_child, open_path, start_child, wait_for

AUTHOR = "Cổng theo dõi kế hoạch"
_YELLOW = PatternFill("solid", fgColor="FFF2A8")
_SECONDS = 20


def commented_copy(path, comments):
    """Return the bytes of an .xlsx with {sheet: {cell: text}} added; None where a child failed."""
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


def comments_at(problems):
    """Return {sheet: {cell: text of the comment}} of problems alone."""
    comments = defaultdict(dict)
    for problem in problems:
        word = "Lỗi" if problem.level == "error" else "Lưu ý"
        append(comments, problem.cell, f"{word}: {problem.message}")
    return comments


def write_comments(path, comments, target):
    """Save a copy of a workbook with comments. Runs in the child process."""
    with path.open("rb") as content:
        book = load_workbook(content)
    for name, cells in comments.items():
        page = book[name]
        for reference, text in cells.items():
            mark(page, reference, text)
    book.save(target)


def append(comments, address, text):
    """Add a text to a cell (“Phụ lục!C7”), on a line of its own below what is there."""
    sheet, _, cell = address.rpartition("!")
    before = comments[sheet].get(cell)
    comments[sheet][cell] = f"{before}\n{text}" if before else text


def mark(page, reference, text):
    """Put a comment on a cell and colour it."""
    cell = page[reference]
    for area in page.merged_cells.ranges:
        if reference in area:  # only the first cell of a merged range can hold a comment
            cell = page.cell(area.min_row, area.min_col)
    comment = Comment(text, AUTHOR, width=320, height=max(60, 20 * (len(text) // 45 + 2)))
    cell.comment, cell.fill = comment, _YELLOW
