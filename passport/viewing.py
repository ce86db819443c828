"""What a recipient reads after Open: the share's Bundle, verified anew at every look, by the one verifier (ADR 6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from consent.changes import News
from consent.grant import Grant
from consent.reply_rights import ReplyAct
from consent.verification import Policy, Verification
from consent.verify import verify
from passport import issuing, replies, viewing_sessions
from passport.deployment import Deployment
from passport.holders import OpenHolder, open_holder
from passport.live_shares import changes_since
from passport.reading import holder_name
from passport.releasing import audience
from passport.replies import Replier
from passport.sealed_grants import open_grant
from passport.sealed_shares import open_bundle
from passport.sharing import HeldShare
from passport.statuses import StatusBoard
from passport.storage_errors import SealError
from passport.store import grants, share_files
from passport.tables import ShareFileRow
from schemas.vocabulary import Language


@dataclass(frozen=True, slots=True)
class Viewing:
    """One look at an open share. `verification` says what may be shown; `bundle` is what can be saved."""

    grant: Grant
    viewer: str  # as they said it
    ends_at: datetime  # of the viewing session
    verification: Verification
    bundle: bytes
    changes: (
        Mapping[Language, Sequence[News]] | None
    )  # since the recipient last looked; None: nothing to compare


def look(d: Deployment, board: StatusBoard, token: str) -> Viewing | None:
    """Return what a viewing session may show now, or None when it or its share has ended.

    Raises:
        SealError: what is stored was altered; nothing of it can be shown.
    """
    with d.database.reading() as connection:
        session = viewing_sessions.running(d, connection, token)
        if session is None:
            return None
        holder, row, viewer = session.holder, session.share, session.viewer
        stored = grants.get(connection, row.holder_id, row.grant_id)
        file = share_files.get(connection, row.holder_id, row.share_id)
        if stored is None or file is None:
            return None
        grant = open_grant(holder, stored)
        bundle, verification = _verified(d, board, connection, holder, file, grant)
        changes = changes_since(viewer.looked_at, holder, row, file, verification.entries)
    return Viewing(grant, viewer.who, session.ends_at, verification, bundle, changes)


def shared_by(d: Deployment, board: StatusBoard, replier: Replier) -> str | None:
    """Return the name under which somebody shares, for a recipient who showed who they are; None: not to be told."""
    if not replies.may(d, replier, ReplyAct.READ_NAME):
        return None
    holder, share = replier.holder, replier.share
    with d.database.reading() as connection:
        file = share_files.get(connection, holder.holder_id, share.share_id)
        if file is None:
            return None
        try:
            _bundle, verification = _verified(d, board, connection, holder, file, replier.grant)
        except SealError:  # altered where it is stored: the reply page goes on
            return None
    return None if verification.failed is not None else holder_name(verification.entries)


def look_at_own(d: Deployment, board: StatusBoard, held: HeldShare) -> Verification | None:
    """Return the verification of what one's own running share carries, or None when it has ended.

    Raises:
        SealError: what is stored was altered; nothing of it can be shown.
    """
    row = held.row
    if row.has_ended(d.now()):
        return None
    with d.database.reading() as connection:
        holder = open_holder(d, connection, row.holder_id)
        file = share_files.get(connection, row.holder_id, row.share_id)
        if file is None:
            return None
        _bundle, verification = _verified(d, board, connection, holder, file, held.grant)
    return verification


def check_unbound(d: Deployment, board: StatusBoard, bundle: bytes) -> Verification:
    """Return the verification of a preview, which belongs to no share yet."""
    with d.database.reading() as connection:
        return _check(d, board, connection, bundle, Policy())


def _check(
    d: Deployment, board: StatusBoard, connection: Connection, bundle: bytes, policy: Policy
) -> Verification:
    """Return the verification of a Bundle by this deployment's own trust list and status list."""
    trust = issuing.trust_list(d, connection)
    return verify(bundle, trust=trust, statuses=board.snapshots(connection), now=d.now(), policy=policy)


def _verified(
    d: Deployment,
    board: StatusBoard,
    connection: Connection,
    holder: OpenHolder,
    file: ShareFileRow,
    grant: Grant,
) -> tuple[bytes, Verification]:
    bundle = open_bundle(holder, file)
    policy = Policy(audience=audience(file.share_id), nonce=grant.nonce)
    return bundle, _check(d, board, connection, bundle, policy)
