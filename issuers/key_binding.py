"""Check the key-binding JWT of an SD-JWT+KB: RFC 9901 section 7.3 steps 3 and 5. Pure: the time is passed in.

Steps are lettered as in the RFC, and each has an error of its own. Leaves out: whether key binding is required, which
the policy alone decides (`issuers.verification`), and how one is made (`consent.key_binding`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from issuers.encoding import JsonObject
from issuers.jws import (
    AlgorithmError,
    SignatureError,
    TokenHeaderError,
    TokenTypeError,
    UnverifiedJws,
    parse_jws,
)
from issuers.keys import JwkError, VerifyingKey
from issuers.policy import SdJwtPolicy
from issuers.sd_jwt import KEY_BINDING_TYPE, SdJwt
from issuers.times import NumericDateError, from_numeric_date
from schemas.errors import EncodingError, PassportError

KEY_BINDING_BYTES_MAX: Final = 8 * 1024


class KeyBindingError(PassportError):
    """A key-binding JWT does not show that the holder released this presentation to this verifier."""

    code = "kb_invalid"


class KeyBindingMissingError(KeyBindingError):
    """Section 7.3 step 2: the policy requires key binding and there is none."""

    code = "kb_missing"


class KeyBindingFormatError(KeyBindingError):
    """Section 7.3 step 3: what stands after the last tilde is no strict JWS."""

    code = "kb_format"


class HolderKeyError(KeyBindingError):
    """Section 7.3 step 5.a: the SD-JWT holds no usable public key of the holder in `cnf`."""

    code = "holder_key"


class KeyBindingAlgorithmError(KeyBindingError):
    """Section 7.3 step 5.b: `alg` is not on the allow-list; "none" never is."""

    code = "kb_alg"


class KeyBindingKidError(KeyBindingError):
    """Section 7.3 step 5.c: the header names another key than the SD-JWT does."""

    code = "kb_kid"


class KeyBindingSignatureError(KeyBindingError, SignatureError):
    """Section 7.3 step 5.c: the holder's key did not sign it."""

    code = "kb_signature"


class KeyBindingTypeError(KeyBindingError):
    """Section 7.3 step 5.d: `typ` is not kb+jwt."""

    code = "kb_typ"


class KeyBindingIssuedAtError(KeyBindingError):
    """Section 7.3 step 5.e: `iat` is missing or no time."""

    code = "kb_iat"


class KeyBindingTimeError(KeyBindingError):
    """Section 7.3 step 5.e: `iat` is outside the acceptable window."""

    code = "kb_time"


class KeyBindingClaimsError(KeyBindingError):
    """Section 7.3 step 5.f, section 4.3: `aud` or `nonce` is missing, empty or no text."""

    code = "kb_claims"


class KeyBindingAudienceError(KeyBindingError):
    """Section 7.3 step 5.f: released to another audience."""

    code = "kb_audience"


class KeyBindingNonceError(KeyBindingError):
    """Section 7.3 step 5.f: released for another request."""

    code = "kb_nonce"


class KeyBindingHashError(KeyBindingError):
    """Section 7.3 step 5.g: `sd_hash` is not that of this issuer-signed JWT and these disclosures."""

    code = "kb_sd_hash"


class KeyBindingDatesError(KeyBindingError):
    """Section 7.3 step 5.h, RFC 7519 section 4.1: its own `nbf` or `exp` is no time, has not come, or is over."""

    code = "kb_dates"


@dataclass(frozen=True, slots=True)
class VerifiedKeyBinding:
    """What a key-binding JWT says whose every check passed."""

    audience: str
    nonce: str
    issued_at: datetime
    claims: JsonObject  # all of them
    key: VerifyingKey  # the holder's, from the issuer-signed JWT


@dataclass(frozen=True, slots=True)
class HolderKey:
    """The key that the issuer bound an SD-JWT to, and the name its JWK gives it, if it does."""

    key: VerifyingKey
    kid: str | None = None

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "HolderKey":
        """Return the holder's key in a verified payload: (5.a), section 4.1.2 and RFC 7800 section 3.2.

        Raises:
            HolderKeyError: `cnf` is missing, holds another kind of confirmation too, or its JWK is not a P-256 key
                for checking ES256 signatures.
        """
        cnf = payload.get("cnf")
        jwk = cnf.get("jwk") if isinstance(cnf, dict) and not cnf.keys() & {"jwe", "jku"} else None
        if not isinstance(jwk, dict):
            raise HolderKeyError("expected the holder's key as a jwk, and no other, in cnf")
        members = dict(jwk)
        kid = members.pop("kid", None)  # RFC 7517 section 4.5: any text, so only that it is one is checked
        if kid is not None and not isinstance(kid, str):
            raise HolderKeyError("expected the kid of the holder's key to be text")
        try:
            return cls(VerifyingKey.from_jwk(members), kid)
        except JwkError as exc:
            raise HolderKeyError(f"the holder's key: {exc}") from exc


