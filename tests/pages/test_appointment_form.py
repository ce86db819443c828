"""An appointment as it is typed becomes the plan's entries, and an error finds its way back to its input."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passport.appointment_form import AppointmentForm, appointment, input_of, next_number, pointed_at
from passport.forms import form_fields, read_form, with_keys
from schemas.catalogue import dump_body
from schemas.plan import fold, fold_scores, parse_appointment
from schemas.sections.plan import Plan
from schemas.sections.work import Scores
from schemas.vocabulary import Language
from tests.pages.filling import sent
from tests.schemas.strategies import parts

FIRST = {"on": "2026-11-03", "channel": "telephone", "workability_now": 4}
PLAN = Plan.model_validate(
    {
        "goals": [{"key": "goal01", "goal": "walk to the shop"}],
        "obstacles": [{"key": "stairs", "obstacle": "stairs", "domain": "social"}],
        "steps": [{"key": "step01", "step": "ask the landlord"}],
        "appointments": [{"number": 1, "on": "2026-10-01", "channel": "video"}],
    }
)
ROWS = {
    "goals": {"key": "aaaaa1", "goal": "read for an hour"},
    "can_do": {"key": "aaaaa2", "can_do": "I cook"},
    "obstacles": {"key": "aaaaa3", "obstacle": "noise", "domain": "work"},
    "explored_none": {"domain": "personal"},
    "solutions": {"key": "aaaaa4", "solution": "a ramp", "obstacle": "stairs", "goal": "aaaaa1"},
    "steps": {"key": "aaaaa5", "step": "measure the stairs", "solution": "aaaaa4", "state": "not-yet"},
    "step_updates": {"step": "step01", "state": "done"},
}


def test_everything_that_was_typed_is_in_the_plan_that_results() -> None:
    typed = FIRST | {name: [row] for name, row in ROWS.items()}
    folded = dump_body(fold(PLAN, parse_appointment(appointment(typed, PLAN, issued=True))))
    for name, row in ROWS.items():
        if name != "step_updates":
            assert folded[name][-1] == row
    assert folded["steps"][0]["state"] == "done"
    assert [held["number"] for held in folded["appointments"]] == [1, 2]
    assert folded["issued_on"] == "2026-11-03"


def test_the_first_appointment_opens_the_plan_and_later_ones_do_not() -> None:
    assert appointment(FIRST, Plan(), issued=False)["entries"][0] == {"kind": "opened"}
    assert {"kind": "opened"} not in appointment(FIRST, PLAN, issued=False)["entries"]


def test_only_the_scores_that_were_given_are_added() -> None:
    typed = FIRST | {"confidence": 0}
    scores = fold_scores(Scores(), parse_appointment(appointment(typed, PLAN, issued=False))).scores
    assert [(score.measure.value, score.points) for score in scores] == [
        ("workability-now", 4),
        ("confidence", 0),
    ]


@pytest.mark.parametrize(("held", "number"), [([], 1), ([1], 2), ([1, 2], 3), ([2], 3)])
def test_appointments_are_numbered_on_from_the_last(held: list[int], number: int) -> None:
    appointments = [{"number": n, "on": "2026-10-01", "channel": "video"} for n in held]
    assert next_number(Plan.model_validate({"appointments": appointments})) == number


def about_a_known_step(typed: dict[str, Any]) -> dict[str, Any]:
    updates = [news | {"step": "step01"} for news in typed.get("step_updates", [])]
    return typed | {"step_updates": updates}


@given(parts(AppointmentForm).map(about_a_known_step), st.booleans(), st.sampled_from(Language))
def test_what_the_form_takes_and_shows_is_an_appointment_of_the_plan(
    typed: dict[str, Any], issued: bool, language: Language
) -> None:
    fields = form_fields(
        AppointmentForm, typed, language=language, errors={}, pointed_at=pointed_at(typed, PLAN)
    )
    again = read_form(AppointmentForm, sent(fields))
    told = parse_appointment(appointment(again, PLAN, issued=issued))
    rows = sum(len(value) for value in again.values() if isinstance(value, list))
    scores = sum(
        name in again for name in ("workability_now", "workability_potential", "confidence", "importance")
    )
    assert len(told.entries) == rows + scores + issued


def test_a_new_solution_can_point_at_an_old_obstacle_and_at_a_new_one() -> None:
    typed = with_keys(
        AppointmentForm, FIRST | {"obstacles": [{"obstacle": "noise"}]}, new_key=lambda: "new001"
    )
    rows = pointed_at(typed, PLAN)["obstacles"]
    assert [(row["key"], row["obstacle"]) for row in rows] == [("stairs", "stairs"), ("new001", "noise")]


ENTRIES = appointment(FIRST | {name: [row, row] for name, row in ROWS.items()}, Plan(), issued=True)[
    "entries"
]


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("place", [0, 1])
def test_an_error_in_an_entry_leads_to_its_row(name: str, place: int) -> None:
    kind = appointment({name: [ROWS[name]]}, PLAN, issued=False)["entries"][0]["kind"]
    at = [index for index, entry in enumerate(ENTRIES) if entry["kind"] == kind][place]
    assert input_of(f"entries.{at}", ENTRIES) == f"{name}-{place}"
    assert input_of(f"entries.{at}.by", ENTRIES) == f"{name}-{place}-by"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("on", "on"),
        ("channel", "channel"),
        ("number", "main-content"),
        ("entries", "main-content"),
        ("entries.0", "main-content"),  # that the plan was opened
        ("entries.99.goal", "main-content"),
        ("entries.x", "main-content"),
        ("", "main-content"),
        (f"entries.{len(ENTRIES) - 2}.points", "workability_now"),
        (f"entries.{len(ENTRIES) - 1}", "main-content"),  # that it was issued
    ],
)
def test_an_error_that_no_input_can_put_right_leads_to_the_page(path: str, name: str) -> None:
    assert input_of(path, ENTRIES) == name
