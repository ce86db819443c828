"""Who opened what: a holder's recipients for their pages and interface, and how sure we are of them.

However often somebody opens a share, a page of it costs the same: what grows is counted and cut off in the database.
Left out: what each recipient may do and says (passport.replies).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from consent import assurance as levels
from passport.deployment import Deployment
from passport.holders import OpenHolder, open_holder
from passport.replies import Replier, level_now, person_of, repliers, repliers_in
from passport.store import recipients
from schemas.consent_vocabulary import Assurance


@dataclass(frozen=True, slots=True)
class Shown:
    """How sure we are now of the recipients of a share, the surest of them, and the addresses checked for that."""

    level: Assurance | None
    address: str | None = None


def repliers_of(d: Deployment, holder_id: str) -> Sequence[Replier]:
    """Return the recipients of a holder, in the order they came."""
    with d.database.reading() as connection:
        return repliers_in(d, connection, open_holder(d, connection, holder_id))


def latest_repliers(
    d: Deployment, holder_id: str, *, before: str | None = None, limit: int
) -> Sequence[Replier]:
    """Return a holder's newest recipients, newest first; `before`: the id of the one at which the page before ended."""
    with d.database.reading() as connection:
        end = recipients.get(connection, holder_id, before) if before else None
        rows = recipients.latest_of(connection, holder_id, before=end, limit=limit)
        return repliers(d, connection, open_holder(d, connection, holder_id), rows)


def openers_of(d: Deployment, holder_id: str, share_id: str, *, limit: int) -> tuple[Sequence[Replier], int]:
    """Return who opened a share, first whoever showed who they are, then the newest; and how many there are in all."""
    with d.database.reading() as connection:
        rows = recipients.latest_of(connection, holder_id, share_id, limit=limit)
        count = recipients.counts_of(connection, holder_id, share_id).get(share_id, 0)
        return repliers(d, connection, open_holder(d, connection, holder_id), rows), count


def levels_of(
    d: Deployment, connection: Connection, holder: OpenHolder, share_id: str | None = None
) -> Mapping[str, Shown]:
    """Return how sure we are now of the recipients of each share, by its id: the surest of their levels.

    A share that nobody opened has none. `share_id`: of this share alone.
    """
    opened = recipients.counts_of(connection, holder.holder_id, share_id)
    found: dict[str, list[tuple[Assurance, str | None]]] = {one: [(Assurance.LINK, None)] for one in opened}
    for row in recipients.list_of(connection, holder.holder_id, share_id, shown=True):
        now, person = level_now(d, connection, row, person_of(holder, row))
        found[row.share_id].append((now.assurance, person.address))
    return {one: _surest(known) for one, known in found.items()}


def _surest(known: Sequence[tuple[Assurance, str | None]]) -> Shown:
    level = levels.highest(one for one, _address in known)
    addresses = dict.fromkeys(address for one, address in known if one is level and address)
    return Shown(level, ", ".join(addresses) or None)
