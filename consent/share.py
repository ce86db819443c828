"""The SMART Health Link of a share: its secrets, its payload, and the link that carries it.

HL7 SMART Health Cards and Links IG 1.0.0, "Construct a SMART Health Link Payload". Pure: randomness and
time are passed in. Left out: files (consent.sealed_file), the manifest (consent.manifest), typed codes
(consent.share_code) and QR (consent.qr).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from issuers.encoding import decode_base64url, decode_json_object, encode_base64url, encode_json
from schemas.errors import EncodingError, PassportError

RandomBytes = Callable[[int], bytes]

KEY_BYTES: Final = 32  # A256GCM
TOKEN_BYTES: Final = 32  # IG: a manifest URL has at least 256 bits of entropy
TOKEN_CHARACTERS: Final = 43  # of TOKEN_BYTES bytes in base64url
URL_LENGTH_MAX: Final = 128  # IG: the payload's url, in characters
LABEL_LENGTH_MAX: Final = 80
LINK_LENGTH_MAX: Final = 2_048
MANIFEST_PATH: Final = "/m/"  # short, because URL_LENGTH_MAX counts the host as well
VIEWER_PATH: Final = "/v"
SCHEME: Final = "shlink:/"
# For a character class: what may be in a link and is not seen.
UNSEEN: Final = "\\s\u00ad\u200b-\u200f\u2060\ufeff"
_SCHEME: Final = re.compile(re.escape(SCHEME), re.ASCII | re.IGNORECASE)  # RFC 3986 section 3.1: in any case
_UNSEEN: Final = re.compile(f"[{UNSEEN}]+")
# Up to the last sign of base64url: a sentence puts a full stop or a bracket after it. One pass, from the end.
_ENCODED: Final = re.compile(r".*[\w-]", re.ASCII | re.DOTALL)
_LATEST: Final = 253_402_300_799  # 9999-12-31T23:59:59Z


class ShlinkError(PassportError):
    """A text is not a SMART Health Link that this code can read."""

    code: ClassVar[str] = "shlink_invalid"


class ForeignLinkError(ShlinkError):
    """A SMART Health Link of another service: it is refused, never fetched."""

    code: ClassVar[str] = "shlink_foreign"


@dataclass(frozen=True, slots=True)
class ShareSecret:
    """What opens a share: the token in its manifest URL and the key of its files. Neither is ever logged."""

    url_token: str = field(repr=False)  # 43 characters, base64url of TOKEN_BYTES random bytes
    key: bytes = field(repr=False)  # KEY_BYTES bytes, A256GCM


@dataclass(frozen=True, slots=True, kw_only=True)
class Shlink:
    """The payload of a SMART Health Link, version 1. `expires_at` is a hint; the server decides."""

    url: str = field(repr=False)
    key: bytes = field(repr=False)
    expires_at: datetime | None = None
    passcode: bool = False  # flag P
    live: bool = False  # flag L
    label: str | None = None

    def __post_init__(self) -> None:
        """Refuse what the IG does not allow.

        Raises:
            ShlinkError: url, key, label or expiry breaks the IG's limits.
        """
        _check_url(self.url)
        if len(self.key) != KEY_BYTES:
            raise ShlinkError(f"a link's key is {KEY_BYTES} bytes")
        if self.label is not None and len(self.label) > LABEL_LENGTH_MAX:
            raise ShlinkError(f"a link's label is at most {LABEL_LENGTH_MAX} characters")
        if self.expires_at is not None and self.expires_at.tzinfo is None:
            raise ValueError("expires_at must be timezone-aware")

    @property
    def flag(self) -> str:
        """The flags as the payload carries them: single characters in alphabetical order."""
        return "L" * self.live + "P" * self.passcode


def new_share_secret(random_bytes: RandomBytes) -> ShareSecret:
    """Return fresh secrets for one share; pass `secrets.token_bytes`."""
    return ShareSecret(encode_base64url(random_bytes(TOKEN_BYTES)), random_bytes(KEY_BYTES))


def manifest_url(base_url: str, url_token: str) -> str:
    """Return the manifest URL of a share on the service at `base_url`."""
    return f"{base_url.rstrip('/')}{MANIFEST_PATH}{url_token}"


def encode_shlink(shlink: Shlink) -> str:
    """Return `shlink:/` and the minified, base64url-encoded payload."""
    payload: dict[str, str | int] = {"url": shlink.url}
    if shlink.expires_at is not None:
        payload["exp"] = int(shlink.expires_at.timestamp())
    if shlink.flag:
        payload["flag"] = shlink.flag
    payload["key"] = encode_base64url(shlink.key)
    if shlink.label is not None:
        payload["label"] = shlink.label
    return SCHEME + encode_base64url(
        encode_json(payload)
    )  # v is left out: 1 is the default, and the QR stays smaller


def link(base_url: str, shlink: Shlink) -> str:
    """Return the link that a QR code carries. The secret is in the fragment, which browsers do not send."""
    return f"{base_url.rstrip('/')}{VIEWER_PATH}#{encode_shlink(shlink)}"


def decode_shlink(text: str) -> Shlink:
    """Return the payload of a bare `shlink:/...` or of a link whose fragment is one.

    What is unseen in it, as where mail wraps long lines, is left out, and so is what a sentence puts after it.

    Raises:
        ShlinkError: it is none, breaks the IG's limits, or asks for a version or a flag that this code
            cannot follow.
    """
    if len(text) > LINK_LENGTH_MAX:
        raise ShlinkError(f"a link is at most {LINK_LENGTH_MAX} characters")
    before, scheme, encoded = _split(_UNSEEN.sub("", text))
    if not scheme or (before and not before.endswith("#")):
        raise ShlinkError(
            f"a link is {SCHEME}... or a web address that ends with #{SCHEME}...; scan or copy it again"
        )
    found = _ENCODED.match(encoded)
    try:
        return _from_payload(decode_json_object(decode_base64url(found[0] if found else "")))
    except EncodingError as exc:
        raise ShlinkError("the link is damaged or cut short; scan or copy it again") from exc


def _split(text: str) -> tuple[str, str, str]:
    """Return what is before the scheme, the scheme, and what follows it."""
    found = _SCHEME.search(text)
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, "", "")


def own_token(shlink: Shlink, base_url: str) -> str:
    """Return the URL token of a link of the service at `base_url`.

    Raises:
        ForeignLinkError: the link points anywhere else.
    """
    prefix = manifest_url(base_url, "")
    token = shlink.url.removeprefix(prefix)
    if not shlink.url.startswith(prefix) or not is_url_token(token):
        raise ForeignLinkError("this link belongs to another service; open it there")
    return token


def is_url_token(text: str) -> bool:
    """Return whether a text has the form of a URL token: canonical base64url of TOKEN_BYTES bytes."""
    try:
        return len(decode_base64url(text)) == TOKEN_BYTES
    except EncodingError:
        return False


def _from_payload(payload: dict[str, Any]) -> Shlink:
    # IG, "Protocol Versioning": properties and flags that are not known are ignored; a newer version is not followed.
    if payload.get("v", 1) != 1 or isinstance(payload.get("v", 1), bool):
        raise ShlinkError("the link is of a newer version than 1; ask for another way to share")
    flag = _text(payload, "flag", "")
    if "U" in flag:
        raise ShlinkError("the link is for a single file without a manifest; ask for another way to share")
    return Shlink(
        url=_text(payload, "url"),
        key=_key(_text(payload, "key")),
        expires_at=_moment(payload.get("exp")),
        passcode="P" in flag,
        live="L" in flag,
        label=_text(payload, "label", "") or None,
    )


def _text(payload: dict[str, Any], name: str, default: str | None = None) -> str:
    value = payload.get(name, default)
    if not isinstance(value, str):
        raise ShlinkError(f"a link's {name} is a text")
    return value


def _key(text: str) -> bytes:
    return decode_base64url(text) if len(text) == 43 else b""  # the wrong length is refused with the payload


def _moment(value: object) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LATEST:
        raise ShlinkError("a link's exp is a number of seconds since 1970")
    return datetime.fromtimestamp(value, UTC)


def _check_url(url: str) -> None:
    if len(url) > URL_LENGTH_MAX:
        raise ShlinkError(f"a link's url is at most {URL_LENGTH_MAX} characters; use a shorter base URL")
    try:
        parts = urlsplit(url)
        _ = parts.port  # which is read only when it is asked for
    except ValueError as exc:
        raise ShlinkError("a link's url is a web address") from exc
    if (
        parts.scheme not in {"https", "http"}
        or not url.isascii()  # RFC 3986 section 2
        or not parts.hostname
        or parts.username is not None
        or parts.fragment
    ):
        raise ShlinkError("a link's url is a plain http or https address")
