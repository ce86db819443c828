"""Status lists as this service publishes them: signed once per change, kept in memory, read by the verifier too.

An index is never used twice. When a list is nearly full the next one is opened; old ones stay published.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from issuers.status_list import StatusList, StatusRef, StatusSnapshot, sign_status_list
from passport.deployment import Deployment
from passport.issuing import STATUS, STATUS_LIST_VALID_FOR, active_key, open_list, status_list_uri
from passport.storage_errors import StatusListFullError
from passport.store import status as store
from passport.store.status import StatusSnapshot as StoredSnapshot
from passport.tables import StatusKind

TTL: Final = timedelta(minutes=5)  # how long a reader may keep a copy
RESIGN_AFTER: Final = timedelta(minutes=5)


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
    return StatusPlace(newest, StatusRef(status_list_uri(d, newest), index))


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A signed status list and what it says."""

    version: int
    kid: str  # of the key that signed it
    token: str  # statuslist+jwt
    snapshot: StatusSnapshot

    def is_current(self, version: int, kid: str, now: datetime) -> bool:
        """Return whether it says what the database says, by the key in force, and is young enough to hand out."""
        age = now - self.snapshot.issued_at
        return (self.version, self.kid) == (version, kid) and timedelta() <= age < RESIGN_AFTER


class StatusBoard:
    """Hands out the signed list; signs it again when a status changed or the last signature has aged."""

    def __init__(self, d: Deployment) -> None:
        self._deployment = d
        self._lock = threading.Lock()
        self._published: dict[str, PublishedList] = {}

    def all_current(self, connection: Connection) -> list[PublishedList]:
        """Return every list as the database has it now, the oldest first."""
        found = (self.current(connection, list_id) for list_id in store.list_ids(connection))
        return [published for published in found if published is not None]

    def snapshots(self, connection: Connection) -> dict[str, StatusSnapshot]:
        """Return every list by its address, as a verifier takes them."""
        return {one.snapshot.uri: one.snapshot for one in self.all_current(connection)}

    def current(self, connection: Connection, list_id: str) -> PublishedList | None:
        """Return the list as the database has it now, or None for an unknown list."""
        row = store.get_list(connection, list_id)
        if row is None:
            return None
        kid = active_key(self._deployment, connection, STATUS).kid
        with self._lock:
            known = self._published.get(list_id)
            if known is not None and known.is_current(row.version, kid, self._deployment.now()):
                return known
        stored = store.snapshot(connection, list_id)
        if stored is None:
            return None
        fresh = self._sign(stored, kid)
        with self._lock:
            self._published[list_id] = fresh
        return fresh

    def _sign(self, stored: StoredSnapshot, kid: str) -> PublishedList:
        d = self._deployment
        now = d.now().replace(microsecond=0)
        statuses = _pack(stored)
        uri = status_list_uri(d, stored.list_id)
        signer = d.keystore.signer(STATUS, kid)
        valid_for = STATUS_LIST_VALID_FOR
        token = sign_status_list(statuses, uri=uri, signer=signer, now=now, ttl=TTL, valid_for=valid_for)
        snapshot = StatusSnapshot(uri, statuses, now, now + valid_for, TTL)
        return PublishedList(stored.version, kid, token, snapshot)


def _pack(stored: StoredSnapshot) -> StatusList:
    packed = bytearray(stored.size // 8)
    for index in stored.invalid:
        packed[index // 8] |= 1 << index % 8  # Token Status List draft-21 section 4.1: lowest bit first
    return StatusList(bytes(packed))
