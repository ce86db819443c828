"""Links that something changed on the way, in a real browser, and the programs that press what they find."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Route, expect

from tests.pages.demo_service import DemoService
from tests.pages.receiving import CAME_FOR, opens, presses_open
from tests.pages.walking import Walker

pytestmark = pytest.mark.browser

Change = Callable[[str, str], str]  # takes the base URL and the bare shlink, gives the address

# The fragment still is one: the page mends it and it opens.
MENDED: dict[str, Change] = {
    "colon encoded": lambda base, bare: f"{base}/v#{bare.replace(':', '%3A')}",
    "all encoded": lambda base, bare: f"{base}/v#{quote(bare, safe='')}",
    "encoded twice": lambda base, bare: f"{base}/v#{quote(quote(bare, safe=''), safe='')}",
    "scheme in capitals": lambda base, bare: f"{base}/v#{bare.replace('shlink', 'SHLINK')}",
    "a line wrapped": lambda base, bare: f"{base}/v#{bare[:76]}%0D%0A%20{bare[76:]}",
    "as a sentence ends": lambda base, bare: f"{base}/v#{bare[:76]}\u200b{bare[76:]}%3E).\u200b",
    "with the address once more": lambda base, bare: f"{base}/v#{base}/v#{bare}",
    "something put before the fragment": lambda base, bare: f"{base}/v?utm_source=mail#{bare}",
}
# The fragment was made part of the address: it reached the server, and does not open.
REFUSED: dict[str, Change] = {
    "hash sign encoded": lambda base, bare: f"{base}/v%23{bare}",
    "encoded twice": lambda base, bare: f"{base}/v%2523{quote(bare, safe='')}",
    "made a query": lambda base, bare: f"{base}/v?url={quote(f'{base}/v#{bare}', safe='')}",
}


def bare_of(link: str) -> str:
    return link.partition("#")[2]


@pytest.mark.parametrize("change", MENDED.values(), ids=MENDED)
def test_a_link_whose_secret_stayed_behind_the_hash_sign_opens(
    demo: DemoService, recipient: Walker, change: Change
) -> None:
    share = demo.new_share()
    recipient.goes_to(change(demo.base_url, bare_of(share.link)))
    presses_open(recipient)
    recipient.sees(CAME_FOR["employer"][1])


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
def test_a_link_whose_secret_came_in_the_address_says_so_and_leaves_none_of_it(
    demo: DemoService, recipient: Walker, change: Change
) -> None:
    share = demo.new_share()
    recipient.goes_to(change(demo.base_url, bare_of(share.link)))
    recipient.sees("This link was changed on the way", "Ask the person who shared it for a share code")
    assert recipient.path() == "/v/changed"
    recipient.follows("Cymraeg")
    recipient.sees("Cafodd y ddolen hon ei newid ar y ffordd")
    recipient.follows("English")
    recipient.goes_to(share.link)
    presses_open(recipient)
    recipient.sees("This link does not open")
    assert share.views == 0


def test_a_reply_link_is_mended_while_its_token_stays_behind_the_hash_sign_and_ends_when_it_does_not(
    demo: DemoService, recipient: Walker
) -> None:
    opens(recipient, demo.new_share().link)
    recipient.main.get_by_text("Keep the reply link for later").click()
    link = recipient.main.locator("a[href*='/r#']").get_attribute("href") or ""
    base, _, token = link.partition("#")
    for mended in (
        f"#%20{token[:20]}%0D%0A{token[20:]}),",
        f"#{quote(link, safe='')}",
        f"?utm_source=mail#{token}",
    ):
        recipient.page.context.clear_cookies()
        recipient.goes_to(base + mended)
        recipient.presses("Continue")
        recipient.sees("You are", "Someone with the link")
    recipient.goes_to(f"{base}%23{token}")
    recipient.sees("This reply link was changed on the way", "You get a new reply link with it")
    assert recipient.path() == "/r/changed"
    recipient.goes_to(f"{base.removesuffix('/r')}/r/reply")
    recipient.sees_nothing_of("Someone with the link")
    assert not [one for one in demo.requests if token in one.split("\n")[0] and "%23" not in one]


def test_a_redirector_that_keeps_the_fragment_changes_nothing(demo: DemoService, recipient: Walker) -> None:
    share = demo.new_share()

    def redirects(route: Route) -> None:
        route.fulfill(status=302, headers={"location": share.link})

    recipient.page.route("**/safe.example/**", redirects)
    recipient.goes_to(f"https://safe.example/go?url={quote(share.link, safe='')}")
    presses_open(recipient)
    recipient.sees(CAME_FOR["employer"][1])


def test_a_scanner_that_presses_every_button_gives_no_name_and_opens_nothing(
    demo: DemoService, recipient: Walker
) -> None:
    share = demo.new_share()
    recipient.goes_to(share.link)
    for _ in range(3):
        recipient.presses("Open")
        recipient.sees("There is a problem", "Say who you are, in 200 characters or fewer")
    expect(recipient.page.locator("#who")).to_be_visible()
    assert share.views == 0
    presses_open(recipient)
    recipient.sees(CAME_FOR["employer"][1])
    assert share.views == 1


def test_before_they_press_people_read_that_the_holder_will_see_who_they_say_they_are(
    demo: DemoService, recipient: Walker
) -> None:
    recipient.goes_to(demo.new_share().link)
    recipient.sees("They will see who you say you are", "The person who shared this will see it.")
