"""How long a real entry and a real share take, as ratios to the bare signatures and digests they contain.

    python -m benchmarks.real_share

One section of 12 rows, 3 of them shown, with key binding; and the share of three entries that an employer is given, as
presentations and as the Bundle with its readable part. Status, times and the form of every claim are checked as well.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from benchmarks.rounds import Work, compare, table
from consent.presentation import Presentation, ReleasedEntry, present, share_bundle
from consent.verification import Outcome
from consent.verify import verify
from issuers.credential import HeldCredential, issue_entry, vct_of
from issuers.jws import parse_jws
from issuers.keys import SoftwareSigner, VerifyingKey
from issuers.sd_jwt import CREDENTIAL_TYPE, SdJwt
from issuers.status_list import StatusList, StatusRef, StatusSnapshot
from issuers.trust import TrustedIssuer, TrustedKey, TrustList
from schemas.vocabulary import IssuerKind, Language, Section

ROUNDS = 60
CALLS = 5
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

    issuer: SoftwareSigner
    passport: SoftwareSigner
    trust: TrustList
    statuses: dict[str, StatusSnapshot]
    credentials: dict[Section, str]


def make() -> Bench:
    issuer, passport = SoftwareSigner.generate(), SoftwareSigner.generate()
    key = TrustedKey(VerifyingKey.from_jwk(issuer.public_jwk), NOW - timedelta(days=9))
    told = TrustedIssuer(ISSUER, "This service", IssuerKind.TOLD_BY_HOLDER, frozenset(Section), (key,))
    snapshot = StatusSnapshot(LIST, StatusList.empty(1 << 20), NOW, NOW + timedelta(days=1), None)
    credentials = {section: issued(issuer, passport, section) for section in BODIES}
    return Bench(
        issuer, passport, TrustList(1, NOW, NOW + timedelta(days=9), (told,)), {LIST: snapshot}, credentials
    )


def issued(signer: SoftwareSigner, passport: SoftwareSigner, section: Section) -> str:
    return issue_entry(
        section=section,
        body=BODIES[section],
        author=None,
        told_on=date(2026, 11, 20),
        signer=signer,
        issuer_url=ISSUER,
        vct=vct_of("https://passport.example", section, 1),
        holder_key=passport.public_jwk,
        status=StatusRef(LIST, secrets.randbelow(1 << 20)),
        now=NOW - timedelta(days=1),
        new_salt=secrets.token_bytes,
    )


def floor_of_issue(texts: Sequence[str]) -> Work:
    """Return the bare work in issuing: a signature an entry, a digest a disclosure or decoy."""
    key, algorithm = generate_private_key(SECP256R1()), ECDSA(SHA256())
    signed = [SdJwt.parse(text).jwt.rpartition(".")[0].encode() for text in texts]
    hashed = [piece for text in texts for piece in hashed_at_issue(SdJwt.parse(text))]

    def work() -> None:
        for data in signed:
            key.sign(data, algorithm)
        for data in hashed:
            sha256(data).digest()

    return work


def hashed_at_issue(entry: SdJwt) -> list[bytes]:
    payload = parse_jws(entry.jwt, typ=CREDENTIAL_TYPE).unverified_payload
    lists = [payload["_sd"], *(claim for claim in payload.values() if isinstance(claim, list))]
    digests = sum(map(len, {id(one): one for one in lists}.values()))
    decoys = digests - len(entry.disclosures)
    return [*(text.encode() for text in entry.disclosures), *[secrets.token_bytes(24)] * decoys]


def floor_of_verify(texts: Sequence[str]) -> Work:
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


def floor_of_present(texts: Sequence[str]) -> Work:
    """Return the bare work in presenting: one signature and sd_hash an entry."""
    key, algorithm = generate_private_key(SECP256R1()), ECDSA(SHA256())
    work_of = [(signing_inputs(text)[1], text.rpartition("~")[0].encode()) for text in texts]

    def work() -> None:
        for data, hashed in work_of:
            sha256(hashed).digest()
            key.sign(data, algorithm)

    return work


def presented(bench: Bench, released: Sequence[ReleasedEntry]) -> Presentation:
    return present(
        released,
        passport_signer=bench.passport,
        audience="urn:uuid:1c7cf4a8-7e3b-4a0e-9a52-2f0d0b1f6a11",
        nonce="bm9uY2Vub25jZW5vbmNl",
        now=NOW,
        share_status=StatusRef(LIST, 5),
    )


def works(bench: Bench) -> dict[str, tuple[Work, Work]]:
    """Return each measured work after its floor."""
    credentials = bench.credentials
    paths = ("changes/1", "changes/5", "changes/9", "told_on")
    one = [ReleasedEntry.of(credentials[Section.ADJUSTMENTS], paths)]
    held = [HeldCredential.parse(credential) for credential in credentials.values()]
    share = [ReleasedEntry.of(each, [claim.path for claim in each.claims]) for each in held]
    entry, shared = presented(bench, one).entries, presented(bench, share)
    bundle = share_bundle(shared, trust=bench.trust, language=Language.ENGLISH)

    def issuing(*sections: Section) -> Work:
        return lambda: [issued(bench.issuer, bench.passport, section) for section in sections]

    def verifying(*texts: str | bytes) -> Work:
        for raw in texts:
            assert verify(raw, trust=bench.trust, statuses=bench.statuses, now=NOW).outcome is Outcome.VALID
        return lambda: [verify(raw, trust=bench.trust, statuses=bench.statuses, now=NOW) for raw in texts]

    return {
        "an entry of 12 rows: issue": (
            floor_of_issue([credentials[Section.ADJUSTMENTS]]),
            issuing(Section.ADJUSTMENTS),
        ),
        "3 of its rows: present": (floor_of_present(entry), lambda: presented(bench, one)),
        "3 of its rows: verify": (floor_of_verify(entry), verifying(*entry)),
        "three entries: issue": (floor_of_issue(list(credentials.values())), issuing(*credentials)),
        "three entries: present": (floor_of_present(shared.entries), lambda: presented(bench, share)),
        "three entries: verify": (floor_of_verify(shared.entries), verifying(*shared.entries)),
        "the share's Bundle, its readable part rebuilt and compared: verify": (
            floor_of_verify(shared.entries),
            verifying(bundle),
        ),
    }


def report() -> str:
    """Return the table as Markdown."""
    rows = []
    for name, (floor, ours) in works(make()).items():
        found = compare({"floor": floor, "ours": ours}, rounds=ROUNDS, calls=CALLS)
        rows.append([name, str(found["floor"]), str(found["ours"]), f"{found['ours'].ratio:.2f}x"])
    return (
        "Real entries, through the numbered `verify()`: trust list, status lists and the form of every claim included."
        "\n\n" + table(["", "floor", "ours", "ratio"], rows)
    )


if __name__ == "__main__":
    print(report())
