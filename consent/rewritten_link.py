"""Find a link's secret where it must not be: in the target of a request, put there by what rewrote the link on its way.

Mail gateways turn `#` into `%23`, or into `%2523` when two of them do; others wrap a link in a query or a spelling of
theirs, or write `#` as HTML does, or as the full-width sign. What stands behind a `#` is not sent, so a service sees
such a secret only when something went wrong: that of a share's link, or that of the link by which a recipient replies.
Every request comes through here, anybody's: each target is read in a bounded number of ways, each in one pass.
Pure; left out: what is done about it (passport.exposure).
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import islice
from typing import Final
from unicodedata import normalize
from urllib.parse import unquote

from consent.share import LINK_LENGTH_MAX, TOKEN_CHARACTERS, UNSEEN, is_url_token, manifest_url

ENCODINGS_MAX: Final = 5  # how often a target may have been percent-encoded
# Bytes of a target that are looked at: each sign of the longest link, encoded so often, is eleven; and room around it.
TARGET_LENGTH_MAX: Final = 24 * 1024
READINGS_MAX: Final = 2 * (
    ENCODINGS_MAX + 1
)  # of one target: each round of decoding; and, unwrapped, each once more
_FOUND_MAX: Final = 100  # links that are looked at in one reading
_REFERENCES_MAX: Final = 400  # of HTML that are read in one reading: more than most links have signs
# The scheme, however it is written; or what every payload of ours begins with, which is {"url": in base64url.
_PAYLOAD: Final = re.compile(r"(?i:shlink:/{0,3})([\w-]*)|(eyJ1cmwiOi[\w-]*)", re.ASCII)
# A reply link, after `#` whole or not; where something else stands there, nothing, or a form's name, only whole.
_REPLY: Final = re.compile(
    r"(?i:/r/?#)([\w-]*)|(?i:/r[^\w%-]{1,3}|[?&]token=)([\w-]{43})|(?i:/r)([\w-]{43})(?![\w-])", re.ASCII
)
# Proofpoint URL Defense, version 2: `-` for `%`, `_` for `/`. Its version 3 needs nothing: it writes `#` as `*`.
_DEFENDED: Final = str.maketrans("-_", "%/")
# Full-width and small forms, one by one: to normalise the whole would cost the square of its length.
_FORMS: Final = {
    code: normalize("NFKC", chr(code)) for code in (*range(0xFE50, 0xFE6C), *range(0xFF01, 0xFF5F))
}
_ANY_FORM: Final = re.compile("[\ufe50-\ufe6b\uff01-\uff5e]")
_REFERENCE: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-z]{1,8});?", re.ASCII)  # of HTML
_KEY: Final = re.compile(r'"key":"([\w-]{1,43})', re.ASCII)
_BREAK: Final = re.compile(f"=?[+{UNSEEN}]+")  # a wrapped line, as quoted-printable or as form data has it
_ANY_BREAK: Final = re.compile(f"[+{UNSEEN}]")


@dataclass(frozen=True, slots=True)
class RewrittenLink:
    """A target holds a secret link. `token` is None when too little of it came to say which.

    `key`: of a share's link, in base64url, as far as it came.
    """

    token: str | None = field(repr=False)
    key: str = field(default="", repr=False)


def rewritten_link(target: bytes, *, base_url: str) -> RewrittenLink | None:
    """Return the share's link that a request's path and query hold, or None when they hold none.

    `target` is as it was received: percent-encoded, however often. Of several, the one of which most came.
    """
    links = [_link(payload, base_url) for payload in _found(_PAYLOAD, readings(target))]
    if not links:
        return None
    return max(links, key=lambda link: (link.token is not None, len(link.key)))


def rewritten_reply_link(target: bytes) -> RewrittenLink | None:
    """Return the reply link that a request's path and query hold, or None when they hold none; see above."""
    found = [text[:TOKEN_CHARACTERS] for text in _found(_REPLY, readings(target))]
    return RewrittenLink(next(filter(is_url_token, found), None)) if found else None


def _found(wanted: re.Pattern[str], texts: Sequence[str]) -> list[str]:
    """Return each secret that the readings hold once, in the order of the texts."""
    found = (match for text in texts for match in islice(wanted.finditer(text), _FOUND_MAX))
    return [*dict.fromkeys("".join(match.groups(""))[:LINK_LENGTH_MAX] for match in found)]


def readings(target: bytes) -> list[str]:
    """Return what a target may have said before it was rewritten: after each round of decoding, and unwrapped.

    Each text once, and READINGS_MAX of them at most.
    """
    text = target[:TARGET_LENGTH_MAX].decode("utf-8", "replace")
    rounds = _decoded(text)
    defended = rounds[-1]  # what defends a link leaves no `%` in it, so decoding it once more did no harm
    unwrapped = _decoded(defended.translate(_DEFENDED)) if "-3A" in defended else []
    return [*dict.fromkeys(map(_plain, (*rounds, *unwrapped)))]


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
    """Return a text without what rewriters make of signs. One pass for each: no part of it is looked at as a whole."""
    if _ANY_FORM.search(text):
        text = text.translate(_FORMS)
    if "&" in text:
        text = _REFERENCE.sub(lambda found: unescape(found[0]), text, count=_REFERENCES_MAX)
    return _BREAK.sub("", text) if _ANY_BREAK.search(text) else text


def _link(payload: str, base_url: str) -> RewrittenLink:
    """Return what a payload says, also when its end was cut off: the url comes first in ours, the key later."""
    try:
        came = payload[: len(payload) - (len(payload) % 4 == 1)]  # one sign alone is no byte
        plain = urlsafe_b64decode(came + "=" * (-len(came) % 4)).decode("latin-1")
    except ValueError:
        return RewrittenLink(None)
    _, found, rest = plain.partition(f'"url":"{manifest_url(base_url, "")}')
    token = rest[:TOKEN_CHARACTERS]
    if not found or not is_url_token(token):
        return RewrittenLink(None)
    key = _KEY.search(rest)
    return RewrittenLink(token, key[1] if key else "")
