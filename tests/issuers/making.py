"""Keys, salts and entries that tests make: all of it fictional, and the same in every run where it matters."""

import random
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from issuers.credential import Author, issue_entry, vct_of
from issuers.disclosure import process
from issuers.encoding import encode_base64url, encode_json
from issuers.jws import parse_jws
from issuers.keys import SoftwareSigner, VerifyingKey
from issuers.sd_jwt import CREDENTIAL_TYPE, SdJwt
from issuers.status_list import StatusRef
from schemas.vocabulary import Section

NOW: Final = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TOLD_ON: Final = date(2026, 11, 20)
ISSUER: Final = SoftwareSigner.generate()
ISSUER_KEY: Final = VerifyingKey.from_jwk(ISSUER.public_jwk)
PASSPORT: Final = SoftwareSigner.generate()
BASE_URL: Final = "https://passport.example"
ISSUER_URL: Final = "https://issuers.example/i/7Q2MZK"
STATUS: Final = StatusRef("https://passport.example/status/1", 4711)
AUTHOR: Final = Author("Alex Example", "Occupational therapist", "OT000000", "Example Health Service")

# Twelve changes at work: what the benchmark and the row tests share.
CHANGES: Final[list[dict[str, Any]]] = [
    {
        "barrier": f"Noise in the open office on day {number} of the week",
        "change": "A desk in a quiet room, away from the kitchen and the printer",
        "why": "I lose the thread when several people talk at once",
        "arranged_by": "My line manager",
        "status": "asked",
    }
    for number in range(12)
]


def fixed_salts(seed: int = 0) -> Callable[[int], bytes]:
    """Return a source of salts that is the same in every run."""
    return random.Random(seed).randbytes


def make_entry(
    section: Section = Section.ADJUSTMENTS, body: Mapping[str, Any] | None = None, **changed: Any
) -> str:
    """Return a signed entry, adjustments of twelve rows unless told otherwise."""
    settings: dict[str, Any] = {
        "section": section,
        "body": {"changes": CHANGES} if body is None else body,
        "author": None,
        "told_on": TOLD_ON,
        "signer": ISSUER,
        "issuer_url": ISSUER_URL,
        "vct": vct_of(BASE_URL, section, 1),
        "holder_key": PASSPORT.public_jwk,
        "status": STATUS,
        "now": NOW,
        "new_salt": fixed_salts(),
    }
    return issue_entry(**{**settings, **changed})


def payload_of(credential: str) -> dict[str, Any]:
    """Return what the issuer signed, checked with the issuer's key."""
    return parse_jws(SdJwt.parse(credential).jwt, typ=CREDENTIAL_TYPE).verify(ISSUER_KEY)


def processed_of(credential: str) -> dict[str, Any]:
    """Return the claims that a reader of this credential sees."""
    return process(payload_of(credential), SdJwt.parse(credential).disclosures).claims


def disclosure(*parts: Any) -> str:
    """Return a disclosure made by hand, of any arity."""
    return encode_base64url(encode_json(list(parts)))
