"""SD-JWTs made by hand for all judges: random claims, each step of making them open to a tamper.

Nothing here uses the code under test: json, hashlib and `cryptography` alone, so that a fault of ours cannot hide in
the tokens that are to show it. All content is fictional.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from random import Random
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

NOW: Final = int(
    datetime.now(UTC).timestamp()
)  # seconds; a test may run minutes later, and judges read the real clock
AUDIENCE: Final = "https://verifier.example"
NONCE: Final = "n-0S6_WzA2Mj-differential"
HASHES: Final = {"sha-256": hashlib.sha256, "sha-384": hashlib.sha384, "sha-512": hashlib.sha512}
TEXTS: Final = ("", "Siân", "tŷ bach", 'a"b\\c', "line\nfeed", "🌼", "_sd", "...", "~.=", "0")
NAMES: Final = ("name", "town", "notes", "ŵyl", "x-1", "sub-claim")

Json = dict[str, Any]


def b64(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    """A P-256 key that signs whatever it is given."""

    def __init__(self) -> None:
        self.private: EllipticCurvePrivateKey = generate_private_key(SECP256R1())
        numbers = self.private.public_key().public_numbers()
        self.jwk = {
            "kty": "EC",
            "crv": "P-256",
            "x": self._coordinate(numbers.x),
            "y": self._coordinate(numbers.y),
        }
        members = json.dumps(
            {name: self.jwk[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":")
        )
        self.kid = b64(hashlib.sha256(members.encode()).digest())  # RFC 7638

    @staticmethod
    def _coordinate(number: int) -> str:
        return b64(number.to_bytes(32, "big"))

    def private_jwk(self) -> dict[str, str]:
        """Return the key with its private member."""
        return {**self.jwk, "d": self._coordinate(self.private.private_numbers().private_value)}

    def sign(self, text: str) -> bytes:
        """Return r and s, 32 bytes each."""
        r, s = decode_dss_signature(self.private.sign(text.encode(), ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


ISSUER: Final = Key()
HOLDER: Final = Key()
STRANGER: Final = Key()


def compact(value: Any) -> bytes:
    """Return JSON the short way."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass
class Jws:
    """A JWS to be made: a tamper may change any part before it is signed, and its text afterwards."""

    header: Json
    payload: Json
    key: Key
    encode_header: Callable[[Json], bytes] = compact
    encode_payload: Callable[[Json], bytes] = compact
    spell: Callable[[bytes], str] = b64  # of header and payload
    sign: Callable[[Key, str], bytes] = Key.sign
    finish: Callable[[str], str] = str

    def text(self) -> str:
        """Return the compact form."""
        signed = (
            f"{self.spell(self.encode_header(self.header))}.{self.spell(self.encode_payload(self.payload))}"
        )
        return self.finish(f"{signed}.{b64(self.sign(self.key, signed))}")


@dataclass
class Draft:
    """One SD-JWT+KB to be made. `claims` is what a reader of the untouched draft sees."""

    rng: Random
    salts: Iterator[str]
    hash_name: str
    jwt: Jws
    binding: Jws | None
    disclosures: list[str]
    claims: Json
    claim: str  # the disclosure of the claim `told`
    element: str  # of the element of `rows`
    outer: str  # of the claim `address`, which holds a digest itself
    inner: str  # of the claim `street` in it
    rebind: Callable[[list[str]], list[str]] = list  # what was done to the disclosures after they were bound
    finish: Callable[[str], str] = str
    bound_to: Callable[[str], str] = field(default=str)  # what the holder hashed instead

    @property
    def payload(self) -> Json:
        """What the issuer signs."""
        return self.jwt.payload

    @property
    def digests(self) -> list[Any]:
        """The digests at the top."""
        found: list[Any] = self.payload["_sd"]
        return found

    def digest(self, disclosure: str) -> str:
        """Return the digest of a disclosure under this draft's hash."""
        return b64(HASHES[self.hash_name](disclosure.encode()).digest())

    def disclose(self, *parts: Any, raw: bytes | None = None) -> str:
        """Return a disclosure of any arity, or of any bytes, with a salt of its own."""
        return b64(compact([self.salt(), *parts]) if raw is None else raw)

    def salt(self) -> str:
        """Return a new salt."""
        return next(self.salts)

    def add(self, disclosure: str) -> None:
        """Let the issuer sign a disclosure at the top, and the holder show it."""
        self.digests.append(self.digest(disclosure))
        self.disclosures.append(disclosure)

    def replace(self, old: str, new: str) -> None:
        """Let the issuer have made another disclosure in the place of one, wherever its digest stands."""
        text = json.dumps(self.payload).replace(self.digest(old), self.digest(new))
        self.jwt.payload = json.loads(text)
        self.disclosures[self.disclosures.index(old)] = new

    def text(self) -> str:
        """Return the presentation."""
        jwt = self.jwt.text()
        shown = "~".join((jwt, *self.disclosures, ""))
        binding = ""
        if self.binding is not None:
            sd_hash = b64(HASHES[self.hash_name](self.bound_to(shown).encode()).digest())
            self.binding.payload = {"sd_hash": sd_hash, **self.binding.payload}
            binding = self.binding.text()
        return self.finish("~".join((jwt, *self.rebind(self.disclosures), binding)))


