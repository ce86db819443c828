"""Words in both languages: the label of a section, a claim, a value."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from schemas.vocabulary import Language

LOCALES: Final = {Language.ENGLISH: "en-GB", Language.WELSH: "cy-GB"}


class Sensitivity(StrEnum):
    """How much harm a claim can do in the wrong hands; pages warn by it."""

    ORDINARY = "ordinary"
    PERSONAL = "personal"
    HEALTH = "health"  # UK GDPR article 9: data concerning health


@dataclass(frozen=True, slots=True)
class Label:
    """One text in English and in Welsh."""

    en: str
    cy: str

    def __getitem__(self, language: str) -> str:
        """Return the text in one language, named by its code.

        Raises:
            KeyError: neither `en` nor `cy`.
        """
        match language:
            case Language.ENGLISH:
                return self.en
            case Language.WELSH:
                return self.cy
        raise KeyError(language)
