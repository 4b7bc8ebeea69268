"""
The path through the whole house: an officer reports, staff accept, the leader sees, mail goes out.

Three people in real Chromium, against a portal started as `make run` starts it: PostgreSQL as the
application's role, Valkey, worker, beat, a mail server, gunicorn, static files with hashed names.
"""

import contextlib
import email
import email.policy
import itertools
import json
import os
import re
import signal
import time

import pytest
from playwright.sync_api import Error, expect

from tests import browser as browsing
from tests.browser import DESKTOP, PHONE, cell
from tests.office_files import workbook
from tests.portal import running

# One portal and one browser serve all tests of this file; the last one stops the portal.
pytestmark = [pytest.mark.xdist_group("services"), pytest.mark.timeout(180)]

HON_DAT = "Ủy ban nhân dân huyện Hòn Đất"
TOTAL = "Lượt lao động được giải quyết việc làm"
MISSING_OFFICER, SENT_OFFICER = "giangthanh@demo.invalid", "hondat@demo.invalid"
# Last day 19/6/2024; the demo's clock stands on 17/6, within T-3, and the day after is T-1's.
NEXT_STAGE = "2024-06-18"


@pytest.fixture(scope="module")
def portal():
    # Many ticks of beat in a short story: each of them must leave alone what was sent.
    with running(REMINDER_TICK_SECONDS="2") as portal:
        yield portal


def number(text):
    """Return the first Vietnamese number in a text as an int: “7.721” → 7721."""
    return int(re.search(r"\d{1,3}(\.\d{3})*", text)[0].replace(".", ""))


def type_figures(page, **figures):
    names = {
        "total": TOTAL,
        "inside": "Giải quyết việc làm trong tỉnh",
        "outside": "Giải quyết việc làm ngoài tỉnh",
        "programme": "Giải quyết việc làm qua chương trình",
        "abroad": "Đi làm việc ngoài tỉnh và ngoài nước",
        "new": "Số người được giải quyết việc làm mới",
    }
    for name, text in figures.items():
        page.get_by_role("textbox", name=re.compile(f"Thực hiện.*{names[name]}")).fill(text)


def send(page):
    page.get_by_role("button", name="Gửi báo cáo").click()


def wait_for_mail(portal, address, words="", seconds=60):
    """Wait until a mail to an address, one with these words in its text, has arrived."""
    deadline = time.monotonic() + seconds
    while not any(words in text_of(file) for _, file in portal.mails_to(address)):
        assert time.monotonic() < deadline, f"no mail to {address}"
        time.sleep(0.2)


def text_of(file):
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    return message.get_body(("plain",)).get_content()


def test_a_figure_travels_from_the_districts_form_to_the_leaders_page(portal, enter):
    leader, officer, staff = enter("lanhdao"), enter("hondat"), enter("thuongtruc")
    accepted_before = number(cell(leader, TOTAL, "Đã tiếp nhận"))
    provisional_before = number(cell(leader, TOTAL, "Tạm tính"))
    assert "35.000" in cell(leader, TOTAL, "Mục tiêu")

    see_the_five_plans(officer)
    report_address = fill_in_and_send(officer)
    leader.reload()
    assert number(cell(leader, TOTAL, "Đã tiếp nhận")) == accepted_before
    assert number(cell(leader, TOTAL, "Tạm tính")) == provisional_before + 1572

    accept(staff)
    leader.reload()
    assert number(cell(leader, TOTAL, "Đã tiếp nhận")) == accepted_before + 1572
    assert number(cell(leader, TOTAL, "Tạm tính")) == provisional_before
    rate = f"{(accepted_before + 1572) / 350:.1f}%".replace(".", ",")
    assert rate in cell(leader, TOTAL, "% mục tiêu")

    officer.goto(report_address)
    expect(officer.get_by_text("Đã tiếp nhận").first).to_be_visible()
    officer.goto("/")
    expect(officer.get_by_role("heading", level=1)).to_contain_text("Không còn báo cáo")

    see_that_only_the_missing_are_reminded(portal, enter("giangthanh"))


