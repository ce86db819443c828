"""A holder's access log as a file that anybody can check (consent.access_log).

Left out: the tree (passport.log_tree). What is exported is for the holder alone: it opens every commitment.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from sqlalchemy import Connection

from consent.log_export import ExportedEvent, LogExport, Place
from passport import access, log_tree
from passport.deployment import Deployment
from passport.holders import open_holder
from passport.store import access as store
from passport.tables import AccessEventRow
from passport.vault import HolderVault

_AT_ONCE: Final = 1000


def export_log(d: Deployment, holder_id: str, *, since: int | None = None) -> LogExport:
    """Return a holder's whole access log with its proofs, everything that waited added to the tree first.

    `since`: the size of a checkpoint that the holder kept; the export then proves how the log grew from there.

    Raises:
        NotInLogError: no checkpoint was signed for this size.
        HolderNotFoundError: there is no such holder.
        StorageError: the holder was erased, an event was altered, or the stored tree is damaged.
    """
    log_tree.add_all_pending(d)
    with d.database.reading() as connection:
        vault = open_holder(d, connection, holder_id).vault
        return exported(d, connection, holder_id, vault, since=since)


def exported(
    d: Deployment,
    connection: Connection,
    holder_id: str,
    vault: HolderVault | None,
    *,
    since: int | None = None,
) -> LogExport:
    """Return the log of a holder as it stands; without a vault, as of one who was erased, nothing of it can be read.

    Raises what `export_log` raises.
    """
    newest = log_tree.standing(d, connection)
    checkpoints = [newest]
    if since is not None and since != newest.checkpoint.size:
        checkpoints.insert(0, log_tree.standing_at(d, connection, since))
    rows = list(_rows(connection, holder_id))
    places = log_tree.places(connection, [row.commitment for row in rows], newest.checkpoint.size)
    return LogExport(
        passport=holder_id,
        checkpoints=tuple(each.note for each in checkpoints),
        growth=_growth(connection, [each.checkpoint.size for each in checkpoints]),
        events=tuple(_event(row, vault, places.get(row.commitment)) for row in rows),
    )


def _growth(connection: Connection, sizes: Sequence[int]) -> tuple[tuple[bytes, ...], ...]:
    return tuple(log_tree.growth_proof(connection, older, newer) for older, newer in pairwise(sizes))


def _rows(connection: Connection, holder_id: str) -> Iterator[AccessEventRow]:
    last = 0
    while found := store.events_of(connection, holder_id, after=last, limit=_AT_ONCE):
        yield from found
        last = found[-1].sequence


def _event(row: AccessEventRow, vault: HolderVault | None, place: Place | None) -> ExportedEvent:
    return ExportedEvent(
        sequence=row.sequence,
        previous=row.previous_hash,
        commitment=row.commitment,
        opening=None if vault is None else access.opening(vault, row),
        place=place,
    )
