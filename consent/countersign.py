"""What a recipient's answer to a change at work is about, so that a verifier can match the two. Pure.

The answer repeats the change as its reader had it, with where it stands now, and names the disclosure that they read by
its digest (RFC 9901 section 4.2.3). The digest alone would not do: whenever the holder tells the section anew every
row gets a new salt, and an answer to nothing that is still there would be all that a next employer sees.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from consent.bundle import parse_bundle
from consent.shown import parse_shown
from issuers.disclosure import digest, process
from issuers.outline import HeldCredential, outline_of
from schemas.consent_vocabulary import Assurance
from schemas.sections.work import ChangeStatus
from schemas.vocabulary import Section

CHANGES: Final = "changes"
_ANSWER: Final = frozenset({"status", "reason", "acknowledged", "about", "review"})  # what an answer may set


@dataclass(frozen=True, slots=True)
class SharedChange:
    """One change at work as it was shared. `about`: the digest of its disclosure, base64url."""

    about: str
    row: Mapping[str, Any]

    @property
    def status(self) -> ChangeStatus:
        """Where it stood when it was shared."""
        return ChangeStatus(self.row["status"])

    @property
    def review(self) -> date | None:
        """The day on which it was to be looked at again when it was shared."""
        day = self.row.get("review")
        return None if day is None else date.fromisoformat(day)


def changes_of(verified_bundle: bytes) -> tuple[SharedChange, ...]:
    """Return the changes that a verified Bundle asks for; answers to changes, which it may hold too, are left out.

    Raises:
        PassportError, Refusal: it is not a Bundle that was verified.
    """
    found = []
    for text in parse_bundle(verified_bundle).presentations:
        shown = parse_shown(text)
        if shown.unverified_visible.section is Section.ADJUSTMENTS:
            disclosures = shown.unverified.sd_jwt.disclosures
            processed = process(shown.jws.unverified_payload, disclosures)
            found += [
                SharedChange(digest(claim.disclosure), claim.value)
                for claim in outline_of(processed.disclosed)
                if claim.name == CHANGES and "acknowledged" not in claim.value
            ]
    return tuple(found)


def answer(
    change: SharedChange,
    *,
    status: ChangeStatus,
    level: Assurance,
    reason: str | None = None,
    review: date | None = None,
) -> dict[str, Any]:
    """Return the body of the entry that answers a change, as JSON values. `review`: the day it says, or none."""
    kept = {name: value for name, value in change.row.items() if name not in _ANSWER}
    told: dict[str, Any] = {"status": status.value, "acknowledged": level.value, "about": change.about}
    if reason:
        told["reason"] = reason
    if review is not None:
        told["review"] = review.isoformat()
    return {CHANGES: [{**kept, **told}]}


def is_about(answered: Mapping[str, Any], change: SharedChange) -> bool:
    """Return whether an answer is to this change: it names its disclosure, and says nothing else than it did."""
    return (
        says_the_same(answered, change.row)
        and answered.get("about") == change.about
        and "acknowledged" in answered
    )


def says_the_same(answered: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    """Return whether two rows are of one change, wherever it stands."""
    return what_it_says(answered) == what_it_says(told)


def is_answer(credential: HeldCredential) -> bool:
    """Return whether an entry says what becomes of a change at work, as an issuer of this service alone can."""
    rows = [claim.value for claim in credential.claims if claim.name == CHANGES]
    return bool(rows) and all("acknowledged" in row for row in rows)


def level_of(row: Mapping[str, Any]) -> Assurance | None:
    """Return how sure this service was of who answered; None for a change that somebody told."""
    level = row.get("acknowledged")
    return None if level is None else Assurance(level)


def what_it_says(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a change without what an answer may set: the same wherever it stands."""
    return {name: value for name, value in row.items() if name not in _ANSWER}
