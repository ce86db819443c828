"""Queries of the global budget of typed-code misses: guessing over all shares together is bounded too."""

from sqlalchemy import Connection, update

from passport.store import statements
from passport.tables import CODE_BUDGETS


def reserve_miss(connection: Connection, bucket: str, *, limit: int) -> bool:
    """Take one miss of a bucket (such as the hour) before looking a code up; return whether there was one left.

    Commit before looking up, and give it back with `return_miss` when the code and passcode were right.
    """
    add_one = statements.insert_on_conflict(connection, CODE_BUDGETS).values(bucket=bucket, misses=1)
    statement = add_one.on_conflict_do_update(
        index_elements=[CODE_BUDGETS.c.bucket],
        set_={"misses": CODE_BUDGETS.c.misses + 1},
        where=CODE_BUDGETS.c.misses < limit,
    ).returning(CODE_BUDGETS.c.misses)
    return limit > 0 and connection.execute(statement).first() is not None


def touch(connection: Connection, bucket: str) -> bool:
    """Write a bucket as it is, which takes as long as a change; return whether it is there."""
    statement = update(CODE_BUDGETS).where(CODE_BUDGETS.c.bucket == bucket)
    return statements.changed(connection, statement.values(misses=CODE_BUDGETS.c.misses))


def return_miss(connection: Connection, bucket: str) -> bool:
    """Give back a reserved miss that was none; once for each one reserved."""
    statement = update(CODE_BUDGETS).where(CODE_BUDGETS.c.bucket == bucket, CODE_BUDGETS.c.misses > 0)
    return statements.changed(connection, statement.values(misses=CODE_BUDGETS.c.misses - 1))
