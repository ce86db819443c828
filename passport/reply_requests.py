"""What a recipient asks the holder for: further sections, or that a named line manager may read it too.

A request is logged and has a receipt, and the holder accepts it by sharing, or refuses it by a ready-made answer; after
a month it has ended. The link of what is shared then is the holder's to hand over. A few may be open at once, so that
nobody who holds a link can press anybody.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from sqlalchemy import Connection

from consent.grant import Grant
from consent.receipt import Controller, Notice
from consent.reply import check_answer, check_asked
from consent.reply_rights import ReplyAct
from issuers.encoding import decode_json_object, encode_json
from passport import access, receipts, replies
from passport.decisions import Asked
from passport.deployment import Deployment, last_day
from passport.holders import OpenHolder, lock_holder, open_holder
from passport.replies import Replier, TooManyRepliesError
from passport.store import reply_requests as store
from passport.tables import AccessKind, MessageKind, ReplyRequestRow
from schemas.consent_notice import request_notice
from schemas.errors import PassportError
from schemas.reply_vocabulary import PoliteAnswer, RequestKind, RequestState
from schemas.vocabulary import Language, Section

OPEN_MAX: Final = 3  # requests of one share that wait for the holder
REQUESTS_MAX: Final = 20  # in the life of a share
REQUEST_LASTS: Final = timedelta(days=30)
WISH_FIELD: Final = {"table": "reply_requests", "field": "sealed_wish"}


class RequestNotFoundError(PassportError):
    """The holder was asked no such thing, or has answered it."""

    code: ClassVar[str] = "request_not_found"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for, in their own words. `manager`: who should be able to read it too."""

    reason: str
    sections: tuple[Section, ...] = ()
    manager: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One request with who makes it, for the holder; a recipient sees their own alone."""

    row: ReplyRequestRow
    wish: Wish
    replier: Replier | None = None

    @property
    def ends_at(self) -> datetime:
        """Until when it can be answered."""
        return self.row.asked_at + REQUEST_LASTS

    def state(self, now: datetime) -> RequestState:
        """Return where it stands: what nobody answered in time has ended."""
        is_late = self.row.state is RequestState.OPEN and now >= self.ends_at
        return RequestState.EXPIRED if is_late else self.row.state


def ask_for_more(d: Deployment, token: str, *, sections: Collection[Section], reason: str) -> str:
    """Ask for further sections and return the request's id.

    Raises:
        ReplyNotFoundError: nobody has this reply token.
        NotOfferedError: a section cannot be asked for; which ones can does not depend on what the passport holds.
        ReplyNotNowError: the holder has stopped sharing.
        TooManyRepliesError: too many requests wait for the holder, or were made.
    """
    with d.database.writing() as connection:
        replier = replies.locked(d, connection, token)
        check_asked(replier.grant.recipient.kind, replier.grant.sections, sections)
        wish = Wish(reason, tuple(sorted(set(sections))))
        return _ask(d, connection, replier, RequestKind.MORE, AccessKind.ASKED_FOR_MORE, wish)


def ask_for_manager(d: Deployment, token: str, *, name: str, reason: str) -> str:
    """Ask that a named line manager may read it too, and return the request's id. Raises as `ask_for_more`."""
    with d.database.writing() as connection:
        replier = replies.locked(d, connection, token)
        wish = Wish(reason, manager=name)
        return _ask(d, connection, replier, RequestKind.FOR_MANAGER, AccessKind.ASKED_FOR_MANAGER, wish)


def of_recipient(d: Deployment, replier: Replier) -> Sequence[Request]:
    """Return what one recipient has asked for, newest first."""
    with d.database.reading() as connection:
        rows = store.list_of(connection, replier.row.holder_id, replier.share.share_id)
    mine = (row for row in rows if row.recipient_id == replier.row.recipient_id)
    return [Request(row, _wish(replier.holder, row)) for row in mine]


def to_holder(d: Deployment, holder_id: str) -> Sequence[Request]:
    """Return what a holder is and was asked for, newest first."""
    with d.database.reading() as connection:
        return _opened(d, connection, holder_id, store.list_of(connection, holder_id))


def latest_to_holder(
    d: Deployment, holder_id: str, *, before: str | None = None, limit: int
) -> Sequence[Request]:
    """Return what waits for a holder, and as many of the newest that does not; `before`: only what is older than that.

    `before` is the id at which the page before ended.
    """
    with d.database.reading() as connection:
        rows = store.list_of(connection, holder_id)
        waiting = [row for row in rows if _waits(row, now=d.now())]
        others = [row for row in rows if row not in waiting]
        ids = [row.request_id for row in others]
        if before in ids:
            waiting, others = [], others[ids.index(before) + 1 :]
        return _opened(d, connection, holder_id, [*waiting, *others[:limit]])


def open_to_holder(connection: Connection, holder_id: str, *, now: datetime) -> int:
    """Return how many requests wait for a holder."""
    rows = store.list_of(connection, holder_id)
    return sum(_waits(row, now=now) for row in rows)


def find(d: Deployment, holder_id: str, request_id: str) -> Request:
    """Return one request to a holder.

    Raises:
        RequestNotFoundError: there is none.
    """
    with d.database.reading() as connection:
        row = store.get(connection, holder_id, request_id)
        if row is None:
            raise RequestNotFoundError("nobody asks you for this; look at your list again")
        return _opened(d, connection, holder_id, [row])[0]


def refuse(d: Deployment, holder_id: str, request_id: str, answer: PoliteAnswer) -> None:
    """Say no by a ready-made answer.

    Raises:
        RequestNotFoundError: no such request is open.
    """
    changes = {"state": RequestState.REFUSED, "answer": answer}
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, holder_id)
        _answer(d, connection, holder, request_id, AccessKind.REQUEST_REFUSED, changes, answer=answer.value)
        receipts.on_refused(d, connection, holder, request_id)


