"""What can go wrong where the service keeps things. app.py maps the codes to HTTP statuses."""

from typing import ClassVar

from schemas.errors import EncodingError, PassportError


class StorageError(PassportError):
    """The root of the errors of database, vault and key store."""

    code: ClassVar[str] = "storage_error"


class DatabaseUnavailableError(StorageError):
    """The database cannot be reached, is full or is locked for too long; nothing was acknowledged. Try again later."""

    code: ClassVar[str] = "database_unavailable"


class WriterBusyError(DatabaseUnavailableError):
    """More writes are waiting than the queue holds, or the writer is closed. Try again later."""

    code: ClassVar[str] = "writer_busy"


class UnstorableValueError(EncodingError):
    """A value that no row can hold or be found by: text with NUL or half a surrogate pair, a number too large."""

    code: ClassVar[str] = "value_not_storable"


class UnsupportedDatabaseError(StorageError):
    """The database is of a kind or version that this service does not run on."""

    code: ClassVar[str] = "database_unsupported"


class MigrationError(StorageError):
    """The database's tables are not those of this version of the service."""

    code: ClassVar[str] = "database_not_migrated"


class CustodyError(StorageError):
    """A key file is missing, readable by others or damaged."""

    code: ClassVar[str] = "key_custody"


class SealError(StorageError):
    """Sealed bytes do not open here: altered, moved to another row, field or holder, or of another key."""

    code: ClassVar[str] = "seal_broken"


class HolderErasedError(StorageError):
    """The holder's data key was destroyed, so nothing of theirs can be opened again."""

    code: ClassVar[str] = "holder_erased"


class StatusListFullError(StorageError):
    """A status list has handed out too many of its indices to pick another one at random. Create a new list."""

    code: ClassVar[str] = "status_list_full"
