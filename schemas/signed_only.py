"""Refuse in what people tell what is not theirs to tell, and a refusal that does not say why.

An issuer of this service alone fills who acknowledged a change at work: told by a holder it would read as an employer's
word. Only what is told is checked, not what is read: a reader says no more than what was signed.
"""

from collections.abc import Iterator

from schemas.errors import Problem, SectionError
from schemas.fields import SIGNED_ONLY, Part, marks_of
from schemas.problems import problem
from schemas.sections.work import Adjustments, ChangeStatus


def check_told(body: Part) -> None:
    """Check a body that somebody tells.

    Raises:
        SectionError: a field that nobody tells is filled, a change was refused and nothing says why, or a reason comes
            with another; `problems` name each.
    """
    problems = [problem(path, "extra_forbidden") for path in _filled(body, "")]
    if problems:
        raise SectionError("leave out the named fields: this service fills them", problems)
    if isinstance(body, Adjustments) and (problems := list(_reasons(body))):
        raise SectionError("a change that was refused has a reason, and no other has", problems)


def _reasons(body: Adjustments) -> Iterator[Problem]:
    for at, row in enumerate(body.changes):
        is_refused = row.status is ChangeStatus.REFUSED
        if is_refused != (row.reason is not None):
            yield problem(f"changes.{at}.reason", "reason_missing" if is_refused else "reason_unfit")


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
