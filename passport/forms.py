"""Section bodies as HTML forms and back: one description of inputs for every section, made from its model.

Works without script: "add another" and "remove" are buttons that send the form and change only its shape.
Left out: what the inputs look like (templates/macros) and whether the body is right (schemas.catalogue.parse_body).
"""

import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from schemas.adjustment_codes import LANGUAGE_INTERPRETERS, TERMS
from schemas.fields import MAX_ROWS, AdjustmentCode, InterpreterCode, PartialDate, Points, Said
from schemas.labels import Label
from schemas.readable import value_label
from schemas.vocabulary import Language

Kind = Literal["line", "prose", "choice", "date", "partial-date", "points", "group", "rows"]
LINE_LENGTH_MAX: Final = 300  # longer texts get a text area
DATE_PARTS: Final = ("day", "month", "year")


@dataclass(frozen=True, slots=True)
class FieldShape:
    """One input of a model, before any value: what kind it is and what it is called."""

    name: str
    kind: Kind
    label: Label
    required: bool
    length_max: int | None = None
    enum: type[StrEnum] | None = None
    codes: tuple[str, ...] = ()
    part: type[BaseModel] | None = None


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
    value: str = ""
    length_max: int | None = None
    choices: tuple[Choice, ...] = ()
    date_parts: Mapping[str, str] = field(default_factory=dict)
    parts: tuple["FormField", ...] = ()
    rows: tuple[tuple["FormField", ...], ...] = ()
    error: str | None = None


def form_fields(
    model: type[BaseModel],
    values: Mapping[str, Any],
    *,
    language: Language,
    errors: Mapping[str, str] | None = None,
    prefix: str = "",
) -> tuple[FormField, ...]:
    """Return the inputs of a model filled with a body, or with what was typed. `errors` maps input names to messages."""
    return tuple(
        _field(shape, values.get(shape.name), language, errors or {}, prefix) for shape in shapes(model)
    )


def read_form(model: type[BaseModel], form: Mapping[str, str], *, prefix: str = "") -> dict[str, Any]:
    """Return the body that a sent form says. Blank inputs are left out, blank rows and groups too."""
    body = {shape.name: _read(shape, form, prefix + shape.name) for shape in shapes(model)}
    return {name: value for name, value in body.items() if value not in ("", None, {}, [])}


def reshape(
    model: type[BaseModel], body: dict[str, Any], *, add: str | None, remove: str | None
) -> dict[str, Any]:
    """Return the body with one blank row more, or one row less, as a button asked; unknown names change nothing."""
    lists = {shape.name for shape in shapes(model) if shape.kind == "rows"}
    if add in lists and len(body.get(add, [])) < MAX_ROWS:
        return {**body, add: [*body.get(add, []), {}]}
    name, _, index = (remove or "").rpartition("-")
    if name in lists and index.isdecimal():
        return {**body, name: [row for place, row in enumerate(body.get(name, [])) if place != int(index)]}
    return body


def input_name(path: str) -> str:
    """Return the input's name for a dotted path of an error: "changes-0-barrier" for "changes.0.barrier"."""
    return path.replace(".", "-")


@cache
def shapes(model: type[BaseModel]) -> tuple[FieldShape, ...]:
    """Return the inputs of a model in the order of its fields."""
    hints = get_type_hints(model, include_extras=True)
    return tuple(_shape(name, info, hints[name]) for name, info in model.model_fields.items())


def _shape(name: str, info: FieldInfo, hint: Any) -> FieldShape:
    said = next(part for part in info.metadata if isinstance(part, Said))
    inner, metadata = _unwrap(hint)
    length = next((m.max_length for m in _constraints(metadata) if getattr(m, "max_length", None)), None)
    common = {"name": name, "label": said.label, "required": info.is_required()}
    if get_origin(inner) is tuple:
        return FieldShape(**common, kind="rows", part=_unwrap(get_args(inner)[0])[0])
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        return FieldShape(**common, kind="group", part=inner)
    if isinstance(inner, type) and issubclass(inner, StrEnum):
        return FieldShape(**common, kind="choice", enum=inner)
    return _scalar_shape(inner, metadata, length, common)


def _scalar_shape(
    inner: Any, metadata: tuple[Any, ...], length: int | None, common: dict[str, Any]
) -> FieldShape:
    if inner is date:
        return FieldShape(**common, kind="date")
    if _is(PartialDate, metadata):
        return FieldShape(**common, kind="partial-date")
    if _is(Points, metadata):
        return FieldShape(**common, kind="points")
    if _is(AdjustmentCode, metadata):
        return FieldShape(**common, kind="choice", codes=tuple(TERMS))
    if _is(InterpreterCode, metadata):
        return FieldShape(**common, kind="choice", codes=tuple(LANGUAGE_INTERPRETERS))
    kind: Kind = "line" if length is not None and length <= LINE_LENGTH_MAX else "prose"
    return FieldShape(**common, kind=kind, length_max=length)


