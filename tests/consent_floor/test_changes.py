"""What changed between two releases: every line that differs, and no other."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.changes import Change, News, NewsKind, Said, marks, news, what_changed
from schemas.vocabulary import Language, Section
from tests.consent_floor.neighbours import Told, credential, drawn_bodies

EN, CY = Language.ENGLISH, Language.WELSH
CHANGE = {"kind": "hours", "change": "Start at ten", "status": "asked"}
SAID: list[Said] = [
    (Section.ABOUT_ME, {"name": "Sam"}),
    (Section.ADJUSTMENTS, {"changes": [CHANGE, {**CHANGE, "change": "A quiet room"}]}),
]


@pytest.fixture(scope="module", autouse=True)
def _bodies() -> None:
    """Draw the bodies before the tests: Hypothesis does not like to do so within them."""
    for section in Section:
        drawn_bodies(section)


def test_a_text_that_became_another_is_one_change() -> None:
    assert what_changed(SAID, [(Section.ABOUT_ME, {"name": "Samantha"}), SAID[1]], EN) == (
        Change("About me", "Name I use", "Sam", "Samantha"),
    )


def rows_named(names: str) -> list[Said]:
    return [(Section.ADJUSTMENTS, {"changes": [{**CHANGE, "change": name} for name in names]})]


def test_as_many_rows_as_went_are_what_those_became() -> None:
    changes = what_changed(rows_named("ab"), rows_named("xy"), EN)
    assert [(change.was is None, change.now is None) for change in changes] == [(False, False)] * 2


def test_rows_come_and_go() -> None:
    after = [SAID[0], (Section.ADJUSTMENTS, {"changes": [CHANGE]})]
    (gone,) = what_changed(SAID, after, EN)
    assert (gone.was is not None, gone.now) == (True, None)
    assert "A quiet room" in (gone.was or "")
    (come,) = what_changed(after, SAID, EN)
    assert (come.was, come.now) == (None, gone.was)


def test_a_section_that_is_new_or_gone_is_told_line_by_line() -> None:
    assert [c.now for c in what_changed([], SAID[:1], EN)] == ["Sam"]
    assert [c.was for c in what_changed(SAID[:1], [], EN)] == ["Sam"]


def test_it_is_told_in_welsh_too() -> None:
    (change,) = what_changed(SAID, [(Section.ABOUT_ME, {"name": "Siân"}), SAID[1]], CY)
    assert (change.title, change.label) == ("Amdanaf i", "Yr enw rwy’n ei ddefnyddio")


def test_rows_in_another_order_are_no_change() -> None:
    rows: Any = SAID[1][1]["changes"]
    assert what_changed(SAID, [SAID[0], (Section.ADJUSTMENTS, {"changes": rows[::-1]})], EN) == ()


# For the recipient

SALT = b"salt"


def since(before: list[Said], after: list[Said], language: Language = EN) -> tuple[News, ...]:
    return news(marks(before, SALT), after, salt=SALT, language=language)


def test_a_recipient_is_told_what_a_line_says_now_and_never_what_it_said() -> None:
    assert since(SAID, [(Section.ABOUT_ME, {"name": "Samantha"}), SAID[1]]) == (
        News("About me", "Name I use", "Samantha"),
    )
    rows: Any = SAID[1][1]["changes"]
    (gone,) = since(SAID, [SAID[0], (Section.ADJUSTMENTS, {"changes": rows[:1]})])
    assert (gone.title, gone.now) == ("Changes that help me at work", None)
    assert [(one.kind, one.now) for one in since([], SAID[:1])] == [(NewsKind.NEW, "Sam")]
    assert [one.now for one in since(SAID[:1], [], CY)] == [None]


NEW, CHANGED, TAKEN_OUT = NewsKind.NEW, NewsKind.CHANGED, NewsKind.TAKEN_OUT
EITHER = NewsKind.NEW_OR_CHANGED


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("ab", "xy", [CHANGED, CHANGED]),
        ("abc", "axy", [CHANGED, CHANGED]),
        ("abc", "ax", [TAKEN_OUT, CHANGED]),
        ("abc", "a", [TAKEN_OUT, TAKEN_OUT]),
        ("a", "ax", [NEW]),
        ("ab", "axy", [EITHER, EITHER]),  # one was changed and one is new: which, no mark tells
    ],
)
def test_no_line_is_said_to_be_taken_out_unless_there_are_fewer_than_there_were(
    before: str, after: str, told: list[NewsKind]
) -> None:
    found = since(rows_named(before), rows_named(after))
    assert [one.kind for one in found] == told
    assert [one.now is None for one in found] == [kind is TAKEN_OUT for kind in told]


def test_marks_tell_nothing_without_their_salt_and_are_no_words() -> None:
    assert not {mark for *_, mark in marks(SAID, SALT)} & {mark for *_, mark in marks(SAID, b"other")}
    assert {(section, name) for section, name, _ in marks(SAID, SALT)} == {
        (Section.ABOUT_ME, "name"),
        (Section.ADJUSTMENTS, "changes"),
    }


said = st.builds(Told, st.sampled_from(Section), st.integers(0, 7), st.just(0)).map(
    lambda told: (told.section, body_of(told))
)


def body_of(told: Told) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for claim in credential(told).claims:
        if claim.name == "told_on" or claim.name.startswith("author_"):
            continue
        if claim.row is None:
            body[claim.name] = claim.value
        else:
            body.setdefault(claim.name, []).append(claim.value)
    return body


@given(st.lists(said, max_size=4), st.lists(said, max_size=4), st.sampled_from(Language))
def test_the_same_is_no_change_and_backwards_is_the_other_way_round(
    one: list[Said], other: list[Said], language: Language
) -> None:
    assert what_changed(one, one[::-1], language) == ()
    there, back = what_changed(one, other, language), what_changed(other, one, language)
    assert sorted((c.title, c.label, c.was or "", c.now or "") for c in there) == sorted(
        (c.title, c.label, c.now or "", c.was or "") for c in back
    )


@given(st.lists(said, max_size=4), st.lists(said, max_size=4), st.sampled_from(Language))
def test_a_recipient_is_told_in_words_of_what_is_granted_now_alone_and_of_every_change(
    one: list[Said], other: list[Said], language: Language
) -> None:
    assert since(one, one[::-1], language) == ()
    told = since(one, other, language)
    now = {change.now for change in what_changed([], other, language)}
    assert {line.now for line in told} <= now | {None}
    assert bool(told) or not what_changed(one, other, language)
