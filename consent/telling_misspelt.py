"""Long names with one slip in them: a letter too many, one missing, one wrong, or two the wrong way round. Pure.

Only English names of conditions, and medicines, of at least eight letters: shorter ones are too near to other words. A
word that is itself an ordinary one ("addition") is left alone; a list says which those are (schemas.telling_words).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

SHORTEST_NAME: Final = 8  # letters
_LONGEST: Final = 24  # letters of a word: no listed name is longer

Neighbours = Mapping[str, tuple[str, ...]]
"""The names by what is left of them without one letter, and by themselves."""


def neighbours_of(names: Iterable[str]) -> Neighbours:
    """Return what `meant` looks names up in."""
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        if SHORTEST_NAME <= len(name) <= _LONGEST and name.isalpha():
            for rest in {name, *_without_one(name)}:
                found[rest] = (*found.get(rest, ()), name)
    return found


def meant(word: str, names: Neighbours) -> str | None:
    """Return the name that a word is one slip away from, or None."""
    if not SHORTEST_NAME - 1 <= len(word) <= _LONGEST + 1:
        return None
    near = (name for rest in (word, *_without_one(word)) for name in names.get(rest, ()))
    return next((name for name in near if _one_slip(word, name)), None)


def _without_one(word: str) -> Iterator[str]:
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def _one_slip(word: str, name: str) -> bool:
    """Return whether one slip makes one of the other; they differ."""
    pairs = enumerate(zip(word, name, strict=False))
    same = next((place for place, (one, other) in pairs if one != other), min(len(word), len(name)))
    rest, right = word[same:], name[same:]
    swapped = right[1::-1] + right[2:]
    return rest[1:] in {right, right[1:]} or rest in {right[1:], swapped}
