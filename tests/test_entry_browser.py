"""
Entering a report in real Chromium: nothing typed is lost, and two people never write over
each other (R17), whatever becomes of the connection, the session or the tab.
"""

import json
import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests import browser as browsing
from tests.browser import PHONE
from tests.portal import running

# One portal of its own serves all tests of this file.
pytestmark = [pytest.mark.xdist_group("services"), pytest.mark.timeout(180)]

TOTAL = "Lượt lao động được giải quyết việc làm"
INSIDE = "Giải quyết việc làm trong tỉnh"
OUTSIDE = "Giải quyết việc làm ngoài tỉnh"
PROGRAMME = "Giải quyết việc làm qua chương trình"
ABROAD = "Đi làm việc ngoài tỉnh và ngoài nước"
NEW = "Số người được giải quyết việc làm mới"
OFFICER, HEAD = "hondat", "lanhdao.hondat"
# Lines Chromium and htmx write themselves about requests that went out on a cut line or with a
# token that is no longer valid.
CUT = re.compile(
    r"ERR_INTERNET_DISCONNECTED|error: htmx:(afterRequest|sendError)"
    r"|status of 403|Response Status Error Code 403"
)


@pytest.fixture(scope="module")
def portal(request):
    # In a run that has that test too, the faults at mail are dealt while people type here.
    if any("mail_faults" in item.fixturenames for item in request.session.items):
        request.getfixturevalue("mail_faults")
    with running() as portal:
        yield portal


@pytest.fixture
def enter(enter):
    """Return a function that signs a person in and opens their agency's entry page, if wanted."""

    def by(name, *, opens=open_entry, **options):
        page = enter(name, **options)
        opens(page)
        return page

    return by


def open_entry(page):
    page.goto("/")
    ways_in = re.compile("Nhập báo cáo|Tiếp tục nhập|Xem và duyệt")
    page.get_by_role("link", name=ways_in).first.click()
    expect(page.get_by_role("heading", name="1. Số liệu")).to_be_visible()


def stay_home(page):
    """Staff have no entry page of their own."""


def cell(page, indicator, column="Thực hiện lũy kế"):
    return page.get_by_role("textbox", name=re.compile(f"^{column}: {indicator}"))


def words(page, number=1):
    return page.get_by_role("textbox", name=re.compile(rf"^{number}\. "))


def put(page, field, text):
    """Type as a person does, and leave the field; wait until the server has it."""
    with page.expect_response(lambda answer: "/luu-o/" in answer.url):
        type_over(page, field, text)
        field.blur()
    expect(page.locator("#saved")).to_contain_text(re.compile("Đã lưu|người khác"))


def type_over(page, field, text):
    field.focus()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.type(text, delay=5)


def stored_on_this_machine(page):
    texts = page.evaluate("() => Object.entries(localStorage)")
    return {key: json.loads(value) for key, value in texts if key.startswith("draft:")}


def expect_nothing_left_on_this_machine(page):
    page.wait_for_function(
        "() => !Object.keys(localStorage).some((key) => key.startsWith('draft:'))"
    )


def value_after_reload(page, field):
    page.reload()
    return field.input_value()


def forget_cut_line(page):
    """Drop the browser's own lines about the line that was cut; the test cut it."""
    watched = page.watched
    watched.complaints[:] = [line for line in watched.complaints if not CUT.search(line)]


# Two people on one report


def test_different_fields_of_two_people_are_both_saved(enter):
    officer, head = enter(OFFICER), enter(HEAD)

    put(officer, cell(officer, INSIDE), "884")
    put(head, cell(head, OUTSIDE), "688")
    put(officer, words(officer), "Đã mở hai phiên giao dịch.")
    put(head, words(head, 2), "Tiếp tục tư vấn.")
    put(officer, cell(officer, INSIDE), "885")  # once more, after the colleague's saving

    for page in (officer, head):
        page.reload()
        expect(cell(page, INSIDE)).to_have_value("885")
        expect(cell(page, OUTSIDE)).to_have_value("688")
        expect(words(page)).to_have_value("Đã mở hai phiên giao dịch.")
        expect(words(page, 2)).to_have_value("Tiếp tục tư vấn.")


def test_a_colleagues_value_comes_into_a_field_left_alone(enter):
    officer, head = enter(OFFICER), enter(HEAD)
    put(head, cell(head, NEW), "801")

    put(officer, words(officer, 3), "Thiếu vốn vay.")

    expect(cell(officer, NEW)).to_have_value("801")


