"""
Tables in and out in real Chromium: each kind sent with forty faults, corrected, sent, written.

Staff bring a plan's appendix, an allocation, a free table of results; an officer the form of a
report; and 20.000 rows go through the worker under a progress bar.
"""

import io
import json
import re
import time

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Error, expect

from tests import browser as browsing
from tests.browser import PHONE

pytestmark = [pytest.mark.xdist_group("services"), pytest.mark.timeout(180)]

KG171 = "/ke-hoach/kh-171-2021-kien-giang/"
STAFF, OFFICER = "thuongtruc", "hondat"
# What no count is; each is a fault of its cell alone.
BAD = ["khoảng 50", "15.500 người*", "12(1)", "1e5", "nan", -35, 3.5, "35 nghìn", "1.23.456"]
TCVN3 = "Lao ®éng n«ng th«n"


@pytest.fixture(scope="module")
def folder(portal, tmp_path_factory):
    """The folder of the stage's workbooks (tests/tables_stage.py), its plans in the portal."""
    folder = tmp_path_factory.mktemp("tables")
    words = f"'{folder}', '{STAFF}@demo.invalid'"
    code = f"from tests.tables_stage import build; build({words})"
    portal.command("shell", "-v", "0", "-c", code)
    return folder


@pytest.fixture(scope="module")
def stage(folder):
    return json.loads((folder / "stage.json").read_text())


def bytes_of(book):
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def choose(page, content, name):
    """Put a file into the page's one file field and send it."""
    page.locator("#id_file").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    page.get_by_role("button", name=re.compile("Đọc tệp|Nộp biểu")).click()


def cells_named(page):
    """Return the addresses of the cells whose faults and questions the page names."""
    bad = page.locator("tr.is-bad .cell:first-child, fieldset .cell").all_inner_texts()
    return {text.strip() for text in bad if "!" in text}


def see_well(page, name):
    """Look at a page as a phone shows it, and as a reader hears it."""
    assert browsing.accessibility_problems(page) == []
    browsing.screenshot(page, f"{name}-1280")
    page.set_viewport_size(PHONE)
    browsing.screenshot(page, f"{name}-360")
    assert not browsing.is_wider_than_screen(page)
    page.set_viewport_size(browsing.DESKTOP)


def downloaded(page, link):
    """Return the workbook behind a link."""
    with page.expect_download() as download:
        page.get_by_role("link", name=link).first.click()
    return load_workbook(io.BytesIO(download.value.path().read_bytes()))


