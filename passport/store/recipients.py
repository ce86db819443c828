"""Queries of recipients and of the reply tokens that find them. Attempts are spent by one conditional UPDATE each."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, delete, func, or_, select, update

from passport.store import statements
from passport.store.statements import HOLDER, KEY, NOW
from passport.tables import RECIPIENTS, REPLY_TOKENS, RecipientRow, ReplyTokenRow
from schemas.consent_vocabulary import Assurance

_GET: Final = select(RECIPIENTS).where(RECIPIENTS.c.holder_id == HOLDER, RECIPIENTS.c.recipient_id == KEY)
_SPEND_ATTEMPT: Final = (
    update(RECIPIENTS)
    .where(
        RECIPIENTS.c.holder_id == HOLDER,
        RECIPIENTS.c.recipient_id == KEY,
        RECIPIENTS.c.code_attempts_left > 0,
        RECIPIENTS.c.code_expires_at > NOW,
    )
    .values(code_attempts_left=RECIPIENTS.c.code_attempts_left - 1)
    .returning(RECIPIENTS.c.code_hash)
)
_FIND_TOKEN: Final = select(REPLY_TOKENS).where(
    REPLY_TOKENS.c.token_hash == KEY, REPLY_TOKENS.c.expires_at > NOW
)


def add(connection: Connection, recipient: RecipientRow, token: ReplyTokenRow) -> None:
    """Add a recipient with the token that finds them.

    Raises:
        sqlalchemy.exc.IntegrityError: an id or the token hash is taken, or there is no such share.
    """
    statements.add(connection, RECIPIENTS, recipient)
    add_token(connection, token)


def add_token(connection: Connection, token: ReplyTokenRow) -> None:
    """Add a token that finds a recipient.

    Raises:
        sqlalchemy.exc.IntegrityError: its hash is taken, or there is no such recipient.
    """
    statements.add(connection, REPLY_TOKENS, token)


def find_token(connection: Connection, token_hash: bytes, *, now: datetime) -> ReplyTokenRow | None:
    """Return where a reply token leads unless it has ended."""
    return statements.one(connection, ReplyTokenRow, _FIND_TOKEN, {"key": token_hash, "now": now})


def get(connection: Connection, holder_id: str, recipient_id: str) -> RecipientRow | None:
    """Return one recipient of a holder."""
    return statements.one(connection, RecipientRow, _GET, {"holder": holder_id, "key": recipient_id})


def list_of(
    connection: Connection,
    holder_id: str,
    share_id: str | None = None,
    *,
    only: Collection[str] | None = None,
    shown: bool = False,
) -> Sequence[RecipientRow]:
    """Return a holder's recipients, of one share or of all (None), in the order they came.

    `only`: those with these ids; `shown`: those who ever showed more of who they are than that they had the link.
    """
    statement = select(RECIPIENTS).where(RECIPIENTS.c.holder_id == holder_id)
    if share_id is not None:
        statement = statement.where(RECIPIENTS.c.share_id == share_id)
    if only is not None:
        statement = statement.where(RECIPIENTS.c.recipient_id.in_(sorted(only)))
    if shown:
        statement = statement.where(RECIPIENTS.c.assurance != Assurance.LINK)
    return statements.many(
        connection, RecipientRow, statement.order_by(RECIPIENTS.c.created_at, RECIPIENTS.c.recipient_id)
    )


def latest_of(
    connection: Connection,
    holder_id: str,
    share_id: str | None = None,
    *,
    before: RecipientRow | None = None,
    limit: int,
) -> Sequence[RecipientRow]:
    """Return a holder's newest recipients, of one share or of all (None), newest first.

    Of one share whoever showed who they are comes first. `before`: where the page before ended, of all shares.
    """
    place = (RECIPIENTS.c.created_at, RECIPIENTS.c.recipient_id)
    order = [column.desc() for column in place]
    statement = select(RECIPIENTS).where(RECIPIENTS.c.holder_id == holder_id)
    if share_id is not None:
        statement = statement.where(RECIPIENTS.c.share_id == share_id)
        statement = statement.order_by(RECIPIENTS.c.assurance == Assurance.LINK)
    if before is not None:
        earlier = RECIPIENTS.c.created_at < before.created_at
        at_once = RECIPIENTS.c.created_at == before.created_at
        below = RECIPIENTS.c.recipient_id < before.recipient_id
        statement = statement.where(or_(earlier, and_(at_once, below)))
    return statements.many(connection, RecipientRow, statement.order_by(*order).limit(limit))


def counts_of(connection: Connection, holder_id: str, share_id: str | None = None) -> Mapping[str, int]:
    """Return how many recipients each share of a holder has, by its id; one share's alone, or of all (None)."""
    statement = select(RECIPIENTS.c.share_id, func.count()).where(RECIPIENTS.c.holder_id == holder_id)
    if share_id is not None:
        statement = statement.where(RECIPIENTS.c.share_id == share_id)
    found = connection.execute(statement.group_by(RECIPIENTS.c.share_id))
    return {row[0]: row[1] for row in found}


