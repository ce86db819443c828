"""Hostile texts are answered wherever one is read. What they cost: benchmarks/hostile.py."""

import pytest

from tests.passport_floor.hostile_texts import hostile_targets, hostile_texts, places, reads_target


@pytest.mark.parametrize("name", hostile_texts())
def test_a_hostile_text_is_answered_by_whatever_reads_it(name: str) -> None:
    text = hostile_texts()[name]()
    for _, reads in places():
        reads(text)


@pytest.mark.parametrize("name", hostile_targets())
def test_a_hostile_address_is_read_without_an_error(name: str) -> None:
    reads_target(hostile_targets()[name]())
