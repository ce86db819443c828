"""One root error; every error has a stable machine code.

Malformed input raises one of these. A refusal (expired, revoked, not granted) is a returned value, never raised.
Messages say what was expected and what to do next; they never carry a secret or a health fact.
"""

from typing import ClassVar


class PassportError(Exception):
    """The root of every error this project raises on purpose.

    `code` is stable: programs match on it, people read the message.
    """

    code: ClassVar[str] = "passport_error"


class SectionError(PassportError):
    """A section's content does not fit its schema."""

    code = "section_invalid"


class EncodingError(PassportError):
    """Text is not strict JSON or strict base64url."""

    code = "encoding_invalid"