def change(connection: Connection, holder_id: str, recipient_id: str, values: Mapping[str, Any]) -> None:
    """Change what is known of a recipient.

    Raises:
        LookupError: the holder has no such recipient.
    """
    statement = update(RECIPIENTS).where(
        RECIPIENTS.c.holder_id == holder_id, RECIPIENTS.c.recipient_id == recipient_id
    )
    if not statements.changed(connection, statement.values(**values)):
        raise LookupError("there is no such recipient")


def spend_attempt(
    connection: Connection, holder_id: str, recipient_id: str, *, now: datetime
) -> bytes | None:
    """Take one attempt at the e-mail code and return the code's hash; None: no code runs, or it has been tried out."""
    parameters = {"holder": holder_id, "key": recipient_id, "now": now}
    return connection.execute(_SPEND_ATTEMPT, parameters).scalar_one_or_none()


def extend_tokens(connection: Connection, holder_id: str, share_id: str, *, expires_at: datetime) -> int:
    """Let the reply tokens of a share's recipients run until a later moment, and return how many do."""
    theirs = select(RECIPIENTS.c.recipient_id).where(
        RECIPIENTS.c.holder_id == holder_id, RECIPIENTS.c.share_id == share_id
    )
    statement = update(REPLY_TOKENS).where(
        REPLY_TOKENS.c.holder_id == holder_id,
        REPLY_TOKENS.c.recipient_id.in_(theirs),
        REPLY_TOKENS.c.expires_at < expires_at,
    )
    return connection.execute(statement.values(expires_at=expires_at)).rowcount


def end_token(connection: Connection, holder_id: str, token_hash: bytes) -> bool:
    """Delete one reply token of a holder and return whether it was there."""
    statement = delete(REPLY_TOKENS).where(
        REPLY_TOKENS.c.holder_id == holder_id, REPLY_TOKENS.c.token_hash == token_hash
    )
    return statements.changed(connection, statement)


def end_tokens_of(connection: Connection, holder_id: str, recipient_id: str) -> int:
    """Delete the reply tokens of one recipient and return how many there were."""
    statement = delete(REPLY_TOKENS).where(
        REPLY_TOKENS.c.holder_id == holder_id, REPLY_TOKENS.c.recipient_id == recipient_id
    )
    return connection.execute(statement).rowcount


def lead_tokens_nowhere(connection: Connection, holder_id: str) -> int:
    """Let the reply tokens of a holder lead nowhere and return how many: they only say that there is nobody now."""
    statement = update(REPLY_TOKENS).where(REPLY_TOKENS.c.holder_id == holder_id)
    return connection.execute(statement.values(holder_id=None, recipient_id=None)).rowcount
