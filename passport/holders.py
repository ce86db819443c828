"""Holders: a new passport with its own data key and signing key, and the vault that opens it."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from issuers.encoding import decode_json_object, encode_json
from issuers.keys import SoftwareSigner
from passport.deployment import Deployment
from passport.store import access as access_store
from passport.store import holders as store
from passport.tables import HolderRow
from passport.vault import HolderVault
from schemas.errors import PassportError
from schemas.vocabulary import Language

TABLE: Final = "holders"
NAME_LENGTH_MAX: Final = 120


class HolderNotFoundError(PassportError):
    """There is no such passport."""

    code = "holder_not_found"


@dataclass(frozen=True, slots=True)
class OpenHolder:
    """A holder whose vault is open for the length of one transaction."""

    holder_id: str
    language: Language
    name: str
    vault: HolderVault
    row: HolderRow

    def passport_signer(self) -> SoftwareSigner:
        """Return the passport's own key (ADR 3)."""
        sealed = self.row.sealed_passport_key or b""
        jwk = self.vault.open(sealed, table=TABLE, row=self.holder_id, field="sealed_passport_key")
        return SoftwareSigner.from_jwk(decode_json_object(jwk))


def create(d: Deployment, connection: Connection, *, name: str, language: Language) -> str:
    """Return the id of a new holder with an empty passport."""
    holder_id = d.new_id()
    wrapped = d.vault.new_data_key(holder_id)
    vault = d.vault.of(holder_id, wrapped.data, wrapped.version)
    key = encode_json(dict(SoftwareSigner.generate().private_jwk()))
    row = HolderRow(
        holder_id=holder_id,
        wrapped_data_key=wrapped.data,
        kek_version=wrapped.version,
        language=language,
        sealed_passport_key=vault.seal(key, table=TABLE, row=holder_id, field="sealed_passport_key"),
        sealed_name=vault.seal(name.encode(), table=TABLE, row=holder_id, field="sealed_name"),
        created_at=d.now(),
    )
    store.create(connection, row)
    return holder_id


def lock_holder(d: Deployment, connection: Connection, holder_id: str) -> OpenHolder:
    """Return a holder with their vault open, and let nobody else change what is theirs until the transaction ends.

    Changes take this lock before any other: then they see each other's outcome, and cannot wait for each other in a
    circle. Raises what `open_holder` raises.
    """
    try:
        access_store.lock(connection, holder_id)
    except LookupError as exc:
        raise HolderNotFoundError("there is no such passport; sign in again") from exc
    return open_holder(d, connection, holder_id)


def open_holder(d: Deployment, connection: Connection, holder_id: str) -> OpenHolder:
    """Return a holder with their vault open.

    Raises:
        HolderNotFoundError: there is no such holder.
        StorageError: the holder was erased, or their keys do not open.
    """
    row = store.get(connection, holder_id)
    if row is None:
        raise HolderNotFoundError("there is no such passport; sign in again")
    vault = d.vault.of(holder_id, row.wrapped_data_key, row.kek_version)
    name = vault.open(row.sealed_name or b"", table=TABLE, row=holder_id, field="sealed_name").decode()
    return OpenHolder(holder_id, row.language, name, vault, row)
