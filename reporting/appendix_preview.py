"""What the page of an import shows: problems at their place, questions, changes, sums."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.workbooks.grid import read_address
from targets.appendix.checking import Check
from targets.appendix.headings import Role
from targets.appendix.outline import PARTITION
from targets.appendix.units import same_unit
from targets.models import AppendixImport, Breakdown
from targets.numerals import format_number

# A page a person reads; the annotated copy holds every cell.
LINES_SHOWN = 300
KINDS = dict(AppendixImport.Kind.choices)
VIEWS = {"thay-doi": "changed", "moi": "new", "khong-doi": "unchanged"}
NAMES = {"changed": _("Thay đổi"), "new": _("Mới"), "unchanged": _("Không đổi")}
_RULES = dict(Breakdown.Rule.choices)


@dataclass(frozen=True)
class SumLine:
    """One breakdown, or one allocated year, against what it should be."""

    name: str
    rule: str
    is_good: bool
    words: str


@dataclass(frozen=True)
class NewIndicator:
    """An indicator that writing a targets table makes, with the one it is part of, if any."""

    cell: str
    name: str
    unit: str
    whole: str
    rule: str


class Preview:
    """A check as its page shows it; `wanted` is the list of changes asked for in the address."""

    def __init__(self, check: Check, wanted=""):
        self.check = check
        self.errors = self._placed(check.errors)
        self.warnings = self._placed(p for p in check.problems if p.level != "error")
        self.kind = KINDS[check.kind]
        likely = next((s for s in VIEWS.values() if check.changes.of(s)), "changed")
        self.state = VIEWS.get(wanted, likely)

    def _placed(self, problems):
        table = self.check.table
        return [(_as_written(table, one), place_of(table, one.cell)) for one in problems]

    @property
    def to_write(self):
        return self.check.changes.counts["new"] + self.check.changes.counts["changed"]

    @property
    def to_mend(self):
        return len(self.errors) + len(self.questions)

    @cached_property
    def questions(self):
        """Return [(question, its cells)]: one that many cells raise is asked once for all."""
        by_key = {}
        for question in self.check.questions:
            by_key.setdefault(question.key, (question, []))[1].append(question.cell)
        return list(by_key.values())

    @property
    def asks_table(self):
        """Say whether another table may be chosen: what is asked about this one then falls away."""
        return any(question.key == "sheet" for question in self.check.questions)

    @property
    def filters(self):
        """Return [(word of the address, name, how many, is shown)]."""
        return [
            (word, NAMES[state], len(self.check.changes.of(state)), state == self.state)
            for word, state in VIEWS.items()
        ]

    @cached_property
    def lines(self):
        return self.check.changes.of(self.state)

    @cached_property
    def new_indicators(self):
        return list(_new_indicators(self.check.content)) if self.check.kind == "targets" else []

    @cached_property
    def sums(self):
        if self.check.kind == "targets":
            return list(_breakdown_lines(self.check.content))
        return [_allocated_line(line) for line in self.check.content.sums]


def _as_written(table, problem):
    """Return a problem of a number with the text of its cell: “35.000”, not 35000."""
    sheet, row, column = read_address(problem.cell)
    if problem.code not in ("broken-sum", "out-of-band") or sheet != table.sheet.name:
        return problem
    return problem._replace(value=table.sheet.cell(row, column).value)


# What a row is about; a list of allocations says it in three columns.
_NAMES = (Role.AGENCY, Role.LABEL, Role.YEAR_NAME)


def place_of(table, address):
    """Return “Huyện An Minh, Trong tỉnh” of a cell: the words of its row and of its column."""
    sheet, row, column = read_address(address)
    if sheet != table.sheet.name:
        return ""
    heading = table.headings.get(column)
    words = [heading.text] if heading else []
    if row > table.last_head:
        names = [table.text(row, role).text for role in _NAMES if table.column(role)]
        words = [*names, *words] if heading and heading.role not in _NAMES else names
    return ", ".join(filter(None, words))


def _new_indicators(content):
    for line in content.lines:
        if line.indicator is None:
            group, whole = line.row.group, line.parent
            yield NewIndicator(
                line.address,
                line.row.label,
                line.unit,
                whole.label if whole else "",
                _RULES.get(group.rule, "") if group else "",
            )


def _breakdown_lines(content):
    """Yield the outcome of each breakdown over all its years (R17)."""
    by_row = {line.row: line for line in content.lines}
    for group in content.groups:
        parent = by_row.get(group.parent)
        if parent is None:
            continue
        members = [by_row[row] for row in group.members]
        parts = ", ".join(member.row.label for member in members)
        name = f"{parent.row.label.rstrip(' :')}: {parts}"
        is_partition = group.rule == PARTITION
        if not all(same_unit(_unit(member), _unit(parent)) for member in members):
            words = gettext("Khác đơn vị tính, không so")
            yield SumLine(name, _RULES.get(group.rule, ""), True, words)
            continue
        broken = list(_broken_years(parent, members, is_partition=is_partition))
        words = "; ".join(broken) or _fitting(parent, members, is_partition=is_partition)
        yield SumLine(name, _RULES.get(group.rule, ""), not broken, words)


def _unit(line):
    return line.unit or (line.indicator.unit if line.indicator else "")


def _fitting(parent, members, *, is_partition):
    """Say how many years fit; a year that lacks a part of a partition is not one of them."""
    enough = all if is_partition else any
    years = [year for year in parent.figures if enough(year in m.figures for m in members)]
    if not years:
        return gettext("Chưa có năm nào đủ số để so")
    if len(years) < len({year for line in (parent, *members) for year in line.figures}):
        return gettext("Khớp ở {count} năm đủ số").format(count=len(years))
    return gettext("Khớp ở cả {count} năm").format(count=len(years))


def _broken_years(parent, members, *, is_partition):
    for year, (_cell, total) in parent.figures.items():
        parts = [m.figures[year][1] for m in members if year in m.figures]
        if not parts:
            continue
        amount = sum(parts, Decimal(0)) if is_partition else max(parts)
        if amount > total or (is_partition and len(parts) == len(members) and amount != total):
            yield gettext("năm {year}: {amount}, dòng trên {total}").format(
                year=year, amount=format_number(amount), total=format_number(total)
            )


def _allocated_line(line):
    name = gettext("{indicator}, năm {year}").format(indicator=line.indicator, year=line.year)
    if line.target is None:
        words = gettext("Giao {given}; kế hoạch không có mục tiêu năm này")
    elif line.gap:
        words = gettext("Giao {given}, mục tiêu {target}, lệch {gap}")
    else:
        words = gettext("Giao {given}, mục tiêu {target}: khớp")
    numbers = {
        "given": format_number(line.allocated),
        "target": line.target is not None and format_number(line.target),
        "gap": line.gap and format_number(line.gap, sign=True),
    }
    return SumLine(name, "", not line.gap, words.format(**numbers))
