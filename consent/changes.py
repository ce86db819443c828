"""What changed between two releases of one share, for its recipient: a plain list of lines, by label. Pure.

It looks at nothing but the claims of the two releases, both of which its reader was given: so it can tell no more than
the two pages side by side.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.catalogue import CATALOGUE
from schemas.readable import Line, readable
from schemas.vocabulary import Language, Section

Said = tuple[Section, Mapping[str, Any]]
"""One entry's disclosed claims, under its section."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line that is not as it was. `was` is None for what was added, `now` for what was taken out."""

    title: str  # of the section
    label: str
    was: str | None
    now: str | None


def what_changed(before: Iterable[Said], after: Iterable[Said], language: Language) -> tuple[Change, ...]:
    """Return every line that was added, changed or taken out, in catalogue order.

    Raises:
        SectionError: a claim is unknown or not of its form.
    """
    old, new = _by_section(before), _by_section(after)
    return tuple(
        change
        for section in CATALOGUE
        for change in _of_section(section, old.get(section, ()), new.get(section, ()), language)
    )


def _by_section(said: Iterable[Said]) -> dict[Section, list[Mapping[str, Any]]]:
    found: dict[Section, list[Mapping[str, Any]]] = {}
    for section, claims in said:
        found.setdefault(section, []).append(claims)
    return found


def _of_section(
    section: Section,
    old: Sequence[Mapping[str, Any]],
    new: Sequence[Mapping[str, Any]],
    language: Language,
) -> list[Change]:
    title = CATALOGUE[section].label[language]
    was, now = _lines(section, old, language), _lines(section, new, language)
    gone, come = list((was - now).elements()), list((now - was).elements())
    labels = dict.fromkeys(label for label, _text in [*now, *was])
    return [change for label in labels for change in _paired(title, label, gone, come)]


def _paired(
    title: str, label: str, gone: Sequence[tuple[str, str]], come: Sequence[tuple[str, str]]
) -> list[Change]:
    """Return the changes under one label: a single text that became another is one change, rows come and go."""
    old = [text for name, text in gone if name == label]
    new = [text for name, text in come if name == label]
    if len(old) == len(new) == 1:
        return [Change(title, label, old[0], new[0])]
    return [Change(title, label, text, None) for text in old] + [
        Change(title, label, None, text) for text in new
    ]


def _lines(
    section: Section, said: Sequence[Mapping[str, Any]], language: Language
) -> Counter[tuple[str, str]]:
    """Return how often each line is said, by label and text; every row of a list is a line."""
    lines = [line for claims in said for line in readable(section, claims, language)]
    return Counter((line.label, text) for line in lines for text in _texts(line))


def _texts(line: Line) -> Iterable[str]:
    if line.text is not None:
        return (line.text,)
    return ("; ".join(f"{label}: {text}" for label, text in row) for row in line.rows)
