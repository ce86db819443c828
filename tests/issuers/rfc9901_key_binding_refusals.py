"""What RFC 9901 section 7.3 has a verifier refuse, as a table like those of `rfc9901_refusals`."""

from dataclasses import replace

from issuers.disclosure import digest
from issuers.key_binding import (
    HolderKeyError,
    KeyBindingAlgorithmError,
    KeyBindingClaimsError,
    KeyBindingDatesError,
    KeyBindingFormatError,
    KeyBindingHashError,
    KeyBindingIssuedAtError,
    KeyBindingKidError,
    KeyBindingSignatureError,
    KeyBindingTimeError,
    KeyBindingTypeError,
)
from issuers.verification import ExpiredError, HolderKeyDisclosedError
from tests.issuers.making import ISSUER, disclosure
from tests.issuers.presenting import AUDIENCE, DROP, NAME, SECONDS, TOWN, bound, signed
from tests.issuers.rfc9901_refusals import JWK, SHOWN, STRANGER, Row, disclosed, jwk, rfc9901

SECTION_7_3: list[Row] = [
    (rfc9901("7.3/3"), "no JWS", KeyBindingFormatError, lambda: f"{SHOWN}abc"),
    (rfc9901("7.3/3"), "no base64url", KeyBindingFormatError, lambda: f"{bound(SHOWN)}="),
    (rfc9901("7.3/3"), "over its cap", KeyBindingFormatError, lambda: bound(SHOWN, note="a" * 9000)),
    (rfc9901("7.3/4"), "an SD-JWT that is expired", ExpiredError, lambda: bound(signed(exp=SECONDS))),
    (rfc9901("7.3/5.a"), "no cnf", HolderKeyError, lambda: bound(signed(cnf=DROP))),
    (rfc9901("7.3/5.a"), "a cnf that is no object", HolderKeyError, lambda: bound(signed(cnf=[JWK]))),
    (rfc9901("7.3/5.a"), "a cnf without jwk", HolderKeyError, lambda: bound(signed(cnf={"kid": "x"}))),
    (
        rfc9901("7.3/5.a"),
        "another key beside it",
        HolderKeyError,
        lambda: bound(signed(cnf={"jwk": JWK, "jku": "https://x.example"})),
    ),
    (rfc9901("7.3/5.a"), "a private member", HolderKeyError, lambda: bound(signed(cnf=jwk(d="AA")))),
    (rfc9901("7.3/5.a"), "for encryption", HolderKeyError, lambda: bound(signed(cnf=jwk(use="enc")))),
    (rfc9901("7.3/5.a"), "for signing", HolderKeyError, lambda: bound(signed(cnf=jwk(key_ops=["sign"])))),
    (rfc9901("7.3/5.a"), "of another algorithm", HolderKeyError, lambda: bound(signed(cnf=jwk(alg="ES384")))),
    (rfc9901("7.3/5.a"), "of another curve", HolderKeyError, lambda: bound(signed(cnf=jwk(crv="P-384")))),
    (rfc9901("7.3/5.a"), "off the curve", HolderKeyError, lambda: bound(signed(cnf=jwk(y=JWK["x"])))),
    (
        rfc9901("7.3/5.a"),
        "a coordinate cut short",
        HolderKeyError,
        lambda: bound(signed(cnf=jwk(x=JWK["x"][:-2]))),
    ),
    (rfc9901("7.3/5.a"), "a kid that is no text", HolderKeyError, lambda: bound(signed(cnf=jwk(kid=5)))),
    (
        rfc9901("7.3/5.a"),
        "cnf disclosed",
        HolderKeyDisclosedError,
        lambda: bound(disclosed("c2FsdA", "cnf", {"jwk": JWK}, cnf=DROP)),
    ),
    (
        rfc9901("7.3/5.a"),
        "jwk disclosed",
        HolderKeyDisclosedError,
        lambda: bound(
            signed(disclosure("s", "jwk", JWK), cnf={"_sd": [digest(disclosure("s", "jwk", JWK))]})
        ),
    ),
    (rfc9901("7.3/5.b"), "none", KeyBindingAlgorithmError, lambda: bound(SHOWN, header={"alg": "none"})),
    (
        rfc9901("7.3/5.b"),
        "symmetric",
        KeyBindingAlgorithmError,
        lambda: bound(SHOWN, header={"alg": "HS256"}),
    ),
    (rfc9901("7.3/5.b"), "absent", KeyBindingAlgorithmError, lambda: bound(SHOWN, header={"alg": DROP})),
    (
        rfc9901("7.3/5.c"),
        "another's signature",
        KeyBindingSignatureError,
        lambda: bound(SHOWN, signer=STRANGER, header={"kid": DROP}),
    ),
    (
        rfc9901("7.3/5.c"),
        "the issuer's signature",
        KeyBindingSignatureError,
        lambda: bound(SHOWN, signer=ISSUER, header={"kid": DROP}),
    ),
    (
        rfc9901("7.3/5.c"),
        "the key in its own header",
        KeyBindingSignatureError,
        lambda: bound(SHOWN, signer=STRANGER, header={"kid": DROP, "jwk": dict(STRANGER.public_jwk)}),
    ),
    (rfc9901("7.3/5.c"), "another's kid", KeyBindingKidError, lambda: bound(SHOWN, signer=STRANGER)),
    (rfc9901("7.3/5.d"), "JWT", KeyBindingTypeError, lambda: bound(SHOWN, header={"typ": "JWT"})),
    (rfc9901("7.3/5.d"), "absent", KeyBindingTypeError, lambda: bound(SHOWN, header={"typ": DROP})),
    (
        rfc9901("7.3/5.d"),
        "of a credential",
        KeyBindingTypeError,
        lambda: bound(SHOWN, header={"typ": "dc+sd-jwt"}),
    ),
    (rfc9901("7.3/5.e"), "from the future", KeyBindingTimeError, lambda: bound(SHOWN, iat=SECONDS + 61)),
    (
        rfc9901("7.3/5.e"),
        "older than the SD-JWT",
        KeyBindingTimeError,
        lambda: bound(SHOWN, iat=SECONDS - 121),
    ),
    (rfc9901("7.3/5.e"), "a boolean", KeyBindingIssuedAtError, lambda: bound(SHOWN, iat=True)),
    (rfc9901("7.3/5.e"), "a text", KeyBindingIssuedAtError, lambda: bound(SHOWN, iat=str(SECONDS))),
    (rfc9901("7.3/5.f"), "an empty nonce", KeyBindingClaimsError, lambda: bound(SHOWN, nonce="")),
    (rfc9901("7.3/5.f"), "two audiences", KeyBindingClaimsError, lambda: bound(SHOWN, aud=[AUDIENCE, "x"])),
    (
        rfc9901("7.3/5.g"),
        "a disclosure taken out",
        KeyBindingHashError,
        lambda: replace(bound(SHOWN), disclosures=(NAME,)),
    ),
    (
        rfc9901("7.3/5.g"),
        "disclosures exchanged",
        KeyBindingHashError,
        lambda: replace(bound(SHOWN), disclosures=(TOWN, NAME)),
    ),
    (
        rfc9901("7.3/5.g"),
        "of another SD-JWT",
        KeyBindingHashError,
        lambda: SHOWN.with_key_binding(str(bound(signed()).kb_jwt)),
    ),
    (rfc9901("7.3/5.g"), "no text", KeyBindingHashError, lambda: bound(SHOWN, sd_hash=5)),
    (rfc9901("7.3/5.h"), "expired", KeyBindingDatesError, lambda: bound(SHOWN, exp=SECONDS)),
    (rfc9901("7.3/5.h"), "to come", KeyBindingDatesError, lambda: bound(SHOWN, nbf=SECONDS + 61)),
    (rfc9901("7.3/5.h"), "exp a text", KeyBindingDatesError, lambda: bound(SHOWN, exp="x")),
    (
        rfc9901("7.3/5.h"),
        "crit",
        KeyBindingFormatError,
        lambda: bound(SHOWN, header={"crit": ["b64"], "b64": False}),
    ),
]
