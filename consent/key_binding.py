"""Key binding: the passport's own signature over what a share lets out (RFC 9901 section 4.3).

It says: the holder's passport released these disclosures, to this audience, under this grant and share. No more.
Pure: `now` and the signer are passed in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from consent.verification import Policy, Refusal
from issuers.credential import VisibleClaims
from issuers.jws import UnverifiedJws, parse_jws, sign_jws
from issuers.keys import Signer, VerifyingKey
from issuers.sd_jwt import KEY_BINDING_TYPE, SdJwt
from issuers.status_list import StatusRef
from issuers.times import from_numeric_date, to_numeric_date

PART: Final = (
    "part"  # our claim: [position, number of entries] of one presentation, so that none can be taken out
)
KEY_BINDING_BYTES_MAX: Final = 8 * 1024


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


def parse_key_binding(shown: SdJwt) -> UnverifiedJws | None:
    """Return the key-binding JWT taken apart, or None where there is none.

    Raises:
        EncodingError, TokenHeaderError: it is not a compact ES256 JWS of type kb+jwt.
    """
    if shown.kb_jwt is None:
        return None
    return parse_jws(shown.kb_jwt, typ=KEY_BINDING_TYPE, max_bytes=KEY_BINDING_BYTES_MAX)


def check_key_binding(
    shown: SdJwt,
    jws: UnverifiedJws,
    *,
    visible: VisibleClaims,
    hash_name: str,
    policy: Policy,
    now: datetime,
) -> KeyBinding:
    """Return what the key binding of an entry says; `visible` are the entry's own claims, verified.

    Lettered as RFC 9901 section 7.3 step 5.

    Raises:
        SignatureError: another key signed it.
        StatusListError, NumericDateError: its status or iat is malformed.
        Refusal: it belongs to other disclosures, another audience or nonce, or the future.
    """
    holder_key = visible.holder_key
    if jws.unverified_kid not in {None, holder_key.kid}:
        raise Refusal("kb_kid", "the key binding names another key than the entry does")
    claims = jws.verify(
        holder_key
    )  # (5.c) and (5.d); alg and typ, (5.b) and (5.e), were checked when it was parsed
    binding = _binding(claims, holder_key)
    if not visible.not_before - policy.leeway <= binding.released_at <= now + policy.leeway:  # (5.f)
        raise Refusal("kb_time", "the key binding is older than its entry, or from the future")
    _check_policy(binding, policy)  # (5.g)
    if claims.get("sd_hash") != shown.sd_hash(hash_name):  # (5.h)
        raise Refusal("kb_sd_hash", "the key binding belongs to other disclosures")
    return binding


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


def _binding(claims: dict[str, Any], key: VerifyingKey) -> KeyBinding:
    audience, nonce = claims.get("aud"), claims.get("nonce")
    if not isinstance(audience, str) or not isinstance(nonce, str) or not audience or not nonce:
        raise Refusal("kb_claims", "a key binding names its audience and nonce as texts")
    status = StatusRef.from_claim(claims["status"]) if "status" in claims else None
    return KeyBinding(
        audience, nonce, from_numeric_date(claims.get("iat")), status, _part(claims.get(PART)), key.kid
    )


def _part(value: object) -> tuple[int, int] | None:
    if isinstance(value, list) and len(value) == 2 and all(type(number) is int for number in value):
        return (value[0], value[1])
    return None


def _check_policy(binding: KeyBinding, policy: Policy) -> None:
    if policy.audience is not None and binding.audience != policy.audience:
        raise Refusal("kb_audience", "released to another audience than this verifier asked for")
    if policy.nonce is not None and binding.nonce != policy.nonce:
        raise Refusal("kb_nonce", "released for another request than this verifier's")
