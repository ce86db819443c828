"""A Chromium for tests that read as stories, and an accessibility check for every page they come to.

Ask for `visit` (a page of a fresh browser without cookies) or `browser` (to make contexts of your own). Where no
Chromium is found these tests are skipped with one loud line.
"""

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from playwright.sync_api import Error as PlaywrightError

NO_CHROMIUM = (
    "NO CHROMIUM: the browser tests are skipped. Get one with 'apt-get install chromium-headless-shell' or "
    "'apt-get install chromium' (Debian), or with '.venv/bin/playwright install chromium'."
)
# The first is the same browser without its windows: a page takes less than half the time.
CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
SMALL_PHONE: ViewportSize = {"width": 320, "height": 640}
# Two sites of this machine that are not "localhost", so that plain http is not a secure context there.
PLAIN_HTTP = ("passport.test", "elsewhere.test")
ARGUMENTS = [
    "--no-sandbox",  # tests run as root in containers, and open our own pages only
    "--host-resolver-rules=MAP *.test 127.0.0.1",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# To list what passed as well takes axe three times as long, and a fifth more to name what it is about in CSS.
AXE_OPTIONS = {
    "runOnly": {"type": "tag", "values": RULES},
    "reporter": "no-passes",  # violations only
    "selectors": False,
    "preload": False,
}
_WIDTHS = """() => {
    const root = document.documentElement, found = [];
    for (const size of ["100%", "200%"]) {
        root.style.fontSize = size;
        const wide = [...document.querySelectorAll("body *")]
            .filter(e => e.getBoundingClientRect().right > root.clientWidth + 1)
            .map(e => `${e.tagName} ${e.className}: ${e.textContent.trim().slice(0, 60)}`);
        found.push([root.scrollWidth, root.clientWidth, size, wide.slice(-3)]);
    }
    root.style.fontSize = "";
    return found;
}"""


@pytest.fixture(scope="module")  # a session-wide one would break asyncio tests that come after it
def browser() -> Iterator[Browser]:
    """A headless Chromium: the machine's, else Playwright's own, else the test is skipped."""
    installed = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(executable_path=installed, args=ARGUMENTS)
        except PlaywrightError:
            if installed is not None:  # found and broken is no reason to go on without
                raise
            pytest.skip(NO_CHROMIUM)
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Page]:
    """A page on a desk, in English, of a browser that knows no cookies."""
    context = browser.new_context(locale="en-GB", reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.fixture
def visit_on_phone(browser: Browser) -> Iterator[Page]:
    """A page on a small phone, 320 px wide."""
    context = browser.new_context(locale="en-GB", viewport=SMALL_PHONE, has_touch=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def visit_without_javascript(browser: Browser) -> Iterator[Page]:
    """A page in a browser with JavaScript off."""
    context = browser.new_context(locale="en-GB", java_script_enabled=False)
    yield context.new_page()
    context.close()


def assert_accessible(page: Page) -> None:
    """Fail with the rules that the page breaks (WCAG 2.2 AA and axe's best practices)."""
    results = Axe().run(page, options=AXE_OPTIONS)
    broken = [
        f"{found['id']}: {found['help']}: {[node['html'][:200] for node in found['nodes']]}"
        for found in results.response["violations"]
    ]
    assert not broken, f"{page.url}\n" + "\n".join(broken)


def assert_fits(page: Page) -> None:
    """Fail where the page is wider than its window, so that one must scroll sideways (WCAG 2.2, 1.4.10 Reflow).

    With text of twice the size as well, as people set it on their phones.
    """
    for width, window, size, wide in page.evaluate(_WIDTHS):
        assert width <= window, f"{page.url} is {width} px wide, not {window}, with text of {size}: {wide}"
