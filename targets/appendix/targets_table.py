"""
A targets appendix against its plan: its rows, years and figures, and what they would change.

What the table does not say stays as it is; what its rows leave open becomes a question (R26).
"""

from dataclasses import dataclass, field
from decimal import Decimal

from agencies.workbooks import grid
from targets.appendix.cells.numbers import read_number
from targets.appendix.cells.texts import is_ditto
from targets.appendix.changes import Change, Changes
from targets.appendix.findings import Findings
from targets.appendix.group_rules import check_groups
from targets.appendix.headings import Role
from targets.appendix.outline import Group, Row, arrange, split_label
from targets.appendix.plan_content import PlanContent
from targets.appendix.row_indicators import match_rows
from targets.appendix.sums import check_plausible
from targets.appendix.table_rows import body_rows
from targets.appendix.units import likely_kind, measure_of, same_unit
from targets.models import Indicator, Target

_ONE_NUMBER = {*Target.ON_LOW, *Target.ON_HIGH}


@dataclass(eq=False)
class Line:
    """A row of the table with what it means: its indicator (None: a new one), unit and figures."""

    row: Row
    address: str
    unit: str
    unit_address: str
    unit_is_stated: bool = True
    indicator: Indicator | None = None
    kind: str = Indicator.Kind.COUNT
    combine: str = Indicator.Combine.SUM
    better: str = Indicator.Better.HIGHER
    figures: dict[int, tuple[str, Decimal]] = field(default_factory=dict)
    is_unsure: bool = False  # its name, or that of a row above it, cannot be read

    @property
    def parent(self):
        return self.row.parent


@dataclass
class TargetsTable:
    """What was understood of the table: `lines` in its order, `groups` with their rule."""

    lines: list[Line]
    groups: list[Group]
    changes: Changes
    targets: dict[tuple[int, int], Target]  # (indicator id, year) → the target in force

    @property
    def row_count(self):
        return len(self.lines)


def read_targets(table, plan: PlanContent, found: Findings):
    """Return the TargetsTable of a recognised table; faults and questions go to `found`."""
    years = _years(table, plan.years, found)
    body = body_rows(table, set(years.values()), found.notices)
    rows, groups = arrange([row for number in body if (row := _row(table, number, years, found))])
    lines = _lines(table, rows, found)
    match_rows(lines, plan.indicators, found)
    for line in lines:
        _settle_kind(line, found)
        _read_figures(table, line, years, found)
    for line in lines:
        check_plausible(line.figures, found)
    check_groups(groups, lines, plan, found)
    figures = tuple(_changes(lines, plan.targets, found))
    changes = Changes(figures, tuple(_changed_units(lines, found)))
    return TargetsTable(lines, groups, changes, plan.targets)


def _years(table, plan_years, found):
    """Return {year: column}; a year twice or outside the plan, or an unknown column, is a fault."""
    years = {}
    for column, heading in table.headings.items():
        address = table.heading_address(column)
        if heading.role == Role.UNKNOWN:
            found.error(
                address, "unknown-column", f"Không rõ cột “{heading.text}” ghi gì.", heading.text
            )
        elif heading.role in (Role.SKIPPED, Role.AGENCY, Role.INDICATOR, Role.VALUE):
            found.notices.append(f"Cột “{heading.text}”: không đọc.")
        elif heading.role == Role.YEAR and heading.year in years:
            found.error(address, "same-year", f"Năm {heading.year} có hai cột.", heading.text)
        elif heading.role == Role.YEAR and heading.year not in plan_years:
            found.error(
                address,
                "year-outside",
                f"Năm {heading.year} ngoài thời gian của kế hoạch.",
                heading.text,
            )
        elif heading.role == Role.YEAR:
            years[heading.year] = column
    return years


def _row(table, number, years, found):
    """Return the Row of a line of the sheet, or None where nothing of it can be read."""
    label = found.text(table, number, Role.LABEL)
    order = found.text(table, number, Role.ORDER).rstrip(".) ")
    has_figures = any(table.sheet.cell(number, column).value.strip() for column in years.values())
    if not label.strip():
        if not has_figures:
            return None
        address = table.sheet.address(number, table.column(Role.LABEL))
        found.error(address, "no-label", "Dòng có số nhưng không có tên chỉ tiêu.")
    order, has_mark, label = split_label(order, label)
    has_unit = bool(table.text(number, Role.UNIT).text)
    return Row(number, order, label, has_mark, has_figures, has_unit)


