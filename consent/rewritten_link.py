"""Find a link's secret where it must not be: in the target of a request, put there by what rewrote the link on its way.

Mail gateways turn `#` into `%23`, or into `%2523` when two of them do; others wrap a link in a query or a spelling of
theirs, or write `#` as HTML does, or as the full-width sign. What stands behind a `#` is not sent, so a service sees
such a secret only when something went wrong: that of a share's link, or that of the link by which a recipient replies.
Pure; left out: what is done about it (passport.exposure).
"""

import re
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from html import unescape
from typing import Final
from unicodedata import normalize
from urllib.parse import unquote

from consent.share import TOKEN_CHARACTERS, UNSEEN, is_url_token, manifest_url

ENCODINGS_MAX: Final = 5  # how often a target may have been percent-encoded
# The scheme, however it is written; or what every payload of ours begins with, which is {"url": in base64url.
_PAYLOAD: Final = re.compile(r"(?i:shlink:/{0,3})([\w-]*)|(eyJ1cmwiOi[\w-]*)", re.ASCII)
# A reply link, after `#` whole or not; where something else stands there, nothing, or a form's name, only whole.
_REPLY: Final = re.compile(
    r"(?i:/r/?#)([\w-]*)|(?i:/r[^\w%-]{1,3}|[?&]token=)([\w-]{43})|(?i:/r)([\w-]{43})(?![\w-])", re.ASCII
)
_ENCODED: Final = re.compile("%|-3A")
# Proofpoint URL Defense, version 2: `-` for `%`, `_` for `/`. Its version 3 needs nothing: it writes `#` as `*`.
_DEFENDED: Final = str.maketrans("-_", "%/")
_BREAK: Final = re.compile(f"=?[+{UNSEEN}]+")  # a wrapped line, as quoted-printable or as form data has it


@dataclass(frozen=True, slots=True)
class RewrittenLink:
    """A target holds a secret link. `token` is None when too little of it came to say which."""

    token: str | None = field(repr=False)


def rewritten_link(target: bytes, *, base_url: str) -> RewrittenLink | None:
    """Return the share's link that a request's path and query hold, or None when they hold none.

    `target` is as it was received: percent-encoded, however often.
    """
    readings = _readings(target, _PAYLOAD)
    found = [after or bare for text in readings for after, bare in _PAYLOAD.findall(text)]
    if not found:
        return None
    tokens = (_token(payload, base_url) for payload in found)
    return RewrittenLink(next((token for token in tokens if token is not None), None))


def rewritten_reply_link(target: bytes) -> RewrittenLink | None:
    """Return the reply link that a request's path and query hold, or None when they hold none; see above."""
    readings = _readings(target, _REPLY)
    found = ["".join(groups)[:TOKEN_CHARACTERS] for text in readings for groups in _REPLY.findall(text)]
    return RewrittenLink(next(filter(is_url_token, found), None)) if found else None


def _readings(target: bytes, wanted: re.Pattern[str]) -> list[str]:
    """Return what a target may have said before it was rewritten: after each round of decoding, and unwrapped.

    Empty where nothing was encoded and nothing wanted is in it, as with all requests but a few.
    """
    text = target.decode("utf-8", "replace")
    if _ENCODED.search(text) is None and wanted.search(text) is None:
        return []
    rounds = _decoded(text)
    unwrapped = [one for text in rounds if "-3A" in text for one in _decoded(text.translate(_DEFENDED))]
    return [*map(_plain, rounds), *map(_plain, unwrapped)]


def _decoded(text: str) -> list[str]:
    """Return a text as it is after each round of percent-decoding."""
    rounds = [text]
    for _ in range(ENCODINGS_MAX):
        decoded = unquote(text)
        if decoded == text:
            break
        text = decoded
        rounds.append(text)
    return rounds


def _plain(text: str) -> str:
    return _BREAK.sub("", unescape(normalize("NFKC", text)))


def _token(payload: str, base_url: str) -> str | None:
    """Return the URL token of a payload, also when its end was cut off: the url comes first in ours."""
    try:
        plain = urlsafe_b64decode(payload[: len(payload) // 4 * 4]).decode("latin-1")
    except ValueError:
        return None
    _, found, rest = plain.partition(f'"url":"{manifest_url(base_url, "")}')
    token = rest[:TOKEN_CHARACTERS]
    return token if found and is_url_token(token) else None
