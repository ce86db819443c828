"""Refuse changes that another site makes in the name of a browser's user. Pure ASGI; no tokens in forms.

Leaves out: callers that are not browsers. They send neither header, hold no cookie and need none of this.
"""

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from passport.web.cookies import Cookie

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_PAGE: Final = "1"  # what the own-page cookie holds: its presence is the proof

Refuse = Callable[[Request], Awaitable[ASGIApp]]  # returns the reply to a refused request


def from_another_site(request: Request, *, own_page: Cookie, scheme: str) -> bool:
    """Return whether a browser says, or cannot deny, that this change comes from another site.

    Our pages say `Referrer-Policy: no-referrer`, which makes browsers send `Origin: null` with our own forms. So
    that header alone refuses too much; where Sec-Fetch-Site is missing as well (browsers of before 2023, and
    every browser on plain http away from localhost), a SameSite=Strict cookie decides: other sites cannot send it.
    """
    # (1) What cannot change anything is nobody's risk.
    if request.method in SAFE_METHODS:
        return False
    # (2) Sec-Fetch-Site cannot be set by a page (Fetch Metadata section 2.2); "none" is the user's own doing.
    if site := request.headers.get("sec-fetch-site"):
        return site not in {"same-origin", "none"}
    origin = request.headers.get("origin")
    # (3) Every browser sends Origin with a POST: without it this is a program, which carries no stolen cookie.
    if origin is None:
        return False
    # (4) Origin hidden by our own policy.
    if origin == "null":
        return own_page.read(request) != OWN_PAGE
    # (5) The page must have the address that the request was sent to, and come by the scheme that this service has.
    try:
        page = urlsplit(origin)
    except ValueError:  # no browser sends such an address
        return True
    return (page.scheme, page.netloc) != (scheme, request.headers.get("host"))


class CrossSiteGuard:
    """Answer changes from other sites with `refuse`; paths under `open_prefixes` take no cookies and pass."""

    def __init__(
        self, app: ASGIApp, *, own_page: Cookie, scheme: str, open_prefixes: tuple[str, ...], refuse: Refuse
    ) -> None:
        self.app = app
        self.own_page = own_page
        self.scheme = scheme
        self.open_prefixes = open_prefixes
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "http" and not scope["path"].startswith(self.open_prefixes):
            request = Request(scope, receive)
            if from_another_site(request, own_page=self.own_page, scheme=self.scheme):
                reply = await self.refuse(request)
                await reply(scope, receive, send)
                return
        await self.app(scope, receive, send)
