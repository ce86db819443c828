"""Viewing sessions: the quarter of an hour after Open in which one recipient may read, and who they said they are.

Left out: what they read (passport.viewing).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from issuers.encoding import decode_json_object, encode_base64url, encode_json
from passport.deployment import Deployment
from passport.holders import OpenHolder, open_holder
from passport.lookup import token_hash
from passport.store import shares, viewing_sessions
from passport.tables import ShareRow, ViewingSessionRow

VIEWER_FIELD: Final = {"table": "viewing_sessions", "field": "sealed_viewer"}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who pressed Open, and which of the log's events that is."""

    who: str  # as they said it
    event: int  # its number in the holder's log
    looked_at: datetime | None  # when they looked before; None: nothing to compare


@dataclass(frozen=True, slots=True)
class RunningSession:
    """A viewing session of a share that neither ended nor was stopped."""

    viewer: Viewer
    share: ShareRow
    holder: OpenHolder
    ends_at: datetime


def begin(d: Deployment, connection: Connection, holder: OpenHolder, share_id: str, viewer: Viewer) -> str:
    """Let a viewer read a share for a while, and return the token of their session."""
    token = d.new_token()
    hashed = token_hash(token)
    looked_at = viewer.looked_at.isoformat() if viewer.looked_at else None
    plain = encode_json({"who": viewer.who, "event": viewer.event, "looked_at": looked_at})
    session = ViewingSessionRow(
        token_hash=hashed,
        holder_id=holder.holder_id,
        share_id=share_id,
        sealed_viewer=holder.vault.seal(plain, row=encode_base64url(hashed), **VIEWER_FIELD),
        expires_at=d.now() + timedelta(minutes=d.settings.viewing_minutes),
    )
    viewing_sessions.add(connection, session)
    return token


def find(d: Deployment, connection: Connection, token: str) -> ViewingSessionRow | None:
    """Return the viewing session with a token unless it has ended; its share may have, or been stopped."""
    return viewing_sessions.find(connection, token_hash(token), now=d.now())


def end(d: Deployment, token: str) -> None:
    """End the viewing session with a token, if it runs: whoever reads in it leaves."""
    with d.database.writing() as connection:
        session = find(d, connection, token)
        if session is not None:
            viewing_sessions.delete_one(connection, session.holder_id, session.token_hash)


def running(d: Deployment, connection: Connection, token: str) -> RunningSession | None:
    """Return the viewing session with a token unless it or its share has ended.

    Raises:
        SealError: what is stored was altered.
    """
    session = find(d, connection, token)
    share = shares.get(connection, session.holder_id, session.share_id) if session else None
    if session is None or share is None or share.has_ended(d.now()):
        return None
    holder = open_holder(d, connection, session.holder_id)
    return RunningSession(viewer_of(holder, session), share, holder, session.expires_at)


def readers_of(d: Deployment, connection: Connection, share: ShareRow) -> int:
    """Return how many viewing sessions of a share have not ended."""
    return viewing_sessions.count_of(connection, share.holder_id, share.share_id, now=d.now())


def viewer_of(holder: OpenHolder, session: ViewingSessionRow) -> Viewer:
    """Return who reads in a viewing session.

    Raises:
        SealError: what is stored was altered.
    """
    row = encode_base64url(session.token_hash)
    said = decode_json_object(holder.vault.open(session.sealed_viewer, row=row, **VIEWER_FIELD))
    looked_at = datetime.fromisoformat(said["looked_at"]) if said["looked_at"] else None
    return Viewer(said["who"], said["event"], looked_at)