def _unwrap(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return a hint's innermost type and all its metadata, without Annotated and without `| None`."""
    metadata: tuple[Any, ...] = ()
    while True:
        if get_origin(hint) is Annotated:
            hint, *more = get_args(hint)
            metadata += tuple(more)
        elif get_origin(hint) in (Union, types.UnionType):
            hint = next(arm for arm in get_args(hint) if arm is not type(None))
        else:
            return hint, metadata


def _constraints(metadata: tuple[Any, ...]) -> list[Any]:
    """Return the constraints, the narrowest first: what a field adds comes before what its type brings."""
    flat = [part for item in metadata for part in (item.metadata if isinstance(item, FieldInfo) else [item])]
    return sorted((part for part in flat if hasattr(part, "max_length")), key=lambda part: part.max_length)


def _is(kind: Any, metadata: tuple[Any, ...]) -> bool:
    marks = get_args(kind)[1:]
    return all(any(mark == part for part in metadata) for mark in marks)


def _field(
    shape: FieldShape, value: Any, language: Language, errors: Mapping[str, str], prefix: str
) -> FormField:
    name = prefix + shape.name
    common = {"name": name, "kind": shape.kind, "label": shape.label[language], "required": shape.required}
    error = errors.get(name)
    if shape.kind == "rows" and shape.part is not None:
        rows = tuple(
            form_fields(shape.part, row, language=language, errors=errors, prefix=f"{name}-{place}-")
            for place, row in enumerate(value or [])
        )
        return FormField(**common, rows=rows, error=error)
    if shape.kind == "group" and shape.part is not None:
        parts = form_fields(shape.part, value or {}, language=language, errors=errors, prefix=f"{name}-")
        return FormField(**common, parts=parts, error=error)
    if shape.kind in ("date", "partial-date"):
        return FormField(**common, date_parts=_date_parts(str(value or "")), error=error)
    text = "" if value is None else str(value)
    return FormField(
        **common,
        value=text,
        length_max=shape.length_max,
        choices=_choices(shape, text, language),
        error=error,
    )


def _date_parts(text: str) -> dict[str, str]:
    year, month, day = (*text.split("-"), "", "")[:3]
    return {"day": day.lstrip("0") or day, "month": month.lstrip("0") or month, "year": year}


def _choices(shape: FieldShape, selected: str, language: Language) -> tuple[Choice, ...]:
    if shape.enum is not None:
        options = [(member.value, value_label(member, language)) for member in shape.enum]
    elif shape.kind == "points":
        options = [(str(points), str(points)) for points in range(11)]
    else:
        options = sorted(((code, TERMS[code]) for code in shape.codes), key=lambda option: option[1])
    return tuple(Choice(value, text, value == selected) for value, text in options)


def _read(shape: FieldShape, form: Mapping[str, str], name: str) -> Any:
    if shape.kind == "rows" and shape.part is not None:
        rows = [read_form(shape.part, form, prefix=f"{name}-{place}-") for place in _places(form, name)]
        return [row for row in rows if row]
    if shape.kind == "group" and shape.part is not None:
        return read_form(shape.part, form, prefix=f"{name}-")
    if shape.kind in ("date", "partial-date"):
        return _read_date(form, name)
    typed = form.get(name, "").strip()
    if shape.kind == "points" and typed.isdecimal() and len(typed) < 4:
        return int(typed)
    return typed


def _places(form: Mapping[str, str], name: str) -> list[int]:
    """Return the row numbers that a form has inputs for, in order; at most MAX_ROWS + 1, so that too many is noticed."""
    found = {key[len(name) + 1 :].partition("-")[0] for key in form if key.startswith(f"{name}-")}
    return sorted(int(place) for place in found if place.isdecimal() and len(place) < 4)[: MAX_ROWS + 1]


def _read_date(form: Mapping[str, str], name: str) -> str:
    """Return YYYY-MM-DD as far as it was typed; what is no date stays one text that the schema refuses."""
    day, month, year = (form.get(f"{name}-{part}", "").strip() for part in DATE_PARTS)
    parts = [year, month.zfill(2) if month else "", day.zfill(2) if day else ""]
    if year and not any(parts[parts.index("") :] if "" in parts else []):
        return "-".join(part for part in parts if part)
    return "-".join(parts) if any(parts) else ""
