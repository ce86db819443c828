"""What RFC 9901 has a verifier refuse, as tables: the clause, what is wrong, the error, and an SD-JWT that has it."""

from collections.abc import Callable
from typing import Any

import pytest

from issuers.disclosure import (
    MAX_DISCLOSURES,
    ClaimExistsError,
    DigestFormatError,
    DisclosureFormatError,
    DuplicateDigestError,
    DuplicateDisclosureError,
    ElementArityError,
    PropertyArityError,
    ReservedNameError,
    TooManyDisclosuresError,
    UnknownHashError,
    UnreferencedDisclosureError,
    digest,
)
from issuers.encoding import MAX_TOKEN_BYTES, TooLargeError, encode_base64url
from issuers.jws import (
    AlgorithmError,
    CriticalHeaderError,
    KeyIdError,
    SignatureError,
    TokenFormatError,
    TokenTypeError,
    UnknownKeyError,
)
from issuers.key_binding import (
    KeyBindingClaimsError,
    KeyBindingFormatError,
    KeyBindingHashError,
    KeyBindingIssuedAtError,
)
from issuers.keys import SoftwareSigner
from issuers.sd_jwt import SdJwt, SdJwtFormatError
from issuers.verification import (
    ExpiredError,
    NotYetValidError,
    TimeClaimError,
    TokenAudienceError,
)
from schemas.errors import PassportError
from tests.issuers.making import ISSUER, PASSPORT, disclosure
from tests.issuers.presenting import (
    AUDIENCE,
    CLAIMS,
    DROP,
    NAME,
    ROW,
    SECONDS,
    TOWN,
    bound,
    changed,
    header_of,
    jws,
    naming,
    signed,
)

STRANGER = SoftwareSigner.generate()
JWK = dict(PASSPORT.public_jwk)
SHOWN = naming(NAME, TOWN)
ZEROS = encode_base64url(bytes(64))
rfc9901 = pytest.mark.rfc9901
Broken = Callable[[], SdJwt | str]
Row = tuple[pytest.MarkDecorator, str, type[PassportError], Broken]


def table(rows: list[Row]) -> pytest.MarkDecorator:
    """Return the parameters of a table: each row under the clause that it breaks."""
    params = [pytest.param(*row[2:], marks=row[0], id=f"{row[0].args[0]} {row[1]}") for row in rows]
    return pytest.mark.parametrize(("error", "broken"), params)


def with_jwt(*, header: Any = None, payload: Any = None, signature: str | None = None) -> SdJwt:
    """An SD-JWT without disclosures whose JWT is signed as given."""
    usual = header_of(ISSUER, "dc+sd-jwt", header if isinstance(header, dict) else {})
    token = jws(
        header if isinstance(header, bytes) else usual,
        payload if isinstance(payload, bytes) else changed(CLAIMS, payload or {}),
        ISSUER,
    )
    return SdJwt(token if signature is None else f"{token.rpartition('.')[0]}.{signature}", ())


def jwk(**changes: Any) -> dict[str, Any]:
    """A `cnf` whose JWK is changed."""
    return {"jwk": changed(JWK, changes)}


def disclosed(*parts: Any, **claims: Any) -> SdJwt:
    return naming(disclosure(*parts), **claims)


def element(text: str) -> list[Any]:
    return [{"...": digest(text)}]


def nested(inner: str, *rest: str) -> SdJwt:
    """An SD-JWT with a disclosure that names another."""
    outer = disclosure("c2FsdC00", "person", {"_sd": [digest(inner)]})
    return signed(outer, *rest, _sd=[digest(outer)])


