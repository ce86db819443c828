"""Rows of sharing: shares, what they carry, and what finds one without knowing its holder.

The latter are locators, tickets and viewing sessions: keyed by a hash of the recipient's secret.
"""

from datetime import date, datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Table, UniqueConstraint
from sqlmodel import Field

from passport.tables.columns import EnumText, Record, UtcDateTime, table_of
from passport.tables.kinds import LocatorKind
from schemas.consent_vocabulary import RetentionRule


class ShareRow(Record):
    """The link that carries one read grant, with its budgets of views and attempts."""

    holder_id: str = Field(primary_key=True, foreign_key="holders.holder_id")
    share_id: str = Field(primary_key=True)
    grant_id: str
    status_list_id: str
    status_index: int
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    max_views: int | None = None  # None: as often as wanted until the end
    views: int = 0
    program_views: int = 0  # of `views`, those that programs took: no person's act of reading
    attempts_left: int  # lifetime budget of wrong passcodes
    checks: int = 0  # attempts that are spent while their passcode is being checked
    checks_end_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime
    )  # by then every one of them has ended
    passcode_phc: str | None = None  # argon2id, PHC string; None: no passcode
    sealed_secrets: bytes  # JSON: url token, key, passcode, typed code; vault field shares.sealed_secrets
    code_expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # None: no typed code
    exposed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the secret arrived in a path
    live: bool = False  # flag L: what it carries follows accepted updates
    fetched_since: datetime | None = Field(
        default=None, sa_type=UtcDateTime
    )  # start of the hour of `fetches`
    fetches: int = 0  # manifests that programs got in that hour
    released_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # last; None: when it was made
    last_view_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # by a person
    sealed_put_off: bytes | None = None  # digest of the change that is not sent now, vault field
    kept: RetentionRule = Field(
        default=RetentionRule.NOT_PROMISED, sa_type=EnumText(RetentionRule)
    )  # by recipients
    kept_until: date | None = None  # of UNTIL_DATE

    @property
    def is_bare(self) -> bool:
        """Whether others may have seen its link, and no passcode keeps them out: it opens for nobody (ADR 17)."""
        return self.exposed_at is not None and self.passcode_phc is None

    def is_checked(self, now: datetime) -> bool:
        """Return whether somebody's passcode is being checked now: the attempt for it may still come back."""
        return self.checks > 0 and self.checks_end_at is not None and now < self.checks_end_at

    def has_ended(self, now: datetime) -> bool:
        """Return whether it was stopped or came to its end; one that has not may be closed all the same, for now."""
        return self.revoked_at is not None or now >= self.expires_at


class Shares(ShareRow, table=True):
    """Table of shares. The budgets are also constraints, so that no query can overdraw one."""

    __tablename__ = "shares"
    __table_args__ = (
        ForeignKeyConstraint(["holder_id", "grant_id"], ["grants.holder_id", "grants.grant_id"]),
        ForeignKeyConstraint(
            ["status_list_id", "status_index"], ["status_indices.list_id", "status_indices.idx"]
        ),
        CheckConstraint("attempts_left >= 0", name="attempts"),
        CheckConstraint("max_views IS NULL OR views <= max_views", name="views"),
        Index("ix_shares_holder_id_grant_id", "holder_id", "grant_id"),
        Index("ix_shares_expires_at", "expires_at"),
        Index("ix_shares_kept_until", "kept_until"),
    )


class ShareFileRow(Record):
    """What a share carries. A row of its own: every opening rewrites the share's row, and this is large."""

    holder_id: str = Field(primary_key=True, foreign_key="holders.holder_id")
    share_id: str = Field(primary_key=True)
    sealed_bundle: bytes  # the FHIR Bundle as shared, vault field share_files.sealed_bundle
    rendering: int  # schemas.fhir.RENDERING that it was worded with
    sealed_seen: bytes | None = (
        None  # marks of the last release before this one that was opened, no words; vault field
    )


class ShareFiles(ShareFileRow, table=True):
    """Table of what shares carry."""

    __tablename__ = "share_files"
    __table_args__ = (
        ForeignKeyConstraint(["holder_id", "share_id"], ["shares.holder_id", "shares.share_id"]),
    )


class LocatorRow(Record):
    """Where a token or typed code leads. The only way from a secret to a holder; purged at erasure."""

    locator_hash: bytes = Field(primary_key=True)  # keyed HMAC-SHA-256 of the url token or typed code
    kind: LocatorKind = Field(sa_type=EnumText(LocatorKind))
    holder_id: str
    share_id: str


class Locators(LocatorRow, table=True):
    """Table of locators: one link and at most one typed code for each share."""

    __tablename__ = "locators"
    __table_args__ = (
        ForeignKeyConstraint(["holder_id", "share_id"], ["shares.holder_id", "shares.share_id"]),
        UniqueConstraint("holder_id", "share_id", "kind"),
    )


class TicketRow(Record):
    """A single-use `location` of a manifest, at most an hour old."""

    ticket_hash: bytes = Field(primary_key=True)  # SHA-256 of the ticket
    holder_id: str
    share_id: str
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Tickets(TicketRow, table=True):
    """Table of location tickets."""

    __tablename__ = "tickets"
    __table_args__ = (
        ForeignKeyConstraint(["holder_id", "share_id"], ["shares.holder_id", "shares.share_id"]),
        Index("ix_tickets_holder_id_share_id", "holder_id", "share_id"),
    )


class ViewingSessionRow(Record):
    """A recipient's quarter of an hour after pressing Open, in which reload and print cost no view."""

    token_hash: bytes = Field(primary_key=True)  # SHA-256 of the cookie's token
    holder_id: str
    share_id: str
    sealed_viewer: bytes  # who the viewer said they are, vault field viewing_sessions.sealed_viewer
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class ViewingSessions(ViewingSessionRow, table=True):
    """Table of viewing sessions."""

    __tablename__ = "viewing_sessions"
    __table_args__ = (
        ForeignKeyConstraint(["holder_id", "share_id"], ["shares.holder_id", "shares.share_id"]),
        Index("ix_viewing_sessions_holder_id_share_id", "holder_id", "share_id"),
    )


class CodeBudgetRow(Record):
    """How many typed codes missed in one bucket of time, over all shares; or what passport.day_budgets counts."""

    bucket: str = Field(primary_key=True)  # "2026-11-21T23"; or with a hash, "2026-11-21T24 5f0c.."
    misses: int = 0


class CodeBudgets(CodeBudgetRow, table=True):
    """Table of the global budget of typed-code misses."""

    __tablename__ = "code_budgets"
    __table_args__ = (CheckConstraint("misses >= 0", name="misses"),)


SHARES: Final[Table] = table_of(Shares)
SHARE_FILES: Final[Table] = table_of(ShareFiles)
LOCATORS: Final[Table] = table_of(Locators)
TICKETS: Final[Table] = table_of(Tickets)
VIEWING_SESSIONS: Final[Table] = table_of(ViewingSessions)
CODE_BUDGETS: Final[Table] = table_of(CodeBudgets)
