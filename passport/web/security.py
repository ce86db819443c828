"""Headers that every reply carries, as pure ASGI: `@middleware("http")` would cost two thirds of the throughput.

Leaves out: who may call (the routes decide) and which requests come from other sites (cross_site.py).
"""

from collections.abc import Iterable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Header = tuple[bytes, bytes]

# Own files only: no inline script or style, no other site, no frame.
CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

_ALWAYS: Final[tuple[Header, ...]] = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode("ascii")),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"x-robots-tag", b"noindex, nofollow"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_HTTPS_ONLY: Final[Header] = (b"strict-transport-security", b"max-age=31536000")
_UNLESS_SAID: Final[tuple[Header, ...]] = (
    (b"cache-control", b"no-store"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_OPEN: Final[tuple[Header, ...]] = (
    (b"access-control-allow-origin", b"*"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)
_PREFLIGHT: Final[tuple[Header, ...]] = (
    (b"access-control-allow-methods", b"GET, HEAD, POST"),
    (b"access-control-allow-headers", b"accept, content-type"),
    (b"access-control-max-age", b"600"),  # seconds
    (b"content-length", b"0"),
)


def with_headers(
    message: Message, *, always: Iterable[Header], unless_said: Iterable[Header] = ()
) -> Message:
    """Return the start of a reply with more headers; `unless_said` ones give way to what the reply says itself."""
    said = list(message.get("headers", ()))
    names = {name.lower() for name, _ in said}
    fixed = list(always)
    kept = [header for header in said if header[0].lower() not in {name for name, _ in fixed}]
    added = [header for header in unless_said if header[0] not in names]
    return {**message, "headers": [*kept, *fixed, *added]}


class SecurityHeaders:
    """Put the security headers on every reply, errors included, and `no-store` unless the reply says otherwise."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.always = (*_ALWAYS, _HTTPS_ONLY) if https else _ALWAYS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the reply."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = with_headers(message, always=self.always, unless_said=_UNLESS_SAID)
            await send(message)

        await self.app(scope, receive, send_secured)


class OpenData:
    """Let other sites' scripts read the replies under some paths, without credentials (SMART Health Links 1.0.0, CORS).

    `prefixes` end with a slash. Preflights there are answered here; every reply there, errors included, is open.
    """

    def __init__(self, app: ASGIApp, *, prefixes: tuple[str, ...]) -> None:
        self.app = app
        self.prefixes = prefixes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a preflight, or pass the request on and open the reply."""
        if scope["type"] != "http" or not scope["path"].startswith(self.prefixes):
            await self.app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": [*_OPEN, *_PREFLIGHT]})
            await send({"type": "http.response.body", "body": b""})
            return

        async def send_open(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = with_headers(message, always=_OPEN)
            await send(message)

        await self.app(scope, receive, send_open)
