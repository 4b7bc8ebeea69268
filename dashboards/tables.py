"""Tables of a plan as rows for a file: progress of a year, duties, targets, allocations."""

from agencies.downloads import DataTable
from agencies.spreadsheets import Column
from targets import attainment
from targets.export import allocation_columns, allocation_rows, appendix_rows

_PROGRESS = [
    Column("Chỉ tiêu", 60),
    Column("Đơn vị tính", 14),
    Column("Mục tiêu", 28),
    Column("Thời gian của mục tiêu", 24),
    Column("Đã tiếp nhận", 16, 4),
    Column("Tạm tính thêm", 16, 4),
    Column("% mục tiêu", 12, 1),
    Column("Cùng kỳ năm trước", 16, 4),
    Column("Tăng, giảm", 14, 4),
]
_DUTIES = [
    Column("Cơ quan", 45),
    Column("Nhiệm vụ", 90),
    Column("Vai trò", 14),
    Column("Phối hợp với", 60),
    Column("Mục", 12),
]


def progress_table(plan, year, progress):
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
