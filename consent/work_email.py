"""Whether an e-mail address can be somebody's at work: of the right form, and of no provider that gives everybody one.

A personal address shows control of a mailbox and nothing about an employer, so it raises nobody's assurance and gets no
code. Who such providers are: consent.personal_domains. An address at one that is missing there passes, and is shown
whole to the holder, who sees what it is.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from consent.personal_domains import is_personal

ADDRESS_LENGTH_MAX: Final = 254  # RFC 5321 section 4.5.3.1.3, less the angle brackets
_LOCAL_LENGTH_MAX: Final = 64  # RFC 5321 section 4.5.3.1.1
# RFC 5321 section 4.1.2: a dot-string and a domain of letters, digits and hyphens; no quoted strings, no literals.
_LOCAL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


class AddressProblem(StrEnum):
    """Why an address gets no code."""

    FORM = "form"  # it is no e-mail address
    PERSONAL = "personal"  # of a provider that gives everybody one


@dataclass(frozen=True, slots=True)
class WorkAddress:
    """An address that may be somebody's at work. The domain is in lower case; the part before it is as typed."""

    text: str
    domain: str


def mailbox(address: str) -> str:
    """Return the mailbox of an address that passed, for counting: pat+1@ and PAT+2@ are one person's (RFC 5233)."""
    local, _at, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def work_address(typed: str) -> WorkAddress | AddressProblem:
    """Return a typed address as it is written to, or why it is refused."""
    local, at, domain = typed.strip().rpartition("@")
    domain = domain.lower()
    labels = domain.split(".")
    if (
        not at
        or len(local) > _LOCAL_LENGTH_MAX
        or len(local) + 1 + len(domain) > ADDRESS_LENGTH_MAX
        or _LOCAL.fullmatch(local) is None
        or "=?" in local  # RFC 2047 section 5 (3): an encoded word, which a mail library would decode
        or len(labels) < 2
        or any(_LABEL.fullmatch(label) is None for label in labels)
        or labels[-1].isdigit()
    ):
        return AddressProblem.FORM
    if is_personal(domain):
        return AddressProblem.PERSONAL
    return WorkAddress(f"{local}@{domain}", domain)
