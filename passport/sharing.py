"""The holder's side of sharing: choose, preview, share, show the secrets again, stop.

A share's Bundle is made and bound when the holder decides. Left out: opening one (passport.opening), what else may be
done to a running one (passport.share_life), and sending a change on (passport.live_shares).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection

from consent.grant import Grant, GrantKind
from consent.presets import OfferedSection, offered
from consent.share import ShareSecret, Shlink, link, manifest_url
from issuers.status_list import StatusRef
from passport import access, alerts, openers, reply_requests
from passport.decoys import PREVIEWS
from passport.deployment import LONDON, Deployment, last_day
from passport.grant_receipts import share_given
from passport.holders import OpenHolder, lock_holder, open_holder
from passport.issuing import FIRST_LIST, status_list_uri, trust_list
from passport.openers import Shown
from passport.receipts import on_withdrawn
from passport.records import HeldEntry
from passport.releasing import accepted, bundle_of, shareable
from passport.sealed_grants import grant_row, open_grant
from passport.sealed_shares import ShareSecrets, file_row, new_secrets, open_secrets, share_row
from passport.share_request import ShareRequest, new_grant
from passport.statuses import allocate, change
from passport.store import grants, locators, share_files, shares, viewing_sessions
from passport.store import status as status_store
from passport.tables import AccessKind, GrantRow, LocatorKind, LocatorRow, ShareRow, StatusKind
from schemas.consent_vocabulary import Assurance
from schemas.errors import PassportError
from schemas.vocabulary import Purpose, RecipientKind
from schemas.wire import SHARE_DAYS_MAX

LABEL: Final = "Health and work passport"  # of the link: says nothing about anybody


class ShareNotFoundError(PassportError):
    """The holder has no such share."""

    code = "share_not_found"


class ShareEndedError(PassportError):
    """The share has ended or was stopped: nothing of it can be changed any more."""

    code = "share_ended"


class ShareState(StrEnum):
    """Where a share stands, for its holder."""

    OPEN = "open"
    ENDED = "ended"
    STOPPED = "stopped"
    USED_UP = "used-up"
    EXPOSED = "exposed"  # others may have seen its link, and no passcode keeps them out: it opens for nobody (ADR 17)
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class HeldShare:
    """One share as its holder sees it."""

    row: ShareRow
    grant: Grant
    level: Assurance | None  # the surest that any recipient of it has shown; None while nobody has opened it
    address: str | None  # the work e-mail addresses that were checked for that

    @property
    def last_day(self) -> date:
        """The last whole day, in the United Kingdom, on which it opens."""
        return last_day(self.row.expires_at)

    def runs(self, now: datetime) -> bool:
        """Return whether it has neither ended nor been stopped; it may be closed all the same, for now."""
        return not self.row.has_ended(now)

    def state(self, now: datetime) -> ShareState:
        """Return where it stands; stopped outweighs everything."""
        if self.row.revoked_at is not None:
            return ShareState.STOPPED
        if now >= self.row.expires_at:
            return ShareState.ENDED
        if self.row.max_views is not None and self.row.views >= self.row.max_views:
            return ShareState.USED_UP
        if self.row.is_bare:
            return ShareState.EXPOSED
        return ShareState.LOCKED if self.row.attempts_left == 0 else ShareState.OPEN


@dataclass(frozen=True, slots=True)
class Choice:
    """One section on the share form: what the preset says of it and the entries that it would let out."""

    offer: OfferedSection
    entries: tuple[HeldEntry, ...]


def choices(
    d: Deployment, holder_id: str, kind: RecipientKind, purpose: Purpose | None = None
) -> Sequence[Choice]:
    """Return the sections that can be shared with this kind of recipient and hold something, in catalogue order."""
    with d.database.reading() as connection:
        holder = open_holder(d, connection, holder_id)
        held = accepted(connection, holder, kind)
    found = (
        Choice(offer, tuple(e for e in held if e.row.section is offer.section))
        for offer in offered(kind, purpose)
    )
    return [choice for choice in found if choice.entries]


def preview(d: Deployment, holder_id: str, request: ShareRequest) -> bytes:
    """Return the Bundle that the recipient would get, bound to no share and stored nowhere.

    Raises:
        GrantError, NothingToShareError: the request lets out what it must not, or nothing.
        BrokenEntryError, UnshareableError: what was chosen does not open, or is too much for one share.
        RequestNotFoundError, OtherRecipientError, OtherSectionsError: as `share`.
    """
    with d.database.reading() as connection:
        holder = open_holder(d, connection, holder_id)
        held = shareable(connection, holder, request)
        grant = new_grant(d, request, held)
        reply_requests.check_accepts(d, connection, holder, request.answers, grant)
        return bundle_of(
            holder,
            grant,
            held,
            share_id=d.new_id(),
            status=StatusRef(status_list_uri(d, FIRST_LIST), PREVIEWS),
            trust=trust_list(d, connection),
            language=request.language,
            now=grant.starts_at,
        )


def share(d: Deployment, holder_id: str, request: ShareRequest) -> str:
    """Share: sign, seal and log in one transaction, and return the share's id.

    Raises:
        GrantError, NothingToShareError: the request lets out what it must not, or nothing.
        BrokenEntryError, UnshareableError: what was chosen does not open, or is too much for one share.
        RequestNotFoundError: the request that it answers is not open any more.
        OtherRecipientError, OtherSectionsError: it does not answer that request (consent.reply).
    """
    secrets, phc = secrets_for(d, passcode=request.passcode, typed_code=request.typed_code)
    with d.database.writing() as connection:
        return add_share(d, connection, lock_holder(d, connection, holder_id), request, secrets, phc)


def secrets_for(d: Deployment, *, passcode: bool, typed_code: bool) -> tuple[ShareSecrets, str | None]:
    """Return fresh secrets and the passcode's hash, which is slow to make: not to be called in a transaction."""
    secrets = new_secrets(d, passcode=passcode, typed_code=typed_code)
    return secrets, d.lookup.passcode_phc(secrets.passcode) if secrets.passcode else None


