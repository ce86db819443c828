"""Verify any SD-JWT or SD-JWT+KB: RFC 9901 sections 7.1 and 7.3, step by step. Pure: the time and keys are passed in.

Numbers in brackets are the RFC's; each rejection rule has an error class and code of its own, here, in
`issuers.disclosure` (7.1 steps 3 to 5) or in `issuers.key_binding` (7.3 step 5). Leaves out: what the claims mean, and
status lists.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from issuers.disclosure import Disclosed, hash_name_of, process
from issuers.encoding import JsonObject
from issuers.jws import UnknownKeyError, UnverifiedJws, parse_jws
from issuers.key_binding import (
    HolderKey,
    HolderKeyError,
    VerifiedKeyBinding,
    check_key_binding,
    check_presence,
    parse_key_binding,
)
from issuers.keys import VerifyingKey
from issuers.policy import SdJwtPolicy
from issuers.sd_jwt import CREDENTIAL_TYPE, SdJwt
from issuers.times import NumericDateError, check_now, from_numeric_date
from schemas.errors import PassportError

__all__ = [
    "ExpiredError",
    "HolderKeyDisclosedError",
    "MissingClaimError",
    "NotYetValidError",
    "SdJwtPolicy",
    "TimeClaimError",
    "TokenAudienceError",
    "UnverifiedSdJwt",
    "ValidityError",
    "VerifiedKeyBinding",
    "VerifiedSdJwt",
    "begins_at",
    "check_audience",
    "check_required",
    "check_times",
    "parse_sd_jwt",
    "verify_sd_jwt",
]

DEFAULT_POLICY: Final = SdJwtPolicy()


class ValidityError(PassportError):
    """Section 7.1 step 6: the processed payload does not make the SD-JWT valid here and now."""

    code = "validity"


class NotYetValidError(ValidityError):
    """Section 7.1 step 6: `nbf` or `iat` lies in the future."""

    code = "not_yet_valid"


class ExpiredError(ValidityError):
    """Section 7.1 step 6: `exp` has come."""

    code = "expired"


class TimeClaimError(ValidityError):
    """Section 7.1 step 6, RFC 7519 section 2: `nbf`, `iat` or `exp` is not a time."""

    code = "time_claim"


class TokenAudienceError(ValidityError):
    """Section 7.1 step 6, RFC 7519 section 4.1.3: `aud` does not name this verifier."""

    code = "token_audience"


class MissingClaimError(ValidityError):
    """Section 7.1 step 6: a claim that the policy requires is missing."""

    code = "claim_missing"


class HolderKeyDisclosedError(HolderKeyError):
    """Section 7.3 step 5.a, SD-JWT VC section 2.2.2.1: `cnf`, or a part of it, is a disclosure."""

    code = "holder_key_disclosed"


@dataclass(frozen=True, slots=True)
class UnverifiedSdJwt:
    """An SD-JWT or SD-JWT+KB that is well formed; nothing in it is verified."""

    sd_jwt: SdJwt
    jws: UnverifiedJws
    unverified_key_binding: UnverifiedJws | None


@dataclass(frozen=True, slots=True)
class VerifiedSdJwt:
    """An SD-JWT whose every check passed."""

    claims: JsonObject  # the Processed SD-JWT Payload
    disclosed: tuple[Disclosed, ...]  # in the order the disclosures were sent
    key_binding: VerifiedKeyBinding | None


def verify_sd_jwt(
    text: str,
    *,
    key_for: Callable[[UnverifiedJws], VerifyingKey | None],
    now: datetime,
    typ: str = CREDENTIAL_TYPE,
    policy: SdJwtPolicy = DEFAULT_POLICY,
) -> VerifiedSdJwt:
    """Return what a compact SD-JWT or SD-JWT+KB says, once every check of RFC 9901 sections 7.1 and 7.3 has passed.

    `key_for` is asked for the key of the issuer that the token claims to be from: it answers from a trust list or an
    anchor, never from the token, and with None, or an error of its own, where it knows none.

    Raises:
        PassportError: a check failed; the class and its code say which. Nothing else is raised for what `text` holds.
        ValueError: `now` is not timezone-aware, or not of the years 1970 to 8999.
    """
    check_now(now)
    received = parse_sd_jwt(text, typ=typ)  # 7.1 (1), (2.a); 7.3 (3), (5.b), (5.d)
    present = received.unverified_key_binding is not None
    check_presence(present=present, required=policy.asks_for_key_binding)  # 7.3 (1), (2)
    key = key_for(received.jws)  # 7.1 (2.c)
    if key is None:
        raise UnknownKeyError(
            "no trusted key has this token's issuer and kid; get the keys or the trust list anew"
        )
    payload = received.jws.verify(key)  # 7.1 (2.b)
    processed = process(payload, received.sd_jwt.disclosures)  # 7.1 (2.d), (3), (4), (5); 7.3 (4)
    claims = processed.claims
    check_required(claims, policy.required_claims)  # 7.1 (6)
    check_times(claims, now=now, leeway=policy.leeway)  # 7.1 (6)
    check_audience(claims, policy.audience)  # 7.1 (6)
    if claims.get("cnf") != payload.get(
        "cnf"
    ):  # a holder's key is the issuer's to name, in sight of everybody
        raise HolderKeyDisclosedError("expected cnf to be no disclosure")
    return VerifiedSdJwt(claims, processed.disclosed, _key_binding(received, claims, payload, policy, now))


def parse_sd_jwt(text: str, *, typ: str = CREDENTIAL_TYPE) -> UnverifiedSdJwt:
    """Return an SD-JWT or SD-JWT+KB taken apart: section 7.1 steps 1 and 2.a, section 7.3 steps 3, 5.b and 5.d.

    Raises:
        EncodingError, SdJwtError, TokenHeaderError: it is no SD-JWT of type `typ` signed with an allowed algorithm.
        KeyBindingError: its key binding is no JWS of type kb+jwt signed with an allowed algorithm.
    """
    sd_jwt = SdJwt.parse(text)
    return UnverifiedSdJwt(sd_jwt, parse_jws(sd_jwt.jwt, typ=typ, walked=True), parse_key_binding(sd_jwt))


def check_times(claims: Mapping[str, Any], *, now: datetime, leeway: timedelta) -> None:
    """Check `nbf`, `iat` and `exp` where they are given (section 7.1 step 6).

    Raises:
        TimeClaimError: one is no time.
        NotYetValidError: signed for, or in, a time later than `now` and `leeway`.
        ExpiredError: it ended by `now`; an end has no leeway.
    """
    for name in ("nbf", "iat"):
        begins = _moment(claims, name)
        if begins is not None and begins > now + leeway:
            raise NotYetValidError("signed for a time that has not come; check this device's clock")
    ends = _moment(claims, "exp")
    if ends is not None and ends <= now:
        raise ExpiredError("it has expired; ask the holder for a fresh copy")


def check_audience(claims: Mapping[str, Any], audience: str | None) -> None:
    """Check that an SD-JWT for certain audiences is for this one (section 7.1 step 6, RFC 7519 section 4.1.3).

    Raises:
        TokenAudienceError: `aud` is there and does not name `audience`.
    """
    if "aud" in claims:
        named = claims["aud"]
        names = named if isinstance(named, list) else [named]
        if audience is None or audience not in names or not all(isinstance(name, str) for name in names):
            raise TokenAudienceError("it is meant for another audience than this verifier")


def check_required(claims: Mapping[str, Any], names: Iterable[str]) -> None:
    """Check that the claims are there that a policy requires (section 7.1 step 6, section 9.7).

    Raises:
        MissingClaimError: one is not.
    """
    missing = sorted(name for name in names if name not in claims)
    if missing:
        raise MissingClaimError(f"expected the claims {', '.join(missing)} to be there")


def begins_at(claims: Mapping[str, Any]) -> datetime | None:
    """Return when an SD-JWT begins: its `nbf`, or else its `iat`, or None. Its times were checked before."""
    return _moment(claims, "nbf") or _moment(claims, "iat")


def _key_binding(
    received: UnverifiedSdJwt,
    claims: Mapping[str, Any],
    payload: Mapping[str, Any],
    policy: SdJwtPolicy,
    now: datetime,
) -> VerifiedKeyBinding | None:
    if received.unverified_key_binding is None:
        return None
    return check_key_binding(  # 7.3 (5)
        received.sd_jwt,
        received.unverified_key_binding,
        holder=HolderKey.from_payload(payload),
        hash_name=hash_name_of(payload),
        not_before=begins_at(claims),
        policy=policy,
        now=now,
    )


def _moment(claims: Mapping[str, Any], name: str) -> datetime | None:
    if name not in claims:
        return None
    try:
        return from_numeric_date(claims[name], fraction=True)
    except NumericDateError as exc:
        raise TimeClaimError(f"{name}: {exc}") from exc
