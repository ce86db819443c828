"""Find words in free text that can tell a condition: they are shown to the holder, and nothing is blocked. Pure.

Whole words only. Case, accents, hyphens and apostrophes do not matter; plurals and the Welsh mutations of a term are
found as well. Words inside an ordinary phrase ("a stroke of luck") are not. One pass, the longest phrase first.
It finds words, not meanings: what it does not find can still tell.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from schemas import telling_words as english
from schemas import telling_words_cy as welsh
from schemas.telling_medicines import MEDICINE_CAPITALS, MEDICINES
from schemas.telling_words import TellingKind

_LONGEST_TEXT: Final = 20_000  # characters that are looked at: more than any field may have
_WORD: Final = re.compile(r"[a-z0-9]+")
_TOKEN: Final = re.compile(r"[a-z0-9]+(?:'[a-z]+)*|[.,;:!?()\"\n]")  # a word, or what parts two phrases
_SAME_LENGTH: Final = {
    ord(letter): unicodedata.normalize("NFD", letter)[0].lower()
    for letter in (chr(code) for code in (*range(0x41, 0x5B), *range(0xC0, 0x180), *range(0x1E00, 0x1F00)))
    if unicodedata.normalize("NFD", letter)[0].isascii()
} | {ord("’"): "'", ord("‘"): "'", 0x2BC: "'"}
# Welsh soft, nasal and aspirate mutation of a first consonant; and h before a vowel ("ei hiselder").
_MUTATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "p": ("b", "mh", "ph"),
    "t": ("d", "nh", "th"),
    "c": ("g", "ngh", "ch"),
    "b": ("f", "m"),
    "d": ("dd", "n"),
    "g": ("", "ng"),
    "m": ("f",),
    "ll": ("l",),
    "rh": ("r",),
    **{vowel: (f"h{vowel}",) for vowel in "aeiouwy"},
}
_SHORTEST_WITHOUT_G: Final = 5  # letters: "owt" is English, whatever Welsh makes of "gowt"

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Telling:
    """One place in the text of one claim that can tell something: characters `start` (included) to `end`."""

    path: str  # such as "changes/0/why"
    start: int
    end: int
    kind: TellingKind


@dataclass(frozen=True, slots=True)
class _Words:
    """What to look for: phrases by their first word, longest first (None: ordinary), and words in capitals."""

    phrases: Mapping[str, tuple[tuple[Phrase, TellingKind | None], ...]]
    capitals: Mapping[str, TellingKind]
    shouted: frozenset[str]  # of these, what a text all in capitals has as plain words
    first: frozenset[str]  # words that a finding can begin with


def tellings(claims: Mapping[str, Any]) -> tuple[Telling, ...]:
    """Return what the texts of a section's claims can tell; claims are JSON values, as `dump_body` gives them."""
    return tuple(found for path, text in _texts("", claims) for found in tellings_in(text, path=path))


def tellings_in(text: str, *, path: str = "") -> tuple[Telling, ...]:
    """Return what one text can tell, in its order; places do not overlap. `text` is in Unicode NFC."""
    text = text[:_LONGEST_TEXT]
    words, folded = _words(), _folded(text)
    if words.first.isdisjoint(_WORD.findall(folded.replace("'", ""))):  # most texts: a tenth of the time
        return ()
    tokens = [(match[0].replace("'", ""), *match.span()) for match in _TOKEN.finditer(folded)]
    found: list[Telling] = []
    place = 0
    while place < len(tokens):
        length, kind = _at(words, tokens, place, text)
        if kind is not None:
            found.append(Telling(path, tokens[place][1], tokens[place + length - 1][2], kind))
        place += length
    return tuple(found)


def _at(
    words: _Words, tokens: list[tuple[str, int, int]], place: int, text: str
) -> tuple[int, TellingKind | None]:
    """Return how many words the longest phrase from here has, and what it can tell."""
    first, start, end = tokens[place]
    for phrase, kind in words.phrases.get(first, ()):
        if all(
            place + n < len(tokens) and tokens[place + n][0] == part for n, part in enumerate(phrase[1:], 1)
        ):
            return len(phrase), kind
    kind = words.capitals.get(text[start:end])
    return 1, None if text[start:end] in words.shouted and text.isupper() else kind


