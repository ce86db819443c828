"""Refuse in what people tell the fields that an issuer of this service alone fills: who acknowledged a change at work.

Told by a holder they would read as an employer's word.
"""

from collections.abc import Iterator

from schemas.errors import SectionError
from schemas.fields import SIGNED_ONLY, Part, marks_of
from schemas.problems import problem


def check_told(body: Part) -> None:
    """Check a body that somebody tells.

    Raises:
        SectionError: a field that nobody tells is filled; `problems` name each.
    """
    problems = [problem(path, "extra_forbidden") for path in _filled(body, "")]
    if problems:
        raise SectionError("leave out the named fields: this service fills them", problems)


def _filled(part: Part, prefix: str) -> Iterator[str]:
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        if SIGNED_ONLY in marks_of(field) and value is not None:
            yield f"{prefix}{name}"
        elif isinstance(value, Part):
            yield from _filled(value, f"{prefix}{name}.")
        elif isinstance(value, tuple):
            for at, row in enumerate(value):
                if isinstance(row, Part):
                    yield from _filled(row, f"{prefix}{name}.{at}.")
