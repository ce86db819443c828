"""An employer says what becomes of a change at work, without an account: agreed, in place, refused, ended.

They do so while what was shared is open before them, since the answer is about what they read; once it is over, of what
they answered before, when more is known of them than that they had the link (consent.reply_rights). It becomes an entry
by the service's acknowledgement issuer that says how sure we are of who they are; the holder accepts or declines it.
The employer's name is a disclosure of its own, which the employer preset leaves out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final

from sqlalchemy import Connection

from consent.assurance import at_least
from consent.countersign import SharedChange, answer, changes_of
from consent.reply import ReplyError, check_move, check_review, moves
from consent.reply_rights import ReplyAct, ShareStanding
from consent.review import OVER
from issuers.credential import Author
from issuers.encoding import decode_base64url
from passport import answers, records, replies
from passport.answers import STANDS, StandingAnswer
from passport.deployment import Deployment
from passport.issuing import ACKNOWLEDGEMENT
from passport.records import Draft
from passport.replies import Replier, ReplyNotNowError, TooManyRepliesError
from passport.statuses import StatusBoard
from passport.storage_errors import SealError
from passport.store import countersignatures as store
from passport.tables import AccessKind, CountersignatureRow, EntryState, MessageKind
from passport.viewing import look
from schemas.catalogue import dump_body, parse_body
from schemas.consent_vocabulary import Assurance
from schemas.sections.work import ChangeStatus
from schemas.vocabulary import AuthorKind, RecipientKind, Section

WAITING_MAX: Final = 20  # answers to one share that wait for the holder


class ChangeNotFoundError(ReplyError):
    """The share asks for no such change, or is not open before whoever answers."""

    code: ClassVar[str] = "change_not_found"


@dataclass(frozen=True, slots=True)
class OpenChange:
    """A change at work that a recipient can answer, where it stands and who says so, and what they may say of it.

    `shown`: what they see of it: the row that they read; once the share is over, which change it is and no more.
    `lapsed`: what they said when we were less sure of who they are, if it does not count any more.
    """

    about: str
    shown: Mapping[str, Any]
    status: ChangeStatus  # where it stands: as was said last, else as it was told
    told: ChangeStatus | None  # by the holder; None once the share is over
    said: StandingAnswer | None  # last, by whoever has this share
    is_own: bool  # they said it themselves
    lapsed: StandingAnswer | None
    moves: tuple[ChangeStatus, ...]
    review: date | None  # the day that stands


@dataclass(frozen=True, slots=True)
class Answer:
    """What a recipient says about one change. `about`: the digest of the row that they read.

    `keeps_review`: without a day of theirs, the day that stands is theirs too.
    """

    about: str
    status: ChangeStatus
    reason: str | None = None
    review: date | None = None
    keeps_review: bool = True

    def review_after(self, standing: date | None) -> date | None:
        """Return the review day that this answer says; what is over has none."""
        if self.status in OVER:
            return None
        return standing if self.review is None and self.keeps_review else self.review


def open_changes(
    d: Deployment, board: StatusBoard, *, viewing_token: str, token: str
) -> Sequence[OpenChange]:
    """Return the changes that a recipient can answer now: those that they read, or once it is over their own.

    Raises:
        ReplyNotFoundError: nobody has this reply token.
    """
    replier = replies.find(d, token)
    read = _read_now(d, board, replier, viewing_token)
    with d.database.reading() as connection:
        given = _standing(connection, replier)
    return [_open(d, one, replier, given) for one in _answerable(d, replier, read, given).values()]


def reads_changes(d: Deployment, board: StatusBoard, replier: Replier, viewing_token: str) -> bool:
    """Return whether changes that a recipient can answer are open before them now."""
    try:
        return bool(_read_now(d, board, replier, viewing_token))
    except SealError:  # altered where it is stored: the reply page goes on
        return False


def has_own(d: Deployment, replier: Replier) -> bool:
    """Return whether a recipient can go on with what they answered while it was shared."""
    with d.database.reading() as connection:
        return bool(_answerable(d, replier, (), _standing(connection, replier)))


def countersign(d: Deployment, board: StatusBoard, *, viewing_token: str, token: str, given: Answer) -> str:
    """Sign what a recipient says about a change, for the holder to accept, and return the new entry's id.

    Raises:
        ReplyNotFoundError: nobody has this reply token.
        ChangeNotFoundError: it is about no change that they read now, or answered while they did.
        AdjustmentMoveError, AdjustmentReasonError: it cannot go there, or lacks its reason.
        AdjustmentReviewError: the review day has passed, or the change is over.
        ReplyNotNowError: the share is over, or somebody of whom we are surer has answered this change.
        TooManyRepliesError: too many of their answers wait for the holder.
        SectionError: the reason or the review day is not of its form.
    """
    read = _read_now(d, board, replies.find(d, token), viewing_token)
    with d.database.writing() as connection:
        replier = replies.locked(d, connection, token)
        replies.check_now(d, replier, ReplyAct.COUNTERSIGN)
        standing = _standing(connection, replier)
        change = _answerable(d, replier, read, standing).get(given.about)
        if change is None:
            raise ChangeNotFoundError("open what was shared, and answer a change that it asks for")
        return _sign(d, connection, replier, change, given, standing)


def _answerable(
    d: Deployment, replier: Replier, read: Sequence[SharedChange], given: Sequence[StandingAnswer]
) -> Mapping[str, SharedChange]:
    """Return what a recipient can answer: what they read now; once it is over, what they answered themselves."""
    if not replies.may(d, replier, ReplyAct.COUNTERSIGN):
        return {}
    if replies.standing(d, replier) is not ShareStanding.RUNS:
        read = [one.said for one in given if one.found_by.recipient_id == replier.row.recipient_id]
    return {one.about: one for one in read}


def _read_now(
    d: Deployment, board: StatusBoard, replier: Replier, viewing_token: str
) -> tuple[SharedChange, ...]:
    viewing = look(d, board, viewing_token) if viewing_token else None
    if viewing is None or viewing.verification.failed is not None:
        return ()
    is_theirs = viewing.grant.grant_id == replier.grant.grant_id
    is_employer = viewing.grant.recipient.kind is RecipientKind.EMPLOYER
    return changes_of(viewing.bundle) if is_theirs and is_employer else ()


def _open(
    d: Deployment, change: SharedChange, replier: Replier, given: Sequence[StandingAnswer]
) -> OpenChange:
    before, own = _before(change, replier, given), _own(change, replier, given)
    said = before[-1] if before else None
    allowed = () if _by_surer(before, replier) else moves(change.status, _status(before))
    runs = replies.standing(d, replier) is ShareStanding.RUNS
    return OpenChange(
        about=change.about,
        shown=change.row if runs else {name: change.row[name] for name in ("kind", "change")},
        status=_status(before) or change.status,
        told=change.status if runs else None,
        said=said,
        is_own=said is not None and said in own,
        lapsed=own[-1] if own and said is None else None,
        moves=tuple(one for one in ChangeStatus if one in allowed),
        review=_review(change, before),
    )


def _status(before: Sequence[StandingAnswer]) -> ChangeStatus | None:
    """Return where a change stands as was said last; None while nobody has said anything that counts."""
    return before[-1].status if before else None


def _review(change: SharedChange, before: Sequence[StandingAnswer]) -> date | None:
    """Return the review day that stands: of the newest answer, else of the change as it was shared."""
    return before[-1].review if before else change.review


def _standing(connection: Connection, replier: Replier) -> Sequence[StandingAnswer]:
    held = records.entries_of(connection, replier.holder, STANDS)
    return answers.standing(connection, replier.holder, held, replier.share.share_id)


def _before(
    change: SharedChange, replier: Replier, given: Sequence[StandingAnswer]
) -> Sequence[StandingAnswer]:
    """Return the answers to a change that bind a recipient: none of somebody of whom we are less sure."""
    about, own = decode_base64url(change.about), replier.row.assurance
    return [one for one in given if one.found_by.about == about and at_least(one.level, own)]


def _own(change: SharedChange, replier: Replier, given: Sequence[StandingAnswer]) -> Sequence[StandingAnswer]:
    """Return what a recipient said of a change themselves, however sure we were of them."""
    about, own = decode_base64url(change.about), replier.row.recipient_id
    return [one for one in given if one.found_by.about == about and one.found_by.recipient_id == own]


def _by_surer(before: Sequence[StandingAnswer], replier: Replier) -> bool:
    """Return whether somebody of whom we are surer has answered: whoever has the link does not undo it."""
    return any(not at_least(replier.row.assurance, one.level) for one in before)


def _sign(
    d: Deployment,
    connection: Connection,
    replier: Replier,
    change: SharedChange,
    given: Answer,
    standing: Sequence[StandingAnswer],
) -> str:
    before = _before(change, replier, standing)
    if _by_surer(before, replier):
        raise ReplyNotNowError("somebody showed more of who they are and has answered; show as much first")
    check_move(change.status, given.status, said=_status(before), reason=given.reason)
    stands = _review(change, before)
    check_review(given.status, given.review, standing=stands, today=d.today())
    _check_waiting(replier, standing)
    about = decode_base64url(change.about)
    draft = Draft(
        section=Section.ADJUSTMENTS,
        body=_body(change, replier, given, given.review_after(stands)),
        issuer_id=ACKNOWLEDGEMENT,
        author_kind=AuthorKind.EMPLOYER,
        state=EntryState.PENDING,
        author=Author(name=replier.person.name or None, organisation=_organisation(replier)),
        supersedes=next(
            (one.found_by.entry_id for one in reversed(standing) if one.found_by.about == about), None
        ),
    )
    entry_id = records.sign(d, connection, replier.holder, draft)
    store.add(connection, _row(d, connection, replier, about, entry_id))
    issued = records.digests_of(connection, replier.holder, [entry_id])
    replies.record(
        d, connection, replier, AccessKind.COUNTERSIGNED, sections=[Section.ADJUSTMENTS], issued=issued
    )
    replies.tell_holder(d, connection, replier, MessageKind.COUNTERSIGNED, key=entry_id)
    return entry_id


def _row(
    d: Deployment, connection: Connection, replier: Replier, about: bytes, entry_id: str
) -> CountersignatureRow:
    """Return what finds an answer. Those that were declined count too, so that no number comes twice."""
    holder_id, share_id = replier.row.holder_id, replier.share.share_id
    said = [row for row in store.list_of(connection, holder_id, share_id) if row.about == about]
    return CountersignatureRow(
        holder_id=holder_id,
        entry_id=entry_id,
        recipient_id=replier.row.recipient_id,
        share_id=share_id,
        about=about,
        sequence=len(said) + 1,
        said_at=d.now(),
    )


def _organisation(replier: Replier) -> str:
    """Return who answers as far as it was checked; the holder's own word for them only where nothing was."""
    person = replier.person
    match replier.row.assurance:
        case Assurance.TRUST_LIST if person.organisation:
            return person.organisation
        case Assurance.WORK_EMAIL if person.address:
            return person.address.rpartition("@")[2]
    return replier.grant.recipient.name


def _body(change: SharedChange, replier: Replier, given: Answer, review: date | None) -> Mapping[str, Any]:
    said = answer(
        change,
        status=given.status,
        level=replier.row.assurance,
        reason=given.reason,
        review=review,
    )
    return dump_body(parse_body(Section.ADJUSTMENTS, said))


def _check_waiting(replier: Replier, standing: Sequence[StandingAnswer]) -> None:
    own = replier.row.assurance
    waiting = [one for one in standing if one.state is EntryState.PENDING and at_least(one.level, own)]
    if len(waiting) >= WAITING_MAX:
        raise TooManyRepliesError("wait until the person has accepted or declined what you said")
