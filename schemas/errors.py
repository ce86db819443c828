"""One root error; every error has a stable machine code.

Malformed input raises one of these. A refusal (expired, revoked, not granted) is a returned value, never raised.
Messages say what was expected and what to do next; they never carry a secret or a health fact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from schemas.labels import Label
from schemas.vocabulary import Language


class PassportError(Exception):
    """The root of every error this project raises on purpose.

    `code` is stable: programs match on it, people read the message.
    """

    code: ClassVar[str] = "passport_error"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one field. It says what is expected and never repeats what was given."""

    path: str  # dotted, such as "changes.0.change"; empty when the whole body is meant
    code: str  # stable, such as "too_long"
    message: Label


class SectionError(PassportError):
    """A section's content does not fit its schema."""

    code = "section_invalid"

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Each field that is wrong, as (dotted path, plain English message)."""
        return self.fields_in(Language.ENGLISH)

    def fields_in(self, language: Language) -> list[tuple[str, str]]:
        """Return each field that is wrong, as (dotted path, plain message in this language)."""
        return [(problem.path, problem.message[language]) for problem in self.problems]


class EncodingError(PassportError):
    """Text is not strict JSON or strict base64url."""

    code = "encoding_invalid"
