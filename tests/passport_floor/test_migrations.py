"""Migrations on both engines: they make exactly the declared tables, keep rows, and refuse what they do not know."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

import passport
from passport import migrate
from passport.db import Database, open_database
from passport.storage_errors import DatabaseUnavailableError, MigrationError
from passport.store import shares
from tests.passport_floor.rows import HOLDER, SHARE, add_share

REBUILD_A_PARENT = '''"""Rebuild grants, which shares refer to."""
from alembic import op
import sqlalchemy as sa
revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None

def upgrade() -> None:
    with op.batch_alter_table("grants") as grants:
        grants.alter_column("nonce", existing_type=sa.String(), nullable=True)
'''
LOSE_A_PARENT = '''"""Delete what others refer to, as a careless step would."""
from alembic import op
revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None

def upgrade() -> None:
    op.execute("DELETE FROM grants")
'''


def with_step(folder: Path, step: str) -> str:
    """Return a script location with our steps and one more."""
    copy = folder / "migrations"
    shutil.copytree(Path(passport.__path__[0]) / "migrations", copy)
    (copy / "versions" / "r0002_next.py").write_text(step)
    return str(copy)


def test_the_steps_make_exactly_the_declared_tables(database: Database) -> None:
    with database.reading() as connection:
        assert migrate.is_current(connection)
        assert migrate.problems(connection) == []


def test_upgrading_again_keeps_everything(database: Database) -> None:
    with database.writing() as connection:
        add_share(connection)
        before = shares.get(connection, HOLDER, SHARE)
    migrate.upgrade(database.write_engine)
    with database.reading() as connection:
        assert shares.get(connection, HOLDER, SHARE) == before


def test_an_empty_database_is_not_current(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/empty.db")
    with database.reading() as connection:
        assert not migrate.is_current(connection)
        assert migrate.problems(connection) == ["the tables are of another version: run passport db upgrade"]
    database.close()


def test_tables_of_a_newer_version_are_refused(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(MigrationError, match="newer version"):
        migrate.upgrade(database.write_engine)
    with database.reading() as connection:
        assert not migrate.is_current(connection)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("DROP INDEX ix_entries_holder_id_state", "ix_entries_holder_id_state"),
        ("ALTER TABLE practitioners ADD COLUMN diagnosis VARCHAR", "diagnosis"),
        ("CREATE TABLE stray (x INTEGER)", "stray"),
    ],
)
def test_a_difference_is_noticed(database: Database, damage: str, said: str) -> None:
    with database.writing() as connection:
        connection.execute(text(damage))
    with database.reading() as connection:
        assert any(said in problem for problem in migrate.problems(connection))


def test_a_missing_trigger_is_noticed(database: Database) -> None:
    for trigger in sorted(migrate.TRIGGERS):
        table = "access_events" if trigger == "access_events_pending" else trigger.split("_no_")[0]
        on = f" ON {table}" if database.write_engine.dialect.name == "postgresql" else ""
        with database.write_engine.connect() as connection:  # never committed
            connection.execute(text(f"DROP TRIGGER {trigger}{on}"))
            assert migrate.problems(connection) == [f"the trigger {trigger} is missing: restore it"]


def test_a_step_can_rebuild_a_table_that_others_refer_to(database: Database, tmp_path: Path) -> None:
    with database.writing() as connection:
        add_share(connection)
        before = shares.get(connection, HOLDER, SHARE)
    migrate.upgrade(database.write_engine, steps=with_step(tmp_path, REBUILD_A_PARENT))
    with database.writing() as connection:
        assert shares.get(connection, HOLDER, SHARE) == before
        if database.write_engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def test_a_step_that_orphans_rows_is_undone(database: Database, tmp_path: Path) -> None:
    with database.writing() as connection:
        add_share(connection)
    with pytest.raises((MigrationError, IntegrityError), match=r"refer|foreign key"):
        migrate.upgrade(database.write_engine, steps=with_step(tmp_path, LOSE_A_PARENT))
    with database.reading() as connection:
        assert migrate.is_current(connection)
        assert migrate.problems(connection) == []
        assert connection.execute(text("SELECT count(*) FROM grants")).scalar_one() == 1


def test_a_server_that_is_gone_is_unavailable(tmp_path: Path) -> None:
    database = open_database(f"postgresql://nobody@/none?host={tmp_path}")
    with pytest.raises(DatabaseUnavailableError):
        migrate.upgrade(database.write_engine)
    database.close()