@pytest.mark.parametrize(("choice", "kept"), [("Giữ của tôi", "861"), ("Lấy của người kia", "860")])
def test_one_field_of_two_people_shows_both_values_and_the_choice_settles_it(enter, choice, kept):
    officer, head = enter(OFFICER), enter(HEAD)
    put(head, cell(head, PROGRAMME), "859" if kept == "860" else "858")
    put(officer, cell(officer, TOTAL), "1.573" if kept == "860" else "1.574")
    expect(cell(officer, PROGRAMME)).to_have_value(re.compile("85"))
    put(head, cell(head, PROGRAMME), "860")

    type_over(officer, cell(officer, PROGRAMME), "861")
    cell(officer, PROGRAMME).blur()

    row = officer.get_by_role("row").filter(has=cell(officer, PROGRAMME))
    expect(row).to_contain_text("vừa sửa ô này thành “860”")
    expect(row).to_contain_text("bạn gõ “861”, chưa lưu")
    expect(officer.locator("#saved")).to_contain_text("1 ô người khác vừa sửa")
    assert list(stored_on_this_machine(officer).values())  # kept until settled
    head.reload()
    expect(cell(head, PROGRAMME)).to_have_value("860")

    row.get_by_role("radio", name=choice).check()

    expect(row.get_by_role("radio")).to_have_count(0)
    expect(cell(officer, PROGRAMME)).to_have_value(kept)
    expect_nothing_left_on_this_machine(officer)
    head.reload()
    expect(cell(head, PROGRAMME)).to_have_value(kept)


# The line, the session, the tab


def test_what_one_typed_oneself_while_a_saving_was_under_way_is_no_conflict(enter):
    officer = enter(OFFICER)
    under_way = []
    officer.route("**/luu-o/", lambda route: under_way.append((route, route.fetch())), times=1)
    type_over(officer, cell(officer, NEW), "8")
    cell(officer, NEW).blur()
    while not under_way:
        officer.wait_for_timeout(50)

    type_over(officer, cell(officer, NEW), "802")
    officer.get_by_role("button", name="Lưu nháp").click()
    [(route, answer)] = under_way
    with officer.expect_navigation():
        route.fulfill(response=answer)

    expect(cell(officer, NEW)).to_have_value("802")
    expect(officer.get_by_text("người khác vừa sửa")).to_have_count(0)
    assert value_after_reload(officer, cell(officer, NEW)) == "802"


def test_what_is_saved_with_the_focus_on_a_button_is_saved_and_not_sent(enter):
    """Whoever leaves the last field for “Gửi báo cáo” by Tab has not yet pressed it."""
    officer, asked, held = enter("giangthanh"), [], []
    officer.on("request", lambda asking: asked.append(asking.url) if asking.post_data else None)
    officer.route("**/luu-o/", lambda route: held.append(route), times=1)

    for indicator in ("Lượt lao động", "Giải quyết việc làm trong tỉnh"):
        type_over(officer, cell(officer, indicator), "1.234")
    officer.get_by_role("button", name="Gửi báo cáo").focus()
    officer.wait_for_timeout(900)  # the second field waits for the first one's saving
    held[0].continue_()
    officer.wait_for_timeout(1_500)

    addresses = [address.rpartition("/bao-cao/")[2].split("/")[1] for address in asked]
    assert addresses == ["luu-o", "luu-o"]
    for indicator in ("Lượt lao động", "Giải quyết việc làm trong tỉnh"):
        put(officer, cell(officer, indicator), "")  # the report is another test's to fill in


def test_what_is_typed_on_a_cut_line_is_saved_once_it_is_back(enter):
    officer = enter(OFFICER)
    officer.context.set_offline(True)
    type_over(officer, cell(officer, ABROAD), "711")
    cell(officer, ABROAD).blur()
    expect(officer.locator("#saved")).to_contain_text("Chưa lưu được, đang giữ trên máy này")
    [kept] = stored_on_this_machine(officer).values()
    assert [text for text, _ in kept.values()] == ["711"]

    officer.context.set_offline(False)

    expect(officer.locator("#saved")).to_contain_text("Đã lưu")
    expect_nothing_left_on_this_machine(officer)
    forget_cut_line(officer)
    officer.reload()
    expect(cell(officer, ABROAD)).to_have_value("711")


