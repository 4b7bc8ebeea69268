"""A free table of results, agencies down and indicators across → fields of a round's drafts."""

from collections import defaultdict

from agencies.models import Agency
from agencies.workbooks.problems import Refused
from agencies.workbooks.reading import read_file
from reporting import draft_fields
from reporting.models import DraftField, Tier
from reporting.result_form.reading import read_figure
from targets.appendix.agency_names import AgencyNames
from targets.appendix.cells.texts import match_key
from targets.appendix.findings import Findings
from targets.appendix.headings import Kind, Role, find_table
from targets.appendix.table_rows import TOTAL, body_rows, hidden_warnings

_NO_TABLE = (
    "Không thấy bảng kết quả nào nhận ra được: cần cột “Đơn vị” và các cột mang đúng tên chỉ tiêu "
    "của kế hoạch."
)


def read_table(path, round):
    """
    Return (entries, problems) of a table: [[report id, field, cell, text, text last seen]].

    Agencies whose report is sent already are named and left out. Raises Refused.
    """
    by_label = _indicators_by_label(round.plan)
    tables = [find_table(sheet, set(by_label)) for sheet in read_file(path) if not sheet.is_hidden]
    table = next((t for t in tables if t and t.kind == Kind.ALLOCATION), None)
    if table is None:
        raise Refused(_NO_TABLE)
    found = Findings()
    for problem in hidden_warnings(table):
        found.add(problem)
    entries = _Reader(round, table, by_label, found).entries()
    return entries, found.problems


def _indicators_by_label(plan):
    by_label = {}
    for indicator in plan.indicators.all():
        for label in indicator.labels:
            by_label.setdefault(match_key(label), indicator)
    return by_label


class _Reader:
    def __init__(self, round, table, by_label, found):
        self.table, self.found, self.by_label = table, found, by_label
        self.names = AgencyNames(Agency.objects.filter(reports__round=round).distinct())
        reports = round.reports.filter(tier=Tier.AGENCY).select_related("agency")
        self.reports = {report.agency_id: report for report in reports}
        self.asked = draft_fields.indicators_by_agency(round.plan)
        self.stored = defaultdict(dict)
        for report, name, text in DraftField.objects.filter(report__round=round).values_list(
            "report", "name", "text"
        ):
            self.stored[report][name] = text

    def entries(self):
        """Return the fields of all rows; what is wrong goes to the findings."""
        columns, entries, seen = self._columns(), [], {}
        for row in body_rows(self.table, set(columns), self.found.notices):
            name = self.found.text(self.table, row, Role.AGENCY)
            if match_key(name) in TOTAL or not self._is_filled(row, columns):
                continue
            report = self._report(row, name)
            if report and report.pk in seen:
                message = f"{name} đã có ở dòng {seen[report.pk]}."
                self.found.error(self._place(row), "same-row", message, name)
            elif report:
                seen[report.pk] = row
                entries += self._cells(row, report, columns)
        return entries

    def _columns(self):
        columns = {}
        for column, heading in self.table.headings.items():
            known = [self.by_label.get(match_key(word)) for word in reversed(heading.words)]
            indicator = next(filter(None, known), None)
            if indicator and indicator not in columns.values():
                columns[column] = indicator
            elif heading.role in (Role.INDICATOR, Role.UNKNOWN, Role.LABEL, Role.YEAR):
                self.found.error(
                    self.table.heading_address(column),
                    "unknown-column",
                    f"Cột “{heading.text}” không phải chỉ tiêu nào của kế hoạch, hoặc lặp lại.",
                    heading.text,
                )
        return columns

    def _is_filled(self, row, columns):
        return any(self.table.sheet.cell(row, column).value.strip() for column in columns)

    def _place(self, row):
        return self.table.sheet.address(row, self.table.column(Role.AGENCY))

    def _report(self, row, name):
        """Return the open report of a row's agency; else say why there is none."""
        agency = self.names.find(name) if name else None
        report = agency and self.reports.get(agency.pk)
        if report is None:
            message = f"“{name}” không phải cơ quan báo cáo của kỳ này. Sửa tên trong tệp."
            self.found.error(self._place(row), "unknown-agency", message, name)
        elif not report.is_open:
            message = f"Báo cáo của {agency.short_name} đã gửi: không ghi dòng này."
            self.found.warn(self._place(row), "already-sent", message, name)
            return None
        return report

    def _cells(self, row, report, columns):
        for column, indicator in columns.items():
            cell, address = (
                self.table.sheet.cell(row, column),
                self.table.sheet.address(row, column),
            )
            if not cell.value.strip():
                continue
            if indicator.pk not in self.asked[report.agency_id]:
                message = f"{report.agency.short_name} không báo cáo chỉ tiêu này."
                self.found.error(address, "not-asked", message, cell.value[:200])
                continue
            text, problem = read_figure(address, cell, indicator)
            if problem:
                self.found.add(problem)
                continue
            name = f"figure-{indicator.pk}"
            yield [report.pk, name, address, text, self.stored[report.pk].get(name, "")]