def comments_in(page, link):
    """Download the annotated copy by its link; return the addresses of the commented cells."""
    book = downloaded(page, link)
    return {
        f"{sheet.title}!{cell.coordinate}"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


def test_an_appendix_with_forty_faults_is_corrected_and_written(folder, stage, enter):
    page = enter(STAFF)
    page.goto(f"/ke-hoach/{stage['appendix']}/")
    page.get_by_role("link", name="Nhập bảng từ Excel, Word").click()
    see_well(page, "nhap-bang")

    choose(page, (folder / "phu-luc-40-loi.xlsx").read_bytes(), "phu-luc.xlsx")
    expect(page.get_by_role("heading", name="Chưa ghi được")).to_be_visible()
    planted = set(stage["expected"])
    commented = comments_in(page, "Tải tệp của bạn có ghi chú")
    named = cells_named(page) | set(page.locator("tr .cell:first-child").all_inner_texts())
    assert len(planted) >= 40
    assert planted <= named
    assert planted <= commented
    assert cells_named(page) <= planted | set(stage["allowed"])
    see_well(page, "nhap-bang-40-loi")

    page.get_by_role("link", name="Nộp lại tệp đã sửa").click()
    choose(page, (folder / "phu-luc-da-sua.xlsx").read_bytes(), "phu-luc-da-sua.xlsx")
    expect(page.get_by_text("nhận ra từ tiêu đề: Phụ lục mục tiêu")).to_be_visible()
    see_well(page, "nhap-bang-xem-truoc")
    page.get_by_role("checkbox", name=re.compile("Đúng, tệp này là bảng")).check()
    page.get_by_role("button", name="Ghi 235 thay đổi").click()
    expect(page.get_by_text("235 mới, 0 thay đổi")).to_be_visible()
    see_well(page, "nhap-bang-da-ghi")


def test_the_allocation_downloaded_spoiled_and_corrected_comes_back(enter):
    page = enter(STAFF)
    page.goto(KG171)
    book = downloaded(page, "Tải bảng giao chỉ tiêu .xlsx")
    sheet = book.active
    # An indicator that no sum holds: whatever is wrong with one cell is wrong there alone.
    rows = [row for row in sheet.iter_rows(min_row=4) if "việc làm mới" in str(row[1].value)]
    numbers = {row[3].coordinate: row[3].value for row in rows[:40]}
    assert len(numbers) == 40
    for place, cell in enumerate(numbers):
        sheet[cell] = BAD[place % len(BAD)]

    page.goto(f"{KG171}nhap-bang/")
    choose(page, bytes_of(book), "giao-chi-tieu.xlsx")
    expect(page.get_by_text("nhận ra từ tiêu đề: Giao chỉ tiêu")).to_be_visible()
    wanted = {f"{sheet.title}!{cell}" for cell in numbers}
    assert cells_named(page) == wanted
    assert comments_in(page, "Tải tệp của bạn có ghi chú") == wanted

    for cell, value in numbers.items():
        sheet[cell] = value + 1
    page.get_by_role("link", name="Nộp lại tệp đã sửa").click()
    choose(page, bytes_of(book), "giao-chi-tieu.xlsx")
    expect(page.get_by_role("heading", name="Tổng đã giao so với mục tiêu")).to_be_visible()
    see_well(page, "giao-chi-tieu")
    page.get_by_role("checkbox", name=re.compile("Đúng, tệp này là bảng")).check()
    page.get_by_role("button", name="Ghi 40 thay đổi").click()
    expect(page.get_by_text("0 mới, 40 thay đổi")).to_be_visible()


def test_an_officer_fills_in_the_form_with_faults_then_well(enter):
    page = enter(OFFICER)
    page.get_by_role("link", name="Nhập báo cáo").click()
    page.get_by_text("Excel").first.click()
    book = downloaded(page, "Tải biểu của báo cáo này (.xlsx)")
    cells = {
        name: [c for row in book[name].iter_rows() for c in row if not c.protection.locked]
        for name in ("Số liệu", "Nhiệm vụ", "Văn bản, thuyết minh")
    }
    figures, words = cells["Số liệu"], cells["Văn bản, thuyết minh"]
    faults = {}
    for place, cell in enumerate(figures):
        faults[cell] = TCVN3 if cell.column == 8 else BAD[place % len(BAD)]
    for cell in cells["Nhiệm vụ"]:
        faults[cell] = TCVN3 if cell.column == 4 else "gần xong"
    for cell in words[-2:]:
        faults[cell] = TCVN3
    assert len(faults) == 40
    before = {cell: cell.value for cell in faults}
    for cell, value in faults.items():
        cell.value = value

    choose(page, bytes_of(book), "bieu.xlsx")
    expect(page.get_by_role("heading", level=1)).to_have_text("40 ô phải sửa trong biểu")
    wanted = {f"{cell.parent.title}!{cell.coordinate}" for cell in faults}
    named = {text.strip() for text in page.locator("tr.is-bad th.cell").all_inner_texts()}
    assert named == wanted
    assert comments_in(page, "Tải biểu của bạn có ghi chú") == wanted
    see_well(page, "bieu-40-loi")

    for cell, value in before.items():
        cell.value = value
    numbers = [1572, 884, 688, 862, 710, 812]
    for cell, number in zip([c for c in figures if c.column == 6], numbers, strict=True):
        cell.value = number
    choose(page, bytes_of(book), "bieu.xlsx")
    see_well(page, "bieu-xem-truoc")
    page.get_by_role("button", name="Ghi 6 ô").click()
    expect(page.get_by_text("Đã ghi “bieu.xlsx” vào bản nháp")).to_be_visible()
    assert page.get_by_role("textbox", name=re.compile("Thực hiện")).first.input_value() == "1.572"


def test_a_free_table_of_many_agencies_is_corrected_and_written(enter):
    page = enter(STAFF)
    page.get_by_role("link", name=re.compile("^Báo cáo 6 tháng đầu năm 2024")).first.click()
    page.get_by_role("link", name=re.compile("[Nn]hập bảng kết quả")).click()
    see_well(page, "bang-ket-qua")
    book = downloaded(page, "Tải bảng để điền (.xlsx)")
    sheet = book.active
    districts = [row for row in sheet.iter_rows(min_row=4) if "huyện" in str(row[0].value)]
    figures = [cell for row in districts[:5] for cell in row[1:7]]
    for place, cell in enumerate(figures):
        cell.value = BAD[place % len(BAD)]
    last = sheet.max_row
    for number in range(40 - len(figures)):
        sheet.cell(last + 1 + number, 1).value = f"UBND huyện không có {number}"
        sheet.cell(last + 1 + number, 2).value = 5
    strangers = [sheet.cell(row, 1) for row in range(last + 1, sheet.max_row + 1)]
    assert len(figures) == 30
    assert len(strangers) == 10
    wanted = {f"{sheet.title}!{cell.coordinate}" for cell in (*figures, *strangers)}

    choose(page, bytes_of(book), "ket-qua.xlsx")
    expect(page.get_by_role("heading", level=1)).to_have_text("40 ô phải xem lại trong bảng")
    named = {text.strip() for text in page.locator("tr.is-bad th.cell").all_inner_texts()}
    assert named == wanted
    assert comments_in(page, "Tải tệp của bạn có ghi chú") == wanted
    see_well(page, "bang-ket-qua-40-loi")

    page.get_by_role("link", name="Nộp lại tệp đã sửa").click()
    for place, cell in enumerate(figures):
        cell.value = 100 + place
    sheet.delete_rows(last + 1, len(strangers))
    choose(page, bytes_of(book), "ket-qua.xlsx")
    see_well(page, "bang-ket-qua-xem-truoc")
    page.get_by_role("button", name=re.compile(r"Ghi \d+ ô")).click()
    expect(page.get_by_text("Đã ghi “ket-qua.xlsx” vào bản nháp của các cơ quan")).to_be_visible()


def test_twenty_thousand_rows_go_through_under_a_progress_bar_that_tells_the_truth(
    folder, stage, enter
):
    page = enter(STAFF)
    page.goto(f"/ke-hoach/{stage['large']}/nhap-bang/")
    choose(page, (folder / "giao-20000.xlsx").read_bytes(), "giao-20000.xlsx")
    page.wait_for_url("**/viec/**")

    checked = bars_seen(page, look_again=page.reload)
    assert checked == sorted(checked)
    expect(page.get_by_role("link", name="Mới 20.000")).to_be_visible()

    page.get_by_role("checkbox", name=re.compile("Đúng, tệp này là bảng")).check()
    page.get_by_role("button", name="Ghi 20.000 thay đổi").click()
    page.wait_for_url("**/viec/**")
    written = bars_seen(page, look_again=lambda: page.wait_for_timeout(100))  # htmx looks
    assert written == sorted(written)
    assert checked + written  # a fast step may be over before the page is there
    expect(page.get_by_text("20.000 mới, 0 thay đổi, 0 không đổi")).to_be_visible()


STEPS = ["Đã kiểm tra", "Đang ghi, đã ghi"]


def bars_seen(page, *, look_again):
    """
    Watch a job's page to its end; return (place in STEPS, value) of each bar it had.

    Each value is the number in words; writing counts the rows anew after checking them.
    """
    seen = []
    deadline = time.monotonic() + 60
    while "/viec/" in page.url:
        assert time.monotonic() < deadline, seen
        try:
            words, value, top = page.evaluate(
                "() => { const bar = document.querySelector('#tien-do progress');"
                " return [document.querySelector('#tien-do').innerText,"
                " bar && bar.getAttribute('value'), bar && bar.getAttribute('max')] }"
            )
            look_again()
        except Error:  # the page is being left
            continue
        if value is not None:
            shown = f"{int(value):,}".replace(",", ".")
            [step] = [n for n, step in enumerate(STEPS) if f"{step} {shown} / 20.000 dòng" in words]
            assert top == "20000"
            seen.append((step, int(value)))
    return seen
