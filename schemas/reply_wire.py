"""Bodies of the JSON API of replies: what recipients said and ask for, and how a holder answers."""

from datetime import datetime

from schemas.consent_vocabulary import Assurance
from schemas.reply_vocabulary import PoliteAnswer, RequestKind, RequestState
from schemas.vocabulary import Section
from schemas.wire import Wire


class ReplyBody(Wire):
    """One recipient of a share. What they say about themselves is as sure as `assurance` says."""

    recipient_id: str  # each browser that opened a share is one (ADR 23)
    share_id: str
    name: str
    assurance: Assurance
    address: str | None
    organisation: str | None
    opened_at: datetime
    acknowledged_at: datetime | None
    saved_at: datetime | None
    said_deleted_at: datetime | None  # a statement: nobody can check it


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
