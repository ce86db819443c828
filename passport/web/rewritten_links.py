"""Take secrets out of addresses before anything else sees the request. Pure ASGI, in front of everything.

A link that was rewritten on its way asks for an address with its secret in it. No route, error or log further in gets
to see that address: the request goes on as one for a page of its own, with the secret apart.
"""

from collections.abc import Callable, Sequence
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from consent.rewritten_link import RewrittenLink

Way = tuple[Callable[[bytes], RewrittenLink | None], str]
"""What finds one kind of link in a target, and the path that such a request is led to."""

_FOUND: Final = "passport.exposed_link"  # a key of the scope: nothing that logs requests looks there


class RewrittenLinks:
    """Send requests whose path or query holds a link to where the way that finds it leads, as a GET without query."""

    def __init__(self, app: ASGIApp, *, ways: Sequence[Way]) -> None:
        self.app = app
        self.ways = ways

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, changed where it must be."""
        if scope["type"] == "http":
            target = (scope.get("raw_path") or scope["path"].encode()) + b"?" + scope["query_string"]
            scope = next(
                (_led(scope, path, link) for find, path in self.ways if (link := find(target))), scope
            )
        await self.app(scope, receive, send)


def _led(scope: Scope, path: str, link: RewrittenLink) -> Scope:
    return {
        **scope,
        "method": "GET",
        "path": path,
        "raw_path": path.encode("ascii"),
        "query_string": b"",
        _FOUND: link,
    }


def exposed_link(request: Request) -> RewrittenLink | None:
    """Return the link that was in this request's address, whole or damaged; None when there was none."""
    found: RewrittenLink | None = request.scope.get(_FOUND)
    return found