def draft(rng: Random, hash_name: str = "sha-256") -> Draft:
    """Return a valid draft: random claims, some hidden at any depth, some of those shown; decoys; key binding."""
    return _Making(rng, hash_name).draft()


class _Making:
    """One run of RFC 9901 section 4.2. Each method returns what is signed and what a reader sees of it."""

    def __init__(self, rng: Random, hash_name: str) -> None:
        self.rng = rng
        self.salts = _salts()
        self.hash_name = hash_name
        self.disclosures: list[str] = []

    def draft(self) -> Draft:
        told = self._hide("told", self._scalar())
        element = self._hide(None, self._scalar())
        withheld = self._hide(None, "withheld", shown=False)
        inner = self._hide("street", self._scalar())
        outer = self._hide("address", {"_sd": self._padded([inner]), "open": 1})
        extra_signed, extra_seen = self._object(0, shown=True)
        digests = [told, outer, *extra_signed.pop("_sd", ())]
        visible = {
            "iss": "https://issuer.example",
            "vct": "https://issuer.example/vct/1",
            "iat": NOW - 60,
            "exp": NOW + 86_400,
            "cnf": {"jwk": dict(HOLDER.jwk)},
        }
        first = self._scalar()
        rows = [first, {"...": element}, {"...": withheld}]
        payload = {
            **visible,
            **extra_signed,
            "rows": rows,
            "_sd": self._padded(digests),
            "_sd_alg": self.hash_name,
        }
        texts = dict(zip(("told", "element", "inner", "outer"), self.disclosures, strict=False))
        value = {name: json.loads(_decoded(text))[-1] for name, text in texts.items()}
        claims = {
            **visible,
            **extra_seen,
            "told": value["told"],
            "rows": [first, value["element"]],
            "address": {"open": 1, "street": value["inner"]},
        }
        self.rng.shuffle(self.disclosures)
        header = {"alg": "ES256", "typ": "dc+sd-jwt", "kid": ISSUER.kid}
        binding = Jws(
            {"alg": "ES256", "typ": "kb+jwt"}, {"iat": NOW, "aud": AUDIENCE, "nonce": NONCE}, HOLDER
        )
        return Draft(
            rng=self.rng,
            salts=self.salts,
            hash_name=self.hash_name,
            jwt=Jws(header, payload, ISSUER),
            binding=binding,
            disclosures=self.disclosures,
            claims=claims,
            claim=texts["told"],
            element=texts["element"],
            outer=texts["outer"],
            inner=texts["inner"],
        )

    def _object(self, depth: int, *, shown: bool) -> tuple[Json, Json]:
        signed: Json = {}
        seen: Json = {}
        digests: list[str] = []
        for name in self.rng.sample(NAMES, self.rng.randint(0, 3)):
            hidden = self.rng.random() < 0.5
            here = shown and (not hidden or self.rng.random() < 0.7)
            inside, visible = self._value(depth + 1, shown=here)
            if hidden:
                digests.append(self._hide(name, inside, shown=here))
            else:
                signed[name] = inside
            if here:
                seen[name] = visible
        if digests or self.rng.random() < 0.2:
            signed["_sd"] = self._padded(digests)
        return signed, seen

    def _value(self, depth: int, *, shown: bool) -> tuple[Any, Any]:
        kind = self.rng.randrange(4) if depth < 3 else 0
        if kind == 1:
            return self._object(depth, shown=shown)
        if kind == 2:
            return self._array(depth, shown=shown)
        value = self._scalar()
        return value, value

    def _array(self, depth: int, *, shown: bool) -> tuple[list[Any], list[Any]]:
        signed, seen = [], []
        for _ in range(self.rng.randint(0, 3)):
            hidden = self.rng.random() < 0.5
            here = shown and (not hidden or self.rng.random() < 0.7)
            inside, visible = self._value(depth + 1, shown=here)
            signed.append({"...": self._hide(None, inside, shown=here)} if hidden else inside)
            if here:
                seen.append(visible)
        return signed, seen

    def _scalar(self) -> Any:
        return self.rng.choice((True, False, None, 0, -7, 1.5, 2**53, *TEXTS))

    def _hide(self, name: str | None, value: Any, *, shown: bool = True) -> str:
        parts = [next(self.salts), value] if name is None else [next(self.salts), name, value]
        ascii_only, spaced = self.rng.random() < 0.3, self.rng.random() < 0.3
        text = json.dumps(parts, ensure_ascii=ascii_only, separators=None if spaced else (",", ":"))
        disclosure = b64(text.encode())
        if shown:
            self.disclosures.append(disclosure)
        return b64(HASHES[self.hash_name](disclosure.encode()).digest())

    def _padded(self, digests: list[str]) -> list[str]:
        hidden = [HASHES[self.hash_name](next(self.salts).encode()) for _ in range(self.rng.randint(0, 2))]
        return sorted((*digests, *(b64(decoy.digest()) for decoy in hidden)))


def _salts() -> Iterator[str]:
    """Yield salts that differ. They need not be secret here, and randomness is kept for what matters."""
    for number in count():
        yield b64(hashlib.sha256(str(number).encode()).digest()[:16])


def _decoded(disclosure: str) -> bytes:
    return base64.urlsafe_b64decode(disclosure + "=" * (-len(disclosure) % 4))
