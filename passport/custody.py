"""Custody of the KEK, the key that wraps all others, behind a protocol of two calls; and its default, a file.

A custodian may be a file (here), a PKCS#11 token or a cloud KMS: none of them need ever give the KEK away.
Every version stays readable, so that keys wrapped before a rotation still open.
"""

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from passport.private_files import create_private, private_directory, read_private
from passport.storage_errors import CustodyError, SealError

_KEK_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_FILE_NAME: Final = re.compile(r"kek-([0-9]{4})")


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A key encrypted under one version of the KEK."""

    version: int
    data: bytes  # nonce (12 bytes) | ciphertext and tag


class KekCustody(Protocol):
    """Whoever keeps the KEK."""

    @property
    def version(self) -> int:
        """The version that wraps now."""

    def wrap(self, key: bytes, *, aad: bytes) -> Wrapped:
        """Return the key encrypted under the current version and bound to `aad`."""

    def unwrap(self, wrapped: Wrapped, *, aad: bytes) -> bytes:
        """Return the key that was wrapped with the same `aad`.

        Raises:
            SealError: altered, or bound to another aad.
            CustodyError: this version is not in custody.
        """


def context(*parts: str) -> bytes:
    """Return parts as authenticated data: each with its length before it, so that no two lists look alike."""
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


class FileCustody:
    """KEK versions as files kek-0001, kek-0002 ... of 32 random bytes, mode 0600; the highest wraps."""

    def __init__(self, directory: Path) -> None:
        """Read every version in the directory.

        Raises:
            CustodyError: there is none, or one is damaged or readable by others.
        """
        self._directory = directory
        self._ciphers = {version: _read(directory, version) for version in _versions(directory)}
        if not self._ciphers:
            raise CustodyError(
                f"no key-encryption key in {directory}: restore kek-0001 from the backup of keys"
            )

    @classmethod
    def open_or_create(cls, directory: Path) -> "FileCustody":
        """Return the custody of a directory, with a first KEK if it holds none. Raises what FileCustody() raises."""
        private_directory(directory)
        if not _versions(directory):
            with suppress(FileExistsError):  # another process of this service was quicker
                _create(directory, 1)
        return cls(directory)

    @property
    def version(self) -> int:
        """The version that wraps now."""
        return max(self._ciphers)

    def rotate(self) -> int:
        """Add a new version, which wraps from now on, and return it. Older ones still unwrap."""
        version = max(_versions(self._directory)) + 1
        _create(self._directory, version)
        self._ciphers[version] = _read(self._directory, version)
        return version

    def wrap(self, key: bytes, *, aad: bytes) -> Wrapped:
        """Return the key encrypted under the current version and bound to `aad`."""
        version, nonce = self.version, os.urandom(_NONCE_BYTES)
        return Wrapped(version, nonce + self._ciphers[version].encrypt(nonce, key, aad))

    def unwrap(self, wrapped: Wrapped, *, aad: bytes) -> bytes:
        """Return the key that was wrapped with the same `aad`.

        Raises:
            SealError: altered, or bound to another aad.
            CustodyError: this version is not in custody.
        """
        cipher = self._ciphers.get(wrapped.version)
        if cipher is None:  # another process rotated since we started
            cipher = self._ciphers[wrapped.version] = _read(self._directory, wrapped.version)
        try:
            return cipher.decrypt(wrapped.data[:_NONCE_BYTES], wrapped.data[_NONCE_BYTES:], aad)
        except (InvalidTag, ValueError) as exc:
            raise SealError("a wrapped key is altered, or belongs to somebody else") from exc


def _read(directory: Path, version: int) -> AESGCM:
    path = _path(directory, version)
    key = read_private(path)
    if len(key) != _KEK_BYTES:
        raise CustodyError(f"{path} has {len(key)} bytes, expected {_KEK_BYTES}: restore it")
    return AESGCM(key)


def _versions(directory: Path) -> list[int]:
    return [int(match[1]) for path in directory.glob("kek-*") if (match := _FILE_NAME.fullmatch(path.name))]


def _path(directory: Path, version: int) -> Path:
    return directory / f"kek-{version:04d}"


def _create(directory: Path, version: int) -> None:
    create_private(_path(directory, version), os.urandom(_KEK_BYTES))
