"""A recipient's reply capability: who they are to us, and what they say about what they were given.

Whoever opens a share as a person gets a reply token apart from the link's secret. It shows no content, and outlives
the share: after its end it still says that a copy was deleted. Losing it costs another opening while the share runs.
Left out: who gets a token and when it changes (passport.reply_tokens), what recipients ask for
(passport.reply_requests), e-mail codes (passport.work_emails), countersigning.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar, Final

from sqlalchemy import Connection

from consent import assurance as levels
from consent.grant import Grant
from consent.reply import ReplyError
from consent.reply_rights import NotNow, ReplyAct, ShareStanding, refusal, standing_of
from issuers.encoding import decode_json_object, encode_json
from passport import access, outbox
from passport.deployment import Deployment
from passport.holders import OpenHolder, lock_holder, open_holder
from passport.i18n import known_language
from passport.issuer_standing import is_trusted
from passport.lookup import token_hash
from passport.outbox import Message
from passport.sealed_grants import open_grant
from passport.store import grants, recipients, shares
from passport.tables import AccessKind, MessageKind, RecipientRow, ShareRow
from schemas.consent_vocabulary import Assurance
from schemas.errors import PassportError
from schemas.vocabulary import Language

PERSON_FIELD: Final = {"table": "recipients", "field": "sealed_person"}
_WHY_NOT: Final = {
    NotNow.STILL_RUNS: "this is still shared with you; nothing has to be deleted yet",
    NotNow.OVER: "this is no longer shared with you",
    NotNow.STOPPED: "the person has stopped sharing with you; ask them in another way",
    NotNow.SHOW_MORE: "this is no longer shared with you: show that you use a work e-mail address first",
}
_GONE: Final = "this reply link does not work any more; open what was shared once more"
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


class ReplyNotFoundError(PassportError):
    """No recipient has this reply token, or it has ended."""

    code: ClassVar[str] = "reply_not_found"


class PassportDeletedError(PassportError):
    """The reply token was good, and its holder has deleted their passport: nobody is left to be told anything."""

    code: ClassVar[str] = "passport_deleted"


class ReplyNotNowError(ReplyError):
    """What is said does not fit where the share stands."""

    code: ClassVar[str] = "reply_not_now"


class TooManyRepliesError(PassportError):
    """Recipients of one share want more of its holder than anybody answers."""

    code: ClassVar[str] = "too_many_replies"


@dataclass(frozen=True, slots=True)
class Person:
    """Who a recipient is: their name as they said it, and what was checked. `pending`: an address not confirmed yet.

    `language`: of the page on which they gave an address; they are written to in it. None: not known.
    """

    name: str
    address: str | None = None
    organisation: str | None = None
    pending: str | None = None
    issuer: str | None = None  # the id on the trust list of the organisation
    language: Language | None = None
    opened_as: str | None = None  # as they said it when they opened, where another name was found out since

    def goes_by(self, name: str) -> bool:
        """Return whether they are called so, or said so when they opened."""
        known = {self.name, self.opened_as or self.name}
        return name.casefold() in {one.casefold() for one in known}


@dataclass(frozen=True, slots=True)
class Replier:
    """A recipient with the share they were given."""

    row: RecipientRow
    person: Person
    holder: OpenHolder
    share: ShareRow
    grant: Grant

    def who(self, language: Language) -> str:
        """Return who they are and how sure we are of it, in a sentence part."""
        person = self.person
        return levels.sentence(
            self.row.assurance,
            language,
            name=person.name,
            address=person.address,
            organisation=person.organisation,
        )

    def said(self) -> dict[str, str]:
        """Return who they are as the holder's log keeps it."""
        known = {
            "who": self.person.name,
            "assurance": self.row.assurance.value,
            "address": self.person.address,
            "organisation": self.person.organisation,
        }
        return {name: value for name, value in known.items() if value is not None}


def who_said(detail: Mapping[str, Any], language: Language) -> str | None:
    """Return who did what an event of the log says, and how sure we are; None when no recipient did."""
    if "assurance" not in detail:
        return None
    return levels.sentence(
        Assurance(detail["assurance"]),
        language,
        name=detail.get("who", ""),
        address=detail.get("address"),
        organisation=detail.get("organisation"),
    )


