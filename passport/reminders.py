"""What a day brings: shares that end soon, reviews, and copies that it may be time to delete.

Everything here has a key of its own, so it may run as often as it likes. Left out: when it runs (passport.mailing).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection

from passport import reviews
from passport.alerts import remind_of_copies, tell_holder
from passport.deployment import Deployment, last_day
from passport.holders import HolderNotFoundError, OpenHolder, open_holder
from passport.receipts import expire_ended
from passport.storage_errors import HolderErasedError, SealError
from passport.store import ending_shares, shares
from passport.tables import MessageKind, ShareRow
from schemas.consent_vocabulary import RetentionRule
from schemas.recipient_terms import DAYS_AFTER_END

ENDING_WITHIN: Final = timedelta(days=3)
# From the end of a share, by what its recipients promise; by a day of their own for UNTIL_DATE, and never for those who
# keep it as the rules on their records say.
COPIES_AFTER: Final[Mapping[RetentionRule, timedelta]] = MappingProxyType(
    {
        RetentionRule.UNTIL_END: timedelta(0),
        RetentionRule.DAYS_AFTER_END: timedelta(days=DAYS_AFTER_END),
        RetentionRule.NOT_PROMISED: timedelta(days=30),
        RetentionRule.WHILE_WORKING_THERE: timedelta(days=30),  # nobody tells us of that day: ask
    }
)
LATE: Final = timedelta(days=7)  # a service that stood still for a week forgets nobody
_AT_ONCE: Final = 100  # shares in one transaction

Tell = Callable[[Deployment, Connection, OpenHolder, ShareRow], None]


def look_ahead(d: Deployment) -> None:
    """Record which grants have ended, and write the messages that this day brings.

    Raises:
        DatabaseUnavailableError: the database did not answer; what was written stays, the rest comes the next time.
    """
    expire_ended(d)
    now = d.now()
    with d.database.reading() as connection:
        ending = ending_shares.between(connection, after=now, until=now + ENDING_WITHIN)
        copies = _copies(d, connection)
    for tell, found in ((_tell_of_end, ending), (remind_of_copies, copies)):
        for some in _batches(found):
            with d.database.writing() as connection:
                for holder_id, share_id in some:
                    _remind(d, connection, holder_id, share_id, tell)
    reviews.remind(d)


def _copies(d: Deployment, connection: Connection) -> Sequence[tuple[str, str]]:
    """Return holder and share of what its recipients may keep no longer, by what they promise."""
    now, today = d.now(), d.today()
    ended = [
        found
        for rule, wait in COPIES_AFTER.items()
        for found in ending_shares.between(
            connection, after=now - wait - LATE, until=now - wait, kept=frozenset({rule})
        )
    ]
    return [*ended, *ending_shares.kept_until(connection, after=today - LATE, until=today)]


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
