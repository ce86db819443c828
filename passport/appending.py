"""Practitioners append: a holder's append grant, and the signed entries that a practitioner adds under it.

What is appended waits for its holder. Left out: how an appointment grows the plan (passport.plans).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, TypeAlias

from sqlalchemy import Connection

from consent.grant import Allowed, Grant, GrantKind, Recipient, RefusalReason, Refused, decide
from issuers.encoding import decode_json_object, encode_base64url, encode_json
from passport import access, auth, records
from passport.deployment import Deployment
from passport.grant_receipts import writing_given
from passport.holders import OpenHolder, lock_holder, open_holder
from passport.organisations import PractitionerNotFoundError, Writer, writer_of
from passport.receipts import on_withdrawn
from passport.records import ONE_CHAIN, Draft, HeldEntry, entries_of
from passport.store import entries, grants
from passport.tables import AccessKind, EntryRow, EntryState, GrantRow
from schemas.catalogue import dump_body, parse_body
from schemas.errors import PassportError, SectionError
from schemas.problems import problem
from schemas.signed_only import check_told
from schemas.vocabulary import AuthorKind, Language, Purpose, RecipientKind, Section, Standing

TABLE: Final = "grants"
FIELD: Final = "sealed_terms"
NONCE_BYTES: Final = 16
WAITING_MAX: Final = 50  # entries of one organisation that wait for one holder

Bodies: TypeAlias = Mapping[Section, Mapping[str, Any]]
Make: TypeAlias = Callable[
    [Connection, OpenHolder], Bodies
]  # makes what is to be signed, once that is allowed


class AppendGrantNotFoundError(PassportError):
    """There is no such append grant for whoever asks."""

    code = "grant_not_found"


class AppendError(PassportError):
    """Nothing can be appended as things stand; the holder can change that."""

    code: ClassVar[str] = "not_appendable"


class TooManyWaitingError(AppendError):
    """More entries would wait for the holder than anybody reads."""

    code: ClassVar[str] = "too_many_waiting"


@dataclass(frozen=True, slots=True)
class AppendGrant:
    """One append grant with the names people know it by."""

    row: GrantRow
    grant: Grant
    writer: Writer
    holder_name: str


def give(
    d: Deployment,
    holder_id: str,
    *,
    username: str,
    sections: Collection[Section],
    days: int,
    language: Language | None = None,
) -> str:
    """Let a practitioner write these sections for some days, and return the grant's id.

    `language`: of what the holder read before; None: their own.

    Raises:
        PractitionerNotFoundError: nobody signs in as a practitioner with this username.
        GrantError: a practitioner may not write one of the sections.
    """
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, holder_id)
        account = auth.account_of(d, connection, username)
        if account is None or account.practitioner_id is None:
            raise PractitionerNotFoundError("no practitioner has this username; ask them how it is spelt")
        writer = writer_of(d, connection, account.practitioner_id)
        grant = _new_grant(d, writer, frozenset(sections), days)
        grants.create(connection, _row(holder, grant, account.practitioner_id))
        writing_given(d, connection, holder, grant, language or holder.language)
        access.record(
            d,
            connection,
            holder.vault,
            holder_id,
            AccessKind.GRANTED,
            who=writer.practitioner.name,
            sections=sorted(grant.may_write),
        )
    return grant.grant_id


def withdraw(d: Deployment, holder_id: str, grant_id: str) -> None:
    """Stop a practitioner from writing. What they wrote stays.

    Raises:
        AppendGrantNotFoundError: the holder gave no such grant.
    """
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, holder_id)
        row = grants.get(connection, holder_id, grant_id)
        if row is None or row.kind is not GrantKind.APPEND:
            raise AppendGrantNotFoundError("there is no such permission; look at your list again")
        if grants.revoke(connection, holder_id, grant_id, now=d.now()):
            on_withdrawn(d, connection, holder, grant_id)
            access.record(d, connection, holder.vault, holder_id, AccessKind.WITHDRAWN, sections=[])


def given_by(d: Deployment, holder_id: str) -> Sequence[AppendGrant]:
    """Return a holder's append grants, ended ones included, newest first."""
    with d.database.reading() as connection:
        holder = open_holder(d, connection, holder_id)
        return [
            _opened(d, connection, holder, row)
            for row in grants.list_of(connection, holder_id, GrantKind.APPEND)
        ]


