"""Who was erased: one small file each, beside the keys and backed up with them, apart from the database.

A database that is restored from before an erasure holds the person's wrapped data key again. Whoever has a tombstone is
not opened all the same (passport.vault), and is erased again at the next start (passport.erasure). A tombstone says
when, and nothing about the person: holders' ids are random.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from passport.private_files import create_private, private_directory

FOLDER: Final = "erased"  # in the folder of keys


class Tombstones:
    """A folder with one file per erased holder, named by their id."""

    def __init__(self, keys: Path) -> None:
        self._directory = keys / FOLDER

    def __contains__(self, holder_id: object) -> bool:
        """Return whether this holder was erased: one look at the folder, so that every process sees it at once."""
        return isinstance(holder_id, str) and (self._directory / holder_id).exists()

    def __iter__(self) -> Iterator[str]:
        """Yield the ids of all who were erased."""
        return (path.name for path in sorted(self._directory.glob("*")) if not path.name.startswith("."))

    def add(self, holder_id: str, *, now: datetime) -> None:
        """Keep, durably, that a holder was erased. One who has a tombstone keeps it."""
        private_directory(self._directory)
        with suppress(FileExistsError):
            create_private(self._directory / holder_id, f"{now.isoformat()}\n".encode())
