"""JWT VC Issuer Metadata: where an issuer's keys are published, and which they are (SD-JWT VC draft-24 section 4).

For verifiers that look keys up on the web. Ours take them from the trust list alone, which also says since when and
until when a key counts; nothing here decides that a key may be trusted. Leaves out: fetching (section 3: https, no
internal address, a limit of size and time).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from issuers.encoding import decode_json_object
from issuers.jws import UnknownKeyError
from issuers.keys import ALGORITHM, JwkError, VerifyingKey
from schemas.errors import EncodingError, PassportError

WELL_KNOWN: Final = "/.well-known/jwt-vc-issuer"
MAX_METADATA_BYTES: Final = 64 * 1024
MAX_KEYS: Final = 100
# Scheme, host, port and path in printable ASCII: no user, query, fragment, space or backslash.
_ISSUER: Final = re.compile(
    r"(https://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?)((?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]*)*)"
)
_HTTPS: Final = re.compile(r"https://[A-Za-z0-9\[][!-~]*")


class IssuerMetadataError(PassportError):
    """Issuer metadata cannot be used."""

    code = "issuer_metadata_invalid"


class IssuerUrlError(IssuerMetadataError):
    """Section 4: `iss` is not an https URL of host, port and path alone."""

    code = "issuer_url"


class IssuerMetadataFormatError(IssuerMetadataError):
    """Section 4.2: a document is no strict JSON object with `issuer` and either `jwks` or `jwks_uri`."""

    code = "issuer_metadata_format"


class IssuerMismatchError(IssuerMetadataError):
    """Section 4.3: `issuer` is not `iss`, so that nothing in the document may be used."""

    code = "issuer_metadata_issuer"


class JwkSetError(IssuerMetadataError):
    """A JWK Set (RFC 7517 section 5) is malformed, names a key twice or gives a private key away."""

    code = "jwk_set"


@dataclass(frozen=True, slots=True)
class IssuerMetadata:
    """What an issuer publishes: its keys, or where they are."""

    issuer: str
    keys: Mapping[str, VerifyingKey]  # by kid; empty where `jwks_uri` says where they are
    jwks_uri: str | None = None

    def key(self, kid: str) -> VerifyingKey:
        """Return the key of this name.

        Raises:
            UnknownKeyError: there is none.
        """
        if kid not in self.keys:
            raise UnknownKeyError("expected a key that the issuer publishes")
        return self.keys[kid]


def issuer_metadata_url(iss: str) -> str:
    """Return where an issuer's metadata is: the well-known path stands between its host and its own path.

    Raises:
        IssuerUrlError: `iss` is not an https URL of host, port and path alone.
    """
    match = _ISSUER.fullmatch(iss)
    if match is None:
        raise IssuerUrlError("expected iss to be an https URL without user, query or fragment")
    return f"{match[1]}{WELL_KNOWN}{match[2].removesuffix('/')}"  # section 4.1: without the slash at its end


def read_issuer_metadata(data: bytes, *, iss: str) -> IssuerMetadata:
    """Return what the issuer `iss` of a credential publishes. Parameters that are not understood are ignored.

    Raises:
        IssuerMetadataFormatError: it is no strict JSON object, or has not one of `jwks` and `jwks_uri`.
        IssuerMismatchError: it is another issuer's.
        JwkSetError: its keys are malformed.
    """
    document = _decode(data)
    if document.get("issuer") != iss:
        raise IssuerMismatchError("expected issuer to be the iss of the credential")
    if ("jwks" in document) == ("jwks_uri" in document):
        raise IssuerMetadataFormatError("expected either jwks or jwks_uri")
    if "jwks" in document:
        return IssuerMetadata(iss, _read_jwks(document["jwks"]))
    address = document["jwks_uri"]
    if not isinstance(address, str) or _HTTPS.fullmatch(address) is None:
        raise IssuerMetadataFormatError("expected jwks_uri to be an https URL")
    return IssuerMetadata(iss, {}, address)


def read_jwks(data: bytes) -> Mapping[str, VerifyingKey]:
    """Return the keys of a JWK Set document, which `jwks_uri` names, by their kid.

    Raises:
        IssuerMetadataFormatError: it is no strict JSON object.
        JwkSetError: it is no JWK Set, names a key twice, or holds a P-256 key that is malformed or private.
    """
    return _read_jwks(_decode(data))


def _decode(data: bytes) -> dict[str, Any]:
    try:
        return decode_json_object(data, max_bytes=MAX_METADATA_BYTES)
    except EncodingError as exc:
        raise IssuerMetadataFormatError("expected a strict JSON object") from exc


def _read_jwks(jwks: object) -> Mapping[str, VerifyingKey]:
    members = jwks.get("keys") if isinstance(jwks, dict) else None
    if not isinstance(members, list) or len(members) > MAX_KEYS:
        raise JwkSetError(f"expected a JWK Set of at most {MAX_KEYS} keys")
    keys: dict[str, VerifyingKey] = {}
    for jwk in members:
        if not isinstance(jwk, dict):
            raise JwkSetError("expected each key to be an object")
        if (
            "d" in jwk or "k" in jwk
        ):  # whoever publishes one private key is not to be believed about the others
            raise JwkSetError("expected public keys alone")
        if _is_for_signatures(jwk):
            kid, key = _read_key(jwk)
            if kid in keys:
                raise JwkSetError("expected each kid once")
            keys[kid] = key
    return keys


def _is_for_signatures(jwk: Mapping[str, Any]) -> bool:
    """Return whether a key is one for ES256. Others are ignored, as RFC 7517 section 5 advises."""
    return (
        (jwk.get("kty"), jwk.get("crv")) == ("EC", "P-256")
        and jwk.get("use", "sig") == "sig"
        and jwk.get("alg", ALGORITHM) == ALGORITHM
    )


def _read_key(jwk: Mapping[str, Any]) -> tuple[str, VerifyingKey]:
    """Return a key and its name, which other issuers are free to choose."""
    kid = jwk.get("kid")
    if "kid" in jwk and (not isinstance(kid, str) or not kid):
        raise JwkSetError("expected kid to be text")
    try:
        key = VerifyingKey.from_jwk({name: value for name, value in jwk.items() if name != "kid"})
    except JwkError as exc:
        raise JwkSetError("expected public P-256 keys whose members agree") from exc
    return kid or key.kid, key
