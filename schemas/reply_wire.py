"""Bodies of the JSON API of replies: what recipients said and ask for, and how a holder answers."""

from datetime import datetime

from pydantic import Field

from schemas.consent_vocabulary import Assurance
from schemas.reply_vocabulary import PoliteAnswer, RequestKind, RequestState
from schemas.vocabulary import Section
from schemas.wire import Wire


class ReplyBody(Wire):
    """One recipient of a share. What they say about themselves is as sure as `assurance` says."""

    recipient_id: str = Field(description="Each browser or program that opened a share is one")
    share_id: str
    name: str = Field(description="As they said it")
    assurance: Assurance
    address: str | None = Field(description="The work e-mail address that they use, from `work-email` up")
    organisation: str | None = Field(description="Whom they answer for, at `trust-list`")
    opened_at: datetime = Field(description="For the first time")
    acknowledged_at: datetime | None
    saved_at: datetime | None = Field(description="When they first kept a copy that can be checked")
    said_deleted_at: datetime | None = Field(description="A statement: nobody can check it")


class RequestBody(Wire):
    """One request of a recipient."""

    request_id: str
    recipient_id: str
    share_id: str
    kind: RequestKind
    state: RequestState
    sections: tuple[Section, ...]
    manager: str | None
    reason: str
    name: str
    assurance: Assurance | None
    asked_at: datetime
    answered_at: datetime | None
    new_share_id: str | None


class RepliesBody(Wire):
    """All that recipients said and ask for."""

    recipients: tuple[ReplyBody, ...]
    requests: tuple[RequestBody, ...]


class Refusal(Wire):
    """How a holder says no."""

    answer: PoliteAnswer
