"""Every closed list has words in both languages, and dates read as people write them."""

from datetime import date
from enum import StrEnum

import pytest

from schemas import vocabulary, words
from schemas.labels import Sensitivity
from schemas.sections import health, person, plan, work
from schemas.sections.person import ContactChannel, IdentifierKind
from schemas.vocabulary import Channel, Language, Section

LISTS = sorted(
    {
        member
        for module in (vocabulary, health, person, plan, work)
        for member in vars(module).values()
        if isinstance(member, type) and issubclass(member, StrEnum) and member not in (StrEnum, Section)
    }
    - {Sensitivity},
    key=lambda one: one.__name__,
)


@pytest.mark.parametrize("kind", LISTS)
def test_every_value_of_a_closed_list_has_words_in_both_languages(kind: type[StrEnum]) -> None:
    for value in kind:
        english, welsh = (words.in_words(value, language) for language in Language)
        assert english
        assert welsh
        assert english != welsh


def test_different_values_of_a_list_read_differently() -> None:
    for kind in LISTS:
        for language in Language:
            assert len({words.in_words(value, language) for value in kind}) == len(kind)


def test_values_of_two_lists_that_are_written_alike_keep_their_own_words() -> None:
    assert Channel.TELEPHONE.value == ContactChannel.TELEPHONE.value
    assert words.in_words(Channel.TELEPHONE, Language.ENGLISH) == "By telephone"
    assert words.in_words(ContactChannel.TELEPHONE, Language.ENGLISH) == "Telephone"
    assert words.in_words(IdentifierKind.OTHER, Language.ENGLISH) == "Other number"


@pytest.mark.parametrize(
    ("text", "english", "welsh"),
    [
        ("2026", "2026", "2026"),
        ("2026-03", "March 2026", "Mawrth 2026"),
        ("2026-03-01", "1 March 2026", "1 Mawrth 2026"),
        ("2019-12-31", "31 December 2019", "31 Rhagfyr 2019"),
    ],
)
def test_a_date_is_written_as_far_as_it_is_known(text: str, english: str, welsh: str) -> None:
    assert words.partial_date_in_words(text, Language.ENGLISH) == english
    assert words.partial_date_in_words(text, Language.WELSH) == welsh


def test_every_month_has_a_name_of_its_own() -> None:
    for language in Language:
        assert len({words.day_in_words(date(2026, month, 1), language) for month in range(1, 13)}) == 12


@pytest.mark.parametrize(
    ("tag", "english", "welsh"),
    [
        ("cy", "Welsh", "Cymraeg"),
        ("pt-BR", "Portuguese", "Portiwgaleg"),
        ("bfi", "British Sign Language", "Iaith Arwyddion Prydain"),
        ("xx", "xx", "xx"),
    ],
)
def test_a_language_is_named_or_shown_as_its_tag(tag: str, english: str, welsh: str) -> None:
    assert words.language_in_words(tag, Language.ENGLISH) == english
    assert words.language_in_words(tag, Language.WELSH) == welsh


def test_an_adjustment_without_a_welsh_term_is_shown_in_english() -> None:
    assert (
        words.adjustment_term("204331000000107", Language.WELSH) == "Angen dehonglydd Iaith Arwyddion Prydain"
    )
    assert words.adjustment_term("973131000000103", Language.WELSH) == "Volapük interpreter needed"
