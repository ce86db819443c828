"""Somebody at a browser. Every page they come to is checked for accessibility and for fitting a phone 320 px wide."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browsing import SMALL_PHONE, assert_accessible, assert_fits

TIMEOUT = 30_000  # milliseconds: a page that takes longer will not come
expect.set_options(timeout=TIMEOUT)
_WORDS = re.compile(r">[^<>]*[^<>\s][^<>]*<")
_TARGETS = re.compile(r' (?:value|href|action|lang|hreflang|aria-label|content)="[^"]+"')
_LOST = """() => [...document.querySelectorAll(".govuk-error-summary a")]
    .map((link) => link.hash.slice(1)).filter((id) => !document.getElementById(id))"""
_SAME_EVERYWHERE = re.compile(r'<ul class="passport-languages__list">.*?</ul>|<footer.*</footer>', re.DOTALL)


def _frame(content: str) -> str:
    """Return the HTML of a page without its words, but for whether there are any: a link without a name stays one."""
    return _TARGETS.sub("", _SAME_EVERYWHERE.sub("", _WORDS.sub(">…<", content)))


@dataclass
class Walker:
    """Goes from page to page by what stands on them. `taps` counts what a thumb did since it was last set."""

    page: Page
    base_url: str
    passed: Path  # a folder with one empty file for each page that axe has passed
    taps: int = 0

    @property
    def main(self) -> Locator:
        """The page's own content."""
        return self.page.get_by_role("main")

    def text(self) -> str:
        """Return what can be read in the page's own content."""
        return self.main.inner_text()

    def path(self) -> str:
        """Return where they are."""
        return self.page.url.removeprefix(self.base_url)

    def goes_to(self, address: str) -> None:
        """Open an address: of this service, or a whole one."""
        self.page.goto(address if ":" in address else self.base_url + address)
        self.looks()

    def reloads(self) -> None:
        """Load the page again."""
        self.page.reload()
        self.looks()

    def follows(self, name: str, **more: Any) -> None:
        """Tap a link, or a link that looks like a button, that leads to another page."""
        links = self.page.get_by_role("link", name=name, **more)
        self._goes_by(links.or_(self.page.get_by_role("button", name=name, **more)).first)

    def presses(self, name: str, *, within: Locator | None = None, exact: bool = True) -> None:
        """Press a button that sends a form."""
        self._goes_by((within or self.page).get_by_role("button", name=name, exact=exact).first)

    def types(self, label: str, text: str, *, within: Locator | None = None) -> None:
        """Tap into a field and type."""
        self.taps += 1
        (within or self.main).get_by_label(label, exact=True).first.fill(text)

    def chooses(self, label: str, option: str, *, within: Locator | None = None) -> None:
        """Choose from a list."""
        self.taps += 2
        (within or self.main).get_by_label(label, exact=True).first.select_option(label=option)

    def ticks(self, label: str, *, on: bool = True) -> None:
        """Tick a box, or take the tick away."""
        self.taps += 1
        self.main.get_by_label(label, exact=True).first.set_checked(on)

    def sees(self, *texts: str) -> None:
        """Fail unless the page shows all of these."""
        for text in texts:
            expect(self.main).to_contain_text(text)

    def sees_nothing_of(self, *texts: str) -> None:
        """Fail if the page holds one of these anywhere, hidden parts included."""
        content = self.page.content()
        assert [text for text in texts if text in content] == []

    def looks(self) -> None:
        """Check the page they came to. Of pages that differ in their words alone, axe is asked about the first."""
        expect(self.page.locator("h1")).to_have_count(1)
        assert_fits(self.page)
        assert self.page.evaluate(_LOST) == [], "the error summary leads to inputs that are not there"
        mark = self.passed / sha256(_frame(self.page.content()).encode()).hexdigest()
        if not mark.exists():
            assert_accessible(self.page)
            mark.touch()

    def _goes_by(self, locator: Locator) -> None:
        self.taps += 1
        with self.page.expect_navigation():
            locator.click()
        self.looks()


@contextmanager
def phone(browser: Browser, *, language: str = "en", scripts: bool = True) -> Iterator[BrowserContext]:
    """Give a browser on a small phone. Without `scripts` none of ours arrives (axe's still runs)."""
    context = browser.new_context(
        viewport=SMALL_PHONE, reduced_motion="reduce", has_touch=True, locale=f"{language}-GB"
    )
    context.set_default_timeout(TIMEOUT)
    if not scripts:
        context.route("**/*.js", lambda route: route.abort())
    try:
        yield context
    finally:
        context.close()


@contextmanager
def somebody(context: BrowserContext, base_url: str, passed: Path) -> Iterator[Walker]:
    """Hand the phone to somebody who has never been here."""
    context.clear_cookies()
    page, broken = context.new_page(), list[str]()
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda said: broken.append(said.text) if "Content Security" in said.text else None)
    try:
        yield Walker(page, base_url, passed)
        assert not broken, "a script failed, or the Content Security Policy stopped something"
    finally:
        page.close()
