"""Every form of every listed term, made once: plurals, Welsh mutations, words glued together. Pure.

Left out: what the lists say (schemas.telling_conditions and its neighbours), and finding (consent.telling).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from consent.telling_misspelt import SHORTEST_NAME, Neighbours, neighbours_of
from consent.telling_text import as_typed, words_of
from schemas import telling_clinics as clinics
from schemas import telling_conditions as conditions
from schemas import telling_words as english
from schemas import telling_words_cy as welsh
from schemas.telling_medicines import MEDICINE_CAPITALS, MEDICINES
from schemas.telling_words import TellingKind

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
_SHORTEST_GLUED: Final = 8  # letters: "longcovid", not "eyeward"

Phrase = tuple[str, ...]
Forms = dict[Phrase, TellingKind | None]


@dataclass(frozen=True, slots=True)
class Terms:
    """What to look for: phrases by their first word, longest first (None: ordinary), and words in capitals."""

    phrases: Mapping[str, tuple[tuple[Phrase, TellingKind | None], ...]]
    capitals: Mapping[str, TellingKind]
    shouted: frozenset[str]  # of these, what a text all in capitals has as plain words
    first: frozenset[str]  # words that a finding can begin with
    long_names: Neighbours  # single words in which a slip is forgiven
    not_misspelt: frozenset[str]


@lru_cache(maxsize=1)
def listed_terms() -> Terms:
    """Return every form of every term."""
    forms = _forms()
    by_first: dict[str, list[tuple[Phrase, TellingKind | None]]] = {}
    for form, telling in sorted(forms.items(), key=lambda item: -len(item[0])):
        by_first.setdefault(form[0], []).append((form, telling))
    capitals = _capitals()
    return Terms(
        phrases={first: tuple(found) for first, found in by_first.items()},
        capitals=capitals,
        shouted=frozenset(_listed(conditions.CAPITALS_THAT_ARE_WORDS)),
        first=frozenset({form[0] for form in forms} | {word.lower() for word in capitals}),
        long_names=neighbours_of(_names(MEDICINES, conditions.CONDITIONS)),
        not_misspelt=frozenset(_listed(english.NOT_MISSPELT)),
    )


def _forms() -> Forms:
    forms: Forms = {}
    for kind, terms in _terms():
        forms.update((form, kind) for term in terms for form in _english_forms(term))
    for kind, terms in _terms_cy():
        forms.update((form, kind) for term in terms for form in _welsh_forms(term))
    glued = {form: kind for form, kind in zip(map(_glued, forms), forms.values(), strict=True) if form}
    ordinary = (*_split(english.ORDINARY), *_split(welsh.ORDINARY_CY))
    return glued | forms | {form: None for phrase in ordinary for form in _english_forms(phrase)}


def _names(*lists: str) -> Iterator[str]:
    """Yield the terms of one long word and their plurals."""
    for term in (term for terms in lists for term in _split(terms)):
        if len(term) == 1 and len(term[0]) >= SHORTEST_NAME:
            yield from (term[0], *_plurals(term[0]))


def _glued(form: Phrase) -> Phrase:
    """Return the words of a term as one, as in "longcovid"; nothing where that is too short to mean it alone."""
    word = "".join(form)
    return (word,) if len(form) > 1 and word.isalpha() and len(word) >= _SHORTEST_GLUED else ()


def _terms() -> Iterator[tuple[TellingKind, Iterable[Phrase]]]:
    fields, kinds = _split(clinics.CLINIC_FIELDS), _split(clinics.CLINIC_WORDS)
    yield TellingKind.CLINIC, [(*field, *kind) for field in fields for kind in kinds]
    yield TellingKind.CLINIC, _split(clinics.CLINICS)
    yield TellingKind.MEDICINE, _split(MEDICINES)
    yield TellingKind.CONDITION, _split(conditions.CONDITIONS)


def _terms_cy() -> Iterator[tuple[TellingKind, Iterable[Phrase]]]:
    yield TellingKind.CLINIC, _split(welsh.CLINICS_CY)
    yield TellingKind.MEDICINE, _split(welsh.MEDICINES_CY)
    yield TellingKind.CONDITION, _split(welsh.CONDITIONS_CY)


def _capitals() -> dict[str, TellingKind]:
    lists = (
        (TellingKind.CONDITION, conditions.CONDITION_CAPITALS),
        (TellingKind.CLINIC, clinics.CLINIC_CAPITALS),
        (TellingKind.MEDICINE, MEDICINE_CAPITALS),
    )
    singular = {as_typed(word): kind for kind, terms in lists for word in _listed(terms)}
    return singular | {f"{word}s": kind for word, kind in singular.items()}


def _listed(terms: str) -> list[str]:
    return [" ".join(term.split()) for term in terms.split(",") if term.strip()]


def _split(terms: str) -> list[Phrase]:
    """Return each term of a list as the words it has in any text."""
    return [words for words in map(words_of, _listed(terms)) if words]


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
