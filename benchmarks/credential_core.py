"""How long issuing, presenting and verifying one credential take, beside two other Python libraries.

    python -m benchmarks.credential_core

One section of 12 rows and the day it was told, 3 rows shown, key binding in all of them. The floor is the ECDSA and
SHA-256 work that ours contains, decoys included, on bare `cryptography` and `hashlib`. Each round runs everything by
turns, a few calls each; shown are the median time and the median of the rounds' ratios to the floor, so that a busy
machine slows all alike.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from statistics import median
from time import perf_counter
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from jwcrypto.jwk import JWK
from openvc.keys import P256SigningKey
from openvc.proof.sd_jwt import SdJwtVcProofSuite
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from issuers.credential import HeldCredential, issue_entry, read, vct_of
from issuers.disclosure import process
from issuers.encoding import encode_json
from issuers.jws import parse_jws, sign_jws, verify_jws
from issuers.keys import SoftwareSigner, VerifyingKey
from issuers.sd_jwt import CREDENTIAL_TYPE, KEY_BINDING_TYPE, SdJwt
from issuers.status_list import StatusRef
from schemas.vocabulary import Section

ROUNDS = 150
CALLS = 5
AUDIENCE = "urn:uuid:1c7cf4a8-7e3b-4a0e-9a52-2f0d0b1f6a11"
NONCE = "bm9uY2Vub25jZW5vbmNl"
ISSUER = "https://issuers.example/i/k7d2"
VCT = vct_of("https://passport.example", Section.ADJUSTMENTS, 1)
NOW = datetime.now(UTC)
SHOWN = (1, 5, 9)
ROWS = [
    {
        "kind": "hours",
        "barrier": "I tire early in the day, and noise makes it worse.",
        "change": f"Start after the morning rush, at {row}, and keep the last hour quiet.",
        "status": "asked",
    }
    for row in range(12)
]

Work = Callable[[], Any]


@dataclass(frozen=True)
class Implementation:
    """One library's way to the same three results."""

    issue: Work
    present: Work
    verify: Work


def ours() -> tuple[Implementation, SdJwt, SdJwt]:
    issuer, passport = SoftwareSigner.generate(), SoftwareSigner.generate()
    key = VerifyingKey.from_jwk(issuer.public_jwk)

    def issue() -> str:
        return issue_entry(
            section=Section.ADJUSTMENTS,
            body={"changes": ROWS},
            author=None,
            told_on=date(2026, 11, 20),
            signer=issuer,
            issuer_url=ISSUER,
            vct=VCT,
            holder_key=passport.public_jwk,
            status=StatusRef("https://passport.example/status/1", 4711),
            now=NOW,
            new_salt=secrets.token_bytes,
        )

    held = HeldCredential.parse(issue())
    paths = [f"changes/{row}" for row in SHOWN]

    def present() -> str:
        shown = held.present(paths)
        binding = {
            "iat": int(NOW.timestamp()),
            "aud": AUDIENCE,
            "nonce": NONCE,
            "sd_hash": shown.sd_hash(),
        }
        return str(shown.with_key_binding(sign_jws(binding, passport, typ=KEY_BINDING_TYPE)))

    presented = present()

    def verify() -> None:
        sd_jwt = SdJwt.parse(presented)
        payload = parse_jws(sd_jwt.jwt, typ=CREDENTIAL_TYPE).verify(key)
        entry = read(process(payload, sd_jwt.disclosures))
        holder = entry.visible.holder_key
        binding = verify_jws(sd_jwt.kb_jwt or "", key_for=lambda _: holder, typ=KEY_BINDING_TYPE)
        assert (binding["aud"], binding["nonce"], binding["sd_hash"]) == (AUDIENCE, NONCE, sd_jwt.sd_hash())

    return Implementation(issue, present, verify), held.sd_jwt, SdJwt.parse(presented)


