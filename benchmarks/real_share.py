"""How long presenting and verifying take, as ratios to the bare signatures and digests they contain.

    python -m benchmarks.presentation

One section of 12 rows, 3 of them shown, with key binding; and a real share: the Bundle an employer is given.
Medians of rounds in one run, so that a busy machine slows both sides alike.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from statistics import median
from time import perf_counter

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from consent.presentation import ReleasedEntry, present, share_bundle
from consent.verification import Outcome
from consent.verify import verify
from issuers.credential import HeldCredential, issue_entry, vct_of
from issuers.keys import SoftwareSigner, VerifyingKey
from issuers.sd_jwt import SdJwt
from issuers.status_list import StatusList, StatusRef, StatusSnapshot
from issuers.trust import TrustedIssuer, TrustedKey, TrustList
from schemas.vocabulary import IssuerKind, Language, Section

ROUNDS = 30
CALLS = 20
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ISSUER = "https://passport.example/i/k7d2"
LIST = "https://passport.example/status/1"
BODIES: Mapping[Section, dict[str, object]] = {
    Section.ABOUT_ME: {"name": "Sam (fictional)"},
    Section.COMMUNICATION: {"channel": "email", "how_to_help": "One question at a time, please."},
    Section.ADJUSTMENTS: {
        "changes": [
            {
                "kind": "hours",
                "barrier": "I tire early in the day, and noise makes it worse.",
                "change": f"Start after the morning rush, at {row}, and keep the last hour quiet.",
                "status": "asked",
            }
            for row in range(12)
        ]
    },
}


@dataclass(frozen=True)
class Bench:
    """Everything one run needs."""

    passport: SoftwareSigner
    trust: TrustList
    statuses: dict[str, StatusSnapshot]
    credentials: dict[Section, str]


def make() -> Bench:
    issuer, passport = SoftwareSigner.generate(), SoftwareSigner.generate()
    key = TrustedKey(VerifyingKey.from_jwk(issuer.public_jwk), NOW - timedelta(days=9))
    told = TrustedIssuer(ISSUER, "This service", IssuerKind.TOLD_BY_HOLDER, frozenset(Section), (key,))
    snapshot = StatusSnapshot(LIST, StatusList.empty(1 << 20), NOW, NOW + timedelta(days=1), None)
    credentials = {
        section: issue_entry(
            section=section,
            body=body,
            author=None,
            told_on=date(2026, 11, 20),
            signer=issuer,
            issuer_url=ISSUER,
            vct=vct_of("https://passport.example", section, 1),
            holder_key=passport.public_jwk,
            status=StatusRef(LIST, secrets.randbelow(1 << 20)),
            now=NOW - timedelta(days=1),
            new_salt=secrets.token_bytes,
        )
        for section, body in BODIES.items()
    }
    return Bench(passport, TrustList(1, NOW, NOW + timedelta(days=9), (told,)), {LIST: snapshot}, credentials)


def microseconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    for _ in range(CALLS):
        work()
    return (perf_counter() - start) / CALLS * 1e6


def compare(works: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median time of each, taken turn by turn."""
    rounds = [{name: microseconds(work) for name, work in works.items()} for _ in range(ROUNDS)]
    return {name: median(times[name] for times in rounds) for name in works}


def floor_of_verify(texts: tuple[str, ...]) -> Callable[[], object]:
    """Return the bare work in verifying: two ECDSA checks an entry, a digest a disclosure, and sd_hash."""
    key = generate_private_key(SECP256R1())
    algorithm = ECDSA(SHA256())
    public = key.public_key()
    signed = [part for text in texts for part in signing_inputs(text)]
    signatures = [(key.sign(data, algorithm), data) for data in signed]
    hashed = [
        piece.encode()
        for text in texts
        for piece in (*SdJwt.parse(text).disclosures, text.rpartition("~")[0])
    ]

    def work() -> None:
        for signature, data in signatures:
            public.verify(signature, data, algorithm)
        for data in hashed:
            sha256(data).digest()

    return work


def signing_inputs(text: str) -> tuple[bytes, bytes]:
    shown = SdJwt.parse(text)
    return shown.jwt.rpartition(".")[0].encode(), str(shown.kb_jwt).rpartition(".")[0].encode()


def floor_of_present(text: str) -> Callable[[], object]:
    """Return the bare work in presenting: one signature and sd_hash."""
    key = generate_private_key(SECP256R1())
    data = signing_inputs(text)[1]
    hashed = text.rpartition("~")[0].encode()

    def work() -> None:
        sha256(hashed).digest()
        key.sign(data, ECDSA(SHA256()))

    return work


def main() -> None:
    bench = make()
    paths = ("changes/1", "changes/5", "changes/9", "told_on")
    one = ReleasedEntry.of(bench.credentials[Section.ADJUSTMENTS], paths)

    def presenting(released: list[ReleasedEntry]) -> Callable[[], tuple[str, ...]]:
        return lambda: (
            present(
                released,
                passport_signer=bench.passport,
                audience="urn:uuid:1c7cf4a8-7e3b-4a0e-9a52-2f0d0b1f6a11",
                nonce="bm9uY2Vub25jZW5vbmNl",
                now=NOW,
                share_status=StatusRef(LIST, 5),
            ).entries
        )

    def verifying(raw: str | bytes) -> Callable[[], object]:
        return lambda: verify(raw, trust=bench.trust, statuses=bench.statuses, now=NOW)

    entries = presenting([one])()
    held = [HeldCredential.parse(credential) for credential in bench.credentials.values()]
    share = [ReleasedEntry.of(each, [claim.path for claim in each.claims]) for each in held]
    shared = present(
        share,
        passport_signer=bench.passport,
        audience="urn:uuid:1c7cf4a8-7e3b-4a0e-9a52-2f0d0b1f6a11",
        nonce="bm9uY2Vub25jZW5vbmNl",
        now=NOW,
        share_status=StatusRef(LIST, 5),
    )
    bundle = share_bundle(shared, trust=bench.trust, language=Language.ENGLISH)
    for raw in (entries[0], bundle):
        assert verify(raw, trust=bench.trust, statuses=bench.statuses, now=NOW).outcome is Outcome.VALID
    found = compare(
        {
            "present, floor": floor_of_present(entries[0]),
            "present": presenting([one]),
            "verify, floor": floor_of_verify(entries),
            "verify": verifying(entries[0]),
            "share, floor": floor_of_verify(shared.entries),
            "share": verifying(bundle),
        }
    )
    print(f"{'':34}{'floor':>10}{'ours':>10}{'ratio':>8}")
    for name, label in (
        ("present", "12 rows, 3 shown: present, bound"),
        ("verify", "12 rows, 3 shown: verify, bound"),
        ("share", f"share of {len(share)} entries: verify"),
    ):
        floor, ours = found[f"{name}, floor"], found[name]
        print(f"{label:34}{floor:8.0f} µs{ours:7.0f} µs{ours / floor:7.2f}x")


if __name__ == "__main__":
    main()
