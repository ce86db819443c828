"""The menus of signed-in people, and which of their pages sign-in leads on to."""

from collections.abc import Mapping
from typing import Any, Final

from passport.tables import AccountKind
from passport.web.pages import PageOfRequest

HOMES: Final[Mapping[AccountKind, str]] = {
    AccountKind.HOLDER: "/passport",
    AccountKind.PRACTITIONER: "/practice",
}
# Where alerts lead. Whole paths, compared whole: an address of another site is none of them, and none names a share.
AFTER_SIGN_IN: Final[Mapping[AccountKind, frozenset[str]]] = {
    AccountKind.HOLDER: frozenset(
        {
            "/passport/shares",
            "/passport/replies",
            "/passport/writers",
            "/passport/log",
            "/passport/messages",
            "/passport/delete",
        }
    ),
    AccountKind.PRACTITIONER: frozenset(),
}


def known_next(path: str) -> str | None:
    """Return this path when sign-in may lead on to it, or None for the home of whoever signs in."""
    return path if any(path in pages for pages in AFTER_SIGN_IN.values()) else None


def page_after_sign_in(kind: AccountKind, path: str) -> str:
    """Return where somebody of this kind goes who has just signed in: this page when it is theirs, or home."""
    return path if path in AFTER_SIGN_IN[kind] else HOMES[kind]


def sign_in_path(path: str | None) -> str:
    """Return the address of the sign-in page that leads on to this path, when it is known."""
    return f"/sign-in?next={path}" if path and known_next(path) else "/sign-in"


def holder_navigation(page: PageOfRequest, here: str) -> list[dict[str, Any]]:
    """Return the holder's menu, with the current page marked."""
    places = {
        "/passport": page.gettext("My passport"),
        "/passport/shares": page.gettext("Sharing"),
        "/passport/replies": page.gettext("Answers"),
        "/passport/writers": page.gettext("Who may write"),
        "/passport/log": page.gettext("What happened"),
        "/passport/messages": page.gettext("Messages"),
    }
    return _menu(places, here)


def practitioner_navigation(page: PageOfRequest, here: str) -> list[dict[str, Any]]:
    """Return the practitioner's menu, with the current page marked."""
    return _menu({"/practice": page.gettext("People I write for")}, here)


def _menu(places: dict[str, str], here: str) -> list[dict[str, Any]]:
    return [{"text": text, "href": href, "current": href == here} for href, text in places.items()]
