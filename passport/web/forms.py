"""HTML forms: read strictly, checked by a model, answered with one plain message a field.

Leaves out: what a form means. A page's route gives the model and the messages.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Final, TypeVar
from urllib.parse import parse_qsl

from fastapi import Depends
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from schemas.errors import PassportError

MAX_FIELDS: Final = 2000  # a plan with forty rows of everything has 1,410
_DATE_PART: Final = re.compile(r"[0-9]{1,4}")  # more digits are no year, and may overflow

Model = TypeVar("Model", bound=BaseModel)


class FormError(PassportError):
    """A request body is not an HTML form as browsers send it."""

    code = "form_invalid"


@dataclass(frozen=True, slots=True)
class FormErrors:
    """What a person must change, by field, in the order of the page."""

    by_field: Mapping[str, str]
    values: Mapping[str, str]  # what they typed, to show again


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of one posted form. A field may come more than once (checkboxes)."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return one field without the spaces around it; empty when it is missing."""
        return self.fields.get(name, ("",))[-1].strip()

    def day(self, name: str) -> date | None:
        """Return the day that the fields `name`-day, -month and -year say; None when all are empty.

        Raises:
            ValueError: they say none.
        """
        parts = [self.text(f"{name}-{part}") for part in ("year", "month", "day")]
        if not any(parts):
            return None
        if not all(map(_DATE_PART.fullmatch, parts)):
            raise ValueError("expected a day in digits")
        year, month, day = map(int, parts)
        return date(year, month, day)

    def chosen(self, name: str) -> tuple[str, ...]:
        """Return every ticked value of a group of checkboxes."""
        return self.fields.get(name, ())

    @property
    def values(self) -> dict[str, str]:
        """Every field as one text, as the page shows it again."""
        return {name: self.text(name) for name in self.fields}

    def check(self, model: type[Model], *, messages: Mapping[str, str]) -> Model | FormErrors:
        """Return the form as `model`, or what to change.

        Empty fields are left out, so that a missing answer is a missing field. `messages` has one sentence a field,
        in the page's language and in the page's order, which says what to do: "Enter the passcode".
        """
        given = {name: text for name, text in self.values.items() if text and name in model.model_fields}
        try:
            return model.model_validate(given)
        except ValidationError as exc:
            wrong = {str(error["loc"][0]) for error in exc.errors() if error["loc"]}
        by_field = {name: text for name, text in messages.items() if name in wrong}
        return FormErrors(by_field=by_field or dict(messages), values=self.values)


def _parse(body: bytes) -> dict[str, tuple[str, ...]]:
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict"
        )
    except ValueError as exc:  # not ASCII, not UTF-8 inside, or too many fields
        raise FormError("expected a form as browsers send it") from exc
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), value.replace("\r\n", "\n"))
    return fields


async def posted_form(request: Request) -> Form:
    """Return the posted form.

    Raises:
        FormError: another content type, more than MAX_FIELDS, or not UTF-8.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if media_type != "application/x-www-form-urlencoded" and body:
        raise FormError("expected application/x-www-form-urlencoded")
    return Form(_parse(body))


PostedForm = Annotated[Form, Depends(posted_form)]
