"""Whether receipts and read receipts stand, as anybody who holds some can check it offline. No clock, no network.

In four steps: (1) each is well formed, (2) an issuer on the trust list that signs receipts signed it, while its key was
in force, (3) each version of a receipt follows on the one before, (4) the receipt covers what a read receipt says was
read. Hostile input never raises: it is refused. Left out: whether what was shared still stands (consent.verify).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from itertools import groupby, pairwise
from typing import Final

from consent.deciding_step import deciding_step
from consent.reading import MAX_READING_BYTES, READING_TYPE, SignedReading, check_covered, read_reading
from consent.receipt_token import (
    MAX_RECEIPT_BYTES,
    RECEIPT_TYPE,
    KeyFor,
    ReceiptIssuerError,
    SignedReceipt,
    SuccessionError,
    check_succession,
    read_receipt,
)
from consent.steps import NumberedStep, Outcome, Refusal, Steps, passes
from consent.token_type import unverified_type
from issuers.jws import TokenTypeError, parse_jws
from issuers.times import check_now, from_numeric_date
from issuers.trust import TrustedIssuer, TrustList, UnknownIssuerError
from schemas.vocabulary import IssuerKind, Language

TYPES: Final = {RECEIPT_TYPE: MAX_RECEIPT_BYTES, READING_TYPE: MAX_READING_BYTES}

_Typed = tuple[str, str]  # a token and its type
_Receipt = tuple[SignedReceipt, TrustedIssuer]
_Reading = tuple[SignedReading, TrustedIssuer]


class ReceiptStepNumber(IntEnum):
    """The numbered steps, in the order they are taken."""

    PARSE = 1
    SIGNATURE = 2
    SUCCESSION = 3
    COVERAGE = 4


ReceiptStep = NumberedStep[ReceiptStepNumber]
_PASSES: Final = passes(
    {
        ReceiptStepNumber.PARSE: "each is well formed",
        ReceiptStepNumber.SIGNATURE: "the service signed each, and nobody altered it",
        ReceiptStepNumber.SUCCESSION: "each version of a receipt follows on the one before",
        ReceiptStepNumber.COVERAGE: "the receipt covers what was read",
    }
)

_LIMITS: Final = {
    Language.ENGLISH: (
        "It does not prove who the recipient or the reader is: it says how sure the service was.",
        "It does not prove that either side signed it: the service did, for both.",
        "It does not prove that this is the newest version: the other side may hold a later one.",
        "It does not prove that the recipient keeps to it.",
    ),
    Language.WELSH: (
        "Nid yw’n profi pwy yw’r derbynnydd na’r darllenydd: mae’n dweud pa mor sicr oedd y gwasanaeth.",
        "Nid yw’n profi bod y naill ochr na’r llall wedi ei lofnodi: y gwasanaeth a wnaeth, ar ran y ddwy.",
        "Nid yw’n profi mai hwn yw’r fersiwn diweddaraf: gall fod gan yr ochr arall un mwy diweddar.",
        "Nid yw’n profi bod y derbynnydd yn cadw ato.",
    ),
}


@dataclass(frozen=True, slots=True)
class CheckedReceipt:
    """The versions of one receipt that are at hand, the oldest one first, and who signed the newest."""

    versions: tuple[SignedReceipt, ...]
    signed_by: TrustedIssuer

    @property
    def newest(self) -> SignedReceipt:
        """The newest version at hand."""
        return self.versions[-1]

    @property
    def has_gap(self) -> bool:
        """Whether a version between two others is missing."""
        return self.newest.receipt.version - self.versions[0].receipt.version >= len(self.versions)

    @property
    def is_whole(self) -> bool:
        """Whether every version from the first one on is there."""
        return self.versions[0].receipt.version == 1 and not self.has_gap


@dataclass(frozen=True, slots=True)
class CheckedReading:
    """A read receipt, who signed it, and whether the version of the receipt that it names was there and covers it."""

    signed: SignedReading
    signed_by: TrustedIssuer
    is_covered: bool


@dataclass(frozen=True, slots=True)
class ReceiptsCheck:
    """The answer. `code` is stable; nothing is listed where it is refused, or nobody could say who signed it."""

    outcome: Outcome
    code: str
    message: str
    step: ReceiptStep | None  # the one that decided; None where it is valid
    steps: tuple[ReceiptStep, ...]
    receipts: tuple[CheckedReceipt, ...] = ()
    readings: tuple[CheckedReading, ...] = ()


def check_receipts(tokens: Iterable[str], *, trust: TrustList | None, now: datetime) -> ReceiptsCheck:
    """Return whether these receipts and read receipts stand, in any order; without `trust`: not checked.

    Raises:
        ValueError: `now` is not timezone-aware, or not of the years 1970 to 8999.
    """
    check_now(now)
    log, found = Steps(_PASSES), _NOTHING
    with suppress(Refusal):  # the log says where
        found = _take(log, tokens, trust, now)
    steps = log.finish()
    step = deciding_step(steps)
    code, message = (step.code, step.message) if step else ("receipts_stand", "signed and unaltered")
    return ReceiptsCheck(log.outcome, code, message, step, steps, *found)


def receipts_do_not_prove(language: Language) -> tuple[str, ...]:
    """Return the sentences that stand beside every answer about a receipt."""
    return _LIMITS[language]


_Found = tuple[tuple[CheckedReceipt, ...], tuple[CheckedReading, ...]]
_NOTHING: Final[_Found] = ((), ())


def _take(
    log: Steps[ReceiptStepNumber], tokens: Iterable[str], trust: TrustList | None, now: datetime
) -> _Found:
    """Take the steps and return what stands.

    Raises:
        Refusal: a step failed; the log says which.
    """
    with log.step(ReceiptStepNumber.PARSE):  # (1)
        typed = [(token, _type_of(token)) for token in dict.fromkeys(tokens)]
    if trust is None:
        for number in list(ReceiptStepNumber)[1:]:
            log.not_checked(number, "trust_list_missing", "no trust list is at hand")
        return _NOTHING
    with log.step(ReceiptStepNumber.SIGNATURE):  # (2)
        receipts, readings = list(_receipts(typed, trust, now)), list(_readings(typed, trust, now))
        if trust.expires_at <= now:
            message = "the trust list is out of date; fetch a new one"
            log.not_checked(ReceiptStepNumber.SIGNATURE, "trust_list_stale", message)
    with log.step(ReceiptStepNumber.SUCCESSION):  # (3)
        chains = tuple(_chains(receipts))
        _leave_gaps_open(log, chains)
    with log.step(ReceiptStepNumber.COVERAGE):  # (4)
        checked = tuple(_covered(readings, chains))
        _leave_uncovered_open(log, chains, checked)
    return chains, checked


def _leave_gaps_open(log: Steps[ReceiptStepNumber], receipts: Sequence[CheckedReceipt]) -> None:
    if not receipts:
        log.not_required(ReceiptStepNumber.SUCCESSION, "there is no receipt")
    elif any(receipt.has_gap for receipt in receipts):
        message = "a version between two others is missing; give all of them"
        log.not_checked(ReceiptStepNumber.SUCCESSION, "receipt_version_missing", message)


def _leave_uncovered_open(
    log: Steps[ReceiptStepNumber], receipts: Sequence[CheckedReceipt], readings: Sequence[CheckedReading]
) -> None:
    if not receipts or not readings:
        log.not_required(ReceiptStepNumber.COVERAGE, "there is no receipt and read receipt to compare")
    elif not all(reading.is_covered for reading in readings):
        message = "the version of the receipt that a read receipt names is not among these"
        log.not_checked(ReceiptStepNumber.COVERAGE, "receipt_missing", message)


def _type_of(token: str) -> str:
    """Return which of the two a token is, well formed.

    Raises:
        EncodingError, TokenHeaderError: it is neither, or malformed.
    """
    typ = unverified_type(token.encode("utf-8", "replace"))
    if typ not in TYPES:
        raise TokenTypeError(
            "expected a signed receipt or read receipt (JWT): other forms carry no signature"
        )
    parse_jws(token, typ=typ, max_bytes=TYPES[typ])
    return typ


def _receipts(typed: Iterable[_Typed], trust: TrustList, now: datetime) -> Iterator[_Receipt]:
    for token, typ in typed:
        if typ == RECEIPT_TYPE:
            issuer, key_for = _signer(token, typ, trust)
            yield read_receipt(token, key_for=key_for, issuer=issuer.iss, now=now), issuer


def _readings(typed: Iterable[_Typed], trust: TrustList, now: datetime) -> Iterator[_Reading]:
    for token, typ in typed:
        if typ == READING_TYPE:
            issuer, key_for = _signer(token, typ, trust)
            yield read_reading(token, key_for=key_for, issuer=issuer.iss, now=now), issuer


def _covered(readings: Iterable[_Reading], receipts: Sequence[CheckedReceipt]) -> Iterator[CheckedReading]:
    for signed, issuer in readings:
        yield CheckedReading(signed, issuer, _is_covered(signed, issuer, receipts))


def _signer(token: str, typ: str, trust: TrustList) -> tuple[TrustedIssuer, KeyFor]:
    """Return who on the trust list says to have signed it, and their keys of that time: the list alone has keys.

    Raises:
        PassportError: nobody on the list who signs receipts.
    """
    unverified = parse_jws(token, typ=typ, max_bytes=TYPES[typ]).unverified_payload
    iss = unverified.get("iss")
    issuer = trust.issuer(iss if isinstance(iss, str) else "")
    if issuer.kind is not IssuerKind.ACKNOWLEDGEMENT:
        raise UnknownIssuerError("the issuer is not the one of a service that signs receipts")
    at = from_numeric_date(unverified.get("iat"))
    return issuer, lambda kid: issuer.key(kid, at=at)


def _chains(found: Iterable[_Receipt]) -> Iterator[CheckedReceipt]:
    """Yield each receipt with its versions in order.

    Raises:
        ReceiptError: two versions do not follow on each other.
    """
    ordered = sorted(found, key=lambda one: (one[0].receipt.receipt_id, one[0].receipt.version))
    for _, group in groupby(ordered, key=lambda one: one[0].receipt.receipt_id):
        versions = list(group)
        for former, later in pairwise(versions):
            _check_next(former, later)
        yield CheckedReceipt(tuple(signed for signed, _ in versions), versions[-1][1])


def _check_next(former: _Receipt, later: _Receipt) -> None:
    _check_one_service(former[1], later[1])
    steps = later[0].receipt.version - former[0].receipt.version
    if steps == 0:
        raise SuccessionError("expected one receipt of each version; two say that they are the same one")
    if steps == 1:  # where one between them is missing, nothing can be said of it
        check_succession(former[0], later[0])


def _is_covered(signed: SignedReading, issuer: TrustedIssuer, receipts: Sequence[CheckedReceipt]) -> bool:
    """Return whether the version that it names is at hand.

    Raises:
        ReceiptError: it is, and does not cover what was read.
    """
    for receipt in receipts:
        for version in receipt.versions:
            if version.sha256 == signed.reading.receipt_sha256:
                _check_one_service(issuer, receipt.signed_by)
                check_covered(signed.reading, version)
                return True
    return False


def _check_one_service(one: TrustedIssuer, other: TrustedIssuer) -> None:
    if one.iss != other.iss:
        raise ReceiptIssuerError("expected one service to sign what belongs together")
