"""
The pictures of the user guide, taken anew: `make pictures`.

Walks a fresh demo in real Chromium as each role does, in the order of the guide, and leaves PNG
files of few colours in docs/images/huong-dan/, and the README's one beside that folder. Run it when
pages have changed, and look at them.
"""

import io
import os

from django.core.wsgi import get_wsgi_application
from PIL import Image

from tests.browser import PHONE, chromium, sign_in
from tests.office_files import workbook
from tests.portal import running

COLOURS = 64
ROUND = "Báo cáo 6 tháng đầu năm 2024"
FIGURES = {
    "Lượt lao động": "1.572",
    "trong tỉnh": "884",
    "làm ngoài tỉnh": "668",
    "qua chương trình": "862",
    "ngoài tỉnh và ngoài nước": "710",
    "làm mới": "812",
}


class Camera:
    """Signs people in and keeps pictures of what they see."""

    def __init__(self, browser, address, folder, password):
        self.browser, self.address = browser, address
        self.folder, self.password = folder, password

    def enter(self, name, **options):
        page, _ = sign_in(
            self.browser, self.address, f"{name}@demo.invalid", self.password, **options
        )
        hint = page.get_by_role("button", name="Đã hiểu, không hiện nữa")
        if hint.count():
            hint.click()
        return page

    def screen(self, page, name, height=None, top=None):
        """Keep the window from an element's upper edge on, or that many pixels of the page."""
        box = page.locator(top).first.bounding_box() if top else {"y": 0}
        size = page.viewport_size
        height = height or size["height"] - box["y"]
        clip = {"x": 0, "y": box["y"], "width": size["width"], "height": height}
        self._keep(page.screenshot(clip=clip, full_page=height > size["height"]), name)

    def element(self, element, name):
        self._keep(element.screenshot(), name)

    def _keep(self, content, name):
        image = Image.open(io.BytesIO(content)).convert("RGB")
        image.quantize(COLOURS).save(self.folder / f"{name}.png", optimize=True)


def of_everybody(camera):
    page = camera.browser.new_page(base_url=camera.address)
    page.goto("/dang-nhap/")
    camera.screen(page, "dang-nhap", top="main", height=430)
    camera.element(camera.enter("thuongtruc").locator("header .masthead"), "dau-trang")


def of_the_officer(camera):
    page = camera.enter("hondat")
    camera.screen(page, "can-bo-trang-dau", top="main", height=430)
    page.get_by_role("link", name="Nhập báo cáo").click()
    address = page.url
    for name, text in FIGURES.items():
        page.locator(f"input[name^=figure][aria-label*='{name}']").first.fill(text)
    for box in page.get_by_label("Tiến độ: ").all():
        box.select_option(label="Đang thực hiện")
    page.get_by_text("Đã lưu 17/6").wait_for()
    page.get_by_text("Lệch 20").first.wait_for()
    camera.element(page.locator("#so-lieu"), "can-bo-so-lieu")
    phone = camera.enter("hondat", viewport=PHONE)
    phone.goto(address)
    camera.screen(phone, "can-bo-lech")
    page.get_by_label("Thực hiện lũy kế: Giải quyết việc làm ngoài tỉnh").fill("688")
    page.get_by_role("button", name="Gửi báo cáo").click()
    camera.element(page.locator(".receipt"), "can-bo-bien-nhan")


def of_the_head(camera):
    page = camera.enter("lanhdao.uminhthuong")
    page.get_by_role("link", name="Xem và duyệt").click()
    camera.screen(page, "lanh-dao-don-vi-duyet", top="main")


def of_the_leader(camera):
    page = camera.enter("lanhdao")
    camera.screen(page, "lanh-dao-tong-quan", top="main", height=900)
    page.get_by_role("link", name="Mở trang tiến độ năm 2024").click()
    camera.screen(page, "../tien-do-1280")  # of the README


def of_the_staff(camera):
    page = camera.enter("thuongtruc")
    camera.screen(page, "thuong-truc-viec", top="main")
    page.get_by_role("link", name=ROUND).first.click()
    round_address = page.url
    camera.screen(page, "thuong-truc-bang", top="main")
    page.get_by_role("link", name="Xem xét báo cáo của Ủy ban nhân dân huyện An Minh").click()
    camera.screen(page, "thuong-truc-xem-xet", top="main")
    page.goto(round_address)
    page.get_by_role("link", name="Lập bản tổng hợp").click()
    camera.screen(page, "thuong-truc-tong-hop", top="main")
    page.get_by_role("button", name="Gửi UBND tỉnh").click()
    page.get_by_role("link", name="Xem báo cáo").click()
    leader = camera.enter("lanhdao")
    leader.goto(page.url)
    camera.screen(leader, "lanh-dao-tong-hop", top="main")
    page.goto("/ke-hoach/")
    page.get_by_role("link", name="Soạn kế hoạch mới").click()
    page.get_by_label("Chép từ kế hoạch").select_option(label="Kế hoạch 171/KH-UBND")
    page.get_by_label("Tên kế hoạch").fill("Kế hoạch việc làm tỉnh Kiên Giang, 2026 - 2030")
    page.get_by_label("Từ năm").fill("2026")
    page.get_by_label("Đến năm").fill("2030")
    page.get_by_role("button", name="Mở bản soạn").click()
    camera.screen(page, "thuong-truc-soan", top="main", height=820)


def of_the_administrator(camera):
    page = camera.enter("quantri")
    camera.screen(page, "quan-tri-trang-dau", top="main", height=560)
    page.goto("/quan-tri/nguoi-dung/them/")
    camera.screen(page, "quan-tri-moi", top="main", height=640)
    page.goto("/quan-tri/nhap/co-quan/")
    rows = [
        ["Mã", "Tên cơ quan", "Loại", "Có từ ngày", "Đến hết ngày", "Lãnh đạo duyệt"],
        ["so-khcn", "Sở Khoa học và Công nghệ", "Sở", "", "", "không"],
        ["ban-dan-toc", "Ban Dân tộc tỉnh", "Sở", "", "", "có"],
    ]
    file = {"name": "co-quan.xlsx", "mimeType": "", "buffer": workbook(*rows)}
    page.get_by_label("Tệp Excel (.xlsx)").set_input_files(files=[file])
    page.get_by_role("button", name="Đọc tệp và xem trước").click()
    camera.screen(page, "quan-tri-nhap", top="main", height=480)


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    get_wsgi_application()  # apps, for the modules below
    from django.conf import settings

    from agencies.guide import PICTURES

    PICTURES.mkdir(parents=True, exist_ok=True)
    with running() as portal, chromium() as browser:
        camera = Camera(browser, portal.address, PICTURES, settings.DEMO_PASSWORD)
        of_everybody(camera)
        of_the_leader(camera)
        of_the_officer(camera)
        of_the_head(camera)
        of_the_staff(camera)
        of_the_administrator(camera)


if __name__ == "__main__":
    main()
