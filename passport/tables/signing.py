"""Rows about signing: anchors, issuers, their public keys, status lists and their indices."""

from datetime import datetime
from typing import Final

from sqlalchemy import JSON, CheckConstraint, Index, Table, text
from sqlmodel import Field

from issuers.trust import EarlierEntries
from passport.tables.columns import EnumListJson, EnumText, Record, UtcDateTime, table_of
from passport.tables.kinds import StatusKind
from schemas.vocabulary import IssuerKind, Section


class IssuerRow(Record):
    """A signing identity. `issuer_id` is opaque and `name` public and neutral: an issuer can be a diagnosis."""

    issuer_id: str = Field(primary_key=True)
    kind: IssuerKind = Field(sa_type=EnumText(IssuerKind))
    name: str
    sections: list[Section] = Field(sa_type=EnumListJson(Section))
    suspended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    earlier_entries: EarlierEntries | None = Field(default=None, sa_type=EnumText(EarlierEntries))
    revision: int = 1  # grows with every change of the issuer or its keys


class Issuers(IssuerRow, table=True):
    """Table of issuers: what the trust list is made from."""

    __tablename__ = "issuers"
    __table_args__ = (
        CheckConstraint("(suspended_at IS NULL) = (earlier_entries IS NULL)", name="suspension"),
    )


class IssuerKeyRow(Record):
    """The public half of an issuer's key; the private half is in passport.keystore."""

    issuer_id: str = Field(primary_key=True, foreign_key="issuers.issuer_id")
    kid: str = Field(primary_key=True)  # RFC 7638 thumbprint
    public_jwk: dict[str, str] = Field(sa_type=JSON)
    not_before: datetime = Field(sa_type=UtcDateTime)
    not_after: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when it stopped signing


class IssuerKeys(IssuerKeyRow, table=True):
    """Table of issuers' public keys, old ones kept so that old entries still verify."""

    __tablename__ = "issuer_keys"


class AnchorRow(Record):
    """The public half of a key that signs the trust list."""

    kid: str = Field(primary_key=True)  # RFC 7638 thumbprint
    public_jwk: dict[str, str] = Field(sa_type=JSON)
    not_before: datetime = Field(sa_type=UtcDateTime)
    not_after: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when it stops signing


class Anchors(AnchorRow, table=True):
    """Table of anchors."""

    __tablename__ = "anchors"


class StatusListRow(Record):
    """One Token Status List. `version` grows with every change of a status, so that a signed copy can be cached."""

    list_id: str = Field(primary_key=True)
    size: int  # indices, a power of two
    bits: int = 2  # a status: two, so that there is "suspended"
    version: int = 0


class StatusLists(StatusListRow, table=True):
    """Table of status lists."""

    __tablename__ = "status_lists"
    __table_args__ = (
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("bits IN (2, 4, 8)", name="bits"),
    )


class StatusIndexRow(Record):
    """One handed-out index; it names no holder, so the table tells nothing about anybody."""

    list_id: str = Field(primary_key=True, foreign_key="status_lists.list_id")
    idx: int = Field(primary_key=True)
    kind: StatusKind = Field(sa_type=EnumText(StatusKind))
    status: int = 0  # 0 valid, 1 invalid, 2 suspended (Token Status List section 7.1)
    changed_version: int = 0  # the list's version since which it has this status; 0: since it was handed out


class StatusIndices(StatusIndexRow, table=True):
    """Table of handed-out indices. A trigger refuses DELETE: an index is never used again."""

    __tablename__ = "status_indices"
    __table_args__ = (
        CheckConstraint("idx >= 0", name="idx"),
        CheckConstraint("status IN (0, 1, 2)", name="status"),
        Index("ix_status_indices_list_id_changed_version", "list_id", "changed_version"),
        Index(
            "ix_status_indices_decoys",
            "list_id",
            "status",
            sqlite_where=text("kind = 'decoy'"),
            postgresql_where=text("kind = 'decoy'"),
        ),
    )


ANCHORS: Final[Table] = table_of(Anchors)
ISSUERS: Final[Table] = table_of(Issuers)
ISSUER_KEYS: Final[Table] = table_of(IssuerKeys)
STATUS_LISTS: Final[Table] = table_of(StatusLists)
STATUS_INDICES: Final[Table] = table_of(StatusIndices)
