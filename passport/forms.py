"""Section bodies as HTML forms and back: one description of inputs for every section, made from its model.

Works without script: "add another" and "remove" are buttons that send the form and change only its shape. Left out:
what inputs look like (templates/macros/section_form.html) and whether a body is right (schemas.catalogue.parse_body).
"""

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from schemas.adjustment_codes import LANGUAGE_INTERPRETERS, TERMS
from schemas.fields import (
    INTERPRETER_NEEDED,
    MAX_ROWS,
    SIGNED_ONLY,
    InterpreterCode,
    PointsAt,
    Said,
    WrittenAs,
    marks_of,
)
from schemas.labels import Label
from schemas.sections.person import AboutMe
from schemas.vocabulary import Language
from schemas.words import adjustment_term, in_words, language_in_words, named_languages

Kind = Literal["line", "note", "prose", "choice", "date", "partial-date", "points", "key", "group", "rows"]
LINE_LENGTH_MAX: Final = 254  # characters, of an e-mail address; longer texts get a text area
NOTE_LENGTH_MAX: Final = 300  # characters; up to here a text is one line, however many its area shows
DATE_PARTS: Final = ("day", "month", "year")
# What a browser may fill in about the person who types (WCAG 2.2, 1.3.5 Identify Input Purpose).
PURPOSES: Final[Mapping[tuple[type[BaseModel], str], str]] = {
    (AboutMe, "name"): "name",
    (AboutMe, "date_of_birth"): "bday",
    (AboutMe, "phone"): "tel",
    (AboutMe, "contact_email"): "email",
    (AboutMe, "postal_address"): "street-address",
    (AboutMe, "language"): "language",
}
_NO_LABEL: Final = Label("", "")  # of keys, which nobody reads


@dataclass(frozen=True, slots=True)
class Shape:
    """One input of a model, before any value: what kind it is and what it is called."""

    name: str
    kind: Kind
    label: Label = _NO_LABEL
    required: bool = False
    length_max: int | None = None
    span: range = range(0)  # of whole numbers
    enum: type[StrEnum] | None = None
    codes: tuple[str, ...] = ()
    is_language: bool = False
    points_at: PointsAt | None = None
    part: type[BaseModel] | None = None
    autocomplete: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select."""

    value: str
    text: str
    selected: bool


@dataclass(frozen=True, slots=True)
class FormField:
    """One input as a template draws it. `name` is unique in the form: "changes-0-barrier"."""

    name: str
    kind: Kind
    label: str
    required: bool
    error: str | None = None
    value: str = ""
    length_max: int | None = None
    autocomplete: str | None = None
    choices: tuple[Choice, ...] = ()
    date_parts: Mapping[str, str] = field(default_factory=dict)
    parts: tuple["FormField", ...] = ()
    rows: tuple[tuple["FormField", ...], ...] = ()


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What all inputs of one form share."""

    language: Language
    errors: Mapping[str, str]
    pointed_at: Mapping[str, Any]  # claims whose rows other rows can point at

    def fields(self, model: type[BaseModel], values: Mapping[str, Any], prefix: str) -> tuple[FormField, ...]:
        return tuple(self.field(shape, values.get(shape.name), prefix) for shape in shapes(model))

    def field(self, shape: Shape, value: Any, prefix: str) -> FormField:
        name = prefix + shape.name
        text = "" if value is None or isinstance(value, list | dict) else str(value)
        drawn = FormField(
            name,
            shape.kind,
            shape.label[self.language],
            shape.required,
            self.errors.get(name),
            text,
            shape.length_max,
            shape.autocomplete,
        )
        if shape.kind == "rows":
            rows = [self.fields(_part(shape), row, f"{name}-{at}-") for at, row in enumerate(value or [])]
            return replace(drawn, rows=tuple(rows))
        if shape.kind == "group":
            return replace(drawn, parts=self.fields(_part(shape), value or {}, f"{name}-"))
        if shape.kind in ("date", "partial-date"):
            return replace(drawn, date_parts=_date_parts(text))
        return replace(drawn, choices=self.choices(shape, text))

    def choices(self, shape: Shape, selected: str) -> tuple[Choice, ...]:
        options = self.options(shape)
        if shape.is_language and selected and selected not in dict(options):
            options = [*options, (selected, language_in_words(selected, self.language))]
        return tuple(Choice(value, text, value == selected) for value, text in options)

    def options(self, shape: Shape) -> Sequence[tuple[str, str]]:
        if shape.enum is not None:
            return [(member.value, in_words(member, self.language)) for member in shape.enum]
        if shape.is_language:
            return named_languages(self.language)
        if shape.kind == "points":
            return [(str(points), str(points)) for points in shape.span]
        if shape.points_at is not None:
            rows = self.pointed_at.get(shape.points_at.claim, [])
            text = shape.points_at.text
            return [(row["key"], row[text]) for row in rows if row.get("key") and row.get(text)]
        terms = [(code, adjustment_term(code, self.language)) for code in shape.codes]
        return sorted(terms, key=lambda option: option[1])


