"""One claim of a section in a line of words, for forms that let the holder choose lines."""

from issuers.credential import Claim
from schemas.readable import Line, readable
from schemas.vocabulary import Language, Section


def claim_words(section: Section, claim: Claim, language: Language) -> str:
    """Return what a claim says, with its label."""
    value = claim.value if claim.row is None else [claim.value]
    return "; ".join(_line_words(line) for line in readable(section, {claim.name: value}, language))


def _line_words(line: Line) -> str:
    if line.text is not None:
        return f"{line.label}: {line.text}"
    return f"{line.label}: " + ", ".join(text for row in line.rows for _label, text in row)
