"""Disclosed claims as labelled plain text: the one source of FHIR narrative, HTML pages and the command line.

Nothing but the disclosed claims may influence the text: no counts, no numbers of rows, no headings without content.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from schemas.catalogue import parse_claims
from schemas.fields import Part, PointsAt, WrittenAs, marks_of, said_of
from schemas.labels import Label
from schemas.vocabulary import IssuerKind, Language, Section
from schemas.words import adjustment_term, day_in_words, in_words, language_in_words, partial_date_in_words

Row = tuple[tuple[str, str], ...]
"""One row, or one object: (label, text) pairs."""


@dataclass(frozen=True, slots=True)
class Line:
    """One claim for a reader: a label with either a text or rows."""

    label: str
    text: str | None = None
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who told or signed an entry. What was withheld is None."""

    kind: IssuerKind
    issuer_name: str  # the neutral public name on the trust list
    author_name: str | None = None
    author_role: str | None = None
    author_registration: str | None = None
    author_organisation: str | None = None
    told_on: date | None = None


@dataclass(frozen=True, slots=True)
class ReadableEntry:
    """The disclosed claims of one entry, as JSON values, with who told or signed them."""

    section: Section
    claims: Mapping[str, Any]
    provenance: Provenance


_NOTICES: Final[dict[Section, Label]] = {
    section: Label(
        "This is not for conditionality or the Work Capability Assessment.",
        "Nid yw hwn ar gyfer amodoldeb na’r Asesiad Gallu i Weithio.",
    )
    for section in (Section.PLAN, Section.SCORES)
}


def notice(section: Section, language: Language) -> str | None:
    """Return what a reader of this section may not use it for, or None."""
    label = _NOTICES.get(section)
    return label[language] if label else None


def readable(section: Section, claims: Mapping[str, Any], language: Language) -> tuple[Line, ...]:
    """Return the disclosed claims of a section as lines in catalogue order.

    Raises:
        SectionError: a claim is unknown or not of its form.
    """
    return readable_body(parse_claims(section, claims), language)


def readable_body(body: Part, language: Language) -> tuple[Line, ...]:
    """Return the same for claims that are typed already."""
    return _Reader(body, language).lines()


@dataclass(frozen=True, slots=True)
class _Field:
    """How to read one field of a body or row."""

    name: str
    label: Label
    written: PointsAt | WrittenAs | None


@lru_cache
def _fields_of(model: type[Part]) -> tuple[_Field, ...]:
    """Return the fields that people read, in order: those with a label."""
    found = []
    for name, field in model.model_fields.items():
        mark = said_of(field)
        if mark is not None:
            written = next((one for one in marks_of(field) if isinstance(one, PointsAt | WrittenAs)), None)
            found.append(_Field(name, mark.label, written))
    return tuple(found)


class _Reader:
    """Reads one body aloud. Holds what is looked up in it: the rows that other rows point at."""

    def __init__(self, body: Part, language: Language) -> None:
        self._body = body
        self._language = language

    def lines(self) -> tuple[Line, ...]:
        found = (self._line(field, getattr(self._body, field.name)) for field in _fields_of(type(self._body)))
        return tuple(line for line in found if line is not None)

    def _line(self, field: _Field, value: object) -> Line | None:
        if value is None or value == ():
            return None
        label = field.label[self._language]
        if isinstance(value, tuple):
            return Line(label, rows=tuple(self._row(row) for row in value))
        if isinstance(value, Part):
            return Line(label, rows=(self._row(value),))
        return Line(label, text=self._text(field, value))

    def _row(self, row: Part) -> Row:
        pairs = []
        for field in _fields_of(type(row)):
            value = getattr(row, field.name)
            text = None if value is None else self._text(field, value)
            if text is not None:
                pairs.append((field.label[self._language], text))
        return tuple(pairs)

    def _text(self, field: _Field, value: object) -> str | None:
        if isinstance(field.written, PointsAt):
            return self._pointed_at(field.written, value)
        if isinstance(field.written, WrittenAs):
            return _written(field.written, str(value), self._language)
        if isinstance(value, StrEnum):
            return in_words(value, self._language)
        return day_in_words(value, self._language) if isinstance(value, date) else str(value)

    def _pointed_at(self, mark: PointsAt, key: object) -> str | None:
        """Return the text of the row with this key; None when that row was not disclosed."""
        rows = getattr(self._body, mark.claim) or ()
        return next((getattr(row, mark.text) for row in rows if row.key == key), None)


def _written(mark: WrittenAs, text: str, language: Language) -> str:
    match mark:
        case WrittenAs.ADJUSTMENT:
            return adjustment_term(text, language)
        case WrittenAs.LANGUAGE:
            return language_in_words(text, language)
        case WrittenAs.PARTIAL_DATE:
            return partial_date_in_words(text, language)


_TOLD_BY: Final = Label(
    "told by {name}, recorded by this service", "dywedwyd gan {name}, cofnodwyd gan y gwasanaeth hwn"
)
_TOLD: Final = Label(
    "told by the person, recorded by this service", "dywedwyd gan y person, cofnodwyd gan y gwasanaeth hwn"
)
_SIGNED: Final = Label("signed by {who}", "llofnodwyd gan {who}")
_ANSWERED_BY: Final = Label(
    "said by {who}, recorded by this service", "dywedwyd gan {who}, cofnodwyd gan y gwasanaeth hwn"
)
_ANSWERED: Final = Label(
    "said by an employer who is not named here, recorded by this service",
    "dywedwyd gan gyflogwr nad yw’n cael ei enwi yma, cofnodwyd gan y gwasanaeth hwn",
)


def signed_by(provenance: Provenance, holder_name: str | None, language: Language) -> str:
    """Return who stands behind an entry, in a sentence part that names nobody who was withheld."""
    match provenance.kind:
        case IssuerKind.TOLD_BY_HOLDER:
            return _TOLD_BY[language].format(name=holder_name) if holder_name else _TOLD[language]
        case IssuerKind.ACKNOWLEDGEMENT:
            is_named = provenance.author_name or provenance.author_organisation
            return _ANSWERED_BY[language].format(who=_author(provenance)) if is_named else _ANSWERED[language]
        case _:
            return _SIGNED[language].format(who=_author(provenance))


def _author(provenance: Provenance) -> str:
    """Return name, role (registration), organisation: as much as was disclosed, else the neutral public name."""
    person = [part for part in (provenance.author_name, provenance.author_role) if part]
    if provenance.author_registration:
        registration = f"({provenance.author_registration})"
        person = [*person[:-1], f"{person[-1]} {registration}"] if person else [registration]
    organisation = provenance.author_organisation or provenance.issuer_name
    is_named = bool(person) and person[-1].endswith(f", {organisation}")  # "Jo Bell, Acme", of Acme
    return ", ".join(person if is_named else [*person, organisation])