SECTION_4: list[Row] = [
    (rfc9901("4"), "nothing", SdJwtFormatError, lambda: ""),
    (rfc9901("4"), "no tilde", SdJwtFormatError, lambda: SHOWN.jwt),
    (rfc9901("4"), "an empty part", SdJwtFormatError, lambda: str(SHOWN).replace("~", "~~", 1)),
    (rfc9901("4"), "no JWT", SdJwtFormatError, lambda: "~" + NAME + "~"),
    (rfc9901("4"), "a disclosure without its tilde", KeyBindingFormatError, lambda: str(SHOWN)[:-1]),
    (rfc9901("4"), "a tilde after the key binding", DisclosureFormatError, lambda: f"{bound(SHOWN)}~"),
    (rfc9901("4.1"), "... as a name at the top", DigestFormatError, lambda: with_jwt(payload={"...": "x"})),
    (rfc9901("4.1"), "... as a name further down", DigestFormatError, lambda: signed(a={"b": {"...": "x"}})),
    (
        rfc9901("4.1"),
        "... in a disclosed value",
        DigestFormatError,
        lambda: disclosed("c2FsdA", "a", {"...": 1}),
    ),
    (rfc9901("4.1.1"), "_sd_alg below the top", DigestFormatError, lambda: signed(a={"_sd_alg": "sha-256"})),
    (
        rfc9901("4.1.1"),
        "_sd_alg disclosed",
        ReservedNameError,
        lambda: disclosed("c2FsdA", "_sd_alg", "sha-256"),
    ),
    (rfc9901("4.1.1"), "another spelling of its name", UnknownHashError, lambda: signed(_sd_alg="SHA-256")),
    (rfc9901("4.2.1"), "not base64url", DisclosureFormatError, lambda: naming(NAME + "=")),
    (
        rfc9901("4.2.1"),
        "not canonical",
        DisclosureFormatError,
        lambda: naming(ROW[:-1] + chr(ord(ROW[-1]) + 1)),
    ),
    (rfc9901("4.2.1"), "no JSON", DisclosureFormatError, lambda: naming(encode_base64url(b"name"))),
    (rfc9901("4.2.1"), "an object", DisclosureFormatError, lambda: naming(encode_base64url(b'{"a":1}'))),
    (rfc9901("4.2.1"), "a salt that is no text", DisclosureFormatError, lambda: disclosed(5, "name", "x")),
    (rfc9901("4.2.1"), "a name that is no text", PropertyArityError, lambda: disclosed("c2FsdA", 5, "x")),
    (
        rfc9901("4.2.1"),
        "a member twice",
        DisclosureFormatError,
        lambda: naming(encode_base64url(b'["s","a",{"b":1,"b":1}]')),
    ),
    (
        rfc9901("4.2.2"),
        "a salt that is no text",
        DisclosureFormatError,
        lambda: signed(disclosure(5, "x"), rows=element(disclosure(5, "x"))),
    ),
    (
        rfc9901("4.2.2"),
        "a number too large",
        DisclosureFormatError,
        lambda: naming(encode_base64url(b'["s",1e999]')),
    ),
    (
        rfc9901("4.2.3"),
        "a digest of the bytes",
        UnreferencedDisclosureError,
        lambda: signed(NAME, _sd=[digest('["c2FsdC0x","name","M"]')]),
    ),
    (
        rfc9901("4.2.3"),
        "a digest of another hash",
        UnreferencedDisclosureError,
        lambda: signed(NAME, _sd=[digest(NAME, "sha-384")]),
    ),
    (rfc9901("4.2.4.1"), "_sd a text", DigestFormatError, lambda: signed(_sd=digest(NAME))),
    (rfc9901("4.2.4.1"), "_sd of a number", DigestFormatError, lambda: signed(_sd=[5])),
    (rfc9901("4.2.4.1"), "_sd null, further down", DigestFormatError, lambda: signed(a=[{"_sd": None}])),
    (
        rfc9901("4.2.4.2"),
        "another member beside ...",
        DigestFormatError,
        lambda: signed(a=[{"...": "x", "b": 1}]),
    ),
    (rfc9901("4.2.4.2"), "... with a number", DigestFormatError, lambda: signed(a=[{"...": 5}])),
    (
        rfc9901("4.2.6"),
        "a parent withheld",
        UnreferencedDisclosureError,
        lambda: SdJwt(nested(NAME).jwt, (NAME,)),
    ),
    (rfc9901("4.3"), "no nonce", KeyBindingClaimsError, lambda: bound(SHOWN, nonce=DROP)),
    (rfc9901("4.3"), "a nonce that is no text", KeyBindingClaimsError, lambda: bound(SHOWN, nonce=5)),
    (rfc9901("4.3"), "no audience", KeyBindingClaimsError, lambda: bound(SHOWN, aud=DROP)),
    (rfc9901("4.3"), "no iat", KeyBindingIssuedAtError, lambda: bound(SHOWN, iat=DROP)),
    (rfc9901("4.3"), "no sd_hash", KeyBindingHashError, lambda: bound(SHOWN, sd_hash=DROP)),
    (
        rfc9901("4.3.1"),
        "the hash of another _sd_alg",
        KeyBindingHashError,
        lambda: bound(signed(_sd_alg="sha-512"), hash_name="sha-256"),
    ),
    (
        rfc9901("4.3.1"),
        "without the last tilde",
        KeyBindingHashError,
        lambda: bound(SHOWN, sd_hash=digest(str(SHOWN)[:-1])),
    ),
]

