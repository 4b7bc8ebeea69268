"""An allocation against its plan: a row for each agency, or one for each figure."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from agencies.models import Agency
from agencies.workbooks import grid
from agencies.workbooks.progress import Phase, counted
from targets.appendix import allocation_sums
from targets.appendix.agency_names import AgencyNames
from targets.appendix.allocation_subjects import Subjects
from targets.appendix.allocation_sums import YearSum
from targets.appendix.cells.numbers import read_number
from targets.appendix.cells.texts import match_key
from targets.appendix.changes import Change, Changes
from targets.appendix.findings import Findings
from targets.appendix.headings import Kind, Role
from targets.appendix.table_rows import TOTAL, body_rows
from targets.appendix.units import measure_of
from targets.models import Allocation, Indicator

_OTHER = "other"


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


@dataclass
class AllocationTable:
    shares: list[Share]
    changes: Changes
    sums: list[YearSum]
    row_count: int


def read_allocation(table, plan, found: Findings, *, file_name=""):
    """Return the AllocationTable of a recognised table; faults and questions go to `found`."""
    reader = _Reader(table, plan, found, file_name)
    shares = reader.list_shares() if table.kind == Kind.ALLOCATION_LIST else reader.wide_shares()
    _find_repeated(shares, found)
    stored = {
        (agency, indicator, year): value
        for agency, indicator, year, value in Allocation.objects.filter(
            indicator__plan=plan
        ).values_list("agency_id", "indicator_id", "year", "value")
    }
    changes = Changes(tuple(_changes(shares, stored)))
    allocation_sums.check_parts(plan, shares, found)
    allocation_sums.check_totals(shares, reader.totals, found)
    sums = allocation_sums.year_sums(plan, shares, stored)
    allocation_sums.tell_gaps(sums, reader.totals, reader.headings, found)
    return AllocationTable(shares, changes, sums, reader.row_count)


class _Reader:
    """
    Reads the cells of one table.

    Keeps {(indicator id, year): …} of what its row of totals says, (cell, number), and of the
    headings under which the figures stand, their cell.
    """

    def __init__(self, table, plan, found, file_name):
        self.table, self.found, self.sheet = table, found, table.sheet
        self.subjects = Subjects(table, plan, found, file_name)
        self.names = AgencyNames(plan.jurisdiction.agencies.all())
        self.agencies, self.totals, self.headings, self.row_count = {}, {}, {}, 0

    def wide_shares(self):
        columns = self.subjects.of_columns()
        self.headings = {
            (indicator.pk, year): self.table.heading_address(column)
            for column, (indicator, year) in columns.items()
        }
        shares = []
        body = body_rows(self.table, set(columns), self.found.notices)
        for row in counted(body, Phase.CHECK):
            name = self.found.text(self.table, row, Role.AGENCY)
            filled = [c for c in columns if self.sheet.cell(row, c).value.strip()]
            if match_key(name) in TOTAL or match_key(self._order(row)) in TOTAL:
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
            if match_key(name) in TOTAL or not self.sheet.cell(row, value).value.strip():
                continue
            agency, (indicator, year) = self._agency(row, name), self.subjects.of_row(row)
            self.row_count += 1
            if agency and indicator and year:
                self.headings[indicator.pk, year] = heading
                shares += self._share(row, value, agency, indicator, year)
        return shares

    def _order(self, row):
        return self.table.text(row, Role.ORDER).text

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