def given_to(d: Deployment, practitioner_id: str) -> Sequence[AppendGrant]:
    """Return the append grants that a practitioner can use now."""
    with d.database.reading() as connection:
        rows = grants.to_practitioner(connection, practitioner_id, now=d.now())
        return [_opened(d, connection, open_holder(d, connection, row.holder_id), row) for row in rows]


def held_by(d: Deployment, practitioner_id: str, grant_id: str) -> AppendGrant:
    """Return one append grant of a practitioner, ended or not: whether it still lets them write is decided, and logged,
    when they do.

    Raises:
        AppendGrantNotFoundError: they were never given it.
    """
    with d.database.reading() as connection:
        row = grants.of_practitioner(connection, practitioner_id, grant_id)
        if row is None:
            raise AppendGrantNotFoundError("you have no such permission; ask the person for one")
        return _opened(d, connection, open_holder(d, connection, row.holder_id), row)


def find(d: Deployment, practitioner_id: str, grant_id: str) -> AppendGrant:
    """Return one append grant that a practitioner can use now.

    Raises:
        AppendGrantNotFoundError: they hold no such grant, or it has ended.
    """
    for given in given_to(d, practitioner_id):
        if given.row.grant_id == grant_id:
            return given
    raise AppendGrantNotFoundError("you have no such permission now; ask the person for a new one")


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
    """
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, given.row.holder_id)
        made = _made(d, connection, holder, given, sections, make)
        if not isinstance(made, Refused | PassportError):
            ids = [_sign(d, connection, holder, given, section, body) for section, body in made.items()]
            issued = records.digests_of(connection, holder, ids)
            record(d, connection, holder, given, AccessKind.APPENDED, sections, issued=issued)
            return ids
        record(d, connection, holder, given, AccessKind.REFUSED, sections)
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


def decide_now(
    d: Deployment, connection: Connection, holder: OpenHolder, given: AppendGrant, wanted: Collection[Section]
) -> Allowed | Refused:
    """Return what a grant allows, read again now that its holder is locked."""
    row = grants.get(connection, holder.holder_id, given.row.grant_id)
    if row is None:
        return Refused(RefusalReason.REVOKED)
    grant = _grant(holder, row, given.writer)
    return decide(grant, kind=GrantKind.APPEND, wanted=frozenset(wanted), now=d.now())


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
) -> Bodies | Refused | SectionError | AppendError:
    decision = decide_now(d, connection, holder, given, sections)
    if isinstance(decision, Refused):
        return decision
    try:
        _check_waiting(connection, holder, given, more=len(sections))
        return make(connection, holder)
    except (SectionError, AppendError) as exc:
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


def _new_grant(d: Deployment, writer: Writer, sections: frozenset[Section], days: int) -> Grant:
    return Grant(
        grant_id=d.new_id(),
        kind=GrantKind.APPEND,
        recipient=Recipient(RecipientKind.PRACTITIONER, writer.practitioner.name),
        purpose=Purpose.WORKABILITY_PLAN,
        starts_at=d.now(),
        ends_at=d.end_of_day(days),
        nonce=encode_base64url(d.random_bytes(NONCE_BYTES)),
        may_write=sections,
    )


def _row(holder: OpenHolder, grant: Grant, practitioner_id: str) -> GrantRow:
    terms = encode_json({"recipient": grant.recipient.name, "may_write": sorted(grant.may_write)})
    return GrantRow(
        holder_id=holder.holder_id,
        grant_id=grant.grant_id,
        kind=grant.kind,
        recipient_kind=grant.recipient.kind,
        purpose=grant.purpose,
        nonce=grant.nonce,
        starts_at=grant.starts_at,
        ends_at=grant.ends_at,
        sealed_terms=holder.vault.seal(terms, table=TABLE, row=grant.grant_id, field=FIELD),
        practitioner_id=practitioner_id,
    )


def _opened(d: Deployment, connection: Connection, holder: OpenHolder, row: GrantRow) -> AppendGrant:
    writer = writer_of(d, connection, row.practitioner_id or "")
    return AppendGrant(row, _grant(holder, row, writer), writer, holder.name)


def _grant(holder: OpenHolder, row: GrantRow, writer: Writer) -> Grant:
    terms = decode_json_object(
        holder.vault.open(row.sealed_terms, table=TABLE, row=row.grant_id, field=FIELD)
    )
    return Grant(
        grant_id=row.grant_id,
        kind=row.kind,
        recipient=Recipient(row.recipient_kind, writer.practitioner.name),
        purpose=row.purpose,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        nonce=row.nonce,
        may_write=frozenset(Section(section) for section in terms["may_write"]),
        revoked_at=row.revoked_at,
    )
