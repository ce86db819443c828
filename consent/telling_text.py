"""Read a text as words with their places, whatever stands between and within them. Pure.

Small letters without accents; letters of any width or style as plain ones. What shows nothing (soft hyphens, joiners,
spaces without width) and a hyphen at the end of a line may part two words or not: such a text is read both ways.
One pass over the text for each way. Left out: letters of other scripts that look like Latin ones, which nobody types
by accident.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

Word = tuple[str, int, int]
"""A word without apostrophes and dots, and where it stands: characters `start` (included) to `end`."""

# Apostrophes and single quotes, and the accents, primes and modifier letters that are typed for them.
_APOSTROPHES: Final = frozenset("'`\u2018\u2019\u201b\u00b4\u2032\u02b9\u02bb\u02bc\u02bd\u02c8\uff07\uff40")
_NOTHING: Final = "\0"  # stands for a character that shows nothing
_LIGATURES: Final = {"æ": "ae", "œ": "oe"}
_HYPHEN_AT_LINE_END: Final = r"-[ \t\r]*\n[ \t\r]*"
_MAY_JOIN: Final = re.compile(rf"\0|{_HYPHEN_AT_LINE_END}")
_DOTTED: Final = r"(?<![a-z])[a-z](?:\.[a-z])+(?:\.|(?![a-z]))"  # "M.S.", "p.t.s.d"
_OTHER: Final = r"[0-9]+|[.,;:!?()\"]|\n[ \t\r]*\n"  # numbers, also glued to a word; what parts two phrases
_APART: Final = re.compile(rf"{_DOTTED}|[a-z]+(?:'[a-z]+)*|{_OTHER}")
_JOINED: Final = re.compile(rf"{_DOTTED}|[a-z](?:(?:[\0']+|{_HYPHEN_AT_LINE_END})?[a-z])*|{_OTHER}")
_WITHIN: Final = dict.fromkeys(map(ord, "'.-\0 \t\r\n"))


def readings(text: str) -> Iterator[list[Word]]:
    """Yield the words of a text, first as they show; then with what may part them parting them, where there is any."""
    folded, places = _folded(text)
    yield _words(_JOINED, folded, places)
    if _MAY_JOIN.search(folded) is not None:
        yield _words(_APART, folded, places)


def words_of(term: str) -> tuple[str, ...]:
    """Return a listed term as the words it has in any text."""
    return tuple(word for word, _, _ in next(readings(term)))


def as_typed(text: str) -> str:
    """Return the letters and digits of a text in their own case: "M.S." as "MS". Each by itself: marks cost no more."""
    plain = (unicodedata.normalize("NFKC", character) for character in text)
    return "".join(filter(str.isalnum, "".join(plain)))


def _words(pattern: re.Pattern[str], folded: str, places: Sequence[int]) -> list[Word]:
    return [
        (found if found.isalnum() else found.translate(_WITHIN), places[match.start()], places[match.end()])
        for match in pattern.finditer(folded)
        for found in [match[0]]
    ]


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """Return the text in small plain letters, and for each place in it the place in the text."""
    if text.isascii():
        return text.lower().replace("`", "'"), range(len(text) + 1)
    table = {ord(character): _folded_character(character) for character in set(text)}
    if all(len(folded) == 1 for folded in table.values()):
        return text.translate(table), range(len(text) + 1)
    places = [place for place, character in enumerate(text) for _ in table[ord(character)]]
    return text.translate(table), [*places, len(text)]


@lru_cache(maxsize=2048)
def _folded_character(character: str) -> str:
    """Return what a character is read as: none for an accent, one or more for all else."""
    category = unicodedata.category(character)
    if character in _APOSTROPHES:
        return "'"
    if category[0] in "LN":
        lower = _LIGATURES.get(character.lower(), character.lower())
        plain = unicodedata.normalize("NFKD", lower).lower()
        return "".join(one for one in plain if one.isalnum()) or " "
    return _folded_mark(character, category)


def _folded_mark(character: str, category: str) -> str:
    if category[0] == "M":
        return ""
    if category == "Cf":  # soft hyphen, zero width space, joiners
        return _NOTHING
    if category == "Pd":
        return "-"
    plain = unicodedata.normalize("NFKC", character)
    if len(plain) == 1 and plain.isascii():
        return plain
    return {"Zl": "\n", "Zp": "\n\n", "Pi": '"', "Pf": '"'}.get(category, "." if character == "…" else " ")
