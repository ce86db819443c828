"""Is this deployment fit to run? Asked before a port is opened or a command touches anything; makes nothing that is
missing, unless `prepare` is asked to.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Final

from sqlalchemy import make_url

from passport import anchors, issuing, migrate
from passport.db import Database, open_database
from passport.demo import refuse_demo_accounts
from passport.deployment import LOG_KEY_NAME, Deployment, open_deployment, utc_now
from passport.lookup import KEY_NAME
from passport.settings import Settings
from passport.storage_errors import CustodyError, MigrationError, StorageError
from passport.store import issuers
from passport.vault import SERVICE_KEY_NAME

KEYS: Final = "keys"
_MADE_ONCE: Final = (  # in the folder of keys: made at the first start, and never again beside the same database
    "kek-*",
    f"secrets/{KEY_NAME}.json",
    f"secrets/{SERVICE_KEY_NAME}.json",
    f"secrets/{LOG_KEY_NAME}.json",
    f"issuers/{anchors.ANCHOR}/*.json",
)


class NotSetUpError(StorageError):
    """There is no database here yet."""

    code: ClassVar[str] = "not_set_up"


def check_ready(settings: Settings, *, demo_too: bool = False) -> None:
    """Make what a first start makes, and read every key that this deployment signs with; `demo_too`: also a demo's.

    Raises:
        IsADemoError: a demo was told here, and `demo_too` was not asked for.
        StorageError: the database is missing, unreachable or not migrated, or a key file is missing or damaged.
    """
    with open_ready(settings) as d:
        if not demo_too:
            refuse_demo_accounts(d)
        issuing.prepare(d)
        issuing.pinned_trust(d)
        with d.database.reading() as connection:
            for issuer in issuers.list_all(connection):
                issuing.active_signer(d, connection, issuer.issuer_id)


@contextmanager
def open_ready(settings: Settings, *, now: Callable[[], datetime] = utc_now) -> Iterator[Deployment]:
    """Give the deployment of these settings, which must have been set up before; close it afterwards.

    Raises:
        StorageError: the database is missing, unreachable or not migrated, or a key file is missing or damaged.
    """
    with open_migrated(settings) as database:
        _refuse_lost_keys(settings, database)
    deployment = open_deployment(settings, now=now)
    try:
        yield deployment
    finally:
        deployment.close()


@contextmanager
def open_migrated(settings: Settings) -> Iterator[Database]:
    """Give the database of these settings, whose tables must be there; close it afterwards.

    Raises:
        StorageError: it is missing, unreachable or not migrated.
    """
    if not is_there(settings):
        raise NotSetUpError("there is no database yet: run passport db upgrade, or set PASSPORT_DATA_DIR")
    database = open_database(settings.database)
    try:
        with database.reading() as connection:
            if not migrate.is_current(connection):
                raise MigrationError("the database is not migrated: run passport db upgrade")
        yield database
    finally:
        database.close()


def is_there(settings: Settings) -> bool:
    """Return whether there is a database to open; a server is only known by asking it."""
    url = make_url(settings.database)
    return url.get_backend_name() != "sqlite" or Path(str(url.database)).is_file()


def _refuse_lost_keys(settings: Settings, database: Database) -> None:
    """Refuse to make new keys beside a database that was sealed with others."""
    with database.reading() as connection:
        used = bool(issuers.list_all(connection))
    keys = settings.data_dir / KEYS
    missing = [pattern for pattern in _MADE_ONCE if not any(keys.glob(pattern))]
    if used and missing:
        raise CustodyError(
            f"keys of this database are missing in {keys} ({missing[0]}): restore them from backup"
        )
