"""Signing identities: the service's own issuers, organisations' issuers, their keys, and the trust list over them.

Left out: what is signed with them (passport.records) and status lists (passport.statuses).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from issuers.keys import SoftwareSigner, VerifyingKey
from issuers.trust import Suspension, TrustedIssuer, TrustedKey, TrustList
from issuers.trust_wire import sign_trust_list
from passport import anchors, decoys
from passport.anchors import TRUST_LIST_VALID_FOR
from passport.deployment import Deployment
from passport.store import issuers as store
from passport.store import status as status_store
from passport.tables import IssuerKeyRow, IssuerRow, StatusListRow
from schemas.catalogue import CATALOGUE
from schemas.errors import PassportError
from schemas.vocabulary import AuthorKind, IssuerKind, Section

TOLD_BY_HOLDER: Final = "told"
ACKNOWLEDGEMENT: Final = "seen"
STATUS: Final = "lists"
FIRST_LIST: Final = "1"
STATUS_LIST_SIZE: Final = (
    2**20
)  # indices; a list this long hides one holder among many (draft-21 section 12.1)
TRUST_LIST_MAX_AGE: Final = timedelta(hours=1)  # how long readers may keep a copy before they ask again
STATUS_LIST_VALID_FOR: Final = timedelta(days=1)  # after that an offline check answers "not checked"
PUBLISHED_AHEAD: Final = 2 * TRUST_LIST_MAX_AGE  # a new key is on everybody's trust list before it signs
KEY_OVERLAP: Final = timedelta(seconds=60)  # requests in flight at a rotation still sign with the old key

_SERVICE_ISSUERS: Final = {
    TOLD_BY_HOLDER: (IssuerKind.TOLD_BY_HOLDER, "This service, as told by the passport's owner"),
    ACKNOWLEDGEMENT: (IssuerKind.ACKNOWLEDGEMENT, "This service, answers of recipients and receipts"),
    STATUS: (IssuerKind.STATUS, "This service, status of entries and shares"),
}
_AUTHORS: Final = {  # whose entries each kind of issuer signs; one of status lists signs none
    IssuerKind.TOLD_BY_HOLDER: AuthorKind.HOLDER,
    IssuerKind.ORGANISATION: AuthorKind.PRACTITIONER,
    IssuerKind.ACKNOWLEDGEMENT: AuthorKind.EMPLOYER,
}


class UnknownIssuerIdError(PassportError):
    """No issuer of this deployment has this id."""

    code = "issuer_not_found"


@dataclass(frozen=True, slots=True)
class PinnedTrust:
    """The signed trust list and the key that signed it, which verifiers pin."""

    anchor: Mapping[str, str]  # public JWK
    trust_list: str  # JWS


def issuer_url(d: Deployment, issuer_id: str) -> str:
    """Return the opaque URL that stands as `iss` in signed entries."""
    return f"{d.settings.issuer_url}/issuers/{issuer_id}"


def status_list_uri(d: Deployment, list_id: str) -> str:
    """Return the address that entries name as their status list."""
    return f"{d.settings.issuer_url}/status/{list_id}"


def status_aggregation_uri(d: Deployment) -> str:
    """Return where the addresses of all status lists stand (Token Status List draft-21 section 9)."""
    return f"{d.settings.issuer_url}/status/aggregation"


def prepare(d: Deployment) -> None:
    """Make the service's own issuers, its anchor and its status list where they are missing. Safe to run again."""
    with d.database.writing() as connection:
        anchors.prepare(d, connection)
        for issuer_id, (kind, name) in _SERVICE_ISSUERS.items():
            if store.get(connection, issuer_id) is None:
                _create(connection, d, issuer_id, kind, name, sections_of(kind))
        if not status_store.list_ids(connection):
            open_list(connection, int(FIRST_LIST))


def open_list(connection: Connection, number: int) -> str:
    """Open a status list, with decoys in it, and return its id."""
    row = StatusListRow(list_id=str(number), size=STATUS_LIST_SIZE)
    status_store.create_list(connection, row)
    decoys.seed(connection, row.list_id)
    return row.list_id


def create_issuer(
    d: Deployment, connection: Connection, *, public_name: str, sections: Sequence[Section] | None = None
) -> str:
    """Return the opaque id of a new organisation issuer that may sign these sections (None: all for practitioners)."""
    issuer_id = d.new_id()
    kind = IssuerKind.ORGANISATION
    _create(connection, d, issuer_id, kind, public_name, sections or sections_of(kind))
    return issuer_id


