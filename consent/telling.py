"""Find words in free text that can tell a condition: they are shown to the holder, and nothing is blocked. Pure.

Whole words only. Case, accents, hyphens, apostrophes, ends of lines and what shows nothing do not matter, nor a number
glued on. Plurals, the Welsh mutations of a term and one slip in a long name are found as well; words inside an ordinary
phrase ("a stroke of luck") are not. The longest phrase first, in time linear in the text. A code that tells a condition
is found too. It finds words, not meanings: what it does not find can still tell.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from consent.telling_misspelt import meant
from consent.telling_terms import Phrase, Terms, listed_terms
from consent.telling_text import Word, as_typed, readings
from schemas.telling_codes import TELLING_CODES
from schemas.telling_words import TellingKind

_LONGEST_TEXT: Final = 20_000  # characters that are looked at: more than any field may have
_UNIT_DIGITS_MAX: Final = 3  # "2 TB" is a size, "since 2019 TB" is not


@dataclass(frozen=True, slots=True)
class Telling:
    """One place in the text of one claim that can tell something: characters `start` (included) to `end`."""

    path: str  # such as "changes/0/why"
    start: int
    end: int
    kind: TellingKind


def tellings(claims: Mapping[str, Any]) -> tuple[Telling, ...]:
    """Return what the texts and codes of a section's claims can tell; claims are JSON values, as `dump_body` gives."""
    return tuple(found for path, text in _texts("", claims) for found in _in_value(path, text))


def tellings_in(text: str, *, path: str = "") -> tuple[Telling, ...]:
    """Return what one text can tell, in its order; places do not overlap."""
    terms, found = listed_terms(), list[Telling]()
    for words in readings(text[:_LONGEST_TEXT]):
        further = [Telling(path, *place) for place in _found(terms, words, text)]
        found = _merged(found, further) if found else further
    return tuple(found)


def _in_value(path: str, text: str) -> tuple[Telling, ...]:
    kind = TELLING_CODES.get(text)
    return tellings_in(text, path=path) if kind is None else (Telling(path, 0, len(text), kind),)


def _found(terms: Terms, words: list[Word], text: str) -> Iterator[tuple[int, int, TellingKind]]:
    place, first = 0, terms.first
    said = tuple(word for word, _, _ in words)
    while place < len(said):
        if said[place] in first:
            length, kind = _longest(terms, said, place)
            if not length:
                length, kind = 1, _in_capitals(terms, words, place, text)
        else:  # most words
            length, kind = 1, _misspelt(terms, said[place])
        if kind is not None:
            yield words[place][1], words[place + length - 1][2], kind
        place += length


def _longest(terms: Terms, said: Phrase, place: int) -> tuple[int, TellingKind | None]:
    """Return how many words the longest phrase from here has, and what it can tell; no words where there is none."""
    for phrase, kind in terms.phrases.get(said[place], ()):
        if said[place : place + len(phrase)] == phrase:
            return len(phrase), kind
    return 0, None


def _misspelt(terms: Terms, word: str) -> TellingKind | None:
    name = None if word in terms.not_misspelt else meant(word, terms.long_names)
    return None if name is None else terms.phrases[name][-1][1]


def _in_capitals(terms: Terms, words: list[Word], place: int, text: str) -> TellingKind | None:
    """Return what a word tells that is one in capitals only. Beside a number it is a unit or a code ("2TB", "ME14")."""
    _, start, end = words[place]
    typed = as_typed(text[start:end])
    kind = terms.capitals.get(typed)
    if kind is None or (text[start:end] in terms.shouted and text.isupper()):
        return None
    before, after = words[place - 1] if place else None, words[place + 1] if place + 1 < len(words) else None
    counted = before is not None and before[0].isdecimal() and len(before[0]) <= _UNIT_DIGITS_MAX
    numbered = after is not None and after[0].isdecimal() and after[1] == end
    return None if counted or numbered else kind


def _merged(found: list[Telling], further: list[Telling]) -> list[Telling]:
    """Return both in the order of the text, without what of `further` lies over a place of `found`."""
    covered = {place for one in found for place in range(one.start, one.end)}
    rest = [one for one in further if covered.isdisjoint(range(one.start, one.end))]
    return sorted((*found, *rest), key=lambda one: one.start)


def _texts(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield each text in JSON values with its path."""
    if isinstance(value, str):
        yield path, value
        return
    pairs: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, Mapping):
        pairs = value.items()
    elif isinstance(value, list | tuple):
        pairs = enumerate(value)
    for name, item in pairs:
        yield from _texts(f"{path}/{name}" if path else str(name), item)
