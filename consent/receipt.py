"""The record of one grant that both sides hold, shaped as ISO/IEC TS 27560. No clock, no keys.

Its four parts are those of TS 27560 clause 6.3: header, processing, parties, events. A receipt is never edited: what
happens later is a new version, which names the hash of the former one (consent.receipt_token). It says nothing of
what was shared but sections, claims and hashes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Annotated, ClassVar, Final, Self

from pydantic import BeforeValidator, ConfigDict, PlainSerializer

from consent.grant import NAME_LENGTH_MAX, GrantItem, GrantKind
from consent.limits import claim_name, permitted
from issuers.encoding import encode_base64url
from issuers.status_list import is_uri
from issuers.times import from_numeric_date, to_numeric_date
from schemas.catalogue import CATALOGUE
from schemas.consent_vocabulary import (
    WHO,
    Assurance,
    ConsentEvent,
    ConsentParty,
    LegalBasis,
    RetentionRule,
    is_country,
)
from schemas.errors import PassportError
from schemas.vocabulary import AuthorKind, Language, Preset, Purpose, RecipientKind, Section

NOTICE_LENGTH_MAX: Final = 20_000  # characters of the wording that was shown
RETENTION_DAYS_MAX: Final = 3_660
EVENTS_MAX: Final = 200
DIGEST_CHARACTERS: Final = 43  # of a SHA-256 in base64url

_WIRE: Final = ConfigDict(extra="forbid")
Moment = Annotated[
    datetime,
    BeforeValidator(lambda value: value if isinstance(value, datetime) else from_numeric_date(value)),
    PlainSerializer(to_numeric_date),
]
"""A timezone-aware time; in a token it is seconds since 1970 (RFC 7519 section 2)."""

NEXT: Final[Mapping[ConsentEvent | None, frozenset[ConsentEvent]]] = MappingProxyType(
    {
        None: frozenset({ConsentEvent.REQUESTED, ConsentEvent.GIVEN}),
        ConsentEvent.REQUESTED: frozenset({ConsentEvent.GIVEN, ConsentEvent.REFUSED, ConsentEvent.EXPIRED}),
        ConsentEvent.GIVEN: frozenset({ConsentEvent.GIVEN, ConsentEvent.WITHDRAWN, ConsentEvent.EXPIRED}),
        ConsentEvent.EXPIRED: frozenset({ConsentEvent.GIVEN, ConsentEvent.WITHDRAWN}),
        ConsentEvent.REFUSED: frozenset(),
        ConsentEvent.WITHDRAWN: frozenset(),
    }
)
"""What may follow what; None is the beginning. Given again: extended, or a live share that shows something new."""


class ReceiptError(PassportError):
    """A receipt that must not exist: it contradicts itself or leaves something out."""

    code: ClassVar[str] = "receipt_invalid"


def hash_of(text: str) -> str:
    """Return the SHA-256 of a text in base64url: of a presentation, a notice, a signed receipt."""
    return encode_base64url(sha256(text.encode("utf-8")).digest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """The named recipient: controller, on its own, of what it reads and keeps."""

    kind: RecipientKind
    name: str  # as the holder named it
    assurance: Assurance = Assurance.LINK  # when the grant was given
    contact: str | None = None
    __pydantic_config__: ClassVar[ConfigDict] = _WIRE

    def __post_init__(self) -> None:
        _check(0 < len(self.name.strip()) <= NAME_LENGTH_MAX, "a controller needs a name")
        _check(self.contact is None or 0 < len(self.contact) <= 300, "a contact says how to reach someone")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceController:
    """Whoever runs the service: controller of keeping the passport, of its log, and of letting out what a grant says.

    TS 27560 knows several controllers of one record; they do not decide together.
    """

    service: str  # the name of the service, which never changes
    operator: str | None = None  # who runs it, as they state it
    url: str
    contact: str  # the page that says how to reach them
    __pydantic_config__: ClassVar[ConfigDict] = _WIRE

    def __post_init__(self) -> None:
        _check(bool(self.service.strip() and self.contact.strip()), "a service has a name and a contact")
        _check(self.operator is None or bool(self.operator.strip()), "a name is not blank")
        _check(is_uri(self.url), "expected the address of the service as a URI")

    @property
    def name(self) -> str:
        """Who runs the service; where they have not said, the name of the service."""
        return self.operator or self.service


@dataclass(frozen=True, slots=True)
class Notice:
    """The exact wording that the holder read before deciding."""

    language: Language
    text: str
    sha256: str  # of the text, base64url
    __pydantic_config__: ClassVar[ConfigDict] = _WIRE

    def __post_init__(self) -> None:
        _check(bool(self.text.strip()) and len(self.text) <= NOTICE_LENGTH_MAX, "a notice says something")
        _check(self.sha256 == hash_of(self.text), "expected the hash of the notice's text")

    @classmethod
    def of(cls, text: str, language: Language) -> Self:
        """Return the notice with this text."""
        return cls(language, text, hash_of(text))


@dataclass(frozen=True, slots=True)
class StatedBasis:
    """What one party says that it relies on. What one party states does not bind the other.

    `at` and `assurance`: when a recipient stated it, with their promise of how long they keep it, and how sure we were
    of them; None while they have said nothing.
    """

    party: ConsentParty
    basis: LegalBasis
    at: Moment | None = None
    assurance: Assurance | None = None
    __pydantic_config__: ClassVar[ConfigDict] = _WIRE

    def __post_init__(self) -> None:
        own = (self.party is ConsentParty.HOLDER) == (self.basis is LegalBasis.CHOICE)
        _check(own, "the choice to disclose is the holder's basis, and the holder's alone")
        _check(
            (self.at is None) == (self.assurance is None),
            "a statement says when, and how sure we were of whom",
        )
        _check(self.at is None or self.party is ConsentParty.RECIPIENT, "it is a recipient who states later")
        if self.at is not None and self.at.tzinfo is None:
            raise ValueError("at must be timezone-aware")


@dataclass(frozen=True, slots=True)
class SharedEntry:
    """One entry that was shared: which section, in which version of its schema, which claims, and the hash."""

    section: Section
    version: int
    claims: tuple[str, ...]  # names such as "changes", not rows: which ones would tell that there are others
    sha256: str  # of the credential as it was released, base64url
    lines: int | None = None  # how many rows of its lists were shared; None: it has no list
    by: AuthorKind | None = None  # who wrote it; None: not on record
    __pydantic_config__: ClassVar[ConfigDict] = _WIRE

    def __post_init__(self) -> None:
        _check(self.version >= 1, "a section's version is 1 or more")
        _check(bool(self.claims) and len(set(self.claims)) == len(self.claims), "claims are named once each")
        _check(len(self.sha256) == DIGEST_CHARACTERS, "expected a SHA-256 in base64url")
        _check(self.lines is None or self.lines >= 1, "what was shared of a list is 1 line or more")

    @classmethod
    def of(cls, item: GrantItem, credential: str, by: AuthorKind | None = None) -> Self:
        """Return what one item of a grant let out as this credential, of the section's version today."""
        claims = tuple(dict.fromkeys(claim_name(path) for path in item.paths))
        lines = sum("/" in path for path in item.paths) or None
        return cls(item.section, CATALOGUE[item.section].version, claims, hash_of(credential), lines, by)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the recipient promises to keep it; `days` belong to DAYS_AFTER_END alone, `until` to UNTIL_DATE."""

    rule: RetentionRule
    days: int | None = None
    until: date | None = None
    __pydantic_config__: ClassVar[ConfigDict] = _WIRE

    def __post_init__(self) -> None:
        counted = self.rule is RetentionRule.DAYS_AFTER_END
        _check((self.days is not None) == counted, "a number of days belongs to a promise in days")
        _check(self.days is None or 1 <= self.days <= RETENTION_DAYS_MAX, "a promise in days is of 1 or more")
        dated = self.rule is RetentionRule.UNTIL_DATE
        _check((self.until is not None) == dated, "a day belongs to a promise until a day")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: what, when, by whom; for the recipient, how sure we were of them."""

    kind: ConsentEvent
    at: Moment
    by: ConsentParty
    assurance: Assurance | None = None
    __pydantic_config__: ClassVar[ConfigDict] = _WIRE

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("at must be timezone-aware")
        _check(self.by is WHO[self.kind], f"{self.kind} is done by the {WHO[self.kind]}")
        recipient = self.by is ConsentParty.RECIPIENT
        _check((self.assurance is not None) == recipient, "assurance is of a recipient, and always said")

    @classmethod
    def of(cls, kind: ConsentEvent, at: datetime, *, assurance: Assurance | None = None) -> Self:
        """Return an event by the one party that can do it."""
        return cls(kind, at, WHO[kind], assurance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One version of the record of one grant. It covers `starts_at` (included) until `ends_at` (excluded)."""

    receipt_id: str  # a urn:uuid of its own, not the grant's id
    principal_id: str  # the holder, by a pseudonym that is used for this grant alone
    principal_name: str | None = None  # where the share shows the name
    version: int = 1
    previous: str | None = None  # hash_of the former version's token
    kind: GrantKind
    controller: Controller
    service_controller: ServiceController
    notice: Notice
    purpose: Purpose
    bases: tuple[StatedBasis, ...]
    shared: tuple[SharedEntry, ...] = ()
    may_write: tuple[Section, ...] = ()
    retention: Retention
    withdraw_at: str  # the address where the holder can stop it: no secret in it
    starts_at: Moment
    ends_at: Moment
    events: tuple[Event, ...]
    stored_in: tuple[str, ...] | None = (
        None  # ISO 3166-1 alpha-2; None: whoever runs the service has not said
    )
    granted_in: str | None = None  # of a request: the receipt that says what was given in answer
    __pydantic_config__: ClassVar[ConfigDict] = _WIRE

    def __post_init__(self) -> None:
        """Refuse a receipt that must not exist.

        Raises:
            ValueError: a time is not timezone-aware.
            ReceiptError: a part is missing, or two parts contradict each other.
        """
        _check_header(self)
        _check_processing(self)
        _check_shared(self)
        _check_events(self)

    @property
    def state(self) -> ConsentEvent:
        """What happened last."""
        return self.events[-1].kind

    @property
    def recipients_basis(self) -> StatedBasis:
        """What the recipient relies on, as they state it."""
        return next(stated for stated in self.bases if stated.party is ConsentParty.RECIPIENT)

    @property
    def says_nothing(self) -> bool:
        """Whether the recipient says neither what they rely on nor how long they keep it."""
        return (self.recipients_basis.basis, self.retention.rule) == (
            LegalBasis.NOT_STATED,
            RetentionRule.NOT_PROMISED,
        )

    @property
    def took_back(self) -> bool:
        """Whether the recipient took back what they had stated: nobody states nothing at first."""
        return self.says_nothing and self.recipients_basis.at is not None

    def stands(self, now: datetime) -> bool:
        """Return whether the grant lets something out at this moment, as far as this version knows."""
        return self.state is ConsentEvent.GIVEN and self.starts_at <= now < self.ends_at

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections that may be read, or written, once each in their order."""
        return tuple(dict.fromkeys((*(entry.section for entry in self.shared), *self.may_write)))


def _check(holds: bool, expected: str) -> None:
    if not holds:
        raise ReceiptError(expected)


def _check_header(receipt: Receipt) -> None:
    _check(is_uri(receipt.receipt_id), "expected the receipt's id as a URI")
    _check(is_uri(receipt.principal_id), "expected the holder's pseudonym as a URI")
    _check(receipt.principal_name is None or bool(receipt.principal_name.strip()), "a name is not blank")
    first = receipt.version == 1
    _check(receipt.version >= 1 and first == (receipt.previous is None), "a later version names the former")
    _check(first or len(receipt.previous or "") == DIGEST_CHARACTERS, "expected the former version's hash")


def _check_processing(receipt: Receipt) -> None:
    if receipt.starts_at.tzinfo is None or receipt.ends_at.tzinfo is None:
        raise ValueError("starts_at and ends_at must be timezone-aware")
    _check(receipt.starts_at < receipt.ends_at, "a grant ends after it starts")
    _check(is_uri(receipt.withdraw_at), "expected an address where the holder can stop it")
    parties = [stated.party for stated in receipt.bases]
    complete = {ConsentParty.HOLDER, ConsentParty.RECIPIENT} <= set(parties)
    _check(complete and len(set(parties)) == len(parties), "holder and recipient state one basis each")
    if receipt.stored_in is not None:
        told = bool(receipt.stored_in) and all(is_country(code) for code in receipt.stored_in)
        _check(told, "expected ISO 3166-1 codes, or nothing")


def _check_shared(receipt: Receipt) -> None:
    reads = receipt.kind is GrantKind.READ
    _check(not (receipt.may_write if reads else receipt.shared), "a grant lets read or lets write, not both")
    given = any(event.kind is ConsentEvent.GIVEN for event in receipt.events)
    told = bool(receipt.sections) or receipt.granted_in is not None
    _check(told or not given, "a grant that was given names what it covers")
    if receipt.granted_in is not None:
        asked = given and receipt.events[0].kind is ConsentEvent.REQUESTED and not receipt.sections
        _check(asked and is_uri(receipt.granted_in), "a request names the receipt of its answer, and no more")
    kind = receipt.controller.kind
    for entry in receipt.shared:
        allowed = all(permitted(kind, entry.section, claim, by_employer=True) for claim in entry.claims)
        _check(allowed and CATALOGUE[entry.section].presets[kind] is not Preset.NEVER, "never shared with it")


def _check_events(receipt: Receipt) -> None:
    # Two places are kept free while it stands: no number of changes may keep its end or a withdrawal from the record.
    most = EVENTS_MAX - 2 * (bool(receipt.events) and receipt.state is ConsentEvent.GIVEN)
    _check(0 < len(receipt.events) <= most, f"a receipt has 1 to {most} events")
    former: Event | None = None
    for event in receipt.events:
        _check(event.kind in NEXT[former.kind if former else None], f"{event.kind} cannot follow here")
        _check(former is None or former.at <= event.at, "events stand in the order of time")
        former = event
    if receipt.state is ConsentEvent.GIVEN:
        _check(receipt.events[-1].at < receipt.ends_at, "a grant is given before it ends")