def test_a_leader_reads_the_answers_on_the_first_screen_and_on_one_sheet_of_paper(enter):
    page = enter("lanhdao")
    answers = [
        re.compile(r"^Năm 2024: đã đạt [\d.]+/35\.000 lượt người"),  # target, attained
        re.compile(r"dự báo cả năm .* lượt người.*thời gian đã qua"),  # on pace or not
        re.compile(r"đơn vị có số liệu, \d+ chưa có"),  # how many are missing
        re.compile(r"^Chậm nhất$"),
        re.compile(r"Sở Thông tin và Truyền thông: quá hạn bổ sung 3 ngày"),  # who is latest
        re.compile(r"^Đang vướng trong kỳ này: \d+ nhiệm vụ$"),
        re.compile(r"Nêu từ \d+/\d+/20\d\d"),  # what is stuck, since when
    ]

    for answer in answers:
        box = page.locator("main h1, main h2, main p, main dt, main li").filter(has_text=answer)
        place = box.first.bounding_box()
        assert place["y"] + place["height"] <= DESKTOP["height"], answer
    latest = page.locator("section").filter(has=page.get_by_role("heading", name="Chậm nhất"))
    expect(latest.get_by_role("listitem")).to_have_count(3)
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    assert paper.count(b"/Type /Page\n") == 1


def see_the_five_plans(page):
    page.get_by_role("link", name="Kế hoạch", exact=True).click()
    expect(page.get_by_role("table").locator("tbody tr")).to_have_count(5)
    page.get_by_role("link", name="171/KH-UBND").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kiên Giang")
    expect(page.get_by_role("row", name=re.compile(TOTAL)).first).to_contain_text("35.000")
    page.goto("/")


