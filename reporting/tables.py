"""Tables of rounds and reports as rows for a file; what they say is what their pages say."""

from decimal import Decimal

from django.utils.timezone import localtime

from agencies.downloads import DataTable
from agencies.spreadsheets import Column
from reporting import draft_fields
from reporting.matrix_view import TIMES, times_of
from reporting.models import Tier
from targets import attainment

_MATRIX = [
    Column("Cơ quan", 45),
    Column("Trạng thái", 18),
    Column("Thời hạn", 22),
    Column("Ngày cuối cùng", 14),
    Column("Bản gửi sau cùng", 10),
    Column("Gửi lúc", 18),
    Column("Số liệu đã có", 10),
    Column("Số liệu được hỏi", 10),
    Column("Nhiệm vụ đã ghi", 10),
    Column("Nhiệm vụ được hỏi", 10),
    Column("Lũy kế", 14, 4),
    Column("Cùng kỳ năm trước", 14, 4),
    Column("So cùng kỳ", 14, 4),
    Column("Cần xem", 45),
]
_DIFFICULTIES = [
    Column("Cơ quan", 45),
    Column("Loại", 22),
    Column("Mục", 45),
    Column("Nội dung", 80),
    Column("Tình trạng", 16),
    Column("Trả lời", 60),
]
_FIGURES = [
    Column("Chỉ tiêu", 60),
    Column("Đơn vị tính", 14),
    Column("Thực hiện lũy kế", 16, 4),
    Column("Ước cả năm", 16, 4),
    Column("Ghi chú", 18),
    Column("Giải trình", 60),
]
_FROZEN = [
    Column("Chỉ tiêu", 44),
    Column("Đơn vị tính", 11),
    Column("Mục tiêu", 12, 4),
    Column("Đã tiếp nhận", 12, 4),
    Column("Số đơn vị", 8),
    Column("Tạm tính thêm", 12, 4),
    Column("Số đơn vị tạm tính", 9),
    Column("% mục tiêu", 10, 1),
    Column("Cùng kỳ năm trước", 12, 4),
    Column("Tăng, giảm", 12, 4),
]
_TOTALS = [
    Column("Chỉ tiêu", 44),
    Column("Đơn vị tính", 11),
    Column("Mục tiêu", 22),
    Column("Thời gian của mục tiêu", 14),
    Column("Đã tiếp nhận", 11, 4),
    Column("Số đơn vị", 8),
    Column("Tạm tính thêm", 11, 4),
    Column("Số đơn vị tạm tính", 9),
    Column("% mục tiêu", 9, 1),
    Column("Cùng kỳ năm trước", 11, 4),
    Column("Tăng, giảm", 10, 4),
]


def matrix_table(round, lines):
    """Return the shown lines of a round's matrix."""
    title = f"{round}, {round.plan.short_title}"
    return DataTable(title, _MATRIX, [_matrix_row(line) for line in lines])


def _matrix_row(line):
    report = line.report
    return [
        report.agency.name,
        line.state_label,
        "; ".join(str(TIMES[time]) for time in times_of(line)),
        report.last_day,
        report.latest_version.number if line.sent_at else None,
        line.sent_at and localtime(line.sent_at),
        line.figures.done,
        line.figures.asked,
        line.duties.done,
        line.duties.asked,
        line.total,
        line.last_year,
        line.difference,
        "; ".join(str(flag.words) for flag in line.flags),
    ]


def difficulties_table(round, items):
    rows = [
        [
            item.report.agency.name,
            item.kind.label,
            item.heading,
            item.text,
            item.state.label,
            item.follow_up.answer if item.follow_up else "",
        ]
        for item in items
    ]
    title = f"Vướng mắc, kiến nghị, {str(round).lower()}, {round.plan.short_title}"
    return DataTable(title, _DIFFICULTIES, rows)


def figures_table(receipt):
    """Return the figures of a version that was sent; of a consolidation, its frozen totals."""
    if totals := receipt.version.content.get("totals"):
        return _frozen_totals(receipt.version, totals)
    rows = [
        [
            figure.indicator.name,
            figure.indicator.unit,
            figure.actual,
            figure.estimate,
            "" if figure.actual is not None else figure.get_status_display(),
            figure.explanation,
        ]
        for figure in receipt.figures
    ]
    return DataTable(f"Số liệu, biên nhận {receipt.version.receipt_code}", _FIGURES, rows)


def _frozen_totals(version, totals):
    counted = ("target", "accepted", "accepted_count", "provisional", "provisional_count")
    names = (*counted, "percent", "last_year", "difference")
    rows = [
        [total["name"], total["unit"], *[_number(total.get(name)) for name in names]]
        for total in totals
    ]
    return DataTable(f"Bản tổng hợp, biên nhận {version.receipt_code}", _FROZEN, rows)


def _number(value):
    """Return a number of a version's content, kept as its digits, as one."""
    return Decimal(value) if isinstance(value, str) else value


def totals_table(together):
    """Return the totals of a Consolidation, provisional ones in columns of their own."""
    rows = [
        [
            row.indicator.name,
            row.indicator.unit,
            attainment.describe(row.target) if row.target else "",
            attainment.describe_span(row.target) if row.target else "",
            row.accepted,
            row.accepted_count,
            row.provisional,
            row.provisional_count,
            row.percent if row.is_additive else None,
            row.last_year,
            row.difference,
        ]
        for row in together.rows
    ]
    return DataTable(_of_round("Tổng hợp", together.round), _TOTALS, rows)


def agency_figures_table(together):
    """Return each agency's figures in a Consolidation; what is not sent stays empty, not 0 (R9)."""
    columns = [Column("Đơn vị", 45), Column("Trạng thái", 18)]
    columns += [Column(_with_unit(indicator), 18, 4) for indicator in together.additive]
    rows = [
        [
            line.report.agency.name,
            line.report.get_state_display(),
            *[_figure(figure) if line.is_sent else None for figure in line.figures],
        ]
        for line in together.agency_lines
    ]
    return DataTable(_of_round("Số liệu từng đơn vị", together.round), columns, rows)


def empty_results_table(round):
    """Return the free table staff fill in: agencies that have not sent, indicators asked of any."""
    asked = draft_fields.indicators_by_agency(round.plan)
    reports = round.reports.filter(tier=Tier.AGENCY, agency__in=asked).select_related("agency")
    asked_of_any = set().union(*asked.values())
    indicators = [i for i in round.plan.indicators.all() if i.pk in asked_of_any]
    columns = [Column("Đơn vị", 45), *[Column(indicator.name, 18, 4) for indicator in indicators]]
    rows = [[r.agency.name, *[None] * len(indicators)] for r in reports if r.is_open]
    return DataTable(_of_round("Kết quả", round), columns, rows)


def _of_round(what, round):
    return f"{what}, {str(round).lower()}, {round.plan.short_title}"


def _with_unit(indicator):
    return f"{indicator.name} ({indicator.unit})" if indicator.unit else indicator.name


def _figure(figure):
    if figure is None:
        return None
    return figure.get_status_display() if figure.actual is None else figure.actual
