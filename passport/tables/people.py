"""Rows about people and bodies: holders, accounts, sessions, organisations, practitioners."""

from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, Table
from sqlmodel import Field

from passport.tables.columns import EnumText, Record, UtcDateTime, table_of
from passport.tables.kinds import AccountKind
from schemas.vocabulary import Language


class HolderRow(Record):
    """One holder. The wrapped data key opens everything sealed of theirs; erasing destroys it."""

    holder_id: str = Field(primary_key=True)
    wrapped_data_key: bytes | None = None  # None once erased
    kek_version: int
    language: Language = Field(sa_type=EnumText(Language))
    sealed_passport_key: bytes | None = None  # private JWK, vault field holders.sealed_passport_key
    sealed_name: bytes | None = None  # UTF-8 text, vault field holders.sealed_name
    next_entry_sequence: int = 1  # store.entries.append counts it
    created_at: datetime = Field(sa_type=UtcDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Holders(HolderRow, table=True):
    """Table of holders; root of every holder-owned table."""

    __tablename__ = "holders"


class OrganisationRow(Record):
    """A body whose practitioners sign. `public_name` is neutral; its own name may tell a condition, and is sealed."""

    organisation_id: str = Field(primary_key=True)
    sealed_name: bytes  # JSON, service vault field organisations.sealed_name
    public_name: str
    issuer_id: str = Field(foreign_key="issuers.issuer_id", index=True)


class Organisations(OrganisationRow, table=True):
    """Table of organisations."""

    __tablename__ = "organisations"


class PractitionerRow(Record):
    """A person who signs for an organisation. Who they are goes into their entries, and may tell a condition."""

    practitioner_id: str = Field(primary_key=True)
    organisation_id: str = Field(foreign_key="organisations.organisation_id", index=True)
    sealed_person: bytes  # JSON: name, role, registration; service vault field practitioners.sealed_person


class Practitioners(PractitionerRow, table=True):
    """Table of practitioners."""

    __tablename__ = "practitioners"


class AccountRow(Record):
    """A way to sign in, as a holder or as a practitioner."""

    account_id: str = Field(primary_key=True)
    kind: AccountKind = Field(sa_type=EnumText(AccountKind))
    holder_id: str | None = Field(default=None, foreign_key="holders.holder_id", index=True)
    practitioner_id: str | None = Field(default=None, foreign_key="practitioners.practitioner_id", index=True)
    username_hash: bytes = Field(unique=True)  # keyed HMAC-SHA-256: the username itself is kept nowhere
    sign_in_code_hash: bytes | None = Field(default=None, unique=True)  # keyed HMAC-SHA-256 of the code


class Accounts(AccountRow, table=True):
    """Table of accounts; each belongs to exactly one holder or one practitioner, as its kind says."""

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'holder' AND holder_id IS NOT NULL AND practitioner_id IS NULL)"
            " OR (kind = 'practitioner' AND practitioner_id IS NOT NULL AND holder_id IS NULL)",
            name="one_owner",
        ),
    )


class SessionRow(Record):
    """One signed-in browser, found by the hash of its cookie's token."""

    token_hash: bytes = Field(primary_key=True)  # SHA-256 of the token
    account_id: str = Field(foreign_key="accounts.account_id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Sessions(SessionRow, table=True):
    """Table of sign-in sessions."""

    __tablename__ = "sessions"


HOLDERS: Final[Table] = table_of(Holders)
ORGANISATIONS: Final[Table] = table_of(Organisations)
PRACTITIONERS: Final[Table] = table_of(Practitioners)
ACCOUNTS: Final[Table] = table_of(Accounts)
SESSIONS: Final[Table] = table_of(Sessions)
