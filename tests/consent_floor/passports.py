"""A fictional passport, its issuers and its lists, built the same way each time: same salts, same signatures."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256, shake_256
from itertools import count
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from consent.grant import Grant, GrantItem, GrantKind, Recipient
from consent.presentation import Presentation, ReleasedEntry, present, release, share_bundle
from consent.presets import EntryOutline, preset_items
from consent.verification import Policy, Verification
from consent.verify import DEFAULT_POLICY, verify
from issuers.credential import Author, issue_entry, outline, vct_of
from issuers.encoding import encode_base64url
from issuers.keys import VerifyingKey, thumbprint
from issuers.status_list import StatusList, StatusRef, StatusSnapshot
from issuers.trust import TrustedIssuer, TrustedKey, TrustList
from schemas.catalogue import dump_body, parse_body
from schemas.vocabulary import IssuerKind, Language, Purpose, RecipientKind, Section

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BASE = "https://passport.example"
HOLDER_ISSUER = f"{BASE}/i/k7d2"
ORGANISATION = f"{BASE}/i/p4xq"
STATUS_ISSUER = f"{BASE}/i/s1ms"
ENTRY_LIST = f"{BASE}/status/1"
SHARE_LIST = f"{BASE}/status/2"
SHARE_URN = "urn:uuid:1c7cf4a8-7e3b-4a0e-9a52-2f0d0b1f6a11"
SHARE_STATUS = StatusRef(SHARE_LIST, 7)
NONCE = "b2ZmZXJlZCBvbmNlLCBvbmx5"
AUTHOR = Author(
    "Dr Jo Example", "Occupational therapist", "OT00000 (fictional)", "Stroke Unit, Example Hospital"
)

BODIES: Mapping[Section, dict[str, Any]] = {
    Section.ABOUT_ME: {
        "name": "Siân Tŷ-Gŵyn",
        "pronouns": "she/her",
        "language": "cy",
        "phone": "01632 960001",
    },
    Section.COMMUNICATION: {
        "channel": "email",
        "best_times": "Mornings, until 11",
        "how_to_help": "One question a time.",
    },
    Section.WHAT_MATTERS: {
        "important": "My garden",
        "strengths": [{"strength": "Calm"}, {"strength": "Patience"}],
    },
    Section.DAILY_IMPACT: {
        "impacts": [{"area": "energy", "bad_day": "I rest twice."}, {"area": "sleep", "helps": "Quiet"}]
    },
    Section.ADJUSTMENTS: {
        "changes": [
            {
                "kind": "hours",
                "change": f"Start at {hour}",
                "status": "asked",
                "barrier": "Tired early\nand late",
            }
            for hour in range(8, 12)
        ]
    },
    Section.IF_UNWELL: {
        "situations": [{"signs": "Pale <and> quiet", "do": "Sit me down", "do_not": "Crowd me"}]
    },
    Section.CONDITIONS: {"conditions": [{"name": "Epilepsy", "since": "2019"}], "allergies": "Penicillin"},
    Section.WORK: {"situation": "returning", "jobs": [{"title": "Baker"}], "skills": [{"skill": "Bread"}]},
    Section.PLAN: {"goals": [{"key": "k7m2pq", "goal": "Work 16 hours a week", "by": "2027-03-01"}]},
    Section.SCORES: {"scores": [{"measure": "workability-now", "points": 4, "on": "2026-11-01"}]},
    Section.WORK_ADVICE: {
        "outcome": "may-be-fit",
        "options": [{"option": "phased-return", "how": "Three short days"}, {"option": "altered-hours"}],
        "comments": "Seen at the clinic",
    },
    Section.HOME_LIFE: {"caring": "I care for my father."},
    Section.SUPPORTERS: {"supporters": [{"name": "Ali", "role": "Friend", "may_do": "Come with me"}]},
    Section.DIARY: {"diary": [{"on": "2026-11-02", "text": "A hard day."}]},
}
SIGNED_BY_PRACTITIONER = {Section.SCORES, Section.WORK_ADVICE}


class FixedSigner:
    """A signer whose key comes from a name and whose signatures are deterministic (RFC 6979)."""

    def __init__(self, name: str) -> None:
        secret = int.from_bytes(sha256(name.encode()).digest(), "big") >> 1
        self._key = derive_private_key(secret, SECP256R1())
        numbers = self._key.public_key().public_numbers()
        coordinates = {"x": numbers.x, "y": numbers.y}
        self.public_jwk: Mapping[str, str] = {
            "kty": "EC",
            "crv": "P-256",
            **{axis: encode_base64url(value.to_bytes(32, "big")) for axis, value in coordinates.items()},
        }
        self.kid = thumbprint(self.public_jwk)

    def sign(self, data: bytes) -> bytes:
        """Return r and s, 32 bytes each."""
        r, s = decode_dss_signature(self._key.sign(data, ECDSA(SHA256(), deterministic_signing=True)))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


PASSPORT_KEY = FixedSigner("passport")
SIGNERS = {iss: FixedSigner(iss) for iss in (HOLDER_ISSUER, ORGANISATION, STATUS_ISSUER)}


def salts(seed: str) -> Callable[[int], bytes]:
    """Return a source of salts that depends on the seed alone."""
    numbers = count()
    return lambda size: shake_256(f"{seed}/{next(numbers)}".encode()).digest(size)


def trusted(iss: str, kind: IssuerKind, sections: Iterable[Section], **more: Any) -> TrustedIssuer:
    """Return an issuer of the trust list with its one key."""
    key = TrustedKey(VerifyingKey.from_jwk(SIGNERS[iss].public_jwk), NOW - timedelta(days=400))
    return TrustedIssuer(iss, f"Issuer {iss[-4:]}", kind, frozenset(sections), (key,), **more)


TRUST = TrustList(
    version=1,
    issued_at=NOW,
    expires_at=NOW + timedelta(days=800),
    issuers=(
        trusted(HOLDER_ISSUER, IssuerKind.TOLD_BY_HOLDER, set(Section) - SIGNED_BY_PRACTITIONER),
        trusted(ORGANISATION, IssuerKind.ORGANISATION, SIGNED_BY_PRACTITIONER),
        trusted(STATUS_ISSUER, IssuerKind.STATUS, (), status_lists=frozenset({ENTRY_LIST, SHARE_LIST})),
    ),
)


def snapshot(uri: str, *, bits: int = 2, set_to: Mapping[int, int] | None = None) -> StatusSnapshot:
    """Return a list in which all but `set_to` is valid, for one day from NOW."""
    statuses = StatusList.empty(64, bits=bits)
    for index, status in (set_to or {}).items():
        statuses = statuses.with_set(index, status)
    return StatusSnapshot(uri, statuses, NOW, NOW + timedelta(days=1), timedelta(hours=1))


STATUSES = {uri: snapshot(uri) for uri in (ENTRY_LIST, SHARE_LIST)}


def issued(section: Section, body: Mapping[str, Any] | None = None, **changes: Any) -> str:
    """Return the credential of one entry; its salts depend on its section alone."""
    practitioner = section in SIGNED_BY_PRACTITIONER
    as_signed = changes.pop("body_as_signed", None)  # what no honest service would sign
    iss = changes.pop("issuer_url", ORGANISATION if practitioner else HOLDER_ISSUER)
    arguments: dict[str, Any] = {
        "section": section,
        "body": as_signed or dump_body(parse_body(section, body or BODIES[section])),
        "author": AUTHOR if practitioner else None,
        "told_on": date(2026, 11, 20),
        "signer": SIGNERS.get(iss, FixedSigner(iss)),
        "issuer_url": iss,
        "vct": vct_of(BASE, section, 1),
        "holder_key": PASSPORT_KEY.public_jwk,
        "status": StatusRef(ENTRY_LIST, list(Section).index(section)),
        "now": NOW - timedelta(days=1),
        "new_salt": salts(section),
        **changes,
    }
    return issue_entry(**arguments)


CREDENTIALS: dict[Section, str] = {section: issued(section) for section in Section}


def presented(released: Sequence[ReleasedEntry], **changes: Any) -> Presentation:
    """Return the presentation of released entries under the share of these tests."""
    arguments: dict[str, Any] = {
        "passport_signer": PASSPORT_KEY,
        "audience": SHARE_URN,
        "nonce": NONCE,
        "now": NOW,
        "share_status": SHARE_STATUS,
        **changes,
    }
    return present(released, **arguments)


def everything(section: Section) -> ReleasedEntry:
    """Return an entry with all that it can disclose."""
    credential = CREDENTIALS[section]
    return ReleasedEntry.of(credential, tuple(claim.path for claim in outline(credential)))


def granted(kind: RecipientKind, items: tuple[GrantItem, ...]) -> Grant:
    """Return the read grant of these tests' share."""
    return Grant(
        grant_id="grant",
        kind=GrantKind.READ,
        recipient=Recipient(kind, "A recipient (fictional)"),
        purpose=Purpose.ADJUSTMENTS_AT_WORK,
        starts_at=NOW,
        ends_at=NOW + timedelta(days=30),
        nonce=NONCE,
        items=items,
    )


