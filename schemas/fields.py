"""The scalar types that section bodies are made of, and the label each field carries.

Nothing is coerced: a number is no text, a boolean no number, a timestamp no date. Text is brought to Unicode NFC,
so that a ŵ typed as two code points equals the one-code-point ŵ.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import chain
from typing import Annotated, Any, Final, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    Strict,
    StrictInt,
)
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError

from schemas.adjustment_codes import LANGUAGE_INTERPRETERS, TERMS
from schemas.labels import Label, Sensitivity
from schemas.marks import MARKS_ON_A_LINE, STREAM_SAFE_MARKS, longest_run_of_marks
from schemas.snomed import is_concept_id

MAX_ROWS: Final = 40
INTERPRETER_NEEDED: Final = "315594003"  # SNOMED CT: interpreter needed, language not said
_EARLIEST: Final = date(1900, 1, 1)
_LATEST: Final = date(2199, 12, 31)
_DECOMPOSED: Final = 3  # code points that are one after NFC, as a macOS file name has a Vietnamese ặ
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
# Controls (category Cc); bidirectional overrides and isolates, which make text read as something else; U+2028/9, which
# break lines; U+FEFF, which hides; and what XML 1.0 cannot carry, because FHIR narrative is XHTML.
_UNFIT: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff\ufffe\uffff]")
_UNFIT_IN_PROSE: Final = re.compile(
    _UNFIT.pattern.replace("\x00-\x1f", "\x00-\x09\x0b-\x1f")
)  # a line feed may stay

# In names and on lines, also what is not seen but changes how the text beside it is drawn: left-to-right, right-to-left
# and Arabic letter marks, the Mongolian vowel separator, invisible operators, deprecated formats, and tags. The joiners
# U+200C/D stay: Persian, Sinhala and Malayalam names are misspelt without them. Tags stay in the flags that are made of
# them (UTS #51, emoji tag sequences). Prose may have them all: Hebrew and Arabic sentences use such marks.
_UNFIT_ON_A_LINE: Final = re.compile(
    _UNFIT.pattern.removesuffix("]")
    + "\u061c\u180e\u200e\u200f\u2060-\u2064\u206a-\u206f\U000e0000-\U000e007f]"
)
_FLAG: Final = re.compile(  # of England, Scotland or Wales
    "\U0001f3f4\U000e0067\U000e0062"
    "(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074|\U000e0077\U000e006c\U000e0073)\U000e007f"
)

# What shows nothing at all: spaces, joiners, variation selectors, fillers. A text of these alone is blank.
_INVISIBLE: Final = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\uffa0]*"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a field is called on every page, and how sensitive it is. Put it in the field's `Annotated`."""

    label: Label
    sensitivity: Sensitivity

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Name the field in JSON Schema after its English label."""
        return {**handler(schema), "title": self.label.en, "x-title-cy": self.label.cy}


def said(en: str, cy: str, sensitivity: Sensitivity = Sensitivity.ORDINARY) -> Said:
    """Return the label of a field in English and Welsh with its sensitivity."""
    return Said(Label(en, cy), sensitivity)


@dataclass(frozen=True, slots=True)
class PointsAt:
    """Says that a field holds the key of a row of another claim. A reader sees that row's text, or nothing."""

    claim: str  # a list of rows with keys
    text: str  # the field of such a row that people read


class WrittenAs(StrEnum):
    """Says that a text field is a code with words of its own."""

    ADJUSTMENT = "adjustment"
    LANGUAGE = "language"
    PARTIAL_DATE = "partial-date"


class SignedOnly:
    """Marks a field that no form asks for: an issuer of this service fills it, and nobody tells it."""


SIGNED_ONLY: Final = SignedOnly()


