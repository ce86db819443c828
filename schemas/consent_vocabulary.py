"""The closed lists of receipts: what happened to a grant, who did it, how sure we are of them, on what basis.

Leaves out: how they read (schemas.consent_words), what may follow what (consent.receipt).
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class ConsentEvent(StrEnum):
    """What happened to a grant."""

    REQUESTED = "requested"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class ConsentParty(StrEnum):
    """Who can do something to a grant, or state a basis for it."""

    HOLDER = "holder"
    RECIPIENT = "recipient"
    SERVICE = "service"


WHO: Final[Mapping[ConsentEvent, ConsentParty]] = MappingProxyType(
    {
        ConsentEvent.REQUESTED: ConsentParty.RECIPIENT,
        ConsentEvent.GIVEN: ConsentParty.HOLDER,
        ConsentEvent.REFUSED: ConsentParty.HOLDER,
        ConsentEvent.WITHDRAWN: ConsentParty.HOLDER,
        ConsentEvent.EXPIRED: ConsentParty.SERVICE,
    }
)
"""Who alone can do it."""


class Assurance(StrEnum):
    """How sure this service is of who a recipient is. Each level includes the one before."""

    LINK = "link"  # someone with the link
    WORK_EMAIL = "work-email"  # showed control of this work e-mail address
    TRUST_LIST = "trust-list"  # an organisation on the trust list


class LegalBasis(StrEnum):
    """What a party states that it relies on, under the UK GDPR."""

    CHOICE = "choice"  # the holder's own: they chose to disclose, and may stop
    EXPLICIT_CONSENT = "explicit-consent"
    EMPLOYMENT_LAW = "employment-law"  # a duty of an employer, such as to make reasonable adjustments
    OCCUPATIONAL_HEALTH = "occupational-health"  # to see what work somebody can do, under a duty of secrecy
    HEALTH_CARE = "health-care"
    PUBLIC_TASK = "public-task"
    LEGITIMATE_INTERESTS = "legitimate-interests"  # with duties under employment law, for data about health
    NOT_STATED = "not-stated"  # the party was asked, or is not known, and has not said


class RetentionRule(StrEnum):
    """How long a recipient promises to keep what was shared."""

    NOT_PROMISED = "not-promised"
    UNTIL_END = "until-end"  # of the share
    DAYS_AFTER_END = "days-after-end"
    UNTIL_DATE = "until-date"
    WHILE_WORKING_THERE = "while-working-there"
    RECORDS_RULES = "records-rules"  # as the rules on health or public records say


# What has to do with health needs a basis of UK GDPR article 6 and a condition of article 9; for articles 9(2)(b) and
# (h) section 10(3) of the DPA 2018 asks for one of its schedule 1 part 1 as well. Equality Act 2010 section 20.
_GDPR: Final = "https://www.legislation.gov.uk/eur/2016/679/article"
_SCHEDULE: Final = "https://www.legislation.gov.uk/ukpga/2018/12/schedule/1/part/1/paragraph"
LAW: Final[Mapping[LegalBasis, tuple[str, ...]]] = MappingProxyType(
    {
        LegalBasis.CHOICE: (),  # to tell somebody of oneself needs no basis, and gives none to whoever reads it
        LegalBasis.EXPLICIT_CONSENT: (f"{_GDPR}/6/1/a", f"{_GDPR}/9/2/a"),
        LegalBasis.EMPLOYMENT_LAW: (
            f"{_GDPR}/6/1/c",
            f"{_GDPR}/9/2/b",
            f"{_SCHEDULE}/1",
            "https://www.legislation.gov.uk/ukpga/2010/15/section/20",
        ),
        LegalBasis.OCCUPATIONAL_HEALTH: (f"{_GDPR}/6/1/f", f"{_GDPR}/9/2/h", f"{_SCHEDULE}/2"),
        LegalBasis.HEALTH_CARE: (f"{_GDPR}/6/1/e", f"{_GDPR}/9/2/h", f"{_SCHEDULE}/2"),
        LegalBasis.PUBLIC_TASK: (f"{_GDPR}/6/1/e", f"{_GDPR}/9/2/b", f"{_SCHEDULE}/1"),
        LegalBasis.LEGITIMATE_INTERESTS: (f"{_GDPR}/6/1/f", f"{_GDPR}/9/2/b", f"{_SCHEDULE}/1"),
        LegalBasis.NOT_STATED: (),
    }
)
"""Where the law that a basis names is published."""


def is_country(code: str) -> bool:
    """Return whether this has the form of an ISO 3166-1 alpha-2 code. UK is none: it is GB."""
    return len(code) == 2 and code.isascii() and code.isupper() and code.isalpha() and code != "UK"
