"""`passport erase`: for good, said twice, and never by accident."""

import pytest

from tests.command_line.conftest import Run


def test_an_operator_erases_somebody_and_nobody_else(told: Run) -> None:
    ran = told("erase", "Amara", "--for-good")
    assert (ran.code, "Deleted for good" in ran.out) == (0, True)
    assert told("export", "amara", "amara.json").code == 1
    assert told("erase", "amara", "--for-good").code == 1
    assert told("export", "sian", "sian.json").code == 0
    assert told("db", "check").code == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("amara",), 64),
        (("--for-good",), 64),
        (("nobody", "--for-good"), 1),
        (("bethan-cole", "--for-good"), 1),
    ],
    ids=["not for good", "nobody named", "nobody of this name", "a practitioner"],
)
def test_whoever_is_not_meant_is_not_erased(told: Run, arguments: tuple[str, ...], code: int) -> None:
    assert told("erase", *arguments).code == code
    assert told("export", "amara", "amara.json").code == 0


def test_a_demo_tells_its_story_again_after_somebody_was_erased(told: Run) -> None:
    assert told("erase", "amara", "--for-good").code == 0
    assert told("demo", "--no-serve").code == 0
    assert told("export", "amara", "amara.json").code == 0
