"""The example stories are valid, fictional, and between them tell every section."""

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.catalogue import CATALOGUE, claims_of, dump_body, parse_body
from schemas.plan import Plan, fold, fold_scores, parse_appointment, warnings
from schemas.readable import readable
from schemas.sections.work import Scores
from schemas.vocabulary import AuthorKind, Domain, Language, Preset, Purpose, RecipientKind, Section

STORIES = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parents[2] / "examples" / "stories").glob("*.json"))
}
each_story = pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)


def plan_of(story: dict[str, Any]) -> tuple[Plan, Scores]:
    plan, scores = Plan(), Scores()
    for appointment in map(parse_appointment, story["appointments"]):
        plan, scores = fold(plan, appointment), fold_scores(scores, appointment)
    return plan, scores


def test_there_are_three_and_between_them_they_tell_every_section() -> None:
    told = {
        section
        for story in STORIES.values()
        for section in (*story["sections"], *story["practitioner_sections"])
    }
    assert len(STORIES) == 3
    assert told | {"plan"} == set(Section)


@each_story
def test_a_story_says_that_it_is_made_up(story: dict[str, Any]) -> None:
    assert "made up" in story["fictional"]


@each_story
def test_every_section_is_valid_as_it_stands_and_in_the_hands_of_its_author(story: dict[str, Any]) -> None:
    for key, author in (("sections", AuthorKind.HOLDER), ("practitioner_sections", AuthorKind.PRACTITIONER)):
        for name, body in story[key].items():
            section = Section(name)
            assert author in CATALOGUE[section].authors
            assert dump_body(parse_body(section, body)) == body
            for language in Language:
                assert readable(section, body, language)


@each_story
def test_the_plan_grows_over_its_appointments_to_a_plan_that_was_issued(story: dict[str, Any]) -> None:
    plan, scores = plan_of(story)
    assert len(plan.appointments) in (2, 3)
    assert warnings(plan) == ()
    assert plan.goals
    assert plan.can_do
    assert plan.issued_on == plan.appointments[-1].on
    obstacles = {row.domain for row in plan.obstacles}
    assert obstacles | {row.domain for row in plan.explored_none} == set(Domain)
    assert all(solution.obstacle for solution in plan.solutions)
    assert dump_body(scores) == story["practitioner_sections"]["scores"]


@each_story
def test_shares_choose_only_what_their_recipient_may_be_offered(story: dict[str, Any]) -> None:
    assert [share["recipient"]["kind"] for share in story["shares"]] == ["employer", "gp", "work-coach"]
    for share in story["shares"]:
        kind = RecipientKind(share["recipient"]["kind"])
        assert Purpose(share["purpose"])
        assert 0 < share["days"] <= 366
        for name, claims in share.get("sections", {}).items():
            section = Section(name)
            assert CATALOGUE[section].presets[kind] is not Preset.NEVER
            assert claims is None or set(claims) <= {claim.name for claim in claims_of(section)}


@each_story
def test_what_an_employer_gets_by_preset_names_no_condition(story: dict[str, Any]) -> None:
    on = [section for section, spec in CATALOGUE.items() if spec.presets[RecipientKind.EMPLOYER] is Preset.ON]
    text = json.dumps([story["sections"].get(section, {}) for section in on], ensure_ascii=False).lower()
    names = [one["name"].split(",")[0].lower() for one in story["sections"]["conditions"]["conditions"]]
    assert [name for name in (*names, "stroke", "aphasia", "anxiety", "migraine") if name in text] == []


def test_the_stories_use_the_letters_and_lengths_that_break_things() -> None:
    text = json.dumps(STORIES["sian"], ensure_ascii=False)
    assert set("ŵŷâôŴ’") <= set(text)
    assert any(len(body.get("varies", "")) > 1500 for body in STORIES["sian"]["sections"].values())
    assert any(section["language"] == "bfi" for section in (STORIES["amara"]["sections"]["about-me"],))