def form_fields(
    model: type[BaseModel],
    body: Mapping[str, Any],
    *,
    language: Language,
    errors: Mapping[str, str],
    pointed_at: Mapping[str, Any] | None = None,
) -> tuple[FormField, ...]:
    """Return a model's inputs filled with a body, or with what was typed. `errors` maps input names to messages.

    `pointed_at`: claims whose rows can be pointed at, where they are not those of the body.
    """
    return _Drawing(language, errors, body if pointed_at is None else pointed_at).fields(model, body, "")


def read_form(
    model: type[BaseModel], form: Mapping[str, str], *, prefix: str = "", blank_rows: bool = False
) -> dict[str, Any]:
    """Return the body that a sent form says. Blank inputs and groups are left out.

    `blank_rows`: keep those too, where only the form's shape is to change and rows are told apart by their numbers.
    """
    body = {shape.name: _read(shape, form, prefix + shape.name, blank_rows) for shape in shapes(model)}
    told = {name: value for name, value in body.items() if value not in ("", None, {}, [])}
    return told if told.keys() != {"key"} else {}


def with_keys(model: type[BaseModel], body: dict[str, Any], *, new_key: Callable[[], str]) -> dict[str, Any]:
    """Return the body with a key drawn for each keyed row that has none."""
    keyed = {s.name for s in shapes(model) if s.part and any(p.kind == "key" for p in shapes(s.part))}
    return {
        name: [{"key": new_key(), **row} for row in value] if name in keyed else value
        for name, value in body.items()
    }


def reshape(
    model: type[BaseModel], body: dict[str, Any], *, add: str | None, remove: str | None
) -> dict[str, Any]:
    """Return the body with one blank row more, or one row less, as a button asked; unknown names change nothing."""
    lists = {shape.name for shape in shapes(model) if shape.kind == "rows"}
    if add in lists and len(body.get(add, [])) < MAX_ROWS:
        return {**body, add: [*body.get(add, []), {}]}
    name, _, index = (remove or "").rpartition("-")
    if name in lists and index.isdecimal():
        return {**body, name: [row for at, row in enumerate(body.get(name, [])) if at != int(index)]}
    return body


def begun(model: type[BaseModel], body: dict[str, Any]) -> dict[str, Any]:
    """Return the body, with a blank row to begin with where one list is all of a section and says nothing yet."""
    asked = [shape for shape in shapes(model) if shape.kind != "key"]
    if any(body.values()) or len(asked) > 1 or asked[0].kind != "rows":
        return body
    return {asked[0].name: [{}]}


@cache
def shapes(model: type[BaseModel]) -> tuple[Shape, ...]:
    """Return the inputs of a model in the order of its fields."""
    hints = get_type_hints(model, include_extras=True)
    asked = (name for name, info in model.model_fields.items() if SIGNED_ONLY not in marks_of(info))
    found = (_shape(name, model.model_fields[name].is_required(), *_unwrap(hints[name])) for name in asked)
    return tuple(replace(shape, autocomplete=PURPOSES.get((model, shape.name))) for shape in found)


def _shape(name: str, required: bool, inner: Any, marks: tuple[Any, ...]) -> Shape:
    said = next((mark for mark in marks if isinstance(mark, Said)), None)
    if said is None:
        return Shape(name, "key")
    plain = Shape(name, "line", said.label, required)
    if get_origin(inner) is tuple:
        return replace(plain, kind="rows", part=_unwrap(get_args(inner)[0])[0])
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        return replace(plain, kind="group", part=inner)
    if isinstance(inner, type) and issubclass(inner, StrEnum):
        return replace(plain, kind="choice", enum=inner)
    return _scalar_shape(plain, inner, marks)


