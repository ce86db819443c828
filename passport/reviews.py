"""Days on which changes at work are looked at again: in both sides' calendars, and each told of them by message.

A change is the holder's own, whose day is sealed with it, or an answer of a recipient's that continues it
(passport.countersigning).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar, Final

from sqlalchemy import Connection

from consent.calendar import Review, review_calendar
from consent.countersign import changes_of, what_it_says
from consent.reply_rights import ReplyAct
from consent.review import reviewed
from consent.verification import Refusal
from issuers.encoding import encode_base64url, encode_sorted_json
from passport import answers, outbox, records, replies
from passport.answers import STANDS, changes_in
from passport.deployment import Deployment
from passport.holders import HolderNotFoundError, OpenHolder, lock_holder, open_holder
from passport.outbox import Message
from passport.records import HeldEntry
from passport.replies import Replier
from passport.sealed_shares import open_bundle
from passport.storage_errors import HolderErasedError, SealError
from passport.store import entries, share_files
from passport.tables import EntryState, MessageKind, ShareRow
from schemas.errors import PassportError
from schemas.vocabulary import AuthorKind, Language, Section

REMIND_AHEAD: Final = timedelta(days=7)

Row = Mapping[str, Any]


class NoReviewsError(PassportError):
    """There is no review day: a calendar without an event is none (RFC 5545 section 3.6)."""

    code: ClassVar[str] = "no_reviews"


def of_holder(d: Deployment, holder_id: str) -> Sequence[Review]:
    """Return the review days of a holder's own changes and of the answers to them."""
    with d.database.reading() as connection:
        return _of_holder(d, connection, open_holder(d, connection, holder_id))


def of_recipient(d: Deployment, replier: Replier) -> Sequence[Review]:
    """Return the review days of the changes that a share shows and of the answers given there.

    Once the share is over, those of the recipient's own answers, as they gave them.
    """
    with d.database.reading() as connection:
        return _of_share(d, connection, replier)


def calendar_of(d: Deployment, found: Sequence[Review], language: Language) -> bytes:
    """Return review days as a calendar file, which names nobody and no change.

    Raises:
        NoReviewsError: there is none.
    """
    if not found:
        raise NoReviewsError("there are no review days yet; look again once one is agreed")
    host = d.settings.base_url.rpartition("//")[2].partition(":")[0]
    return review_calendar(found, host=host, now=d.now(), language=language)


def remind(d: Deployment) -> int:
    """Remind both sides of reviews in the week to come, of each day once, and return how many messages wait for it.

    To be run daily. Where no mail is set up nobody is reminded, and what is due stays due.
    """
    if not d.sends_mail:
        return 0
    with d.database.reading() as connection:
        found = entries.holders_with(connection, Section.ADJUSTMENTS)
    return sum(_remind(d, holder_id) for holder_id in found)


def _remind(d: Deployment, holder_id: str) -> int:
    try:
        with d.database.reading() as connection:
            if not _due(d, connection, open_holder(d, connection, holder_id)):
                return 0
        with d.database.writing() as connection:
            messages = _due(d, connection, lock_holder(d, connection, holder_id))
            return sum(outbox.enqueue(d, connection, message) for message in messages)
    except (HolderErasedError, HolderNotFoundError, SealError):  # the others are told all the same
        return 0


def _due(d: Deployment, connection: Connection, holder: OpenHolder) -> list[Message]:
    """Return the reminders that fall due, those among them that were sent before."""
    messages = [_reminder(holder, day) for day in _soon(d, _of_holder(d, connection, holder))]
    for replier in replies.repliers_in(d, connection, holder, shown=True):
        if replier.person.address and replies.may(d, replier, ReplyAct.REMINDER):
            days = _soon(d, _of_share(d, connection, replier))
            messages += [_reminder(holder, day, replier) for day in days]
    return messages


def _soon(d: Deployment, found: Iterable[Review]) -> list[date]:
    today = d.today()
    return sorted({review.day for review in found if today <= review.day <= today + REMIND_AHEAD})


def _reminder(holder: OpenHolder, day: date, replier: Replier | None = None) -> Message:
    return Message(
        kind=MessageKind.REVIEW_REMINDER,
        holder_id=holder.holder_id,
        to=replier.person.address if replier else None,
        about=replier.share.share_id if replier else None,
        language=replier.person.language if replier else holder.language,
        fields={"review_on": day.isoformat()},
        key=f"review-{day}-{replier.row.recipient_id if replier else 'holder'}",
    )


def _of_holder(d: Deployment, connection: Connection, holder: OpenHolder) -> list[Review]:
    held = records.entries_of(connection, holder, STANDS)
    told = _told(held)
    answered = _answered(connection, holder, held)
    return _reviews(d, holder.holder_id, reviewed(told, answered, told=told))


def _of_share(d: Deployment, connection: Connection, replier: Replier) -> list[Review]:
    holder, share = replier.holder, replier.share
    held = records.entries_of(connection, holder, STANDS)
    if not replies.may(d, replier, ReplyAct.SHARED_DAYS):
        own = _answered(connection, holder, held, share.share_id, replier.row.recipient_id)
        return _reviews(d, share.share_id, reviewed((), own, told=()))
    answered = _answered(connection, holder, held, share.share_id)
    shown = _shown(connection, holder, share)
    return _reviews(d, share.share_id, reviewed(shown, answered, told=_told(held)))


def _told(held: Iterable[HeldEntry]) -> list[Row]:
    """Return the changes as their holder tells them now."""
    return [
        row
        for entry in held
        if entry.row.author_kind is AuthorKind.HOLDER and entry.row.state is EntryState.ACCEPTED
        for row in changes_in(entry)
    ]


def _answered(
    connection: Connection,
    holder: OpenHolder,
    held: Iterable[HeldEntry],
    share_id: str | None = None,
    recipient_id: str | None = None,
) -> list[Row]:
    """Return the newest answer to each change that its holder did not decline: of one share or recipient, or of all."""
    found = [
        one
        for one in answers.standing(connection, holder, held, share_id)
        if recipient_id in (None, one.found_by.recipient_id)
    ]
    newest = {(one.found_by.share_id, one.found_by.about): one.change for one in found}
    return list(newest.values())


def _shown(connection: Connection, holder: OpenHolder, share: ShareRow) -> list[Row]:
    """Return the changes that a share shows; none where it does not open."""
    file = share_files.get(connection, holder.holder_id, share.share_id)
    if file is None:
        return []
    try:
        return [change.row for change in changes_of(open_bundle(holder, file))]
    except (SealError, Refusal):  # altered where it is stored, or of another version: the reply pages go on
        return []


def _reviews(d: Deployment, scope: str, rows: Iterable[Row]) -> list[Review]:
    """Return each row's review. Of rows that say the same, one name stays the change's and each day comes once.

    `scope`: the holder's id or the share's, so that recipients cannot tell by a name whose changes these are.
    """
    named: dict[str, date] = {}
    for row in rows:
        day, said = date.fromisoformat(row["review"]), encode_sorted_json(what_it_says(row)).decode()
        name = _name(d, scope, said)
        named[name if named.get(name, day) == day else _name(d, scope, f"{day} {said}")] = day
    return [Review(name, day) for name, day in named.items()]


def _name(d: Deployment, scope: str, said: str) -> str:
    return encode_base64url(d.lookup.review_hash(scope, said))
