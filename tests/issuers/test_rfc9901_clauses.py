"""Each clause of RFC 9901 that binds a verifier has a test, and each test that says so names one that exists.

The tests are read as text, so that it holds for any choice of tests and however many processes run them.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.issuers.rfc9901_clauses import CLAUSES, NUMBERS

TESTS = Path(__file__).parents[1]


def clauses_named_in(source: str) -> Iterator[str]:
    """Yield the clauses that marks name: on tests, and on rows of their tables."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and "rfc9901" in {
            getattr(node.func, "attr", ""),
            getattr(node.func, "id", ""),
        }:
            yield from (str(ast.literal_eval(argument)) for argument in node.args)


def clauses_with_a_test() -> set[str]:
    sources = [path.read_text("utf-8") for path in TESTS.rglob("*.py") if path != Path(__file__)]
    return {number for source in sources if "rfc9901(" in source for number in clauses_named_in(source)}


def test_every_clause_of_rfc9901_7_1_and_7_3_has_a_test() -> None:
    assert NUMBERS - clauses_with_a_test() == set()


def test_every_mark_names_a_clause_of_rfc9901() -> None:
    assert clauses_with_a_test() - NUMBERS == set()


def test_every_clause_stands_once_and_in_order() -> None:
    assert len(NUMBERS) == len(CLAUSES)
    assert [clause.number for clause in CLAUSES if clause.number.startswith("7.1/")][-1] == "7.1/end"


def test_a_mark_that_is_taken_away_is_missed() -> None:
    source = "@pytest.mark.rfc9901('7.1/4', '7.1/5')\ndef test_it() -> None: ...\n"
    assert set(clauses_named_in(source)) == {"7.1/4", "7.1/5"}
    assert set(clauses_named_in(source.replace("@pytest.mark.rfc9901", "@pytest.mark.other"))) == set()