def check_presence(*, present: bool, required: bool) -> None:
    """Check step 2. `required` is the policy's decision (step 1), taken without a look at what was sent.

    Raises:
        KeyBindingMissingError: it is required and not there.
    """
    if required and not present:
        raise KeyBindingMissingError(
            "the key binding that says who released it, and to whom, is missing; ask for a fresh presentation"
        )


def parse_key_binding(shown: SdJwt) -> UnverifiedJws | None:
    """Return the key-binding JWT taken apart, or None where there is none: steps 3, 5.b and 5.d.

    Raises:
        KeyBindingFormatError, KeyBindingAlgorithmError, KeyBindingTypeError: it is not an ES256 JWS of type kb+jwt.
    """
    if shown.kb_jwt is None:
        return None
    try:
        return parse_jws(shown.kb_jwt, typ=KEY_BINDING_TYPE, max_bytes=KEY_BINDING_BYTES_MAX)
    except AlgorithmError as exc:  # (5.b)
        raise KeyBindingAlgorithmError(f"key binding: {exc}") from exc
    except TokenTypeError as exc:  # (5.d)
        raise KeyBindingTypeError(f"key binding: {exc}") from exc
    except (EncodingError, TokenHeaderError) as exc:  # (3), and crit as a part of (5.h)
        raise KeyBindingFormatError(f"key binding: {exc}") from exc


def check_key_binding(
    shown: SdJwt,
    jws: UnverifiedJws,
    *,
    holder: HolderKey,
    hash_name: str,
    not_before: datetime | None,
    policy: SdJwtPolicy,
    now: datetime,
) -> VerifiedKeyBinding:
    """Return what the key binding of a verified SD-JWT says; `not_before` is when the SD-JWT itself begins.

    Raises:
        KeyBindingError: a check failed; the subclass says which.
    """
    if jws.unverified_kid not in {None, holder.key.kid, holder.kid}:
        raise KeyBindingKidError("the key binding names another key than the SD-JWT does")
    claims = _signed_claims(jws, holder.key)  # (5.c)
    binding = _binding(claims, holder.key)
    _check_window(binding.issued_at, not_before, policy, now)  # (5.e)
    _check_request(binding, policy)  # (5.f)
    if claims.get("sd_hash") != shown.sd_hash(hash_name):  # (5.g)
        raise KeyBindingHashError("the key binding belongs to other disclosures")
    _check_dates(claims, policy, now)  # (5.h)
    return binding


def _signed_claims(jws: UnverifiedJws, key: VerifyingKey) -> JsonObject:
    try:
        return jws.verify(key)
    except SignatureError as exc:
        raise KeyBindingSignatureError("the holder's key did not sign this key binding") from exc


def _binding(claims: JsonObject, key: VerifyingKey) -> VerifiedKeyBinding:
    try:
        issued_at = from_numeric_date(claims.get("iat"), fraction=True)
    except NumericDateError as exc:
        raise KeyBindingIssuedAtError(f"the iat of a key binding: {exc}") from exc
    audience, nonce = claims.get("aud"), claims.get("nonce")
    if not isinstance(audience, str) or not isinstance(nonce, str) or not audience or not nonce:
        raise KeyBindingClaimsError("a key binding names its audience and nonce as texts")
    return VerifiedKeyBinding(audience, nonce, issued_at, claims, key)


def _check_window(
    issued_at: datetime, not_before: datetime | None, policy: SdJwtPolicy, now: datetime
) -> None:
    if issued_at > now + policy.leeway:
        raise KeyBindingTimeError("the key binding is from the future; check this device's clock")
    if not_before is not None and issued_at < not_before - policy.leeway:
        raise KeyBindingTimeError("the key binding is older than what it binds")
    if (
        policy.max_key_binding_age is not None
        and now - issued_at > policy.max_key_binding_age + policy.leeway
    ):
        raise KeyBindingTimeError("the key binding is too old; ask for a fresh presentation")


def _check_request(binding: VerifiedKeyBinding, policy: SdJwtPolicy) -> None:
    if policy.audience is not None and binding.audience != policy.audience:
        raise KeyBindingAudienceError("released to another audience than this verifier asked for")
    if policy.nonce is not None and binding.nonce != policy.nonce:
        raise KeyBindingNonceError("released for another request than this verifier's")


def _check_dates(claims: JsonObject, policy: SdJwtPolicy, now: datetime) -> None:
    try:
        if "nbf" in claims and from_numeric_date(claims["nbf"], fraction=True) > now + policy.leeway:
            raise KeyBindingDatesError("the key binding is for a time that has not come")
        if "exp" in claims and from_numeric_date(claims["exp"], fraction=True) <= now:
            raise KeyBindingDatesError("the key binding has expired; ask for a fresh presentation")
    except NumericDateError as exc:
        raise KeyBindingDatesError(f"the nbf or exp of a key binding: {exc}") from exc
