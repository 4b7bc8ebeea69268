"""The leaders' brief as a PDF document of one A4 page."""

from bisect import bisect_left

from agencies.language import in_vietnamese
from dashboards.brief import MOST_STUCK, Brief
from reporting.pdf_page import PdfPage, day, moment

DEMO = "Số liệu minh họa, không phải số liệu chính thức."


COLUMNS = [
    ("Chỉ tiêu", 44, False),
    ("Mục tiêu", 22, True),
    ("Đã tiếp nhận", 14, True),
    ("% mục tiêu", 10, True),
    ("So cùng kỳ", 12, True),
]


@in_vietnamese
def brief_pdf(brief: Brief) -> bytes:
    """
    Return the document; the same brief always gives the same bytes.

    Until it is one page, indicators other than the first are left out, then stuck duties are told
    with fewer examples, then the older plans in their heading and one line alone; no number is
    made smaller. Each way takes less room than the one before.
    """
    plans = len(brief.plans)
    ways = [(MOST_STUCK, plans, True)]
    ways += [(most, plans, False) for most in range(MOST_STUCK, -1, -1)]
    ways += [(0, in_full, False) for in_full in range(plans - 1, -1, -1)]
    first = bisect_left(ways, True, hi=len(ways) - 1, key=lambda way: _is_one_page(brief, way))
    return _drawn(brief, *ways[first]).as_bytes()


def _is_one_page(brief, way):
    page = _drawn(brief, *way)
    for typeface in page.fonts.values():
        typeface.close()
    return page.pages_count == 1


def _drawn(brief, most_stuck, in_full, with_figures):
    page = PdfPage(
        f"Tóm tắt ngày {day(brief.at)}, {brief.place.name}",
        made_at=brief.at,
        head=f"{brief.place.name} · Theo dõi kế hoạch việc làm",
        foot=f"Số liệu lúc {moment(brief.at)}",
    )
    page.heading(f"Tóm tắt kế hoạch việc làm ngày {day(brief.at)}")
    if brief.is_demo:
        page.paragraph(DEMO, "I")
    for place, plan in enumerate(brief.plans):
        page.heading(f"{plan.plan.short_title}. {plan.headline}", size=11)
        if place < in_full:
            page.facts(plan.facts(most_stuck))
            if with_figures and plan.figures:
                page.figures(COLUMNS, [(_cells(line), "") for line in plan.figures])
        else:
            page.paragraph(plan.one_line)
    if not brief.plans:
        page.paragraph("Không có kế hoạch nào đang thực hiện trong năm.")
    return page


def _cells(line):
    indicator = line["indicator"]
    name = f"{indicator} ({indicator.unit})" if indicator.unit else str(indicator)
    return [name, line["target"], line["accepted"], line["percent"], line["difference"]]
