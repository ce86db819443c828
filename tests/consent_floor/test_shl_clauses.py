"""Each SHALL of SMART Health Links that can bind this service has a test, and each test that says so names one.

The tests are read as text, so that it holds for any choice of tests and however many processes run them.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.consent_floor.shl_clauses import CLAUSES, NUMBERS

TESTS = Path(__file__).parents[1]


def clauses_named_in(source: str) -> Iterator[str]:
    """Yield the clauses that `@pytest.mark.shl(...)` names."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "shl":
            yield from (str(ast.literal_eval(argument)) for argument in node.args)


def clauses_with_a_test() -> set[str]:
    sources = [path.read_text("utf-8") for path in TESTS.rglob("test_*.py") if path != Path(__file__)]
    return {number for source in sources if "mark.shl(" in source for number in clauses_named_in(source)}


def test_every_shall_that_can_bind_this_service_has_a_test() -> None:
    assert NUMBERS - clauses_with_a_test() == set()


def test_every_mark_names_a_clause() -> None:
    assert clauses_with_a_test() - NUMBERS == set()


def test_every_clause_stands_once() -> None:
    assert len({clause.number for clause in CLAUSES}) == len(CLAUSES)


def test_a_mark_that_is_taken_away_is_missed() -> None:
    source = "@pytest.mark.shl('request/3', 'url/1')\ndef test_it() -> None: ...\n"
    assert set(clauses_named_in(source)) == {"request/3", "url/1"}
    assert set(clauses_named_in(source.replace("mark.shl", "mark.other"))) == set()