class Part(BaseModel):
    """The base of every body and row: frozen, and closed to unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


@dataclass(frozen=True, slots=True)
class _Text:
    """Cleans one kind of text before anything else looks at it, in time that grows with its length and no faster.

    What is too long to fit comes back as it is, not even looked at: the field's own limit refuses it.
    """

    length_max: int  # code points, after cleaning
    unfit: re.Pattern[str]
    marks_max: int  # that follow each other

    def __call__(self, value: Any) -> Any:
        if not isinstance(value, str) or len(value) > self.length_max * _DECOMPOSED:
            return value
        if _LONE_SURROGATE.search(value):
            raise PydanticCustomError("lone_surrogate", "must be Unicode text")
        text = (
            value if self.unfit is not _UNFIT_IN_PROSE else value.replace("\r\n", "\n")
        )  # of a browser's text area
        if self.unfit.search(_FLAG.sub("", text)):
            raise PydanticCustomError("control_character", "must be plain text")
        if longest_run_of_marks(text) > self.marks_max:
            raise PydanticCustomError("too_many_marks", "must have fewer marks on a letter")
        text = unicodedata.normalize("NFC", text).strip()
        if _INVISIBLE.fullmatch(text):
            raise PydanticCustomError("blank", "must say something")
        return text


def _line(length_max: int) -> BeforeValidator:
    return BeforeValidator(_Text(length_max, _UNFIT_ON_A_LINE, MARKS_ON_A_LINE))


def _prose(length_max: int) -> BeforeValidator:
    return BeforeValidator(_Text(length_max, _UNFIT_IN_PROSE, STREAM_SAFE_MARKS))


# Lengths count code points, after cleaning.
Name = Annotated[str, Strict(), Field(max_length=120), _line(120)]
Line = Annotated[str, Strict(), Field(max_length=300), _line(300)]
Note = Annotated[str, Strict(), Field(max_length=600), _prose(600)]
Paragraph = Annotated[str, Strict(), Field(max_length=1000), _prose(1000)]
Prose = Annotated[str, Strict(), Field(max_length=4000), _prose(4000)]


def _matching(value: str, pattern: re.Pattern[str], code: str) -> str:
    if pattern.fullmatch(value) is None:
        raise PydanticCustomError(code, "must have the usual form")
    return value


_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()-]{5,24}( ext\.? ?[0-9]{1,6})?")
_EMAIL: Final = re.compile(r"[^@\s<>\",;]{1,64}@[^@\s<>\",;.]+(\.[^@\s<>\",;.]+)+")
_LANGUAGE_TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_PARTIAL_DATE: Final = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_DIGEST: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_KEY: Final = re.compile(r"[a-z0-9]{6,16}")


def _phone(value: str) -> str:
    return _matching(value, _PHONE, "phone")


def _email(value: str) -> str:
    return _matching(value, _EMAIL, "email")


def _language_tag(value: str) -> str:
    return _matching(value, _LANGUAGE_TAG, "language_tag")


def _key(value: str) -> str:
    return _matching(value, _KEY, "key")


Phone = Annotated[str, Strict(), Field(max_length=40), _line(40), AfterValidator(_phone)]
Email = Annotated[str, Strict(), Field(max_length=254), _line(254), AfterValidator(_email)]
# RFC 5646: language, script and region; sign languages have codes of their own (bfi: British Sign Language).
LanguageTag = Annotated[
    str, Strict(), Field(max_length=11), AfterValidator(_language_tag), WrittenAs.LANGUAGE
]
# Names one row of a plan so that another can point at it. Drawn at random: it must say nothing about the row.
Key = Annotated[str, Strict(), Field(max_length=16), AfterValidator(_key)]


def _digest(value: str) -> str:
    return _matching(value, _DIGEST, "key")


Digest = Annotated[str, Strict(), Field(max_length=43), AfterValidator(_digest)]


def _in_range(day: date) -> date:
    if not _EARLIEST <= day <= _LATEST:
        raise PydanticCustomError("date_out_of_range", "must be between 1900 and 2199")
    return day


def _iso_day(text: str) -> date:
    """Return the day that YYYY-MM-DD names. `date.fromisoformat` alone would take 20260327 and week dates too."""
    if len(text) != 10 or _PARTIAL_DATE.fullmatch(text) is None:
        raise PydanticCustomError("not_a_date", "must be a real date")
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise PydanticCustomError("not_a_date", "must be a real date") from exc


def _day(value: Any) -> Any:
    if isinstance(value, str):
        return _in_range(_iso_day(value))
    if isinstance(value, date) and not isinstance(value, datetime):
        return _in_range(value)
    raise PydanticCustomError("not_a_date", "must be a real date")


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]


def _partial_date(value: str) -> str:
    if _PARTIAL_DATE.fullmatch(value) is None:
        raise PydanticCustomError("partial_date", "must be a year, a month or a day")
    _in_range(_iso_day(value + "-01-01"[len(value) - 4 :] if len(value) < 10 else value))
    return value


# A year, a month or a day, as far as somebody remembers; FHIR calls it dateTime.
PartialDate = Annotated[
    str, Strict(), Field(max_length=10), AfterValidator(_partial_date), WrittenAs.PARTIAL_DATE
]


def _snomed(value: str) -> str:
    if not is_concept_id(value):
        raise PydanticCustomError("snomed_code", "must be a SNOMED CT concept")
    return value


def _adjustment(value: str) -> str:
    if value not in TERMS:
        _snomed(value)
        raise PydanticCustomError("adjustment_code", "must be a reasonable adjustment code")
    return value


def _interpreter(value: str) -> str:
    if value != INTERPRETER_NEEDED and value not in LANGUAGE_INTERPRETERS:
        _snomed(value)
        raise PydanticCustomError("interpreter_code", "must be an interpreter code")
    return value


SnomedCode = Annotated[str, Strict(), Field(max_length=18), AfterValidator(_snomed)]
AdjustmentCode = Annotated[
    str, Strict(), Field(max_length=18), AfterValidator(_adjustment), WrittenAs.ADJUSTMENT
]
InterpreterCode = Annotated[
    str, Strict(), Field(max_length=18), AfterValidator(_interpreter), WrittenAs.ADJUSTMENT
]

Points = Annotated[StrictInt, Field(ge=0, le=10)]  # 0 is none or not at all, 10 is the best or very


def marks_of(field: FieldInfo) -> tuple[object, ...]:
    """Return the marks of a field and of the type it may be: pydantic keeps those of `X | None` inside X."""
    inner = (getattr(option, "__metadata__", ()) for option in get_args(field.annotation))
    return (*field.metadata, *chain.from_iterable(inner))


def said_of(field: FieldInfo) -> Said | None:
    """Return the label and sensitivity of a field, or None for one that people do not read (a key)."""
    return next((mark for mark in field.metadata if isinstance(mark, Said)), None)
