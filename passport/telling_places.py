"""Where words of an entry may tell an employer a condition, for the holder to see. Nothing is blocked.

Left out: which words (consent.telling). What is found is shown on the page alone: never logged, never in an address.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from consent.limits import permitted
from consent.telling import Telling, tellings
from schemas.catalogue import AUTHOR_CLAIMS, CATALOGUE, claims_of
from schemas.labels import Label
from schemas.telling_words import KINDS
from schemas.vocabulary import Language, Preset, RecipientKind, Section

PLACES_MAX: Final = 20  # on one page
_LINE: Final = Label("{claim}, line {number}", "{claim}, llinell {number}")


@dataclass(frozen=True, slots=True)
class TellingPlace:
    """One place, in words."""

    words: str  # as they stand there
    place: str  # "Changes that help me at work, line 2"
    why: str  # "may name a health condition"


def places(
    entries: Iterable[tuple[Section, Mapping[str, Any]]], language: Language
) -> tuple[TellingPlace, ...]:
    """Return where the claims of these entries may tell an employer a condition: each words in each place once."""
    found = [
        _place(section, told, telling, language)
        for section, claims in entries
        if _reaches_employers(section)
        for told in [{name: value for name, value in claims.items() if _is_free_text(section, name)}]
        for telling in tellings(told)
    ]
    return tuple(dict.fromkeys(found))[:PLACES_MAX]


def _reaches_employers(section: Section) -> bool:
    return CATALOGUE[section].presets[RecipientKind.EMPLOYER] is not Preset.NEVER


def _is_free_text(section: Section, name: str) -> bool:
    """Return whether an employer may be given this claim and its owner wrote it freely: a name is not chosen."""
    if section is Section.ABOUT_ME or name in AUTHOR_CLAIMS:
        return False
    return permitted(RecipientKind.EMPLOYER, section, name)


def _place(section: Section, claims: Mapping[str, Any], telling: Telling, language: Language) -> TellingPlace:
    name, *rest = telling.path.split("/")
    labels = {claim.name: claim.label[language] for claim in claims_of(section)}
    claim = labels.get(name, CATALOGUE[section].label[language])
    rows = [part for part in rest if part.isdecimal()]
    place = _LINE[language].format(claim=claim, number=int(rows[0]) + 1) if rows else claim
    text = _text_at(claims, telling.path)
    return TellingPlace(text[telling.start : telling.end], place, KINDS[telling.kind][language])


def _text_at(value: Any, path: str) -> str:
    for part in path.split("/"):
        value = value[part] if isinstance(value, Mapping) else value[int(part)]
    return str(value)
