"""The promise that who opens a share can take along: that the log will show the opening (consent.log_promise).

Signed by the service's issuer of lists when it is asked for, not on the way to every opening. Left out: keeping it
(passport.sequencer).
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from consent.log_promise import Promise, sign_promise
from passport import viewing_sessions
from passport.deployment import Deployment
from passport.issuing import STATUS, active_signer, issuer_url
from passport.store import access
from passport.tables import AccessEventRow
from passport.viewing_sessions import RunningSession

KEPT_WITHIN: Final = timedelta(hours=24)  # what is promised; in practice it takes seconds


def promise_of(d: Deployment, viewing_token: str) -> str | None:
    """Return the promise about the opening that began a viewing session, or None when that or its share has ended.

    Raises:
        StorageError: the holder was erased, or what is stored was altered.
    """
    with d.database.reading() as connection:
        session = viewing_sessions.running(d, connection, viewing_token)
        event = _opening(connection, session) if session else None
        return None if event is None else promise(d, connection, event)


def promise(d: Deployment, connection: Connection, event: AccessEventRow) -> str:
    """Return the signed promise that the log shows an event."""
    made_at = event.occurred_at.replace(microsecond=0)
    promised = Promise(
        issuer=issuer_url(d, STATUS),
        origin=d.log_signer.key.name,
        commitment=event.commitment,
        made_at=made_at,
        by=made_at + KEPT_WITHIN,
    )
    return sign_promise(promised, active_signer(d, connection, STATUS))


def _opening(connection: Connection, session: RunningSession) -> AccessEventRow | None:
    after = session.viewer.event - 1
    return next(iter(access.events_of(connection, session.holder.holder_id, after=after, limit=1)), None)
