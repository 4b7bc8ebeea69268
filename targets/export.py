"""
Tables of a plan as files: its appendix in the layout it is read in, and its allocations as a list.

Reading back what is written here changes nothing (R29).
"""

from collections import Counter

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side

from agencies.language import in_vietnamese
from agencies.spreadsheets import (
    Column,
    as_text,
    fit_height,
    print_on_a4,
    workbook_bytes,
)
from targets.models import Allocation, Breakdown, Target
from targets.resources import AllocationResource

_FONT = "Times New Roman"
_THIN = Side(style="thin")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD_ROW = 4
_LABEL_WIDTH = 60
_LETTERS = "abcdđeghiklmnopqrstuvxy"


@in_vietnamese
def appendix_workbook(plan):
    """
    Return the bytes of the plan's targets appendix: TT, Mục tiêu, ĐVT, a column for each year.

    A total, then its breakdowns under letters with their parts under “+”; indicators deeper down
    are numbered.
    """
    book = Workbook()
    page = book.active
    page.title = "Phụ lục"
    years = list(plan.years)
    head = ["TT", "Mục tiêu, chỉ tiêu", "ĐVT", *(f"Năm {year}" for year in years), "Ghi chú"]
    _put(page, 1, 1, "PHỤ LỤC", bold=True)
    _put(page, 2, 1, f"(Kèm theo {plan})")
    rows = [head, *appendix_rows(plan)]
    for number, row in enumerate(rows, _HEAD_ROW):
        for column, value in enumerate(row, 1):
            _put(page, number, column, value, bold=number == _HEAD_ROW).border = _GRID
        fit_height(page, number, [(row[1], _LABEL_WIDTH)])
    page.column_dimensions["B"].width = _LABEL_WIDTH
    page.column_dimensions["C"].width = 14
    page.freeze_panes = f"D{_HEAD_ROW + 1}"
    print_on_a4(page, header_row=_HEAD_ROW)
    return workbook_bytes(book)


@in_vietnamese
def allocation_columns():
    return [
        Column("Đơn vị", width=45),
        Column("Chỉ tiêu", width=50),
        Column("Năm", width=8),
        Column("Số giao", decimals=4),
    ]


@in_vietnamese
def allocation_rows(plan):
    """Return the plan's allocations, a row for each agency, indicator and year."""
    names = Counter(plan.indicators.values_list("name", flat=True))
    allocations = (
        Allocation.objects.filter(indicator__plan=plan)
        .select_related("agency", "indicator")
        .order_by("year", "indicator__position", "agency__name_key")
    )
    dataset = AllocationResource(repeated_names={n for n, c in names.items() if c > 1}).export(
        queryset=allocations
    )
    # A year is no amount: as text it gets no thousands separator.
    return [(agency, label, str(year), value) for agency, label, year, value in dataset]


def appendix_rows(plan):
    """Return the rows of the appendix; only targets of one number stand in it."""
    years = list(plan.years)
    targets = Target.objects.filter(indicator__plan=plan, scope=Target.Scope.YEAR)
    in_order = sorted(targets, key=lambda t: (t.effective_on is not None, t.effective_on))
    numbers = {(t.indicator_id, t.year): t.number for t in in_order}
    indicators = [
        i
        for i in plan.indicators.select_related("breakdown")
        if i.appendix_label or any((i.pk, year) in numbers for year in years)
    ]
    indicators.sort(key=lambda i: (i.appendix_order is None, i.appendix_order or i.position))
    return list(_Layout(indicators, years, numbers).rows(None))


class _Layout:
    def __init__(self, indicators, years, numbers):
        self.years, self.numbers = years, numbers
        ids = {indicator.pk for indicator in indicators}
        self.children = {}
        for indicator in indicators:
            parent = indicator.parent_id if indicator.parent_id in ids else None
            self.children.setdefault(parent, []).append(indicator)

    def rows(self, parent):
        for number, indicator in enumerate(self.children.get(parent, []), 1):
            order = str(number) if self._is_deep(indicator) else ""
            yield self._row(order, indicator)
            if order:
                yield from self._numbered(indicator, order)
            else:
                yield from self._lettered(indicator)

    def _is_deep(self, indicator):
        return any(self.children.get(child.pk) for child in self.children.get(indicator.pk, []))

    def _numbered(self, parent, above):
        for number, child in enumerate(self.children.get(parent.pk, []), 1):
            order = f"{above}.{number}"
            yield self._row(order, child)
            yield from self._numbered(child, order)

    def _lettered(self, parent):
        groups = {}
        for child in self.children.get(parent.pk, []):
            groups.setdefault(child.breakdown, []).append(child)
        for letter, (breakdown, members) in zip(_LETTERS, groups.items(), strict=False):
            is_part = breakdown is None or breakdown.rule == Breakdown.Rule.OF_WHICH
            if is_part and len(members) == 1 and _label(members[0]).startswith("Trong đó"):
                yield self._row(f"{letter}.", members[0])
                continue
            heading = f"{breakdown.name}:" if breakdown else "Trong đó:"
            yield [f"{letter}.", heading, *[None] * (len(self.years) + 2)]
            for member in members:
                yield self._row("", member, mark="+ ")

    def _row(self, order, indicator, mark=""):
        figures = [self.numbers.get((indicator.pk, year)) for year in self.years]
        return [order, mark + _label(indicator), indicator.unit, *figures, None]


def _label(indicator):
    return indicator.appendix_label or indicator.name


def _put(page, row, column, value, *, bold=False):
    cell = page.cell(row, column)
    if isinstance(value, str):
        as_text(cell, value)
        cell.alignment = Alignment(wrap_text=row >= _HEAD_ROW, vertical="top")
    elif value is not None:
        cell.value, cell.number_format = value, "#,##0.####" if value % 1 else "#,##0"
        cell.alignment = Alignment(vertical="top")
    cell.font = Font(name=_FONT, bold=bold)
    return cell
