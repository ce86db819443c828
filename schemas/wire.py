"""The bodies of the JSON API: what a client sends and gets. Section content itself is checked by schemas.catalogue."""

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from schemas.consent_vocabulary import Assurance, ConsentEvent
from schemas.fields import Name
from schemas.vocabulary import (
    AuthorKind,
    Language,
    Purpose,
    RecipientKind,
    Section,
    Standing,
    StatusReason,
)

SHARE_DAYS_MAX: Final = 366
VIEWS_MAX: Final = 1_000

Body = dict[str, Any]  # a section's content, before parse_body has seen it


class Wire(BaseModel):
    """The base of every body: frozen, closed to unknown fields, and never printing what it was given."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


# What clients send


class SignIn(Wire):
    """A username and the sign-in code that belongs to it."""

    username: Annotated[StrictStr, Field(min_length=1, max_length=64)]
    code: Annotated[StrictStr, Field(min_length=1, max_length=64)]


class TellSection(Wire):
    """The new content of one section, whole: it takes the place of what the holder told before."""

    body: Body


class TellStory(Wire):
    """Several sections at once: all are kept, or none."""

    sections: Annotated[dict[Section, Body], Field(min_length=1)]


class RecipientBody(Wire):
    """The one named recipient of a share."""

    kind: RecipientKind
    name: Name


class NewShare(Wire):
    """What to share, with whom, what for, and for how long. `sections` left out means the preset's."""

    recipient: RecipientBody
    purpose: Purpose
    days: Annotated[StrictInt, Field(ge=1, le=SHARE_DAYS_MAX)] = 30
    sections: tuple[Section, ...] | None = None
    left_out: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Entry id to the disclosure paths (such as rows/2) to hold back"
    )
    passcode: StrictBool = True
    typed_code: StrictBool = False
    max_views: Annotated[StrictInt, Field(ge=1, le=VIEWS_MAX)] | None = None
    live: StrictBool = Field(False, description="Changes that you send on reach the same link")
    name_employers: StrictBool = Field(False, description="Say which employers answered changes at work")
    language: Language = Language.ENGLISH
    answers: Annotated[StrictStr, Field(max_length=64, description="The request that it grants")] | None = (
        None
    )


class ExtendShare(Wire):
    """For how many days from today a share runs now."""

    days: Annotated[StrictInt, Field(ge=1, le=SHARE_DAYS_MAX)]


class NewCode(Wire):
    """For how many days from today a typed code is good: at most as long as its share."""

    days: Annotated[StrictInt, Field(ge=1, le=SHARE_DAYS_MAX)] = 7


class NotMe(Wire):
    """The event of the access log that was not whom the holder meant."""

    event: Annotated[StrictInt, Field(ge=1, le=2**31 - 1, description="Its sequence number")]


class ShareAgain(Wire):
    """Which of the sections that are chosen afresh for each share go into the new one."""

    afresh: tuple[Section, ...] = ()


class SendUpdate(Wire):
    """Which new or changed rows go out with what was granted before."""

    rows: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Entry id to disclosure paths, of those that the update asks about"
    )


class NewAppendGrant(Wire):
    """Which practitioner may write which sections, and for how long."""

    practitioner: Annotated[StrictStr, Field(min_length=1, max_length=64, description="Their username")]
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    days: Annotated[StrictInt, Field(ge=1, le=SHARE_DAYS_MAX)] = 90


class AppendSection(Wire):
    """One section that a practitioner signs, whole."""

    section: Section
    body: Body


class AppendAppointment(Wire):
    """One appointment's plan entries, folded into the plan so far and signed as its next version."""

    section: Literal[Section.PLAN]
    appointment: Body


class ChangeStanding(Wire):
    """Why an entry's standing is to change. Codes alone: what a person wrote could tell a health fact."""

    reason: StatusReason


# What clients get


class Session(Wire):
    """A signed-in session. The token goes into `Authorization: Bearer`."""

    token: str
    kind: Literal["holder", "practitioner"]
    expires_at: datetime


class ClaimBody(Wire):
    """One disclosure of an entry: the path that names it in a share, and what it says."""

    path: str
    value: Any


class EntryBody(Wire):
    """One entry of a passport as its holder sees it."""

    entry_id: str
    section: Section
    author: AuthorKind
    state: Literal["pending", "accepted", "declined", "superseded"]
    standing: Standing
    shareable_with: tuple[RecipientKind, ...] = Field(
        description="Who can be given it, or part of it. Of what is pending: once it is accepted"
    )
    signed_by: str
    issued_at: datetime
    expires_at: datetime
    claims: tuple[ClaimBody, ...]


