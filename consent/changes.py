"""What changed between two releases of one share: a plain list of lines, by label. Pure.

Its holder is told with the words before and after: both are theirs. Its recipient is told by what is granted now alone:
what was taken out or said otherwise does not come back, and no words of it are kept to compare with, only marks.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from hmac import digest
from typing import Any

from issuers.encoding import encode_base64url, encode_sorted_json
from schemas.catalogue import CATALOGUE, claims_of
from schemas.readable import Line, readable
from schemas.vocabulary import Language, Section

Said = tuple[Section, Mapping[str, Any]]
"""One entry's disclosed claims, under its section."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line that is not as it was, for its holder. `was`: None for what was added; `now`: for what was taken out."""

    title: str  # of the section
    label: str
    was: str | None
    now: str | None


Mark = tuple[Section, str, str]
"""That something was said: the section, the claim, and a digest of one value of it. A row of a list is one."""


class NewsKind(StrEnum):
    """What has become of a line, as far as marks without words can tell."""

    NEW = "new"
    CHANGED = "changed"
    NEW_OR_CHANGED = "new-or-changed"  # among these, some took the place of others: which, no mark tells
    TAKEN_OUT = "taken-out"


@dataclass(frozen=True, slots=True)
class News:
    """One line that is not as it was when it was last looked at, for whoever reads it now: nothing of what it said."""

    title: str  # of the section
    label: str
    now: str | None  # None: taken out
    kind: NewsKind = NewsKind.CHANGED


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


def marks(said: Iterable[Said], salt: bytes) -> tuple[Mark, ...]:
    """Return marks of what a release says; `salt`: of these marks alone, so that none is recognised elsewhere."""
    return tuple(
        (section, name, mark)
        for section, claims in said
        for name, mark, _text in _marked(section, claims, salt, Language.ENGLISH)
    )


def news(seen: Iterable[Mark], after: Iterable[Said], *, salt: bytes, language: Language) -> tuple[News, ...]:
    """Return every line that was added, changed or taken out since these marks were made, in catalogue order.

    Under one label lines are taken out only when there are fewer than there were.

    Raises:
        SectionError: a claim is unknown or not of its form.
    """
    before, current = Counter(seen), _by_section(after)
    return tuple(
        one
        for section in CATALOGUE
        for one in _news_of(section, before, current.get(section, ()), salt, language)
    )


def _news_of(
    section: Section,
    before: Counter[Mark],
    claims: Sequence[Mapping[str, Any]],
    salt: bytes,
    language: Language,
) -> Iterator[News]:
    title = CATALOGUE[section].label[language]
    left = Counter({mark: count for mark, count in before.items() if mark[0] is section})
    come: dict[str, list[str]] = {}
    for name, mark, text in (one for each in claims for one in _marked(section, each, salt, language)):
        if left[section, name, mark]:
            left[section, name, mark] -= 1
        else:
            come.setdefault(name, []).append(text)
    gone = Counter(name for _section, name, _mark in left.elements())
    for claim in claims_of(section):
        label, new, old = claim.label[language], come.get(claim.name, []), gone[claim.name]
        kind = _kind_of(len(new), old)
        yield from (News(title, label, None, NewsKind.TAKEN_OUT) for _ in range(old - len(new)))
        yield from (News(title, label, text, kind) for text in new)


def _kind_of(come: int, gone: int) -> NewsKind:
    """Return what lines that came are, where so many went: as long as there are enough, one takes another's place."""
    if gone == 0:
        return NewsKind.NEW
    return NewsKind.CHANGED if come <= gone else NewsKind.NEW_OR_CHANGED


def _marked(
    section: Section, claims: Mapping[str, Any], salt: bytes, language: Language
) -> Iterator[tuple[str, str, str]]:
    """Yield each value that people read: its claim, its mark, and its text."""
    lines = {line.label: line for line in readable(section, claims, language)}
    for claim in claims_of(section):
        line, value = lines.get(claim.label[language]), claims.get(claim.name)
        if line is not None:
            values = value if isinstance(value, list | tuple) else [value]
            for one, text in zip(values, _texts(line), strict=True):
                mark = digest(salt, encode_sorted_json({"is": one}), sha256)
                yield claim.name, encode_base64url(mark), text


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
    """Return the changes under one label: where as many came as went each is one change, in order."""
    old = [text for name, text in gone if name == label]
    new = [text for name, text in come if name == label]
    if len(old) == len(new):
        return [Change(title, label, was, now) for was, now in zip(old, new, strict=True)]
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
