"""Decoys: many from the start, changing with what is real, and never an index that anything else has."""

from collections import Counter
from random import Random

import pytest
from sqlalchemy import Connection, select, text

from passport import decoys
from passport.db import Database
from passport.store import status
from passport.store.status import INVALID, SUSPENDED, VALID
from passport.tables import STATUS_INDICES, StatusKind, StatusListRow

LIST = "1"


def create(connection: Connection, size: int = 2**16) -> None:
    status.create_list(connection, StatusListRow(list_id=LIST, size=size))


def kinds(connection: Connection) -> dict[int, StatusKind]:
    return {row[0]: row[1] for row in connection.execute(select(STATUS_INDICES.c.idx, STATUS_INDICES.c.kind))}


def statuses(connection: Connection) -> dict[int, int]:
    row = status.get_list(connection, LIST)
    assert row is not None
    return dict(status.changes(connection, row).statuses)


def test_status_list_starts_with_hundreds_of_decoys_withdrawn_and_suspended(database: Database) -> None:
    with database.writing() as connection:
        create(connection)
        decoys.seed(connection, LIST, draw=Random(1).randrange)
        found = Counter(statuses(connection).values())
        assert set(kinds(connection).values()) == {StatusKind.DECOY}
    assert found.keys() == {INVALID, SUSPENDED, VALID}
    assert found[VALID] == 1, "the index of previews"
    assert sum(found.values()) > 200
    assert found[INVALID] > found[SUSPENDED] > 20


def test_status_list_decoys_change_and_leave_what_is_real_alone(database: Database) -> None:
    draw = Random(2).randrange
    with database.writing() as connection:
        create(connection)
        decoys.seed(connection, LIST, draw=draw)
        real = [status.allocate_index(connection, LIST, StatusKind.ENTRY, draw) for _ in range(200)]
        before = statuses(connection)
        for _ in range(60):
            decoys.stir(connection, LIST, draw=draw)
        after = statuses(connection)
        assert {kinds(connection)[index] for index in real} == {StatusKind.ENTRY}
    changed = {index for index in after if after[index] != before.get(index)}
    assert len(changed) > 40
    assert not changed & set(real)
    assert decoys.PREVIEWS not in changed, "a preview never looks withdrawn"
    assert any(before.get(index) == SUSPENDED and after[index] == VALID for index in changed)


def test_status_list_decoys_take_no_index_that_is_handed_out(database: Database) -> None:
    with database.writing() as connection:
        create(connection, size=64)
        real = [status.allocate_index(connection, LIST, StatusKind.SHARE) for _ in range(40)]
        for _ in range(40):
            decoys.stir(connection, LIST)
        found = kinds(connection)
        assert {found[index] for index in real} == {StatusKind.SHARE}
        assert all(index not in statuses(connection) for index in real)


def test_status_list_that_is_full_has_decoys_enough(database: Database) -> None:
    with database.writing() as connection:
        create(connection, size=1)
        status.allocate_index(connection, LIST, StatusKind.ENTRY)
        decoys.stir(connection, LIST, draw=lambda below: below - 1)
        assert statuses(connection) == {}


def test_status_list_decoys_need_a_list(database: Database) -> None:
    with pytest.raises(LookupError), database.writing() as connection:
        decoys.seed(connection, LIST)
    with pytest.raises(LookupError), database.writing() as connection:
        status.add_decoys(connection, LIST, {1: INVALID})


def test_status_list_changes_since_a_version_are_found_by_index(sqlite_database: Database) -> None:
    with sqlite_database.writing() as connection:
        create(connection)
        plan = connection.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT idx, status FROM status_indices"
                " WHERE list_id = '1' AND changed_version > 5"
            )
        ).all()
        decoy_plan = connection.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT idx FROM status_indices"
                " WHERE list_id = '1' AND kind = 'decoy' AND status = 2"
            )
        ).all()
    assert "ix_status_indices_list_id_changed_version" in plan[0][-1]
    assert "ix_status_indices_decoys" in decoy_plan[0][-1]