def _folded(text: str) -> str:
    """Return the text in small letters without accents, character for character."""
    return text.lower() if text.isascii() else text.translate(_SAME_LENGTH)


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


@lru_cache(maxsize=1)
def _words() -> _Words:
    """Return every form of every term, made once."""
    forms: dict[Phrase, TellingKind | None] = {}
    for kind, terms in _terms():
        forms.update((form, kind) for term in terms for form in _english_forms(term))
    for kind, terms in _terms_cy():
        forms.update((form, kind) for term in terms for form in _welsh_forms(term))
    for phrase in (*_split(english.ORDINARY), *_split(welsh.ORDINARY_CY)):
        forms.update((form, None) for form in _english_forms(phrase))
    by_first: dict[str, list[tuple[Phrase, TellingKind | None]]] = {}
    for form, telling in sorted(forms.items(), key=lambda item: -len(item[0])):
        by_first.setdefault(form[0], []).append((form, telling))
    capitals = _capitals()
    phrases = {first: tuple(found) for first, found in by_first.items()}
    first = {form[0] for form, telling in forms.items() if telling is not None}
    shouted = frozenset(_listed(english.CAPITALS_THAT_ARE_WORDS))
    return _Words(phrases, capitals, shouted, frozenset(first | {word.lower() for word in capitals}))


def _terms() -> Iterator[tuple[TellingKind, Iterable[Phrase]]]:
    fields, kinds = _split(english.CLINIC_FIELDS), _split(english.CLINIC_WORDS)
    yield TellingKind.CLINIC, [(*field, *kind) for field in fields for kind in kinds]
    yield TellingKind.CLINIC, _split(english.CLINICS)
    yield TellingKind.MEDICINE, _split(MEDICINES)
    yield TellingKind.CONDITION, _split(english.CONDITIONS)


def _terms_cy() -> Iterator[tuple[TellingKind, Iterable[Phrase]]]:
    yield TellingKind.CLINIC, _split(welsh.CLINICS_CY)
    yield TellingKind.MEDICINE, _split(welsh.MEDICINES_CY)
    yield TellingKind.CONDITION, _split(welsh.CONDITIONS_CY)


def _capitals() -> dict[str, TellingKind]:
    lists = (
        (TellingKind.CONDITION, english.CONDITION_CAPITALS),
        (TellingKind.CLINIC, english.CLINIC_CAPITALS),
        (TellingKind.MEDICINE, MEDICINE_CAPITALS),
    )
    singular = {word: kind for kind, terms in lists for word in _listed(terms)}
    return singular | {f"{word}s": kind for word, kind in singular.items()}


def _listed(terms: str) -> list[str]:
    return [" ".join(term.split()) for term in terms.split(",") if term.strip()]


def _split(terms: str) -> list[Phrase]:
    """Return each term of a list as the words it has in folded text."""
    found = (_TOKEN.findall(_folded(term.replace("-", " "))) for term in _listed(terms))
    return [tuple(word.replace("'", "") for word in words) for words in found if words]


def _english_forms(term: Phrase) -> Iterator[Phrase]:
    """Yield a term and its plurals; "Parkinson's" without its s too."""
    *rest, last = term
    for form in (last, *_plurals(last)):
        yield (*rest, form)


def _plurals(word: str) -> Iterator[str]:
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        yield f"{word[:-1]}ies"
    elif word.endswith("is"):
        yield f"{word[:-2]}es"
    elif word.endswith(("s", "x", "ch", "sh")):
        yield f"{word}es"
    yield f"{word}s"


def _welsh_forms(term: Phrase) -> Iterator[Phrase]:
    """Yield a term with its first word as it is, and mutated."""
    first, *rest = term
    for word in (first, *_mutated(first)):
        yield (word, *rest)


def _mutated(word: str) -> Iterator[str]:
    head = word[:2] if word[:2] in _MUTATIONS else word[:1]
    for other in _MUTATIONS.get(head, ()):
        changed = other + word[len(head) :]
        if other or len(changed) >= _SHORTEST_WITHOUT_G:
            yield changed
