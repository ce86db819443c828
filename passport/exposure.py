"""A link's secret arrived where anybody between may have noted it: tell the holder, once.

A share is marked, and what follows for it is decided at its next opening (passport.admission, ADR 17). A reply token is
good for nothing from then on. The secret is kept nowhere.
"""

from hmac import compare_digest
from typing import Final

from sqlalchemy import Connection

from consent.rewritten_link import RewrittenLink
from issuers.encoding import encode_base64url
from passport import access, alerts, replies
from passport.deployment import Deployment
from passport.holders import lock_holder
from passport.lookup import token_hash
from passport.sealed_shares import open_secrets
from passport.store import locators, recipients, shares, viewing_sessions
from passport.tables import AccessKind, LocatorKind, MessageKind

KEY_SIGNS_MIN: Final = (
    22  # of 43 of a key in base64url: who has fewer would have to guess 126 bits of it, or more
)


async def expose(d: Deployment, link: RewrittenLink) -> None:
    """Mark the share whose link this is, if there is one, and log that in one transaction.

    A link without its key, or with another one, opens nothing: it exposes no share, and nothing is marked.

    Raises:
        DatabaseUnavailableError: nothing is marked.
    """
    if link.token is None or len(link.key) < KEY_SIGNS_MIN:
        return
    locator_hash = d.lookup.locator_hash(LocatorKind.LINK, link.token)
    await d.database.writer.run_async(lambda connection: _expose(d, connection, locator_hash, link.key))


async def end_exposed_reply(d: Deployment, link: RewrittenLink) -> None:
    """End the reply capability whose token this is, if there is one, and log that in one transaction.

    Raises:
        DatabaseUnavailableError: it has not ended.
    """
    token = link.token
    if token is not None:
        await d.database.writer.run_async(lambda connection: _end_reply(d, connection, token))


def _end_reply(d: Deployment, connection: Connection, token: str) -> None:
    hashed = token_hash(token)
    found = recipients.find_token(connection, hashed, now=d.now())
    if found is None or found.holder_id is None:
        return
    replier = replies.locked(d, connection, token)
    if recipients.end_token(connection, found.holder_id, hashed):
        replies.record(d, connection, replier, AccessKind.REPLY_EXPOSED)


def _expose(d: Deployment, connection: Connection, locator_hash: bytes, key: str) -> None:
    locator = locators.find(connection, locator_hash, LocatorKind.LINK)
    if locator is None:
        return
    holder_id, share_id = locator.holder_id, locator.share_id
    holder = lock_holder(d, connection, holder_id)
    row = shares.get(connection, holder_id, share_id)
    if row is None or not _is_key(open_secrets(holder, row).secret.key, key):
        return
    if not shares.mark_exposed(connection, holder_id, share_id, now=d.now()):
        return
    if row.passcode_phc is None:  # whoever reads now may have seen the link where it should not be
        viewing_sessions.delete_of(connection, holder_id, share_id)
    access.record(d, connection, holder.vault, holder_id, AccessKind.EXPOSED, share_id=share_id)
    alerts.tell_today(d, connection, holder, MessageKind.EXPOSED, share_id)


def _is_key(key: bytes, came: str) -> bool:
    """Return whether what came of a link's key is of this one. In constant time: it is somebody's guess, perhaps."""
    return compare_digest(encode_base64url(key)[: len(came)], came)
