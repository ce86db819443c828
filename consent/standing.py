"""Where an entry stands, and how that may change: valid, suspended for a while, revoked for good. One table, pure.

A correction is an entry of its own: what it corrects is superseded, which revokes it. What is merely told anew or
continued leaves the earlier entry valid: it was true when it was shared, and shares are snapshots (ADR 14).
Leaves out: who may ask for which change, and writing it down (passport.entry_status).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from issuers.status_list import Status
from schemas.errors import PassportError
from schemas.vocabulary import Standing, StatusChange, StatusReason

NEXT: Final[Mapping[tuple[Standing, StatusChange], Standing]] = MappingProxyType(
    {
        (Standing.VALID, StatusChange.SUSPEND): Standing.SUSPENDED,
        (Standing.VALID, StatusChange.REVOKE): Standing.REVOKED,
        (Standing.VALID, StatusChange.SUPERSEDE): Standing.REVOKED,
        (Standing.SUSPENDED, StatusChange.REINSTATE): Standing.VALID,
        (Standing.SUSPENDED, StatusChange.REVOKE): Standing.REVOKED,
        (Standing.SUSPENDED, StatusChange.SUPERSEDE): Standing.REVOKED,
    }
)

REASONS: Final[Mapping[StatusChange, frozenset[StatusReason]]] = MappingProxyType(
    {
        StatusChange.SUSPEND: frozenset({StatusReason.UNDER_REVIEW, StatusReason.ASKED}),
        StatusChange.REINSTATE: frozenset({StatusReason.REVIEWED, StatusReason.ASKED}),
        StatusChange.REVOKE: frozenset({StatusReason.MISTAKE, StatusReason.OUTDATED, StatusReason.ASKED}),
        StatusChange.SUPERSEDE: frozenset({StatusReason.CORRECTED}),
    }
)

# Token Status List draft-21 section 7.1. What a list calls INVALID is revoked, whatever for: it says no more.
ON_THE_LIST: Final[Mapping[Standing, Status]] = MappingProxyType(
    {
        Standing.VALID: Status.VALID,
        Standing.SUSPENDED: Status.SUSPENDED,
        Standing.REVOKED: Status.INVALID,
    }
)
_STANDINGS: Final = {int(status): standing for standing, status in ON_THE_LIST.items()}


class StatusChangeError(PassportError):
    """A change cannot follow on where the entry stands."""

    code: ClassVar[str] = "status_change_not_possible"


class StatusFinalError(StatusChangeError):
    """What is revoked stays revoked."""

    code: ClassVar[str] = "status_final"


class StatusReasonError(PassportError):
    """A reason that does not belong to the change."""

    code: ClassVar[str] = "status_reason_invalid"


def standing_of(status: int) -> Standing:
    """Return where an entry with this status stands.

    Raises:
        ValueError: it is none that this service gives.
    """
    if status not in _STANDINGS:
        raise ValueError(f"expected one of {sorted(_STANDINGS)}, got {status}")
    return _STANDINGS[status]


def moved(standing: Standing, change: StatusChange, *, reason: StatusReason) -> Standing:
    """Return where an entry stands after a change.

    Raises:
        StatusFinalError: it is revoked.
        StatusChangeError: it is already so, or not suspended.
        StatusReasonError: the reason does not belong to this change.
    """
    if reason not in REASONS[change]:
        allowed = ", ".join(sorted(REASONS[change]))
        raise StatusReasonError(f"expected the reason to {change} an entry to be one of: {allowed}")
    if standing is Standing.REVOKED:
        raise StatusFinalError("this entry was taken back for good; a new one has to be signed")
    found = NEXT.get((standing, change))
    if found is None:
        raise StatusChangeError(f"this entry is {standing}: {change} does not apply")
    return found