def fill_in_and_send(page):
    """Enter the first half with a slip of the pen, then with parts that do not sum, then right."""
    expect(page.get_by_text("trước ngày 20/6").first).to_be_visible()
    page.get_by_role("link", name="Nhập báo cáo").click()
    type_figures(page, total="1.57o", inside="884", outside="668", programme="861", abroad="711")
    type_figures(page, new="812")
    send(page)
    problems = page.get_by_role("alert")
    expect(problems).to_contain_text("“1.57o” không phải là số")
    expect(page.get_by_role("textbox", name=re.compile(TOTAL)).first).to_have_value("1.57o")

    type_figures(page, total="1.572")
    expect(page.get_by_role("row", name=re.compile(TOTAL)).first).to_contain_text("%")
    send(page)
    expect(problems).to_contain_text("= 1.552, tổng số là 1.572")

    type_figures(page, outside="688")
    for progress in page.get_by_role("combobox", name=re.compile("^Tiến độ: ")).all():
        progress.select_option("in_progress")
    send(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Biên nhận")
    expect(page.get_by_text("2024-first-half/ubnd-huyen-hon-dat/1")).to_be_visible()
    expect(page.get_by_text("đúng hạn").first).to_be_visible()
    return page.url.partition("bien-nhan")[0]


def accept(page):
    page.reload()
    page.get_by_role("link", name=HON_DAT).first.click()
    expect(page.get_by_role("row", name=re.compile(TOTAL)).first).to_contain_text("1.572")
    page.get_by_role("button", name="Tiếp nhận", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Đã tiếp nhận")


def see_that_only_the_missing_are_reminded(portal, page):
    """One mail to the officer who is late with it, found in the SMTP server; no second one."""
    wait_for_mail(portal, MISSING_OFFICER)
    time.sleep(4)  # two more ticks of beat, and of the worker

    [(envelope, file)] = portal.mails_to(MISSING_OFFICER)
    assert envelope["message_id"]
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert "2 ngày" in message["Subject"]
    text = message.get_body(("plain",)).get_content()
    assert "trước ngày 20/6" in text
    assert "19/6/2024" in text
    page.goto(re.search(rf"{portal.address}/bao-cao/\d+/", text)[0])
    expect(page.get_by_role("heading", level=1)).to_contain_text("Giang Thành")
    page.get_by_role("link", name="Hộp thư minh họa").click()
    expect(page.get_by_role("cell", name=MISSING_OFFICER)).to_have_count(1)

    subjects = [
        email.message_from_bytes(file.read_bytes(), policy=email.policy.default)["Subject"]
        for _, file in portal.mails_to(SENT_OFFICER)
    ]
    # At most the reminder from before the report was sent; then the news that it was accepted.
    assert len([subject for subject in subjects if "Còn" in subject]) <= 1
    assert len([subject for subject in subjects if "Đã tiếp nhận" in subject]) <= 1
    assert len(subjects) <= 2
    rows = json.loads(portal.command("send_reminders", "--on", NEXT_STAGE, "--dry-run", "--json"))
    owed = {row["recipient"]: row["stage"] for row in rows}
    assert owed[MISSING_OFFICER] == "T-1"
    assert SENT_OFFICER not in owed


NEWCOMER = "moi@demo.invalid"
FIRST, SECOND = "mat-khau-dau-tien-cua-toi", "mat-khau-thu-hai-cua-toi"


def link_in_mail(portal, address, kind):
    """Return the path of the link of a kind in the mails to an address, once it is there."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for _, file in portal.mails_to(address):
            if found := re.search(rf"{portal.address}(/{kind}/\S+)", text_of(file)):
                return found[1]
        time.sleep(0.2)
    pytest.fail(f"no mail with a link to {kind} to {address}")


def set_password(page, path, password):
    page.goto(path)
    for place in (0, 1):
        page.locator("input[type=password]").nth(place).fill(password)
    assert browsing.accessibility_problems(page) == []
    page.get_by_role("button", name="Đặt mật khẩu").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đăng nhập")


def log_in(page, password):
    page.get_by_label("Thư điện tử").fill(NEWCOMER)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.locator(".who")).to_contain_text("Người Mới")


def test_an_invited_person_sets_a_password_by_mail_forgets_it_and_sets_another(
    portal, enter, browser
):
    page = enter("quantri")
    page.get_by_role("link", name="Quản trị").click()
    page.get_by_role("navigation", name="Quản trị").get_by_role("link", name="Người dùng").click()
    page.get_by_role("link", name="Mời người dùng").click()
    page.get_by_label("Họ và tên").fill("Người Mới")
    page.get_by_label("Thư điện tử").fill(NEWCOMER)
    page.get_by_label("Vai trò").select_option(label="Cán bộ đầu mối")
    page.get_by_label(re.compile("^Cơ quan")).select_option(label=f"{HON_DAT} (Tỉnh Kiên Giang)")
    page.get_by_role("button", name="Thêm và gửi thư mời").click()
    expect(page.locator("main")).to_contain_text(f"Đã gửi thư mời đến {NEWCOMER}.")
    newcomer = browsing.Watched(browser, portal.address, viewport=PHONE)

    set_password(newcomer.page, link_in_mail(portal, NEWCOMER, "loi-moi"), FIRST)
    log_in(newcomer.page, FIRST)
    newcomer.page.get_by_role("button", name="Đăng xuất").click()
    newcomer.page.get_by_role("link", name="Quên mật khẩu?").click()
    newcomer.page.get_by_label("Thư điện tử").fill(NEWCOMER)
    newcomer.page.get_by_role("button", name="Gửi liên kết").click()
    expect(newcomer.page.locator("main")).to_contain_text("Đã nhận yêu cầu")
    set_password(newcomer.page, link_in_mail(portal, NEWCOMER, "dat-lai-mat-khau"), SECOND)
    log_in(newcomer.page, SECOND)

    page.reload()
    expect(page.locator("main")).to_contain_text("đang dùng")
    assert newcomer.complaints == []
    newcomer.context.close()


def test_a_list_is_corrected_previewed_and_written(enter):
    page = enter("quantri")
    head = ["Mã", "Tên cơ quan", "Loại", "Có từ ngày", "Đến hết ngày", "Lãnh đạo duyệt"]

    def send(kind):
        page.goto("/quan-tri/nhap/co-quan/")
        rows = [head, ["truong-cd-nghe", "Trường Cao đẳng nghề", kind, None, None, None]]
        file = {"name": "co-quan.xlsx", "mimeType": "", "buffer": workbook(*rows)}
        page.get_by_label("Tệp Excel").set_input_files(file)
        page.get_by_role("button", name="Đọc tệp và xem trước").click()
        page.set_viewport_size(PHONE)
        assert not browsing.is_wider_than_screen(page)
        page.set_viewport_size(DESKTOP)
        assert browsing.accessibility_problems(page) == []

    send("Trường học")
    expect(page.get_by_role("rowheader", name="Sheet1!C2")).to_be_visible()
    send("Cơ sở đào tạo")
    expect(page.get_by_role("heading", level=1)).to_contain_text("chưa ghi gì vào cổng")
    page.get_by_role("button", name="Ghi 1 dòng").click()

    expect(page.get_by_role("link", name="Trường Cao đẳng nghề")).to_be_visible()


@contextlib.contextmanager
def frozen(portal, *programs):
    """Stop the mail server, the queue, in the middle of whatever they do; they go on afterwards."""
    stopped = [
        pid for pid, words in portal.processes().items() if any(p in words for p in programs)
    ]
    assert len(stopped) == len(programs)
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


def test_a_mail_leads_to_the_report_and_its_reminders_follow_it(portal, enter):
    officer, staff = enter("giangthanh"), enter("thuongtruc")
    wait_for_mail(portal, MISSING_OFFICER)
    officer.goto(button_of_the_last_mail(portal))
    officer.get_by_role("link", name=re.compile("Nhập|Tiếp tục")).first.click()
    figures = {"total": "1.572", "inside": "884", "outside": "688"}
    type_figures(officer, **figures, programme="862", abroad="710", new="812")
    for progress in officer.get_by_role("combobox", name=re.compile("^Tiến độ: ")).all():
        progress.select_option("in_progress")
    # Neither mail nor queue answers: the report is sent all the same.
    with frozen(portal, "config.embedded.mailsink", "valkey-server"):
        send(officer)
        expect(officer.get_by_role("heading", level=1)).to_contain_text("Biên nhận")
    report = re.search(r"/bao-cao/\d+/", officer.url)[0]

    assert MISSING_OFFICER not in reminded(portal, NEXT_STAGE)
    return_until(staff, report, "2024-06-28")
    wait_for_mail(portal, MISSING_OFFICER, "Báo cáo bị trả lại")  # a week later it were no news
    # 25/6 is T-3 of the new last day.
    assert reminded(portal, "2024-06-25")[MISSING_OFFICER] == ("T-3", "2024-06-28")
    digests = [line["message_id"].split(".")[:2] for line, _ in portal.mails_to(MISSING_OFFICER)]
    assert digests.count(["<digest", "20240625"]) == 1
    officer.goto("/thong-bao/")
    expect(officer.get_by_text("Bị trả lại:").first).to_be_visible()

    staff.goto(report)
    round_address = staff.locator("a[href*='/ky-bao-cao/']").first.get_attribute("href")
    staff.goto(re.match(r".*/ky-bao-cao/\d+/", round_address)[0] + "nhac-viec/")
    line = staff.get_by_role("row").filter(has_text="Giang Thành")
    expect(line).to_contain_text("báo tin trả lại")
    expect(line).to_contain_text(re.compile("trước hạn 3 ngày.*đã gửi"))
    browsing.screenshot(staff, "nhac-viec")


def button_of_the_last_mail(portal):
    _, file = portal.mails_to(MISSING_OFFICER)[-1]
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    html = message.get_body(("html",)).get_content()
    return re.search(r'<a href="([^"]+)"[^>]*>Mở báo cáo</a>', html)[1]


def reminded(portal, day):
    """Send what is owed on a day and return {address: (stage, last day)} of the calendar's rows."""
    rows = json.loads(portal.command("send_reminders", "--on", day, "--json"))
    return {
        row["recipient"]: (row["stage"], row["last_day"])
        for row in rows
        if row["stage"].startswith("T")
    }


def return_until(page, report, day):
    page.goto(report)
    form = page.locator("form[action$='tra-lai/']")
    form.get_by_label("Lý do trả lại").fill("Xin rà soát số ngoài tỉnh.")
    form.get_by_label("Hạn gửi lại").fill(day)
    form.get_by_role("button", name="Trả lại báo cáo").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã trả lại")


def walk(page, skip):
    """
    Follow the links and yield the kind of each page while it is open.

    /bao-cao/12/nhap/ and /bao-cao/7/nhap/ are of one kind, and only the first is opened.
    """
    known, waiting = {"/"}, ["/"]
    while waiting:
        address = waiting.pop(0)
        if not _opens(page, address):
            continue
        links = page.locator("a[href^='/']")
        hrefs = links.evaluate_all("links => links.map(link => link.getAttribute('href'))")
        for href in hrefs:
            if not re.match(skip, href) and _kind(href) not in known:
                known.add(_kind(href))
                waiting.append(href)
        yield _kind(address)


def _opens(page, address):
    """Open an address; say whether it gave a page, and not a file to keep (PDF, workbook, …)."""
    if re.search(r"\bpdf/?$", address):  # Chromium would show it in a page of its own
        return False
    try:
        page.goto(address)
    except Error as error:
        if "Download is starting" not in error.message:
            raise
        return False
    return True


def _kind(address):
    path = re.sub(r"[?#].*", "", address)
    return re.sub(r"/(kh-|nq|viec-lam)[\w-]+|/\d[\w-]*", "/*", path)


PLAN_PAGES = tuple(f"/ke-hoach/*/{tab}" for tab in ("", "nhiem-vu/", "giai-phap/", "van-ban/"))
# The same for all who are signed in: looked at once.
COMMON_PAGES = r"/ke-hoach/(?!.*tien-do)|/hop-thu/|/huong-dan/|/tim-kiem/"
GUIDE_PAGES = tuple(
    f"/huong-dan/{part and part + '/'}"
    for part in (
        *("", "can-bo-dau-moi", "lanh-dao-don-vi", "co-quan-thuong-truc"),
        *("lanh-dao", "quan-tri", "du-lieu"),
    )
)
DESK_PAGES = {
    "/quan-tri/",
    "/quan-tri/dia-ban/kien-giang/",
    "/quan-tri/khoa/",
    "/quan-tri/lich/",
    "/quan-tri/nhat-ky/",
    *(f"/quan-tri/{kind}/{page}" for kind in ("co-quan", "nguoi-dung") for page in ("", "them/")),
    "/quan-tri/co-quan/*/",
    "/quan-tri/nguoi-dung/*/",
    "/quan-tri/nhap/co-quan/",
    "/quan-tri/nhap/nguoi-dung/",
}
REPORT_PAGES = ("/bao-cao/*/", "/bao-cao/*/bien-nhan/*/", "/ky-bao-cao/*/")
OFFICERS_PAGES = {
    *("/ke-hoach/", "/tim-kiem/", "/hop-thu/", "/bao-cao/*/nhap/"),
    *(*PLAN_PAGES, *GUIDE_PAGES, *REPORT_PAGES),
}


@pytest.mark.parametrize(
    ("name", "skip", "kinds"),
    ids=lambda value: value if value in ("giangthanh", "thuongtruc", "lanhdao", "quantri") else "",
    argvalues=[
        ("giangthanh", "#", OFFICERS_PAGES),
        ("thuongtruc", COMMON_PAGES, {"/", *REPORT_PAGES}),
        ("lanhdao", COMMON_PAGES, {"/", "/ke-hoach/*/tien-do/*/", "/tom-tat/kien-giang/"}),
        ("quantri", COMMON_PAGES, {"/", "/ho-so/", "/ho-so/mat-khau/", *DESK_PAGES}),
    ],
)
def test_every_page_is_accessible_and_fits_a_phone(enter, name, skip, kinds):
    page = enter(name)
    found = {}

    for place, kind in enumerate(walk(page, skip)):
        browsing.screenshot(page, f"{name}-{place:02}-1280")
        problems = browsing.accessibility_problems(page)
        page.set_viewport_size(PHONE)
        browsing.screenshot(page, f"{name}-{place:02}-360")
        if browsing.is_wider_than_screen(page):
            problems.append("wider than 360 px")
        page.set_viewport_size(DESKTOP)
        found[kind] = problems

    assert kinds <= set(found)
    assert {kind: problems for kind, problems in found.items() if problems} == {}


LEADERS_PAGES = [
    "/",
    "/tom-tat/kien-giang/",
    "/so-sanh/",
    *(
        f"/ke-hoach/kh-171-2021-kien-giang/{tab}"
        for tab in ("tien-do/2023/", "cac-nam/", "dung-han/", "thuc-hien-nhiem-vu/")
    ),
]
# Pages with links in every cell are the same links over and over.
WALKED = {"/tom-tat/kien-giang/", "/so-sanh/"}
ZOOMED = {"width": 640, "height": 450}  # what is left of 1280 by 900 at 200 %
# What has an outline of its own is told by it.
GREY_FILLS = """() => [...new Set([...document.querySelectorAll("svg rect")].map(
    (part) => getComputedStyle(part)).filter((style) => style.stroke === "none").map(
    (style) => style.fill))]"""


def test_leaders_pages_zoomed_by_keyboard_and_on_grey_paper(enter):
    page = enter("lanhdao")
    found = {}

    for place, address in enumerate(LEADERS_PAGES):
        page.goto(address)
        problems = browsing.accessibility_problems(page)
        for size, name in ((ZOOMED, "200 %"), (PHONE, "360 px")):
            page.set_viewport_size(size)
            if browsing.is_wider_than_screen(page):
                problems.append(f"wider than the screen at {name}")
        page.set_viewport_size(DESKTOP)
        if address in WALKED:
            problems += keyboard_problems(page)
        page.emulate_media(media="print")
        browsing.screenshot(page, f"giay-{place:02}")
        problems += grey_problems(page)
        page.emulate_media(media="screen")
        found[address] = problems

    assert {address: problems for address, problems in found.items() if problems} == {}
    page.goto("/so-sanh/")
    page.get_by_label("Chỉ tiêu").focus()
    page.keyboard.press("End")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"chi-tieu=[A-Z0-9-]+"))