@dataclass(frozen=True)
class Passport:
    """Entries by section, and what a recipient of them is given."""

    credentials: Mapping[Section, str] = field(default_factory=lambda: CREDENTIALS)

    def grant(self, kind: RecipientKind, chosen: Iterable[Section] | None = None) -> Grant:
        """Return a read grant with the preset of this kind of recipient."""
        outlines = [
            EntryOutline(section.value, section, tuple(claim.path for claim in outline(credential)))
            for section, credential in self.credentials.items()
        ]
        return granted(kind, preset_items(kind, outlines, chosen=chosen))

    def bundle(
        self,
        kind: RecipientKind,
        chosen: Iterable[Section] | None = None,
        language: Language = Language.ENGLISH,
    ) -> bytes:
        """Return the Bundle that this kind of recipient is given."""
        credentials = {section.value: credential for section, credential in self.credentials.items()}
        released = release(self.grant(kind, chosen), credentials=credentials, now=NOW)
        assert isinstance(released, tuple)
        return share_bundle(presented(released), trust=TRUST, language=language)


def check(raw: bytes | str, **changes: Any) -> Verification:
    """Verify with the trust list, the status lists and the moment of these tests."""
    policy = changes.pop("policy", DEFAULT_POLICY)
    arguments: dict[str, Any] = {
        "trust": TRUST,
        "statuses": STATUSES,
        "now": NOW,
        "policy": policy,
        **changes,
    }
    return verify(raw, **arguments)


UNBOUND: Policy = replace(DEFAULT_POLICY, require_key_binding=False)
