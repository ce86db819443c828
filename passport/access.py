"""The holder's access log: what happened, sealed for the holder, in the transaction it is about.

What an event says is committed to (consent.access_event); the commitment goes into the holder's chain here, and into
the deployment's tree within seconds (passport.sequencer).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from consent.access_event import SALT_BYTES, AccessEvent, commitment, decode_event
from consent.log_export import Opening
from passport.deployment import Deployment
from passport.storage_errors import SealError
from passport.store import access as store
from passport.store import grants
from passport.tables import AccessEventRow, AccessKind
from passport.vault import HolderVault
from schemas.consent_vocabulary import Assurance

TABLE: Final = "access_events"
FIELD: Final = "sealed_event"
REFUSALS_LOGGED: Final = 100  # one by one, of one grant
_TENFOLD: Final = frozenset(10**power for power in range(3, 19))
_BY_LINK: Final = frozenset(
    {AccessKind.OPENED, AccessKind.FETCHED, AccessKind.WRONG_PASSCODE, AccessKind.REFUSED}
)


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One line of the log. `detail` holds `who` (as they said it), `sections`, `reason`: what the event knows."""

    sequence: int
    event_id: str  # tells nothing of how many events there are
    occurred_at: datetime
    kind: AccessKind
    share_id: str | None
    detail: Mapping[str, Any]

    @property
    def known(self) -> Mapping[str, Any]:
        """What it knows, and of who opens how sure we are: they had the link, unless they had shown more."""
        return {"assurance": Assurance.LINK, **self.detail} if self.kind in _BY_LINK else self.detail


def record(
    d: Deployment,
    connection: Connection,
    vault: HolderVault,
    holder_id: str,
    kind: AccessKind,
    *,
    share_id: str | None = None,
    **detail: Any,
) -> AccessEventRow:
    """Add an event to the holder's chain. No event, no read: call it in the transaction that allows the reading.

    `detail`: text, whole numbers, and lists and objects of them, under names in ASCII; never a secret.

    Raises:
        EventFormatError: the detail holds something else.
        LookupError: there is no such holder.
    """
    head = store.lock(connection, holder_id)
    event = AccessEvent(
        passport=holder_id,
        sequence=head.next_sequence,
        previous=head.head_hash,
        event_id=d.new_id(),
        at=d.now(),
        kind=kind.value,
        share=share_id,
        detail=detail,
    )
    row = _sealed(event, kind, vault, d.random_bytes(SALT_BYTES))
    store.append_event(connection, head, row)
    return row


def record_refusal(
    d: Deployment,
    connection: Connection,
    vault: HolderVault,
    holder_id: str,
    grant_id: str,
    *,
    share_id: str | None = None,
    **detail: Any,
) -> None:
    """Count a use of a grant that was refused, and log it: each of the first hundred, then each tenfold (ADR 13).

    So nobody whom the holder stopped can fill the log. Raises as `record`.
    """
    times = grants.count_refusal(connection, holder_id, grant_id)
    if times <= REFUSALS_LOGGED or times in _TENFOLD:
        kind, told = AccessKind.REFUSED, {**detail, "times": times}
        record(d, connection, vault, holder_id, kind, share_id=share_id, **told)


def latest(
    connection: Connection,
    vault: HolderVault,
    holder_id: str,
    *,
    before: int | None = None,
    without: Collection[AccessKind] = (),
    share_id: str | None = None,
    limit: int = 100,
) -> Sequence[LoggedEvent]:
    """Return a holder's newest events below a sequence number, newest first; `share_id`: of this share alone.

    Raises:
        SealError: an event was altered or moved.
    """
    rows = store.latest_of(
        connection, holder_id, before=before, without=without, share_id=share_id, limit=limit
    )
    return [logged(vault, row) for row in rows]


def events(
    connection: Connection, vault: HolderVault, holder_id: str, *, after: int = 0, limit: int = 1000
) -> Sequence[LoggedEvent]:
    """Return a holder's events after a sequence number, oldest first.

    Raises:
        SealError: an event was altered or moved.
    """
    rows = store.events_of(connection, holder_id, after=after, limit=limit)
    return [logged(vault, row) for row in rows]


def about_share(
    connection: Connection,
    vault: HolderVault,
    holder_id: str,
    share_id: str,
    kinds: Collection[AccessKind],
    *,
    limit: int,
) -> Sequence[LoggedEvent]:
    """Return the first and the newest events of some kinds about a holder's share, oldest first: `limit` of each.

    Raises:
        SealError: an event was altered or moved.
    """
    found: dict[int, AccessEventRow] = {}
    for newest in (False, True):
        rows = store.of_share(connection, holder_id, share_id, kinds, newest=newest, limit=limit)
        found |= {row.sequence: row for row in rows}
    return [logged(vault, row) for row in found.values()]


def opening(vault: HolderVault, row: AccessEventRow) -> Opening:
    """Return what opens the commitment of an event: its canonical bytes and its salt.

    Raises:
        SealError: the event was altered or moved.
    """
    sealed = vault.open(row.sealed_event, table=TABLE, row=row.event_id, field=FIELD)
    found = Opening(sealed[SALT_BYTES:], sealed[:SALT_BYTES])
    if len(found.salt) != SALT_BYTES or commitment(found.event, found.salt) != row.commitment:
        raise SealError(f"{TABLE}.{FIELD}: not the event that its commitment is of")
    return found


def logged(vault: HolderVault, row: AccessEventRow) -> LoggedEvent:
    """Return an event as its holder reads it: what was committed to, and never what only the row's columns say.

    Raises:
        SealError: the event was altered or moved.
    """
    event = decode_event(opening(vault, row).event)
    told = (event.passport, event.sequence, event.previous, event.at, event.kind, event.share)
    if told != (
        row.holder_id,
        row.sequence,
        row.previous_hash,
        row.occurred_at,
        row.kind.value,
        row.share_id,
    ):
        raise SealError(f"{TABLE}: a row says something else than the event in it")
    return LoggedEvent(event.sequence, event.event_id, event.at, row.kind, event.share, event.detail)


def _sealed(event: AccessEvent, kind: AccessKind, vault: HolderVault, salt: bytes) -> AccessEventRow:
    encoded = event.encode()
    return AccessEventRow(
        holder_id=event.passport,
        sequence=event.sequence,
        event_id=event.event_id,
        occurred_at=event.at,
        kind=kind,
        share_id=event.share,
        sealed_event=vault.seal(salt + encoded, table=TABLE, row=event.event_id, field=FIELD),
        previous_hash=event.previous,
        commitment=commitment(encoded, salt),
    )
