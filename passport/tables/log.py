"""Rows of the deployment-wide log: what waits for it, the leaves and nodes of its tree, and its checkpoints.

Only what waits names a holder. Leaves, nodes and checkpoints are written once, and tell nothing about anybody.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, Table, UniqueConstraint
from sqlmodel import Field

from passport.tables.columns import Record, UtcDateTime, table_of


class LogPendingRow(Record):
    """An event whose commitment is not in the tree yet. A trigger adds it with the event, in the same transaction."""

    holder_id: str = Field(primary_key=True)
    sequence: int = Field(primary_key=True)
    commitment: bytes  # 32 bytes


class LogPending(LogPendingRow, table=True):
    """Table of what waits: the sequencer takes it from here and adds it to the tree, in one transaction.

    Triggers refuse UPDATE and TRUNCATE, and DELETE of what has no place in the tree yet.
    """

    __tablename__ = "log_pending"


class LogLeafRow(Record):
    """One leaf of the tree and the commitment that stands there."""

    position: int = Field(  # counted from 0
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    commitment: bytes  # 32 bytes


class LogLeaves(LogLeafRow, table=True):
    """Table of leaves. A commitment has one place. Triggers refuse UPDATE, DELETE and TRUNCATE on both engines."""

    __tablename__ = "log_leaves"
    __table_args__ = (UniqueConstraint("commitment"),)


class LogNodeRow(Record):
    """The hash of one full subtree (consent.merkle.NodeId). It never changes as the tree grows."""

    level: int = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    hash: bytes  # 32 bytes


class LogNodes(LogNodeRow, table=True):
    """Table of nodes, append-only by trigger like the leaves."""

    __tablename__ = "log_nodes"


class LogCheckpointRow(Record):
    """Where the tree stood after a batch, as it was signed."""

    size: int = Field(  # leaves
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    note: str  # C2SP signed note
    made_at: datetime = Field(sa_type=UtcDateTime)


class LogCheckpoints(LogCheckpointRow, table=True):
    """Table of signed checkpoints, one for a size, append-only by trigger like the leaves."""

    __tablename__ = "log_checkpoints"


LOG_PENDING: Final[Table] = table_of(LogPending)
LOG_LEAVES: Final[Table] = table_of(LogLeaves)
LOG_NODES: Final[Table] = table_of(LogNodes)
LOG_CHECKPOINTS: Final[Table] = table_of(LogCheckpoints)
