"""Status lists as this service publishes them: signed once per change, kept in memory, read by the verifier too.

An index is never used twice. When a list is nearly full the next one is opened; old ones stay published. The list kept
in memory is made current by what changed since its version, so that nothing is read twice.
"""

import gzip
import hashlib
import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from sqlalchemy import Connection

from issuers.status_list import StatusList, StatusRef, StatusSnapshot, sign_status_list
from passport import decoys
from passport.deployment import Deployment
from passport.issuing import (
    STATUS,
    STATUS_LIST_VALID_FOR,
    active_key,
    open_list,
    status_aggregation_uri,
    status_list_uri,
)
from passport.storage_errors import StatusListFullError
from passport.store import status as store
from passport.tables import StatusKind, StatusListRow

TTL: Final = timedelta(minutes=5)  # how long a reader may keep a copy
RESIGN_AFTER: Final = timedelta(minutes=5)
_GZIP_LEVEL: Final = 6


@dataclass(frozen=True, slots=True)
class StatusPlace:
    """Where the status of one entry or share stands."""

    list_id: str
    ref: StatusRef


def allocate(d: Deployment, connection: Connection, kind: StatusKind) -> StatusPlace:
    """Hand out a random index of the newest list, of a new list when that one is nearly full."""
    newest = store.list_ids(connection)[-1]
    try:
        index = store.allocate_index(connection, newest, kind)
    except StatusListFullError:
        newest = open_list(connection, int(newest) + 1)
        index = store.allocate_index(connection, newest, kind)
    decoys.stir_sometimes(connection, newest)
    return StatusPlace(newest, StatusRef(status_list_uri(d, newest), index))


def change(connection: Connection, list_id: str, index: int, status: int) -> bool:
    """Give an entry or a share a status, and some decoys one; return False when it already had it.

    Raises:
        LookupError: this index was never handed out.
    """
    changed = store.set_status(connection, list_id, index, status)
    if changed:
        decoys.stir(connection, list_id)
    return changed


@dataclass(frozen=True)  # no slots: the compressed form is made once, when somebody asks for it
class PublishedList:
    """A signed status list and what it says."""

    version: int
    kid: str  # of the key that signed it
    token: str  # statuslist+jwt
    snapshot: StatusSnapshot

    def is_current(self, version: int, kid: str, now: datetime) -> bool:
        """Return whether it says what the database says, by the key in force, and is young enough to hand out."""
        age = now - self.snapshot.issued_at
        return self.version >= version and self.kid == kid and timedelta() <= age < RESIGN_AFTER

    @cached_property
    def plain(self) -> bytes:
        """The token as it goes out."""
        return self.token.encode("ascii")

    @cached_property
    def gzipped(self) -> bytes:
        """The token compressed with gzip: base64 of base64 gives back what it added."""
        return gzip.compress(self.plain, _GZIP_LEVEL, mtime=0)

    @cached_property
    def tag(self) -> str:
        """What tells this token from every other one, for caches."""
        return hashlib.sha256(self.plain).hexdigest()[:32]


class StatusBoard:
    """Hands out the signed list; signs it again when a status changed or the last signature has aged.

    The database's version decides, so that another process's change shows at once. A crash between a change and its
    signing loses nothing: whoever asks next signs what is committed.
    """

    def __init__(self, d: Deployment) -> None:
        self._deployment = d
        self._signing = threading.Lock()
        self._published: dict[str, PublishedList] = {}

    def all_current(self, connection: Connection) -> list[PublishedList]:
        """Return every list as the database has it now, the oldest first."""
        found = (self.current(connection, list_id) for list_id in store.list_ids(connection))
        return [published for published in found if published is not None]

    def snapshots(self, connection: Connection) -> dict[str, StatusSnapshot]:
        """Return every list by its address, as a verifier takes them: whoever holds a list knows that it holds now."""
        now = self._deployment.now().replace(microsecond=0)
        found = (one.snapshot for one in self.all_current(connection))
        return {one.uri: replace(one, issued_at=max(now, one.issued_at)) for one in found}

    def current(self, connection: Connection, list_id: str) -> PublishedList | None:
        """Return the list as the database has it now, or None for an unknown list.

        `connection` reads (Database.reading): what a transaction has not committed is not to be signed.
        """
        row = store.get_list(connection, list_id)
        if row is None:
            return None
        kid = active_key(self._deployment, connection, STATUS).kid
        return self._kept(row, kid) or self._renewed(connection, row, kid)

    def _kept(self, row: StatusListRow, kid: str) -> PublishedList | None:
        known = self._published.get(row.list_id)
        return known if known and known.is_current(row.version, kid, self._deployment.now()) else None

    def _renewed(self, connection: Connection, row: StatusListRow, kid: str) -> PublishedList:
        with self._signing:  # once, however many ask at this moment
            fresh = self._kept(row, kid) or self._sign(row, kid, self._statuses(connection, row))
            self._published[row.list_id] = fresh
            return fresh

    def _statuses(self, connection: Connection, row: StatusListRow) -> StatusList:
        """Return the list at this version: the one in memory, and what changed since."""
        known = self._published.get(row.list_id)
        if known is None or known.version > row.version:  # later than the database: it was restored
            known_version, statuses = 0, StatusList.empty(row.size, bits=row.bits)
        else:
            known_version, statuses = known.version, known.snapshot.list
        changed = store.changes(connection, row, since=known_version).statuses
        return statuses.with_all(changed) if changed else statuses

    def _sign(self, row: StatusListRow, kid: str, statuses: StatusList) -> PublishedList:
        d = self._deployment
        now, valid_for = d.now().replace(microsecond=0), STATUS_LIST_VALID_FOR
        uri, aggregation_uri = status_list_uri(d, row.list_id), status_aggregation_uri(d)
        token = sign_status_list(
            statuses,
            uri=uri,
            signer=d.keystore.signer(STATUS, kid),
            now=now,
            ttl=TTL,
            valid_for=valid_for,
            aggregation_uri=aggregation_uri,
        )
        snapshot = StatusSnapshot(uri, statuses, now, now + valid_for, TTL, aggregation_uri)
        return PublishedList(row.version, kid, token, snapshot)
