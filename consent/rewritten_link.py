"""Find a link's secret where it must not be: in the target of a request, put there by what rewrote the link on its way.

Mail gateways turn `#` into `%23`, or into `%2523` when two of them do; others wrap a link in a query of theirs. What
stands behind a `#` is not sent, so a service sees such a secret only when something went wrong: that of a share's link,
or that of the link by which a recipient replies. Pure; left out: what is done about it (passport.exposure).
"""

import re
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from consent.share import is_url_token, manifest_url

ENCODINGS_MAX: Final = 5  # how often a target may have been percent-encoded
# The scheme, however it is written; or what every payload of ours begins with, which is {"url": in base64url.
_PAYLOAD: Final = re.compile(r"(?i:shlink:/{0,3})([\w-]*)|(eyJ1cmwiOi[\w-]*)", re.ASCII)
# A reply link, after `#` whole or not; where the `#` was dropped, or the page's form was sent by GET, only whole.
_REPLY: Final = re.compile(r"/r#([\w-]*)|(?:/r[/?]?|[?&]token=)([\w-]{43})(?![\w-])", re.ASCII)
_BREAK: Final = re.compile(r"=?[\s+]+")  # a wrapped line, as quoted-printable or as form data has it
_TOKEN_CHARACTERS: Final = 43


@dataclass(frozen=True, slots=True)
class RewrittenLink:
    """A target holds a secret link. `token` is None when too little of it came to say which."""

    token: str | None = field(repr=False)


def rewritten_link(target: bytes, *, base_url: str) -> RewrittenLink | None:
    """Return the share's link that a request's path and query hold, or None when they hold none.

    `target` is as it was received: percent-encoded, however often.
    """
    text = target.decode("latin-1")
    if "%" not in text and _PAYLOAD.search(text) is None:
        return None
    found = [after or bare for text in _decoded(text) for after, bare in _PAYLOAD.findall(text)]
    if not found:
        return None
    tokens = (_token(payload, base_url) for payload in found)
    return RewrittenLink(next((token for token in tokens if token is not None), None))


def rewritten_reply_link(target: bytes) -> RewrittenLink | None:
    """Return the reply link that a request's path and query hold, or None when they hold none; see above."""
    text = target.decode("latin-1")
    if "%" not in text and _REPLY.search(text) is None:
        return None
    found = [after or bare for text in _decoded(text) for after, bare in _REPLY.findall(text)]
    return RewrittenLink(next(filter(is_url_token, found), None)) if found else None


def _decoded(text: str) -> list[str]:
    """Return a text as it is after each round of decoding."""
    rounds = [_BREAK.sub("", text)]
    for _ in range(ENCODINGS_MAX):
        decoded = unquote(text, "latin-1")
        if decoded == text:
            break
        text = decoded
        rounds.append(_BREAK.sub("", text))
    return rounds


def _token(payload: str, base_url: str) -> str | None:
    """Return the URL token of a payload, also when its end was cut off: the url comes first in ours."""
    try:
        plain = urlsafe_b64decode(payload[: len(payload) // 4 * 4]).decode("latin-1")
    except ValueError:
        return None
    _, found, rest = plain.partition(f'"url":"{manifest_url(base_url, "")}')
    token = rest[:_TOKEN_CHARACTERS]
    return token if found and is_url_token(token) else None
