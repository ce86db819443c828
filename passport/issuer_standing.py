"""The standing of an issuer: which sections it may sign, from when it is suspended, and whether it may sign this now.

Left out: keys and the trust list that tells verifiers of it (passport.issuing).
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from issuers.keys import SoftwareSigner
from issuers.trust import EarlierEntries
from passport import issuing
from passport.deployment import Deployment
from passport.store import issuers as store
from passport.tables import IssuerRow
from schemas.errors import PassportError
from schemas.vocabulary import IssuerKind, Section


class StandingError(PassportError):
    """An issuer cannot be given this standing."""

    code = "issuer_standing"


class IssuerMayNotSignError(PassportError):
    """The issuer is suspended, or limited to other sections: no reader would believe what it signs now."""

    code = "issuer_may_not_sign"


def suspend(
    d: Deployment,
    issuer_id: str,
    *,
    at: datetime | None = None,
    earlier: EarlierEntries = EarlierEntries.STAND,
) -> datetime:
    """Suspend an issuer from a moment on (None: now), or suspend it otherwise than before. Return the moment.

    What it signed before stands, or falls as well: at once, for everybody who hears of it.

    Raises:
        UnknownIssuerIdError: there is no such issuer.
        StandingError: it signs status lists, or what it signed is to fall before it is suspended.
    """
    now = d.now().replace(microsecond=0)
    start = now if at is None else at.replace(microsecond=0)
    if earlier is EarlierEntries.FALL and start > now:
        raise StandingError("earlier entries fall at once: leave the moment out, or let them stand")
    with d.database.writing() as connection:
        if _known(connection, issuer_id).kind is IssuerKind.STATUS:
            raise StandingError("nothing could be checked without status lists: rotate the key instead")
        store.suspend(connection, issuer_id, at=start, earlier=earlier)
    return start


def reinstate(d: Deployment, issuer_id: str) -> None:
    """End an issuer's suspension, as if it had never been.

    Raises:
        UnknownIssuerIdError: there is no such issuer.
        StandingError: it is not suspended.
    """
    with d.database.writing() as connection:
        if _known(connection, issuer_id).suspended_at is None:
            raise StandingError("this issuer is not suspended")
        store.reinstate(connection, issuer_id)


def limit(d: Deployment, issuer_id: str, sections: Collection[Section]) -> None:
    """Let an issuer sign these sections alone. What it signed in others is believed no more, until it may again.

    Raises:
        UnknownIssuerIdError: there is no such issuer.
        StandingError: none is left, or one is not for this kind of issuer.
    """
    with d.database.writing() as connection:
        kind = _known(connection, issuer_id).kind
        store.limit(connection, issuer_id, checked_sections(kind, sections))


def checked_sections(kind: IssuerKind, sections: Collection[Section]) -> list[Section]:
    """Return sections in the order of the catalogue, each once.

    Raises:
        StandingError: there is none, or one is not for this kind of issuer.
    """
    allowed = issuing.sections_of(kind)
    wrong = [section.value for section in sections if section not in allowed]
    if wrong or not sections:
        names = ", ".join(allowed) or "none"
        raise StandingError(f"expected sections that this issuer can be let sign: {names}")
    return [section for section in allowed if section in sections]


def signer_for(d: Deployment, connection: Connection, issuer_id: str, section: Section) -> SoftwareSigner:
    """Return the signer with which an issuer signs an entry of `section` now.

    Date the entry after this call: the key may have begun to count in this very second.

    Raises:
        IssuerMayNotSignError: it is suspended or limited to other sections.
        UnknownIssuerIdError: the issuer is unknown or has no key in force.
        StorageError: its key file is missing or damaged.
    """
    row = _known(connection, issuer_id)
    if _is_suspended(row, now=d.now()):
        raise IssuerMayNotSignError("this organisation is suspended: nobody would believe what it signs now")
    if section not in row.sections:
        raise IssuerMayNotSignError(f"this organisation may not sign the {section} section")
    return issuing.active_signer(d, connection, issuer_id)


def is_trusted(d: Deployment, connection: Connection, issuer_id: str) -> bool:
    """Return whether the trust list has an issuer, and it is not suspended now."""
    row = store.get(connection, issuer_id)
    return row is not None and not _is_suspended(row, now=d.now())


def _is_suspended(row: IssuerRow, *, now: datetime) -> bool:
    """Return whether nothing counts that an issuer signs now; one that is to be suspended later is not yet."""
    suspension = issuing.suspension_of(row)
    if suspension is None:
        return False
    return suspension.earlier_entries is EarlierEntries.FALL or suspension.at <= now


def _known(connection: Connection, issuer_id: str) -> IssuerRow:
    row = store.get(connection, issuer_id)
    if row is None:
        raise issuing.UnknownIssuerIdError("no issuer has this id: `passport issuer list` shows them")
    return row
