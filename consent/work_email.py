"""Whether an e-mail address can be somebody's at work: of the right form, and of no provider that gives everybody one.

A personal address shows control of a mailbox and nothing about an employer, so it raises nobody's assurance and gets no
code. The list is of the providers most used in the United Kingdom; an address at one that is missing passes, and is
shown whole to the holder, who sees what it is.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ADDRESS_LENGTH_MAX: Final = 254  # RFC 5321 section 4.5.3.1.3, less the angle brackets
_LOCAL_LENGTH_MAX: Final = 64  # RFC 5321 section 4.5.3.1.1
# RFC 5321 section 4.1.2: a dot-string and a domain of letters, digits and hyphens; no quoted strings, no literals.
_LOCAL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
PERSONAL_DOMAINS: Final = frozenset(
    {
        "126.com", "163.com", "abv.bg", "blueyonder.co.uk", "bk.ru", "btconnect.com", "btinternet.com",
        "btopenworld.com", "cock.li", "disroot.org", "duck.com", "email.com", "fastmail.com", "fastmail.fm",
        "free.fr", "freenet.de", "hey.com", "hushmail.com", "inbox.com", "inbox.ru", "keemail.me", "laposte.net",
        "libero.it", "list.ru", "live.co.uk", "live.com", "mac.com", "mail.com", "mail.ru", "mailbox.org", "me.com",
        "naver.com", "ntlworld.com", "o2.co.uk", "o2.pl", "onet.pl", "orange.fr", "orange.net", "plus.com",
        "plusnet.com", "pm.me", "posteo.de", "posteo.net", "proton.me", "qq.com", "rediffmail.com", "riseup.net",
        "runbox.com", "seznam.cz", "sina.com", "sky.com", "startmail.com", "t-online.de", "talk21.com",
        "talktalk.co.uk", "talktalk.net", "tiscali.co.uk", "tuta.com", "tuta.io", "tutamail.com", "ukr.net",
        "virgin.net", "virginmedia.com", "wanadoo.fr", "web.de", "wp.pl", "zoho.com", "zohomail.com",
        # Addresses that lead on to another one, or that anybody may read for an hour.
        "10minutemail.com", "addy.io", "aleeas.com", "anonaddy.com", "anonaddy.me", "dispostable.com",
        "fakeinbox.com", "getnada.com", "guerrillamail.com", "maildrop.cc", "mailinator.com", "mailnesia.com",
        "moakt.com", "mozmail.com", "passmail.net", "privaterelay.appleid.com", "sharklasers.com",
        "simplelogin.com", "slmail.me", "temp-mail.org", "tempmail.com", "throwawaymail.com", "trashmail.com",
        "yopmail.com",
    }
)  # fmt: skip
# Names under which one provider has a domain in many countries: hotmail.fr, yahoo.co.in.
_PROVIDERS: Final = frozenset(
    {
        "aol", "gmail", "gmx", "googlemail", "hotmail", "icloud", "msn", "outlook", "protonmail", "rocketmail",
        "tutanota", "yahoo", "yandex", "ymail",
    }
)  # fmt: skip
_COUNTRY: Final = re.compile(r"[a-z]{2,3}(\.[a-z]{2})?", re.ASCII)


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
    if domain in PERSONAL_DOMAINS or (labels[0] in _PROVIDERS and _COUNTRY.fullmatch(".".join(labels[1:]))):
        return AddressProblem.PERSONAL
    return WorkAddress(f"{local}@{domain}", domain)
