"""The menus of signed-in people."""

from typing import Any

from passport.web.pages import PageOfRequest


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
