"""No cell is lost in silence: lies of the file, hidden parts, merged cells, two readers."""

import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook

from agencies.workbooks.crosscheck import check_agreement
from agencies.workbooks.grid import Area, Cell, Sheet
from agencies.workbooks.problems import Refused
from agencies.workbooks.reading import read_file
from tests.targets.appendix.books import kg171_workbook, saved
from tests.targets.appendix.hostile import package, sheet


def write(folder, content, name="bang.xlsx"):
    path = folder / name
    path.write_bytes(content)
    return path


def test_a_dimension_that_lies_loses_no_cell(tmp_path):
    rows = "".join(f'<row r="{n}"><c r="B{n}"><v>{n}</v></c></row>' for n in range(1, 101))
    (page,) = read_file(write(tmp_path, package(sheet(rows, '<dimension ref="A1"/>'))))

    assert len(page.rows) == 100
    assert page.cell(100, 2) == Cell("n", "100")


def test_the_file_is_read_whatever_its_name(tmp_path):
    path = saved(kg171_workbook(), tmp_path, "phu-luc.pdf.exe")

    assert read_file(path)[0].cell(5, 2).value == "Số người được giải quyết việc làm"


def test_hidden_merged_and_uncomputed_parts_are_told(tmp_path):
    book = Workbook()
    page = book.active
    page["A1"], page["B2"], page["C3"], page["D4"] = "tên", "=1+1", "#REF!", True
    page.merge_cells("A1:C1")
    page.row_dimensions[2].hidden = True
    page.column_dimensions["B"].hidden = True
    book.create_sheet("Nháp").sheet_state = "veryHidden"

    first, second = read_file(saved(book, tmp_path))

    assert first.merged == [Area(1, 1, 1, 3)]
    assert (first.hidden_rows, first.hidden_columns) == ([2], [2])
    assert first.cell(2, 2) == Cell("f", "=1+1")
    assert first.cell(3, 3) == Cell("e", "#REF!")
    assert first.cell(4, 4).kind == "b"
    assert (first.is_hidden, second.is_hidden) == (False, True)


def test_merged_cells_are_all_told_or_the_file_is_refused(tmp_path):
    def book(count):
        rows = f'<row r="{count}"><c r="A{count}"><v>1</v></c></row>'
        ranges = "".join(f'<mergeCell ref="B{n}:C{n}"/>' for n in range(1, count + 1))
        return package(
            sheet(rows).replace("</worksheet>", f"<mergeCells>{ranges}</mergeCells></worksheet>")
        )

    (page,) = read_file(write(tmp_path, book(6_000)))

    assert page.area(6_000, 3) == Area(6_000, 2, 6_000, 3)
    with pytest.raises(Refused, match="gộp quá nhiều ô"):
        read_file(write(tmp_path, book(20_001)))


def test_the_short_lines_above_a_word_table_are_its_title(tmp_path):
    document = Document()
    document.add_paragraph("Năm 2023 là lời của văn bản, không phải của bảng. " * 5)
    document.add_paragraph("Biểu số 1")
    document.add_paragraph("Giao chỉ tiêu năm 2025")
    document.add_table(rows=1, cols=1).cell(0, 0).text = "một"
    document.add_paragraph("Người lập biểu")
    document.add_table(rows=1, cols=1).cell(0, 0).text = "hai"

    first, second = read_file(saved(document, tmp_path, "bang.docx"))

    assert (first.title, first.cell(1, 1).value) == ("Biểu số 1 Giao chỉ tiêu năm 2025", "một")
    assert (second.title, second.cell(1, 1).value) == ("Người lập biểu", "hai")
    assert (first.called, Sheet("Giao").called) == ("Bảng 1", "trang tính “Giao”")


def test_merged_cells_of_a_word_table_stand_where_they_begin(tmp_path):
    document = Document()
    table = document.add_table(rows=3, cols=3)
    table.cell(0, 0).merge(table.cell(0, 2)).text = "rộng"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "cao"
    table.cell(2, 2).text = "35.000"

    (page,) = read_file(saved(document, tmp_path, "bang.docx"))

    assert page.merged == [Area(1, 1, 1, 3), Area(2, 1, 3, 1)]
    assert page.spread(1, 3).value == "rộng"
    assert page.spread(3, 1).value == "cao"
    assert page.cell(3, 3).value == "35.000"


def test_two_readers_that_disagree_refuse_the_file():
    with pytest.raises(Refused, match="Hai cách đọc"):
        check_agreement({"S": [2, 5]}, {"S": [1, 5]})
    with pytest.raises(Refused, match=r"lưu lại bằng Excel dạng \.xlsx"):
        check_agreement({"S": [2, 5]}, {})


def test_a_cell_only_one_reader_sees_refuses_the_file(tmp_path):
    """Two cells of one address: the readers keep different ones."""
    twice = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="A1"><v>2</v></c></row>'

    with pytest.raises(Refused, match="Hai cách đọc"):
        read_file(write(tmp_path, package(sheet(twice))))


def test_a_damaged_part_refuses_the_file(tmp_path):
    content = bytearray(package(sheet('<row r="1"><c r="A1"><v>123456</v></c></row>')))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        place = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 60
    content[place] ^= 0xFF

    with pytest.raises(Refused, match=r"Tệp bị hỏng|Không đọc được"):
        read_file(write(tmp_path, bytes(content)))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"TT,Chi tieu\n1,2\n", "Tệp .csv"),
        (b"%PDF-1.7", "Tệp PDF"),
        (b"<?xml version='1.0'?><Workbook/>", "Tệp XML|tệp XML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), r"\.xls\) chưa đọc được"),
    ],
)
def test_other_kinds_are_refused_with_the_way_out(tmp_path, content, words):
    with pytest.raises(Refused, match=words) as refusal:
        read_file(write(tmp_path, content))

    assert ".xlsx" in str(refusal.value)


def test_an_opendocument_sheet_is_refused_with_the_way_out(tmp_path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")

    with pytest.raises(Refused, match="OpenDocument"):
        read_file(write(tmp_path, content.getvalue()))


READ_FOR_LONG = """
import io, sys
from agencies.workbooks import reading
upload = io.BytesIO(open(sys.argv[1], "rb").read())
upload.name = "bang.xlsx"
print("reading", flush=True)
with reading.on_disk(upload) as path:
    reading.read_file(path)
"""


def children_of(pid):
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [child for child in found if b"workbooks.child" in cmdline(child)]


def cmdline(pid):
    """Return what a process was started as; nothing once it is gone or only waits to be reaped."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def until(found, seconds):
    deadline = time.monotonic() + seconds
    while not found() and time.monotonic() < deadline:
        time.sleep(0.02)
    return found()


def test_a_worker_killed_while_it_reads_leaves_no_process_and_no_file(tmp_path):
    rows = "".join(
        f'<row r="{n}">' + f"<c><v>{n * 7919}</v></c>" * 8 + "</row>" for n in range(1, 60_001)
    )
    file, temporary = write(tmp_path, package(sheet(rows))), tmp_path / "temporary"
    temporary.mkdir()
    worker = subprocess.Popen(
        [sys.executable, "-c", READ_FOR_LONG, file], env=os.environ | {"TMPDIR": str(temporary)}
    )
    assert until(lambda: len(children_of(worker.pid)) == 2, 20)
    children = children_of(worker.pid)

    time.sleep(0.5)  # into the file; the one that only counts may have come to its end
    assert any(map(cmdline, children))
    worker.send_signal(signal.SIGKILL)
    worker.wait()

    assert until(lambda: not any(map(cmdline, children)), 1)
    assert list(temporary.iterdir()) == []
