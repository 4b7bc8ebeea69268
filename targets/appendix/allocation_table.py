"""
An allocation against its plan: agencies by indicators and years, wide or one row for each figure.

Sums of the table and of the plan's target are compared; a difference is shown, not hidden.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from agencies.models import Agency
from agencies.workbooks import grid
from agencies.workbooks.progress import Phase, counted
from targets.appendix.agency_names import AgencyNames
from targets.appendix.cells.numbers import read_number
from targets.appendix.cells.texts import match_key
from targets.appendix.changes import Change, Changes
from targets.appendix.findings import Findings
from targets.appendix.headings import YEAR_IN_TITLE, Kind, Role
from targets.appendix.sums import broken_sum, check_group
from targets.appendix.table_rows import body_rows
from targets.appendix.units import measure_of
from targets.models import Allocation, Indicator, Target
from targets.numerals import format_number

_TOTAL = {"tong so", "tong cong", "cong", "tong", "toan tinh", "toan huien", "tong cong toan tinh"}
_OTHER = "other"
# A sum over more cells than this is told at its total alone.
_CELLS_TOLD = 500


class Share(NamedTuple):
    """
    One figure of the table: the part of an indicator's year that an agency is given.

    `key` is (agency id, indicator id, year), by which shares are told apart.
    """

    cell: str
    agency: Agency
    indicator: Indicator
    year: int
    number: Decimal
    key: tuple[int, int, int]


class YearSum(NamedTuple):
    """What all agencies are given of an indicator's year, beside the plan's own target."""

    indicator: Indicator
    year: int
    allocated: Decimal
    target: Decimal | None

    @property
    def gap(self):
        return None if self.target is None else self.allocated - self.target


@dataclass
class AllocationTable:
    shares: list[Share]
    changes: Changes
    sums: list[YearSum]
    row_count: int


def read_allocation(table, plan, found: Findings):
    """Return the AllocationTable of a recognised table; faults and questions go to `found`."""
    reader = _Reader(table, plan, found)
    shares = reader.list_shares() if table.kind == Kind.ALLOCATION_LIST else reader.wide_shares()
    _find_repeated(shares, found)
    stored = {
        (agency, indicator, year): value
        for agency, indicator, year, value in Allocation.objects.filter(
            indicator__plan=plan
        ).values_list("agency_id", "indicator_id", "year", "value")
    }
    changes = Changes(tuple(_changes(shares, stored)))
    _check_parts(plan, shares, found)
    reader.check_totals(shares)
    sums = _sums(plan, shares, stored)
    reader.tell_gaps(sums)
    return AllocationTable(shares, changes, sums, reader.row_count)


class _Reader:
    """Reads the cells of one table; keeps what its total row says."""

    def __init__(self, table, plan, found):
        self.table, self.plan, self.found = table, plan, found
        self.sheet = table.sheet
        self.indicators = list(plan.indicators.select_related("parent"))
        self.names = AgencyNames(plan.jurisdiction.agencies.all())
        self.by_label = {}
        for indicator in self.indicators:
            for label in {indicator.name, indicator.code, indicator.appendix_label} - {""}:
                same = self.by_label.setdefault(match_key(label), [])
                if indicator not in same:
                    same.append(indicator)
        self.agencies, self.totals, self.row_count = {}, {}, 0
        self.places = {}  # (indicator id, year) → the cell where its sum is told

    def wide_shares(self):
        columns = self._columns()
        shares = []
        body = body_rows(self.table, set(columns), self.found.notices)
        for row in counted(body, Phase.CHECK):
            name = self.found.text(self.table, row, Role.AGENCY)
            filled = [c for c in columns if self.sheet.cell(row, c).value.strip()]
            if match_key(name) in _TOTAL or match_key(self._order(row)) in _TOTAL:
                self._keep_total(row, columns)
            elif not filled:
                continue  # “Khối huyện”: a heading between rows, or an agency without a figure
            elif agency := self._agency(row, name):
                self.row_count += 1
                for column in filled:
                    shares += self._share(row, column, agency, *columns[column])
        return shares

    def list_shares(self):
        value = self.table.column(Role.VALUE)
        heading = self.table.heading_address(value)
        shares = []
        body = body_rows(self.table, {value}, self.found.notices)
        for row in counted(body, Phase.CHECK):
            name = self.found.text(self.table, row, Role.AGENCY)
            if match_key(name) in _TOTAL or not self.sheet.cell(row, value).value.strip():
                continue
            agency, indicator = self._agency(row, name), self._indicator_of_row(row)
            year = self._year_of_row(row)
            self.row_count += 1
            if agency and indicator and year:
                self.places.setdefault((indicator.pk, year), heading)
                shares += self._share(row, value, agency, indicator, year)
        return shares

    def check_totals(self, shares):
        """Note a total row that is not the sum of its column, at every cell that takes part."""
        columns = defaultdict(list)
        for share in shares:
            columns[share.key[1:]].append((share.cell, share.number))
        for place, (address, total) in self.totals.items():
            parts = columns.get(place, [])
            amount = sum(number for _, number in parts)
            if parts and amount != total and not self._is_incomplete:
                told = parts if len(parts) <= _CELLS_TOLD else []
                for cell, number in [(address, total), *told]:
                    self.found.error(cell, "broken-sum", broken_sum(parts, amount, total), number)

    def tell_gaps(self, sums):
        """Warn where all agencies together are given more or less than the plan's target."""
        for line in sums:
            key = line.indicator.pk, line.year
            # Without a row of totals it is told at the column's heading, which holds no number.
            place, number = self.totals.get(key) or (self.places.get(key), "")
            if line.gap and place:
                self.found.warn(
                    place,
                    "differs-from-target",
                    f"{line.indicator.name}, năm {line.year}: giao {format_number(line.allocated)}"
                    f", mục tiêu của kế hoạch {format_number(line.target)}, lệch "
                    f"{format_number(line.gap, sign=True)}.",
                    number,
                )

    @property
    def _is_incomplete(self):
        """A figure that could not be read leaves sums over it open."""
        return any(p.code not in ("broken-sum", "hidden-row") for p in self.found.errors)

    def _order(self, row):
        return self.table.text(row, Role.ORDER).text

    def _columns(self):
        """Return {column: (indicator, year)} of the columns that hold figures."""
        year = self._year_of_title()
        whole = self._whole()
        columns = {}
        for column, heading in self.table.headings.items():
            if heading.role in (Role.INDICATOR, Role.YEAR, Role.UNKNOWN, Role.LABEL):
                indicator = self._indicator_of(column, heading, whole)
                if indicator:
                    of_column = heading.year or year or self._asked_year()
                    columns[column] = (indicator, of_column)
                    self.places[indicator.pk, of_column] = self.table.heading_address(column)
            elif heading.role == Role.SKIPPED:
                self.found.notices.append(f"Cột “{heading.text}”: không đọc.")
        return columns

    def _whole(self):
        """Return the indicator that “Tổng số” stands for: the parent of the other columns."""
        parents = {
            indicator.parent
            for heading in self.table.headings.values()
            for word in heading.words
            for indicator in self.by_label.get(match_key(word), [])[:1]
            if indicator.parent
        }
        tops = [i for i in self.indicators if i.parent is None and i.combine == "sum"]
        return parents.pop() if len(parents) == 1 else (tops[0] if len(tops) == 1 else None)

    def _indicator_of(self, column, heading, whole):
        for word in reversed(heading.words):
            known = self.by_label.get(match_key(word))
            if known:
                return known[0]
            if match_key(word) in _TOTAL and whole:
                return whole
        if heading.role == Role.YEAR and (indicator := self._indicator_of_title()):
            return indicator
        if heading.role == Role.YEAR:
            return self._ask_indicator("title", self.table.heading_address(column), "Bảng này")
        key = f"column:{column}"
        return self._ask_indicator(key, self.table.heading_address(column), f"Cột “{heading.text}”")

    def _indicator_of_title(self):
        title = f" {match_key(self.table.title)} "
        named = [i for label, (i, *_) in self.by_label.items() if f" {label} " in title]
        return named[0] if len(set(named)) == 1 else None

    def _ask_indicator(self, key, address, what):
        choices = [(str(i.pk), i.name) for i in self.indicators if i.combine == "sum"]
        if not choices:
            self.found.error(address, "unknown-column", "Kế hoạch chưa có chỉ tiêu nào để giao.")
            return None
        answer = self.found.ask(f"indicator:{key}", address, f"{what} giao chỉ tiêu nào?", choices)
        return next(i for i in self.indicators if str(i.pk) == answer)

    def _indicator_of_row(self, row):
        label = self.found.text(self.table, row, Role.LABEL)
        known = self.by_label.get(match_key(label), [])
        if len(known) == 1:
            return known[0]
        address = self.sheet.address(row, self.table.column(Role.LABEL))
        if not known:
            self.found.error(address, "unknown-indicator", "Kế hoạch không có chỉ tiêu này.", label)
            return None
        answer = self.found.ask(
            f"indicator:{match_key(label)}",
            address,
            f"“{label}” là chỉ tiêu nào? Kế hoạch có {len(known)} chỉ tiêu cùng tên.",
            [(str(i.pk), f"{i.name} ({i.parent or i.code})") for i in known],
        )
        return next(i for i in known if str(i.pk) == answer)

    def _year_of_row(self, row):
        column = self.table.column(Role.YEAR_NAME)
        if column is None:
            return self._year_of_title() or self._asked_year()
        text = self.found.text(self.table, row, Role.YEAR_NAME)
        digits = text.lower().removeprefix("năm").strip()
        if digits.isascii() and digits.isdigit() and int(digits) in self.plan.years:
            return int(digits)
        self.found.error(
            self.sheet.address(row, column),
            "year-outside",
            f"“{text}” không phải là năm của kế hoạch "
            f"({self.plan.first_year}-{self.plan.last_year}).",
            text,
        )
        return None

    def _year_of_title(self):
        years = {int(year) for year in YEAR_IN_TITLE.findall(match_key(self.table.title))}
        years &= set(self.plan.years)
        if len(years) == 1:
            return years.pop()
        return self.plan.first_year if self.plan.is_one_year else None

    def _asked_year(self):
        years = [(str(year), str(year)) for year in self.plan.years]
        address = self.sheet.address(self.table.last_head, min(self.table.headings))
        if any(question.key == "year" for question in self.found.questions):
            return int(years[0][0])
        return int(self.found.ask("year", address, "Bảng này giao chỉ tiêu của năm nào?", years))

    def _agency(self, row, name):
        if name not in self.agencies:
            self.agencies[name] = self.names.find(name)
        agency = self.agencies[name]
        return agency or self._asked_agency(row, name)

    def _asked_agency(self, row, name):
        address = self.sheet.address(row, self.table.column(Role.AGENCY))
        close = self.names.close_to(name) if name else []
        if not close:
            message = (
                "Dòng có số nhưng không ghi đơn vị."
                if not name
                else (
                    f"“{name}” không có trong danh mục cơ quan. Sửa tên, hoặc thêm cơ quan trước."
                )
            )
            self.found.error(address, "unknown-agency", message, name)
            return None
        choices = [(str(agency.pk), agency.name) for agency in close]
        answer = self.found.ask(
            f"agency:{match_key(name)}",
            address,
            f"“{name}” không có trong danh mục cơ quan. Là cơ quan nào?",
            [*choices, (_OTHER, "Cơ quan khác (sửa tên trong tệp)")],
        )
        if answer == _OTHER:
            self.found.error(address, "unknown-agency", f"“{name}” không có trong danh mục.", name)
        return next((agency for agency in close if str(agency.pk) == answer), None)

    def _share(self, row, column, agency, indicator, year):
        number = self._number(row, column, indicator)
        if number is not None:
            key = agency.pk, indicator.pk, year
            yield Share(self.sheet.address(row, column), agency, indicator, year, number, key)

    def _number(self, row, column, indicator):
        address = self.sheet.address(row, column)
        if self.sheet.area(row, column):
            self.found.error(
                address,
                "merged",
                "Ô số bị gộp, không rõ số của đơn vị nào. Bỏ gộp ô.",
                self.sheet.spread(row, column).value,
            )
            return None
        cell = self.sheet.cell(row, column)
        reading = read_number(cell, measure_of(indicator.kind, indicator.unit))
        return self.found.number(address, cell, reading)

    def _keep_total(self, row, columns):
        for column, (indicator, year) in columns.items():
            if self.sheet.cell(row, column) is not grid.BLANK:
                number = self._number(row, column, indicator)
                if number is not None:
                    self.totals[indicator.pk, year] = (self.sheet.address(row, column), number)