def _lines(table, rows, found):
    lines, above, dittos = [], "", 0
    column = table.column(Role.UNIT)
    units = _units_down(table, found) if column else {}
    for row in rows:
        text, is_repeated = units.get(row.number, ("", False))
        dittos += is_repeated
        above = text or above
        lines.append(
            Line(
                row=row,
                address=table.sheet.address(row.number, table.column(Role.LABEL)),
                unit=text,
                unit_address=table.sheet.address(row.number, column or table.column(Role.LABEL)),
                unit_is_stated=bool(text),
            )
        )
    if dittos:
        found.notices.append(f"Dấu lặp lại ở cột đơn vị tính: lấy theo dòng trên ({dittos} ô).")
    return lines


def _units_down(table, found):
    """Return {row: (unit, was a ditto)}; a ditto takes the unit above, an empty cell none."""
    units, above = {}, ""
    for number in sorted(table.sheet.rows):
        if number <= table.last_head:
            continue
        # A lone quote is a ditto here, so its text is not judged as a name.
        text = table.text(number, Role.UNIT).text
        if is_ditto(text):
            if not above:
                address = table.sheet.address(number, table.column(Role.UNIT))
                found.error(
                    address, "ditto", "Dấu lặp lại nhưng dòng trên không có đơn vị tính.", text
                )
            units[number] = (above, True)
        else:
            units[number] = (found.text(table, number, Role.UNIT), False)
            above = text or above
    return units


def _settle_kind(line, found):
    if line.indicator:
        known = line.indicator
        line.kind, line.combine, line.better = known.kind, known.combine, known.better
        return
    if line.is_unsure:
        line.kind, line.combine, line.better = likely_kind(line.row.label, line.unit)
        return
    if not line.unit_is_stated:
        line.unit = found.ask(
            f"unit:{line.row.number}",
            line.unit_address,
            f"“{line.row.label}” tính theo đơn vị nào?",
            [("người", "người"), ("lượt người", "lượt người"), ("%", "%")],
        )
    line.kind, line.combine, line.better = likely_kind(line.row.label, line.unit)
    if line.kind != Indicator.Kind.COUNT:
        likely, other = line.better, "lower" if line.better == "higher" else "higher"
        words = dict(Indicator.Better.choices)
        line.better = found.ask(
            f"better:{line.row.number}",
            line.address,
            f"“{line.row.label}”: chiều nào là tốt?",
            [(value, words[value]) for value in (likely, other, "neutral")],
        )


def _read_figures(table, line, years, found):
    unit = line.indicator.unit if line.indicator else line.unit
    may_fall = line.kind == Indicator.Kind.GROWTH
    for year, column in years.items():
        number, row = None, line.row.number
        area = table.sheet.area(row, column)
        if area and table.sheet.spread(row, column).value.strip():
            if (row, column) == (area.top, area.left) or area.top == row:
                found.error(
                    table.sheet.address(row, column),
                    "merged",
                    "Ô số bị gộp, không rõ số của dòng nào, năm nào. Bỏ gộp ô.",
                    table.sheet.spread(row, column).value,
                )
            continue
        cell = table.sheet.cell(row, column)
        if cell is not grid.BLANK:
            reading = read_number(
                cell, measure_of(line.kind, unit), may_fall=may_fall, may_exceed=may_fall
            )
            number = found.number(table.sheet.address(row, column), cell, reading)
        if number is not None:
            line.figures[year] = (table.sheet.address(row, column), number)


def _changes(lines, targets, found):
    for line in lines:
        for year, (address, number) in line.figures.items():
            target = targets.get((line.indicator.pk, year)) if line.indicator else None
            if target and target.operator not in _ONE_NUMBER:
                found.error(
                    address,
                    "not-one-number",
                    "Mục tiêu này trong kế hoạch là khoảng hoặc bằng chữ; xin sửa trên cổng.",
                    number,
                )
                continue
            yield Change(address, line.row.label, year, target and target.number, number)


def _changed_units(lines, found):
    for line in lines:
        if line.indicator is None:
            if not line.figures:
                yield line.address, f"Chỉ tiêu “{line.row.label}”", "", line.unit
        elif line.unit and not same_unit(line.unit, line.indicator.unit):
            found.error(
                line.unit_address,
                "other-unit",
                f"Kế hoạch ghi đơn vị “{line.indicator.unit}”, tệp ghi “{line.unit}”: số có thể "
                "khác nhau hàng nghìn lần. Sửa đơn vị trong tệp hoặc trong kế hoạch.",
                line.unit,
            )
