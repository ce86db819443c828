"""Hostile status, trust and evidence files are refused, and take no more memory than they may; honest ones are read."""

import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import pytest

from consent.offline import MAX_FILE_VALUES, OfflineFileError
from issuers.encoding import TooManyValuesError
from issuers.jws import SignatureError, TokenFormatError
from issuers.status_list import STATUS_LIST_TYPE, StatusList
from schemas.errors import PassportError
from tests.consent_floor.hostile_files import (
    EVIDENCE_PLACES,
    HONEST,
    HONEST_EVIDENCE,
    STATUS,
    STATUS_FILES,
    STATUS_PLACES,
    TRUST_PLACES,
    filled_places,
    read_evidence,
    read_statuses,
    read_trust,
    status_token,
    token,
)
from tests.issuers.hostile import listed

MEMORY_MAX: Final = 32 * 1024 * 1024  # bytes, for one file
COSTLY: Final = [  # of all that benchmarks/hostile.py measures
    "empty lists of digests",
    "one name again and again",
    "subnormal numbers",
    "many numbers of 4,000 digits",
    "one text of quotes",
    "escapes",
    "one four-byte character among letters",
    "one pair of surrogates among letters",
]
CASES = {
    name: (make, read)
    for read, found in (
        (read_statuses, {**STATUS_FILES, **filled_places(STATUS_PLACES, COSTLY)}),
        (read_trust, filled_places(TRUST_PLACES, COSTLY)),
        (read_evidence, filled_places(EVIDENCE_PLACES, COSTLY)),
    )
    for name, make in found.items()
}


@pytest.mark.parametrize(("make", "read"), CASES.values(), ids=CASES.keys())
def test_a_hostile_file_ends_in_one_of_our_errors_and_stays_small(
    make: Callable[[], bytes], read: Callable[[bytes], object]
) -> None:
    raw = make()
    tracemalloc.start()
    try:
        with suppress(PassportError):
            read(raw)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MEMORY_MAX


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        *((make(), read_statuses) for make in HONEST.values()),
        *((make(), read_evidence) for make in HONEST_EVIDENCE.values()),
    ],
    ids=[*HONEST, *HONEST_EVIDENCE],
)
def test_the_largest_honest_lists_are_read(raw: bytes, read: Callable[[bytes], object]) -> None:
    assert read(raw)


@pytest.mark.parametrize("value", [b"[", b"{}", listed(b"{}", 100_000), b"9" * 4000], ids=range(4))
def test_a_list_that_nobody_signed_is_not_parsed(value: bytes) -> None:
    unsigned = token(value, typ=STATUS_LIST_TYPE, signer=STATUS, signed=False)
    with pytest.raises(SignatureError):
        read_statuses(b'{"status_lists":["%b"]}' % unsigned.encode())


def test_a_list_that_is_signed_holds_few_values_too() -> None:
    signed = token(listed(b"{}", 2_000), typ=STATUS_LIST_TYPE, signer=STATUS, signed=True)
    with pytest.raises(TokenFormatError) as found:
        read_statuses(b'{"status_lists":["%b"]}' % signed.encode())
    assert isinstance(found.value.__cause__, TooManyValuesError)


@pytest.mark.parametrize("read", [read_statuses, read_trust])
def test_a_file_of_more_values_than_may_be_is_not_parsed(read: Callable[[bytes], object]) -> None:
    with pytest.raises(TooManyValuesError):
        read(b'{"x":[' + b"0," * MAX_FILE_VALUES + b"0]}")
    with pytest.raises(OfflineFileError):
        read(b'{"x":[' + b"0," * (MAX_FILE_VALUES - 2) + b"0]}")


def test_a_true_list_again_ends_the_reading_before_the_lists_that_follow() -> None:
    once = status_token(StatusList.empty(64)).encode()
    with pytest.raises(OfflineFileError):
        read_statuses(b'{"status_lists":["%b","%b","no list"]}' % (once, once))
