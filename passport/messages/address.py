"""E-mail addresses as this service sends to them: strict, ASCII, of one mailbox. Left out: whether anybody reads it."""

import re
from typing import ClassVar, Final

from schemas.errors import PassportError

ADDRESS_LENGTH_MAX: Final = 254  # RFC 5321 section 4.5.3.1.3: a path of 256 octets, less its brackets
LOCAL_LENGTH_MAX: Final = 64  # RFC 5321 section 4.5.3.1.1
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"  # RFC 5322 section 3.2.3
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# RFC 2047 section 5 (3): no encoded word in an address. A mail library would decode it, into other addresses even.
_ENCODED: Final = "=?"
_FORM: Final = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@((?:{_LABEL}\.)+(?!\d+\Z){_LABEL})", re.ASCII)


class AddressError(PassportError):
    """An e-mail address is none that this service can send to."""

    code: ClassVar[str] = "address_invalid"


def read_address(text: str) -> str:
    """Return an address without the spaces around it, its domain in lower case.

    Refused: lists, names with brackets, quoted, commented and encoded forms, numeric hosts, control characters, and
    anything that is not ASCII (an international domain has an ASCII form, which begins with xn--).

    Raises:
        AddressError: it is not one plain address; the message says what to do and does not repeat it.
    """
    plain = text.strip(" ")
    if not plain.isascii():
        raise AddressError(
            "expected an e-mail address in plain letters; write an international domain as xn--"
        )
    found = _FORM.fullmatch(plain) if len(plain) <= ADDRESS_LENGTH_MAX else None
    if found is None or len(found[1]) > LOCAL_LENGTH_MAX or _ENCODED in found[1]:
        raise AddressError("expected one e-mail address, such as name@example.org")
    return f"{found[1]}@{found[2].lower()}"
