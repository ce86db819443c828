"""The catalogue says exactly what the design says, and lets nothing else in."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.catalogue import (
    AUTHOR_CLAIMS,
    CATALOGUE,
    TOLD_ON,
    claims_of,
    dump_body,
    parse_body,
    parse_disclosed,
)
from schemas.errors import PassportError, SectionError
from schemas.fields import MAX_ROWS
from schemas.vocabulary import AuthorKind, Language, Preset, RecipientKind, Section
from tests.schemas.strategies import bodies

# Claim names of RFC 7519, RFC 7800, RFC 9901, SD-JWT VC and the status list draft.
RESERVED = {
    "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "vct", "vct#integrity", "aka_vcts", "status", "nonce",
    "_sd", "_sd_alg", "sd_hash", "...", "status_list", "ttl",
}  # fmt: skip

EMPLOYER_GP_COACH_PRACTITIONER = {
    Section.ABOUT_ME: "on on on on",
    Section.COMMUNICATION: "on on on on",
    Section.WHAT_MATTERS: "offer on on on",
    Section.DAILY_IMPACT: "offer on offer on",
    Section.ADJUSTMENTS: "on offer on on",
    Section.IF_UNWELL: "offer on offer on",
    Section.CONDITIONS: "never on offer-afresh offer",
    Section.WORK: "offer offer on on",
    Section.PLAN: "never offer offer-afresh on",
    Section.SCORES: "never offer offer-afresh on",
    Section.WORK_ADVICE: "offer on offer on",
    Section.HOME_LIFE: "never offer offer offer",
    Section.SUPPORTERS: "never offer offer offer",
    Section.DIARY: "never never never never",
}

any_body = st.sampled_from(Section).flatmap(lambda section: st.tuples(st.just(section), bodies(section)))


def told(body: dict[str, Any]) -> bool:
    return any(body.values())


@pytest.mark.parametrize("section", Section)
def test_the_presets_are_those_of_the_design(section: Section) -> None:
    kinds = (RecipientKind.EMPLOYER, RecipientKind.GP, RecipientKind.WORK_COACH, RecipientKind.PRACTITIONER)
    presets = " ".join(CATALOGUE[section].presets[kind] for kind in kinds)
    assert presets == EMPLOYER_GP_COACH_PRACTITIONER[section]


def test_what_a_preset_gives_of_a_section_it_does_not_give_whole() -> None:
    narrowed = {
        (section, kind): only
        for section, spec in CATALOGUE.items()
        for kind, only in spec.preset_claims.items()
        if only is not None
    }
    assert narrowed == {
        (Section.ABOUT_ME, RecipientKind.EMPLOYER): {"name"},
        (Section.ABOUT_ME, RecipientKind.WORK_COACH): {"name"},
        (Section.COMMUNICATION, RecipientKind.EMPLOYER): {
            "channel", "avoid_channel", "interpreter", "best_times", "how_to_help",
        },
        (Section.WORK_ADVICE, RecipientKind.EMPLOYER): {"options"},
    }  # fmt: skip


def test_the_catalogue_holds_every_section_in_order() -> None:
    assert list(CATALOGUE) == list(Section)
    assert [spec.order for spec in CATALOGUE.values()] == list(range(1, 15))


def test_only_practitioners_sign_scores_and_work_advice_and_an_employer_only_adjustments() -> None:
    by = {kind: {one for one, spec in CATALOGUE.items() if kind in spec.authors} for kind in AuthorKind}
    assert set(Section) - by[AuthorKind.HOLDER] == {Section.SCORES, Section.WORK_ADVICE}
    assert by[AuthorKind.EMPLOYER] == {Section.ADJUSTMENTS}
    assert Section.DIARY not in by[AuthorKind.PRACTITIONER]


def test_every_claim_has_its_own_name_which_no_standard_claims() -> None:
    for section in Section:
        names = [claim.name for claim in claims_of(section)]
        assert not set(names) & (RESERVED | set(AUTHOR_CLAIMS) | {TOLD_ON}), section


def test_every_label_is_there_in_both_languages_and_they_differ() -> None:
    labels = [spec.label for spec in CATALOGUE.values()] + [c.label for s in Section for c in claims_of(s)]
    assert [label for label in labels if not label.en or not label.cy or label.en == label.cy] == []


def test_a_label_is_found_by_the_code_of_its_language_only() -> None:
    label = CATALOGUE[Section.PLAN].label
    assert (label["en"], label[Language.WELSH]) == ("My plan", "Fy nghynllun")
    with pytest.raises(KeyError):
        label["fr"]


def test_an_employer_preset_can_hold_no_claim_of_a_never_section() -> None:
    never = [s for s, spec in CATALOGUE.items() if spec.presets[RecipientKind.EMPLOYER] is Preset.NEVER]
    assert Section.CONDITIONS in never
    assert Section.PLAN in never


@given(any_body)
def test_a_valid_body_survives_being_dumped_and_read_again(made: tuple[Section, dict[str, Any]]) -> None:
    section, data = made
    if not told(data):
        return
    body = parse_body(section, data)
    dumped = dump_body(body)
    assert parse_body(section, json.loads(json.dumps(dumped))) == body
    assert parse_disclosed(section, dumped) == dumped


@given(any_body, st.data())
def test_any_set_of_claims_can_be_read_on_its_own(
    made: tuple[Section, dict[str, Any]], data: st.DataObject
) -> None:
    section, body = made
    if not told(body):
        return
    dumped = dump_body(parse_body(section, body))
    chosen = data.draw(st.sets(st.sampled_from(sorted(dumped))))
    some = {name: value for name, value in dumped.items() if name in chosen}
    shuffled = dict(reversed(some.items()))
    assert list(parse_disclosed(section, shuffled).items()) == list(some.items())


@pytest.mark.parametrize("section", Section)
@pytest.mark.parametrize("data", [None, [], "text", 7, {}, {"nonsense": 1}, {"name": None, "_sd": []}])
def test_what_is_no_body_is_refused(section: Section, data: object) -> None:
    with pytest.raises(SectionError):
        parse_body(section, data)


@pytest.mark.parametrize("section", Section)
def test_a_disclosed_claim_is_never_null(section: Section) -> None:
    for claim in claims_of(section):
        with pytest.raises(SectionError):
            parse_disclosed(section, {claim.name: None})


@pytest.mark.parametrize("section", Section)
def test_empty_lists_tell_nothing(section: Section) -> None:
    empty: dict[str, list[Any]] = {claim.name: [] for claim in claims_of(section) if claim.is_list}
    assert parse_disclosed(section, empty) == empty
    with pytest.raises(SectionError):
        parse_body(section, empty)


CHANGE = {"kind": "hours", "change": "Start at ten", "status": "asked"}
WRONG: list[tuple[Section, dict[str, Any], list[tuple[str, str]]]] = [
    (Section.ABOUT_ME, {}, [("name", "is missing")]),
    (
        Section.ABOUT_ME,
        {"name": "Sam", "shoe_size": 9},
        [("(unknown field)", "is not a field of this section")],
    ),
    (Section.ABOUT_ME, {"name": "x" * 121}, [("name", "must be 120 characters or fewer")]),
    (
        Section.ABOUT_ME,
        {"name": "Sam", "date_of_birth": "1990-02-30"},
        [("date_of_birth", "must be a real date, written like 2026-03-27")],
    ),
    (
        Section.ABOUT_ME,
        {"name": "Sam", "identifiers": [{"kind": "nhs-number", "value": "9990123455"}]},
        [("identifiers.0", "must be an NHS number of 10 digits; check its digits")],
    ),
    (
        Section.CONDITIONS,
        {"conditions": [{"name": "Migraine", "code": "37796008"}]},
        [("conditions.0.code", "must be a SNOMED CT concept code; check its digits")],
    ),
    (
        Section.ADJUSTMENTS,
        {"changes": [CHANGE, CHANGE | {"starts": "2026-12-01", "review": "2026-11-30"}]},
        [("changes.1", "must end on or after the day it starts")],
    ),
    (
        Section.ADJUSTMENTS,
        {"changes": [CHANGE] * (MAX_ROWS + 1)},
        [("changes", "must have 40 rows or fewer")],
    ),
    (
        Section.SCORES,
        {"scores": [{"measure": "confidence", "points": 11, "on": "2026-11-03"}]},
        [("scores.0.points", "must be 10 or less")],
    ),
    (Section.DAILY_IMPACT, {"impacts": [{"area": "sleep"}]}, [("impacts.0", "must say at least one thing")]),
    (
        Section.WORK_ADVICE,
        {"outcome": "fit"},
        [("outcome", "must be one of: 'not-fit' or 'may-be-fit'")],
    ),
    (Section.DIARY, {"diary": {}}, [("diary", "must be a list")]),
    (Section.DIARY, {"diary": ["text"]}, [("diary.0", "must be an object with named fields")]),
]


@pytest.mark.parametrize(("section", "data", "fields"), WRONG)
def test_a_problem_names_its_field_and_what_to_do(
    section: Section, data: dict[str, Any], fields: list[tuple[str, str]]
) -> None:
    with pytest.raises(SectionError) as caught:
        parse_body(section, data)
    assert caught.value.fields == fields
    assert caught.value.fields_in(Language.WELSH) != fields
    assert [path for path, _ in caught.value.fields_in(Language.WELSH)] == [path for path, _ in fields]


@pytest.mark.parametrize("name", ["I have <b>diabetes</b>", "diabetes"])
def test_the_name_of_an_unknown_field_is_not_repeated(name: str) -> None:
    with pytest.raises(SectionError) as caught:
        parse_body(Section.ABOUT_ME, {"name": "Sam", name: 1})
    assert caught.value.fields[0][0] == "(unknown field)"


@given(any_body, st.data())
def test_an_error_never_repeats_what_was_given(
    made: tuple[Section, dict[str, Any]], data: st.DataObject
) -> None:
    section, body = made
    secret = "hepatitis-and-a-passcode"
    name = data.draw(st.sampled_from([claim.name for claim in claims_of(section)]))
    for wrong in (
        secret + "\x00",
        [secret],
        {"kind": secret, "key": secret},
        [{"kind": secret, "code": secret}],
    ):
        with pytest.raises(PassportError) as caught:
            parse_body(section, body | {name: wrong})
        error = caught.value
        assert isinstance(error, SectionError)
        assert secret not in f"{error!r} {error.problems} {error.__context__!r} {error.fields}"


def test_a_flood_of_unknown_fields_is_told_in_a_hundred_problems() -> None:
    with pytest.raises(SectionError) as caught:
        parse_body(Section.ABOUT_ME, {f"field_{number}": 1 for number in range(5000)})
    assert len(caught.value.problems) == 100


SMALLEST: dict[Section, dict[str, Any]] = {
    Section.ABOUT_ME: {"name": "Sam"},
    Section.COMMUNICATION: {"needs": [{"code": "441092009", "note": None}]},
    Section.WHAT_MATTERS: {"strengths": [{"strength": "Patience"}]},
    Section.DAILY_IMPACT: {"impacts": [{"area": "sleep", "helps": "Quiet", "bad_day": None}]},
    Section.ADJUSTMENTS: {"changes": [CHANGE | {"why": None, "starts": None}]},
    Section.IF_UNWELL: {
        "situations": [{"signs": "Pale", "do": "Sit me down", "do_not": None, "call_999": None}]
    },
    Section.CONDITIONS: {
        "conditions": [{"name": "Migraine", "since": None, "code": None, "treatment": None}]
    },
    Section.WORK: {"jobs": [{"title": "Fitter", "since": None, "duties": None}]},
    Section.PLAN: {"goals": [{"key": "aaaaaa", "goal": "Garden", "action": None, "by": None}]},
    Section.SCORES: {"scores": [{"measure": "confidence", "points": 3, "on": "2026-11-03"}]},
    Section.WORK_ADVICE: {"outcome": "not-fit"},
    Section.HOME_LIFE: {"caring": "My son"},
    Section.SUPPORTERS: {"supporters": [{"name": "Ali", "role": "Friend", "may_do": "Call", "phone": None}]},
    Section.DIARY: {"diary": [{"on": "2026-11-03", "text": "Rain"}]},
}


@pytest.mark.parametrize("section", Section)
def test_an_optional_claim_may_be_sent_as_null_and_is_then_not_told(section: Section) -> None:
    body = SMALLEST[section]
    absent = {one.name: None for one in claims_of(section) if not one.is_list and one.name not in body}
    assert dump_body(parse_body(section, absent | body)) == dump_body(parse_body(section, body))
