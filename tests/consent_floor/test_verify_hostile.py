"""Hostile presentations and Bundles are refused, never raise, and never take more memory than they may."""

import tracemalloc
from collections.abc import Callable
from typing import Final

import pytest

from consent.verification import Outcome
from tests.consent_floor.hostile_bundles import bundles
from tests.consent_floor.passports import check
from tests.issuers.hostile import TEXTS

MEMORY_MAX: Final = 16 * 1024 * 1024  # bytes: a character may take four, and a text stands three times
CASES: dict[str, Callable[[], str | bytes]] = {**TEXTS, **bundles()}


@pytest.mark.parametrize("make", CASES.values(), ids=CASES.keys())
def test_what_is_hostile_is_refused_and_stays_small(make: Callable[[], str | bytes]) -> None:
    raw = make()
    tracemalloc.start()
    try:
        found = check(raw)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.outcome is Outcome.REFUSED
    assert peak < MEMORY_MAX
