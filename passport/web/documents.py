"""Replies that programs may keep: their bytes with an entity tag, or word that the copy they have is still good.

Leaves out: what other sites may read (`security.OpenData`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long a copy may be used before somebody asks again."""

    max_age: timedelta
    is_final: bool = False  # these bytes never change at this address

    def headers(self) -> Mapping[str, str]:
        """Return the header that says so (RFC 9111 section 5.2.2; RFC 8246)."""
        final = ", immutable" if self.is_final else ""
        return {"cache-control": f"public, max-age={int(self.max_age.total_seconds())}{final}"}


def document_reply(request: Request, data: bytes, *, media_type: str, keeping: Keeping) -> Response:
    """Return a document, or 304 to whoever has these bytes (RFC 9110 section 13.1.2)."""
    tag = f'"{sha256(data).hexdigest()[:32]}"'
    headers = {**keeping.headers(), "etag": tag}
    if names_tag(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(data, media_type=media_type, headers=headers)


def names_tag(condition: str, tag: str) -> bool:
    """Return whether an If-None-Match names a tag. Weak comparison: a proxy may have packed the bytes."""
    return any(one.strip().removeprefix("W/") in (tag, "*") for one in condition.split(","))
