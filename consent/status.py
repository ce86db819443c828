"""What the status lists say about entries and shares. Pure: lists and time are passed in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from consent.verification import Refusal
from issuers.status_list import Status, StatusRef, StatusSnapshot

Snapshots = Mapping[str, StatusSnapshot]  # by the list's address


@dataclass(frozen=True, slots=True)
class StatusWords:
    """The codes and messages of one kind of thing that has a status."""

    revoked: tuple[str, str]
    suspended: tuple[str, str]


ENTRY_WORDS: Final = StatusWords(
    (
        "entry_revoked",
        "no longer valid: its issuer or its holder took it back; ask the holder for a fresh copy",
    ),
    ("entry_suspended", "suspended by its issuer for now; check it again later, with new status lists"),
)
SHARE_WORDS: Final = StatusWords(
    ("share_withdrawn", "withdrawn by the holder: please delete your copy"),
    ("share_suspended", "suspended by the holder for now; check it again later, with new status lists"),
)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Why a status could not be checked."""

    code: str
    message: str


_MISSING: Final = Unknown("status_missing", "no copy of its status list is at hand; get one from the service")
_STALE: Final = Unknown("status_stale", "the copy of its status list is out of date; fetch a new one")


def check_statuses(
    refs: Sequence[StatusRef], *, snapshots: Snapshots, now: datetime, words: StatusWords
) -> Unknown | None:
    """Return None when every one stands, or why one of them could not be checked.

    Raises:
        Refusal: one is revoked or suspended, or has a status this code does not know.
        StatusIndexError: one is outside its list.
    """
    answers = [
        _check(ref, snapshots.get(ref.uri), now, words) for ref in refs
    ]  # all of them: a refusal outweighs
    return next((answer for answer in answers if answer is not None), None)


def oldest(refs: Iterable[StatusRef], snapshots: Snapshots, *, now: datetime) -> datetime:
    """Return the moment for which the lists of these references speak together, at the latest `now`."""
    return min((snapshots[ref.uri].issued_at for ref in refs if ref.uri in snapshots), default=now)


def _check(
    ref: StatusRef, snapshot: StatusSnapshot | None, now: datetime, words: StatusWords
) -> Unknown | None:
    if snapshot is None:
        return _MISSING
    value = snapshot.list.get(ref.index)
    if value == Status.INVALID:  # for good: an old list is enough to know it
        raise Refusal(*words.revoked)
    if not snapshot.is_fresh(now):
        return _STALE
    if value == Status.SUSPENDED:
        raise Refusal(*words.suspended)
    if value != Status.VALID:
        raise Refusal(
            "status_unknown",
            "it has a status that is not known here; check it with a newer version of this program",
        )
    return None
