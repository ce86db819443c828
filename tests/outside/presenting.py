"""Entries and presentations of them for outside judges. They read the real clock, so these are made for now."""

import secrets
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from issuers.credential import HeldCredential, outline
from issuers.jws import sign_jws
from issuers.keys import SoftwareSigner
from issuers.sd_jwt import KEY_BINDING_TYPE
from issuers.status_list import StatusList, sign_status_list
from schemas.vocabulary import Section
from tests.issuers.making import AUTHOR, ISSUER, PASSPORT, STATUS, make_entry

NOW: Final = datetime.now(UTC).replace(microsecond=0)
AUDIENCE: Final = "urn:uuid:2f1c7f0e-5a60-4a7e-9a52-0c2f4f0f6d51"
NONCE: Final = "n-0S6_WzA2Mj"
STATUS_SIGNER: Final = SoftwareSigner.generate()

# One entry with rows and an author, one with claims of every kind, one in Welsh, one that tells nothing in its lists.
BODIES: Final[Mapping[Section, Mapping[str, Any]]] = {
    Section.ADJUSTMENTS: {
        "changes": [{"change": f"Change {number}", "status": "asked"} for number in range(12)]
    },
    Section.WORK: {"situation": "working", "jobs": [{"title": "Archivist"}], "skills": ["Cataloguing"]},
    Section.WHAT_MATTERS: {
        "important": "Fy ngŵyl, a’r tŷ",
        "strengths": ["Amynedd \U0001f33c"],
        "interests": [],
    },
    Section.ABOUT_ME: {"name": "Sam Example", "identifiers": []},
}


def entries() -> dict[Section, str]:
    """Return one entry of each section in BODIES, with everything disclosed and no key binding."""
    return {
        section: make_entry(section, body, author=AUTHOR, now=NOW, new_salt=secrets.token_bytes)
        for section, body in BODIES.items()
    }


def bound(credential: str, paths: Collection[str] | None = None, **changed: Any) -> str:
    """Return a presentation of some claims (all, unless told) that the passport's key binds to AUDIENCE and NONCE."""
    chosen = [claim.path for claim in outline(credential)] if paths is None else paths
    shown = HeldCredential.parse(credential).present(chosen)
    payload = {
        "iat": int(NOW.timestamp()),
        "aud": AUDIENCE,
        "nonce": NONCE,
        "sd_hash": shown.sd_hash(),
        **changed,
    }
    return str(shown.with_key_binding(sign_jws(payload, PASSPORT, typ=KEY_BINDING_TYPE)))


def status_list(*, revoked: bool = False) -> str:
    """Return a signed list of the entries' statuses."""
    statuses = StatusList.empty(2**13)
    if revoked:
        statuses = statuses.with_set(STATUS.index, 1)
    return sign_status_list(
        statuses,
        uri=STATUS.uri,
        signer=STATUS_SIGNER,
        now=NOW,
        ttl=timedelta(minutes=5),
        valid_for=timedelta(days=1),
    )


def told(section: Section, credential: str, paths: Collection[str]) -> dict[str, Any]:
    """Return what a reader should find of a section's claims, rows in any order."""
    found: dict[str, Any] = {}
    for claim in outline(credential):
        if claim.path in paths:
            if claim.row is None:
                found[claim.name] = claim.value
            else:
                found.setdefault(claim.name, []).append(claim.value)
    return found


def issuer_key() -> dict[str, str]:
    """Return the public key of the issuer of every entry here."""
    return dict(ISSUER.public_jwk)
