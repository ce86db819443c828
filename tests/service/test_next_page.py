"""Sign-in leads on to the page that was asked for, when it is one of ours that names no share; else home."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passport.messages.texts import MESSAGES_PAGE, PAGES
from passport.routes.navigation import AFTER_SIGN_IN, HOMES, known_next, page_after_sign_in, sign_in_path
from passport.tables import AccountKind
from tests.service.world import Person, World

HTML = {"accept": "text/html"}
OTHERS = (
    "//evil.example",
    "//evil.example/passport/log",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example/passport/log",
    "javascript:alert(1)",
    "/passport/log\r\nSet-Cookie: session=x",
    "/passport/log\x00",
    "/passport/../v",
    "/passport/log?before=1",
    "/passport/log#top",
    "/passport/log/",
    "/%2f/evil.example",
    "/nothing-here",
    "/sign-in",
    "",
)


def comes(world: World, method: str, path: str, **given: Any) -> Any:
    world.client.cookies.clear()
    return world.client.request(method, path, headers=HTML, follow_redirects=False, **given)


def test_one_tap_from_an_alert_leads_through_sign_in_to_its_page(sqlite_world: World, ada: Person) -> None:
    for path in sorted({*PAGES.values(), MESSAGES_PAGE}):
        if not path.startswith("/passport"):
            continue
        sent_to = comes(sqlite_world, "GET", path).headers["location"]
        assert sent_to == ("/sign-in" if path == "/passport" else f"/sign-in?next={path}")
        shown = comes(sqlite_world, "GET", sent_to).text
        assert (f'name="next" value="{path}"' in shown) is (path != "/passport")
        typed = {"username": ada.username, "code": ada.code, "next": path}
        assert comes(sqlite_world, "POST", "/sign-in", data=typed).headers["location"] == path


def test_a_wrong_code_and_another_language_keep_where_it_leads(sqlite_world: World, ada: Person) -> None:
    for code, status in (("", 422), ("0000-0000-0000-0000", 401)):
        typed = {"username": ada.username, "code": code, "next": "/passport/log"}
        reply = comes(sqlite_world, "POST", "/sign-in", data=typed)
        assert reply.status_code == status
        assert 'name="next" value="/passport/log"' in reply.text
        assert "?lang=cy&amp;next=/passport/log" in reply.text


@pytest.mark.parametrize("other", OTHERS)
def test_sign_in_leads_nowhere_else_and_repeats_no_other_address(
    sqlite_world: World, ada: Person, other: str
) -> None:
    typed = {"username": ada.username, "code": ada.code, "next": other}
    assert comes(sqlite_world, "POST", "/sign-in", data=typed).headers["location"] == "/passport"
    shown = comes(sqlite_world, "GET", "/sign-in", params={"next": other})
    assert shown.status_code == 200
    assert 'name="next"' not in shown.text
    assert "evil.example" not in shown.text


def test_a_page_that_names_a_share_or_a_section_is_not_put_into_the_address(
    sqlite_world: World, ada: Person
) -> None:
    share = ada.shares_with()
    for path in (f"/passport/shares/{share.share_id}", "/passport/sections/conditions"):
        assert comes(sqlite_world, "GET", path).headers["location"] == "/sign-in"
    assert comes(sqlite_world, "POST", "/passport/export").headers["location"] == "/sign-in"


def test_a_practitioner_is_not_led_to_a_holders_page(sqlite_world: World) -> None:
    jo = sqlite_world.practitioner()
    typed = {"username": jo.username, "code": jo.code, "next": "/passport/log"}
    assert comes(sqlite_world, "POST", "/sign-in", data=typed).headers["location"] == "/practice"


@given(st.text() | st.sampled_from(OTHERS), st.sampled_from(AccountKind))
def test_whatever_is_asked_for_sign_in_leads_to_a_page_of_this_list(path: str, kind: AccountKind) -> None:
    every = frozenset().union(*AFTER_SIGN_IN.values())
    assert page_after_sign_in(kind, path) in {HOMES[kind], *AFTER_SIGN_IN[kind]}
    assert known_next(path) in {None, *every}
    assert sign_in_path(path) in {"/sign-in", *(f"/sign-in?next={one}" for one in every)}
