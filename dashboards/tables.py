"""Tables of a plan as rows for a file: progress of a year, duties, targets, allocations."""

from django.utils.timezone import localtime

from agencies.downloads import DataTable
from agencies.spreadsheets import Column
from reporting.models import DutyStatus
from targets import attainment
from targets.export import allocation_columns, allocation_rows, appendix_rows

_PROGRESS = [
    Column("Chỉ tiêu", 44),
    Column("Đơn vị tính", 11),
    Column("Mục tiêu", 22),
    Column("Thời gian của mục tiêu", 14),
    Column("Đã tiếp nhận", 11, 4),
    Column("Tạm tính thêm", 11, 4),
    Column("% mục tiêu", 9, 1),
    Column("Cùng kỳ năm trước", 11, 4),
    Column("Tăng, giảm", 10, 4),
    Column("So kỳ trước", 10, 4),
    Column("Dự báo thấp nhất", 10),
    Column("Dự báo cao nhất", 10),
]
_DUTIES = [
    Column("Cơ quan", 45),
    Column("Nhiệm vụ", 90),
    Column("Vai trò", 14),
    Column("Phối hợp với", 60),
    Column("Mục", 12),
]
_TIMELINESS = [
    Column("Cơ quan", 38),
    Column("Báo cáo", 14),
    Column("Đến hạn", 7),
    Column("Đúng hạn", 7),
    Column("Trễ", 7),
    Column("Thiếu", 7),
    Column("Tỷ lệ đúng hạn (%)", 9, 1),
]
_DUTY_STATES = [
    Column("Cơ quan", 45),
    Column("Được giao", 11),
    *[Column(status.label, 12) for status in DutyStatus],
    Column("Chưa có báo cáo", 12),
    Column("Theo", 22),
]
_STUCK = [
    Column("Nhiệm vụ", 50),
    Column("Mục", 8),
    Column("Cơ quan", 32),
    Column("Kỳ báo cáo", 18),
    Column("Lời của báo cáo", 50),
    Column("Vướng từ", 12),
]


def progress_table(plan, year, progress):
    """Return a year's indicators, each beside its target."""
    rows = [
        [
            row.indicator.name,
            row.indicator.unit,
            attainment.describe(target) if target else "",
            attainment.describe_span(target) if target else "",
            row.accepted,
            row.provisional,
            row.percent if row.is_additive else None,
            row.last_year,
            row.difference,
            row.increment,
            row.forecast and row.forecast.low,
            row.forecast and row.forecast.high,
        ]
        for row, target in progress.lines
    ]
    return DataTable(f"Tiến độ năm {year}, {plan.short_title}", _PROGRESS, rows)


def duties_table(plan, parties):
    """Return a row for each duty of each party; parties come with their duties and partners."""
    rows = [
        [
            str(party),
            duty.statement,
            duty.get_role_display(),
            "; ".join(str(partner) for partner in duty.partners.all()),
            duty.clause,
        ]
        for party in parties
        for duty in party.duties.all()
    ]
    return DataTable(f"Nhiệm vụ theo cơ quan, {plan.short_title}", _DUTIES, rows)


def targets_table(plan):
    """Return the plan's appendix as a plain table, for .csv; .xlsx has its own layout."""
    head = [Column("TT"), Column("Mục tiêu, chỉ tiêu"), Column("ĐVT")]
    head += [Column(f"Năm {year}") for year in plan.years]
    return DataTable(
        f"Phụ lục, {plan.short_title}", [*head, Column("Ghi chú")], appendix_rows(plan)
    )


def allocation_table(plan):
    return DataTable(
        f"Giao chỉ tiêu, {plan.short_title}", allocation_columns(), allocation_rows(plan)
    )


def timeliness_table(plan, table):
    """Return the shown lines of a TimelinessTable, a column for each of its rounds."""
    columns = [*_TIMELINESS, *[Column(round.label, 16) for round in table.rounds]]
    groups = [
        ("phải báo cáo", table.required),
        ("bản tổng hợp", table.consolidations),
        ("được đề nghị", table.invited),
    ]
    rows = [_timeliness_row(line, what) for what, lines in groups for line in lines]
    years = f"năm {table.year}" if table.year else "mọi kỳ"
    return DataTable(f"Đúng hạn, {years}, {plan.short_title}", columns, rows)


def _timeliness_row(line, what):
    counts = line.punctuality
    return [
        line.agency.name,
        what,
        counts.due,
        counts.on_time,
        counts.late,
        counts.missing,
        counts.rate,
        *["; ".join([cell.words, *cell.remarks]) if cell else None for cell in line.cells],
    ]


def duty_states_table(plan, states):
    """Return how far the duties of each agency are; who is not heard of has no round."""
    rows = [
        [
            line.agency.name,
            line.asked,
            *[count for _, count in line.by_status],
            line.unsaid,
            line.report.round.label if line.report else "chưa gửi",
        ]
        for line in states.lines
    ]
    return DataTable(f"Thực hiện nhiệm vụ, {plan.short_title}", _DUTY_STATES, rows)


def stuck_table(plan, states):
    rows = [
        [
            item.duty.statement,
            item.duty.clause,
            item.report.agency.name,
            item.report.round.label,
            item.words,
            localtime(item.since).date(),
        ]
        for item in states.stuck
    ]
    return DataTable(f"Nhiệm vụ đang vướng mắc, {plan.short_title}", _STUCK, rows)