class StandingBody(Wire):
    """Where one entry stands now."""

    entry_id: str
    section: Section
    standing: Standing


class PassportBody(Wire):
    """All current entries of a passport, and those that wait for the holder."""

    entries: tuple[EntryBody, ...]


class ShareBody(Wire):
    """A share as its holder sees it. Secrets are not in it; `GET .../secrets` shows them again."""

    share_id: str
    recipient: RecipientBody
    assurance: Assurance | None = Field(
        description="The surest that anybody who opened it has shown; null while nobody has opened it"
    )
    purpose: Purpose
    sections: tuple[Section, ...]
    created_at: datetime
    expires_at: datetime
    state: Literal["open", "ended", "stopped", "used-up", "exposed", "locked"]
    views: int = Field(description="How often it was opened, by people and programs")
    program_views: int = Field(
        description="Of them, those by programs: what a program fetches nobody has read by that"
    )
    max_views: int | None
    attempts_left: int = Field(description="Wrong passcodes until it locks")
    passcode: bool
    typed_code: bool
    code_ends_at: datetime | None
    exposed: bool = Field(description="A mail system, or another program on the way, saw the link")
    live: bool
    released_at: datetime = Field(description="When what it carries was made")


class ShareSecrets(Wire):
    """What the holder gives to the recipient. The passcode goes by another way than the link or the code."""

    link: str
    passcode: str | None
    typed_code: str | None


class TellingBody(Wire):
    """Words that may tell an employer a condition. A warning: they can be shared all the same."""

    words: str = Field(description="As they stand, each once; of a code its term")
    places: tuple[str, ...] = Field(description="Every claim they stand in, with its lines")
    why: str


class PreviewBody(Wire):
    """What a share would let out: the very Bundle, bound to no share, and the wording around it."""

    notice: str
    warning: str | None = Field(
        description="That there is no job offer yet, and this tells more than it needs"
    )
    telling: tuple[TellingBody, ...]
    bundle: Body


class NewShareBody(Wire):
    """A share that was just made."""

    share: ShareBody
    secrets: ShareSecrets


class AskedRow(Wire):
    """One row that is new or changed: it goes out only when the holder chooses it."""

    entry_id: str
    section: Section
    path: str
    value: Any


class ChangeBody(Wire):
    """One line that is not as it was. `was` is null for what is new, `now` for what is gone."""

    section: str
    label: str
    was: str | None
    now: str | None


class UpdateBody(Wire):
    """A change that waits to be sent to the recipient of a live share."""

    asked: tuple[AskedRow, ...]
    put_off: bool = Field(description="The holder said: not now")


class UpdatePreview(Wire):
    """What sending a change on would let out: the very Bundle, and what changes by it, as it was and will be."""

    changes: tuple[ChangeBody, ...]
    telling: tuple[TellingBody, ...]
    bundle: Body


class AppendGrantBody(Wire):
    """An append grant as holder and practitioner see it."""

    grant_id: str
    practitioner: str
    organisation: str
    holder: str
    sections: tuple[Section, ...]
    ends_at: datetime
    state: Literal["open", "ended", "stopped"]


class ReceiptBody(Wire):
    """The receipt of one grant: every signed version, the first one first, and the newest in two other forms."""

    receipt_id: str
    state: ConsentEvent
    versions: tuple[str, ...] = Field(description="Signed tokens, the first one first")
    readings: tuple[str, ...] = Field(
        description="Signed statements of who opened it, oldest first: for the holder. What programs fetch has none"
    )
    json_ld: dict[str, Any] = Field(description="The newest version, in the W3C Data Privacy Vocabulary")
    fhir: dict[str, Any] = Field(description="The newest version as a FHIR R4 Consent")


class EventBody(Wire):
    """One line of the holder's access log."""

    sequence: int
    occurred_at: datetime
    kind: str
    share_id: str | None
    who: str | None = Field(description="As they said it, or as the holder named them")
    sections: tuple[Section, ...]
    assurance: Assurance | None = Field(description="How sure we are of who a recipient is")
    address: str | None = Field(description="The work e-mail address that they use, at `work-email`")
    organisation: str | None = Field(description="Whom they answer for, at `trust-list`")
    reason: StatusReason | None = Field(description="Of a change in where an entry stands")


class Told(Wire):
    """What was kept."""

    entry_ids: tuple[str, ...]
    told_on: date
