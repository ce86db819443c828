"""Requests as they come off the wire, without a client that would put them right, straight into the application."""

import json
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from passport.app import PassportApp
from tests.service.world import World

HOST = b"localhost:8000"


@dataclass(frozen=True)
class Sent:
    """One request. What a server would refuse before the application, no such request asks for."""

    what: str
    method: str
    path: str  # percent-encoded, without the query
    query: bytes = b""
    headers: Mapping[bytes, bytes] = field(default_factory=dict)
    body: Sequence[bytes] = ()  # as it arrives, piece by piece
    ends: bool = True  # else whoever sends it goes away within the body

    @property
    def wants_page(self) -> bool:
        return b"text/html" in self.headers.get(b"accept", b"")


@dataclass
class Answer:
    """What came back. Without a status when nothing did."""

    status: int = 0
    header_pairs: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    raised: Exception | None = None  # what nobody had expected; a server would log it

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode("latin-1"): value.decode("latin-1") for name, value in self.header_pairs}

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        return json.loads(self.body)


def answers(world: World, requests: Iterable[Sent]) -> list[Answer]:
    """Send one after the other, from no address that is anybody's, and return what each gets."""
    sent = list(requests)

    async def send_all() -> list[Answer]:
        return [await _answer(world.app, one) for one in sent]

    found: list[Answer] = world.client.portal.call(send_all)  # type: ignore[attr-defined]
    return found


async def _answer(app: PassportApp, sent: Sent) -> Answer:
    answer, body = Answer(), iter(_messages(sent))

    async def receive() -> MutableMapping[str, Any]:
        return next(body, {"type": "http.disconnect"})

    async def send(message: MutableMapping[str, Any]) -> None:
        answer.status = message.get("status", answer.status)
        answer.header_pairs.extend(message.get("headers", ()))
        answer.body += message.get("body", b"")

    try:
        await app(_scope(sent), receive, send)
    except Exception as exc:  # noqa: BLE001 - whatever it is, the test that sent it says so
        answer.raised = exc
    return answer


def _messages(sent: Sent) -> list[MutableMapping[str, Any]]:
    pieces = sent.body or (b"",)
    last = len(pieces) - 1
    return [
        {"type": "http.request", "body": piece, "more_body": at < last or not sent.ends}
        for at, piece in enumerate(pieces)
    ]


def _scope(sent: Sent) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": sent.method,
        "scheme": "http",
        "path": unquote(sent.path),  # as uvicorn does
        "raw_path": sent.path.encode("ascii"),
        "query_string": sent.query,
        "root_path": "",
        "headers": list({b"host": HOST, **_length(sent), **sent.headers}.items()),
        "client": ("192.0.2.7", 50_000),  # TEST-NET-1 (RFC 5737)
        "server": ("localhost", 8000),
        "state": {},
    }


def _length(sent: Sent) -> Mapping[bytes, bytes]:
    """Return how the end of the body is known: by its length, or by the pieces themselves (RFC 9112 section 6)."""
    if len(sent.body) > 1:
        return {b"transfer-encoding": b"chunked"}
    return {b"content-length": str(len(sent.body[0])).encode()} if sent.body else {}
