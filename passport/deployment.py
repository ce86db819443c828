"""One running deployment: its settings, database, keys and clock. Every service takes it as its first argument."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from consent.signed_note import NoteSigner, SoftwareNoteSigner
from issuers.encoding import encode_base64url
from passport.custody import FileCustody
from passport.db import Database, open_database
from passport.hashing import HashingRoom
from passport.keystore import KeyStore
from passport.lookup import KEY_NAME, PASSCODE_COST, LookupKey, PasscodeCost
from passport.settings import Settings
from passport.tombstones import Tombstones
from passport.vault import SERVICE_KEY_NAME, ServiceVault, Vault

LONDON: Final = ZoneInfo("Europe/London")  # whose days "until" and "told on" mean
ID_BYTES: Final = 16
NONCE_BYTES: Final = 16
TOKEN_BYTES: Final = 32
LOG_KEY_NAME: Final = "log"  # the keystore's secret that is the seed of the key of the log


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What the services work with. Nothing of it is global, so that tests run as many as they like."""

    settings: Settings
    database: Database
    vault: Vault
    tombstones: Tombstones
    service_vault: ServiceVault
    keystore: KeyStore
    lookup: LookupKey
    log_signer: NoteSigner
    now: Callable[[], datetime]
    random_bytes: Callable[[int], bytes] = secrets.token_bytes
    link_hashing: HashingRoom = field(default_factory=lambda: HashingRoom(threads=2, waiting=64))
    # Typed codes are where strangers guess: a room of their own, so that links open all the same.
    code_hashing: HashingRoom = field(default_factory=lambda: HashingRoom(threads=1, waiting=16))

    @property
    def sends_mail(self) -> bool:
        """Whether messages are written at all: where no mail is set up, none would ever be sent."""
        return self.settings.mail_carrier != "off"

    def new_id(self) -> str:
        """Return a fresh random identifier: 22 characters, 128 bits, telling nothing."""
        found = encode_base64url(self.random_bytes(ID_BYTES))
        return f"A{found[1:]}" if found.startswith("-") else found  # else a command takes it for an option

    def new_nonce(self) -> str:
        """Return a fresh nonce: 22 characters, 128 bits."""
        return encode_base64url(self.random_bytes(NONCE_BYTES))

    def new_token(self) -> str:
        """Return a fresh secret that lets its bearer in: 43 characters, 256 bits. Only its hash is kept."""
        return encode_base64url(self.random_bytes(TOKEN_BYTES))

    def today(self) -> date:
        """Return the day it is for people in the United Kingdom."""
        return self.now().astimezone(LONDON).date()

    def end_of_day(self, days: int) -> datetime:
        """Return the midnight at which the day `days` from today ends in the United Kingdom, in UTC."""
        return start_of(self.today() + timedelta(days=days + 1))

    def close(self) -> None:
        """Finish queued writes and let go of threads and connections."""
        self.link_hashing.close()
        self.code_hashing.close()
        self.database.close()


def start_of(day: date) -> datetime:
    """Return the midnight at which a day begins in the United Kingdom, in UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def last_day(ends_at: datetime) -> date:
    """Return the last day, in the United Kingdom, before a moment that is excluded."""
    return (ends_at - timedelta(seconds=1)).astimezone(LONDON).date()


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def log_origin(issuer_url: str) -> str:
    """Return the log's name, which is also its key's: the host that issues, and a path."""
    return f"{urlsplit(issuer_url).netloc}/log"


def open_deployment(
    settings: Settings, *, now: Callable[[], datetime] = utc_now, passcode_cost: PasscodeCost = PASSCODE_COST
) -> Deployment:
    """Open the deployment that settings describe; keys are made at the first call. Migrating is `passport db upgrade`.

    Raises:
        StorageError: a key file is damaged or readable by others, or the database is of an unsupported kind.
    """
    keys = settings.data_dir / "keys"
    custody, tombstones = FileCustody.open_or_create(keys), Tombstones(keys)
    keystore = KeyStore(keys, custody)
    database = open_database(settings.database, threads=settings.threads, queue_size=settings.writer_queue)
    return Deployment(
        settings=settings,
        database=database,
        vault=Vault(custody, tombstones),
        tombstones=tombstones,
        service_vault=ServiceVault(keystore.secret(SERVICE_KEY_NAME)),
        keystore=keystore,
        lookup=LookupKey(keystore.secret(KEY_NAME), passcode_cost),
        log_signer=SoftwareNoteSigner.from_seed(
            log_origin(settings.issuer_url), keystore.secret(LOG_KEY_NAME)
        ),
        now=now,
    )
