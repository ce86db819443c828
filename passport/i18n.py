"""English and Welsh: the catalogues, the choice of language, dates in words. The English text is the message's name.

Leaves out: labels of sections and claims, which belong to the schemas, and the templates themselves.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from schemas.vocabulary import Language

FOLDER: Final = Path(__file__).parent / "locale"
HERE: Final = ZoneInfo("Europe/London")
# Until a named translator signs the catalogue, every Welsh page says that it is a draft.
DRAFT_LANGUAGES: Final = frozenset({Language.WELSH})


@dataclass(frozen=True, slots=True)
class Speech:
    """What a page needs to speak one language."""

    language: Language
    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]
    translations: NullTranslations

    @property
    def is_draft(self) -> bool:
        """Whether the translation waits for a named translator."""
        return self.language in DRAFT_LANGUAGES

    def day(self, moment: date | datetime) -> str:
        """Return a day in words: "21 November 2026". A datetime is taken to the United Kingdom's day."""
        if isinstance(moment, datetime):
            moment = _local(moment).date()
        return format_date(moment, "d MMMM y", locale=self.language)

    def day_and_time(self, moment: datetime) -> str:
        """Return a moment in words, on the United Kingdom's clock: "21 November 2026, 09:30"."""
        return f"{self.day(moment)}, {self.clock(moment)}"

    def clock(self, moment: datetime) -> str:
        """Return the time of day on the United Kingdom's clock: "09:30"."""
        return format_time(_local(moment), "HH:mm", tzinfo=HERE, locale=self.language)


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("moment must be timezone-aware")
    return moment.astimezone(HERE)


def read_translations(language: Language, *, folder: Path = FOLDER) -> NullTranslations:
    """Return the catalogue of a language. English needs none: its messages are their own names."""
    if language is Language.ENGLISH:
        return NullTranslations()
    with (folder / language / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue, use_fuzzy=True)
    compiled.seek(0)
    return Translations(compiled)


def speech_of(language: Language, *, folder: Path = FOLDER) -> Speech:
    """Return what a page needs to speak `language`; reads its catalogue."""
    translations = read_translations(language, folder=folder)
    return Speech(
        language=language,
        gettext=translations.gettext,
        ngettext=translations.ngettext,
        translations=translations,
    )


def known_language(text: str | None) -> Language | None:
    """Return the language a tag names ("cy-GB" is Welsh), or None."""
    primary = (text or "").strip().lower().partition("-")[0]
    return Language(primary) if primary in set(Language) else None


def choose_language(*, asked: str | None, kept: str | None, accepted: str | None) -> Language:
    """Return the language of a page: the one asked for, else the one kept in the cookie, else Accept-Language's."""
    for choice in (known_language(asked), known_language(kept), accepted_language(accepted or "")):
        if choice is not None:
            return choice
    return Language.ENGLISH


def accepted_language(header: str) -> Language | None:
    """Return the known language with the highest weight (RFC 9110 section 12.5.4); the first of equals."""
    weighed: list[tuple[float, Language]] = []
    for item in header.split(",")[:20]:
        tag, _, weight = item.partition(";")
        if (language := known_language(tag)) is not None:
            weighed.append((_weight(weight), language))
    best = max(weighed, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] > 0 else None


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0
