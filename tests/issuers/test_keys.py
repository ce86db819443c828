"""ES256 keys and JWS: only what is signed, by a key that is trusted, with the one algorithm."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
from hypothesis import given
from hypothesis import strategies as st

from issuers.encoding import TooLargeError, encode_base64url, encode_json
from issuers.jws import (
    MAX_HEADER_BYTES,
    AlgorithmError,
    CriticalHeaderError,
    KeyIdError,
    SignatureError,
    TokenFormatError,
    TokenHeaderError,
    TokenTypeError,
    UnknownKeyError,
    parse_jws,
    sign_jws,
    verify_jws,
)
from issuers.keys import JwkError, SoftwareSigner, VerifyingKey
from schemas.errors import PassportError
from tests.issuers.making import ISSUER, ISSUER_KEY

TYP = "example+jwt"
PAYLOAD = {"iss": "https://issuers.example/i/1", "text": "ŵ ŷ"}
TOKEN = sign_jws(PAYLOAD, ISSUER, typ=TYP)


def trusted(kid: str | None) -> VerifyingKey | None:
    return ISSUER_KEY if kid == ISSUER_KEY.kid else None


def token_of(header: dict[str, Any], payload: Any = PAYLOAD) -> str:
    """Return a token that ISSUER signed, whatever its header says."""
    signing_input = ".".join(encode_base64url(encode_json(part)) for part in (header, payload))
    return f"{signing_input}.{encode_base64url(ISSUER.sign(signing_input.encode()))}"


HEADER = {"alg": "ES256", "typ": TYP, "kid": ISSUER.kid}
REPEATED = b'{"a":1,"a":2}'


def test_what_a_signer_signs_its_public_key_verifies() -> None:
    assert verify_jws(TOKEN, key_for=trusted, typ=TYP) == PAYLOAD


def test_a_signature_is_64_bytes_of_r_and_s() -> None:
    assert len(ISSUER.sign(b"anything")) == 64


def test_more_header_members_are_signed_too() -> None:
    token = sign_jws(PAYLOAD, ISSUER, typ=TYP, header={"x5t": "abc"})
    assert parse_jws(token, typ=TYP).unverified_header == {**HEADER, "x5t": "abc"}
    assert verify_jws(token, key_for=trusted, typ=TYP) == PAYLOAD


@pytest.mark.parametrize("name", ["alg", "typ", "kid", "crit"])
def test_a_caller_cannot_set_the_header_members_that_decide(name: str) -> None:
    with pytest.raises(ValueError, match="must not set"):
        sign_jws(PAYLOAD, ISSUER, typ=TYP, header={name: "x"})


@given(st.integers(0, len(TOKEN) - 1), st.integers(0, 6))
def test_any_flipped_bit_is_refused(position: int, bit: int) -> None:
    flipped = TOKEN[:position] + chr(ord(TOKEN[position]) ^ 1 << bit) + TOKEN[position + 1 :]
    with pytest.raises(PassportError):
        verify_jws(flipped, key_for=trusted, typ=TYP)


@pytest.mark.parametrize(
    "header",
    [
        {**HEADER, "alg": "none"},
        {**HEADER, "alg": "HS256"},
        {**HEADER, "alg": "es256"},
        {**HEADER, "alg": ["ES256"]},
        {**HEADER, "typ": "other+jwt"},
        {**HEADER, "typ": TYP.upper()},
        {"alg": "ES256", "kid": ISSUER.kid},
        {**HEADER, "crit": ["exp"]},
        {**HEADER, "crit": []},
        {**HEADER, "b64": False, "crit": ["b64"]},
        {**HEADER, "kid": 5},
        {**HEADER, "kid": None},
    ],
)
def test_a_header_outside_the_allow_list_is_refused(header: dict[str, Any]) -> None:
    with pytest.raises(TokenHeaderError):
        parse_jws(token_of(header), typ=TYP)


@pytest.mark.parametrize(
    "broken",
    [
        "",
        ".",
        "..",
        TOKEN.rsplit(".", 1)[0],
        TOKEN.rsplit(".", 1)[0] + ".",
        TOKEN + ".x",
        TOKEN + "=",
        TOKEN + "\n",
        " " + TOKEN,
        TOKEN[:-4],
        TOKEN + "AAAA",
        "é" + TOKEN,
        token_of(HEADER, [1]),
        token_of(HEADER, "text"),
    ],
)
def test_malformed_tokens_are_refused(broken: str) -> None:
    with pytest.raises(TokenFormatError):
        parse_jws(broken, typ=TYP)
    with pytest.raises((TokenFormatError, SignatureError)):
        verify_jws(broken, key_for=trusted, typ=TYP)


def test_a_key_inside_the_token_is_never_used() -> None:
    stranger = SoftwareSigner.generate()
    token = sign_jws(PAYLOAD, stranger, typ=TYP, header={"jwk": dict(stranger.public_jwk)})
    with pytest.raises(UnknownKeyError):
        verify_jws(token, key_for=trusted, typ=TYP)


@pytest.mark.parametrize(
    "member", [{"jku": "https://evil.example/keys"}, {"x5u": "https://evil.example/cert"}, {"x5t": "abc"}]
)
def test_an_address_of_a_key_in_the_token_is_never_followed(member: dict[str, Any]) -> None:
    stranger = SoftwareSigner.generate()
    token = sign_jws(PAYLOAD, stranger, typ=TYP, header=member)
    with pytest.raises(UnknownKeyError):
        verify_jws(token, key_for=trusted, typ=TYP)


@pytest.mark.parametrize(
    ("header", "error"),
    [
        ({**HEADER, "alg": "none"}, AlgorithmError),
        ({**HEADER, "typ": "JWT"}, TokenTypeError),
        ({**HEADER, "crit": ["b64"], "b64": False}, CriticalHeaderError),
        ({**HEADER, "b64": True}, CriticalHeaderError),
        ({**HEADER, "kid": None}, KeyIdError),
        ({**HEADER, "x5c": ["A" * MAX_HEADER_BYTES]}, TokenFormatError),
    ],
)
def test_each_rule_of_a_header_has_an_error_of_its_own(
    header: dict[str, Any], error: type[PassportError]
) -> None:
    with pytest.raises(error) as caught:
        parse_jws(token_of(header), typ=TYP)
    assert caught.type is error


def test_a_token_that_borrows_a_trusted_kid_is_refused() -> None:
    stranger = SoftwareSigner.generate()
    stranger.kid = ISSUER.kid
    with pytest.raises(SignatureError):
        verify_jws(sign_jws(PAYLOAD, stranger, typ="impostor+jwt"), key_for=trusted, typ="impostor+jwt")


def test_a_token_over_its_cap_is_not_read() -> None:
    with pytest.raises(TooLargeError):
        parse_jws(TOKEN, typ=TYP, max_bytes=len(TOKEN) - 1)


def test_a_payload_is_not_even_parsed_before_its_signature_is_checked() -> None:
    protected, _, signature = TOKEN.split(".")
    for payload in ("AAAA", "!", "é", encode_base64url(b"[" * 1000)):
        with pytest.raises(SignatureError):
            verify_jws(f"{protected}.{payload}.{signature}", key_for=trusted, typ=TYP)


def test_a_payload_that_a_trusted_key_signed_must_still_be_strict_json() -> None:
    signing_input = f"{TOKEN.split('.')[0]}.{encode_base64url(REPEATED)}"
    signature = encode_base64url(ISSUER.sign(signing_input.encode()))
    with pytest.raises(TokenFormatError):
        verify_jws(f"{signing_input}.{signature}", key_for=trusted, typ=TYP)


# RFC 9901 appendix A.5: the holder's key of the examples. RFC 7638 makes its thumbprint a fact.
RFC_9901_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "TCAER19Zvu3OHF4j4W4vfSVoHIP1ILilDls7vCeGemc",
    "y": "ZxjiWWbZMQGHVWKVQ4hbSIirsVfuecCE6t4jT9F2HZQ",
}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"use": "sig"},
        {"alg": "ES256"},
        {"key_ops": ["verify"]},
        {"kid": VerifyingKey.from_jwk(RFC_9901_KEY).kid},
    ],
)
def test_a_public_jwk_is_a_key(more: dict[str, Any]) -> None:
    key = VerifyingKey.from_jwk({**RFC_9901_KEY, **more})
    assert key.jwk == RFC_9901_KEY


@pytest.mark.parametrize(
    "changed",
    [
        {"kty": "RSA"},
        {"kty": None},
        {"crv": "P-384"},
        {"crv": "secp256k1"},
        {"x": RFC_9901_KEY["y"]},  # not on the curve
        {"x": RFC_9901_KEY["x"][:-1]},
        {"x": RFC_9901_KEY["x"] + "A"},
        {"x": "AA" + RFC_9901_KEY["x"]},
        {"x": RFC_9901_KEY["x"] + "="},
        {"x": 5},
        {"y": None},
        {"d": "AAAA"},
        {"k": "AAAA"},
        {"use": "enc"},
        {"use": None},
        {"alg": "ES384"},
        {"alg": "none"},
        {"key_ops": ["sign"]},
        {"key_ops": ["verify", "sign"]},
        {"key_ops": "verify"},
        {"kid": "another"},
        {"kid": 5},
    ],
)
def test_a_jwk_that_is_not_for_checking_es256_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(JwkError):
        VerifyingKey.from_jwk({**RFC_9901_KEY, **changed})


def test_the_thumbprint_is_that_of_rfc_7638() -> None:
    text = json.dumps(dict(sorted(RFC_9901_KEY.items())), separators=(",", ":"))
    expected = encode_base64url(hashlib.sha256(text.encode()).digest())
    assert VerifyingKey.from_jwk(RFC_9901_KEY).kid == expected


def test_a_private_key_comes_back_as_it_went() -> None:
    signer = SoftwareSigner.generate()
    again = SoftwareSigner.from_jwk(signer.private_jwk())
    assert again.kid == signer.kid
    assert VerifyingKey.from_jwk(signer.public_jwk).verify(b"data", again.sign(b"data"))


def _drop_d(jwk: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in jwk.items() if name != "d"}


def _zero_d(jwk: dict[str, str]) -> dict[str, str]:
    return {**jwk, "d": encode_base64url(bytes(32))}


def _other_d(jwk: dict[str, str]) -> dict[str, str]:
    return {**jwk, "d": SoftwareSigner.generate().private_jwk()["d"]}


@pytest.mark.parametrize("tamper", [_drop_d, _zero_d, _other_d])
def test_a_private_key_that_does_not_fit_is_refused(
    tamper: Callable[[dict[str, str]], dict[str, str]],
) -> None:
    with pytest.raises(JwkError):
        SoftwareSigner.from_jwk(tamper(SoftwareSigner.generate().private_jwk()))


def test_a_key_of_another_curve_cannot_sign() -> None:
    with pytest.raises(ValueError, match="P-256"):
        SoftwareSigner(generate_private_key(SECP384R1()))


@pytest.mark.parametrize("signature", [b"", bytes(64), bytes(63), b"\xff" * 64, bytes(65)])
def test_a_signature_that_is_none_is_false_and_no_error(signature: bytes) -> None:
    assert not ISSUER_KEY.verify(b"data", signature)


def test_a_private_key_shows_in_no_text() -> None:
    signer = SoftwareSigner.generate()
    assert signer.private_jwk()["d"] not in repr(signer) + str(signer)
