"""Practitioners append: the signed entries that a practitioner adds under a holder's append grant.

What is appended waits for its holder. Left out: the grant (passport.append_grants), and how an appointment grows the
plan (passport.plans).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar, Final, TypeAlias

from sqlalchemy import Connection

from consent.grant import Refused
from passport import access, records
from passport.append_grants import AppendGrant, check_trusted, decide_now, record_refusal
from passport.deployment import Deployment
from passport.holders import OpenHolder, lock_holder
from passport.issuer_standing import IssuerMayNotSignError
from passport.records import ONE_CHAIN, Draft, HeldEntry, entries_of
from passport.store import entries
from passport.tables import AccessKind, EntryRow, EntryState
from schemas.catalogue import dump_body, parse_body
from schemas.errors import PassportError, SectionError
from schemas.problems import problem
from schemas.signed_only import check_told
from schemas.vocabulary import AuthorKind, Section, Standing

WAITING_MAX: Final = 50  # entries of one organisation that wait for one holder

Bodies: TypeAlias = Mapping[Section, Mapping[str, Any]]
Make: TypeAlias = Callable[
    [Connection, OpenHolder], Bodies
]  # makes what is to be signed, once that is allowed


class AppendError(PassportError):
    """Nothing can be appended as things stand; the holder can change that."""

    code: ClassVar[str] = "not_appendable"


class TooManyWaitingError(AppendError):
    """More entries would wait for the holder than anybody reads."""

    code: ClassVar[str] = "too_many_waiting"


def append_section(
    d: Deployment, given: AppendGrant, section: Section, body: object
) -> Sequence[str] | Refused:
    """Sign one section as this practitioner, for the holder to accept, and return the new entry's id.

    Raises:
        SectionError: the body does not fit its schema, or the section grows by appointments only.
        AppendError: nothing can be appended now.
    """
    if section in ONE_CHAIN:
        raise SectionError(
            f"the {section} section is never sent whole: send an appointment",
            [problem("section", "needs_appointment")],
        )
    told = parse_body(section, body)
    check_told(told)
    parsed = dump_body(told)
    return append(d, given, {section}, lambda _connection, _holder: {section: parsed})


def append(
    d: Deployment, given: AppendGrant, sections: Collection[Section], make: Make
) -> Sequence[str] | Refused:
    """Decide, then make and sign: in one transaction, so that a grant withdrawn in between stops the entries.

    Whoever may not write every one of these sections learns nothing of what is there to continue.

    Raises:
        SectionError, AppendError: what `make` raises. The holder's log says it: an error can tell what is there.
        TooManyWaitingError: too much of this organisation's waits for the holder.
        IssuerMayNotSignError: their organisation is suspended.
    """
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, given.row.holder_id)
        made = _made(d, connection, holder, given, sections, make)
        if not isinstance(made, Refused | PassportError):
            ids = [_sign(d, connection, holder, given, section, body) for section, body in made.items()]
            issued = records.digests_of(connection, holder, ids)
            record(d, connection, holder, given, AccessKind.APPENDED, sections, issued=issued)
            return ids
        record_refusal(d, connection, holder, given, sections)
    if isinstance(made, PassportError):  # only now: the log's line is committed
        raise made
    return made


def record(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    given: AppendGrant,
    kind: AccessKind,
    sections: Collection[Section],
    **detail: Sequence[str],
) -> None:
    """Add to the holder's log what this practitioner does."""
    said: dict[str, Any] = {"who": given.writer.practitioner.name, "sections": sorted(sections), **detail}
    access.record(d, connection, holder.vault, holder.holder_id, kind, **said)


def waiting(connection: Connection, holder: OpenHolder) -> Sequence[EntryRow]:
    """Return what practitioners wrote and the holder has neither accepted nor declined."""
    return entries.list_of(connection, holder.holder_id, frozenset({EntryState.PENDING}))


def latest(connection: Connection, holder: OpenHolder, section: Section, issuer_id: str) -> HeldEntry | None:
    """Return the entry that this issuer's next one continues: an accepted one, or one of its own that waits.

    What another organisation wrote is theirs and the holder's until the holder accepts it.
    """
    found = [
        entry
        for entry in entries_of(connection, holder)
        if entry.row.section is section
        and entry.row.author_kind is AuthorKind.PRACTITIONER
        and entry.standing is not Standing.REVOKED
        and (
            entry.row.issuer_id == issuer_id
            or (section in ONE_CHAIN and entry.row.state is EntryState.ACCEPTED)
        )
    ]
    return found[-1] if found else None


def _made(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    given: AppendGrant,
    sections: Collection[Section],
    make: Make,
) -> Bodies | Refused | PassportError:
    decision = decide_now(d, connection, holder, given, sections)
    if isinstance(decision, Refused):
        return decision
    try:
        check_trusted(d, connection, given)
        _check_waiting(connection, holder, given, more=len(sections))
        return make(connection, holder)
    except (SectionError, AppendError, IssuerMayNotSignError) as exc:
        return exc


def _check_waiting(connection: Connection, holder: OpenHolder, given: AppendGrant, *, more: int) -> None:
    ours = given.writer.organisation.issuer_id
    wait = sum(row.issuer_id == ours for row in waiting(connection, holder))
    if wait + more > WAITING_MAX:
        raise TooManyWaitingError(
            f"{wait} entries of your organisation wait for the holder, of at most {WAITING_MAX};"
            " ask them to accept or decline some first"
        )


def _sign(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    given: AppendGrant,
    section: Section,
    body: Mapping[str, Any],
) -> str:
    issuer_id = given.writer.organisation.issuer_id
    before = latest(connection, holder, section, issuer_id)
    draft = Draft(
        section=section,
        body=body,
        issuer_id=issuer_id,
        author_kind=AuthorKind.PRACTITIONER,
        state=EntryState.PENDING,
        author=given.writer.author,
        supersedes=before.row.entry_id if before else None,
    )
    return records.sign(d, connection, holder, draft)
