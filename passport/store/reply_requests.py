"""Queries of what recipients ask for. A request is answered once: by one conditional UPDATE."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, func, select, update

from passport.store import statements
from passport.store.statements import HOLDER, KEY
from passport.tables import REPLY_REQUESTS, SHARES, ReplyRequestRow
from schemas.reply_vocabulary import RequestState

_GET: Final = select(REPLY_REQUESTS).where(
    REPLY_REQUESTS.c.holder_id == HOLDER, REPLY_REQUESTS.c.request_id == KEY
)


def add(connection: Connection, request: ReplyRequestRow) -> None:
    """Add a request.

    Raises:
        sqlalchemy.exc.IntegrityError: the id is taken, or there is no such recipient.
    """
    statements.add(connection, REPLY_REQUESTS, request)


def get(connection: Connection, holder_id: str, request_id: str) -> ReplyRequestRow | None:
    """Return one request to a holder."""
    return statements.one(connection, ReplyRequestRow, _GET, {"holder": holder_id, "key": request_id})


def answered_by(connection: Connection, holder_id: str, grant_id: str) -> str | None:
    """Return the request that a holder's grant was given in answer to, if any."""
    statement = (
        select(REPLY_REQUESTS.c.request_id)
        .join(
            SHARES,
            (SHARES.c.holder_id == REPLY_REQUESTS.c.holder_id)
            & (SHARES.c.share_id == REPLY_REQUESTS.c.new_share_id),
        )
        .where(REPLY_REQUESTS.c.holder_id == holder_id, SHARES.c.grant_id == grant_id)
    )
    return connection.execute(statement).scalar()


def list_of(connection: Connection, holder_id: str, share_id: str | None = None) -> Sequence[ReplyRequestRow]:
    """Return the requests to a holder, about one share or all (None), newest first."""
    statement = select(REPLY_REQUESTS).where(REPLY_REQUESTS.c.holder_id == holder_id)
    if share_id is not None:
        statement = statement.where(REPLY_REQUESTS.c.share_id == share_id)
    return statements.many(
        connection,
        ReplyRequestRow,
        statement.order_by(REPLY_REQUESTS.c.asked_at.desc(), REPLY_REQUESTS.c.request_id),
    )


def count_of(
    connection: Connection, holder_id: str, share_id: str, *, open_since: datetime | None = None
) -> int:
    """Return how many requests a share has had; of all, or of those after a moment that wait for an answer."""
    statement = select(func.count()).where(
        REPLY_REQUESTS.c.holder_id == holder_id, REPLY_REQUESTS.c.share_id == share_id
    )
    if open_since is not None:
        statement = statement.where(
            REPLY_REQUESTS.c.state == RequestState.OPEN, REPLY_REQUESTS.c.asked_at > open_since
        )
    return int(connection.execute(statement).scalar_one())


def answer(
    connection: Connection,
    holder_id: str,
    request_id: str,
    values: Mapping[str, Any],
    *,
    asked_after: datetime,
) -> bool:
    """Answer a request that was asked after a moment, and return whether it was still open."""
    statement = update(REPLY_REQUESTS).where(
        REPLY_REQUESTS.c.holder_id == holder_id,
        REPLY_REQUESTS.c.request_id == request_id,
        REPLY_REQUESTS.c.state == RequestState.OPEN,
        REPLY_REQUESTS.c.asked_at > asked_after,
    )
    return statements.changed(connection, statement.values(**values))
