"""SD-JWTs and key bindings signed whatever they say, for tests of what a verifier refuses. Keys are new in each run."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from issuers.disclosure import digest
from issuers.encoding import encode_base64url, encode_json
from issuers.jws import UnverifiedJws
from issuers.keys import Signer, VerifyingKey
from issuers.sd_jwt import CREDENTIAL_TYPE, KEY_BINDING_TYPE, SdJwt
from issuers.verification import SdJwtPolicy, VerifiedSdJwt, verify_sd_jwt
from tests.issuers.making import ISSUER, ISSUER_KEY, NOW, PASSPORT, disclosure

DROP: Final = object()  # as a value: leave the member out
SECONDS: Final = int(NOW.timestamp())
AUDIENCE, NONCE = "https://verifier.example", "bm9uY2U"
CLAIMS: Final[Mapping[str, Any]] = {
    "iss": "https://issuers.example/i/1",
    "iat": SECONDS - 60,
    "nbf": SECONDS - 60,
    "exp": SECONDS + 3600,
    "cnf": {"jwk": dict(PASSPORT.public_jwk)},
    "_sd_alg": "sha-256",
}
NAME: Final = disclosure("c2FsdC0x", "name", "Möbius")
TOWN: Final = disclosure("c2FsdC0y", "town", "Ulm")
ROW: Final = disclosure("c2FsdC0z", "DE")
BOUND: Final = SdJwtPolicy(audience=AUDIENCE, nonce=NONCE, require_key_binding=True)
FREE: Final = SdJwtPolicy()


def changed(members: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members with changes applied."""
    return {name: value for name, value in {**members, **changes}.items() if value is not DROP}


def jws(header: Mapping[str, Any] | bytes, payload: Mapping[str, Any] | bytes, signer: Signer) -> str:
    """Return a JWS that is truly signed, whatever header and payload say; bytes stand for JSON as it is."""
    parts = (part if isinstance(part, bytes) else encode_json(part) for part in (header, payload))
    signing_input = ".".join(map(encode_base64url, parts))
    return f"{signing_input}.{encode_base64url(signer.sign(signing_input.encode('ascii')))}"


def header_of(signer: Signer, typ: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a usual header with changes applied."""
    return changed({"alg": "ES256", "typ": typ, "kid": signer.kid}, changes)


def signed(
    *disclosures: str, signer: Signer = ISSUER, header: Mapping[str, Any] | None = None, **claims: Any
) -> SdJwt:
    """Return an SD-JWT over the usual claims, changed; its disclosures are as given, named by digest or not."""
    protected = header_of(signer, CREDENTIAL_TYPE, header or {})
    return SdJwt(jws(protected, changed(CLAIMS, claims), signer), disclosures)


def naming(*disclosures: str, **claims: Any) -> SdJwt:
    """Return an SD-JWT that names each of these disclosures in `_sd` at the top."""
    return signed(*disclosures, _sd=[digest(text) for text in disclosures], **claims)


def bound(
    shown: SdJwt,
    *,
    signer: Signer = PASSPORT,
    header: Mapping[str, Any] | None = None,
    hash_name: str = "sha-256",
    **claims: Any,
) -> SdJwt:
    """Return the SD-JWT with a key binding over the usual claims, changed."""
    usual = {"iat": SECONDS, "aud": AUDIENCE, "nonce": NONCE, "sd_hash": shown.sd_hash(hash_name)}
    protected = header_of(signer, KEY_BINDING_TYPE, header or {})
    return shown.with_key_binding(jws(protected, changed(usual, claims), signer))


def trusted(token: UnverifiedJws) -> VerifyingKey | None:
    """Return the one key that is trusted, for its issuer and kid."""
    known = token.unverified_payload.get("iss") == CLAIMS["iss"] and token.unverified_kid == ISSUER_KEY.kid
    return ISSUER_KEY if known else None


def verified(
    text: SdJwt | str, policy: SdJwtPolicy = FREE, *, now: datetime = NOW, later: timedelta = timedelta()
) -> VerifiedSdJwt:
    """Return what a verifier who trusts one key makes of it."""
    return verify_sd_jwt(str(text), key_for=trusted, now=now + later, policy=policy)
