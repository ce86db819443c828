"""Hashes by which secrets are found again, and the passcode's slow hash. No database.

Tokens and codes are looked up by a keyed HMAC, so that a stolen database cannot be searched with guesses. Passcodes
are short: they are kept as argon2id, with the same key as pepper, behind a budget of attempts.
"""

import hashlib
import hmac
import os
from base64 import b64encode
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from passport.tables import LocatorKind

KEY_NAME: Final = "lookup"  # the keystore's secret that this key is
_SALT_BYTES: Final = 16
_DIGEST_BYTES: Final = 32
_LANES: Final = 1


@dataclass(frozen=True, slots=True)
class PasscodeCost:
    """What checking one passcode costs: memory in KiB, and passes over it."""

    memory_kib: int
    passes: int


PASSCODE_COST: Final = PasscodeCost(19 * 1024, 2)
"""OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane."""


class LookupKey:
    """The key of all look-up hashes of one deployment. Losing it closes every link and sign-in code."""

    __slots__ = ("_cost", "_key", "_nobodys_phc")

    def __init__(self, key: bytes, cost: PasscodeCost = PASSCODE_COST) -> None:
        self._key = key
        self._cost = cost
        self._nobodys_phc = _phc_of_nobody(cost)

    def locator_hash(self, kind: LocatorKind, secret: str) -> bytes:
        """Return the hash that finds a share by its URL token or typed code (32 bytes)."""
        return self._hash(f"locator-{kind}", secret)

    def username_hash(self, username: str) -> bytes:
        """Return the hash that finds an account by its username (32 bytes)."""
        return self._hash("username", username)

    def sign_in_hash(self, username: str, code: str) -> bytes:
        """Return the hash of a sign-in code together with the username it belongs to (32 bytes)."""
        return self._hash("sign-in", f"{username}\n{code}")

    def message_hash(self, holder_id: str, key: str) -> bytes:
        """Return the hash of a message's idempotency key, one holder's (32 bytes)."""
        return self._hash("message", f"{holder_id}\n{key}")

    def review_hash(self, scope: str, said: str) -> bytes:
        """Return the hash that names a review in the calendar of one holder or share (32 bytes)."""
        return self._hash("review", f"{scope}\n{said}")

    def email_code_hash(self, holder_id: str, address: str, code: str) -> bytes:
        """Return the hash of a code sent to an address, so that neither is kept in the clear (32 bytes)."""
        return self._hash("email-code", f"{holder_id}\n{address}\n{code}")

    def reply_code_hash(self, recipient_id: str, code: str) -> bytes:
        """Return the hash of the code that was sent to a recipient's e-mail address (32 bytes)."""
        return self._hash("reply-code", f"{recipient_id}\n{code}")

    def budget_hash(self, counted: str, of: str) -> bytes:
        """Return the hash under which something is counted of an address, a share or somebody (32 bytes)."""
        return self._hash("budget", f"{counted}\n{of}")

    def passcode_phc(self, passcode: str) -> str:
        """Return the argon2id hash of a passcode as a PHC string; takes about 20 ms at PASSCODE_COST."""
        return self._argon2id(os.urandom(_SALT_BYTES)).derive_phc_encoded(passcode.encode())

    def passcode_matches(self, passcode: str, phc: str | None) -> bool:
        """Return whether a passcode belongs to a hash. None takes as long and matches nothing."""
        try:
            Argon2id.verify_phc_encoded(passcode.encode(), phc or self._nobodys_phc, secret=self._key)
        except InvalidKey:
            return False
        return phc is not None

    def _argon2id(self, salt: bytes) -> Argon2id:
        return Argon2id(
            salt=salt,
            length=_DIGEST_BYTES,
            iterations=self._cost.passes,
            lanes=_LANES,
            memory_cost=self._cost.memory_kib,
            secret=self._key,
        )

    def _hash(self, use: str, secret: str) -> bytes:
        return hmac.digest(self._key, f"{use}\n{secret}".encode(), "sha256")


def _phc_of_nobody(cost: PasscodeCost) -> str:
    """Return a PHC string that costs as much to check as any other, and whose hash no passcode is known to have."""
    salt, digest = (
        b64encode(os.urandom(size)).rstrip(b"=").decode() for size in (_SALT_BYTES, _DIGEST_BYTES)
    )
    return f"$argon2id$v=19$m={cost.memory_kib},t={cost.passes},p={_LANES}${salt}${digest}"


def token_hash(token: str) -> bytes:
    """Return SHA-256 of a token of 256 random bits: nothing slower or keyed is needed to hide it (32 bytes)."""
    return hashlib.sha256(token.encode()).digest()
