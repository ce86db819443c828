"""Entries as pages show them: in whose order, under whose name, with what they may not be used for."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from consent.verification import Step, StepNumber, StepResult, VerifiedEntry
from passport.reading import checks_made, holder_name, readings
from schemas.readable import Provenance, ReadableEntry
from schemas.vocabulary import IssuerKind, Language, RecipientKind, Section

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
TOLD = Provenance(IssuerKind.TOLD_BY_HOLDER, "This service", told_on=date(2026, 11, 20))
SIGNED = Provenance(IssuerKind.ORGANISATION, "Alder House")
NAMED = Provenance(
    IssuerKind.ORGANISATION,
    "Alder House",
    "Jo Example",
    "Physio",
    "HCPC 1",
    "Back Pain Clinic",
    date(2026, 11, 20),
)
CLAIMS: dict[Section, dict[str, Any]] = {
    Section.ABOUT_ME: {"name": "Sam"},
    Section.ADJUSTMENTS: {
        "changes": [{"kind": "place", "barrier": "noise", "change": "quiet", "status": "asked"}]
    },
    Section.CONDITIONS: {"allergies": "nuts"},
    Section.PLAN: {"goals": [{"key": "aaaaaa", "goal": "walk"}]},
    Section.SCORES: {"scores": [{"measure": "confidence", "points": 7, "on": "2026-11-20"}]},
}


def entry(section: Section, provenance: Provenance = TOLD) -> VerifiedEntry:
    readable = ReadableEntry(section, CLAIMS[section], provenance)
    return VerifiedEntry(section, readable, "https://passport.example/i/told", NOW, NOW)


def shown(*entries: VerifiedEntry, kind: RecipientKind = RecipientKind.GP, language: str = "en") -> list[Any]:
    return list(readings(entries, kind=kind, language=Language(language)))


ALL = tuple(entry(section) for section in CLAIMS)


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        (RecipientKind.EMPLOYER, [Section.ADJUSTMENTS]),
        (RecipientKind.WORK_COACH, [Section.PLAN]),
        (RecipientKind.GP, [Section.CONDITIONS]),
        (RecipientKind.PRACTITIONER, []),
    ],
)
def test_what_a_recipient_came_for_stands_first(kind: RecipientKind, first: list[Section]) -> None:
    rest = [section for section in CLAIMS if section not in first]
    assert [reading.section for reading in shown(*ALL, kind=kind)] == [*first, *rest]


def test_two_entries_of_one_section_both_stand_in_their_order() -> None:
    found = shown(entry(Section.PLAN, NAMED), entry(Section.PLAN, TOLD), kind=RecipientKind.WORK_COACH)
    assert [reading.told_on for reading in found] == [NAMED.told_on, TOLD.told_on]
    assert found[0].signed_by != found[1].signed_by


def test_who_told_is_named_only_when_the_name_was_let_out() -> None:
    (_, adjustments) = shown(entry(Section.ABOUT_ME), entry(Section.ADJUSTMENTS))
    assert adjustments.signed_by == "Told by Sam, recorded by this service"
    (alone,) = shown(entry(Section.ADJUSTMENTS))
    assert "Sam" not in alone.signed_by


def test_who_signed_is_said_as_far_as_it_was_let_out() -> None:
    (named,) = shown(entry(Section.PLAN, NAMED))
    assert named.signed_by == "Signed by Jo Example, Physio (HCPC 1), Back Pain Clinic"
    (neutral,) = shown(entry(Section.PLAN, SIGNED))
    assert (neutral.signed_by, neutral.told_on) == ("Signed by Alder House", None)


@pytest.mark.parametrize("language", Language)
def test_the_plan_and_the_scores_say_what_they_are_not_for(language: str) -> None:
    noticed = {reading.section for reading in shown(*ALL, language=language) if reading.notice}
    assert noticed == {Section.PLAN, Section.SCORES}


def test_titles_and_labels_speak_the_readers_language() -> None:
    (english,), (welsh,) = (shown(entry(Section.ADJUSTMENTS), language=code) for code in ("en", "cy"))
    assert english.title != welsh.title
    assert [line.label for line in english.lines] != [line.label for line in welsh.lines]
    assert "quiet" in str(english.lines)
    assert "quiet" in str(welsh.lines)


@pytest.mark.parametrize("claims", [{}, {"pronouns": "they"}, {"name": ["Sam"]}])
def test_no_name_is_made_up(claims: dict[str, Any]) -> None:
    readable = ReadableEntry(Section.ABOUT_ME, claims, TOLD)
    assert holder_name([VerifiedEntry(Section.ABOUT_ME, readable, "i", NOW, NOW)]) is None
    assert holder_name([]) is None


@pytest.mark.parametrize("language", Language)
def test_every_step_of_verification_has_words(language: Language) -> None:
    steps = [Step(number, StepResult.PASSED, "ok", "") for number in StepNumber]
    made = checks_made(steps, language)
    assert len({words for words, _ in made}) == len(StepNumber)
    assert all(passed for _, passed in made)


def test_a_check_that_could_not_be_made_says_so_and_one_that_was_not_asked_for_is_not_listed() -> None:
    steps = [
        Step(StepNumber.SIGNATURE, StepResult.PASSED, "ok", ""),
        Step(StepNumber.SHARE_STATUS, StepResult.NOT_CHECKED, "status_missing", ""),
        Step(StepNumber.KEY_BINDING, StepResult.NOT_REQUIRED, "not_required", ""),
    ]
    assert [passed for _, passed in checks_made(steps, Language.ENGLISH)] == [True, False]
