"""Appendix tables as offices type them, as .xlsx and .docx, and small plans to read them into."""

import io
from pathlib import Path

from docx import Document
from openpyxl import Workbook

from agencies.workbooks import grid
from reporting.models import DraftImport
from targets.appendix import stored_sheet
from targets.models import AppendixImport
from tests.factories import BreakdownFactory, IndicatorFactory, PlanFactory, TargetFactory, at

HEAD = ["TT", "Mục tiêu, chỉ tiêu", "ĐVT", *(f"Năm {y}" for y in range(2021, 2026)), "Ghi chú"]
# The appendix of plan 171 as printed: figures as text with dots, ditto marks, empty TT cells.
KG171 = [
    ["", "Số người được giải quyết việc làm", "Lượt người", *["35.000"] * 5, ""],
    ["a.", "+ Trong tỉnh", "“", "19.300", "19.500", "19.700", "19.900", "20.000", ""],
    ["", "+ Ngoài tỉnh", "“", "15.700", "15.500", "15.300", "15.100", "15.000", ""],
    ["b.", "Thông qua các hình thức:", "Lượt người", "", "", "", "", "", ""],
    [
        "",
        "+ Chương trình, dự án phát triển kinh tế - xã hội của tỉnh, trong đó bao gồm các dự án "
        "vay vốn từ Quỹ Quốc gia về việc làm.",
        "“",
        "19.000",
        "19.000",
        "19.200",
        "19.200",
        "19.500",
        "",
    ],
    [
        "",
        "+ Lao động đi làm việc ngoài tỉnh và ngoài nước.",
        "“",
        "16.000",
        "16.000",
        "15.800",
        "15.800",
        "15.500",
        "",
    ],
    [
        "c.",
        "Trong đó: Giải quyết việc làm mới",
        "Người",
        *["19.000"] * 2,
        *["18.500"],
        *["18.000"] * 2,
        "",
    ],
]
TITLE = [
    "PHỤ LỤC",
    "Kế hoạch số: 171 /KH-UBND ngày 13 /9 /2021 về việc làm trên địa bàn tỉnh Kiên Giang "
    "giai đoạn 2021 - 2025)",
]


def kg171_workbook():
    """Return the appendix of plan 171 as an openpyxl workbook: heading in row 4, rows from 5."""
    book = Workbook()
    page = book.active
    page.title = "Phụ lục"
    for text in TITLE:
        page.append([text])
    page.merge_cells("A1:I1")
    page.merge_cells("A2:I2")
    page.append([])
    for row in [HEAD, *KG171]:
        page.append([value or None for value in row])
    return book


def kg171_document():
    """Return the appendix of plan 171 as a Word document with one table."""
    document = Document()
    for text in TITLE:
        document.add_paragraph(text)
    table = document.add_table(rows=0, cols=len(HEAD))
    for row in [HEAD, *KG171]:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = value
    return document


def saved(book, folder, name="phu-luc.xlsx"):
    """Save a workbook or document into a folder and return its path."""
    path = Path(folder) / name
    book.save(path)
    return path


def content_of(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def small_plan():
    """Return a plan with a total of two parts, targets for 2021-2025, 300 = 200 + 100."""
    plan = PlanFactory()
    total = IndicatorFactory(plan=plan, name="Tổng số", appendix_label="Giải quyết việc làm")
    parts = BreakdownFactory(parent=total)
    inside, outside = (
        IndicatorFactory(plan=plan, name=n, appendix_label=n, parent=total, breakdown=parts)
        for n in ("Trong tỉnh", "Ngoài tỉnh")
    )
    for year in plan.years:
        for indicator, number in ((total, 3000), (inside, 2000), (outside, 1000)):
            TargetFactory(indicator=indicator, year=year, low=number)
    return plan


def kept_appendix(plan, file, *, by, draft=None):
    """Keep a table of one row as an import read before, without a reader's process."""
    table = [["Mục tiêu, chỉ tiêu", "ĐVT", "Năm 2024"], ["Việc làm mới", "người", "19.000"]]
    rows = {
        number: {column: grid.Cell(grid.TEXT, text) for column, text in enumerate(row, 1)}
        for number, row in enumerate(table, 1)
    }
    record = AppendixImport.objects.create(
        plan=plan,
        kind="targets",
        name="phu-luc.xlsx",
        sheet="Bảng",
        original=file,
        parsed=stored_sheet.pack([grid.Sheet("Bảng", rows=rows)]),
        added_by=by,
        added_at=at("2024-06-17"),
    )
    if draft:
        DraftImport.objects.create(record=record, draft=draft)
    return record