def check_accepts(
    d: Deployment, connection: Connection, holder: OpenHolder, request_id: str | None, grant: Grant
) -> None:
    """Check that what a grant lets out answers the request that it is to answer, if any (consent.reply).

    Raises:
        RequestNotFoundError: no such request is open.
        OtherRecipientError, OtherSectionsError: it is with somebody else, or gives nothing of what was asked for.
    """
    if request_id is None:
        return
    row = store.get(connection, holder.holder_id, request_id)
    if row is None or not _waits(row, now=d.now()):
        raise RequestNotFoundError("nobody asks you for this now; look at your list again")
    (asked,) = _opened(d, connection, holder.holder_id, [row])
    if asked.replier is None:
        raise RequestNotFoundError("nobody asks you for this now; look at your list again")
    asker = asked.replier.grant
    check_answer(
        asker.recipient,
        asker.sections if asked.wish.manager else asked.wish.sections,
        manager=asked.wish.manager,
        recipient=grant.recipient,
        given=grant.sections,
    )


def accept(d: Deployment, connection: Connection, holder: OpenHolder, request_id: str, share_id: str) -> None:
    """Keep, in its transaction, that a share was made in answer to a request.

    Raises:
        RequestNotFoundError: no such request is open.
    """
    changes = {"state": RequestState.ACCEPTED, "new_share_id": share_id}
    _answer(d, connection, holder, request_id, AccessKind.REQUEST_ACCEPTED, changes, shared=share_id)


def notice_of(request: Request, language: Language) -> tuple[str, ...]:
    """Return how a request reads, whoever makes it."""
    wish, replier = request.wish, request.replier
    if replier is None:
        return ()
    return request_notice(
        replier.grant.recipient.name,
        purpose=replier.grant.purpose,
        sections=wish.sections,
        manager=wish.manager,
        until=last_day(request.ends_at),
        language=language,
    )


def _waits(row: ReplyRequestRow, *, now: datetime) -> bool:
    return row.state is RequestState.OPEN and now < row.asked_at + REQUEST_LASTS


def _opened(
    d: Deployment, connection: Connection, holder_id: str, rows: Sequence[ReplyRequestRow]
) -> Sequence[Request]:
    """Return requests with who made them."""
    holder, who = open_holder(d, connection, holder_id), {row.recipient_id for row in rows}
    found = {one.row.recipient_id: one for one in replies.repliers_in(d, connection, holder, only=who)}
    return [Request(row, _wish(holder, row), found.get(row.recipient_id)) for row in rows]


def _ask(
    d: Deployment, connection: Connection, replier: Replier, kind: RequestKind, event: AccessKind, wish: Wish
) -> str:
    replies.check_now(d, replier, ReplyAct.ASK)
    _check_budget(d, connection, replier)
    request_id = d.new_id()
    plain = encode_json({"reason": wish.reason, "sections": wish.sections, "manager": wish.manager})
    row = ReplyRequestRow(
        holder_id=replier.row.holder_id,
        request_id=request_id,
        recipient_id=replier.row.recipient_id,
        share_id=replier.share.share_id,
        kind=kind,
        state=RequestState.OPEN,
        sealed_wish=replier.holder.vault.seal(plain, row=request_id, **WISH_FIELD),
        asked_at=d.now(),
    )
    store.add(connection, row)
    receipts.on_requested(d, connection, replier.holder, _asked(Request(row, wish, replier), replier))
    replies.record(d, connection, replier, event, sections=list(wish.sections))
    replies.tell_holder(d, connection, replier, MessageKind.ASKED_FOR_MORE, key=request_id)
    return request_id


def _asked(request: Request, replier: Replier) -> Asked:
    """Return what the receipt says of a request: of a line manager we know no more than their name."""
    level, recipient, manager = replier.row.assurance, replier.grant.recipient, request.wish.manager
    reader = Controller(kind=recipient.kind, name=recipient.name, assurance=level)
    if manager is not None:
        reader = Controller(kind=recipient.kind, name=manager)
    language = replier.holder.language
    return Asked(
        request_id=request.row.request_id,
        controller=reader,
        assurance=level,
        purpose=replier.grant.purpose,
        ends_at=request.ends_at.replace(microsecond=0),
        notice=Notice.of("\n".join(notice_of(request, language)), language),
    )


def _check_budget(d: Deployment, connection: Connection, replier: Replier) -> None:
    owner, share_id = replier.row.holder_id, replier.share.share_id
    waiting = store.count_of(connection, owner, share_id, open_since=d.now() - REQUEST_LASTS)
    if waiting >= OPEN_MAX or store.count_of(connection, owner, share_id) >= REQUESTS_MAX:
        raise TooManyRepliesError("wait until the person has answered what was asked")


def _answer(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    request_id: str,
    kind: AccessKind,
    changes: dict[str, Any],
    **detail: str,
) -> None:
    holder_id = holder.holder_id
    row = store.get(connection, holder_id, request_id)
    values = {**changes, "answered_at": d.now()}
    since = d.now() - REQUEST_LASTS
    if row is None or not store.answer(connection, holder_id, request_id, values, asked_after=since):
        raise RequestNotFoundError("nobody asks you for this now; look at your list again")
    access.record(d, connection, holder.vault, holder_id, kind, share_id=row.share_id, **detail)


def _wish(holder: OpenHolder, row: ReplyRequestRow) -> Wish:
    plain = decode_json_object(holder.vault.open(row.sealed_wish, row=row.request_id, **WISH_FIELD))
    return Wish(plain["reason"], tuple(Section(one) for one in plain["sections"]), plain["manager"])
