"""Real Chromium for tests: what every browser test looks at besides its own story.

A person (`sign_in`) has a browser context of their own, so that several act in one test. Each
context is watched: a message on the console, an error in a script, a failed request or one to
another host ends up in `Watched.complaints`, and every browser test asserts that there are none.
"""

import contextlib
import os
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
# Told in full are violations alone: axe spends most of its time describing what is right.
AXE = {"resultTypes": ["violations"]}
# A folder to leave screenshots in, for people to look at.
SCREENSHOTS = os.environ.get("SCREENSHOTS")


@contextlib.contextmanager
def chromium():
    """Start Chromium; without one the test fails, it is never skipped."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.fail("Không có Chromium; cài bằng `make browser` hoặc apt-get install chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class Watched:
    """A browser context of one person, and what went wrong in it."""

    def __init__(self, browser, address, viewport=DESKTOP, **options):
        self.address = address
        self.complaints = []
        self.context = browser.new_context(
            base_url=address,
            viewport=viewport,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            **options,
        )
        self.context.set_default_timeout(15_000)
        self.context.on("console", self._note_console)
        self.context.on("weberror", lambda problem: self.complaints.append(str(problem.error)))
        self.context.on("request", self._note_request)
        self.context.on("requestfailed", self._note_failure)
        self.page = self.context.new_page()

    def _note_console(self, message):
        # Chromium itself writes a line for every answer from 400 on, the form pages' 422 (saved
        # in part, look again) among them; that line is not the page's.
        if "the server responded with a status of 422" not in message.text:
            self.complaints.append(f"{message.type}: {message.text} ({self.page.url})")

    def _note_request(self, request):
        if not request.url.startswith((f"{self.address}/", "data:")):
            self.complaints.append(f"another host: {request.url}")

    def _note_failure(self, request):
        # A page that is left before its last file came is no fault of the page.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"failed: {request.url} {request.failure}")


def sign_in(browser, address, email, password, **options):
    """Return the page of a person just signed in, on their first page, and what watches it."""
    watched = Watched(browser, address, **options)
    page = watched.page
    page.goto("/dang-nhap/")
    page.get_by_label("Thư điện tử").fill(email)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(f"{address}/")
    return page, watched


def come_back(browser, address, cookies, **options):
    """Return what `sign_in` does, of a person who signed in before: their session goes on."""
    watched = Watched(browser, address, **options)
    watched.context.add_cookies(cookies)
    watched.page.goto("/")
    expect(watched.page.get_by_role("button", name="Đăng xuất")).to_have_count(1)
    return watched.page, watched


def cell(page, row, column):
    """Return the text at the crossing of a row and a column, named by their headers' words."""
    table = page.get_by_role("table").filter(has=page.get_by_role("columnheader", name=column))
    headers = table.first.get_by_role("columnheader").all_inner_texts()
    place = next(n for n, text in enumerate(headers) if column in " ".join(text.split()))
    line = table.first.locator("tbody tr").filter(has=page.get_by_role("rowheader", name=row))
    return line.first.locator("th, td").nth(place).inner_text()


def accessibility_problems(page):
    """Return what axe finds wrong (WCAG 2 A and AA, and its good practice), one line each."""
    results = Axe().run(page, options=AXE)
    return [
        f"{found['id']}: {found['help']}: {node['html'][:160]}"
        for found in results.response["violations"]
        for node in found["nodes"]
    ]


def is_wider_than_screen(page):
    """Say whether the page itself has to be moved sideways; tables in their own frame may."""
    return page.evaluate(
        "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )


def screenshot(page, name):
    if SCREENSHOTS:
        folder = Path(SCREENSHOTS)
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", full_page=True)