def rotate(
    d: Deployment, issuer_id: str, *, ahead: timedelta = PUBLISHED_AHEAD, leaked: bool = False
) -> IssuerKeyRow:
    """Give an issuer a new key, which signs from `ahead` on, and return it. What the old key signed stays valid.

    Until then the old one signs, so that nobody who keeps a copy of the trust list meets a key that is not on it.
    `leaked`: the new key signs at once and nothing that the old one ever signed verifies any more, since a thief can
    date an entry back as far as they like. What it signed has to be told and signed again.

    Raises:
        UnknownIssuerIdError: there is no such issuer.
    """
    starts = d.now().replace(microsecond=0) + (timedelta() if leaked else ahead)
    with d.database.writing() as connection:
        if store.get(connection, issuer_id) is None:
            raise UnknownIssuerIdError("no issuer has this id: `passport issuer list` shows them")
        for key in store.list_keys(connection, issuer_id):
            if leaked and (key.not_after is None or key.not_after > starts):
                store.distrust_key(connection, issuer_id, key.kid)
            else:
                store.end_key(connection, issuer_id, key.kid, not_after=starts + _overlap(issuer_id))
        return _add_key(connection, d, issuer_id, not_before=starts)


def active_key(d: Deployment, connection: Connection, issuer_id: str) -> IssuerKeyRow:
    """Return the key with which an issuer signs now: of those in force, the newest.

    Raises:
        UnknownIssuerIdError: the issuer is unknown or has no key in force.
    """
    now = d.now()
    keys = [
        key
        for key in store.list_keys(connection, issuer_id)
        if key.not_before <= now and (key.not_after is None or now < key.not_after)
    ]
    if not keys:
        raise UnknownIssuerIdError("this issuer has no key in force: `passport issuer rotate` makes one")
    return keys[-1]


def active_signer(d: Deployment, connection: Connection, issuer_id: str) -> SoftwareSigner:
    """Return the signer of an issuer's key in force.

    Raises:
        UnknownIssuerIdError: the issuer is unknown or has no key in force.
        StorageError: its key file is missing or damaged.
    """
    return d.keystore.signer(issuer_id, active_key(d, connection, issuer_id).kid)


def trust_list(d: Deployment, connection: Connection) -> TrustList:
    """Return which issuer may sign which section, as of now."""
    keys = store.list_keys(connection)
    rows = store.list_all(connection)
    lists = frozenset(status_list_uri(d, list_id) for list_id in status_store.list_ids(connection))
    now = d.now()
    return TrustList(
        version=sum(row.revision for row in rows) + len(lists) + anchors.changes(connection, now),
        issued_at=now,
        expires_at=now + TRUST_LIST_VALID_FOR,
        issuers=tuple(
            _trusted(d, row, [key for key in keys if key.issuer_id == row.issuer_id], lists) for row in rows
        ),
        anchors=anchors.named(connection, now),
    )


def pinned_trust(d: Deployment) -> PinnedTrust:
    """Return the signed trust list with the key that signed it."""
    with d.database.reading() as connection:
        anchor = anchors.signer(d, connection)
        signed = sign_trust_list(trust_list(d, connection), anchor)
    return PinnedTrust(anchor.public_jwk, signed)


def _create(
    connection: Connection,
    d: Deployment,
    issuer_id: str,
    kind: IssuerKind,
    name: str,
    sections: Sequence[Section],
) -> None:
    store.create(connection, IssuerRow(issuer_id=issuer_id, kind=kind, name=name, sections=list(sections)))
    # Tokens carry whole seconds: a key made now may sign now.
    _add_key(connection, d, issuer_id, not_before=d.now().replace(microsecond=0))


def _add_key(connection: Connection, d: Deployment, issuer_id: str, *, not_before: datetime) -> IssuerKeyRow:
    signer = d.keystore.create(issuer_id)
    row = IssuerKeyRow(
        issuer_id=issuer_id, kid=signer.kid, public_jwk=dict(signer.public_jwk), not_before=not_before
    )
    store.add_key(connection, row)
    return row


def suspension_of(row: IssuerRow) -> Suspension | None:
    """Return what the trust list says of an issuer's suspension."""
    if row.suspended_at is None or row.earlier_entries is None:
        return None
    return Suspension(row.suspended_at, row.earlier_entries)


def _overlap(issuer_id: str) -> timedelta:
    """Return how long an ended key's signatures still count. A status list speaks for as long as it is kept."""
    return STATUS_LIST_VALID_FOR if issuer_id == STATUS else KEY_OVERLAP


def sections_of(kind: IssuerKind) -> list[Section]:
    """Return which sections an issuer of this kind can be let sign."""
    author = _AUTHORS.get(kind)
    return [spec.section for spec in CATALOGUE.values() if author in spec.authors]


def _trusted(d: Deployment, row: IssuerRow, keys: list[IssuerKeyRow], lists: frozenset[str]) -> TrustedIssuer:
    return TrustedIssuer(
        iss=issuer_url(d, row.issuer_id),
        name=row.name,
        kind=row.kind,
        sections=frozenset(Section(section) for section in row.sections),
        keys=tuple(
            TrustedKey(VerifyingKey.from_jwk(key.public_jwk), key.not_before, key.not_after) for key in keys
        ),
        status_lists=lists if row.kind is IssuerKind.STATUS else frozenset(),
        suspension=suspension_of(row),
    )
