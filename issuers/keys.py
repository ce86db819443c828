"""ES256 keys: read a JWK strictly, sign and check bytes, never choose an algorithm.

Leaves out: tokens (`issuers.jws`), where private keys are kept (`passport.keystore`) and which issuer may sign what
(`issuers.trust`).
"""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from jwt.utils import raw_to_der_signature

from issuers.encoding import decode_base64url, encode_base64url
from schemas.errors import EncodingError, PassportError

ALGORITHM: Final = "ES256"  # the only one: never taken from a token
COORDINATE_BYTES: Final = 32

_ECDSA_SHA256: Final = ECDSA(SHA256())
_CURVE: Final = SECP256R1()
_PRIVATE_MEMBERS: Final = frozenset({"d", "k", "p", "q", "dp", "dq", "qi", "oth"})


class JwkError(PassportError):
    """A JWK is not a public P-256 signing key whose members agree with each other."""

    code = "jwk_invalid"


class Signer(Protocol):
    """Something that holds one private P-256 key: a file, a token, a cloud KMS."""

    @property
    def kid(self) -> str:
        """RFC 7638 SHA-256 thumbprint of the public key."""
        ...

    @property
    def public_jwk(self) -> Mapping[str, str]:
        """The public key: kty, crv, x and y."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Return the ES256 signature of `data`: r and s, 32 bytes each (RFC 7518 section 3.4)."""
        ...


def thumbprint(jwk: Mapping[str, str]) -> str:
    """Return the RFC 7638 section 3 SHA-256 thumbprint of a checked P-256 key."""
    members = f'{{"crv":"P-256","kty":"EC","x":"{jwk["x"]}","y":"{jwk["y"]}"}}'
    return encode_base64url(sha256(members.encode("ascii")).digest())


class VerifyingKey:
    """A checked public P-256 key."""

    __slots__ = ("_key", "jwk", "kid")

    def __init__(self, key: EllipticCurvePublicKey, jwk: Mapping[str, str]) -> None:
        self._key = key
        self.jwk = jwk  # kty, crv, x and y only
        self.kid = thumbprint(jwk)

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Any]) -> "VerifyingKey":
        """Return the key of a public JWK.

        Raises:
            JwkError: another kind of key, a point off the curve, a private member, or use, key_ops, alg or kid that
                do not fit a P-256 key for checking ES256 signatures.
        """
        _check_members(jwk)
        x, y = jwk.get("x"), jwk.get("y")
        if not isinstance(x, str) or not isinstance(y, str):
            raise JwkError("expected x and y to be base64url")
        found = _key_at(x, y)
        if "kid" in jwk and jwk["kid"] != found.kid:
            raise JwkError("expected kid to be the RFC 7638 thumbprint")
        return found

    def verify(self, data: bytes, signature: bytes) -> bool:
        """Return whether `signature` (64 bytes, r and s) is this key's ES256 signature of `data`."""
        # As PyJWT's ECAlgorithm does it, which makes the algorithm anew for every signature.
        try:
            self._key.verify(raw_to_der_signature(signature, _CURVE), data, _ECDSA_SHA256)
        except (InvalidSignature, ValueError):  # ValueError: not 64 bytes
            return False
        return True

    def __repr__(self) -> str:
        return f"VerifyingKey(kid={self.kid!r})"


class SoftwareSigner:
    """A `Signer` whose private key is in memory."""

    __slots__ = ("_key", "kid", "public_jwk")

    def __init__(self, key: EllipticCurvePrivateKey) -> None:
        if not isinstance(key.curve, SECP256R1):
            raise ValueError(f"expected a P-256 key, got {key.curve.name}")
        numbers = key.public_key().public_numbers()
        self._key = key
        self.public_jwk: Mapping[str, str] = {
            "kty": "EC",
            "crv": "P-256",
            "x": encode_base64url(numbers.x.to_bytes(COORDINATE_BYTES, "big")),
            "y": encode_base64url(numbers.y.to_bytes(COORDINATE_BYTES, "big")),
        }
        self.kid = thumbprint(self.public_jwk)

    @classmethod
    def generate(cls) -> "SoftwareSigner":
        """Return a signer with a new key."""
        return cls(generate_private_key(_CURVE))

    @classmethod
    def from_jwk(cls, private: Mapping[str, Any]) -> "SoftwareSigner":
        """Return the signer of a private JWK.

        Raises:
            JwkError: not a private P-256 key, or its public half is another key's.
        """
        public = {name: value for name, value in private.items() if name not in {"d", "key_ops"}}
        VerifyingKey.from_jwk(public)
        try:
            signer = cls(
                derive_private_key(int.from_bytes(_coordinate(private.get("d"), "d"), "big"), _CURVE)
            )
        except ValueError as exc:
            raise JwkError("expected a private P-256 key") from exc
        if any(signer.public_jwk[name] != private[name] for name in ("x", "y")):
            raise JwkError("expected d to belong to x and y")
        return signer

    def private_jwk(self) -> dict[str, str]:
        """Return the key with its private member `d`: a secret, only ever stored encrypted."""
        secret = self._key.private_numbers().private_value.to_bytes(COORDINATE_BYTES, "big")
        return {**self.public_jwk, "d": encode_base64url(secret)}

    def sign(self, data: bytes) -> bytes:
        """Return the ES256 signature of `data`: r and s, 32 bytes each."""
        # As PyJWT does it, without its way through hexadecimal text: a sixth of the time of a signature.
        r, s = decode_dss_signature(self._key.sign(data, _ECDSA_SHA256))
        return r.to_bytes(COORDINATE_BYTES, "big") + s.to_bytes(COORDINATE_BYTES, "big")

    def __repr__(self) -> str:
        return f"SoftwareSigner(kid={self.kid!r})"


@lru_cache(maxsize=256)  # all entries of a passport name one key, and each is read again and again
def _key_at(x: str, y: str) -> VerifyingKey:
    """Return the key at a point whose coordinates are given in base64url.

    Raises:
        JwkError: they are not, or the point is not on P-256.
    """
    point = b"\x04" + _coordinate(x, "x") + _coordinate(y, "y")
    try:
        key = EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
    except ValueError as exc:
        raise JwkError("expected a point on P-256") from exc
    return VerifyingKey(key, {"kty": "EC", "crv": "P-256", "x": x, "y": y})


def _check_members(jwk: Mapping[str, Any]) -> None:
    """Refuse a JWK whose members, x and y aside, do not allow checking ES256 signatures."""
    if _PRIVATE_MEMBERS & jwk.keys():
        raise JwkError("expected a public key, got private members")
    if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise JwkError("expected kty EC and crv P-256")
    if jwk.get("use", "sig") != "sig" or jwk.get("alg", ALGORITHM) != ALGORITHM:
        raise JwkError("expected use sig and alg ES256 where they are given")
    if "key_ops" in jwk and jwk["key_ops"] != ["verify"]:  # RFC 7517 section 4.3
        raise JwkError("expected key_ops to be verify alone where it is given")


def _coordinate(text: object, name: str) -> bytes:
    try:
        value = decode_base64url(text) if isinstance(text, str) else b""
    except EncodingError as exc:
        raise JwkError(f"expected base64url in {name}") from exc
    if len(value) != COORDINATE_BYTES:  # RFC 7518 section 6.2.1.2: the full size, leading zeros kept
        raise JwkError(f"expected 32 bytes in {name}")
    return value
