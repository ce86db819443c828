"""A receipt is one grant's signed record: it says who, what and why, and every later version proves the former."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from consent.grant import GrantItem, GrantKind
from consent.receipt import (
    Controller,
    Event,
    Notice,
    ReceiptError,
    Retention,
    ServiceController,
    SharedEntry,
    StatedBasis,
    hash_of,
)
from consent.receipt_token import (
    RECEIPT_TYPE,
    SCHEMA,
    ReceiptIssuerError,
    ReceiptTimeError,
    SignedReceipt,
)
from issuers.jws import SignatureError, TokenFormatError, TokenTypeError, UnknownKeyError, parse_jws, sign_jws
from issuers.keys import SoftwareSigner
from schemas.consent_vocabulary import Assurance, ConsentEvent, ConsentParty, LegalBasis, RetentionRule
from schemas.vocabulary import Language, RecipientKind, Section
from tests.consent_floor.granting import (
    DAY,
    GIVEN,
    ISSUER,
    KEY,
    NOW,
    SIGNER,
    WITHDRAWN,
    make_receipt,
    read,
    signed,
)

SECOND = timedelta(seconds=1)


def test_a_receipt_comes_back_as_it_was_issued() -> None:
    issued = signed()
    assert read(issued.token) == issued
    assert issued.receipt == make_receipt()
    assert issued.sha256 == hash_of(issued.token)


def test_its_times_are_in_whole_seconds_once_it_is_signed() -> None:
    half = timedelta(milliseconds=500)
    issued = signed(make_receipt(starts_at=NOW + half), now=NOW + half)
    assert (issued.receipt.starts_at, issued.issued_at) == (NOW, NOW)


def test_it_says_all_that_a_record_of_consent_has_to_say() -> None:
    claims = payload(signed())
    assert claims["schema"] == SCHEMA
    assert claims["jti"] == f"{claims['receipt_id']}#1"
    assert claims["notice"]["sha256"] == hash_of(claims["notice"]["text"])
    assert claims["controller"] == {"kind": "employer", "name": "Harbour Kitchens", "assurance": "link"}
    assert claims["bases"] == [
        {"party": "holder", "basis": "choice"},
        {"party": "recipient", "basis": "employment-law"},
    ]
    assert [entry["sha256"] for entry in claims["shared"]] == [
        hash_of("presentation-2~"),
        hash_of("presentation-1~"),
    ]
    assert claims["events"] == [{"kind": "given", "at": int(NOW.timestamp()), "by": "holder"}]


def test_it_names_the_holder_only_where_the_share_does_and_counts_rows_but_never_says_which() -> None:
    claims = payload(signed())
    assert "principal_name" not in claims
    name, changes = claims["shared"]
    assert "lines" not in name
    assert (changes["claims"], changes["lines"]) == (["changes"], 2)


def payload(receipt: SignedReceipt) -> dict[str, Any]:
    return parse_jws(receipt.token, typ=RECEIPT_TYPE).verify(KEY)


# Tokens

BAD_CLAIMS: list[tuple[str, Callable[[dict[str, Any]], object], type[Exception]]] = [
    ("another schema", lambda c: c.update(schema="urn:passport:receipt:2"), ReceiptError),
    ("no schema", lambda c: c.pop("schema"), ReceiptError),
    ("another service", lambda c: c.update(iss="https://other.example"), ReceiptIssuerError),
    ("issued in the future", lambda c: c.update(iat=c["iat"] + 3600), ReceiptTimeError),
    ("issued before it happened", lambda c: c.update(iat=c["iat"] - 3600), ReceiptTimeError),
    ("another id", lambda c: c.update(jti="urn:uuid:1#1"), ReceiptError),
    ("an unknown member", lambda c: c.update(more=1), ReceiptError),
    ("an unknown member inside", lambda c: c["controller"].update(more=1), ReceiptError),
    ("a member left out", lambda c: c.pop("purpose"), ReceiptError),
    ("a member with a default left out", lambda c: c.pop("may_write"), ReceiptError),
    ("null", lambda c: c.update(principal_name=None), ReceiptError),
    ("a number as text", lambda c: c.update(version="1"), ReceiptError),
    ("a time as a fraction", lambda c: c.update(ends_at=c["ends_at"] + 0.5), Exception),
    ("a time as text", lambda c: c.update(ends_at="2027-03-31T00:00:00Z"), Exception),
    ("another wording", lambda c: c["notice"].update(text="Only your name."), ReceiptError),
    ("another hash of the wording", lambda c: c["notice"].update(sha256="A" * 43), ReceiptError),
    ("an event of someone else", lambda c: c["events"][0].update(by="service"), ReceiptError),
    ("an unknown event", lambda c: c["events"][0].update(kind="extended"), ReceiptError),
    ("no events", lambda c: c.update(events=[]), ReceiptError),
]


@pytest.mark.parametrize(("change", "error"), [row[1:] for row in BAD_CLAIMS], ids=[r[0] for r in BAD_CLAIMS])
def test_a_token_that_says_something_else_is_refused(
    change: Callable[[dict[str, Any]], object], error: type[Exception]
) -> None:
    claims = payload(signed())
    change(claims)
    with pytest.raises(error) as refused:
        read(sign_jws(claims, SIGNER, typ=RECEIPT_TYPE))
    assert "Harbour" not in str(refused.value)


@pytest.mark.parametrize(
    ("token", "error"),
    [
        (lambda: sign_jws(payload(signed()), SIGNER, typ="JWT"), TokenTypeError),
        (lambda: sign_jws(payload(signed()), SoftwareSigner.generate(), typ=RECEIPT_TYPE), UnknownKeyError),
        (lambda: _other_signature(signed().token), SignatureError),
        (lambda: "a.b", TokenFormatError),
    ],
)
def test_a_token_that_this_service_did_not_sign_is_refused(
    token: Callable[[], str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        read(token())


def _other_signature(token: str) -> str:
    return f"{token.rsplit('.', 1)[0]}.{signed(now=NOW + SECOND).token.rsplit('.', 1)[1]}"


def test_a_receipt_is_not_issued_before_what_it_tells() -> None:
    with pytest.raises(ReceiptTimeError):
        signed(now=NOW - DAY)


# What must not exist

CONDITIONS = SharedEntry.of(GrantItem(Section.CONDITIONS, "e3", ("conditions/0",)), "x~")
CONTRADICTIONS: dict[str, dict[str, Any]] = {
    "ends before it starts": {"ends_at": NOW},
    "no basis of the recipient": {"bases": (StatedBasis(ConsentParty.HOLDER, LegalBasis.CHOICE),)},
    "no basis of the holder": {"bases": (StatedBasis(ConsentParty.RECIPIENT, LegalBasis.NOT_STATED),)},
    "two bases of one party": {
        "bases": (
            StatedBasis(ConsentParty.HOLDER, LegalBasis.CHOICE),
            StatedBasis(ConsentParty.RECIPIENT, LegalBasis.NOT_STATED),
            StatedBasis(ConsentParty.RECIPIENT, LegalBasis.EMPLOYMENT_LAW),
        )
    },
    "a section that its recipient never sees": {"shared": (CONDITIONS,)},
    "nothing shared": {"shared": ()},
    "read and write": {"may_write": (Section.ADJUSTMENTS,)},
    "no event": {"events": ()},
    "starts with a refusal": {"events": (Event.of(ConsentEvent.REFUSED, NOW),)},
    "withdrawn twice": {"events": (GIVEN, WITHDRAWN, WITHDRAWN)},
    "given after withdrawal": {"events": (GIVEN, WITHDRAWN, Event.of(ConsentEvent.GIVEN, NOW + 2 * DAY))},
    "events out of order": {"events": (GIVEN, Event.of(ConsentEvent.WITHDRAWN, NOW - DAY))},
    "given after its end": {"events": (Event.of(ConsentEvent.GIVEN, NOW + 100 * DAY),)},
    "a first version with a former one": {"previous": "A" * 43},
    "a later version without the former": {"version": 2},
    "a version before the first": {"version": 0, "previous": "A" * 43},
    "an id that is no URI": {"receipt_id": "17"},
    "a pseudonym that is no URI": {"principal_id": "Sam Example"},
    "a blank name": {"principal_name": " "},
    "nowhere to withdraw": {"withdraw_at": "ask us"},
    "a country by name": {"stored_in": ("United Kingdom",)},
    "a country by no code of its own": {"stored_in": ("GB", "UK")},
    "stored nowhere": {"stored_in": ()},
}


@pytest.mark.parametrize("changed", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_a_receipt_that_contradicts_itself_cannot_be_made(changed: dict[str, Any]) -> None:
    with pytest.raises(ReceiptError):
        make_receipt(**changed)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Controller(kind=RecipientKind.GP, name=" "),
        lambda: Controller(kind=RecipientKind.GP, name="x" * 121),
        lambda: Controller(kind=RecipientKind.GP, name="Alder Surgery", contact=""),
        lambda: ServiceController(service="Passport", url="passport", contact="a@b.example"),
        lambda: ServiceController(service="", url=ISSUER, contact="a@b.example"),
        lambda: ServiceController(service="Passport", operator=" ", url=ISSUER, contact="a@b.example"),
        lambda: Notice("en", "Text", "A" * 43),  # type: ignore[arg-type]
        lambda: Notice.of(" ", Language.ENGLISH),
        lambda: Notice.of("x" * 20_001, Language.ENGLISH),
        lambda: StatedBasis(ConsentParty.RECIPIENT, LegalBasis.CHOICE),
        lambda: StatedBasis(ConsentParty.HOLDER, LegalBasis.EXPLICIT_CONSENT),
        lambda: Retention(RetentionRule.DAYS_AFTER_END),
        lambda: Retention(RetentionRule.DAYS_AFTER_END, 0),
        lambda: Retention(RetentionRule.UNTIL_END, 3),
        lambda: Retention(RetentionRule.UNTIL_DATE),
        lambda: Retention(RetentionRule.UNTIL_END, until=NOW.date()),
        lambda: StatedBasis(ConsentParty.RECIPIENT, LegalBasis.NOT_STATED, NOW),
        lambda: StatedBasis(ConsentParty.RECIPIENT, LegalBasis.NOT_STATED, None, Assurance.LINK),
        lambda: StatedBasis(ConsentParty.HOLDER, LegalBasis.CHOICE, NOW, Assurance.LINK),
        lambda: SharedEntry(Section.WORK, 0, ("jobs",), "A" * 43),
        lambda: SharedEntry(Section.WORK, 1, (), "A" * 43),
        lambda: SharedEntry(Section.WORK, 1, ("jobs", "jobs"), "A" * 43),
        lambda: SharedEntry(Section.WORK, 1, ("jobs",), "A" * 42),
        lambda: SharedEntry(Section.WORK, 1, ("jobs",), "A" * 43, 0),
        lambda: Event(ConsentEvent.GIVEN, NOW, ConsentParty.RECIPIENT, Assurance.LINK),
        lambda: Event(ConsentEvent.GIVEN, NOW, ConsentParty.HOLDER, Assurance.LINK),
        lambda: Event(ConsentEvent.REQUESTED, NOW, ConsentParty.RECIPIENT),
    ],
)
def test_a_part_that_says_nothing_or_too_much_cannot_be_made(make: Callable[[], object]) -> None:
    with pytest.raises(ReceiptError):
        make()


@pytest.mark.parametrize("changed", [{"starts_at": datetime(2026, 1, 1)}, {"ends_at": datetime(2027, 1, 1)}])  # noqa: DTZ001
def test_a_time_without_a_zone_is_a_mistake_of_the_caller(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="timezone-aware"):
        make_receipt(**changed)
    with pytest.raises(ValueError, match="timezone-aware"):
        Event.of(ConsentEvent.GIVEN, datetime(2026, 1, 1))  # noqa: DTZ001


def test_an_append_grant_names_what_may_be_written() -> None:
    receipt = make_receipt(
        kind=GrantKind.APPEND,
        shared=(),
        may_write=(Section.PLAN,),
        controller=Controller(kind=RecipientKind.PRACTITIONER, name="Alex Example"),
    )
    assert read(signed(receipt).token).receipt.sections == (Section.PLAN,)
    with pytest.raises(ReceiptError):
        make_receipt(kind=GrantKind.APPEND)


def test_it_stands_from_its_start_until_its_end_and_not_once_it_is_withdrawn() -> None:
    receipt = make_receipt()
    moments = [NOW - SECOND, NOW, NOW + 100 * DAY - SECOND, NOW + 100 * DAY]
    assert [receipt.stands(moment) for moment in moments] == [False, True, True, False]
    assert not make_receipt(events=(GIVEN, WITHDRAWN)).stands(NOW)
    assert receipt.sections == (Section.ABOUT_ME, Section.ADJUSTMENTS)
