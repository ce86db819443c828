"""Ways to alter what was signed: by a stranger without keys, or by an issuer or passport that signs nonsense."""

from collections.abc import Mapping
from typing import Any

from issuers.credential import outline
from issuers.encoding import decode_base64url, decode_json_object, encode_base64url, encode_json
from issuers.jws import parse_jws, sign_jws
from issuers.keys import Signer
from issuers.sd_jwt import CREDENTIAL_TYPE, KEY_BINDING_TYPE, SdJwt
from schemas.vocabulary import Section
from tests.consent_floor.passports import CREDENTIALS, PASSPORT_KEY

DROP = object()  # as a change: leave the member out


def changed(members: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members with changes applied."""
    merged = {**members, **changes}
    return {name: value for name, value in merged.items() if value is not DROP}


def with_payload(jws: str, **changes: Any) -> str:
    """Return a JWS whose payload says something else, under its old signature."""
    header, payload, signature = jws.split(".")
    members = changed(decode_json_object(decode_base64url(payload)), changes)
    return f"{header}.{encode_base64url(encode_json(members))}.{signature}"


def with_header(jws: str, **changes: Any) -> str:
    """Return a JWS whose header says something else, under its old signature."""
    header, payload, signature = jws.split(".")
    members = changed(decode_json_object(decode_base64url(header)), changes)
    return f"{encode_base64url(encode_json(members))}.{payload}.{signature}"


def signed_again(jws: str, signer: Signer, *, typ: str = CREDENTIAL_TYPE, **changes: Any) -> str:
    """Return a JWS with another payload that is truly signed."""
    return sign_jws(changed(parse_jws(jws, typ=typ).unverified_payload, changes), signer, typ=typ)


def bound_again(text: str, *, signer: Signer = PASSPORT_KEY, **changes: Any) -> str:
    """Return a presentation whose key binding says something else, truly signed; `sd_hash` is kept right."""
    shown = SdJwt.parse(text)
    assert shown.kb_jwt is not None
    members = {"sd_hash": shown.sd_hash(), **changes}
    return str(shown.with_key_binding(signed_again(shown.kb_jwt, signer, typ=KEY_BINDING_TYPE, **members)))


def with_parts(text: str, *, jwt: str | None = None, disclosures: tuple[str, ...] | None = None) -> str:
    """Return a presentation with another JWT or other disclosures, and its old key binding."""
    shown = SdJwt.parse(text)
    kept = shown.disclosures if disclosures is None else disclosures
    return str(SdJwt(jwt or shown.jwt, kept, shown.kb_jwt))


def disclosure_of(section: Section, path: str) -> str:
    """Return one disclosure of the test passport."""
    return next(claim.disclosure for claim in outline(CREDENTIALS[section]) if claim.path == path)
