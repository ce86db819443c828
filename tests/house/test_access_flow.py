"""docs/access-flow.md names the code as it is."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/access-flow.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE)))


def test_its_steps_are_numbered_one_after_the_other() -> None:
    numbers = [int(number) for number in re.findall(r"^(\d+)\. ", PAGE, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_page_names_code() -> None:
    assert len(NAMED) > 15


@pytest.mark.parametrize(("file", "function"), NAMED, ids=lambda part: part)
def test_a_function_that_the_page_names_exists(file: str, function: str) -> None:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    defined = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert function in defined, f"docs/access-flow.md names {file}::{function}, which is not there"
