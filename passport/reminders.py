"""What a day brings: shares that end soon, reviews, and copies that it may be time to delete.

Days are the United Kingdom's, whose clocks change: none here is counted in hours. Everything has a key of its own, so
this may run as often as it likes. Left out: when it runs (passport.mailing).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection

from passport import reviews
from passport.alerts import remind_of_copies, tell_holder
from passport.deployment import LONDON, Deployment, last_day, start_of
from passport.holders import HolderNotFoundError, OpenHolder, open_holder
from passport.receipts import record_ends
from passport.storage_errors import HolderErasedError, SealError
from passport.store import ending_shares, shares
from passport.tables import MessageKind, ShareRow
from schemas.consent_vocabulary import RetentionRule
from schemas.recipient_terms import DAYS_AFTER_END

ENDING_WITHIN: Final = timedelta(days=2)  # from today to the last day
# From the day after the last one of a share, by what its recipients promise; by a day of their own for UNTIL_DATE, and
# never for those who keep it as the rules on their records say.
COPIES_AFTER: Final[Mapping[RetentionRule, timedelta]] = MappingProxyType(
    {
        RetentionRule.UNTIL_END: timedelta(0),
        RetentionRule.DAYS_AFTER_END: timedelta(days=DAYS_AFTER_END),
        RetentionRule.NOT_PROMISED: timedelta(days=30),
        RetentionRule.WHILE_WORKING_THERE: timedelta(days=30),  # nobody tells us of that day: ask
    }
)
LATE: Final = timedelta(
    days=30
)  # as long as a message is of use: a service that stood still so long forgets nobody
_AT_ONCE: Final = 100  # shares in one transaction
_DAY: Final = timedelta(days=1)

Tell = Callable[[Deployment, Connection, OpenHolder, ShareRow], None]


def look_ahead(d: Deployment) -> None:
    """Record which grants have ended, and write the messages that this day brings.

    Raises:
        DatabaseUnavailableError: the database did not answer; what was written stays, the rest comes the next time.
    """
    record_ends(d)
    with d.database.reading() as connection:
        until = start_of(d.today() + ENDING_WITHIN + _DAY)
        ending = ending_shares.ending(connection, after=d.now(), until=until)
        copies = _copies(d, connection)
    for tell, found in ((_tell_of_end, ending), (_tell_of_copies, copies)):
        for some in _batches(found):
            with d.database.writing() as connection:
                for holder_id, share_id in some:
                    _remind(d, connection, holder_id, share_id, tell)
    reviews.remind(d)


def copies_due(row: ShareRow) -> date | None:
    """Return the first day on which recipients may no longer keep what a share let out; None: nobody asks them then.

    A share that was stopped ended that day. Who promised to keep nothing from then on was asked at once.
    """
    if row.kept is RetentionRule.UNTIL_DATE:
        return row.kept_until
    wait, stopped = COPIES_AFTER.get(row.kept), row.revoked_at
    if stopped is None or stopped >= row.expires_at:
        return None if wait is None else last_day(row.expires_at) + _DAY + wait
    return stopped.astimezone(LONDON).date() + _DAY + wait if wait else None


def _copies(d: Deployment, connection: Connection) -> Sequence[tuple[str, str]]:
    """Return holder and share of what its recipients may keep no longer, by what they promise, and perhaps others."""
    today = d.today()
    ended = [
        found
        for rule, wait in COPIES_AFTER.items()
        for found in ending_shares.ended(
            connection,
            after=start_of(today - wait - LATE),
            until=start_of(today - wait),
            kept=frozenset({rule}),
        )
    ]
    return [*ended, *ending_shares.kept_until(connection, after=today - LATE, until=today)]


def _tell_of_copies(d: Deployment, connection: Connection, holder: OpenHolder, row: ShareRow) -> None:
    due = copies_due(row)
    if due is not None and d.today() - LATE < due <= d.today():
        remind_of_copies(d, connection, holder, row, due)


def _remind(d: Deployment, connection: Connection, holder_id: str, share_id: str, tell: Tell) -> None:
    row = shares.get(connection, holder_id, share_id)
    try:
        holder = open_holder(d, connection, holder_id)
    except (HolderErasedError, HolderNotFoundError, SealError):  # the others are told all the same
        return
    if row is not None:
        tell(d, connection, holder, row)


def _tell_of_end(d: Deployment, connection: Connection, holder: OpenHolder, row: ShareRow) -> None:
    day = last_day(row.expires_at).isoformat()
    fields = {"last_day": day}
    tell_holder(d, connection, holder, MessageKind.SHARE_ENDING, row.share_id, fields=fields, key=day)


def _batches(found: Sequence[tuple[str, str]]) -> Sequence[Sequence[tuple[str, str]]]:
    return [found[start : start + _AT_ONCE] for start in range(0, len(found), _AT_ONCE)]
