"""Migrations on both engines: they make exactly the declared tables, keep rows, and refuse what they do not know."""

from passport import migrate
from passport.db import Database


def test_the_steps_make_exactly_the_declared_tables(database: Database) -> None:
    with database.reading() as connection:
        assert migrate.problems(connection) == []
