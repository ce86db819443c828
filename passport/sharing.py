"""The holder's side of sharing: choose, preview, share, show the secrets again, stop.

A share is a snapshot: its Bundle is made and bound once, when the holder decides. Left out: opening one
(passport.opening).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection

from consent.grant import Grant, GrantError, Refused
from consent.presentation import present, release, share_bundle
from consent.presets import OfferedSection, offered
from consent.share import ShareSecret, Shlink, link, manifest_url
from consent.verification import StepNumber
from consent.verify import verify
from issuers.status_list import StatusRef
from issuers.trust import TrustList
from passport import access
from passport.decoys import PREVIEWS
from passport.deployment import Deployment, last_day
from passport.holders import OpenHolder, lock_holder, open_holder
from passport.issuing import FIRST_LIST, status_list_uri, trust_list
from passport.records import HeldEntry, broken_of, entries_of
from passport.sealed_shares import (
    ShareSecrets,
    file_row,
    grant_row,
    new_secrets,
    open_grant,
    open_secrets,
    share_row,
)
from passport.share_request import ShareRequest, new_grant
from passport.statuses import allocate, change
from passport.store import grants, locators, share_files, shares, viewing_sessions
from passport.store import status as status_store
from passport.tables import (
    AccessKind,
    EntryState,
    LocatorKind,
    LocatorRow,
    ShareRow,
    StatusKind,
)
from schemas.errors import PassportError
from schemas.vocabulary import Language, RecipientKind, Standing

LABEL: Final = "Health and work passport"  # of the link: says nothing about anybody


class ShareNotFoundError(PassportError):
    """The holder has no such share."""

    code = "share_not_found"


class UnshareableError(PassportError):
    """What was chosen would be refused by every verifier."""

    code = "unshareable"


class BrokenEntryError(PassportError):
    """A chosen section was altered where it is stored."""

    code = "entry_broken"


class ShareState(StrEnum):
    """Where a share stands, for its holder."""

    OPEN = "open"
    ENDED = "ended"
    STOPPED = "stopped"
    USED_UP = "used-up"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class HeldShare:
    """One share as its holder sees it."""

    row: ShareRow
    grant: Grant

    @property
    def last_day(self) -> date:
        """The last whole day, in the United Kingdom, on which it opens."""
        return last_day(self.row.expires_at)

    def state(self, now: datetime) -> ShareState:
        """Return where it stands; stopped outweighs everything."""
        if self.row.revoked_at is not None:
            return ShareState.STOPPED
        if now >= self.row.expires_at:
            return ShareState.ENDED
        if self.row.max_views is not None and self.row.views >= self.row.max_views:
            return ShareState.USED_UP
        return ShareState.LOCKED if self.row.attempts_left == 0 else ShareState.OPEN


@dataclass(frozen=True, slots=True)
class Choice:
    """One section on the share form: what the preset says of it and the entries that it would let out."""

    offer: OfferedSection
    entries: tuple[HeldEntry, ...]


def choices(d: Deployment, holder_id: str, kind: RecipientKind) -> Sequence[Choice]:
    """Return the sections that can be shared with this kind of recipient and hold something, in catalogue order."""
    with d.database.reading() as connection:
        holder = open_holder(d, connection, holder_id)
        held = _accepted(connection, holder)
    found = (
        Choice(offer, tuple(e for e in held if e.row.section is offer.section)) for offer in offered(kind)
    )
    return [choice for choice in found if choice.entries]


def preview(d: Deployment, holder_id: str, request: ShareRequest) -> bytes:
    """Return the Bundle that the recipient would get, bound to no share and stored nowhere.

    Raises:
        GrantError, NothingToShareError: the request lets out what it must not, or nothing.
        BrokenEntryError, UnshareableError: what was chosen does not open, or is too much for one share.
    """
    with d.database.reading() as connection:
        holder = open_holder(d, connection, holder_id)
        held = _shareable(connection, holder, request)
        grant = new_grant(d, request, held)
        return _bundle(
            holder,
            grant,
            held,
            share_id=d.new_id(),
            status=StatusRef(status_list_uri(d, FIRST_LIST), PREVIEWS),
            trust=trust_list(d, connection),
            language=request.language,
        )


def share(d: Deployment, holder_id: str, request: ShareRequest) -> str:
    """Share: sign, seal and log in one transaction, and return the share's id.

    Raises:
        GrantError, NothingToShareError: the request lets out what it must not, or nothing.
        BrokenEntryError, UnshareableError: what was chosen does not open, or is too much for one share.
    """
    secrets = new_secrets(d, request)
    phc = d.lookup.passcode_phc(secrets.passcode) if secrets.passcode else None  # slow: not in a transaction
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, holder_id)
        held = _shareable(connection, holder, request)
        grant = new_grant(d, request, held)
        share_id = d.new_id()
        place = allocate(d, connection, StatusKind.SHARE)
        bundle = _bundle(
            holder,
            grant,
            held,
            share_id=share_id,
            status=place.ref,
            trust=trust_list(d, connection),
            language=request.language,
        )
        grants.create(connection, grant_row(holder, grant))
        row = share_row(d, holder, grant, request, share_id=share_id, place=place, secrets=secrets, phc=phc)
        shares.create(connection, row)
        share_files.create(connection, file_row(holder, share_id, bundle))
        _add_locators(d, connection, row, secrets)
        access.record(
            d,
            connection,
            holder.vault,
            holder_id,
            AccessKind.SHARED,
            share_id=share_id,
            who=request.recipient.name,
            sections=sorted(grant.sections),
        )
    return share_id


def shares_of(d: Deployment, holder_id: str) -> Sequence[HeldShare]:
    """Return a holder's shares, newest first."""
    with d.database.reading() as connection:
        holder = open_holder(d, connection, holder_id)
        return [_held(connection, holder, row) for row in shares.list_of(connection, holder_id)]


