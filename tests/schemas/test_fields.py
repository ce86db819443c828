"""Scalars are strict, and what is refused is named without being repeated."""

from typing import Any
from unicodedata import combining, normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemas import fields
from schemas.marks import MARKS_ON_A_LINE, STREAM_SAFE_MARKS, longest_run_of_marks

MARKS = [
    "\u0301",
    "\u0316",
    "\u05b8",
    "\u0344",
    "\u0f73",
    "\u093f",
    "\u20dd",
    "\ufe0f",
]  # U+0F73 counts as a starter

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


# Of languages that put most marks on a letter. Decomposed where a keyboard may send it so.
NAMES = {
    "Welsh": "Ann w\u0302y\u0302r",
    "Vietnamese": "Nguye\u0302\u0303n Thi\u0323 Ha\u0323\u0306n",
    "Hebrew, pointed, with an accent": "\u05e9\u05c1\u05b8\u05bc\u0591\u05dc\u05d5\u05b9\u05dd",
    "Arabic, with vowels": "\u0645\u064f\u062d\u064e\u0645\u0651\u064e\u0670\u062f",
    "Persian, with a non-joiner": "\u0645\u06cc\u200c\u0634\u0627\u062f",
    "Hindi": "\u0915\u094d\u0937\u0924\u094d\u0930\u093f\u092f \u091c\u093c\u094d\u0935\u093e\u0902\u0901",
    "Malayalam, with a joiner": "\u0d30\u0d2e\u0d4d\u0d2f\u0d28\u0d4d\u200d",
    "Burmese": "\u1000\u103c\u103d\u103e\u1031\u102c\u103a\u1038",
    "Tibetan": "\u0f62\u0fa9\u0fad\u0f71\u0f74\u0f83",
    "a flag": "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f rugby",
}
HIDDEN = [
    "\u200e",
    "\u200f",
    "\u061c",
    "\u180e",
    "\u2062",
    "\u206e",
    "\U000e0041",
    "\U0001f3f4\U000e0061\U000e007f",
]
KINDS = {"name": fields.Name, "line": fields.Line, "note": fields.Note, "prose": fields.Prose}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_of_any_language_is_a_name(name: str) -> None:
    assert TypeAdapter(fields.Name).validate_python(name) == normalize("NFC", name)


@pytest.mark.parametrize("hidden", HIDDEN, ids=ascii)
def test_what_hides_in_a_name_is_refused_and_may_be_in_prose(hidden: str) -> None:
    for kind in (fields.Name, fields.Line):
        with pytest.raises(ValidationError, match="plain text"):
            TypeAdapter(kind).validate_python(f"Sam{hidden}")
    assert TypeAdapter(fields.Prose).validate_python(f"Sam{hidden}.") == f"Sam{hidden}."


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mark", MARKS, ids=ascii)
def test_more_marks_than_any_language_has_are_refused_before_they_are_sorted(kind: str, mark: str) -> None:
    most = MARKS_ON_A_LINE if kind in ("name", "line") else STREAM_SAFE_MARKS
    adapter = TypeAdapter(KINDS[kind])
    adapter.validate_python("a" + mark * most + "b")
    with pytest.raises(ValidationError, match="fewer marks"):
        adapter.validate_python("a" + mark * (most + 1) + "b")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_too_long_is_not_even_looked_at(kind: str) -> None:
    text = "a" + "\u0301" * 9999 + "\u0316" * 9999
    with pytest.raises(ValidationError, match="at most"):
        TypeAdapter(KINDS[kind]).validate_python(text)


@pytest.mark.parametrize(
    ("text", "run"),
    [
        ("", 0),
        ("plain", 0),
        ("d\u0175r", 0),
        ("\u0301", 1),
        ("a\u0301b\u0301\u0316", 2),
        ("\u0301" * 99 + "a", 99),
    ],
)
def test_marks_that_follow_each_other_are_counted(text: str, run: int) -> None:
    assert longest_run_of_marks(text) == run


@given(st.text(st.characters(categories=["Mn", "Mc", "Me", "Ll"]), max_size=50))
@example("\u1f82")
@example("\u1f82\u0344\u0f73")
def test_a_text_with_no_long_run_of_marks_is_stream_safe(text: str) -> None:
    def not_starters(form: str) -> str:
        return "".join("x" if combining(character) else " " for character in form)

    longest = max(map(len, not_starters(normalize("NFD", text)).split(" ")))
    # A mark decomposes into three at most; a letter ends with three of its own at most, as the Greek U+1F82 does.
    assert longest <= 3 * longest_run_of_marks(text) + 3


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
