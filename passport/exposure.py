"""A link's secret arrived where anybody between may have noted it: tell the holder, once.

A share is marked, and what follows for it is decided at its next opening (passport.admission, ADR 17). A reply token is
good for nothing from then on. The secret is kept nowhere.
"""

from sqlalchemy import Connection

from passport import access, alerts, replies
from passport.deployment import Deployment
from passport.holders import lock_holder
from passport.lookup import token_hash
from passport.store import locators, recipients, shares, viewing_sessions
from passport.tables import AccessKind, LocatorKind, MessageKind


async def expose(d: Deployment, url_token: str) -> None:
    """Mark the share whose secret this is, if there is one, and log that in one transaction.

    Raises:
        DatabaseUnavailableError: nothing is marked.
    """
    locator_hash = d.lookup.locator_hash(LocatorKind.LINK, url_token)
    await d.database.writer.run_async(lambda connection: _expose(d, connection, locator_hash))


async def end_exposed_reply(d: Deployment, token: str) -> None:
    """End the reply capability whose token this is, if there is one, and log that in one transaction.

    Raises:
        DatabaseUnavailableError: it has not ended.
    """
    await d.database.writer.run_async(lambda connection: _end_reply(d, connection, token))


def _end_reply(d: Deployment, connection: Connection, token: str) -> None:
    hashed = token_hash(token)
    found = recipients.find_token(connection, hashed, now=d.now())
    if found is None or found.holder_id is None:
        return
    replier = replies.locked(d, connection, token)
    if recipients.end_token(connection, found.holder_id, hashed):
        replies.record(d, connection, replier, AccessKind.REPLY_EXPOSED)


def _expose(d: Deployment, connection: Connection, locator_hash: bytes) -> None:
    locator = locators.find(connection, locator_hash, LocatorKind.LINK)
    if locator is None:
        return
    holder_id, share_id = locator.holder_id, locator.share_id
    holder = lock_holder(d, connection, holder_id)
    if not shares.mark_exposed(connection, holder_id, share_id, now=d.now()):
        return
    row = shares.get(connection, holder_id, share_id)
    if row is not None and row.is_bare:  # whoever reads now may have seen the link where it should not be
        viewing_sessions.delete_of(connection, holder_id, share_id)
    access.record(d, connection, holder.vault, holder_id, AccessKind.EXPOSED, share_id=share_id)
    alerts.tell_today(d, connection, holder, MessageKind.EXPOSED, share_id)