def keyboard_problems(page):
    """Walk a page by Tab: each stop is seen, and every link and field is one."""
    page.locator("body").press("Home")
    page.evaluate("() => document.activeElement.blur()")
    stops = page.locator("a[href], button, input:not([type=hidden]), select, [tabindex='0']")
    wanted, seen = stops.evaluate_all("all => all.filter((e) => e.checkVisibility()).length"), set()
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
            const all = [...document.querySelectorAll("*")];
            return [all.indexOf(e), e.tagName, s.outlineStyle !== "none" || s.boxShadow !== "none",
                    e.outerHTML.slice(0, 90)] }"""
        )
        if stop[1] == "BODY":
            break
        if not stop[2]:
            return [f"focus is not seen: {stop[3]}"]
        seen.add(stop[0])
    return [] if len(seen) == wanted else [f"{len(seen)} of {wanted} stops reached by Tab"]


def grey_problems(page):
    """The fills of charts, on grey paper, are told from each other."""
    fills = page.evaluate(GREY_FILLS)
    greys = sorted({round(grey_of(fill)) for fill in fills if fill.startswith("rgb(")})
    near = [pair for pair in itertools.pairwise(greys) if pair[1] - pair[0] < 25]
    return [f"greys too near: {near}"] if near else []


def grey_of(fill):
    red, green, blue = (int(part) for part in re.findall(r"\d+", fill)[:3])
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_the_login_page_is_accessible_and_fits_a_phone(portal, browser):
    watched = browsing.Watched(browser, portal.address, viewport=PHONE)
    watched.page.goto("/")

    expect(watched.page.get_by_role("heading", level=1)).to_contain_text("Đăng nhập")
    browsing.screenshot(watched.page, "dang-nhap-360")
    assert browsing.accessibility_problems(watched.page) == []
    assert not browsing.is_wider_than_screen(watched.page)
    assert watched.complaints == []
    watched.context.close()


def test_a_page_that_is_not_there_says_so_in_vietnamese(portal, browser):
    watched = browsing.Watched(browser, portal.address)
    watched.page.goto("/khong-co/")

    expect(watched.page.get_by_role("heading", level=1)).to_contain_text("Không tìm thấy")
    assert browsing.accessibility_problems(watched.page) == []
    # Chromium's own line about the status; nothing else.
    assert [line for line in watched.complaints if "status of 404" not in line] == []
    watched.context.close()


def test_sigterm_leaves_nothing_running(portal):
    names = " ".join(portal.processes().values())
    for part in ("supervisor", "gunicorn", "celery", "beat", "postgres", "valkey", "mailsink"):
        assert part in names

    assert portal.stop() == 0

    assert portal.processes() == {}
    assert "Đã dừng." in portal.told()
