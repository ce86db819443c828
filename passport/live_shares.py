"""Live shares: the holder sends a change on, and the recipient sees what changed since they last looked.

Nothing is sent by itself. A change in what was not granted is no change of the share: nothing of it moves, no time, no
signature. What is sent keeps the share's id, link, passcode, nonce and status index; its key bindings are new.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection

from consent.changes import Change, Mark, News, Said, marks, news, what_changed
from consent.grant import Grant, GrantError
from consent.receipt import Notice
from consent.verification import VerifiedEntry
from consent.verify import verify
from issuers.encoding import (
    decode_base64url,
    decode_json_object,
    encode_base64url,
    encode_json,
    encode_sorted_json,
)
from issuers.status_list import StatusRef
from passport import access, alerts
from passport.deployment import Deployment
from passport.following import Step, language_of, steps
from passport.grant_receipts import share_changed
from passport.holders import OpenHolder, lock_holder, open_holder
from passport.issuing import status_list_uri, trust_list
from passport.releasing import accepted, bundle_of
from passport.sealed_grants import seal_terms
from passport.sealed_shares import BUNDLE_FIELD, PUT_OFF_FIELD, SEEN_FIELD, open_bundle
from passport.share_request import NothingToShareError
from passport.sharing import HeldShare, held_of, row_of, running_row
from passport.store import grants, share_files, shares
from passport.tables import AccessKind, ShareFileRow, ShareRow
from schemas.catalogue import TOLD_ON
from schemas.consent_notice import UpdateNotice, update_notice
from schemas.errors import PassportError
from schemas.vocabulary import Language, Section

Rows = Mapping[str, Sequence[str]]
"""Rows that the holder lets out too: entry id -> disclosure paths, as `Update.asked` names them."""
NO_ROWS: Final[Rows] = {}


class NotLiveError(PassportError):
    """The share is a snapshot: it stays as it was made."""

    code = "share_not_live"


class NothingChangedError(PassportError):
    """Nothing that was granted has changed: nothing is sent."""

    code = "nothing_changed"


@dataclass(frozen=True, slots=True)
class Update:
    """A change that a holder may send on to the recipient of a live share."""

    share: HeldShare
    steps: tuple[Step, ...]
    put_off: bool  # the holder does not send it now; until something changes again, nobody asks them

    @property
    def asked(self) -> dict[str, tuple[str, ...]]:
        """The rows that are new or changed, by the entry they are in: each is let out only when chosen."""
        return {s.followed.entry_id: s.followed.asked for s in self.steps if s.followed and s.followed.asked}

    def notice(self, language: Language) -> UpdateNotice:
        """Return the wording that the pages show before it is sent."""
        return update_notice(self.share.grant.recipient.name, asked=bool(self.asked), language=language)

    def grant(self, rows: Rows) -> Grant:
        """Return the share's grant as it would be with these rows.

        Raises:
            GrantError: a row is none of those asked about.
            NothingToShareError: nothing is left to share.
        """
        if set(rows) - set(self.asked):
            raise GrantError("rows names an entry that has no new lines; look at the changes again")
        items = {
            s.followed.entry_id: s.followed.item(rows.get(s.followed.entry_id, ()))
            for s in self.steps
            if s.followed
        }
        kept = tuple(item for item in items.values() if item)
        if not kept:
            raise NothingToShareError("nothing of this share is left; stop it, or tell it again")
        return replace(self.share.grant, items=kept)


def updates(d: Deployment, holder_id: str) -> Sequence[Update]:
    """Return the changes that wait to be sent on, newest share first."""
    with d.database.reading() as connection:
        holder = open_holder(d, connection, holder_id)
        rows = [row for row in shares.list_of(connection, holder_id) if row.live]
        held = [held_of(d, connection, holder, row) for row in rows]
        found = [_update(connection, holder, one) for one in held if one.runs(d.now())]
    return [update for update in found if update is not None]


def update_of(d: Deployment, holder_id: str, share_id: str) -> Update | None:
    """Return the change that waits to be sent on to the recipient of one share, or None.

    Raises:
        ShareNotFoundError: the holder has no such share.
    """
    with d.database.reading() as connection:
        holder = open_holder(d, connection, holder_id)
        held = held_of(d, connection, holder, row_of(connection, holder_id, share_id))
        return _update(connection, holder, held) if held.row.live and held.runs(d.now()) else None


def waiting(d: Deployment, holder_id: str, share_id: str) -> Update:
    """Return the same where one is needed.

    Raises:
        ShareNotFoundError, ShareEndedError, NotLiveError, NothingChangedError: there is nothing to send.
    """
    with d.database.reading() as connection:
        _row, _file, update = _waiting(d, connection, open_holder(d, connection, holder_id), share_id)
    return update


def put_off(d: Deployment, holder_id: str, share_id: str) -> None:
    """Keep that a change is not sent on now. It can be sent all the same, and whatever changes next is asked about.

    Raises:
        ShareNotFoundError, ShareEndedError, NotLiveError, NothingChangedError: there is nothing to send.
    """
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, holder_id)
        _row, _file, update = _waiting(d, connection, holder, share_id)
        sealed = holder.vault.seal(_digest(update.steps), row=share_id, **PUT_OFF_FIELD)
        shares.put_off(connection, holder_id, share_id, sealed=sealed)


def preview_update(
    d: Deployment, holder_id: str, share_id: str, *, rows: Rows = NO_ROWS, language: Language
) -> tuple[bytes, tuple[Change, ...]]:
    """Return the Bundle that a change would make, and what changes, for its holder's eyes; store nothing.

    Raises:
        ShareNotFoundError, ShareEndedError, NotLiveError, NothingChangedError: there is nothing to send.
        GrantError, NothingToShareError, UnshareableError: it cannot be sent as it is.
    """
    with d.database.reading() as connection:
        holder = open_holder(d, connection, holder_id)
        row, file, update = _waiting(d, connection, holder, share_id)
        bundle = _bundle(d, connection, holder, row, update.grant(rows))
        before, after = (_said(d, connection, raw) for raw in (open_bundle(holder, file), bundle))
    return bundle, what_changed(before, after, language)


def send_update(
    d: Deployment, holder_id: str, share_id: str, *, rows: Rows = NO_ROWS, language: Language | None = None
) -> None:
    """Send a change on: sign, seal and log in one transaction. Link, QR code and passcode stay.

    `language`: of the wording that the holder read before, which the receipt keeps; None: their own.

    Raises:
        ShareNotFoundError, ShareEndedError, NotLiveError, NothingChangedError: there is nothing to send.
        GrantError, NothingToShareError, UnshareableError: it cannot be sent as it is.
    """
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, holder_id)
        row, file, update = _waiting(d, connection, holder, share_id)
        grant = update.grant(rows)
        bundle = _bundle(d, connection, holder, row, grant)
        grants.set_terms(connection, holder_id, row.grant_id, sealed_terms=seal_terms(holder, grant))
        share_files.release_again(
            connection,
            holder_id,
            share_id,
            sealed_bundle=holder.vault.seal(bundle, row=share_id, **BUNDLE_FIELD),
            sealed_seen=_seen(d, connection, holder, row, file),
        )
        shares.release_again(connection, holder_id, share_id, now=d.now())
        spoken = language or holder.language
        notice = Notice.of(update.notice(spoken).text, spoken)
        share_changed(d, connection, holder, grant, bundle, notice=notice)
        _log(d, connection, holder, share_id, grant)
        alerts.tell_of_change(d, connection, holder, row)


def changes_since(
    looked_at: datetime | None,
    holder: OpenHolder,
    row: ShareRow,
    file: ShareFileRow,
    entries: Sequence[VerifiedEntry],
) -> dict[Language, tuple[News, ...]] | None:
    """Return what is new for a recipient who looked at this moment before; None when nothing can be compared with.

    That something was taken out is told to those alone who saw it: the one release whose marks are kept is the last
    that somebody looked at, and it was there from `released_at` to `until`. What it said is kept nowhere.
    """
    if not row.live or looked_at is None:
        return None
    if row.released_at is None or looked_at > row.released_at:
        return dict.fromkeys(Language, ())
    if file.sealed_seen is None:
        return None
    seen = decode_json_object(holder.vault.open(file.sealed_seen, row=file.share_id, **SEEN_FIELD))
    if not datetime.fromisoformat(seen["released_at"]) <= looked_at <= datetime.fromisoformat(seen["until"]):
        return None
    before: list[Mark] = [(Section(section), name, mark) for section, name, mark in seen["marks"]]
    after, salt = [_claims(entry) for entry in entries], decode_base64url(seen["salt"])
    return {language: news(before, after, salt=salt, language=language) for language in Language}


def _update(connection: Connection, holder: OpenHolder, held: HeldShare) -> Update | None:
    found = tuple(steps(connection, holder, held.grant))
    if all(step.same for step in found):
        return None
    sealed, share_id = held.row.sealed_put_off, held.row.share_id
    known = None if sealed is None else holder.vault.open(sealed, row=share_id, **PUT_OFF_FIELD)
    return Update(held, found, put_off=known == _digest(found))


def _digest(found: Sequence[Step]) -> bytes:
    """Return the SHA-256 of what a change would say, whenever it was told."""
    return sha256(encode_sorted_json({"changed": [_says(step) for step in found if not step.same]})).digest()


def _says(step: Step) -> list[Any]:
    if step.now is None or step.followed is None:
        return [step.item.section, step.item.entry_id]
    paths = {*step.followed.kept, *step.followed.asked}
    said = [[claim.name, claim.value] for claim in step.now.claims if claim.path in paths]
    return [step.item.section, [one for one in said if one[0] != TOLD_ON]]


def _waiting(
    d: Deployment, connection: Connection, holder: OpenHolder, share_id: str
) -> tuple[ShareRow, ShareFileRow, Update]:
    row = running_row(connection, holder.holder_id, share_id, now=d.now())
    if not row.live:
        raise NotLiveError("this share stays as it was made; share again to send something new")
    update = _update(connection, holder, held_of(d, connection, holder, row))
    file = share_files.get(connection, holder.holder_id, share_id)
    if update is None or file is None:
        raise NothingChangedError("nothing that you share with them has changed")
    return row, file, update


def _bundle(d: Deployment, connection: Connection, holder: OpenHolder, row: ShareRow, grant: Grant) -> bytes:
    return bundle_of(
        holder,
        grant,
        accepted(connection, holder, grant.recipient.kind),
        share_id=row.share_id,
        status=StatusRef(status_list_uri(d, row.status_list_id), row.status_index),
        trust=trust_list(d, connection),
        language=language_of(connection, holder, row),
        now=_this_second(d),
    )


def _seen(
    d: Deployment, connection: Connection, holder: OpenHolder, row: ShareRow, file: ShareFileRow
) -> bytes | None:
    """Return marks of what the recipient saw last: of this release when it was opened, else those kept before."""
    released_at = row.released_at or row.created_at
    if row.last_view_at is None or row.last_view_at < released_at:
        return file.sealed_seen
    said, salt = _said(d, connection, open_bundle(holder, file)), d.random_bytes(16)
    seen = {
        "released_at": released_at.isoformat(),
        "until": d.now().isoformat(),
        "salt": encode_base64url(salt),
        "marks": marks(said, salt),
    }
    return holder.vault.seal(encode_json(seen), row=file.share_id, **SEEN_FIELD)


def _said(d: Deployment, connection: Connection, bundle: bytes) -> list[Said]:
    """Return the claims of a Bundle of our own, each part verified but for its status."""
    found = verify(bundle, trust=trust_list(d, connection), statuses={}, now=d.now())
    return [_claims(entry) for entry in found.entries]


def _claims(entry: VerifiedEntry) -> tuple[Section, Mapping[str, Any]]:
    return entry.section, entry.readable.claims


def _this_second(d: Deployment) -> datetime:
    return d.now().replace(microsecond=0)


def _log(d: Deployment, connection: Connection, holder: OpenHolder, share_id: str, grant: Grant) -> None:
    access.record(
        d,
        connection,
        holder.vault,
        holder.holder_id,
        AccessKind.UPDATED,
        share_id=share_id,
        who=grant.recipient.name,
        sections=sorted(grant.sections),
    )
