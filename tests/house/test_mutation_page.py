"""The table of `make mutants` counts code that changed, not the wording of messages, and survivors are explained."""

import re

import pytest

from docs.make_mutation import (
    PAGE,
    ROOT,
    Mutant,
    explained,
    sources_mutated,
    survivors,
    table_of,
    without_wording,
)

ORIGINAL = """
def check(value: int, log: StepLog) -> None:
    if value > 5:
        raise TooLargeError(f"expected at most {5}, got {value}")
    if value < 0:
        raise Refusal("negative", "it is below nothing")
"""


@pytest.mark.parametrize(
    ("was", "became"),
    [
        ('f"expected at most {5}, got {value}"', "None"),
        ('f"expected at most {5}, got {value}"', ""),
        ('"it is below nothing"', '"XXit is below nothingXX"'),
    ],
)
def test_another_wording_is_the_same_code(was: str, became: str) -> None:
    assert without_wording(ORIGINAL) == without_wording(ORIGINAL.replace(was, became))


@pytest.mark.parametrize(
    ("was", "became"),
    [
        ("> 5", ">= 5"),
        ('"negative"', "None"),
        ('"negative"', '"XXnegativeXX"'),
        ("TooLargeError", "SmallError"),
    ],
)
def test_another_condition_code_or_error_is_another(was: str, became: str) -> None:
    assert without_wording(ORIGINAL) != without_wording(ORIGINAL.replace(was, became))


def mutant(file: str, *, killed: bool, of_wording: bool = False) -> Mutant:
    return Mutant(file, "a.x_function__mutmut_1", "a.function", "x > 5", "x >= 5", killed, of_wording)


def test_the_table_counts_neither_wording_nor_twice() -> None:
    mutants = [
        mutant("a.py", killed=True),
        mutant("a.py", killed=True),
        mutant("a.py", killed=False),
        mutant("a.py", killed=False, of_wording=True),
        mutant("b.py", killed=True),
    ]
    assert len(survivors(mutants)) == 1
    assert table_of(mutants).splitlines()[2:] == [
        "| `a.py` | 3 | 2 | 1 | 66.7 % |",
        "| `b.py` | 1 | 1 | 0 | 100.0 % |",
        "| all | 4 | 3 | 1 | 75.0 % |",
    ]


def test_every_survivor_of_the_last_run_is_explained() -> None:
    assert "not explained yet" not in PAGE.read_text("utf-8")


def test_the_last_run_was_of_the_sources_as_they_are() -> None:
    assert PAGE.read_text("utf-8").endswith(sources_mutated()), (
        "code that is mutated has changed since: run make mutants"
    )


def test_every_explanation_is_of_code_that_is_still_there() -> None:
    for one in explained():
        path = next(
            (ROOT / f"{name}.py" for name in _modules(one.function) if (ROOT / f"{name}.py").exists()), None
        )
        assert one.function == "*" or path is not None, one.function
        if path is not None:
            text = re.sub(r"\s+", " ", path.read_text("utf-8"))
            assert re.sub(r"\s+", " ", one.was) in text, one.was


def _modules(function: str) -> list[str]:
    parts = function.split(".")
    return ["/".join(parts[:length]) for length in range(len(parts), 0, -1)]
