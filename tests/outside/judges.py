"""Judges of a presentation: ours, and others' packages behind the same question. `None` is a refusal.

The verifier expects AUDIENCE and NONCE where key binding is required, and takes one that is at most five minutes old.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from jwcrypto.jwk import JWK
from openvc.proof.errors import ProofError
from openvc.proof.sd_jwt import SdJwtVcProofSuite
from polaris_oid4vp.sdjwt import verify_presentation
from sd_jwt.verifier import SDJWTVerifier

from issuers.jws import UnverifiedJws
from issuers.keys import VerifyingKey
from issuers.policy import SdJwtPolicy
from issuers.verification import verify_sd_jwt
from schemas.errors import PassportError
from tests.outside.drafts import AUDIENCE, ISSUER, NONCE, NOW

MAX_AGE: Final = timedelta(minutes=5)
MADE_AT: Final = datetime.fromtimestamp(NOW, UTC)
EVERY_HASH: Final = frozenset({"sha-256", "sha-384", "sha-512"})

Claims = Mapping[str, Any]


@dataclass(frozen=True)
class Judge:
    """Another package. `hashes` are those it knows; `judge(text, bound)` returns the claims it read, or None."""

    package: str  # name and version, as its registry has it
    hashes: frozenset[str]
    judge: Callable[[str, bool], Claims | None]


def ours(text: str, *, bound: bool, now: datetime = MADE_AT) -> Claims | None:
    """Return the claims that our own verifier reads, or None where it refuses. Any other error is a fault.

    Drafts are judged for the moment they are made for; what others issue by their own clock, for `now`.
    """
    key = VerifyingKey.from_jwk(ISSUER.jwk)

    def key_for(jws: UnverifiedJws) -> VerifyingKey | None:
        return key if jws.unverified_kid in {None, key.kid} else None

    policy = SdJwtPolicy(
        audience=AUDIENCE if bound else None,
        nonce=NONCE if bound else None,
        require_key_binding=bound,
        max_key_binding_age=MAX_AGE,
    )
    try:
        return verify_sd_jwt(text, key_for=key_for, now=now, policy=policy).claims
    except PassportError:
        return None


def _openvc(text: str, bound: bool) -> Claims | None:
    try:
        found: Claims = (
            SdJwtVcProofSuite()
            .verify(
                text,
                public_key_jwk=ISSUER.jwk,
                audience=AUDIENCE if bound else None,
                nonce=NONCE if bound else None,
                require_key_binding=bound,
                now=MADE_AT,
            )
            .claims
        )
    except ProofError:
        return None
    return found


def _polaris(text: str, bound: bool) -> Claims | None:
    found = verify_presentation(
        text,
        expected_nonce=NONCE,
        expected_audience=AUDIENCE,
        issuer_jwks=[{**ISSUER.jwk, "kid": ISSUER.kid}],
        now=NOW,
        require_key_binding=bound,
    ).as_dict()
    return _without_hash_name(found["claims"]) if found["authentic"] else None


def _sd_jwt(text: str, bound: bool) -> Claims | None:
    expected = (AUDIENCE, NONCE) if bound else (None, None)
    try:
        return _without_hash_name(
            SDJWTVerifier(text, lambda _iss, _header: JWK(**ISSUER.jwk), *expected).get_verified_payload()
        )
    except Exception:  # noqa: BLE001 - it has no error of its own, and lets those of others through
        return None


def _without_hash_name(claims: Claims) -> Claims:
    return {name: value for name, value in claims.items() if name != "_sd_alg"}


JUDGES: Final[Mapping[str, Judge]] = {
    "openvc": Judge("openvc-core 1.37.0", EVERY_HASH, _openvc),
    "polaris": Judge("polaris-oid4vp 1.0.0", frozenset({"sha-256"}), _polaris),
    "sd-jwt": Judge("sd-jwt 0.10.4", frozenset({"sha-256"}), _sd_jwt),
}
