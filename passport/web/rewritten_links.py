"""Take secrets out of addresses before anything else sees the request. Pure ASGI, in front of everything.

A link that was rewritten on its way asks for an address with its secret in it. No route, error or log further in gets
to see that address: the request goes on as one for a page of its own, with the secret apart.
"""

from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from consent.rewritten_link import rewritten_link

_FOUND: Final = "passport.exposed_token"  # a key of the scope: nothing that logs requests looks there


class RewrittenLinks:
    """Send requests whose path or query holds a link to `lead_to`, as a GET without query."""

    def __init__(self, app: ASGIApp, *, base_url: str, lead_to: str) -> None:
        self.app = app
        self.base_url = base_url
        self.lead_to = lead_to

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, changed where it must be."""
        if scope["type"] == "http":
            target = (scope.get("raw_path") or scope["path"].encode()) + b"?" + scope["query_string"]
            if found := rewritten_link(target, base_url=self.base_url):
                scope = {
                    **scope,
                    "method": "GET",
                    "path": self.lead_to,
                    "raw_path": self.lead_to.encode("ascii"),
                    "query_string": b"",
                    _FOUND: found.url_token or "",
                }
        await self.app(scope, receive, send)


def exposed_token(request: Request) -> str | None:
    """Return the URL token that was in this request's address, "" when it was damaged, None when there was none."""
    found: str | None = request.scope.get(_FOUND)
    return found
