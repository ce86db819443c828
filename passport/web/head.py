"""Answer HEAD as GET without its body (RFC 9110 section 9.3.2), but where a GET counts. Pure ASGI.

HEAD is what previews, scanners and link checkers send: it must change nothing. A route whose GET does is left out here,
and so answers it with 405.
"""

import re
from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadAsGet:
    """Pass HEAD requests on as GET, and nothing of the reply's body back.

    `counting`: the paths of the routes whose GET changes something, with their parameters in braces.
    """

    def __init__(self, app: ASGIApp, *, counting: Iterable[str]) -> None:
        self.app = app
        self.counting = re.compile("|".join(re.sub(r"{\w+}", "[^/]*", path) for path in counting))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or scope["method"] != "HEAD" or self.counting.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self.app({**scope, "method": "GET"}, receive, send_without_body)
