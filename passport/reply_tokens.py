"""Reply tokens: who gets one, and another one once they have shown who they are.

The token is all that a recipient is known by: whoever had it before they were checked, or gave it to them, must not
have it afterwards. Left out: what recipients say (passport.replies), and the codes sent to them (passport.work_emails).
"""

from dataclasses import asdict, replace
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from issuers.encoding import encode_json
from passport import viewing_sessions
from passport.deployment import Deployment
from passport.holders import OpenHolder, lock_holder
from passport.issuer_standing import is_trusted
from passport.lookup import token_hash
from passport.organisations import writer_of
from passport.replies import (
    PERSON_FIELD,
    PassportDeletedError,
    Person,
    Replier,
    ReplyNotFoundError,
    ReplyNotNowError,
    locked,
    person_of,
    raised,
    recipient_with,
    record,
    repliers_in,
)
from passport.store import recipients, shares
from passport.tables import AccessKind, RecipientRow, ReplyTokenRow, ShareRow
from schemas.consent_vocabulary import Assurance

REPLY_LASTS: Final = timedelta(days=365)  # after the share's end


def reply_capability(
    d: Deployment, connection: Connection, viewing_token: str, known: str | None = None
) -> str | None:
    """Return the reply token of whoever has just opened a share: the one they have already, or a new one.

    Whoever gives another name is somebody else at the same computer, who answers for nobody but themselves. None when
    the viewing session has ended. Changes nothing but the database, so that the writer may run it twice.
    """
    session = viewing_sessions.find(d, connection, viewing_token)
    if session is None:
        return None
    holder = lock_holder(d, connection, session.holder_id)
    share = shares.get(connection, session.holder_id, session.share_id)
    if share is None:
        return None
    person = Person(viewing_sessions.viewer_of(holder, session).who)
    if known and _is_of(d, connection, known, holder, share, person):
        return known
    return _new_recipient(d, connection, holder, share, person)


def known_as(
    d: Deployment, connection: Connection, token: str, holder: OpenHolder, share: ShareRow, name: str
) -> Replier | None:
    """Return the recipient who opens a share again under their name, with their reply token; None for all others."""
    if not _is_of(d, connection, token, holder, share, Person(name)):
        return None
    return locked(d, connection, token)


def new_token(d: Deployment, connection: Connection, replier: Replier) -> str:
    """Return another reply token of a recipient; those they had end.

    Whoever had one before, or handed it to them, is not who was found out to be there (ASVS 5.0 requirement 7.2.4).
    """
    recipients.end_tokens_of(connection, replier.row.holder_id, replier.row.recipient_id)
    token = d.new_token()
    recipients.add_token(connection, _found_by(token, replier.share, replier.row.recipient_id))
    return token


def end_unsure(
    d: Deployment, connection: Connection, holder: OpenHolder, share_id: str, *, named: str
) -> None:
    """End a share's reply tokens, but for recipients who showed more than that they had the link.

    Whom the holder named as not meant may have opened it under other names too. They end whatever they showed.
    """
    rows = recipients.list_of(connection, holder.holder_id, share_id)
    shown = {row.recipient_id for row in rows if row.assurance is not Assurance.LINK}
    stay = {
        replier.row.recipient_id
        for replier in repliers_in(d, connection, holder, share_id, only=shown)
        if replier.row.assurance is not Assurance.LINK and not replier.person.goes_by(named)
    }
    for row in rows:
        if row.recipient_id not in stay:
            recipients.end_tokens_of(connection, holder.holder_id, row.recipient_id)


def vouch(d: Deployment, token: str, practitioner_id: str) -> str:
    """Keep that a recipient is signed in for an organisation on the trust list, and return their new token.

    Raises:
        ReplyNotFoundError: as `find`.
        PractitionerNotFoundError: they are not known any more.
        ReplyNotNowError: their organisation is suspended.
    """
    with d.database.writing() as connection:
        replier = locked(d, connection, token)
        writer = writer_of(d, connection, practitioner_id)
        if not is_trusted(d, connection, writer.organisation.issuer_id):
            raise ReplyNotNowError("your organisation is suspended on the trust list")
        person = replace(
            replier.person,
            name=writer.practitioner.name,
            opened_as=replier.person.opened_as or replier.person.name,
            organisation=writer.organisation.public_name,
            issuer=writer.organisation.issuer_id,
        )
        known = replace(replier, person=person)
        known = raised(d, connection, known, Assurance.TRUST_LIST)
        record(d, connection, known, AccessKind.RECIPIENT_KNOWN)
        return new_token(d, connection, known)


def _is_of(
    d: Deployment, connection: Connection, token: str, holder: OpenHolder, share: ShareRow, person: Person
) -> bool:
    """Return whether a reply token is of the recipient of this share who gives this name."""
    try:
        holder_id, recipient_id = recipient_with(d, connection, token)
    except (ReplyNotFoundError, PassportDeletedError):
        return False
    row = recipients.get(connection, share.holder_id, recipient_id)
    if holder_id != share.holder_id or row is None or row.share_id != share.share_id:
        return False
    return person_of(holder, row).goes_by(person.name)


def _new_recipient(
    d: Deployment, connection: Connection, holder: OpenHolder, share: ShareRow, person: Person
) -> str:
    token = d.new_token()
    recipient_id, now = d.new_id(), d.now()
    row = RecipientRow(
        holder_id=share.holder_id,
        recipient_id=recipient_id,
        share_id=share.share_id,
        assurance=Assurance.LINK,
        sealed_person=holder.vault.seal(encode_json(asdict(person)), row=recipient_id, **PERSON_FIELD),
        created_at=now,
        looked_at=now,
    )
    recipients.add(connection, row, _found_by(token, share, recipient_id))
    return token


def _found_by(token: str, share: ShareRow, recipient_id: str) -> ReplyTokenRow:
    return ReplyTokenRow(
        token_hash=token_hash(token),
        holder_id=share.holder_id,
        recipient_id=recipient_id,
        expires_at=share.expires_at + REPLY_LASTS,
    )
