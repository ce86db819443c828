"""The read receipt: who read what, when, and how sure the service is; and which grant covered it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from consent.grant import GrantItem
from consent.reading import READING_TYPE, Reading, SignedReading, check_covered, issue_reading, read_reading
from consent.receipt import ReceiptError, SharedEntry
from consent.receipt_token import ReceiptIssuerError, ReceiptTimeError
from issuers.jws import TokenTypeError, parse_jws, sign_jws
from schemas.consent_vocabulary import Assurance
from schemas.vocabulary import Section
from tests.consent_floor.granting import CHANGES, DAY, ISSUER, KEY, NAME, NOW, SIGNER, key_for, signed

RECEIPT = signed()
READING = Reading(
    reading_id="urn:uuid:9a1de644-815e-46d1-bb8f-aa1837f8a88b",
    receipt_id=RECEIPT.receipt.receipt_id,
    receipt_sha256=RECEIPT.sha256,
    recipient="Harbour Kitchens",
    reader="Jo Example, line manager",
    assurance=Assurance.WORK_EMAIL,
    shown=(NAME, CHANGES),
    at=NOW + timedelta(minutes=5),
)
LATER = NOW + timedelta(minutes=6)


def issued(reading: Reading = READING) -> SignedReading:
    return issue_reading(reading, signer=SIGNER, issuer=ISSUER, now=LATER)


def read(token: str, **changed: Any) -> SignedReading:
    settings: dict[str, Any] = {"key_for": key_for, "issuer": ISSUER, "now": LATER}
    return read_reading(token, **settings | changed)


@pytest.mark.parametrize("reader", ["Jo Example, line manager", None])
def test_a_reading_comes_back_as_it_was_stated(reader: str | None) -> None:
    statement = issued(replace(READING, reader=reader))
    assert read(statement.token) == statement
    assert statement.reading.reader == reader


def test_a_receipt_covers_what_it_names_while_it_stands() -> None:
    check_covered(READING, RECEIPT)
    check_covered(replace(READING, shown=(NAME,)), RECEIPT)


OTHER = SharedEntry.of(GrantItem(Section.WORK, "e9", ("jobs/0",)), "presentation-9~")


@pytest.mark.parametrize(
    "changed",
    [
        {"shown": (NAME, OTHER)},
        {"at": NOW - DAY},
        {"at": NOW + 100 * DAY},
        {"receipt_sha256": "A" * 43},
        {"receipt_id": "urn:uuid:1"},
        {"recipient": "Else Ltd"},
    ],
)
def test_a_reading_outside_its_receipt_is_found(changed: dict[str, Any]) -> None:
    with pytest.raises(ReceiptError):
        check_covered(replace(READING, **changed), RECEIPT)


@pytest.mark.parametrize(
    "changed",
    [
        {"shown": ()},
        {"reader": " "},
        {"reader": "x" * 201},
        {"recipient": ""},
        {"reading_id": "1"},
        {"receipt_id": "1"},
        {"receipt_sha256": "short"},
    ],
)
def test_a_reading_that_leaves_something_out_cannot_be_stated(changed: dict[str, Any]) -> None:
    with pytest.raises(ReceiptError):
        replace(READING, **changed)
    with pytest.raises(ValueError, match="timezone-aware"):
        replace(READING, at=datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda c: c.update(schema="urn:passport:receipt:1"), ReceiptError),
        (lambda c: c.update(iss="https://other.example"), ReceiptIssuerError),
        (lambda c: c.update(jti="urn:uuid:2"), ReceiptError),
        (lambda c: c.update(iat=c["iat"] + 3600), ReceiptTimeError),
        (lambda c: c.update(iat=c["iat"] - 3600), ReceiptTimeError),
        (lambda c: c.update(assurance="certain"), ReceiptError),
        (lambda c: c.update(more=1), ReceiptError),
        (lambda c: c.pop("shown"), ReceiptError),
    ],
)
def test_a_token_that_says_something_else_is_refused(
    change: Callable[[dict[str, Any]], object], error: type[Exception]
) -> None:
    claims = parse_jws(issued().token, typ=READING_TYPE).verify(KEY)
    change(claims)
    with pytest.raises(error):
        read(sign_jws(claims, SIGNER, typ=READING_TYPE))


def test_a_receipt_does_not_pass_as_a_read_receipt() -> None:
    with pytest.raises(TokenTypeError):
        read(RECEIPT.token)


def test_a_reading_is_not_stated_before_it_happened() -> None:
    with pytest.raises(ReceiptTimeError):
        issue_reading(READING, signer=SIGNER, issuer=ISSUER, now=NOW - DAY)
