"""Where an entry stands: every standing and every change, in one table."""

import itertools

import pytest

from consent.standing import (
    ON_THE_LIST,
    REASONS,
    StatusChangeError,
    StatusFinalError,
    StatusReasonError,
    moved,
    standing_of,
)
from issuers.status_list import Status
from schemas.vocabulary import Standing, StatusChange, StatusReason

# What follows on what; "final" and "no" are refused.
TABLE = """
             suspend    reinstate  revoke   supersede
valid        suspended  no         revoked  revoked
suspended    no         valid      revoked  revoked
revoked      final      final      final    final
"""
_HEAD, *_LINES = (line.split() for line in TABLE.strip().splitlines())
CASES = [
    (Standing(line[0]), StatusChange(change), expected)
    for line in _LINES
    for change, expected in zip(_HEAD, line[1:], strict=True)
]


@pytest.mark.parametrize(("standing", "change", "expected"), CASES)
def test_status_list_standing_moves_as_the_table_says(
    standing: Standing, change: StatusChange, expected: str
) -> None:
    for reason in REASONS[change]:
        if expected == "final":
            with pytest.raises(StatusFinalError):
                moved(standing, change, reason=reason)
        elif expected == "no":
            with pytest.raises(StatusChangeError) as refused:
                moved(standing, change, reason=reason)
            assert refused.value.code == "status_change_not_possible"
        else:
            assert moved(standing, change, reason=reason) is Standing(expected)


def test_status_list_standing_table_has_every_case() -> None:
    assert {case[:2] for case in CASES} == set(itertools.product(Standing, StatusChange))


@pytest.mark.parametrize("change", StatusChange)
def test_status_list_standing_takes_no_reason_of_another_change(change: StatusChange) -> None:
    for reason in set(StatusReason) - REASONS[change]:
        for standing in Standing:
            with pytest.raises(StatusReasonError, match="one of"):
                moved(standing, change, reason=reason)


def test_status_list_says_each_standing_and_no_more() -> None:
    assert {standing_of(status): status for status in ON_THE_LIST.values()} == dict(ON_THE_LIST)
    with pytest.raises(ValueError, match="expected one of"):
        standing_of(Status.APPLICATION_SPECIFIC)
