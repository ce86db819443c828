"""Where words of an entry may tell an employer a condition, for the holder to see. Nothing is blocked.

Each of the words is there once, with all its places: no number of lines hides another word. Left out: which words
(consent.telling). What is found is shown on the page alone: never logged, never in an address.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from consent.limits import permitted
from consent.telling import Telling, tellings
from schemas.catalogue import AUTHOR_CLAIMS, CATALOGUE, claims_of
from schemas.labels import Label
from schemas.telling_codes import TELLING_CODES
from schemas.telling_words import KINDS
from schemas.vocabulary import Language, Preset, RecipientKind, Section
from schemas.words import adjustment_term

_LINE: Final = Label("{claim}, line {numbers}", "{claim}, llinell {numbers}")
_LINES: Final = Label("{claim}, lines {numbers}", "{claim}, llinellau {numbers}")
_RANGE: Final = Label("{first} to {last}", "{first} i {last}")


@dataclass(frozen=True, slots=True)
class TellingWords:
    """Words that may tell, and where they stand."""

    words: str  # as they stand in the first place, or the term of a code
    places: tuple[str, ...]  # "Changes that help me at work, lines 1 to 3, 7": one of each claim
    why: str  # "may name a health condition"


@dataclass(frozen=True, slots=True)
class _Found:
    """One place: which words, in which claim, in which row of it (None: it has no rows)."""

    words: str
    why: str
    claim: str
    row: int | None


def places(
    entries: Iterable[tuple[Section, Mapping[str, Any]]], language: Language
) -> tuple[TellingWords, ...]:
    """Return what in the claims of these entries may tell an employer a condition: the same words once, in any case."""
    same: dict[tuple[str, str], list[_Found]] = {}
    for section, claims in entries:
        for found in _found(section, claims, language):
            same.setdefault((found.words.casefold(), found.why), []).append(found)
    return tuple(
        TellingWords(found[0].words, tuple(_places(found, language)), found[0].why) for found in same.values()
    )


def _found(section: Section, claims: Mapping[str, Any], language: Language) -> Iterator[_Found]:
    if _reaches_employers(section):
        told = {name: value for name, value in claims.items() if _is_told_freely(section, name)}
        for telling in tellings(told):
            yield _place(section, told, telling, language)


def _reaches_employers(section: Section) -> bool:
    return CATALOGUE[section].presets[RecipientKind.EMPLOYER] is not Preset.NEVER


def _is_told_freely(section: Section, name: str) -> bool:
    """Return whether an employer may be given this claim and its owner chose the words or code: not a name."""
    if section is Section.ABOUT_ME or name in AUTHOR_CLAIMS:
        return False
    return permitted(RecipientKind.EMPLOYER, section, name)


def _place(section: Section, claims: Mapping[str, Any], telling: Telling, language: Language) -> _Found:
    name, *rest = telling.path.split("/")
    labels = {claim.name: claim.label[language] for claim in claims_of(section)}
    rows = [int(part) + 1 for part in rest if part.isdecimal()]
    text = _text_at(claims, telling.path)
    words = adjustment_term(text, language) if text in TELLING_CODES else text[telling.start : telling.end]
    claim = labels.get(name, CATALOGUE[section].label[language])
    return _Found(" ".join(words.split()), KINDS[telling.kind][language], claim, rows[0] if rows else None)


def _places(found: Iterable[_Found], language: Language) -> Iterator[str]:
    """Yield each claim once, with the rows in it."""
    rows: dict[str, set[int]] = {}
    for one in found:
        rows.setdefault(one.claim, set()).update(() if one.row is None else (one.row,))
    for claim, numbers in rows.items():
        label = _LINE if len(numbers) == 1 else _LINES
        ranges = ", ".join(_ranges(sorted(numbers), language))
        yield label[language].format(claim=claim, numbers=ranges) if numbers else claim


def _ranges(numbers: Iterable[int], language: Language) -> Iterator[str]:
    """Yield numbers in rising order with neighbours together: "1 to 3" and "7"."""
    for _, pairs in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in pairs]
        yield _RANGE[language].format(first=run[0], last=run[-1]) if len(run) > 1 else str(run[0])


def _text_at(value: Any, path: str) -> str:
    for part in path.split("/"):
        value = value[part] if isinstance(value, Mapping) else value[int(part)]
    return str(value)
