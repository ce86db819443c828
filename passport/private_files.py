"""Files that only this service's user may read, written so that a power cut leaves the old or the new one whole."""

import os
import secrets
import stat
from pathlib import Path

from passport.storage_errors import CustodyError


def private_directory(path: Path) -> Path:
    """Return the directory; it and its parents are created with mode 0700 where missing, and else left as they are."""
    if not path.exists():
        private_directory(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)
    return path


def private_file(path: Path) -> Path:
    """Return the file, created empty with mode 0600 if it was missing; one that exists is left as it is."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    return path


def read_private(path: Path) -> bytes:
    """Return what a private file holds.

    Raises:
        CustodyError: the file is missing, or its mode lets others read it.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o077:
                raise CustodyError(f"{path} has mode {mode:04o}, expected 0600: run chmod 600 on it")
            return file.read()
    except FileNotFoundError as exc:
        raise CustodyError(f"{path} is missing: restore it from the backup of keys") from exc


def create_private(path: Path, content: bytes) -> None:
    """Write a new private file, durably, or leave nothing.

    Raises:
        FileExistsError: there is one already; it is not touched.
    """
    draft = _draft(path, content)
    try:
        os.link(draft, path)  # unlike a rename, a link never replaces
    finally:
        draft.unlink()
    _sync_directory(path.parent)


def replace_private(path: Path, content: bytes) -> None:
    """Replace a private file, durably: a reader sees the old content or the new, never a part."""
    _draft(path, content).replace(path)
    _sync_directory(path.parent)


def _draft(path: Path, content: bytes) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
