"""What recipients answered to changes at work, read out of the signed entries that say it.

The table of countersignatures only finds them: where a change stands, who said so and when it is looked at again are
nowhere in clear. Left out: who may answer what (passport.countersigning).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection

from consent.countersign import CHANGES, SharedChange, level_of
from issuers.encoding import encode_base64url
from passport.holders import OpenHolder
from passport.records import HeldEntry
from passport.store import countersignatures
from passport.tables import CountersignatureRow, EntryState
from schemas.consent_vocabulary import Assurance
from schemas.sections.work import ChangeStatus
from schemas.vocabulary import Section

STANDS: Final = frozenset({EntryState.PENDING, EntryState.ACCEPTED, EntryState.SUPERSEDED})  # not declined


@dataclass(frozen=True, slots=True)
class StandingAnswer:
    """One answer to a change at work that its holder did not decline."""

    found_by: CountersignatureRow
    state: EntryState
    change: Mapping[str, Any]  # the row of the entry, as JSON values

    @property
    def said(self) -> SharedChange:
        """The change as this answer says it, named by the row that it is about."""
        return SharedChange(encode_base64url(self.found_by.about), self.change)

    @property
    def status(self) -> ChangeStatus:
        """Where the change stands since."""
        return self.said.status

    @property
    def review(self) -> date | None:
        """The day on which it is looked at again since."""
        return self.said.review

    @property
    def level(self) -> Assurance:
        """How sure this service was of who answered, when they did."""
        return level_of(self.change) or Assurance.LINK


def standing(
    connection: Connection, holder: OpenHolder, held: Iterable[HeldEntry], share_id: str | None = None
) -> Sequence[StandingAnswer]:
    """Return the answers of one share or of all (None), each row's in the order they were given.

    `held`: the holder's entries that stand, opened.
    """
    entries = {entry.row.entry_id: entry for entry in held}
    rows = countersignatures.list_of(connection, holder.holder_id, share_id)
    return [
        StandingAnswer(row, entries[row.entry_id].row.state, change)
        for row in rows
        if row.entry_id in entries
        for change in changes_in(entries[row.entry_id])
    ]


def changes_in(entry: HeldEntry) -> Sequence[Mapping[str, Any]]:
    """Return the changes at work that an entry says something of."""
    found: Sequence[Mapping[str, Any]] = entry.body.get(CHANGES, ())
    return found if entry.row.section is Section.ADJUSTMENTS else ()
