"""Rotating the KEK: every key wrapped under an older version is wrapped under the newest. No field is sealed again."""

from dataclasses import dataclass

from passport.custody import Wrapped
from passport.db import Database
from passport.keystore import KeyStore
from passport.store import holders
from passport.vault import Vault


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """What a rotation did."""

    kek_version: int
    holders: int  # data keys
    files: int  # signing keys and secrets


def rewrap(database: Database, vault: Vault, keystore: KeyStore) -> Rewrapped:
    """Wrap every key anew under the custody's current version: after FileCustody.rotate, and again after a crash.

    A service that still runs goes on reading, but wraps new keys under the version it started with: restart it, then
    call this once more.

    Raises:
        StorageError: a key does not open, or the database failed; what is done so far stays good.
    """
    version = vault.custody.version
    files = keystore.rewrap()
    done = 0
    while batch := _rewrap_batch(database, vault, version):
        done += batch
    return Rewrapped(version, done, files)


def _rewrap_batch(database: Database, vault: Vault, version: int) -> int:
    """Return how many data keys one transaction wrapped anew."""
    with database.writing() as connection:
        rows = holders.wrapped_before(connection, version)
        for row in rows:
            old = Wrapped(row.kek_version, row.wrapped_data_key or b"")
            new = vault.rewrap(row.holder_id, old)
            holders.set_wrapped_data_key(
                connection, row.holder_id, new.data, new.version, was=row.kek_version
            )
        return len(rows)
