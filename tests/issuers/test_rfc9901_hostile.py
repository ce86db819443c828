"""Hostile presentations end in one of our errors, or stand, and never take more memory than they may."""

import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import pytest

from schemas.errors import PassportError
from tests.issuers.hostile import presentations
from tests.issuers.presenting import verified

MEMORY_MAX: Final = 32 * 1024 * 1024  # bytes, for one presentation
CASES = presentations()


@pytest.mark.rfc9901("7.1/end")
@pytest.mark.parametrize("make", CASES.values(), ids=CASES.keys())
def test_a_hostile_presentation_ends_in_one_of_our_errors_and_stays_small(make: Callable[[], str]) -> None:
    text = make()
    tracemalloc.start()
    try:
        with suppress(PassportError):
            verified(text)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MEMORY_MAX
