"""The keys that each issuer publishes as SD-JWT VC issuer metadata (draft-24 section 4).

Unlike the trust list, a JWK Set cannot say from when to when a key counts. So it holds every key with which something
may stand: those in force, those that ended in good order, and those of a coming rotation, so that a copy kept for an
hour has them when they begin to sign. It holds no key that leaked, and none of an issuer whose entries fell with it.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from issuers.trust import EarlierEntries
from passport.deployment import Deployment
from passport.issuing import issuer_url
from passport.store import issuers as store
from passport.tables import IssuerKeyRow, IssuerRow


def issuer_metadata(d: Deployment, connection: Connection, issuer_id: str) -> Mapping[str, Any] | None:
    """Return an issuer's metadata, or None for an unknown issuer."""
    issuer = store.get(connection, issuer_id)
    if issuer is None:
        return None
    keys = () if _has_fallen(d, issuer) else store.list_keys(connection, issuer_id)
    published = [
        {**key.public_jwk, "kid": key.kid, "use": "sig", "alg": "ES256"}
        for key in keys
        if not _is_distrusted(key)
    ]
    return {"issuer": issuer_url(d, issuer_id), "jwks": {"keys": published}}


def _has_fallen(d: Deployment, issuer: IssuerRow) -> bool:
    """Return whether an issuer is suspended and nothing stands that it ever signed."""
    return (
        issuer.suspended_at is not None
        and issuer.suspended_at <= d.now()
        and issuer.earlier_entries is EarlierEntries.FALL
    )


def _is_distrusted(key: IssuerKeyRow) -> bool:
    """Return whether a key leaked: its end is its beginning (`passport.store.issuers.distrust_key`)."""
    return key.not_after is not None and key.not_after <= key.not_before
