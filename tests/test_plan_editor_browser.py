"""
A province starts its next plan without a developer: staff write it in real Chromium, from the copy
of the last one to the first report and the first decision that revises it (issue 4, Shows 1).
"""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from plans.models import Plan
from reporting import plan_file
from reporting.plan_editor.topics import TOPICS
from tests import browser as browsing
from tests.browser import DESKTOP, PHONE, chromium, sign_in
from tests.portal import running
from tests.targets.appendix.books import content_of, kg171_workbook

pytestmark = [pytest.mark.xdist_group("services"), pytest.mark.timeout(240)]

TITLE = "Kế hoạch việc làm 2026–2030"
CODE = "ke-hoach-viec-lam-2026-2030"
TOTAL = "Lượt lao động được giải quyết việc làm"
HON_DAT = "Ủy ban nhân dân huyện Hòn Đất"
FIGURES = {
    TOTAL: "1.572",
    "Giải quyết việc làm trong tỉnh": "884",
    "Giải quyết việc làm ngoài tỉnh": "688",
    "Giải quyết việc làm qua chương trình": "861",
    "Đi làm việc ngoài tỉnh và ngoài nước": "711",
    "Số người được giải quyết việc làm mới": "812",
}


@pytest.fixture
def portal():
    with running(PORTAL_TODAY="2026-06-17T08:00") as portal:
        yield portal


@pytest.fixture
def exported(portal):
    """Tell the story in the browser; return the plan file staff download at its end."""
    with chromium() as browser:
        staff, officer = (enter(browser, portal, name) for name in ("thuongtruc", "hondat"))
        text = tell(staff.page, officer.page)
        complaints = staff.complaints + officer.complaints
    assert complaints == []
    return text


def enter(browser, portal, name):
    address, password = f"{name}@demo.invalid", settings.DEMO_PASSWORD
    return sign_in(browser, portal.address, address, password)[1]


def tell(staff, officer):
    copy_the_last_plan(staff)
    change_targets(staff)
    import_the_appendix(staff)
    change_the_half_years_rule(staff)
    look_at_every_page(staff)
    activate(staff)
    report = open_a_round(staff)
    send_a_report(officer, report)
    staff.goto(report)
    expect(staff.get_by_role("row", name=re.compile(TOTAL)).first).to_contain_text("1.572")
    revise_a_target(staff)
    return download(staff)


@pytest.mark.django_db
def test_staff_write_the_next_plan_and_its_file_loads_on_an_empty_portal(exported):
    assert TITLE in exported
    assert not Plan.objects.exists()  # the tests' own database knows nothing of that portal

    loaded, _ = plan_file.load_plan(plan_file.parse_plan_file(exported.encode(), name="tệp"))

    assert plan_file.as_yaml(plan_file.export_plan(loaded)) == exported
    of_2026 = loaded.indicators.first().targets.filter(scope="year", year=2026)
    assert {(t.low, bool(t.decided_by)) for t in of_2026} == {(36000, False), (37000, True)}


def copy_the_last_plan(page):
    page.get_by_role("link", name="Kế hoạch", exact=True).click()
    page.get_by_role("link", name="Soạn kế hoạch mới").click()
    page.get_by_label("Chép từ kế hoạch").select_option(label="Kế hoạch 171/KH-UBND")
    page.get_by_label("Tên kế hoạch").fill(TITLE)
    page.get_by_label("Từ năm").fill("2026")
    page.get_by_label("Đến năm").fill("2025")
    page.get_by_role("button", name="Mở bản soạn").click()
    expect(page.get_by_text("Năm cuối phải từ năm đầu trở đi.")).to_be_visible()
    page.get_by_label("Đến năm").fill("2030")
    page.get_by_role("button", name="Mở bản soạn").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLE)


def change_targets(page):
    page.get_by_role("link", name="Bảng mục tiêu từng năm").click()
    page.get_by_role("textbox", name=f"{TOTAL}, năm 2026").fill("36,000")
    page.get_by_role("button", name="Lưu bảng").click()
    expect(page.get_by_role("alert")).to_contain_text("Viết 36.000 hoặc 36")
    expect(page.get_by_role("textbox", name=f"{TOTAL}, năm 2026")).to_have_value("36,000")
    page.get_by_role("textbox", name=f"{TOTAL}, năm 2026").fill("36.000")
    page.get_by_role("button", name="Lưu bảng").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã lưu")
    page.get_by_role("link", name="Bản soạn").click()