def find(d: Deployment, holder_id: str, share_id: str) -> HeldShare:
    """Return one share of a holder.

    Raises:
        ShareNotFoundError: the holder has no such share.
    """
    with d.database.reading() as connection:
        return _held(connection, open_holder(d, connection, holder_id), _row(connection, holder_id, share_id))


def secrets_of(d: Deployment, holder_id: str, share_id: str) -> ShareSecrets:
    """Return what the holder hands over, to show it again.

    Raises:
        ShareNotFoundError: the holder has no such share.
    """
    with d.database.reading() as connection:
        holder = open_holder(d, connection, holder_id)
        return open_secrets(holder, _row(connection, holder_id, share_id))


def share_link(d: Deployment, held: HeldShare, secret: ShareSecret) -> str:
    """Return the link, and what the QR code says: the secret stands behind the `#`."""
    shlink = Shlink(
        url=manifest_url(d.settings.base_url, secret.url_token),
        key=secret.key,
        expires_at=held.row.expires_at,
        passcode=held.row.passcode_phc is not None,
        live=held.row.live,
        label=LABEL,
    )
    return link(d.settings.base_url, shlink)


def stop(d: Deployment, holder_id: str, share_id: str) -> None:
    """Stop a share: the next opening is refused, viewing sessions end, saved copies verify as withdrawn.

    Raises:
        ShareNotFoundError: the holder has no such share.
    """
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, holder_id)
        row = _row(connection, holder_id, share_id)
        now = d.now()
        if not shares.revoke(connection, holder_id, share_id, now=now):
            return
        grants.revoke(connection, holder_id, row.grant_id, now=now)
        change(connection, row.status_list_id, row.status_index, status_store.INVALID)
        viewing_sessions.delete_of(connection, holder_id, share_id)
        access.record(d, connection, holder.vault, holder_id, AccessKind.STOPPED, share_id=share_id)


def audience(share_id: str) -> str:
    """Return the public name of a share: a urn, so that a saved file leaks no live link."""
    return f"urn:passport:share:{share_id}"


def _shareable(connection: Connection, holder: OpenHolder, request: ShareRequest) -> Sequence[HeldEntry]:
    """Return what can be shared. Nobody shares less than they chose without being told.

    Raises:
        BrokenEntryError: an entry of a chosen section does not open.
    """
    preset = {offer.section for offer in offered(request.recipient.kind) if offer.chosen}
    chosen = preset if request.sections is None else request.sections
    if any(row.section in chosen for row in broken_of(connection, holder)):
        raise BrokenEntryError("a chosen section could not be verified: tell it again, or leave it out")
    return _accepted(connection, holder)


def _accepted(connection: Connection, holder: OpenHolder) -> Sequence[HeldEntry]:
    """Return what can be shared: what is suspended or was taken back would be refused by every verifier."""
    accepted = entries_of(connection, holder, frozenset({EntryState.ACCEPTED}))
    return [entry for entry in accepted if entry.standing is Standing.VALID]


def _bundle(
    holder: OpenHolder,
    grant: Grant,
    held: Sequence[HeldEntry],
    *,
    share_id: str,
    status: StatusRef,
    trust: TrustList,
    language: Language,
) -> bytes:
    credentials = {e.row.entry_id: str(e.credential.sd_jwt) for e in held}
    released = release(grant, credentials=credentials, now=grant.starts_at)
    if isinstance(released, Refused):
        raise GrantError(f"the grant does not hold: {released.sentence}")
    presentation = present(
        released,
        passport_signer=holder.passport_signer(),
        audience=audience(share_id),
        nonce=grant.nonce,
        now=grant.starts_at,
        share_status=status,
    )
    bundle = share_bundle(presentation, trust=trust, language=language)
    _check_opens(bundle, trust, grant.starts_at)
    return bundle


def _check_opens(bundle: bytes, trust: TrustList, now: datetime) -> None:
    """Refuse to hand out what its recipient's verifier would refuse."""
    failed = verify(bundle, trust=trust, statuses={}, now=now).failed
    if failed is not None:
        what = "this is too much for one share: choose fewer sections or lines"
        stale = f"a section cannot be verified any more ({failed.code}): tell it again, or leave it out"
        raise UnshareableError(what if failed.number is StepNumber.PARSE else stale)


def _add_locators(d: Deployment, connection: Connection, row: ShareRow, secrets: ShareSecrets) -> None:
    found = {LocatorKind.LINK: secrets.secret.url_token, LocatorKind.CODE: secrets.typed_code}
    for kind, secret in found.items():
        if secret is not None:
            locator = LocatorRow(
                locator_hash=d.lookup.locator_hash(kind, secret),
                kind=kind,
                holder_id=row.holder_id,
                share_id=row.share_id,
            )
            locators.add(connection, locator)


def _row(connection: Connection, holder_id: str, share_id: str) -> ShareRow:
    row = shares.get(connection, holder_id, share_id)
    if row is None:
        raise ShareNotFoundError("there is no such share; look at your list again")
    return row


def _held(connection: Connection, holder: OpenHolder, row: ShareRow) -> HeldShare:
    grant = grants.get(connection, holder.holder_id, row.grant_id)
    if grant is None:
        raise ShareNotFoundError("there is no such share; look at your list again")
    return HeldShare(row, open_grant(holder, grant))
