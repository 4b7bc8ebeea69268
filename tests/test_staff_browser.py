"""
The staff's morning in real Chromium: read the desk, filter the round, accept many, review the rest.

The portal runs on the demo: 17/6/2024, the first half of 2024 half reported.
"""

import re

import pytest
from playwright.sync_api import expect

from tests import browser as browsing
from tests.browser import PHONE

pytestmark = [pytest.mark.xdist_group("services"), pytest.mark.timeout(180)]


@pytest.fixture
def staff(enter):
    """The page of the staff member."""
    return enter("thuongtruc")


def count_in_heading(page):
    """Return how many reports wait, as the first page's heading says; 0 when it says nothing."""
    found = re.search(
        r"(\d+) báo cáo chờ xem xét", page.get_by_role("heading", level=1).inner_text()
    )
    return int(found[1]) if found else 0


def test_a_morning_of_the_staff(staff):
    page = staff
    waiting = count_in_heading(page)
    assert waiting > 4

    open_the_round(page, waiting)
    find_one_without_accents(page)
    accepted = accept_two_of_them(page)
    remind_one(page)
    first, second = review_one_after_the_other(page)
    assert len({*accepted, first, second}) == 4

    page.goto("/")
    assert count_in_heading(page) == waiting - 4


def open_the_round(page, waiting):
    page.get_by_role("link", name=f"{waiting} chờ xem xét").click()
    expect(page.get_by_text(f"Đang xem {waiting}/")).to_be_visible()
    browsing.screenshot(page, "can-bo-ky")
    page.get_by_role("link", name="Bỏ lọc").click()
    assert "?" not in page.url


def find_one_without_accents(page):
    page.get_by_label("Tên cơ quan").fill("go quao")
    page.get_by_role("button", name="Lọc", exact=True).click()
    expect(page.locator("tbody th[scope=row]")).to_have_text(["Ủy ban nhân dân huyện Gò Quao"])
    page.reload()  # the filter lives in the address
    expect(page.get_by_label("Tên cơ quan")).to_have_value("go quao")
    page.get_by_role("link", name="Bỏ lọc").click()


def accept_two_of_them(page):
    """Choose all that wait by the link, leave two ticked, accept them; return their names."""
    page.get_by_role("link", name=re.compile("^Chờ xem xét")).click()
    page.get_by_role("link", name=re.compile(r"^\d+ đang chờ xem xét$")).click()
    boxes = page.get_by_role("checkbox")
    for box in boxes.all()[2:]:
        box.uncheck()
    names = [box.get_attribute("aria-label").removeprefix("Chọn ") for box in boxes.all()[:2]]
    page.get_by_role("button", name="Tiếp nhận báo cáo đã chọn").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã tiếp nhận 2 báo cáo")
    assert "trang-thai=cho-xem-xet" in page.url
    return names


def remind_one(page):
    page.get_by_role("link", name=re.compile("^Chưa bắt đầu")).click()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Nhắc ngay").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã nhắc 1 cơ quan")


def review_one_after_the_other(page):
    """Accept one and go on, return the next with a reason; return the names of both."""
    page.goto("/")
    page.get_by_role("link", name=re.compile("^Xem xét")).first.click()
    first = name_of_report(page)
    expect(page.get_by_text("Báo cáo 1/")).to_be_visible()
    page.get_by_role("button", name="Tiếp nhận, xem báo cáo kế tiếp").click()
    expect(page.get_by_role("status").first).to_contain_text(f"Đã tiếp nhận báo cáo của {first}")
    second = name_of_report(page)
    page.get_by_label("Lý do trả lại").fill("Đề nghị bổ sung biên bản đối chiếu.")
    page.get_by_label("Hạn gửi lại").fill("2024-06-21")
    page.get_by_role("button", name="Trả lại báo cáo").click()
    expect(page.get_by_text("“Đề nghị bổ sung biên bản đối chiếu.”").first).to_be_visible()
    expect(page.get_by_text("Trả lại", exact=True).first).to_be_visible()
    return first, second


def name_of_report(page):
    return page.get_by_role("heading", level=1).inner_text().split(": báo cáo")[0]


def test_a_difficulty_is_found_and_answered(staff):
    page = staff
    page.get_by_role("link", name=re.compile("^Báo cáo 6 tháng đầu năm 2024")).first.click()
    page.get_by_role("link", name="Vướng mắc, kiến nghị").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("chưa trả lời xong")
    address = page.url

    item = page.locator("main li:has(blockquote)").first
    item.get_by_text("Trả lời", exact=False).first.click()
    item.get_by_label("Tình trạng").select_option("answered")
    item.get_by_role("button", name="Ghi").click()
    expect(page.get_by_text("Cần ghi ngắn gọn")).to_be_visible()  # the words are missing
    refused = page.locator("details[open]")
    refused.get_by_role("textbox").fill("Đã bổ sung 2 tỷ đồng.")
    refused.get_by_role("button", name="Ghi").click()

    expect(page.get_by_text("Đã bổ sung 2 tỷ đồng.").first).to_be_visible()
    expect(page.get_by_role("link", name="Đã trả lời, xử lý 1")).to_be_visible()
    page.goto(address)
    assert browsing.accessibility_problems(page) == []
    page.set_viewport_size(PHONE)
    browsing.screenshot(page, "vuong-mac-360")
    assert not browsing.is_wider_than_screen(page)
