"""Scalars are strict, and what is refused is named without being repeated."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemas import fields

TEXT_REFUSED: list[Any] = [
    7,
    True,
    None,
    b"abc",
    ["a"],
    "",
    "  \n ",
    "\u200b\u00ad",
    "a\x00b",
    "a\x1bb",
    "\ud800",
    "a\u202eb",
    "\u2066a",
]
REFUSED_BY: dict[str, tuple[Any, list[Any]]] = {
    "line": (fields.Line, [*TEXT_REFUSED, "a\nb", "a\tb", "x" * 301]),
    "note": (fields.Note, [*TEXT_REFUSED, "x" * 601]),
    "paragraph": (fields.Paragraph, [*TEXT_REFUSED, "x" * 1001]),
    "prose": (fields.Prose, [*TEXT_REFUSED, "a\rb", "x" * 4001, "x" * 1_000_000]),
    "day": (
        fields.Day,
        [0, 1.5, True, None, {}, "2026-02-30", "20260327", "2026-W13-5", "2026-3-7", " 2026-03-27"],
    ),
    "day out of range": (fields.Day, ["1899-12-31", "2200-01-01", "2026-03-27T00:00:00", "٢٠٢٦-٠٣-٢٧"]),
    "partial date": (fields.PartialDate, ["26", "2026-13", "2026-02-30", "2026-1", 2026, "1899", "2026-"]),
    "phone": (fields.Phone, ["hello", "12345", "+", "01632 960001; rm", 1632960001]),
    "email": (
        fields.Email,
        ["sam", "sam@example", "sam @example.com", "<sam@example.com>", "a@b@example.com"],
    ),
    "language": (fields.LanguageTag, ["English", "EN", "e", "en_GB", "cy-gb"]),
    "key": (fields.Key, ["short", "UPPERCASE", "has-hyphen", "x" * 17, 123456]),
    "snomed": (fields.SnomedCode, ["37796008", 37796009, "migraine"]),
    "adjustment": (fields.AdjustmentCode, ["37796009", "1082661000000100"]),
    "interpreter": (fields.InterpreterCode, ["441092009"]),
    "points": (fields.Points, [-1, 11, 5.0, "5", True, None]),
}
REFUSED = [
    pytest.param(kind, value, id=f"{name} {n}")
    for name, (kind, values) in REFUSED_BY.items()
    for n, value in enumerate(values)
]
ACCEPTED: list[tuple[Any, Any]] = [
    (fields.Line, "Tŷ’r Ŵyn, Lôn y Dŵr"),
    (fields.Line, "👩🏽‍🔧 fitter"),
    (fields.Prose, "one\ntwo"),
    (fields.PartialDate, "2019"),
    (fields.PartialDate, "2019-03"),
    (fields.PartialDate, "2024-02-29"),
    (fields.Phone, "+44 29 2018 0123"),
    (fields.Phone, "01632 960001 ext. 12"),
    (fields.Email, "sam.o'neill+work@mail.example.com"),
    (fields.LanguageTag, "bfi"),
    (fields.LanguageTag, "zh-Hant-TW"),
    (fields.SnomedCode, "37796009"),
    (fields.InterpreterCode, "204331000000107"),
    (fields.InterpreterCode, fields.INTERPRETER_NEEDED),
    (fields.Points, 0),
    (fields.Points, 10),
]


@pytest.mark.parametrize(("kind", "value"), REFUSED)
def test_a_value_of_the_wrong_form_is_refused(kind: Any, value: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize(("kind", "value"), ACCEPTED)
def test_a_value_of_the_right_form_stays_as_it_is(kind: Any, value: Any) -> None:
    assert TypeAdapter(kind).validate_python(value) == value


def test_text_is_composed_and_trimmed_so_that_equal_looking_words_are_equal() -> None:
    assert TypeAdapter(fields.Name).validate_python("  dw\u0302r ") == "dŵr"


def test_line_ends_of_a_browser_become_line_feeds() -> None:
    assert TypeAdapter(fields.Prose).validate_python("a\r\nb") == "a\nb"


@given(st.text(st.characters(exclude_categories=[]), max_size=50))
def test_cleaning_prose_twice_changes_nothing_more(text: str) -> None:
    adapter = TypeAdapter(fields.Prose)
    try:
        once = adapter.validate_python(text)
    except ValidationError:
        return
    assert adapter.validate_python(once) == once
    assert once.encode("utf-8").decode("utf-8") == once