def _scalar_shape(plain: Shape, inner: Any, marks: tuple[Any, ...]) -> Shape:
    if inner is date:
        return replace(plain, kind="date")
    if inner is int:
        return replace(plain, kind="points", span=range(_limit(marks, "ge"), _limit(marks, "le") + 1))
    if WrittenAs.PARTIAL_DATE in marks:
        return replace(plain, kind="partial-date")
    if WrittenAs.LANGUAGE in marks:
        return replace(plain, kind="choice", is_language=True)
    if WrittenAs.ADJUSTMENT in marks:
        interpreters = set(get_args(InterpreterCode)[1:]) <= set(marks)
        codes = (INTERPRETER_NEEDED, *LANGUAGE_INTERPRETERS) if interpreters else tuple(TERMS)
        return replace(plain, kind="choice", codes=codes)
    pointer = next((mark for mark in marks if isinstance(mark, PointsAt)), None)
    if pointer is not None:
        return replace(plain, kind="choice", points_at=pointer)
    length = _limit(marks, "max_length")
    kind: Kind = "line" if length <= LINE_LENGTH_MAX else "note" if length <= NOTE_LENGTH_MAX else "prose"
    return replace(plain, kind=kind, length_max=length)


def _unwrap(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return a hint's innermost type and all its marks, without Annotated and without `| None`."""
    marks: tuple[Any, ...] = ()
    while True:
        if get_origin(hint) is Annotated:
            hint, *more = get_args(hint)
            marks += tuple(more)
        elif get_origin(hint) in (Union, types.UnionType):
            hint = next(arm for arm in get_args(hint) if arm is not type(None))
        else:
            return hint, marks


def _limit(marks: tuple[Any, ...], name: str) -> int:
    """Return the narrowest limit of that name; pydantic's Field keeps its limits inside.

    Raises:
        ValueError: there is none. Every text and number of a section has its limits.
    """
    found = [getattr(part, name, None) for mark in marks for part in (mark, *getattr(mark, "metadata", ()))]
    limits = [limit for limit in found if isinstance(limit, int)]
    if not limits:
        raise ValueError(f"expected a limit {name}")
    return min(limits)


def _part(shape: Shape) -> type[BaseModel]:
    if shape.part is None:
        raise ValueError(f"{shape.name} has no parts")
    return shape.part


def _date_parts(text: str) -> dict[str, str]:
    """Return day, month and year as somebody types them."""
    year, month, day = (*text.split("-", 2), "", "")[:3]
    return {"day": day.lstrip("0") or day, "month": month.lstrip("0") or month, "year": year}


def _read(shape: Shape, form: Mapping[str, str], name: str, blank_rows: bool) -> Any:
    if shape.kind == "rows":
        rows = (read_form(_part(shape), form, prefix=f"{name}-{at}-") for at in _places(form, name))
        return [row for row in rows if row or blank_rows]
    if shape.kind == "group":
        return read_form(_part(shape), form, prefix=f"{name}-")
    if shape.kind in ("date", "partial-date"):
        return _read_date(form, name)
    typed = form.get(name, "").strip()
    if shape.kind == "note":
        return " ".join(typed.split("\n"))
    if shape.kind == "points":
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else typed
    return typed


def _places(form: Mapping[str, str], name: str) -> list[int]:
    """Return the row numbers that a form has inputs for, in order; one more than may be, so that it is noticed."""
    found = {key[len(name) + 1 :].partition("-")[0] for key in form if key.startswith(f"{name}-")}
    numbers = {int(at) for at in found if at.isascii() and at.isdecimal() and len(at) < 4}
    return sorted(numbers)[: MAX_ROWS + 1]


def _read_date(form: Mapping[str, str], name: str) -> str:
    """Return YYYY-MM-DD as far as it was typed; what is no date stays a text that the schema refuses."""
    day, month, year = (form.get(f"{name}-{part}", "").strip() for part in DATE_PARTS)
    typed = [year, month.zfill(2) if month else "", day.zfill(2) if day else ""]
    while typed and not typed[-1]:
        typed.pop()
    return "-".join(typed)
