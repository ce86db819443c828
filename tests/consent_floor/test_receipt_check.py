"""Receipts and read receipts that somebody saved are checked offline: who signed, in which order, what covers what."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import permutations
from typing import Any, Final

import pytest

from consent.reading import issue_reading
from consent.receipt import Event
from consent.receipt_check import ReceiptsCheck, ReceiptStepNumber, check_receipts, receipts_do_not_prove
from consent.receipt_token import SignedReceipt, append_event
from consent.token_type import unverified_type
from consent.verification import Outcome, StepResult
from issuers.encoding import encode_base64url
from issuers.keys import SoftwareSigner
from issuers.trust import EarlierEntries, Suspension, TrustedIssuer, TrustedKey, TrustList
from schemas.consent_vocabulary import ConsentEvent
from schemas.vocabulary import IssuerKind, Language
from tests.consent_floor.granting import DAY, ISSUER, KEY, NAME, NOW, SIGNER, WITHDRAWN, make_receipt, signed
from tests.consent_floor.test_reading import LATER, READING, RECEIPT

END: Final = NOW + 10 * DAY
SERVICE: Final = TrustedIssuer(
    iss=ISSUER,
    name="This service, answers of recipients and receipts",
    kind=IssuerKind.ACKNOWLEDGEMENT,
    sections=frozenset(),
    keys=(TrustedKey(KEY, NOW - DAY),),
)


def trusting(**changed: Any) -> TrustList:
    issuer = replace(SERVICE, **changed)
    return TrustList(version=1, issued_at=NOW - DAY, expires_at=END + DAY, issuers=(issuer,))


def after(former: SignedReceipt, event: Event) -> SignedReceipt:
    return append_event(former, event, signer=SIGNER, issuer=ISSUER, now=event.at)


def read_under(receipt: SignedReceipt, **changed: Any) -> str:
    reading = replace(READING, receipt_sha256=receipt.sha256, **changed)
    return issue_reading(reading, signer=SIGNER, issuer=ISSUER, now=LATER).token


def check(*tokens: str, trust: TrustList | None = None, now: datetime = END) -> ReceiptsCheck:
    return check_receipts(tokens, trust=trust or trusting(), now=now)


SECOND: Final = after(RECEIPT, Event.of(ConsentEvent.GIVEN, NOW + DAY))
THIRD: Final = after(SECOND, Event.of(ConsentEvent.WITHDRAWN, NOW + 2 * DAY))
FORKED: Final = after(RECEIPT, WITHDRAWN)
NARROW: Final = signed(make_receipt(shared=(NAME,)))
ELSEWHERE: Final = signed(issuer="https://other.example")
READ: Final = read_under(RECEIPT)


def test_a_whole_chain_with_what_was_read_stands_in_any_order() -> None:
    for tokens in permutations([RECEIPT.token, SECOND.token, THIRD.token, READ]):
        found = check(*tokens, tokens[0])
        assert (found.outcome, found.code) == (Outcome.VALID, "receipts_stand")
        (receipt,), (reading,) = found.receipts, found.readings
        assert (receipt.is_whole, receipt.newest, receipt.signed_by) == (True, THIRD, SERVICE)
        assert (reading.is_covered, reading.signed.reading) == (True, READING)


@pytest.mark.parametrize("versions", [(SECOND,), (SECOND, THIRD)], ids=["one", "two"])
def test_later_versions_alone_stand_and_are_not_called_whole(versions: tuple[SignedReceipt, ...]) -> None:
    found = check(*(version.token for version in versions))
    assert found.outcome is Outcome.VALID
    assert (found.receipts[0].is_whole, found.receipts[0].has_gap) == (False, False)


def test_a_read_receipt_alone_stands_and_is_not_called_covered() -> None:
    found = check(READ)
    assert (found.outcome, found.readings[0].is_covered) == (Outcome.VALID, False)


@pytest.mark.parametrize(
    ("tokens", "code", "number"),
    [
        ((RECEIPT.token, THIRD.token), "receipt_version_missing", 3),
        ((SECOND.token, READ), "receipt_missing", 4),
    ],
    ids=["a version between two", "the version that was read under"],
)
def test_what_is_missing_between_them_is_not_checked(tokens: tuple[str, ...], code: str, number: int) -> None:
    found = check(*tokens)
    assert (found.outcome, found.code) == (Outcome.NOT_CHECKED, code)
    assert [step.number for step in found.steps if step.result is StepResult.NOT_CHECKED] == [number]
    assert found.receipts


def test_a_trust_list_past_its_end_is_not_checked() -> None:
    found = check(RECEIPT.token, now=END + DAY)
    assert (found.outcome, found.code) == (Outcome.NOT_CHECKED, "trust_list_stale")


def test_without_a_trust_list_nothing_is_said_to_stand() -> None:
    found = check_receipts([RECEIPT.token, READ], trust=None, now=END)
    assert (found.outcome, found.code) == (Outcome.NOT_CHECKED, "trust_list_missing")
    assert not found.receipts
    assert check_receipts([RECEIPT.token[:-1]], trust=None, now=END).outcome is Outcome.REFUSED


def swapped_payload(token: str) -> str:
    """The payload of another version under this signature."""
    protected, _, signature = token.split(".")
    return f"{protected}.{SECOND.token.split('.')[1]}.{signature}"


REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "nothing": (("",), "token_typ"),
    "not a token": (("x.y.z",), "token_typ"),
    "text that is no ASCII": (("\ufffd.\ud800.",), "token_typ"),
    "another thing of ours": ((encode_base64url(b'{"typ":"dc+sd-jwt"}') + ".x.y",), "token_typ"),
    "cut short": ((RECEIPT.token[:-1],), "token_format"),
    "other words under its signature": ((swapped_payload(RECEIPT.token),), "signature_invalid"),
    "signed by a stranger": ((signed(signer=SoftwareSigner.generate()).token,), "issuer_key_unknown"),
    "of an issuer nobody knows": ((ELSEWHERE.token,), "issuer_unknown"),
    "two that are both version 2": ((RECEIPT.token, SECOND.token, FORKED.token), "receipt_succession"),
    "a version on another one": ((FORKED.token, THIRD.token), "receipt_succession"),
    "more was shown than it names": ((NARROW.token, read_under(NARROW)), "receipt_invalid"),
    "read when it was over": ((RECEIPT.token, FORKED.token, read_under(FORKED)), "receipt_invalid"),
}


AT_STEP: dict[str, ReceiptStepNumber] = {
    "token_typ": ReceiptStepNumber.PARSE,
    "token_format": ReceiptStepNumber.PARSE,
    "signature_invalid": ReceiptStepNumber.SIGNATURE,
    "issuer_key_unknown": ReceiptStepNumber.SIGNATURE,
    "issuer_unknown": ReceiptStepNumber.SIGNATURE,
    "receipt_succession": ReceiptStepNumber.SUCCESSION,
    "receipt_invalid": ReceiptStepNumber.COVERAGE,
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_was_altered_or_does_not_fit_is_refused_as_a_whole(case: str) -> None:
    tokens, code = REFUSED[case]
    found = check(*tokens)
    assert (found.outcome, found.code, found.receipts, found.readings) == (Outcome.REFUSED, code, (), ())
    assert found.step is not None
    assert (found.step.number, found.step.result) == (AT_STEP[code], StepResult.FAILED)
    assert len(found.steps) == len(ReceiptStepNumber)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"kind": IssuerKind.ORGANISATION}, "issuer_unknown"),
        ({"suspension": Suspension(NOW)}, "issuer_suspended"),
        ({"suspension": Suspension(END, EarlierEntries.FALL)}, "issuer_distrusted"),
        ({"keys": (TrustedKey(KEY, NOW + DAY),)}, "issuer_key_time"),
    ],
    ids=["an organisation", "suspended before", "distrusted", "before its key's time"],
)
@pytest.mark.parametrize("token", [RECEIPT.token, READ], ids=["receipt", "read receipt"])
def test_only_the_services_own_issuer_counts_and_only_in_its_time(
    token: str, changed: dict[str, Any], code: str
) -> None:
    found = check(token, trust=trusting(**changed))
    assert (found.outcome, found.code) == (Outcome.REFUSED, code)


def test_a_receipt_from_the_future_is_refused() -> None:
    assert check(RECEIPT.token, now=NOW - DAY).code == "receipt_time"


def test_what_belongs_together_is_signed_by_one_service() -> None:
    signer = SoftwareSigner.generate()
    other = replace(
        SERVICE,
        iss="https://other.example",
        keys=(TrustedKey(type(KEY).from_jwk(signer.public_jwk), NOW - DAY),),
    )
    trust = replace(trusting(), issuers=(SERVICE, other))
    event = Event.of(ConsentEvent.GIVEN, NOW + DAY)
    taken_on = append_event(RECEIPT, event, signer=signer, issuer=other.iss, now=event.at)
    assert check(RECEIPT.token, taken_on.token, trust=trust).code == "receipt_issuer"
    reading = issue_reading(READING, signer=signer, issuer=other.iss, now=LATER)
    assert check(RECEIPT.token, reading.token, trust=trust).code == "receipt_issuer"


@pytest.mark.parametrize("language", Language)
def test_the_limits_are_said_in_every_language(language: Language) -> None:
    assert len(receipts_do_not_prove(language)) == 4


TYPES: dict[str, tuple[Callable[[], bytes], str | None]] = {
    "a receipt": (RECEIPT.token.encode, "consent-receipt+jwt"),
    "a saved share": (lambda: b'{"language": "en", "resourceType": "Bundle"}', "Bundle"),
    "what a document has within it": (lambda: b'{"entry":[{"resourceType":"Bundle"}]}', None),
    "a read receipt after a line's end": (lambda: b"\n" + READ.encode(), "read-receipt+jwt"),
    "a document": (lambda: b'{"typ":"consent-receipt+jwt"}.', None),
    "no text": (lambda: encode_base64url(b'{"typ":1}').encode() + b".", None),
    "no header": (lambda: encode_base64url(b'{"typ":"consent-receipt+jwt"}').encode(), None),
    "bytes": (lambda: bytes(range(256)) * 64, None),
    "dots": (lambda: b"." * 4096, None),
}


@pytest.mark.parametrize("case", TYPES)
def test_a_type_is_read_from_a_header_alone(case: str) -> None:
    make, typ = TYPES[case]
    assert unverified_type(make()) == typ
