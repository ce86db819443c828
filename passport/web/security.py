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
        "worker-src 'none'",  # a service worker would see every later address
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
    (b"access-control-expose-headers", b"retry-after"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)
_PREFLIGHT: Final[tuple[Header, ...]] = (
    (b"access-control-allow-methods", b"GET, HEAD, POST"),
    (b"access-control-allow-headers", b"accept, content-type"),
    (b"access-control-max-age", b"600"),  # seconds
    (b"content-length", b"0"),
)


class HeaderSet:
    """Headers to complete a reply with: `always` ones replace what it says, `unless_said` ones give way to it."""

    def __init__(self, always: Iterable[Header], unless_said: Iterable[Header] = ()) -> None:
        self.always = tuple(always)
        self.unless_said = tuple(unless_said)
        self.replaced = frozenset(name for name, _ in self.always)

    def complete(self, message: Message) -> Message:
        """Return the start of a reply with these headers."""
        said = [header for header in message.get("headers", ()) if header[0].lower() not in self.replaced]
        names = {name.lower() for name, _ in said}
        missing = [header for header in self.unless_said if header[0] not in names]
        return {**message, "headers": [*said, *self.always, *missing]}

    def sender(self, send: Send) -> Send:
        """Return `send` with these headers on the start of the reply."""

        async def send_complete(message: Message) -> None:
            await send(self.complete(message) if message["type"] == "http.response.start" else message)

        return send_complete


class SecurityHeaders:
    """Put the security headers on every reply, errors included, and `no-store` unless the reply says otherwise."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.headers = HeaderSet((*_ALWAYS, _HTTPS_ONLY) if https else _ALWAYS, _UNLESS_SAID)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the reply."""
        await self.app(scope, receive, self.headers.sender(send) if scope["type"] == "http" else send)


class OpenData:
    """Let other sites' scripts read the replies under some paths, without credentials (SMART Health Links 1.0.0, CORS).

    `prefixes` end with a slash. Preflights there are answered here; every reply there, errors included, is open.
    """

    def __init__(self, app: ASGIApp, *, prefixes: tuple[str, ...]) -> None:
        self.app = app
        self.prefixes = prefixes
        self.headers = HeaderSet(_OPEN)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a preflight, or pass the request on and open the reply."""
        if scope["type"] != "http" or not scope["path"].startswith(self.prefixes):
            await self.app(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": [*_OPEN, *_PREFLIGHT]})
            await send({"type": "http.response.body", "body": b""})
        else:
            await self.app(scope, receive, self.headers.sender(send))