def floor(held: SdJwt, presented: SdJwt) -> Implementation:
    """Return the bare signatures, checks and digests that ours contains."""
    key, algorithm = generate_private_key(SECP256R1()), ECDSA(SHA256())
    public = key.public_key()
    payload = parse_jws(held.jwt, typ=CREDENTIAL_TYPE)
    digests = len(payload.unverified_payload["changes"]) + len(payload.unverified_payload["_sd"])
    salts = [secrets.token_urlsafe(18).encode() for _ in range(digests - len(held.disclosures))]
    hashed_in_issue = [*(text.encode() for text in held.disclosures), *salts]
    hashed_in_verify = [*(text.encode() for text in presented.disclosures), str(presented).encode()]
    signed = [payload.signing_input, str(presented.kb_jwt).rpartition(".")[0].encode()]
    signatures = [key.sign(data, algorithm) for data in signed]

    def issue() -> None:
        key.sign(signed[0], algorithm)
        for data in hashed_in_issue:
            sha256(data).digest()

    def present() -> None:
        key.sign(signed[1], algorithm)
        sha256(hashed_in_verify[-1]).digest()

    def verify() -> None:
        for data, signature in zip(signed, signatures, strict=True):
            public.verify(signature, data, algorithm)
        for text in hashed_in_verify:
            sha256(text).digest()

    return Implementation(issue, present, verify)


def pypi_sd_jwt() -> Implementation:
    issuer, passport = (JWK.generate(kty="EC", crv="P-256") for _ in range(2))
    visible = {"iss": ISSUER, "iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 86400, "vct": VCT}

    def issue() -> str:
        claims = {**visible, "changes": [SDObj(row) for row in ROWS], SDObj("told_on"): "2026-11-20"}
        return str(SDJWTIssuer(claims, issuer, passport, add_decoy_claims=True).sd_jwt_issuance)

    issued = issue()
    wanted = {"changes": [row in SHOWN for row in range(len(ROWS))]}

    def present() -> str:
        holder = SDJWTHolder(issued)
        holder.create_presentation(wanted, NONCE, AUDIENCE, passport)
        return str(holder.sd_jwt_presentation)

    presented = present()

    def verify() -> None:
        SDJWTVerifier(presented, lambda _iss, _header: issuer, AUDIENCE, NONCE).get_verified_payload()

    return Implementation(issue, present, verify)


def openvc() -> Implementation:
    """Return openvc's: it discloses whole claims at the top, and presents all that it is given."""
    issuer, passport = (
        P256SigningKey(generate_private_key(SECP256R1()), "https://issuers.example/key") for _ in range(2)
    )
    suite = SdJwtVcProofSuite()
    rows = {f"row-{number}": row for number, row in enumerate(ROWS)}

    def issue() -> str:
        return suite.issue(
            {"iss": ISSUER, "told_on": "2026-11-20", **rows},
            signing_key=issuer,
            disclosable=[*rows, "told_on"],
            holder_jwk=passport.public_jwk(),
            vct=VCT,
            expires_in_s=86400,
            decoys=11,
        )

    parts = issue().split("~")
    chosen = "~".join([parts[0], *(parts[1 + row] for row in SHOWN), ""])

    def present() -> str:
        return suite.create_presentation(chosen, holder_key=passport, audience=AUDIENCE, nonce=NONCE)

    presented, key = present(), issuer.public_jwk()

    def verify() -> None:
        suite.verify(presented, public_key_jwk=key, audience=AUDIENCE, nonce=NONCE, require_key_binding=True)

    return Implementation(issue, present, verify)


def microseconds(work: Work) -> float:
    start = perf_counter()
    for _ in range(CALLS):
        work()
    return (perf_counter() - start) / CALLS * 1e6


def compare(works: list[Work]) -> list[str]:
    """Return each one's median time and ratio to the first."""
    rounds = [[microseconds(work) for work in works] for _ in range(ROUNDS)]
    times = [median(column) for column in zip(*rounds, strict=True)]
    ratios = [median(times[at] / times[0] for times in rounds) for at in range(len(works))]
    return [f"{time:6.0f} µs {ratio:5.2f}x" for time, ratio in zip(times, ratios, strict=True)]


def main() -> None:
    mine, held, presented = ours()
    columns = {
        "floor": floor(held, presented),
        "ours": mine,
        "PyPI sd-jwt": pypi_sd_jwt(),
        "openvc-core": openvc(),
    }
    size = len(encode_json({"changes": ROWS}))
    print(f"One credential: 12 rows ({size} bytes of JSON), 24 digests, 3 rows shown, key binding")
    print(f"{'':10}" + "".join(f"{name:>20}" for name in columns))
    for operation in ("issue", "present", "verify"):
        cells = compare([getattr(column, operation) for column in columns.values()])
        print(f"{operation:10}" + "".join(f"{cell:>20}" for cell in cells))


if __name__ == "__main__":
    main()
