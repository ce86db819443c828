"""A holder is shown each telling word once, with every place of it: many lines of one word hide no other."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passport.telling_places import TellingWords, places
from schemas.vocabulary import Language, Section

CONDITION = {
    Language.ENGLISH: "may name a health condition",
    Language.WELSH: "gall enwi cyflwr iechyd",
}


def changes(*barriers: str) -> tuple[Section, dict[str, Any]]:
    rows = [{"kind": "equipment", "barrier": barrier, "status": "asked"} for barrier in barriers]
    return Section.ADJUSTMENTS, {"changes": rows}


def told(*entries: tuple[Section, dict[str, Any]], language: Language = Language.ENGLISH) -> dict[str, Any]:
    return {one.words: one.places for one in places(entries, language)}


def test_a_word_in_many_lines_is_there_once_and_hides_no_other() -> None:
    found = told(changes(*["my asthma"] * 25, "HIV", "a quiet desk", "Asthma again"))
    assert list(found) == ["asthma", "HIV"]
    assert [place.partition(", ")[2] for place in found["asthma"]] == ["lines 1 to 25, 28"]
    assert [place.partition(", ")[2] for place in found["HIV"]] == ["line 26"]


def test_every_section_of_a_word_is_named() -> None:
    found = told(
        changes("my asthma"),
        (Section.COMMUNICATION, {"how_to_help": "My asthma, and asthma."}),
        (Section.CONDITIONS, {"conditions": [{"name": "Epilepsy"}]}),  # no employer reads it
    )
    assert [place for place in found["asthma"] if "line" not in place] == ["How you can help"]
    assert (len(found["asthma"]), list(found)) == (2, ["asthma"])


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.ENGLISH, "Makaton Sign Language interpreter needed"),
        (Language.WELSH, "Angen dehonglydd iaith arwyddion Makaton"),
    ],
)
def test_a_code_that_tells_is_shown_by_its_term(language: Language, words: str) -> None:
    (found,) = places([(Section.COMMUNICATION, {"interpreter": {"code": "204341000000103"}})], language)
    place = {Language.ENGLISH: "Interpreter", Language.WELSH: "Cyfieithydd neu ddehonglydd"}
    assert found == TellingWords(words, (place[language],), CONDITION[language])


def test_an_interpreter_of_a_language_is_not_warned_of() -> None:
    assert told((Section.COMMUNICATION, {"interpreter": {"code": "204331000000107"}})) == {}


@given(st.lists(st.sampled_from(["epilepsy", "Epilepsy", "gout", "HIV", "a desk"]), max_size=40))
def test_no_word_is_left_out_and_none_is_there_twice(barriers: list[str]) -> None:
    words = [one.words.lower() for one in places([changes(*barriers)], Language.WELSH)]
    assert len(words) == len(set(words))
    assert set(words) == {barrier.lower() for barrier in barriers} - {"a desk"}