def test_a_session_that_ended_loses_nothing(enter):
    officer = enter(OFFICER)
    address = officer.url
    cookies = officer.context.cookies()
    officer.context.clear_cookies()
    # An idle session ends on the server; the token against forged forms stays in the browser.
    officer.context.add_cookies([c for c in cookies if c["name"].startswith("csrf")])

    type_over(officer, words(officer, 4), "Rà soát lao động chưa có việc làm.")
    words(officer, 4).blur()

    expect(officer.locator("#saved")).to_contain_text("Phiên làm việc đã hết")
    assert "Rà soát" in json.dumps(stored_on_this_machine(officer), ensure_ascii=False)

    officer.get_by_role("link", name="Đăng nhập lại").click()
    officer.get_by_label("Thư điện tử").fill(f"{OFFICER}@demo.invalid")
    officer.get_by_label("Mật khẩu").fill(settings.DEMO_PASSWORD)
    officer.get_by_role("button", name="Đăng nhập").click()

    officer.wait_for_url(address)
    expect(officer.get_by_text("Đã lấy lại 1 ô")).to_be_visible()
    expect(words(officer, 4)).to_have_value("Rà soát lao động chưa có việc làm.")
    expect_nothing_left_on_this_machine(officer)
    officer.reload()
    expect(words(officer, 4)).to_have_value("Rà soát lao động chưa có việc làm.")


def test_cookies_thrown_away_lose_nothing_either(enter):
    officer = enter(OFFICER)
    officer.context.clear_cookies()

    type_over(officer, words(officer, 5), "Đề nghị bổ sung vốn.")
    words(officer, 5).blur()

    expect(officer.locator("#saved")).to_contain_text("Phiên làm việc đã hết")
    assert "bổ sung vốn" in json.dumps(stored_on_this_machine(officer), ensure_ascii=False)
    forget_cut_line(officer)


def test_a_closed_tab_is_opened_again_with_its_text(enter):
    officer = enter(OFFICER)
    address, context = officer.url, officer.context
    context.set_offline(True)
    type_over(officer, words(officer, 5), "Đề nghị tăng chỉ tiêu vay vốn.")
    officer.close()
    context.set_offline(False)

    page = context.new_page()
    page.goto(address)

    expect(page.get_by_text("Đã lấy lại 1 ô")).to_be_visible()
    expect(words(page, 5)).to_have_value("Đề nghị tăng chỉ tiêu vay vốn.")
    expect_nothing_left_on_this_machine(page)
    page.reload()
    expect(words(page, 5)).to_have_value("Đề nghị tăng chỉ tiêu vay vốn.")
    forget_cut_line(officer)


def test_text_brought_back_does_not_write_over_what_a_colleague_saved_meanwhile(enter):
    officer, head = enter(OFFICER), enter(HEAD)
    officer.context.set_offline(True)
    type_over(officer, cell(officer, NEW, "Ước cả năm"), "1.500")
    address, context = officer.url, officer.context
    officer.close()
    put(head, cell(head, NEW, "Ước cả năm"), "1.600")
    context.set_offline(False)

    page = context.new_page()
    page.goto(address)

    row = page.get_by_role("row").filter(has=cell(page, NEW))
    expect(row).to_contain_text("thành “1.600”")
    expect(row).to_contain_text("bạn gõ “1.500”")
    expect(cell(page, NEW, "Ước cả năm")).to_have_value("1.500")
    row.get_by_role("radio", name="Lấy của người kia").check()
    expect(cell(page, NEW, "Ước cả năm")).to_have_value("1.600")
    expect_nothing_left_on_this_machine(page)
    forget_cut_line(officer)


def test_logging_out_takes_unsaved_texts_off_the_machine(enter):
    officer = enter(OFFICER, own_session=True)
    officer.context.set_offline(True)
    type_over(officer, words(officer, 2), "Chưa gửi đi được.")
    officer.wait_for_function("() => Object.keys(localStorage).length > 0")
    assert stored_on_this_machine(officer)
    officer.route("**/luu-o/", lambda route: route.abort())  # still unsaved when logging out
    officer.context.set_offline(False)

    officer.get_by_role("button", name="Đăng xuất").click()

    expect(officer.get_by_label("Mật khẩu")).to_be_visible()
    assert stored_on_this_machine(officer) == {}
    officer.watched.complaints[:] = [
        line for line in officer.watched.complaints if not re.search("luu-o|ERR_FAILED|htmx", line)
    ]
    forget_cut_line(officer)


# Hands and screens


