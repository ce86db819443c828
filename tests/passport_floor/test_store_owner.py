"""Every query names its owner: the store's syntax tree is walked for it, and the tables are built for it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Table, UniqueConstraint

from passport import store
from passport.tables import METADATA

# Found by the hash of a secret, before anybody knows whose share it is (design.md section 4).
FOUND_BY_SECRET = {"locators", "tickets", "viewing_sessions", "reply_tokens"}
ACCOUNTS = {"accounts"}  # of a holder or of a practitioner: keyed by itself
OWNED = {
    table.name for table in METADATA.tables.values() if "holder_id" in table.c and table.name not in ACCOUNTS
} - FOUND_BY_SECRET
# Queries over all holders, each with the reason that it may.
OVER_ALL_HOLDERS = {
    ("holders", "wrapped_before"): "rotating the KEK visits everybody",
    ("holders", "erased"): "everybody who was erased has a tombstone",
    ("share_files", "worded_otherwise"): "an upgrade words everybody's shares anew",
    ("entries", "find"): "who signed an entry names it by its id, and so does an operator",
    ("entries", "list_all"): "an operator sees the ids of all entries, and nothing of what they say",
    ("entries", "holders_with"): "each day looks whose changes at work are reviewed soon",
    ("ending_shares", "ending"): "each day looks at what ends soon, whoever shares it",
    ("ending_shares", "ended"): "each day looks at what has ended, whoever shared it",
    ("ending_shares", "kept_until"): "each day looks at which promises to delete copies fall due",
    ("messages", "claim"): "the worker sends what is due, whoever it is about",
    ("messages", "any_due"): "the worker looks whether anything is due",
    ("messages", "delete_ended"): "what has ended is forgotten after a while, whoever it was about",
    ("messages", "waiting"): "an operator sees how many messages wait, and none of them",
    ("expired", "forget_codes"): "whoever's code has ended, it is forgotten",
    ("expired", "delete_files_of_ended"): "whoever shared it, what an ended share carried is no use any more",
    (
        "log",
        "await_lost",
    ): "one tree for everybody: at a start, what is in no place of it waits for one again",
    ("log", "any_pending"): "one tree for everybody: the sequencer looks whether anything waits",
    ("log", "pending"): "one tree for everybody: the sequencer adds what waits, and sees commitments alone",
    ("log", "take"): "one tree for everybody: what was added no longer waits",
    ("receipts", "_newest"): "whatever has come to its end, or was stopped, gets a version that says so",
    ("access", "heads_after"): "passport db check follows every chain",
    ("grants", "to_practitioner"): "the practitioner owns these grants as much as their holders do",
    ("grants", "of_practitioner"): "the practitioner owns these grants as much as their holders do",
}
MODULES = sorted(Path(store.__path__[0]).glob("*.py"))


def statements(module: Path) -> Iterator[tuple[str, ast.AST]]:
    """Every function of a module, and every statement that it builds once, with its name."""
    for node in ast.parse(module.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node


def queried(function: ast.AST) -> set[str]:
    """The owned tables that a function or statement selects from, updates or deletes from."""
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    named = {
        argument.id.lower()
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in {"select", "update", "delete"}
        for argument in ast.walk(call)
        if isinstance(argument, ast.Name)
    }
    return named & OWNED


def owners(function: ast.AST) -> set[str]:
    """The tables for which TABLE.c.holder_id is compared with the argument holder_id or the parameter HOLDER."""
    return {
        node.left.value.value.id.lower()
        for node in ast.walk(function)
        if isinstance(node, ast.Compare)
        and isinstance(node.ops[0], ast.Eq)
        and isinstance(node.comparators[0], ast.Name)
        and node.comparators[0].id in {"holder_id", "HOLDER"}
        and isinstance(node.left, ast.Attribute)
        and node.left.attr == "holder_id"
        and isinstance(node.left.value, ast.Attribute)
        and isinstance(node.left.value.value, ast.Name)
    }


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_every_query_of_an_owned_table_names_the_holder(module: Path) -> None:
    for name, statement in statements(module):
        if (module.stem, name) not in OVER_ALL_HOLDERS:
            assert queried(statement) <= owners(statement), f"{module.stem}.{name}"


def test_the_walk_sees_the_queries_it_is_about() -> None:
    seen = {
        table for module in MODULES for _, statement in statements(module) for table in queried(statement)
    }
    assert seen == OWNED


def test_no_exception_outlives_its_query() -> None:
    there = {(module.stem, name) for module in MODULES for name, _ in statements(module)}
    assert OVER_ALL_HOLDERS.keys() <= there


@pytest.mark.parametrize("name", sorted(OWNED))
def test_an_owned_table_can_be_spread_by_holder(name: str) -> None:
    table: Table = METADATA.tables[name]
    assert next(iter(table.primary_key)).name == "holder_id"
    unique = [constraint for constraint in table.constraints if isinstance(constraint, UniqueConstraint)]
    assert all("holder_id" in constraint.columns for constraint in unique)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_no_store_function_ends_a_transaction(module: Path) -> None:
    calls = {node.attr for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, ast.Attribute)}
    assert not calls & {"commit", "rollback", "begin", "begin_nested"}