def _find_repeated(shares, found):
    seen = {}
    for share in shares:
        if share.key in seen:
            found.error(
                share.cell,
                "same-row",
                f"{share.agency.short_name}, {share.indicator.name}, năm {share.year} đã có ở ô "
                f"{seen[share.key].rpartition('!')[2]}.",
                share.number,
            )
        seen.setdefault(share.key, share.cell)


def _changes(shares, stored):
    for share in shares:
        old = stored.get(share.key)
        label = f"{share.agency.short_name}, {share.indicator.name}"
        yield Change(share.cell, label, share.year, old, share.number)


class _Part(NamedTuple):
    figures: dict


def _check_parts(plan, shares, found):
    """Check the plan's breakdowns inside each agency's year (R17)."""
    breakdowns = list(plan.breakdowns.select_related("parent").prefetch_related("members"))
    by_agency = defaultdict(dict)
    for share in shares:
        agency, indicator, year = share.key
        by_agency[agency, year][indicator] = (share.cell, share.number)
    for (_, year), given in by_agency.items():
        for breakdown in breakdowns:
            if breakdown.parent_id not in given:
                continue
            members = list(breakdown.members.all())
            parts = {m: _Part({year: given[m.pk]} if m.pk in given else {}) for m in members}
            comparable = [part for m, part in parts.items() if m.unit == breakdown.parent.unit]
            check_group(
                breakdown.rule, {year: given[breakdown.parent_id]}, members, comparable, found
            )


def _sums(plan, shares, stored):
    """Return the YearSums after the import: agencies the table leaves out keep what they have."""
    places = {share.key[1:]: share.indicator for share in shares}
    after = stored | {share.key: share.number for share in shares}
    allocated = defaultdict(Decimal)
    for (_, indicator, year), number in after.items():
        if (indicator, year) in places:
            allocated[indicator, year] += number
    targets = _targets(plan)
    return [
        YearSum(places[place], place[1], number, targets.get(place))
        for place, number in sorted(allocated.items())
    ]


def _targets(plan):
    """Return {(indicator id, year): the number of the target in force}."""
    targets = Target.objects.filter(indicator__plan=plan, scope=Target.Scope.YEAR)
    in_order = sorted(targets, key=lambda t: (t.effective_on is not None, t.effective_on))
    return {(t.indicator_id, t.year): t.number for t in in_order}
