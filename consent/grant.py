"""Decide one grant. No clock, no database.

A grant is the holder's decision: one named recipient, one purpose, what may be read or written, from when until when.
What the recipient's kind may never see cannot be put into a grant: no later code has to remember to leave it out.
Left out: how a grant is stored (passport) and how it is presented (consent.presentation).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final

from consent.limits import permitted
from schemas.catalogue import CATALOGUE
from schemas.errors import PassportError
from schemas.vocabulary import AuthorKind, Purpose, RecipientKind, Section

NAME_LENGTH_MAX: Final = 120  # characters of a recipient's name
NONCE_LENGTH_MIN: Final = 16  # characters; the key-binding nonce of every presentation under the grant


class GrantError(PassportError):
    """A grant that must not exist: it contradicts itself or its recipient's preset."""

    code: ClassVar[str] = "grant_invalid"


class NeverSharedError(GrantError):
    """A grant would let out a section or claim that its kind of recipient may never see."""

    code: ClassVar[str] = "never_shared"


class GrantKind(StrEnum):
    """What a grant lets its recipient do."""

    READ = "read"
    APPEND = "append"


class RefusalReason(StrEnum):
    """Why a grant does not allow what was asked."""

    REVOKED = "revoked"
    NOT_STARTED = "not-started"
    ENDED = "ended"
    OTHER_KIND = "other-kind"  # asked to write under a read grant, or to read under an append grant
    NOT_GRANTED = "not-granted"  # asked for a section that the grant does not name


_SENTENCES: Final[Mapping[RefusalReason, str]] = {
    RefusalReason.REVOKED: "this grant was withdrawn by the holder",
    RefusalReason.NOT_STARTED: "this grant has not started yet",
    RefusalReason.ENDED: "this grant has ended; ask the holder for a new one",
    RefusalReason.OTHER_KIND: "this grant is of another kind",
    RefusalReason.NOT_GRANTED: "this grant does not name that section; ask the holder for it",
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """The one named party of a grant, as the holder named it."""

    kind: RecipientKind
    name: str

    def __post_init__(self) -> None:
        """Refuse a name that is blank or too long.

        Raises:
            GrantError: the name is blank or longer than NAME_LENGTH_MAX characters.
        """
        if not self.name.strip() or len(self.name) > NAME_LENGTH_MAX:
            raise GrantError(f"a recipient needs a name of 1 to {NAME_LENGTH_MAX} characters")


@dataclass(frozen=True, slots=True)
class GrantItem:
    """One entry that may be read, and which of its disclosures: paths such as "name" or "rows/0".

    `by_employer`: it is an employer's answer to a change at work, which may name them (consent.limits).
    """

    section: Section
    entry_id: str
    paths: tuple[str, ...]
    by_employer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One decision of the holder. A read grant has `items`; an append grant has `may_write`.

    It allows from `starts_at` (included) until `ends_at` (excluded), unless `revoked_at` is set.
    """

    grant_id: str
    kind: GrantKind
    recipient: Recipient
    purpose: Purpose
    starts_at: datetime
    ends_at: datetime
    nonce: str
    items: tuple[GrantItem, ...] = ()
    may_write: frozenset[Section] = frozenset()
    revoked_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse a grant that must not exist.

        Raises:
            ValueError: a time is not timezone-aware.
            NeverSharedError: an item is not for this kind of recipient.
            GrantError: the grant is empty, ends before it starts, or mixes reading and writing.
        """
        _check_times(self)
        if len(self.nonce) < NONCE_LENGTH_MIN:
            raise GrantError(f"a nonce needs at least {NONCE_LENGTH_MIN} characters")
        if self.kind is GrantKind.READ:
            _check_reading(self)
        else:
            _check_writing(self)

    @property
    def sections(self) -> frozenset[Section]:
        """The sections that may be read, or written, under this grant."""
        return self.may_write or frozenset(item.section for item in self.items)


@dataclass(frozen=True, slots=True)
class Allowed:
    """The grant covers what was asked: these items may be read, or these sections written."""

    items: tuple[GrantItem, ...]
    may_write: frozenset[Section]


@dataclass(frozen=True, slots=True)
class Refused:
    """The grant does not cover what was asked."""

    reason: RefusalReason

    @property
    def sentence(self) -> str:
        """Say why, without a health fact."""
        return _SENTENCES[self.reason]


def decide(
    grant: Grant, *, kind: GrantKind, now: datetime, wanted: frozenset[Section] | None = None
) -> Allowed | Refused:
    """Return what the grant lets out or in at this moment; `wanted=None` asks for all of it.

    Raises:
        ValueError: `now` is not timezone-aware.
    """
    reason = _refusal(grant, kind, wanted, _aware(now, "now"))
    if reason is not None:
        return Refused(reason)
    asked = grant.sections if wanted is None else wanted
    return Allowed(tuple(item for item in grant.items if item.section in asked), grant.may_write & asked)


def withdraw(grant: Grant, *, now: datetime) -> Grant:
    """Return the grant as withdrawn; the first withdrawal's moment is kept."""
    return grant if grant.revoked_at else replace(grant, revoked_at=_aware(now, "now"))


def _refusal(
    grant: Grant, kind: GrantKind, wanted: frozenset[Section] | None, now: datetime
) -> RefusalReason | None:
    if grant.revoked_at is not None:  # whatever its moment: a clock set back must not reopen a grant
        return RefusalReason.REVOKED
    if now < grant.starts_at:
        return RefusalReason.NOT_STARTED
    if now >= grant.ends_at:
        return RefusalReason.ENDED
    if kind is not grant.kind:
        return RefusalReason.OTHER_KIND
    return RefusalReason.NOT_GRANTED if wanted is not None and not wanted <= grant.sections else None


def _aware(moment: datetime, name: str) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{name} must be timezone-aware")
    return moment


def _check_times(grant: Grant) -> None:
    if _aware(grant.ends_at, "ends_at") <= _aware(grant.starts_at, "starts_at"):
        raise GrantError("a grant must end after it starts")
    if grant.revoked_at is not None:
        _aware(grant.revoked_at, "revoked_at")


def _check_reading(grant: Grant) -> None:
    if not grant.items or grant.may_write:
        raise GrantError("a read grant names entries to read and no section to write")
    if len({item.entry_id for item in grant.items}) != len(grant.items):
        raise GrantError("a read grant names each entry once")
    for item in grant.items:
        _check_item(item, grant.recipient.kind)


def _check_item(item: GrantItem, kind: RecipientKind) -> None:
    if not item.paths or len(set(item.paths)) != len(item.paths):
        raise GrantError(f"an item of {item.section} names at least one disclosure, each once")
    answered = item.by_employer
    refused = [p for p in item.paths if not permitted(kind, item.section, p, by_employer=answered)]
    if refused:
        raise NeverSharedError(f"{item.section} {refused[0]} is never shared with {kind}; leave it out")


def _check_writing(grant: Grant) -> None:
    if not grant.may_write or grant.items:
        raise GrantError("an append grant names sections to write and no entry to read")
    if grant.recipient.kind is not RecipientKind.PRACTITIONER:
        raise GrantError("an append grant is for a practitioner")
    unwritable = {s for s in grant.may_write if AuthorKind.PRACTITIONER not in CATALOGUE[s].authors}
    if unwritable:
        raise GrantError(f"a practitioner may not write {min(unwritable)}")
