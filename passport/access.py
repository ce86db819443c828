"""The holder's access log: what happened, sealed for the holder, in the transaction it is about."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from issuers.encoding import decode_json_object, encode_json
from passport.deployment import Deployment
from passport.store import access as store
from passport.tables import AccessEventRow, AccessKind
from passport.vault import HolderVault

TABLE: Final = "access_events"
FIELD: Final = "sealed_detail"


@dataclass(frozen=True, slots=True)
class AccessEvent:
    """One line of the log. `detail` holds `who` (as they said it), `sections`, `reason`: what the event knows."""

    sequence: int
    occurred_at: datetime
    kind: AccessKind
    share_id: str | None
    detail: Mapping[str, Any]


def record(
    d: Deployment,
    connection: Connection,
    vault: HolderVault,
    holder_id: str,
    kind: AccessKind,
    *,
    share_id: str | None = None,
    **detail: Any,
) -> None:
    """Add an event to the holder's chain. No event, no read: call it in the transaction that allows the reading."""
    event_id = d.new_id()
    store.append_event(
        connection,
        holder_id,
        event_id=event_id,
        kind=kind,
        occurred_at=d.now(),
        share_id=share_id,
        sealed_detail=vault.seal(encode_json(detail), table=TABLE, row=event_id, field=FIELD),
    )


def latest(
    connection: Connection,
    vault: HolderVault,
    holder_id: str,
    *,
    before: int | None = None,
    without: Collection[AccessKind] = (),
    limit: int = 100,
) -> Sequence[AccessEvent]:
    """Return a holder's newest events below a sequence number, newest first.

    Raises:
        SealError: an event was altered or moved.
    """
    rows = store.latest_of(connection, holder_id, before=before, without=without, limit=limit)
    return [_opened(vault, row) for row in rows]


def events(
    connection: Connection, vault: HolderVault, holder_id: str, *, after: int = 0, limit: int = 1000
) -> Sequence[AccessEvent]:
    """Return a holder's events after a sequence number, oldest first.

    Raises:
        SealError: an event was altered or moved.
    """
    rows = store.events_of(connection, holder_id, after=after, limit=limit)
    return [_opened(vault, row) for row in rows]


def _opened(vault: HolderVault, row: AccessEventRow) -> AccessEvent:
    detail = vault.open(row.sealed_detail, table=TABLE, row=row.event_id, field=FIELD)
    return AccessEvent(row.sequence, row.occurred_at, row.kind, row.share_id, decode_json_object(detail))
