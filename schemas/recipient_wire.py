"""Bodies of the JSON API of recipients: opening a share by a program, and what they answer with their reply token."""

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import Field, StrictStr

from schemas.consent_vocabulary import Assurance, LegalBasis, RetentionRule
from schemas.fields import Day, Line, Name, Note, Paragraph
from schemas.recipient_terms import DAYS_AFTER_END
from schemas.reply_vocabulary import PoliteAnswer, RequestKind, RequestState
from schemas.sections.work import ChangeStatus
from schemas.vocabulary import Language, Purpose, Section
from schemas.wire import RecipientBody, Wire

LINK_LENGTH_MAX: Final = 2_048
WHO_LENGTH_MAX: Final = 200
TOKEN_LENGTH_MAX: Final = 64

# What programs send


class OpenShare(Wire):
    """A link that somebody was given, and who they are. The person who shared it sees that a program opened it."""

    shlink: Annotated[
        StrictStr, Field(max_length=LINK_LENGTH_MAX, description="shlink:/..., or the whole link")
    ]
    who: Annotated[Line, Field(max_length=WHO_LENGTH_MAX, description="The person who shared it sees it")]
    passcode: StrictStr | None = None  # of any length: what is not the right one is wrong, and counts


class WorkAddress(Wire):
    """The work e-mail address that a code is sent to, and the language to write in; else that of Accept-Language."""

    address: Annotated[StrictStr, Field(max_length=320)]
    language: Language | None = None


class WorkAddressCode(Wire):
    """The code that was sent."""

    code: Annotated[StrictStr, Field(max_length=32)]


class SignedInAs(Wire):
    """The token of POST /api/v1/session of a practitioner: they answer for their organisation from then on."""

    session: Annotated[StrictStr, Field(max_length=TOKEN_LENGTH_MAX)]


class AskForMore(Wire):
    """Further sections that are asked for, and why."""

    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    reason: Note


class AskForManager(Wire):
    """The line manager who should be able to read it too, and why."""

    manager: Name
    reason: Note


class AnswerChange(Wire):
    """What becomes of one change at work. A refusal has a reason, and nothing else does."""

    about: Annotated[StrictStr, Field(max_length=64, description="As GET /api/v1/reply/changes names it")]
    status: ChangeStatus
    reason: Paragraph | None = None
    review_on: Day | None = Field(None, description="Left out: the day that stands. null: no day")


class Terms(Wire):
    """What a recipient relies on in law, and how long they promise to keep what was shared. Nobody checks it."""

    basis: LegalBasis
    kept: RetentionRule = Field(description=f"`days-after-end` is {DAYS_AFTER_END} days")
    kept_until: Day | None = Field(None, description="The day, where `kept` is until one")


# What programs get


class OpenedShare(Wire):
    """A share is open: `GET /api/v1/reply/copy` returns what is in it."""

    reply_token: str = Field(
        description="For answers, in `Authorization: Bearer`. It outlives the share: keep it"
    )
    viewing_token: str = Field(description="For what is read now, in `Viewing-Token`")
    viewing_minutes: int = Field(description="For so long the viewing token is good")


class NewReplyToken(Wire):
    """The reply token from now on: whoever had the one before did not show who they are, so it is good for nothing."""

    reply_token: str


class OwnRequest(Wire):
    """What this recipient asked for, and what became of it."""

    request_id: str
    kind: RequestKind
    state: RequestState
    sections: tuple[Section, ...]
    manager: str | None
    asked_at: datetime
    answer: PoliteAnswer | None


class MayState(Wire):
    """What a recipient of this kind can say in `PUT /api/v1/reply/terms`."""

    basis: tuple[LegalBasis, ...]
    kept: tuple[RetentionRule, ...]


class ReplyStanding(Wire):
    """What a recipient has said and may say. Nothing of what was shared is in it."""

    recipient: RecipientBody = Field(description="As the person who shared it named them")
    purpose: Purpose
    state: Literal["open", "ended", "stopped"]
    last_day: date
    name: str = Field(description="As they said it")
    assurance: Assurance
    address: str | None
    organisation: str | None
    acknowledged_at: datetime | None
    saved_at: datetime | None
    said_deleted_at: datetime | None
    terms: Terms = Field(description="As stated last, by anybody who has this share")
    may_state: MayState
    askable: tuple[Section, ...] = Field(description="The same for every passport")
    requests: tuple[OwnRequest, ...]


class NewRequest(Wire):
    """A request that the person who shared can see now."""

    request_id: str


class ChangeToAnswer(Wire):
    """A change at work that is asked for, where it stands and who says so, and what you may say of it."""

    about: str
    change: dict[str, Any]
    status: ChangeStatus = Field(description="As was said last, else as it was told")
    told: ChangeStatus | None = Field(description="By the person who shares it; null once it is over")
    said: ChangeStatus | None = Field(description="Last, by you or another who can open it; null: not yet")
    said_by_you: bool
    moves: tuple[ChangeStatus, ...]


class NewAnswer(Wire):
    """An answer, signed, that waits for the person who shared."""

    entry_id: str
