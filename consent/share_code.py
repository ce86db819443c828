"""What people type: the share code, for paper, telephone and locked-down desks, and the passcode that goes with it.

Pure: randomness is passed in. Left out: budgets of attempts and hashing (passport).
"""

import re
import unicodedata
from collections.abc import Callable
from typing import ClassVar, Final

from schemas.errors import PassportError

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base 32: no I, L, O or U
CODE_LENGTH: Final = 12  # characters; 60 bits
GROUP_LENGTH: Final = 4
PASSCODE_DIGITS: Final = 6
PASSCODE_LENGTH_MAX: Final = 32  # characters a person may have typed, before it is hashed
_TYPED_LENGTH_MAX: Final = 64
_MISREAD: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_IGNORED: Final = re.compile(
    r"[\s\u200b\u00ad\u2010-\u2015\u2212_.-]+"
)  # spaces and every kind of hyphen a mail client makes


class TypedCodeError(PassportError):
    """What was typed cannot be a share code or a passcode. It is answered like a wrong one."""

    code: ClassVar[str] = "typed_code_invalid"


def new_share_code(random_bytes: Callable[[int], bytes]) -> str:
    """Return a fresh code in its normal form; pass `secrets.token_bytes`."""
    number = int.from_bytes(random_bytes(8), "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(CODE_LENGTH))


def show_share_code(code: str) -> str:
    """Return a code in groups, as it is printed and read out: ABCD-EFGH-JKMN."""
    return "-".join(code[start : start + GROUP_LENGTH] for start in range(0, len(code), GROUP_LENGTH))


def normalise_share_code(typed: str) -> str:
    """Return the normal form of a typed code: capitals, O as 0, I and L as 1, hyphens and spaces dropped.

    Raises:
        TypedCodeError: it cannot be a share code.
    """
    code = _plain(typed).upper().translate(_MISREAD)
    if len(code) != CODE_LENGTH or not set(code) <= set(ALPHABET):
        raise TypedCodeError(
            f"a share code is {CODE_LENGTH} letters and digits, such as {show_share_code(ALPHABET[10:22])}"
        )
    return code


def new_passcode(random_bytes: Callable[[int], bytes]) -> str:
    """Return a fresh passcode of PASSCODE_DIGITS digits. The remainder's bias is below 1 in 10^13."""
    return f"{int.from_bytes(random_bytes(8), 'big') % 10**PASSCODE_DIGITS:0{PASSCODE_DIGITS}d}"


def normalise_passcode(typed: str) -> str:
    """Return what is compared: full-width digits made plain, spaces and hyphens dropped.

    Raises:
        TypedCodeError: nothing, or too much, is left.
    """
    passcode = _plain(typed)
    if not 0 < len(passcode) <= PASSCODE_LENGTH_MAX:
        raise TypedCodeError(f"a passcode is {PASSCODE_DIGITS} digits")
    return passcode


def _plain(typed: str) -> str:
    return _IGNORED.sub("", unicodedata.normalize("NFKC", typed[:_TYPED_LENGTH_MAX]))
