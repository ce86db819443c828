"""One claim of a section in a line of words, for forms that let the holder choose lines."""

from typing import Final

from issuers.credential import Claim
from schemas.catalogue import CATALOGUE
from schemas.readable import Line, Row, readable
from schemas.vocabulary import Language, Section

FIRST_MAX: Final = 80  # characters of what a row is called
SHORT: Final = 40  # characters: what is so short stands before what is longer, which may be cut


def claim_words(section: Section, claim: Claim, language: Language) -> str:
    """Return what a claim says, with its label; a row of a list needs none where the section is called the same."""
    value = claim.value if claim.row is None else [claim.value]
    title = CATALOGUE[section].label[language]
    return "; ".join(_line_words(line, title) for line in readable(section, {claim.name: value}, language))


def _line_words(line: Line, title: str) -> str:
    if line.text is not None:
        return f"{line.label}: {line.text}"
    rows = ", ".join(_row_words(row) for row in line.rows)
    return rows if line.label == title else f"{line.label}: {rows}"


def _row_words(row: Row) -> str:
    """Return what a row is called, and then the rest, the shortest first: where it stands before why it helps."""
    (_label, first), *rest = row
    named = first if len(first) <= FIRST_MAX else f"{first[:FIRST_MAX].rstrip()}…"
    parts = [f"{label}: {text}" for label, text in sorted(rest, key=lambda pair: len(pair[1]) > SHORT)]
    return "; ".join(part.rstrip(".") for part in (named, *parts))