def find(d: Deployment, token: str) -> Replier:
    """Return the recipient with a reply token.

    Raises:
        ReplyNotFoundError: there is none, or it has ended.
        PassportDeletedError: its holder has deleted their passport.
    """
    with d.database.reading() as connection:
        holder_id, recipient_id = recipient_with(d, connection, token)
        return _replier(d, connection, open_holder(d, connection, holder_id), recipient_id)


def locked(d: Deployment, connection: Connection, token: str) -> Replier:
    """Return the recipient with a reply token, their holder locked until the transaction ends. Raises as `find`."""
    holder_id, recipient_id = recipient_with(d, connection, token)
    return _replier(d, connection, lock_holder(d, connection, holder_id), recipient_id)


def repliers_in(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    share_id: str | None = None,
    *,
    only: Collection[str] | None = None,
    shown: bool = False,
) -> Sequence[Replier]:
    """Return the recipients of a holder, of one share or of all (None), in the order they came.

    `only`: those with these ids; `shown`: those who ever showed more than that they had the link.
    """
    rows = recipients.list_of(connection, holder.holder_id, share_id, only=only, shown=shown)
    return repliers(d, connection, holder, rows)


def acknowledge(d: Deployment, token: str) -> None:
    """Keep that a recipient has read it and will use it only for what it was shared for. Once is enough.

    Raises:
        ReplyNotFoundError: as `find`.
        ReplyNotNowError: the share does not let them.
    """
    with d.database.writing() as connection:
        replier = locked(d, connection, token)
        check_now(d, replier, ReplyAct.ACKNOWLEDGE)
        if replier.row.acknowledged_at is None:
            change(connection, replier, acknowledged_at=d.now())
            record(d, connection, replier, AccessKind.ACKNOWLEDGED, purpose=replier.grant.purpose.value)
            tell_holder(d, connection, replier, MessageKind.ACKNOWLEDGED, key="acknowledged")


def say_deleted(d: Deployment, token: str) -> None:
    """Keep a recipient's statement that they deleted their copy. Nobody can check it.

    Raises:
        ReplyNotFoundError: as `find`.
        ReplyNotNowError: the share still runs.
    """
    with d.database.writing() as connection:
        replier = locked(d, connection, token)
        check_now(d, replier, ReplyAct.CONFIRM_DELETION)
        if replier.row.deleted_at is None:
            change(connection, replier, deleted_at=d.now())
            record(d, connection, replier, AccessKind.COPY_DELETED)
            tell_holder(d, connection, replier, MessageKind.ACKNOWLEDGED, key="deleted")


def note_saved_copy(d: Deployment, token: str, *, grant_id: str) -> None:
    """Put into the log that a recipient kept a copy that can be checked: their first one. Others' copies are not."""
    with d.database.writing() as connection:
        try:
            replier = locked(d, connection, token)
        except (ReplyNotFoundError, PassportDeletedError):
            return
        if replier.grant.grant_id == grant_id and replier.row.saved_at is None:
            change(connection, replier, saved_at=d.now())
            record(d, connection, replier, AccessKind.COPY_SAVED)


def standing(d: Deployment, replier: Replier) -> ShareStanding:
    """Return where the share of a recipient stands."""
    share = replier.share
    return standing_of(ends_at=share.expires_at, stopped_at=share.revoked_at, now=d.now())


def may(d: Deployment, replier: Replier, act: ReplyAct) -> bool:
    """Return whether a recipient can do this now."""
    return refusal(act, standing=standing(d, replier), level=replier.row.assurance) is None


def check_now(d: Deployment, replier: Replier, act: ReplyAct) -> None:
    """Check that a recipient can do this now.

    Raises:
        ReplyNotNowError: where the share stands, or for how little we know of them, they cannot.
    """
    refused = refusal(act, standing=standing(d, replier), level=replier.row.assurance)
    if refused is not None:
        raise ReplyNotNowError(_WHY_NOT[refused])


