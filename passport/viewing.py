"""What a recipient reads after Open: the share's Bundle, verified anew at every look, by the one verifier (ADR 6)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from consent.grant import Grant
from consent.verification import Policy, Verification
from consent.verify import verify
from issuers.encoding import decode_json_object, encode_base64url
from issuers.trust import TrustList
from passport import issuing
from passport.deployment import Deployment
from passport.holders import OpenHolder, open_holder
from passport.lookup import token_hash
from passport.sharing import audience, open_bundle, open_grant
from passport.statuses import StatusBoard
from passport.store import grants, shares, viewing_sessions
from passport.tables import ShareRow


@dataclass(frozen=True, slots=True)
class Viewing:
    """One look at an open share. `verification` says what may be shown; `bundle` is what can be saved."""

    grant: Grant
    viewer: str  # as they said it
    ends_at: datetime  # of the viewing session
    verification: Verification
    bundle: bytes


def look(d: Deployment, board: StatusBoard, token: str) -> Viewing | None:
    """Return what a viewing session may show now, or None when it or its share has ended.

    Raises:
        SealError: what is stored was altered; nothing of it can be shown.
    """
    hashed = token_hash(token)
    with d.database.reading() as connection:
        session = viewing_sessions.find(connection, hashed, now=d.now())
        row = shares.get(connection, session.holder_id, session.share_id) if session else None
        if session is None or row is None or row.revoked_at is not None or d.now() >= row.expires_at:
            return None
        holder = open_holder(d, connection, row.holder_id)
        stored = grants.get(connection, row.holder_id, row.grant_id)
        if stored is None:
            return None
        sealed = session.sealed_viewer or b""
        viewer = holder.vault.open(
            sealed, table="viewing_sessions", row=encode_base64url(hashed), field="sealed_viewer"
        )
        grant = open_grant(holder, stored)
        bundle, verification = _verified(d, board, connection, holder, row, grant)
    return Viewing(grant, decode_json_object(viewer)["who"], session.expires_at, verification, bundle)


def check(
    d: Deployment,
    board: StatusBoard,
    connection: Connection,
    bundle: bytes,
    *,
    policy: Policy,
    trust: TrustList,
) -> Verification:
    """Return the verification of a Bundle by this deployment's own trust list and status list."""
    published = board.current(connection)
    statuses = {published.snapshot.uri: published.snapshot} if published else {}
    return verify(bundle, trust=trust, statuses=statuses, now=d.now(), policy=policy)


def _verified(
    d: Deployment, board: StatusBoard, connection: Connection, holder: OpenHolder, row: ShareRow, grant: Grant
) -> tuple[bytes, Verification]:
    bundle = open_bundle(holder, row)
    policy = Policy(audience=audience(row.share_id), nonce=grant.nonce)
    trust = issuing.trust_list(d, connection)
    return bundle, check(d, board, connection, bundle, policy=policy, trust=trust)
