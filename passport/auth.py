"""Sign-in: a username and a sign-in code become a session; a session says who somebody is. ADR 9."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from consent.share_code import ALPHABET
from passport.deployment import Deployment
from passport.lookup import token_hash
from passport.store import accounts, sessions
from passport.tables import AccountKind, AccountRow, SessionRow

CODE_LENGTH: Final = 16  # Crockford characters: 80 bits
CODE_BYTES: Final = 10
_MISREAD: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is signed in: exactly one of `holder_id` and `practitioner_id` is set, as the kind says."""

    account_id: str
    kind: AccountKind
    holder_id: str | None
    practitioner_id: str | None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session. The token is shown to the browser once and stored as a hash."""

    token: str
    principal: Principal
    expires_at: datetime


def new_sign_in_code(d: Deployment) -> str:
    """Return a fresh sign-in code in groups of four."""
    return sign_in_code(d.random_bytes(CODE_BYTES))


def sign_in_code(random: bytes) -> str:
    """Return CODE_BYTES random bytes as a sign-in code in groups of four."""
    number = int.from_bytes(random, "big")
    code = "".join(ALPHABET[number >> 5 * place & 31] for place in range(CODE_LENGTH))
    return "-".join(code[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def code_hash(d: Deployment, username: str, code: str) -> bytes:
    """Return the keyed hash of a sign-in code, however it was typed (32 bytes)."""
    plain = "".join(code.split()).replace("-", "").upper().translate(_MISREAD)
    return d.lookup.sign_in_hash(normal_username(username), plain)


def normal_username(typed: str) -> str:
    """Return a username as it is hashed."""
    return typed.strip().lower()


def create_account(
    d: Deployment,
    connection: Connection,
    *,
    username: str,
    code: str,
    holder_id: str | None = None,
    practitioner_id: str | None = None,
) -> str:
    """Return the id of a new account that signs in with this username and code."""
    account = AccountRow(
        account_id=d.new_id(),
        kind=AccountKind.HOLDER if holder_id is not None else AccountKind.PRACTITIONER,
        holder_id=holder_id,
        practitioner_id=practitioner_id,
        username_hash=d.lookup.username_hash(normal_username(username)),
        sign_in_code_hash=code_hash(d, username, code),
    )
    accounts.create(connection, account)
    return account.account_id


def account_of(d: Deployment, connection: Connection, username: str) -> AccountRow | None:
    """Return the account with this username, however it was typed."""
    return accounts.by_username_hash(connection, d.lookup.username_hash(normal_username(username)))


def holder_with(d: Deployment, connection: Connection, *, username: str, code: str) -> str | None:
    """Return the holder who signs in with these; None when they do not belong together, or to no holder."""
    account = accounts.by_sign_in_code_hash(connection, code_hash(d, username, code))
    return account.holder_id if account else None


def sign_in(d: Deployment, *, username: str, code: str) -> SignedIn | None:
    """Return a new session, or None when username and code do not belong together."""
    with d.database.reading() as connection:  # whoever guesses makes nobody who writes wait
        account = accounts.by_sign_in_code_hash(connection, code_hash(d, username, code))
    if account is None:
        return None
    with d.database.writing() as connection:
        now = d.now()
        token = d.new_token()
        expires_at = now + timedelta(hours=d.settings.session_hours)
        row = SessionRow(
            token_hash=token_hash(token), account_id=account.account_id, created_at=now, expires_at=expires_at
        )
        sessions.create(connection, row)
    return SignedIn(token, _principal(account), expires_at)


def who(d: Deployment, token: str) -> Principal | None:
    """Return who a session token belongs to, or None when it is unknown or has expired."""
    with d.database.reading() as connection:
        session = sessions.get(connection, token_hash(token), now=d.now())
        account = accounts.get(connection, session.account_id) if session else None
    return _principal(account) if account else None


def sign_out(d: Deployment, token: str) -> None:
    """End a session. An unknown one is no error."""
    with d.database.writing() as connection:
        sessions.delete_one(connection, token_hash(token))


def _principal(account: AccountRow) -> Principal:
    return Principal(account.account_id, account.kind, account.holder_id, account.practitioner_id)
