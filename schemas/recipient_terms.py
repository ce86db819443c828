"""What a recipient can state of how they use what was shared: closed lists for each kind of recipient.

Leaves out: how they read (schemas.consent_words), and recording what was stated (consent.receipt_token).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from schemas.consent_vocabulary import LegalBasis, RetentionRule
from schemas.vocabulary import RecipientKind

DAYS_AFTER_END: Final = 30  # that a promise in days is of, where a recipient chooses it from the list
PROMISE_DAYS_MAX: Final = 3_660  # from today, of a promise until a day

BASES: Final[Mapping[RecipientKind, tuple[LegalBasis, ...]]] = MappingProxyType(
    {
        RecipientKind.EMPLOYER: (
            LegalBasis.NOT_STATED,
            LegalBasis.EMPLOYMENT_LAW,
            LegalBasis.OCCUPATIONAL_HEALTH,
            LegalBasis.LEGITIMATE_INTERESTS,
            LegalBasis.EXPLICIT_CONSENT,
        ),
        RecipientKind.GP: (LegalBasis.NOT_STATED, LegalBasis.HEALTH_CARE, LegalBasis.EXPLICIT_CONSENT),
        RecipientKind.WORK_COACH: (
            LegalBasis.NOT_STATED,
            LegalBasis.PUBLIC_TASK,
            LegalBasis.EXPLICIT_CONSENT,
        ),
        RecipientKind.PRACTITIONER: (
            LegalBasis.NOT_STATED,
            LegalBasis.HEALTH_CARE,
            LegalBasis.OCCUPATIONAL_HEALTH,
            LegalBasis.PUBLIC_TASK,
            LegalBasis.EXPLICIT_CONSENT,
        ),
    }
)
"""What each kind of recipient can state that it relies on. Whoever has not said is told of as not having said."""

_PROMISES: Final = (
    RetentionRule.NOT_PROMISED,
    RetentionRule.UNTIL_END,
    RetentionRule.DAYS_AFTER_END,
    RetentionRule.UNTIL_DATE,
)
PROMISES: Final[Mapping[RecipientKind, tuple[RetentionRule, ...]]] = MappingProxyType(
    {
        RecipientKind.EMPLOYER: (*_PROMISES, RetentionRule.WHILE_WORKING_THERE),
        RecipientKind.GP: (*_PROMISES, RetentionRule.RECORDS_RULES),
        RecipientKind.WORK_COACH: (*_PROMISES, RetentionRule.RECORDS_RULES),
        RecipientKind.PRACTITIONER: (*_PROMISES, RetentionRule.RECORDS_RULES),
    }
)
"""How long each kind of recipient can promise to keep what was shared."""