def add_share(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    request: ShareRequest,
    secrets: ShareSecrets,
    phc: str | None,
) -> str:
    """Sign, seal, store and log one share of a locked holder, and return its id.

    Raises:
        GrantError, NothingToShareError, BrokenEntryError, UnshareableError: as `share`.
        RequestNotFoundError, OtherRecipientError, OtherSectionsError: as `share`.
    """
    held = shareable(connection, holder, request)
    grant = new_grant(d, request, held)
    reply_requests.check_accepts(d, connection, holder, request.answers, grant)
    share_id = d.new_id()
    place = allocate(d, connection, StatusKind.SHARE)
    bundle = bundle_of(
        holder,
        grant,
        held,
        share_id=share_id,
        status=place.ref,
        trust=trust_list(d, connection),
        language=request.language,
        now=grant.starts_at,
    )
    grants.create(connection, grant_row(holder, grant))
    row = share_row(d, holder, grant, request, share_id=share_id, place=place, secrets=secrets, phc=phc)
    shares.create(connection, row)
    share_files.create(connection, file_row(holder, share_id, bundle))
    add_locators(d, connection, row, secrets)
    if request.answers is not None:
        reply_requests.accept(d, connection, holder, request.answers, share_id)
    share_given(d, connection, holder, request, grant=grant, held=held, share_id=share_id, bundle=bundle)
    access.record(
        d,
        connection,
        holder.vault,
        holder.holder_id,
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
        given = {row.grant_id: row for row in grants.list_of(connection, holder_id, GrantKind.READ)}
        shown = openers.levels_of(d, connection, holder)
        found = shares.list_of(connection, holder_id)
        return [_held(holder, row, given.get(row.grant_id), shown) for row in found]


def find(d: Deployment, holder_id: str, share_id: str) -> HeldShare:
    """Return one share of a holder.

    Raises:
        ShareNotFoundError: the holder has no such share.
    """
    with d.database.reading() as connection:
        holder = open_holder(d, connection, holder_id)
        return held_of(d, connection, holder, row_of(connection, holder_id, share_id))


def secrets_of(d: Deployment, holder_id: str, share_id: str) -> ShareSecrets:
    """Return what the holder hands over, to show it again.

    Raises:
        ShareNotFoundError: the holder has no such share.
    """
    with d.database.reading() as connection:
        holder = open_holder(d, connection, holder_id)
        return open_secrets(holder, row_of(connection, holder_id, share_id))


def share_link(d: Deployment, held: HeldShare, secret: ShareSecret) -> str:
    """Return the link, and what the QR code says: the secret stands behind the `#`."""
    shlink = Shlink(
        url=manifest_url(d.settings.base_url, secret.url_token),
        key=secret.key,
        expires_at=latest_end(held.row),  # a share that was extended opens by the paper handed out (ADR 18)
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
        stop_share(d, connection, holder, row_of(connection, holder_id, share_id))


def stop_share(d: Deployment, connection: Connection, holder: OpenHolder, row: ShareRow) -> bool:
    """Stop a share of a locked holder and log it; return False when it was stopped before."""
    now = d.now()
    if not shares.revoke(connection, row.holder_id, row.share_id, now=now):
        return False
    grants.revoke(connection, row.holder_id, row.grant_id, now=now)
    on_withdrawn(d, connection, holder, row.grant_id)
    change(connection, row.status_list_id, row.status_index, status_store.INVALID)
    viewing_sessions.delete_of(connection, row.holder_id, row.share_id)
    access.record(d, connection, holder.vault, row.holder_id, AccessKind.STOPPED, share_id=row.share_id)
    alerts.ask_to_delete(d, connection, holder, row)
    return True


def add_locators(d: Deployment, connection: Connection, row: ShareRow, secrets: ShareSecrets) -> None:
    """Let a share be found by its link, and by its typed code where it has one."""
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


def latest_end(row: ShareRow) -> datetime:
    """Return the furthest end a share can ever have: a year and a day after the day it was made, in UTC."""
    day_after = row.created_at.astimezone(LONDON).date() + timedelta(days=SHARE_DAYS_MAX + 1)
    return datetime.combine(day_after, time(), LONDON).astimezone(UTC)


def row_of(connection: Connection, holder_id: str, share_id: str) -> ShareRow:
    """Return one share of a holder as it is stored.

    Raises:
        ShareNotFoundError: the holder has no such share.
    """
    row = shares.get(connection, holder_id, share_id)
    if row is None:
        raise ShareNotFoundError("there is no such share; look at your list again")
    return row


def running_row(connection: Connection, holder_id: str, share_id: str, *, now: datetime) -> ShareRow:
    """Return one share of a holder that has neither ended nor been stopped.

    Raises:
        ShareNotFoundError: the holder has no such share.
        ShareEndedError: it has ended, or was stopped.
    """
    row = row_of(connection, holder_id, share_id)
    if row.has_ended(now):
        raise ShareEndedError("this share has ended; share again to give them a new link")
    return row


def held_of(d: Deployment, connection: Connection, holder: OpenHolder, row: ShareRow) -> HeldShare:
    """Return a share of a holder with what was granted.

    Raises:
        ShareNotFoundError: its grant is not there.
    """
    shown = openers.levels_of(d, connection, holder, row.share_id)
    return _held(holder, row, grants.get(connection, holder.holder_id, row.grant_id), shown)


def _held(holder: OpenHolder, row: ShareRow, grant: GrantRow | None, shown: Mapping[str, Shown]) -> HeldShare:
    """`shown`: the surest level of each share's recipients; a program that only fetches one had its link."""
    if grant is None:
        raise ShareNotFoundError("there is no such share; look at your list again")
    known = shown.get(row.share_id) or Shown(Assurance.LINK if row.views else None)
    return HeldShare(row, open_grant(holder, grant), known.level, known.address)