def test_the_entry_page_fits_a_phone_and_is_accessible(enter):
    page = enter(OFFICER, viewport=PHONE)

    type_over(page, cell(page, OUTSIDE), "68o")
    with page.expect_response(lambda answer: "/luu-o/" in answer.url):
        cell(page, OUTSIDE).blur()

    expect(page.get_by_text("“68o” không phải là số").first).to_be_visible()
    assert not browsing.is_wider_than_screen(page)
    assert browsing.accessibility_problems(page) == []
    put(page, cell(page, OUTSIDE), "688")


# The two sides


def fill_the_rest(page, progress="Đang thực hiện"):
    """Fill in a district's six figures and all duties."""
    figures = [(TOTAL, "1.572"), (INSIDE, "884"), (OUTSIDE, "688")]
    figures += [(PROGRAMME, "861"), (ABROAD, "711"), (NEW, "812")]
    for indicator, text in figures:
        cell(page, indicator).fill(text)
    for choice in page.get_by_role("combobox", name=re.compile("^Tiến độ: ")).all():
        choice.select_option(progress)


def test_on_a_phone_a_report_is_entered_and_sent_by_touch(enter):
    page = enter("giangthanh", viewport=PHONE, has_touch=True, is_mobile=True)
    page.get_by_role("link", name="2. Nhiệm vụ").tap()
    expect(page.get_by_role("heading", name="2. Tiến độ nhiệm vụ")).to_be_in_viewport()

    cell(page, TOTAL).tap()
    page.keyboard.type("535")
    row = page.get_by_role("row").filter(has=cell(page, TOTAL))
    row.get_by_text("Giải trình").first.tap()
    row.get_by_role("textbox", name="Giải trình").tap()
    page.keyboard.type("Đã đối chiếu.")
    page.get_by_role("button", name="Lưu nháp").tap()
    expect(page.get_by_role("status").filter(has_text="Đã lưu bản nháp")).to_be_visible()
    expect(cell(page, TOTAL)).to_have_value("535")

    fill_the_rest(page)
    page.get_by_role("button", name="Gửi báo cáo").tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Biên nhận")
    assert not browsing.is_wider_than_screen(page)


def test_an_officer_lays_the_report_before_the_head_who_sends_it(enter):
    officer, head = enter("uminhthuong"), enter("lanhdao.uminhthuong", opens=stay_home)
    fill_the_rest(officer)
    expect(officer.get_by_role("button", name="Gửi báo cáo")).to_have_count(0)
    officer.get_by_role("button", name="Trình lãnh đạo").click()
    expect(officer.get_by_role("status").first).to_contain_text("Đã trình lãnh đạo")

    open_entry(head)
    expect(head.get_by_text("Đã trình lãnh đạo đơn vị")).to_be_visible()
    expect(cell(head, TOTAL)).to_have_value("1.572")
    head.get_by_role("button", name="Duyệt và gửi").click()

    expect(head.get_by_role("heading", level=1)).to_contain_text("Biên nhận")
    expect(head.get_by_text("Cao Thị Bích").first).to_be_visible()


def test_more_time_is_asked_for_granted_and_seen_by_both(enter):
    officer, staff = enter(OFFICER), enter("thuongtruc", opens=stay_home)
    address = officer.url.removesuffix("nhap/")
    officer.goto(address)
    officer.get_by_text("Xin gia hạn", exact=True).click()
    officer.get_by_label("Xin gia hạn đến hết ngày").fill("2024-06-25")
    officer.get_by_label("Lý do").fill("Chờ số liệu của hai xã.")
    officer.get_by_role("button", name="Gửi đề nghị").click()
    expect(officer.get_by_text("Chờ trả lời")).to_be_visible()

    staff.goto(address)
    expect(staff.get_by_text("Chờ số liệu của hai xã.").first).to_be_visible()
    expect(staff.get_by_label("Cho gia hạn đến hết ngày")).to_have_value("2024-06-25")
    staff.get_by_label("Cho gia hạn đến hết ngày").fill("2024-06-24")
    staff.get_by_role("button", name="Cho gia hạn").click()

    for page in (officer, staff):
        page.goto(address)
        expect(page.get_by_text("Cho đến hết 24/6/2024")).to_be_visible()
    officer.goto(f"{address}nhap/")
    expect(officer.get_by_text("còn 7 ngày")).to_be_visible()


