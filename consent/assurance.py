"""How sure this service is of who a recipient is, in words, and what each level lets them do. Pure.

The levels are `schemas.consent_vocabulary.Assurance`; each includes the one before. Leaves out: how a level is reached
(passport.work_emails, passport.replies).
"""

from collections.abc import Iterable
from typing import Final

from schemas.consent_vocabulary import Assurance
from schemas.labels import Label
from schemas.vocabulary import Language

_RANK: Final = {level: rank for rank, level in enumerate(Assurance)}
_SENTENCES: Final = {
    Assurance.LINK: Label(
        "Someone with the link, who says they are {name}",
        "Rhywun â’r ddolen, sy’n dweud mai {name} ydyw",
    ),
    Assurance.WORK_EMAIL: Label(
        "Someone who uses the work email address {address}, and says they are {name}",
        "Rhywun sy’n defnyddio’r cyfeiriad e-bost gwaith {address}, ac sy’n dweud mai {name} ydyw",
    ),
    Assurance.TRUST_LIST: Label(
        "{organisation}, an organisation on our list of trusted ones",
        "{organisation}, sefydliad ar ein rhestr o rai dibynadwy",
    ),
}
_UNNAMED: Final = Label("Someone with the link", "Rhywun â’r ddolen")


def at_least(level: Assurance, needed: Assurance) -> bool:
    """Return whether a level includes the needed one."""
    return _RANK[level] >= _RANK[needed]


def highest(levels: Iterable[Assurance]) -> Assurance | None:
    """Return the surest of these levels; None when there is none."""
    return max(levels, key=_RANK.__getitem__, default=None)


def may_travel(level: Assurance) -> bool:
    """Return whether what somebody of this level countersigned may be shown to another employer.

    Whoever holds a link could have been sent it by anybody; a next employer would take their word for an employer's.
    """
    return at_least(level, Assurance.WORK_EMAIL)


def sentence(
    level: Assurance,
    language: Language,
    *,
    name: str = "",
    address: str | None = None,
    organisation: str | None = None,
) -> str:
    """Return who somebody is, and how sure we are, wherever their name is shown.

    Raises:
        ValueError: a level without what was checked for it: the address, the organisation.
    """
    if level is Assurance.WORK_EMAIL and not address:
        raise ValueError("expected the address that was checked")
    if level is Assurance.TRUST_LIST and not organisation:
        raise ValueError("expected the organisation that was checked")
    if level is Assurance.LINK and not name:
        return _UNNAMED[language]
    return _SENTENCES[level][language].format(name=name, address=address, organisation=organisation)