SECTION_7_1: list[Row] = [
    (rfc9901("7.1/1"), "not ASCII", SdJwtFormatError, lambda: str(SHOWN) + "é"),
    (rfc9901("7.1/1"), "a lone surrogate", SdJwtFormatError, lambda: str(SHOWN) + "\ud800"),
    (rfc9901("7.1/1"), "two dots too few", TokenFormatError, lambda: "abc~"),
    (rfc9901("7.1/1"), "a dot too many", TokenFormatError, lambda: SdJwt(SHOWN.jwt + ".", ())),
    (rfc9901("7.1/1"), "over its cap", TooLargeError, lambda: "a" * MAX_TOKEN_BYTES + "~"),
    (
        rfc9901("7.1/1"),
        "too many disclosures",
        TooManyDisclosuresError,
        lambda: SHOWN.jwt + "~" + "YQ~" * (MAX_DISCLOSURES + 1),
    ),
    (rfc9901("7.1/1"), "a payload that is no object", TokenFormatError, lambda: with_jwt(payload=b"[]")),
    (
        rfc9901("7.1/1"),
        "a payload with a member twice",
        TokenFormatError,
        lambda: with_jwt(payload=b'{"iss":1,"iss":1}'),
    ),
    (rfc9901("7.1/1"), "a payload with NaN", TokenFormatError, lambda: with_jwt(payload=b'{"exp":NaN}')),
    (
        rfc9901("7.1/1"),
        "a header with a member twice",
        TokenFormatError,
        lambda: with_jwt(header=b'{"alg":"ES256","alg":"ES256","typ":"dc+sd-jwt"}'),
    ),
    (rfc9901("7.1/2.a"), "none", AlgorithmError, lambda: with_jwt(header={"alg": "none"}, signature="")),
    (rfc9901("7.1/2.a"), "None", AlgorithmError, lambda: with_jwt(header={"alg": "NONE"})),
    (rfc9901("7.1/2.a"), "absent", AlgorithmError, lambda: with_jwt(header={"alg": DROP})),
    (rfc9901("7.1/2.a"), "symmetric", AlgorithmError, lambda: with_jwt(header={"alg": "HS256"})),
    (rfc9901("7.1/2.a"), "another curve", AlgorithmError, lambda: with_jwt(header={"alg": "ES384"})),
    (rfc9901("7.1/2.a"), "a list", AlgorithmError, lambda: with_jwt(header={"alg": ["ES256"]})),
    (rfc9901("7.1/2.a"), "another typ", TokenTypeError, lambda: with_jwt(header={"typ": "JWT"})),
    (rfc9901("7.1/2.a"), "no typ", TokenTypeError, lambda: with_jwt(header={"typ": DROP})),
    (
        rfc9901("7.1/2.a"),
        "a key binding as a credential",
        TokenTypeError,
        lambda: with_jwt(header={"typ": "kb+jwt"}),
    ),
    (
        rfc9901("7.1/2.b"),
        "another's signature",
        SignatureError,
        lambda: signed(signer=STRANGER, header={"kid": ISSUER.kid}),
    ),
    (rfc9901("7.1/2.b"), "zeros", SignatureError, lambda: with_jwt(signature=ZEROS)),
    (
        rfc9901("7.1/2.b"),
        "r of zero",
        SignatureError,
        lambda: with_jwt(signature=encode_base64url(bytes(32) + b"\x01" * 32)),
    ),
    (
        rfc9901("7.1/2.b"),
        "s of zero",
        SignatureError,
        lambda: with_jwt(signature=encode_base64url(b"\x01" * 32 + bytes(32))),
    ),
    (
        rfc9901("7.1/2.b"),
        "r and s too large",
        SignatureError,
        lambda: with_jwt(signature=encode_base64url(b"\xff" * 64)),
    ),
    (rfc9901("7.1/2.b"), "empty", TokenFormatError, lambda: with_jwt(signature="")),
    (
        rfc9901("7.1/2.b"),
        "too long",
        TokenFormatError,
        lambda: with_jwt(signature=encode_base64url(bytes(65))),
    ),
    (rfc9901("7.1/2.b"), "crit", CriticalHeaderError, lambda: with_jwt(header={"crit": ["exp"], "exp": 1})),
    (rfc9901("7.1/2.b"), "an empty crit", CriticalHeaderError, lambda: with_jwt(header={"crit": []})),
    (rfc9901("7.1/2.b"), "b64", CriticalHeaderError, lambda: with_jwt(header={"b64": False})),
    (rfc9901("7.1/2.c"), "another issuer", UnknownKeyError, lambda: signed(iss="https://stranger.example")),
    (rfc9901("7.1/2.c"), "no issuer", UnknownKeyError, lambda: signed(iss=DROP)),
    (rfc9901("7.1/2.c"), "another key", UnknownKeyError, lambda: signed(signer=STRANGER)),
    (
        rfc9901("7.1/2.c"),
        "a key in the header",
        UnknownKeyError,
        lambda: signed(signer=STRANGER, header={"jwk": dict(STRANGER.public_jwk)}),
    ),
    (rfc9901("7.1/2.c"), "a kid that is no text", KeyIdError, lambda: with_jwt(header={"kid": 5})),
    (rfc9901("7.1/2.d"), "weak", UnknownHashError, lambda: signed(_sd_alg="md5")),
    (rfc9901("7.1/2.d"), "unknown", UnknownHashError, lambda: signed(_sd_alg="sha3-256")),
    (rfc9901("7.1/2.d"), "null", UnknownHashError, lambda: signed(_sd_alg=None)),
    (rfc9901("7.1/3.c.ii.1"), "two elements in _sd", PropertyArityError, lambda: naming(ROW)),
    (
        rfc9901("7.1/3.c.ii.1"),
        "four elements in _sd",
        PropertyArityError,
        lambda: disclosed("c2FsdA", "a", 1, 2),
    ),
    (rfc9901("7.1/3.c.ii.2"), "_sd", ReservedNameError, lambda: disclosed("c2FsdA", "_sd", [])),
    (rfc9901("7.1/3.c.ii.2"), "...", ReservedNameError, lambda: disclosed("c2FsdA", "...", "x")),
    (
        rfc9901("7.1/3.c.ii.3"),
        "a visible name",
        ClaimExistsError,
        lambda: disclosed("c2FsdA", "iss", "https://other.example"),
    ),
    (
        rfc9901("7.1/3.c.ii.3"),
        "a name twice",
        ClaimExistsError,
        lambda: naming(NAME, disclosure("c2FsdA", "name", "M")),
    ),
    (
        rfc9901("7.1/3.c.iii.1"),
        "three elements in an array",
        ElementArityError,
        lambda: signed(NAME, rows=element(NAME)),
    ),
    (
        rfc9901("7.1/3.c.iii.1"),
        "one element in an array",
        ElementArityError,
        lambda: signed(disclosure("c2FsdA"), rows=element(disclosure("c2FsdA"))),
    ),
    (rfc9901("7.1/4"), "in one _sd", DuplicateDigestError, lambda: signed(NAME, _sd=[digest(NAME)] * 2)),
    (
        rfc9901("7.1/4"),
        "a decoy at two levels",
        DuplicateDigestError,
        lambda: signed(_sd=["x"], a={"_sd": ["x"]}),
    ),
    (
        rfc9901("7.1/4"),
        "in a property and an element",
        DuplicateDigestError,
        lambda: signed(_sd=["x"], a=[{"...": "x"}]),
    ),
    (
        rfc9901("7.1/4"),
        "inside a disclosure",
        DuplicateDigestError,
        lambda: signed(
            *nested(NAME, NAME).disclosures, _sd=[digest(NAME), digest(nested(NAME).disclosures[0])]
        ),
    ),
    (rfc9901("7.1/5"), "another's", UnreferencedDisclosureError, lambda: signed(NAME)),
    (rfc9901("7.1/5"), "twice", DuplicateDisclosureError, lambda: SdJwt(naming(NAME).jwt, (NAME, NAME))),
    (rfc9901("7.1/6"), "nbf to come", NotYetValidError, lambda: signed(nbf=SECONDS + 61)),
    (rfc9901("7.1/6"), "iat to come", NotYetValidError, lambda: signed(iat=SECONDS + 61)),
    (rfc9901("7.1/6"), "exp come", ExpiredError, lambda: signed(exp=SECONDS)),
    (rfc9901("7.1/6"), "exp come, with a fraction", ExpiredError, lambda: signed(exp=SECONDS - 0.5)),
    (
        rfc9901("7.1/6"),
        "an exp that is disclosed",
        ExpiredError,
        lambda: disclosed("c2FsdA", "exp", SECONDS - 5, exp=DROP),
    ),
    (
        rfc9901("7.1/6"),
        "an nbf that is disclosed",
        NotYetValidError,
        lambda: disclosed("c2FsdA", "nbf", SECONDS + 99, nbf=DROP),
    ),
    (rfc9901("7.1/6"), "exp a text", TimeClaimError, lambda: signed(exp=str(SECONDS + 99))),
    (rfc9901("7.1/6"), "exp a boolean", TimeClaimError, lambda: signed(exp=True)),
    (rfc9901("7.1/6"), "exp null", TimeClaimError, lambda: signed(exp=None)),
    (rfc9901("7.1/6"), "exp without end", TimeClaimError, lambda: signed(exp=10**18)),
    (rfc9901("7.1/6"), "exp before all time", TimeClaimError, lambda: signed(exp=-1)),
    (rfc9901("7.1/6"), "nbf a list", TimeClaimError, lambda: signed(nbf=[SECONDS])),
    (rfc9901("7.1/6"), "another audience", TokenAudienceError, lambda: signed(aud="https://other.example")),
    (
        rfc9901("7.1/6"),
        "audiences of which one is a number",
        TokenAudienceError,
        lambda: signed(aud=[AUDIENCE, 5]),
    ),
    (rfc9901("7.1/6"), "no audience in the list", TokenAudienceError, lambda: signed(aud=[])),
]
