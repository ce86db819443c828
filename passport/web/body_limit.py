"""Stop reading a request body at a cap, wherever it is read. Pure ASGI; the refusal is a problem like any other."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from issuers.encoding import TooLargeError


class BodyLimit:
    """Let no route read more than `max_bytes` of a body; reading on raises TooLargeError inside the route."""

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a counted body."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        taken = 0

        async def receive_counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self.max_bytes:
                raise TooLargeError(f"expected a body of at most {self.max_bytes} bytes")
            return message

        await self.app(scope, receive_counted, send)
