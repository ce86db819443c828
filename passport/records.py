"""The passport's entries: told by the holder or appended by others, signed, kept and read again.

An entry is never edited: what is told anew takes the place of what was told before, which stays as superseded.
Left out: the holder's answer to what others sign (passport.acceptance), who may read them (passport.sharing) and
practitioners' right to write (passport.append_grants).
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection

from consent.key_binding import KEY_BINDING_BYTES_MAX
from consent.standing import standing_of
from issuers.credential import VALID_FOR, Author, Claim, HeldCredential, issue_entry, vct_of
from issuers.encoding import MAX_TOKEN_BYTES, encode_base64url
from passport import access
from passport.deployment import Deployment
from passport.holders import OpenHolder, lock_holder, open_holder
from passport.issuer_standing import signer_for
from passport.issuing import TOLD_BY_HOLDER, issuer_url
from passport.statuses import allocate
from passport.store import entries as store
from passport.store import status as status_store
from passport.tables import AccessKind, EntryRow, EntryState, StatusKind
from schemas.catalogue import AUTHOR_CLAIMS, CATALOGUE, TOLD_ON, dump_body, parse_body
from schemas.errors import PassportError, SectionError
from schemas.problems import problem
from schemas.readable import Provenance
from schemas.signed_only import check_told
from schemas.vocabulary import AuthorKind, IssuerKind, Section, Standing

TABLE: Final = "entries"
FIELD: Final = "sealed_credential"
SEEN_BY_HOLDER: Final = frozenset({EntryState.ACCEPTED, EntryState.PENDING})
LENGTH_MAX: Final = MAX_TOKEN_BYTES - KEY_BINDING_BYTES_MAX  # characters of a credential
_LOG: Final = logging.getLogger(__name__)
# Whoever holds the next appointment continues these, so that each is one chain over all organisations.
ONE_CHAIN: Final = frozenset({Section.PLAN, Section.SCORES})
_KINDS: Final = {
    AuthorKind.HOLDER: IssuerKind.TOLD_BY_HOLDER,
    AuthorKind.PRACTITIONER: IssuerKind.ORGANISATION,
    AuthorKind.EMPLOYER: IssuerKind.ACKNOWLEDGEMENT,
}


class EntryNotFoundError(PassportError):
    """The passport has no such entry, or it is no longer in the state that was asked for."""

    code = "entry_not_found"


class NotForHolderError(PassportError):
    """A section that its holder cannot write."""

    code = "section_not_for_holder"


@dataclass(frozen=True, slots=True)
class HeldEntry:
    """One entry with its credential taken apart."""

    row: EntryRow
    credential: HeldCredential
    standing: Standing = Standing.VALID

    @property
    def claims(self) -> Sequence[Claim]:
        """Every part that can be shared by itself, in the order it was told."""
        return self.credential.claims

    @property
    def body(self) -> dict[str, Any]:
        """The section's body as JSON values, rows in the order they were told."""
        body: dict[str, Any] = {}
        for claim in self.claims:
            if claim.name in AUTHOR_CLAIMS or claim.name == TOLD_ON:
                continue
            if claim.row is None:
                body[claim.name] = claim.value
            else:
                body.setdefault(claim.name, []).append(claim.value)
        return body

    @property
    def provenance(self) -> Provenance:
        """Who told or signed it, nothing withheld: for the holder's own eyes."""
        said = {claim.name: claim.value for claim in self.claims}
        told_on = said.get(TOLD_ON)
        return Provenance(
            kind=_KINDS[self.row.author_kind],
            issuer_name="",
            author_name=said.get("author_name"),
            author_role=said.get("author_role"),
            author_registration=said.get("author_registration"),
            author_organisation=said.get("author_organisation"),
            told_on=date.fromisoformat(told_on) if told_on else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry about to be signed. `body` has passed parse_body."""

    section: Section
    body: Mapping[str, Any]
    issuer_id: str
    author_kind: AuthorKind
    state: EntryState
    author: Author | None = None
    supersedes: str | None = None


def tell(d: Deployment, holder_id: str, sections: Mapping[Section, object]) -> Sequence[str]:
    """Sign what the holder tells, all sections or none, and return the ids of the new entries.

    Raises:
        SectionError: some section does not fit its schema; `problems` name the fields, nothing was stored.
        NotForHolderError: a section is for practitioners only.
    """
    bodies = _parse_all(sections)
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, holder_id)
        before = _told(connection, holder_id)
        ids = [
            _tell_one(d, connection, holder, section, body, before.get(section))
            for section, body in bodies.items()
        ]
        issued = digests_of(connection, holder, ids)
        access.record(
            d, connection, holder.vault, holder_id, AccessKind.TOLD, sections=sorted(bodies), issued=issued
        )
    return ids


def digests_of(connection: Connection, holder: OpenHolder, entry_ids: Sequence[str]) -> list[str]:
    """Return what the access log names new entries by: SHA-256 of what the issuer signed, in base64url.

    Whoever signs an entry logs these in the same transaction: what a stolen key dates back is then missing in the log.
    """
    found = []
    for entry_id in entry_ids:
        row = store.get(connection, holder.holder_id, entry_id)
        if row is None:
            raise EntryNotFoundError("an entry that is to be logged is not there")
        credential = holder.vault.open(row.sealed_credential, table=TABLE, row=entry_id, field=FIELD)
        found.append(encode_base64url(sha256(credential.partition(b"~")[0]).digest()))
    return found


def entries_of(
    connection: Connection,
    holder: OpenHolder,
    states: frozenset[EntryState] = SEEN_BY_HOLDER,
) -> Sequence[HeldEntry]:
    """Return a holder's entries in these states in catalogue order, the oldest of a section first.

    One that was altered where it is stored is left out, so that it takes nothing else with it: see `broken_of`.
    """
    rows = _rows(connection, holder, states)
    statuses = status_store.statuses_at(connection, [(row.status_list_id, row.status_index) for row in rows])
    held = (_held(row, holder, statuses[row.status_list_id, row.status_index]) for row in rows)
    return [entry for entry in held if entry is not None]


def broken_of(connection: Connection, holder: OpenHolder) -> Sequence[EntryRow]:
    """Return the entries that a holder should see and that do not open: nothing of them can be shown or shared."""
    return [row for row in _rows(connection, holder, SEEN_BY_HOLDER) if _held(row, holder) is None]


def read_all(d: Deployment, holder_id: str) -> tuple[OpenHolder, Sequence[HeldEntry]]:
    """Return a holder and the entries they see: accepted ones and those that wait for them."""
    with d.database.reading() as connection:
        holder = open_holder(d, connection, holder_id)
        return holder, entries_of(connection, holder)


def sign(d: Deployment, connection: Connection, holder: OpenHolder, draft: Draft) -> str:
    """Sign a draft, add it to the passport and return its entry id.

    Raises:
        SectionError: it is longer than what can be shared.
        IssuerMayNotSignError: its issuer is suspended or limited to other sections.
    """
    signer = signer_for(d, connection, draft.issuer_id, draft.section)
    now = d.now().replace(microsecond=0)  # after the key was chosen: it may count from this second on
    entry_id = d.new_id()
    place = allocate(d, connection, StatusKind.ENTRY)
    credential = issue_entry(
        section=draft.section,
        body=draft.body,
        author=draft.author,
        told_on=d.today(),
        signer=signer,
        issuer_url=issuer_url(d, draft.issuer_id),
        vct=vct_of(d.settings.issuer_url, draft.section, CATALOGUE[draft.section].version),
        holder_key=holder.passport_signer().public_jwk,
        status=place.ref,
        now=now,
        new_salt=d.random_bytes,
    )
    _check_length(draft.section, credential)
    row = EntryRow(
        holder_id=holder.holder_id,
        entry_id=entry_id,
        section=draft.section,
        author_kind=draft.author_kind,
        issuer_id=draft.issuer_id,
        state=draft.state,
        supersedes=draft.supersedes,
        status_list_id=place.list_id,
        status_index=place.ref.index,
        issued_at=now,
        expires_at=now + VALID_FOR,
        sealed_credential=holder.vault.seal(credential.encode(), table=TABLE, row=entry_id, field=FIELD),
    )
    store.append(connection, row)
    return entry_id


def _check_length(section: Section, credential: str) -> None:
    """Refuse what no reader would take, key binding included: kept, it could be neither shown nor shared."""
    if len(credential) > LENGTH_MAX:
        raise SectionError(
            f"the {section} section is too long: shorten it, or tell part of it elsewhere",
            [problem("", "section_too_long")],
        )


def _parse_all(sections: Mapping[Section, object]) -> dict[Section, dict[str, Any]]:
    """Return every body parsed; an error names the fields of all sections that do not fit."""
    bodies, problems = {}, []
    for section, data in sections.items():
        if AuthorKind.HOLDER not in CATALOGUE[section].authors:
            raise NotForHolderError(f"{section} is written by practitioners; ask yours to add to it")
        try:
            body = parse_body(section, data)
            check_told(body)
            bodies[section] = dump_body(body)
        except SectionError as exc:
            prefix = f"{section}." if len(sections) > 1 else ""
            problems += [replace(problem, path=f"{prefix}{problem.path}") for problem in exc.problems]
    if problems:
        raise SectionError("nothing was kept: correct the named fields", problems)
    return bodies


def _tell_one(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    section: Section,
    body: Mapping[str, Any],
    before: str | None,
) -> str:
    if before is not None:
        store.supersede(connection, holder.holder_id, before)
    draft = Draft(
        section=section,
        body=body,
        issuer_id=TOLD_BY_HOLDER,
        author_kind=AuthorKind.HOLDER,
        state=EntryState.ACCEPTED,
        supersedes=before,
    )
    return sign(d, connection, holder, draft)


def _told(connection: Connection, holder_id: str) -> dict[Section, str]:
    """Return the id of what the holder tells now in each section."""
    accepted = store.list_of(connection, holder_id, frozenset({EntryState.ACCEPTED}))
    return {row.section: row.entry_id for row in accepted if row.author_kind is AuthorKind.HOLDER}


def _rows(connection: Connection, holder: OpenHolder, states: frozenset[EntryState]) -> list[EntryRow]:
    rows = store.list_of(connection, holder.holder_id, states)
    return sorted(rows, key=lambda row: (CATALOGUE[row.section].order, row.sequence))


def _held(row: EntryRow, holder: OpenHolder, status: int = status_store.VALID) -> HeldEntry | None:
    try:
        credential = holder.vault.open(row.sealed_credential, table=TABLE, row=row.entry_id, field=FIELD)
        return HeldEntry(row, HeldCredential.parse(credential.decode()), standing_of(status))
    except PassportError as exc:
        _LOG.error("entry not read: %s", exc.code)
        return None
