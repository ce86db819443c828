"""A plan is the fold of its appointments, and breaks loudly when one does not follow."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.catalogue import dump_body
from schemas.errors import SectionError
from schemas.plan import (
    QUESTIONS,
    Plan,
    PlanError,
    fold,
    fold_scores,
    follow_up_on,
    parse_appointment,
    warnings,
)
from schemas.sections.work import Measure, Scores

GOAL = {"kind": "goal", "key": "aaaaaa", "goal": "I want to garden again."}
OBSTACLE = {"kind": "obstacle", "key": "bbbbbb", "domain": "health", "obstacle": "My knee hurts."}
SOLUTION = {
    "kind": "solution",
    "key": "cccccc",
    "solution": "A kneeling stool.",
    "obstacle": "bbbbbb",
    "goal": "aaaaaa",
}
STEP = {"kind": "step", "key": "dddddd", "step": "Buy a stool.", "solution": "cccccc"}
CAN_DO = {"kind": "can-do", "key": "eeeeee", "can_do": "I water the pots."}
ALL = (GOAL, OBSTACLE, SOLUTION, STEP, CAN_DO)


def appointment(*entries: Mapping[str, Any], number: int = 1, on: str = "2026-09-01") -> dict[str, Any]:
    return {"number": number, "on": on, "channel": "telephone", "entries": list(entries)}


def held(*appointments: dict[str, Any]) -> Plan:
    plan = Plan()
    for one in appointments:
        plan = fold(plan, parse_appointment(one))
    return plan


def test_rows_appear_in_the_order_they_were_told_with_their_links() -> None:
    plan = dump_body(held(appointment(*ALL)))
    assert plan["goals"] == [{"key": "aaaaaa", "goal": "I want to garden again."}]
    assert plan["solutions"] == [
        {"key": "cccccc", "solution": "A kneeling stool.", "obstacle": "bbbbbb", "goal": "aaaaaa"}
    ]
    assert plan["steps"] == [
        {"key": "dddddd", "step": "Buy a stool.", "solution": "cccccc", "state": "not-yet"}
    ]
    assert plan["appointments"] == [{"number": 1, "on": "2026-09-01", "channel": "telephone"}]


def test_folding_never_changes_the_plan_it_started_from() -> None:
    before = held(appointment(*ALL))
    copy = before.model_copy(deep=True)
    fold(before, parse_appointment(appointment({"kind": "correction", "corrects": "aaaaaa"}, number=2)))
    assert before == copy


def test_what_happened_to_a_plan_is_dated_by_its_appointment() -> None:
    first = appointment({"kind": "opened"}, on="2026-09-01")
    last = appointment(
        {"kind": "plan-issued"},
        {"kind": "discharged", "reason": "completed"},
        {"kind": "holder-comment", "stance": "disputes", "comment": "The second step is wrong."},
        number=2,
        on="2026-09-22",
    )
    plan = held(first, last)
    assert (plan.opened_on, plan.issued_on) == (date(2026, 9, 1), date(2026, 9, 22))
    assert dump_body(plan)["discharge"] == {"on": "2026-09-22", "reason": "completed"}
    assert dump_body(plan)["comments"] == [
        {"stance": "disputes", "comment": "The second step is wrong.", "on": "2026-09-22"}
    ]


def test_a_step_takes_the_last_state_that_was_told() -> None:
    some = {"kind": "step-update", "step": "dddddd", "state": "some", "reason": "The shop was shut."}
    done = {"kind": "step-update", "step": "dddddd", "state": "done"}
    halfway = held(appointment(*ALL), appointment(some, number=2))
    assert (halfway.steps[0].state, halfway.steps[0].reason) == ("some", "The shop was shut.")
    finished = fold(halfway, parse_appointment(appointment(done, number=3)))
    assert (finished.steps[0].state, finished.steps[0].reason) == ("done", None)


def test_a_correction_rewords_a_row_or_takes_it_back() -> None:
    reworded = {"kind": "correction", "corrects": "bbbbbb", "becomes": "My left knee hurts."}
    taken_back = {"kind": "correction", "corrects": "eeeeee"}
    plan = held(appointment(*ALL), appointment(reworded, taken_back, number=2))
    assert plan.obstacles[0].obstacle == "My left knee hurts."
    assert plan.can_do == ()


def test_a_correction_keeps_to_the_limits_of_its_row() -> None:
    longer = {"kind": "correction", "corrects": "aaaaaa", "becomes": "x" * 601}
    with pytest.raises(SectionError) as caught:
        held(appointment(*ALL), appointment(longer, number=2))
    assert caught.value.fields == [("goal", "must be 600 characters or fewer")]


def test_a_domain_explored_without_an_obstacle_is_no_longer_so_once_one_is_found() -> None:
    explored = ({"kind": "explored-none", "domain": domain} for domain in ("health", "social", "health"))
    plan = held(appointment(*explored))
    assert [row.domain for row in plan.explored_none] == ["social", "health"]
    assert [
        row.domain for row in fold(plan, parse_appointment(appointment(OBSTACLE, number=2))).explored_none
    ] == ["social"]


BROKEN: list[tuple[list[Mapping[str, Any]], str, str]] = [
    ([GOAL, GOAL], "entries.1.key", "must be a new key: a row has it already"),
    ([GOAL, CAN_DO | {"key": "aaaaaa"}], "entries.1.key", "must be a new key: a row has it already"),
    ([SOLUTION], "entries.0.obstacle", "must be the key of a row in this plan"),
    ([OBSTACLE, SOLUTION], "entries.1.goal", "must be the key of a row in this plan"),
    (
        [GOAL, OBSTACLE, SOLUTION | {"obstacle": "aaaaaa"}],
        "entries.2.obstacle",
        "must be the key of a row in this plan",
    ),
    ([STEP], "entries.0.solution", "must be the key of a row in this plan"),
    (
        [{"kind": "step-update", "step": "dddddd", "state": "done"}],
        "entries.0.step",
        "must be the key of a row in this plan",
    ),
    (
        [{"kind": "correction", "corrects": "aaaaaa"}],
        "entries.0.corrects",
        "must be the key of a row in this plan",
    ),
]


@pytest.mark.parametrize(("entries", "path", "message"), BROKEN)
def test_an_entry_that_does_not_fit_the_plan_is_refused(
    entries: list[Mapping[str, Any]], path: str, message: str
) -> None:
    with pytest.raises(PlanError) as caught:
        held(appointment(*entries))
    assert caught.value.fields == [(path, message)]
    assert caught.value.code == "plan_broken"


@pytest.mark.parametrize(
    ("second", "path"),
    [(appointment(number=1, on="2026-09-22"), "number"), (appointment(number=2, on="2026-08-31"), "on")],
)
def test_an_appointment_that_does_not_follow_is_refused(second: dict[str, Any], path: str) -> None:
    with pytest.raises(PlanError) as caught:
        held(appointment(), second)
    assert [field for field, _ in caught.value.fields] == [path]


def test_a_plan_that_would_outgrow_its_section_is_refused() -> None:
    goals = [GOAL | {"key": f"goal{number:02}"} for number in range(41)]
    with pytest.raises(SectionError) as caught:
        held(appointment(*goals))
    assert caught.value.fields == [("goals", "must have 40 rows or fewer")]


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        ({"number": 0}, "number", "must be 1 or more"),
        ({"number": True}, "number", "must be a whole number"),
        ({"channel": "fax"}, "channel", None),
        ({"entries": [{"kind": "wish"}]}, "entries.0", None),
        ({"entries": [{"goal": "x"}]}, "entries.0", "must say its kind"),
        ({"entries": [GOAL, GOAL | {"goal": ""}]}, "entries.1.goal", "must not be blank"),
        ({"entries": [GOAL | {"secret": 1}]}, "entries.0.(unknown field)", "is not a field of this section"),
        (
            {"entries": [{"kind": "score", "measure": "confidence", "points": 11}]},
            "entries.0.points",
            "must be 10 or less",
        ),
    ],
)
def test_a_malformed_appointment_is_refused_by_the_name_of_its_field(
    change: dict[str, Any], path: str, message: str | None
) -> None:
    with pytest.raises(SectionError) as caught:
        parse_appointment(appointment() | change)
    assert [field for field, _ in caught.value.fields] == [path]
    assert message is None or caught.value.fields[0][1] == message


def test_a_fourth_appointment_is_held_and_warned_about() -> None:
    plan = Plan()
    for number in range(1, 5):
        assert warnings(plan) == ()
        plan = fold(plan, parse_appointment(appointment(number=number)))
    assert [warning.code for warning in warnings(plan)] == ["more_than_three_appointments"]
    assert len(plan.appointments) == 4


def test_scores_are_folded_into_their_own_section() -> None:
    given_scores = [{"kind": "score", "measure": measure, "points": 7} for measure in Measure]
    scores = fold_scores(Scores(), parse_appointment(appointment(*given_scores)))
    follow_up = appointment({"kind": "follow-up", "points": 6}, number=2, on="2026-10-13")
    scores = fold_scores(scores, parse_appointment(follow_up))
    assert [score.measure for score in scores.scores] == [*Measure, Measure.WORKABILITY_NOW]
    assert (scores.scores[-1].points, scores.scores[-1].on) == (6, date(2026, 10, 13))


def test_people_are_asked_again_42_days_after_the_last_appointment() -> None:
    assert follow_up_on(Plan()) is None
    assert follow_up_on(held(appointment(on="2026-09-01"), appointment(number=2, on="2026-09-22"))) == date(
        2026, 11, 3
    )


def test_the_questions_are_word_for_word_those_of_the_evaluation() -> None:
    assert [question.en for question in QUESTIONS.values()] == [
        "Assume that your ability to work has, at its best, a value of 10 points. "
        "How many points would you give your work ability?",
        "On a scale of 0 to 10 where 0 is not at all confident and 10 is very confident, "
        "how confident do you feel about getting into work now?",
        "On a scale of 0 to 10 where 0 is not at all important and 10 is very important, "
        "how important is it for you to get into work now?",
    ]


@given(st.permutations(ALL), st.data())
def test_cutting_the_same_entries_into_appointments_gives_the_same_rows(
    entries: list[dict[str, Any]], data: st.DataObject
) -> None:
    ordered = sorted(entries, key=ALL.index)
    cut = data.draw(st.integers(0, len(ordered)))
    once = dump_body(held(appointment(*ordered)))
    twice = dump_body(held(appointment(*ordered[:cut]), appointment(*ordered[cut:], number=2)))
    assert {**once, "appointments": []} == {**twice, "appointments": []}
