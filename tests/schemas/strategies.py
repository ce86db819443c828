"""Hypothesis strategies that build valid section bodies from the models themselves."""

import unicodedata
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any, get_args, get_origin

from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from schemas.catalogue import CATALOGUE
from schemas.fields import Part
from schemas.marks import MARKS_ON_A_LINE, longest_run_of_marks
from schemas.sections.person import Identifier
from schemas.vocabulary import Section

UNFIT = (
    "\u061c\u180e\u200e\u200f\u2060\u2061\u2062\u2063\u2064\u206a\u206b\u206c\u206d\u206e\u206f"
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff\ufffe\uffff"
    + "".join(map(chr, range(0xE0000, 0xE0080)))
)
# One value of each form that is not free text; a field takes those of them that it accepts.
FORMS = (
    "01632 960001",
    "sam@example.com",
    "cy",
    "bfi",
    "2019",
    "2019-03",
    "204331000000107",
    "37796009",
    "q" * 43,
)
IDENTIFIERS = (
    {"kind": "nhs-number", "value": "9990123454"},
    {"kind": "national-insurance", "value": "AB123456C"},
    {"kind": "other", "value": "Gwŷdd 12"},
)


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


TEXT = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters=UNFIT),
        min_size=1,
        max_size=30,
    )
    .map(_tidy)
    .filter(lambda text: 0 < len(text) <= 60 and longest_run_of_marks(text) <= MARKS_ON_A_LINE)
)
KEYS = st.text("abcdefghijkmnpqrstuvwxyz23456789", min_size=6, max_size=16)
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(date.isoformat)


def bodies(section: Section) -> st.SearchStrategy[dict[str, Any]]:
    """Valid bodies of a section as JSON values, some with nothing in their lists."""
    return _part(CATALOGUE[section].model)


def parts(model: type[Part]) -> st.SearchStrategy[dict[str, Any]]:
    """Valid values of any model that is made as section bodies are."""
    return _part(model)


@lru_cache
def _part(model: type[Part]) -> st.SearchStrategy[dict[str, Any]]:
    if model is Identifier:
        return st.sampled_from(IDENTIFIERS)
    required = {name: _field(field) for name, field in model.model_fields.items() if field.is_required()}
    optional = {name: _field(field) for name, field in model.model_fields.items() if not field.is_required()}
    return st.fixed_dictionaries(required, optional=optional).filter(lambda body: _accepts(model, body))


def _field(field: FieldInfo) -> st.SearchStrategy[Any]:
    options = get_args(field.annotation)
    if get_origin(field.annotation) is tuple:
        return st.lists(_part(options[0]), max_size=3)
    annotation = (
        next(one for one in options if one is not type(None)) if type(None) in options else field.annotation
    )
    plain = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    return _scalar(plain, Annotated[annotation, *field.metadata])


def _scalar(plain: Any, annotation: Any) -> st.SearchStrategy[Any]:
    if issubclass(plain, Part):
        return _part(plain)
    if issubclass(plain, StrEnum):
        return st.sampled_from([member.value for member in plain])
    if plain is date:
        return DAYS
    if plain is int:
        return st.sampled_from([number for number in range(13) if _accepts(annotation, number)])
    if _accepts(annotation, "k7f3m2qa") and not _accepts(annotation, "Gwŷdd"):
        return KEYS
    forms = [form for form in FORMS if _accepts(annotation, form)]
    return TEXT if _accepts(annotation, "gŵr, tŷ!") else st.sampled_from(forms)


def _accepts(annotation: Any, value: Any) -> bool:
    try:
        TypeAdapter(annotation).validate_python(value)
    except ValidationError:
        return False
    return True
