"""Suspend, reinstate, revoke and supersede entries: by the organisation that signed, the holder who told, an operator.

Each change is written into the holder's access log in its own transaction. The status list shows it to every verifier.
Left out: the table of what can follow on what (consent.standing) and publishing the list (passport.statuses).
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from sqlalchemy import Connection

from consent.standing import ON_THE_LIST, StatusChangeError, moved, standing_of
from passport import access, statuses
from passport.acceptance import continues
from passport.day_budgets import DayBudget
from passport.deployment import Deployment
from passport.holders import OpenHolder, lock_holder
from passport.organisations import writer_of
from passport.records import EntryNotFoundError
from passport.store import entries as store
from passport.store import status as status_store
from passport.tables import AccessKind, EntryRow, EntryState
from schemas.errors import PassportError
from schemas.vocabulary import AuthorKind, Standing, StatusChange, StatusReason

_EVENTS: Final = {
    StatusChange.SUSPEND: AccessKind.ENTRY_SUSPENDED,
    StatusChange.REINSTATE: AccessKind.ENTRY_REINSTATED,
    StatusChange.REVOKE: AccessKind.ENTRY_REVOKED,
    StatusChange.SUPERSEDE: AccessKind.ENTRY_CORRECTED,
}
SUSPENSIONS: Final = DayBudget("suspensions", 50)  # by one organisation, of one holder's entries
_NOT_HERE: Final = "no such entry was signed by your organisation; look at the id again"


class NotCorrectedError(StatusChangeError):
    """Nothing later takes the place of the entry."""

    code: ClassVar[str] = "not_corrected"


class NotToldError(PassportError):
    """A practitioner signed the entry: taking it back is theirs."""

    code = "entry_not_told"


@dataclass(frozen=True, slots=True)
class EntryStanding:
    """One entry and where it stands. Says nothing of what is in it."""

    row: EntryRow
    standing: Standing


def find_signed(d: Deployment, practitioner_id: str, entry_id: str) -> EntryStanding:
    """Return an entry that a practitioner's organisation signed.

    Raises:
        EntryNotFoundError: it signed no such entry.
    """
    with d.database.reading() as connection:
        row = _signed(d, connection, practitioner_id, entry_id)
        return EntryStanding(row, _standing(connection, row))


def change_signed(
    d: Deployment, practitioner_id: str, entry_id: str, change: StatusChange, *, reason: StatusReason
) -> EntryStanding:
    """Change an entry that a practitioner's organisation signed, also when nobody lets them write any more.

    Raises:
        EntryNotFoundError: it signed no such entry.
        StatusChangeError, StatusReasonError: the change or its reason does not fit where the entry stands.
    """
    with d.database.writing() as connection:
        row = _signed(d, connection, practitioner_id, entry_id)
        who = writer_of(d, connection, practitioner_id).practitioner.name
        if change is StatusChange.SUSPEND:  # to and fro would fill the holder's log; revoking is for good
            _check_suspensions(d, connection, row)
        return _change(d, connection, row, change, reason, who=who)


def withdraw_told(d: Deployment, holder_id: str, entry_id: str, *, reason: StatusReason) -> EntryStanding:
    """Take back what the holder told, for good: every copy of it verifies as taken back.

    Raises:
        EntryNotFoundError: the passport has no such entry.
        NotToldError: somebody else signed it.
        StatusFinalError: it was taken back before.
    """
    with d.database.writing() as connection:
        row = store.get(connection, holder_id, entry_id)
        if row is None:
            raise EntryNotFoundError("your passport has no such entry; look at it again")
        if row.author_kind is not AuthorKind.HOLDER:
            raise NotToldError(
                "somebody else signed this entry: ask them to take it back, or do not share it"
            )
        return _change(d, connection, row, StatusChange.REVOKE, reason, who=None)


def change_as_operator(
    d: Deployment, entry_id: str, change: StatusChange, *, reason: StatusReason
) -> EntryStanding:
    """Change any entry of this deployment.

    Raises:
        EntryNotFoundError: there is no such entry.
        StatusChangeError, StatusReasonError: the change or its reason does not fit where the entry stands.
    """
    with d.database.writing() as connection:
        row = store.find(connection, entry_id)
        if row is None:
            raise EntryNotFoundError("there is no such entry: `passport entry list` shows them")
        return _change(d, connection, row, change, reason, who=None)


def list_all(d: Deployment, *, after: str = "", limit: int = 1000) -> list[EntryStanding]:
    """Return entries of all holders by id, for operators: who is in them and what they say stays sealed."""
    with d.database.reading() as connection:
        rows = store.list_all(connection, after=after, limit=limit)
        found = status_store.statuses_at(connection, [_place(row) for row in rows])
    return [EntryStanding(row, standing_of(found[_place(row)])) for row in rows]


def _check_suspensions(d: Deployment, connection: Connection, row: EntryRow) -> None:
    if not SUSPENSIONS.take(d, connection, f"{row.holder_id} {row.issuer_id}"):
        raise StatusChangeError(
            f"your organisation suspended entries of this passport {SUSPENSIONS.limit} times today;"
            " revoke this one, or wait until tomorrow"
        )


def _signed(d: Deployment, connection: Connection, practitioner_id: str, entry_id: str) -> EntryRow:
    issuer_id = writer_of(d, connection, practitioner_id).organisation.issuer_id
    row = store.find(connection, entry_id)
    if row is None or row.issuer_id != issuer_id:
        raise EntryNotFoundError(_NOT_HERE)
    return row


def _change(
    d: Deployment,
    connection: Connection,
    row: EntryRow,
    change: StatusChange,
    reason: StatusReason,
    *,
    who: str | None,
) -> EntryStanding:
    holder = lock_holder(d, connection, row.holder_id)
    row = store.get(connection, row.holder_id, row.entry_id) or row  # as it stands now that it is locked
    standing = moved(_standing(connection, row), change, reason=reason)
    if change is StatusChange.SUPERSEDE:
        _check_corrected(connection, row)
    statuses.change(connection, row.status_list_id, row.status_index, ON_THE_LIST[standing])
    _move_state(connection, row, change)
    _record(d, connection, holder, row, change, reason, who)
    return EntryStanding(row, standing)


def _check_corrected(connection: Connection, row: EntryRow) -> None:
    """Refuse to supersede what nothing corrects: that is revoking, and has to say so."""
    later = store.list_of(
        connection, row.holder_id, frozenset({EntryState.PENDING, EntryState.ACCEPTED, EntryState.SUPERSEDED})
    )
    if not any(one.supersedes == row.entry_id or continues(one, row) for one in later):
        raise NotCorrectedError("no later entry takes the place of this one: sign that first, or revoke this")


def _move_state(connection: Connection, row: EntryRow, change: StatusChange) -> None:
    """Take out of the passport what is gone and still waits, or what a later entry corrects."""
    states = {
        (StatusChange.REVOKE, EntryState.PENDING): EntryState.TAKEN_BACK,
        (StatusChange.SUPERSEDE, EntryState.PENDING): EntryState.TAKEN_BACK,
        (StatusChange.SUPERSEDE, EntryState.ACCEPTED): EntryState.SUPERSEDED,
    }
    state = states.get((change, row.state))
    if state is not None:
        store.set_state(connection, row.holder_id, row.entry_id, state, was=row.state)


def _record(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    row: EntryRow,
    change: StatusChange,
    reason: StatusReason,
    who: str | None,
) -> None:
    kind, said = _EVENTS[change], {"who": who} if who else {}
    access.record(
        d,
        connection,
        holder.vault,
        row.holder_id,
        kind,
        share_id=None,
        sections=[row.section],
        reason=reason,
        **said,
    )


def _standing(connection: Connection, row: EntryRow) -> Standing:
    return standing_of(status_store.statuses_at(connection, [_place(row)])[_place(row)])


def _place(row: EntryRow) -> status_store.Place:
    return (row.status_list_id, row.status_index)