def import_the_appendix(page):
    """The appendix's own file, first with a sum that is wrong: shown, corrected, written."""
    page.get_by_role("link", name="Chỉ tiêu", exact=True).click()
    page.get_by_role("link", name="Nhập bảng phụ lục từ Excel, Word").click()
    read_appendix(page, D5="36.000", D6="20.300")
    expect(page.get_by_role("heading", name="Chưa ghi được")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Phụ lục!D9 .*Lệch 1.000"))).to_be_visible()
    page.get_by_role("link", name="Nộp lại tệp đã sửa").click()
    read_appendix(page, D5="36.000", D6="20.300", D10="17.000")
    expect(page.get_by_role("heading", level=1)).to_contain_text("chưa ghi gì vào bản soạn")
    assert problems_of(page, "xem-truoc") == []
    page.get_by_label("Đúng, tệp này là bảng").check()
    page.get_by_role("button", name="Ghi 2 thay đổi").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã ghi vào bản soạn")
    assert problems_of(page, "da-ghi") == []
    page.get_by_role("link", name="Bảng mục tiêu từng năm").click()
    inside = page.get_by_role("textbox", name="Giải quyết việc làm trong tỉnh, năm 2026")
    expect(inside).to_have_value("20.300")
    page.get_by_role("link", name="Bản soạn").click()


def read_appendix(page, **cells):
    """Send plan 171's appendix with the years of the new plan and these cells changed."""
    book = kg171_workbook()
    for column, year in zip("DEFGH", range(2026, 2031), strict=True):
        book.active[f"{column}4"] = f"Năm {year}"
    for place, text in cells.items():
        book.active[place] = text
    file = {"name": "phu-luc.xlsx", "mimeType": "", "buffer": content_of(book)}
    page.get_by_label("Tệp Excel (.xlsx) hoặc Word (.docx)").set_input_files(file)
    page.get_by_role("button", name="Đọc tệp và xem trước").click()


def change_the_half_years_rule(page):
    """The last day follows the rule while it is edited, before anything is saved."""
    page.get_by_role("link", name="Chế độ báo cáo").click()
    page.locator("tbody th a").first.click()
    expect(page.get_by_text("năm 2026: ngày cuối cùng 19/6/2026")).to_be_visible()
    page.locator("#id_due_day").fill("25")
    page.locator("#id_due_month").focus()
    expect(page.get_by_text("năm 2026: ngày cuối cùng 24/6/2026")).to_be_visible()
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã lưu chế độ báo cáo")
    page.get_by_role("link", name="Bản soạn").click()


def look_at_every_page(page):
    """Every page of the draft is accessible and fits a phone."""
    here, found = page.url, {}
    pages = ["", "thong-tin/", "bang-muc-tieu/", "nhap-bang/"]
    pages += [f"phan/{topic.slug}/" for topic in TOPICS]
    pages += [f"phan/{slug}/them/" for slug in ("chi-tieu", "nhom-co-quan", "che-do")]
    for place in pages:
        page.goto(here + place)
        found[place] = problems_of(page, place.replace("/", "-"))
    assert {place: problems for place, problems in found.items() if problems} == {}
    page.goto(here)


def problems_of(page, name):
    """Return what is wrong with a page on a desk and on a phone; leave its pictures."""
    problems = browsing.accessibility_problems(page)
    browsing.screenshot(page, f"soan-{name}1280")
    for viewport in (DESKTOP, PHONE):
        page.set_viewport_size(viewport)
        if browsing.is_wider_than_screen(page):
            problems.append(f"wider than {viewport['width']} px")
    browsing.screenshot(page, f"soan-{name}360")
    page.set_viewport_size(DESKTOP)
    return problems


def activate(page):
    page.get_by_role("button", name="Kiểm tra và kích hoạt").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kích hoạt được")
    page.get_by_role("button", name="Kích hoạt kế hoạch").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã kích hoạt")
    expect(page.get_by_role("row", name=re.compile(TOTAL)).first).to_contain_text("36.000")


def open_a_round(page):
    """Open the first half of 2026 and return the address of Hòn Đất's report."""
    page.get_by_role("link", name="Chế độ báo cáo").click()
    expect(page.get_by_text("24/6/2026").first).to_be_visible()
    page.get_by_role("link", name="Mở kỳ báo cáo").click()
    page.get_by_label("Loại kỳ").select_option("first_half")
    page.get_by_label("Số liệu đến ngày").fill("2026-06-14")
    page.get_by_label("Ngày cuối cùng của các cơ quan").fill("2026-06-24")
    page.get_by_role("button", name="Mở kỳ báo cáo").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã mở")
    page.get_by_role("link", name=HON_DAT).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hòn Đất")
    return page.url


def send_a_report(page, address):
    page.goto(address)
    page.get_by_role("link", name=re.compile("Nhập báo cáo|Tiếp tục nhập")).first.click()
    for name, text in FIGURES.items():
        page.get_by_role("textbox", name=re.compile(f"Thực hiện.*{name}")).fill(text)
    for progress in page.get_by_role("combobox", name=re.compile("^Tiến độ: ")).all():
        progress.select_option("in_progress")
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Biên nhận")


def revise_a_target(page):
    """One decision gives 2026 another number; the old one stays in sight."""
    page.goto(f"/ke-hoach/{CODE}/")
    page.get_by_text("Điều chỉnh một mục tiêu bằng văn bản").click()
    page.get_by_role("link", name=f"{TOTAL}, năm 2026").click()
    page.get_by_label("Con số mới").fill("37.000")
    page.get_by_label("Văn bản điều chỉnh").fill("Quyết định 1234/QĐ-UBND ngày 28/5/2026")
    page.get_by_label("Hiệu lực từ ngày").fill("2026-06-01")
    page.get_by_role("button", name="Lưu điều chỉnh").click()
    expect(page.get_by_role("row", name=re.compile(TOTAL)).first).to_contain_text("37.000")
    revised = page.get_by_role("table").last
    expect(revised).to_contain_text("từ 36.000 trở lên")
    expect(revised).to_contain_text("Quyết định 1234/QĐ-UBND")
    page.goto(f"/ke-hoach/{CODE}/tien-do/2026/")
    expect(page.get_by_role("row", name=re.compile(TOTAL)).first).to_contain_text("37.000")


def download(page):
    page.goto(f"/ke-hoach/{CODE}/van-ban/")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Tải tệp kế hoạch").click()
    return saved.value.path().read_text(encoding="utf-8")
