"""Key binding: the passport's own signature over what a share lets out (RFC 9901 section 4.3).

It says: the holder's passport released these disclosures, to this audience, under this grant and share. No more.
Pure: `now` and the signer are passed in. Checking one is `issuers.key_binding`; here is what only shares add.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from consent.verification import Refusal
from issuers.jws import sign_jws
from issuers.key_binding import KEY_BINDING_BYTES_MAX, VerifiedKeyBinding
from issuers.keys import Signer
from issuers.sd_jwt import KEY_BINDING_TYPE, SdJwt
from issuers.status_list import StatusRef
from issuers.times import to_numeric_date

__all__ = ["KEY_BINDING_BYTES_MAX", "PART", "KeyBinding", "bind", "check_one_release", "read_binding"]

PART: Final = (
    "part"  # our claim: [position, number of entries] of one presentation, so that none can be taken out
)


@dataclass(frozen=True, slots=True)
class KeyBinding:
    """What one verified key-binding JWT says."""

    audience: str
    nonce: str
    released_at: datetime
    share_status: StatusRef | None
    part: tuple[int, int] | None
    holder_kid: str  # RFC 7638 thumbprint of the passport's key

    @property
    def release(self) -> tuple[str, str, datetime, StatusRef | None, str]:
        """What all entries of one presentation share."""
        return (self.audience, self.nonce, self.released_at, self.share_status, self.holder_kid)


def bind(
    shown: SdJwt,
    *,
    signer: Signer,
    audience: str,
    nonce: str,
    now: datetime,
    share_status: StatusRef,
    part: tuple[int, int],
) -> SdJwt:
    """Return the shown entry with its key-binding JWT: RFC 9901 section 4.3, and `status` as of Token Status List."""
    payload = {
        "iat": to_numeric_date(now),
        "aud": audience,
        "nonce": nonce,
        "sd_hash": shown.sd_hash(),
        "status": share_status.claim(),
        PART: list(part),
    }
    return shown.with_key_binding(sign_jws(payload, signer, typ=KEY_BINDING_TYPE))


def read_binding(verified: VerifiedKeyBinding) -> KeyBinding:
    """Return what the verified key binding of an entry says, our own claims included.

    Raises:
        StatusListError: its status is malformed.
    """
    claims = verified.claims
    status = StatusRef.from_claim(claims["status"]) if "status" in claims else None
    part = _part(claims.get(PART))
    return KeyBinding(
        verified.audience, verified.nonce, verified.issued_at, status, part, holder_kid=verified.key.kid
    )


def check_one_release(bindings: Sequence[KeyBinding]) -> KeyBinding:
    """Return the first binding of a presentation whose entries all belong together, complete and in order.

    Raises:
        Refusal: entries of several releases, or an entry added, moved or taken out.
    """
    first = bindings[0]
    if any(binding.release != first.release for binding in bindings):
        raise Refusal("kb_mixed", "the entries were not released together")
    expected = [(position, len(bindings)) for position in range(len(bindings))]
    if [binding.part for binding in bindings] != expected:
        raise Refusal("kb_parts", "an entry was added, moved or taken out")
    return first


def _part(value: object) -> tuple[int, int] | None:
    if isinstance(value, list) and len(value) == 2 and all(type(number) is int for number in value):
        return (value[0], value[1])
    return None
