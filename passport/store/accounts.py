"""Queries of accounts: who signs in."""

from sqlalchemy import Connection, select, update

from passport.store import statements
from passport.tables import ACCOUNTS, AccountRow


def create(connection: Connection, account: AccountRow) -> None:
    """Add an account.

    Raises:
        sqlalchemy.exc.IntegrityError: the id, username or sign-in code is taken, or it belongs to nobody known.
    """
    statements.add(connection, ACCOUNTS, account)


def get(connection: Connection, account_id: str) -> AccountRow | None:
    """Return an account by its id."""
    return statements.one(connection, AccountRow, select(ACCOUNTS).where(ACCOUNTS.c.account_id == account_id))


def by_username_hash(connection: Connection, username_hash: bytes) -> AccountRow | None:
    """Return the account whose username has this keyed hash."""
    statement = select(ACCOUNTS).where(ACCOUNTS.c.username_hash == username_hash)
    return statements.one(connection, AccountRow, statement)


def any_there(connection: Connection) -> bool:
    """Return whether anybody can sign in here at all."""
    return connection.execute(select(ACCOUNTS.c.account_id).limit(1)).first() is not None


def by_sign_in_code_hash(connection: Connection, sign_in_code_hash: bytes) -> AccountRow | None:
    """Return the account whose sign-in code has this keyed hash."""
    statement = select(ACCOUNTS).where(ACCOUNTS.c.sign_in_code_hash == sign_in_code_hash)
    return statements.one(connection, AccountRow, statement)


def set_sign_in_code_hash(connection: Connection, account_id: str, sign_in_code_hash: bytes | None) -> bool:
    """Store the hash of an account's new sign-in code (None: no code) and return whether there is such an account."""
    statement = update(ACCOUNTS).where(ACCOUNTS.c.account_id == account_id)
    return statements.changed(connection, statement.values(sign_in_code_hash=sign_in_code_hash))
