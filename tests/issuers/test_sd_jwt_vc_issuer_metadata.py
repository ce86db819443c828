"""JWT VC Issuer Metadata: SD-JWT VC section 4."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuers.issuer_metadata import (
    MAX_KEYS,
    IssuerMetadataError,
    IssuerMetadataFormatError,
    IssuerMismatchError,
    IssuerUrlError,
    JwkSetError,
    issuer_metadata_url,
    read_issuer_metadata,
    read_jwks,
)
from issuers.jws import UnknownKeyError
from issuers.keys import SoftwareSigner
from tests.issuers.making import ISSUER, PASSPORT

ISS = "https://issuers.example/i/7"
JWK: dict[str, Any] = dict(ISSUER.public_jwk)
OTHER: dict[str, Any] = dict(PASSPORT.public_jwk)
RSA = {"kty": "RSA", "kid": "r", "n": "AQAB", "e": "AQAB"}


def document(**members: Any) -> bytes:
    return json.dumps({"issuer": ISS, **members}).encode()


@pytest.mark.parametrize(
    ("iss", "url"),
    [
        # The two examples of section 4.1, then what its words say beyond them.
        ("https://example.com", "https://example.com/.well-known/jwt-vc-issuer"),
        ("https://example.com/tenant/1234", "https://example.com/.well-known/jwt-vc-issuer/tenant/1234"),
        ("https://example.com/", "https://example.com/.well-known/jwt-vc-issuer"),
        ("https://example.com/tenant/", "https://example.com/.well-known/jwt-vc-issuer/tenant"),
        ("https://example.com:8443/a", "https://example.com:8443/.well-known/jwt-vc-issuer/a"),
        ("https://Example.com/Tenant", "https://Example.com/.well-known/jwt-vc-issuer/Tenant"),
        ("https://[2001:db8::1]/a", "https://[2001:db8::1]/.well-known/jwt-vc-issuer/a"),
    ],
)
def test_sd_jwt_vc_4_1_the_well_known_path_stands_between_host_and_path(iss: str, url: str) -> None:
    assert issuer_metadata_url(iss) == url


@pytest.mark.parametrize(
    "iss",
    [
        "",
        "example.com",
        "http://example.com",
        "HTTPS://example.com",
        "https://",
        "https:///a",
        "https://example.com?x",
        "https://example.com/a?x=1",
        "https://example.com/a#x",
        "https://sam@example.com/a",
        "https://example.com\\@internal/a",
        "https://example.com/a b",
        "https://example.com/\n",
        "https://example.com:port/",
        "urn:example:issuer",
        "did:web:example.com",
    ],
)
def test_sd_jwt_vc_4_an_issuer_that_is_no_plain_https_url_has_no_metadata(iss: str) -> None:
    with pytest.raises(IssuerUrlError):
        issuer_metadata_url(iss)


def test_sd_jwt_vc_4_2_keys_by_value() -> None:
    found = read_issuer_metadata(
        document(jwks={"keys": [{**JWK, "kid": "spring-2026", "alg": "ES256"}, OTHER]}, more="ignored"),
        iss=ISS,
    )
    assert (found.issuer, found.jwks_uri) == (ISS, None)
    assert found.key("spring-2026").kid == ISSUER.kid
    assert found.key(PASSPORT.kid).jwk == OTHER  # without a name of its own: its thumbprint
    with pytest.raises(UnknownKeyError):
        found.key("autumn-2026")


def test_sd_jwt_vc_4_2_keys_by_address() -> None:
    found = read_issuer_metadata(document(jwks_uri="https://keys.example/a.jwks"), iss=ISS)
    assert (found.jwks_uri, found.keys) == ("https://keys.example/a.jwks", {})
    assert read_jwks(json.dumps({"keys": [JWK]}).encode()).keys() == {ISSUER.kid}


@pytest.mark.parametrize(
    "jwk",
    [RSA, {**JWK, "use": "enc"}, {**JWK, "alg": "ECDH-ES"}, {**JWK, "crv": "P-384"}, {"kty": "OKP"}, {}],
)
def test_sd_jwt_vc_4_2_keys_of_another_kind_are_not_looked_at(jwk: dict[str, Any]) -> None:
    assert read_jwks(json.dumps({"keys": [jwk, OTHER]}).encode()).keys() == {PASSPORT.kid}


JWKS = {"keys": [JWK]}
REFUSED: list[tuple[type[IssuerMetadataError], bytes]] = [
    (IssuerMetadataFormatError, b""),
    (IssuerMetadataFormatError, b"[]"),
    (IssuerMetadataFormatError, b'{"issuer":"a","issuer":"b"}'),
    (IssuerMetadataFormatError, document(jwks=JWKS) + b" " * 64 * 1024),
    (IssuerMetadataFormatError, document()),
    (IssuerMetadataFormatError, document(jwks=JWKS, jwks_uri="https://keys.example/")),
    (IssuerMetadataFormatError, document(jwks_uri=None)),
    (IssuerMetadataFormatError, document(jwks_uri="http://keys.example/")),
    (IssuerMetadataFormatError, document(jwks_uri="https://")),
    (IssuerMetadataFormatError, document(jwks_uri="https://keys.example/\n")),
    (IssuerMetadataFormatError, document(jwks_uri=["https://keys.example/"])),
    (IssuerMismatchError, json.dumps({"jwks": JWKS}).encode()),
    (IssuerMismatchError, document(issuer=f"{ISS}/", jwks=JWKS)),
    (IssuerMismatchError, document(issuer=ISS.upper(), jwks=JWKS)),
    (IssuerMismatchError, document(issuer=[ISS], jwks=JWKS)),
    (JwkSetError, document(jwks=None)),
    (JwkSetError, document(jwks=[JWK])),
    (JwkSetError, document(jwks={})),
    (JwkSetError, document(jwks={"keys": {"a": JWK}})),
    (JwkSetError, document(jwks={"keys": ["x"]})),
    (JwkSetError, document(jwks={"keys": [RSA] * (MAX_KEYS + 1)})),
    (JwkSetError, document(jwks={"keys": [JWK, JWK]})),
    (JwkSetError, document(jwks={"keys": [{**JWK, "kid": "a"}, {**OTHER, "kid": "a"}]})),
    (JwkSetError, document(jwks={"keys": [{**JWK, "kid": 5}]})),
    (JwkSetError, document(jwks={"keys": [{**JWK, "kid": ""}]})),
    (JwkSetError, document(jwks={"keys": [ISSUER.private_jwk()]})),
    (JwkSetError, document(jwks={"keys": [{**RSA, "d": "AQAB"}, JWK]})),
    (JwkSetError, document(jwks={"keys": [{"kty": "oct", "k": "AQAB"}]})),
    (JwkSetError, document(jwks={"keys": [{**JWK, "x": OTHER["x"]}]})),
    (JwkSetError, document(jwks={"keys": [{**JWK, "x": JWK["x"] + "="}]})),
    (JwkSetError, document(jwks={"keys": [{**JWK, "key_ops": ["sign"]}]})),
]


@pytest.mark.parametrize(("error", "data"), REFUSED)
def test_sd_jwt_vc_4_2_and_4_3_another_form_is_refused_by_its_own_code(
    error: type[IssuerMetadataError], data: bytes
) -> None:
    with pytest.raises(error):
        read_issuer_metadata(data, iss=ISS)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5) | st.sampled_from([JWK, ISS]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["keys", "kid", "kty", "crv", "x", "y"]), inner)
        ),
        max_leaves=6,
    )
)
def test_sd_jwt_vc_4_2_hostile_key_sets_raise_our_error_or_none(jwks: object) -> None:
    with suppress(IssuerMetadataError):
        read_issuer_metadata(document(jwks=jwks), iss=ISS)


def test_sd_jwt_vc_4_2_a_key_of_another_issuer_does_not_verify() -> None:
    found = read_issuer_metadata(document(jwks=JWKS), iss=ISS)
    signature = SoftwareSigner.generate().sign(b"x")
    assert not found.key(ISSUER.kid).verify(b"x", signature)