def raised(d: Deployment, connection: Connection, replier: Replier, level: Assurance) -> Replier:
    """Keep who a recipient was found to be; a level that they had already is not lost."""
    better = level if levels.at_least(level, replier.row.assurance) else replier.row.assurance
    now = d.now()
    change(connection, replier, assurance=better, confirmed_at=now, sealed_person=sealed_person(replier))
    return replace(replier, row=replier.row.model_copy(update={"assurance": better, "confirmed_at": now}))


def recipient_with(d: Deployment, connection: Connection, token: str) -> tuple[str, str]:
    """Return the ids of the holder and the recipient that a reply token leads to. Raises as `find`."""
    known = _TOKEN.fullmatch(token) is not None
    row = recipients.find_token(connection, token_hash(token), now=d.now()) if known else None
    if row is None:
        raise ReplyNotFoundError(_GONE)
    if row.holder_id is None or row.recipient_id is None:
        raise PassportDeletedError("the person has deleted their passport; please delete your copies")
    return row.holder_id, row.recipient_id


def person_of(holder: OpenHolder, row: RecipientRow) -> Person:
    """Return who a recipient is, as it is stored."""
    said = decode_json_object(holder.vault.open(row.sealed_person, row=row.recipient_id, **PERSON_FIELD))
    return Person(**{**said, "language": known_language(said.get("language"))})


def sealed_person(replier: Replier) -> bytes:
    """Return who a recipient is as it is stored."""
    plain = encode_json(asdict(replier.person))
    return replier.holder.vault.seal(plain, row=replier.row.recipient_id, **PERSON_FIELD)


def change(connection: Connection, replier: Replier, **values: Any) -> None:
    """Change what is known of a recipient."""
    recipients.change(connection, replier.row.holder_id, replier.row.recipient_id, values)


def record(d: Deployment, connection: Connection, replier: Replier, kind: AccessKind, **detail: Any) -> None:
    """Add to the holder's log what a recipient did, with how sure we are of who they are."""
    access.record(
        d,
        connection,
        replier.holder.vault,
        replier.row.holder_id,
        kind,
        share_id=replier.share.share_id,
        **replier.said(),
        **detail,
    )


def tell_holder(
    d: Deployment, connection: Connection, replier: Replier, kind: MessageKind, *, key: str
) -> None:
    """Tell the holder by message, if they want to be told. `key`: what it is about, once for each recipient."""
    message = Message(
        kind=kind,
        holder_id=replier.row.holder_id,
        to=None,
        about=replier.share.share_id,
        language=replier.holder.language,
        fields={"day": d.today().isoformat()},
        key=f"{kind}-{replier.row.recipient_id}-{key}",
    )
    outbox.enqueue(d, connection, message)


def _replier(d: Deployment, connection: Connection, holder: OpenHolder, recipient_id: str) -> Replier:
    row = recipients.get(connection, holder.holder_id, recipient_id)
    if row is None:
        raise ReplyNotFoundError(_GONE)
    return repliers(d, connection, holder, [row])[0]


def repliers(
    d: Deployment, connection: Connection, holder: OpenHolder, rows: Sequence[RecipientRow]
) -> Sequence[Replier]:
    """Return recipients with what they were given, each share opened once."""
    given = {share_id: _given(connection, holder, share_id) for share_id in {row.share_id for row in rows}}
    now = (level_now(d, connection, row, person_of(holder, row)) for row in rows)
    return [Replier(row, person, holder, *given[row.share_id]) for row, person in now]


def _given(connection: Connection, holder: OpenHolder, share_id: str) -> tuple[ShareRow, Grant]:
    share = shares.get(connection, holder.holder_id, share_id)
    grant = grants.get(connection, holder.holder_id, share.grant_id) if share else None
    if share is None or grant is None:
        raise ReplyNotFoundError(_GONE)
    return share, open_grant(holder, grant)


def level_now(
    d: Deployment, connection: Connection, row: RecipientRow, person: Person
) -> tuple[RecipientRow, Person]:
    """Return who a recipient is now: an organisation that was suspended since stands behind nobody.

    Every level that is shown comes through here; what was signed or logged says that of its moment.
    """
    if row.assurance is not Assurance.TRUST_LIST or is_trusted(d, connection, person.issuer or ""):
        return row, person
    level = Assurance.WORK_EMAIL if person.address else Assurance.LINK
    return row.model_copy(update={"assurance": level}), replace(person, organisation=None)
