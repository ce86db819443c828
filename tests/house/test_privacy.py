"""docs/privacy.md speaks of every table once, and what it says of an end is what the code does."""

import ast
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from passport.store.erasing import DELETED
from passport.tables import METADATA

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/privacy.md").read_text(encoding="utf-8")
ERASE, PURGE = ("passport/erasure.py", "erase"), ("passport/purging.py", "purge")
SEALED_FOR_GOOD = {"entries", "receipts", "access_events"}  # their triggers keep them, and no key opens them
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE)))
PURGING = (ROOT / "passport/store/expired.py").read_text(encoding="utf-8")


class Line(NamedTuple):
    """One row of the page's table of tables."""

    table: str
    says: str
    kept: str
    ends: str

    @property
    def ended_by(self) -> set[tuple[str, str]]:
        return set(re.findall(r"`([\w/]+\.py)::(\w+)`", self.ends))


def table_of_tables() -> list[Line]:
    lines = PAGE.partition("| table |")[2].partition("\n\n")[0].splitlines()[2:]
    return [Line(*(cell.strip() for cell in line.strip("|").split(" | "))) for line in lines]


LINES = table_of_tables()


def test_every_table_is_there_exactly_once() -> None:
    assert sorted(line.table for line in LINES) == sorted(METADATA.tables)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.table)
def test_each_says_how_long_and_what_ends_it(line: Line) -> None:
    assert line.says
    assert line.kept
    assert (line.ends == "stays") != bool(line.ended_by)


@pytest.mark.parametrize(("file", "function"), NAMED, ids=lambda part: part)
def test_a_function_that_the_page_names_exists(file: str, function: str) -> None:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    defined = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert function in defined


def test_what_goes_with_a_person_is_what_erasing_deletes_or_leaves_without_a_key() -> None:
    with_a_person = {line.table for line in LINES if ERASE in line.ended_by}
    deleted = {table.name for table in DELETED}
    assert with_a_person == deleted | SEALED_FOR_GOOD | {"holders", "reply_tokens"}


def test_what_goes_by_itself_is_what_is_purged() -> None:
    by_itself = {line.table for line in LINES if PURGE in line.ended_by}
    purged = {name for name in METADATA.tables if re.search(rf"\b{name.upper()}\b", PURGING)}
    assert by_itself == (purged - {"shares"}) | {"messages"}  # shares are only asked when they ended
