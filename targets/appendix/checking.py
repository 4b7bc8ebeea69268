"""One path from a file to all that is to be said about it; nothing is written."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from agencies.workbooks.grid import Sheet, read_address
from agencies.workbooks.problems import Problem, Question, Refused
from agencies.workbooks.reading import read_file
from targets.appendix.allocation_table import AllocationTable, read_allocation
from targets.appendix.cells.texts import match_key
from targets.appendix.changes import Changes
from targets.appendix.findings import Findings
from targets.appendix.headings import Kind, Table, find_table
from targets.appendix.plan_content import PlanContent, content_of
from targets.appendix.table_rows import hidden_warnings
from targets.appendix.targets_table import TargetsTable, read_targets

_NO_TABLE = (
    "Không thấy bảng nào nhận ra được. Bảng mục tiêu có cột “Mục tiêu, chỉ tiêu” và các cột "
    "“Năm …”; bảng giao chỉ tiêu có cột “Đơn vị” và các cột chỉ tiêu."
)
# Allocations and results belong to a plan in force.
_NO_APPENDIX = (
    "Không thấy phụ lục mục tiêu (bảng có cột “Mục tiêu, chỉ tiêu” và các cột “Năm …”). Bản soạn "
    "chỉ nhận phụ lục mục tiêu; bảng giao chỉ tiêu, bảng kết quả nhập khi kế hoạch đã kích hoạt."
)


@dataclass
class Check:
    """
    What a file says: every problem at its cell, what is asked, and what would change.

    `notices` are sentences on what was understood without asking (ditto marks, blank rows);
    `sheets` are what the file must be known by to say the same again: its tables whole.
    """

    table: Table
    content: TargetsTable | AllocationTable
    problems: list[Problem]
    questions: list[Question]
    notices: list[str] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)

    @property
    def kind(self):
        return "targets" if self.table.kind == Kind.TARGETS else "allocation"

    @property
    def sheet(self):
        return self.table.sheet.name

    @property
    def rows(self):
        return self.content.row_count

    @property
    def changes(self) -> Changes:
        return self.content.changes

    @property
    def errors(self):
        return [problem for problem in self.problems if problem.level == "error"]

    @property
    def is_clean(self):
        """May be applied: no error, no question left."""
        return not self.errors and not self.questions

    def as_dict(self):
        """Return the JSON of `check_appendix` (design.md §4)."""
        return {
            "kind": self.kind,
            "sheet": self.sheet,
            "rows": self.rows,
            "problems": [problem.as_dict() for problem in self.problems],
            "changes": self.changes.counts,
            "questions": [
                {"cell": q.cell, "text": q.text, "choices": [words for _, words in q.choices]}
                for q in self.questions
            ],
        }


def check_file(path, plan, *, answers=None):
    """Return the Check of a file against a plan. Raises Refused for what cannot be read."""
    name = Path(path).name
    return check_sheets(read_file(path), content_of(plan), answers=answers, file_name=name)


def check_sheets(sheets: list[Sheet], plan: PlanContent, *, answers=None, file_name=""):
    """Return the Check of sheets that were read before from a file of that name."""
    found = Findings(answers)
    tables = _tables_in(sheets, plan)
    table = _choose(sheets, tables, found)
    for problem in hidden_warnings(table):
        found.add(problem)
    if table.kind == Kind.TARGETS:
        content = read_targets(table, plan, found)
    else:
        content = read_allocation(table, plan.plan, found, file_name=file_name)
    found.problems.sort(key=_place_of(table))
    kept = [_kept(sheet, tables) for sheet in sheets if sheet.rows]
    return Check(table, content, found.problems, found.questions, found.notices, kept)


def _tables_in(sheets, plan):
    """Return {name of the sheet: Table} of what the plan takes. Raises Refused without any."""
    labels = {match_key(label) for indicator in plan.indicators for label in indicator.labels}
    tables = {s.name: table for s in sheets if s.rows and (table := find_table(s, labels))}
    if plan.plan is None:
        tables = {name: t for name, t in tables.items() if t.kind == Kind.TARGETS}
    if not tables:
        raise Refused(_NO_TABLE if plan.plan else _NO_APPENDIX)
    return tables


def _kept(sheet, tables):
    """
    Return a sheet with a table; another one without its cells, enough to say that it is not read.

    A cell kept of it may head a table later, when the plan has an indicator of that name.
    """
    if sheet.name in tables:
        return sheet
    return replace(sheet, rows={1: {}}, merged=[], hidden_rows=[], hidden_columns=[])


def _choose(sheets, tables, found):
    """Return the table to read; of several sheets with one the person chooses."""
    names = sorted(tables, key=lambda name: tables[name].sheet.is_hidden)
    for sheet in sheets:
        if sheet.is_hidden and sheet.rows:
            words = f"Trang tính “{sheet.name}” đang ẩn."  # Word hides no table
            found.warn(f"{sheet.name}!A1", "hidden-sheet", words)
    visible = [name for name in names if not tables[name].sheet.is_hidden] or names
    chosen = visible[0]
    if len(visible) > 1:
        chosen = found.ask(
            "sheet", f"{chosen}!A1", "Tệp có nhiều bảng. Đọc bảng nào?", [(n, n) for n in visible]
        )
    others = [s.called for s in sheets if s.name != chosen and s.rows and not s.is_hidden]
    if others:
        found.notices.append(f"Không đọc {', '.join(others)}.")
    return tables[chosen]


def _place_of(table):
    """Return a key that sorts problems as one reads the sheet: by row, then by column."""

    def key(problem):
        sheet, row, column = read_address(problem.cell)
        return sheet != table.sheet.name, row, column

    return key