def test_staff_enter_a_figure_for_fifteen_districts_and_send_one_on_behalf(enter):
    staff = enter("thuongtruc", opens=stay_home)
    open_an_ad_hoc_round_for_the_districts(staff)
    staff.get_by_role("link", name="Nhập một chỉ tiêu cho các đơn vị").click()
    cells = staff.get_by_role("textbox", name=re.compile(f"^{TOTAL}: "))
    expect(cells).to_have_count(15)
    for place, box in enumerate(cells.all()):
        box.fill("12o" if place == 7 else str(1000 + place))
    staff.get_by_role("button", name="Lưu bản nháp").click()
    expect(staff.get_by_text("“12o” không phải là số")).to_be_visible()
    expect(cells.nth(14)).to_have_value("1014")
    cells.nth(7).fill("1007")
    staff.get_by_role("button", name="Lưu bản nháp").click()
    expect(staff.get_by_role("status").first).to_contain_text("Đã lưu")

    staff.get_by_role("row").nth(3).get_by_role("link").click()
    staff.get_by_role("link", name="Nhập thay").click()
    expect(cell(staff, TOTAL)).to_have_value("1002")
    fill_the_rest(staff)
    staff.get_by_role("button", name="Gửi báo cáo").click()
    # The window is still open in June: the day of the figures must be said (R12).
    expect(staff.get_by_role("alert")).to_contain_text("Chưa đến ngày chốt số liệu 14/12/2024")
    staff.get_by_label("Số liệu tính đến ngày").fill("14/6/2024")
    staff.get_by_role("button", name="Gửi báo cáo").click()
    expect(staff.get_by_role("heading", level=1)).to_contain_text("Biên nhận")
    expect(staff.get_by_text("cơ quan thường trực nhập thay")).to_be_visible()


def open_an_ad_hoc_round_for_the_districts(page):
    page.goto("/ke-hoach/kh-171-2021-kien-giang/mo-ky/")
    page.get_by_label("Loại kỳ").select_option("ad_hoc")
    for box in page.get_by_role("checkbox").all():
        box.uncheck()
    page.get_by_role("checkbox", name="Ủy ban nhân dân các huyện, thành phố").check()
    page.get_by_role("button", name="Mở kỳ báo cáo").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("đột xuất")


def test_the_consolidation_is_written_sent_and_accepted(enter):
    staff, leader = enter("thuongtruc", opens=stay_home), enter("lanhdao", opens=stay_home)
    staff.get_by_role("link", name="Tổng hợp 6 tháng đầu năm 2024").click()
    expect(staff.get_by_role("row", name=re.compile(TOTAL)).first).to_contain_text("đơn vị")
    assert browsing.accessibility_problems(staff) == []
    put(staff, staff.get_by_label("Bài tổng hợp").nth(2), "Vốn vay còn thiếu so với nhu cầu.")
    staff.set_viewport_size(PHONE)
    assert not browsing.is_wider_than_screen(staff)
    address = staff.url.removesuffix("tong-hop/")
    staff.get_by_role("button", name="Gửi UBND tỉnh Kiên Giang").click()
    expect(staff.get_by_role("heading", level=1)).to_contain_text("Biên nhận bản tổng hợp")

    leader.goto(address)
    expect(leader.get_by_text("Vốn vay còn thiếu so với nhu cầu.")).to_be_visible()
    assert browsing.accessibility_problems(leader) == []
    leader.get_by_role("button", name="Tiếp nhận").click()
    expect(leader.get_by_role("status").first).to_contain_text("Đã tiếp nhận bản tổng hợp")


def tab_to(page, field, limit=200):
    """Press Tab until a field has the focus."""
    target = field.element_handle()
    for _ in range(limit):
        if page.evaluate("(field) => document.activeElement === field", target):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached by Tab: {field}")


def test_a_report_is_entered_and_sent_by_keyboard_alone(enter):
    """The last test: the report is sent with it."""
    page = enter(OFFICER)
    figures = {TOTAL: "1.572", INSIDE: "884", OUTSIDE: "688"}
    for indicator, text in (figures | {PROGRAMME: "861", ABROAD: "711", NEW: "812"}).items():
        tab_to(page, cell(page, indicator))
        page.keyboard.press("Control+A")
        page.keyboard.type(text)
    for choice in page.get_by_role("combobox").all():
        tab_to(page, choice)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
    tab_to(page, page.get_by_role("button", name="Gửi báo cáo"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Biên nhận")
    expect(page.get_by_text("2024-first-half/ubnd-huyen-hon-dat/1")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile(TOTAL))).to_contain_text("1.572")
