"""Envelope encryption: KEK -> one data key per holder, and one of the service -> AES-256-GCM per field. No database.

What is sealed says where it belongs: {holder, table, row, field, schema} is authenticated with it, so a value copied to
another row, field or holder does not open. Rotating the KEK wraps data keys anew and touches nothing else.
Left out: where the KEK is kept (passport.custody) and the rows (passport.store).
"""

import os
from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from passport.custody import KekCustody, Wrapped, context
from passport.storage_errors import HolderErasedError, SealError

SERVICE_KEY_NAME: Final = "service-vault"  # the keystore's secret that is the service's own data key
SCHEMA: Final = 1  # form of sealed bytes: schema (1 byte) | nonce (12) | ciphertext and tag
_NONCE_BYTES: Final = 12
_OVERHEAD_BYTES: Final = 1 + _NONCE_BYTES + 16


class FieldVault:
    """One key at work: seals and opens fields of the rows that belong to its owner."""

    __slots__ = ("_cipher", "_new_nonce", "_owner")

    def __init__(self, key: bytes, *owner: str, new_nonce: Callable[[int], bytes] = os.urandom) -> None:
        self._owner = owner
        self._cipher = AESGCM(key)
        self._new_nonce = new_nonce

    def seal(self, plaintext: bytes, *, table: str, row: str, field: str) -> bytes:
        """Return the plaintext encrypted for one field of one row (`row`: its id within the owner)."""
        nonce = self._new_nonce(_NONCE_BYTES)
        place = context(*self._owner, table, row, field, str(SCHEMA))
        return bytes([SCHEMA]) + nonce + self._cipher.encrypt(nonce, plaintext, place)

    def open(self, sealed: bytes, *, table: str, row: str, field: str) -> bytes:
        """Return the plaintext sealed for exactly this place.

        Raises:
            SealError: the bytes were altered, or sealed for another owner, table, row or field.
        """
        if len(sealed) < _OVERHEAD_BYTES or sealed[0] != SCHEMA:
            raise SealError(f"{table}.{field}: not sealed bytes of schema {SCHEMA}")
        place = context(*self._owner, table, row, field, str(SCHEMA))
        try:
            return self._cipher.decrypt(sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :], place)
        except InvalidTag as exc:
            raise SealError(f"{table}.{field}: altered, or sealed for another place") from exc


class HolderVault(FieldVault):
    """One holder's data key at work."""

    __slots__ = ()

    def __init__(
        self, holder_id: str, data_key: bytes, *, new_nonce: Callable[[int], bytes] = os.urandom
    ) -> None:
        super().__init__(data_key, "field", holder_id, new_nonce=new_nonce)


class ServiceVault(FieldVault):
    """The deployment's own key at work, for words that belong to no holder: who signs, and for whom."""

    __slots__ = ()

    def __init__(self, key: bytes, *, new_nonce: Callable[[int], bytes] = os.urandom) -> None:
        super().__init__(key, "service-field", new_nonce=new_nonce)


@dataclass(frozen=True, slots=True)
class Vault:
    """The way from a holder's wrapped data key to their fields."""

    custody: KekCustody
    erased: Container[str] = frozenset()  # ids of holders who are never opened again (passport.tombstones)

    def new_data_key(self, holder_id: str) -> Wrapped:
        """Return a fresh data key for a holder, wrapped: its bytes and KEK version go into the holders table."""
        return self.custody.wrap(AESGCM.generate_key(256), aad=context("data-key", holder_id))

    def of(self, holder_id: str, wrapped_data_key: bytes | None, kek_version: int) -> HolderVault:
        """Return the vault of one holder, from the columns of their row.

        Raises:
            HolderErasedError: the data key was destroyed, or is back out of an old backup.
            SealError: the wrapped key is altered or another holder's.
            CustodyError: this KEK version is not in custody.
        """
        if wrapped_data_key is None or holder_id in self.erased:
            raise HolderErasedError("this passport was erased; nothing of it can be opened")
        wrapped = Wrapped(kek_version, wrapped_data_key)
        return HolderVault(holder_id, self.custody.unwrap(wrapped, aad=context("data-key", holder_id)))

    def rewrap(self, holder_id: str, wrapped: Wrapped) -> Wrapped:
        """Return the same data key wrapped under the current KEK. Raises what `of` raises."""
        aad = context("data-key", holder_id)
        return self.custody.wrap(self.custody.unwrap(wrapped, aad=aad), aad=aad)
