"""The receipt (biên nhận) as a PDF document."""

from agencies.language import in_vietnamese
from reporting.models import Tier
from reporting.pdf_page import PdfPage, day, moment
from reporting.receipts import Receipt
from targets.numerals import format_number

COLUMNS = [
    ("Chỉ tiêu", 50, False),
    ("Đơn vị tính", 16, False),
    ("Thực hiện lũy kế", 20, True),
    ("Ước cả năm", 18, True),
]
DEMO = "Số liệu minh họa, không phải số liệu chính thức."


@in_vietnamese
def receipt_pdf(receipt: Receipt) -> bytes:
    """Return the document; the same version always gives the same bytes."""
    version, report = receipt.version, receipt.report
    page = PdfPage(
        f"Biên nhận {version.receipt_code}",
        made_at=version.submitted_at,
        head=f"{report.round.plan.jurisdiction.name} · Theo dõi kế hoạch việc làm",
        foot=f"Biên nhận {version.receipt_code}",
    )
    page.heading(f"Biên nhận {'bản tổng hợp' if report.tier == Tier.LEAD else 'báo cáo'}")
    if report.round.is_demo:
        page.paragraph(DEMO, "I")
    page.facts(_facts(receipt))
    if receipt.figures:
        page.heading("Số liệu đã gửi", size=12)
        page.figures(COLUMNS, _rows(receipt.figures))
    return page.as_bytes()


def _facts(receipt):
    version, report = receipt.version, receipt.report
    sender = f"{version.submitted_by}"
    if version.on_behalf:
        sender += f", {report.round.plan.lead_agency.short_name} nhập thay"
    yield "Số biên nhận", version.receipt_code
    yield "Cơ quan báo cáo", report.agency.name
    yield "Kỳ báo cáo", f"{_round_words(report.round)}, {report.round.plan.short_title}"
    yield "Bản", str(version.number)
    yield "Gửi lúc", moment(version.submitted_at)
    yield "Người gửi", sender
    for mark in version.marks:
        yield "Lưu ý", mark
    if receipt.sources:
        yield "Tổng hợp từ", receipt.sources
    if version.as_of:
        yield "Số liệu tính đến", day(version.as_of)
    if receipt.document:
        yield "Văn bản kèm theo", receipt.document
    yield "Ngày cuối cùng", _last_day(receipt)
    yield "Mã kiểm tra SHA-256", version.sha256


def _round_words(round):
    return f"{round}: {round.subject}" if round.subject else str(round)


def _last_day(receipt):
    last = receipt.report.first_last_day
    if last is None:
        return "không ghi hạn"
    sent = moment(receipt.report.first_submitted_at)
    return f"{day(last)}; gửi lần đầu {sent}, {receipt.timeliness_words}"


def _rows(figures):
    for figure in figures:
        actual, estimate = figure.actual, figure.estimate
        cells = [
            figure.indicator.name,
            figure.indicator.unit,
            figure.get_status_display() if actual is None else format_number(actual),
            "–" if estimate is None else format_number(estimate),
        ]
        yield cells, figure.explanation and f"Giải trình: {figure.explanation}"
