"""One appointment as a practitioner types it, and as the plan's entries that it adds. The questions are fixed.

Left out: folding it into the plan (schemas.plan) and signing (passport.appending).
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import Field

from schemas.fields import MAX_ROWS, Day, Key, Part, Points, PointsAt, said
from schemas.labels import Label
from schemas.plan import QUESTIONS
from schemas.sections.plan import CanDo, ExploredNone, Goal, Obstacle, Plan, Solution, Step, StepState
from schemas.sections.work import Measure
from schemas.vocabulary import Channel

_POTENTIAL: Final = Label(
    "If you did all the steps in the plan, how many points out of 10 would you give your work ability?",
    "Pe baech yn cymryd pob cam yn y cynllun, sawl pwynt allan o 10 fyddech chi’n ei roi i’ch gallu i weithio?",
)
_KINDS: Final = {
    "goals": "goal",
    "can_do": "can-do",
    "obstacles": "obstacle",
    "explored_none": "explored-none",
    "solutions": "solution",
    "steps": "step",
    "step_updates": "step-update",
}
_SCORES: Final = {
    "workability_now": Measure.WORKABILITY_NOW,
    "workability_potential": Measure.WORKABILITY_POTENTIAL,
    "confidence": Measure.CONFIDENCE,
    "importance": Measure.IMPORTANCE,
}
_POINTED_AT: Final = ("goals", "obstacles", "solutions", "steps")


class StepNews(Part):
    """How far an earlier step has come."""

    step: Annotated[Key, PointsAt("steps", "step"), said("Step", "Cam")]
    state: Annotated[StepState, said("How far", "Pa mor bell")]
    reason: Annotated[str | None, Field(max_length=600), said("Why", "Pam")] = None


class AppointmentForm(Part):
    """What is asked at one appointment. Everything but when, how and the first question may stay empty."""

    on: Annotated[Day, said("Date of the appointment", "Dyddiad yr apwyntiad")]
    channel: Annotated[Channel, said("How you met", "Sut gwnaethoch chi gyfarfod")]
    workability_now: Annotated[
        Points, said(QUESTIONS[Measure.WORKABILITY_NOW].en, QUESTIONS[Measure.WORKABILITY_NOW].cy)
    ]
    step_updates: Annotated[
        tuple[StepNews, ...],
        Field(max_length=MAX_ROWS),
        said("Steps from last time", "Camau o’r tro diwethaf"),
    ] = ()
    goals: Annotated[tuple[Goal, ...], Field(max_length=MAX_ROWS), said("Goals", "Nodau")] = ()
    can_do: Annotated[
        tuple[CanDo, ...],
        Field(max_length=MAX_ROWS),
        said("What they can do now", "Beth gallan nhw ei wneud nawr"),
    ] = ()
    obstacles: Annotated[
        tuple[Obstacle, ...], Field(max_length=MAX_ROWS), said("Obstacles", "Rhwystrau")
    ] = ()
    explored_none: Annotated[
        tuple[ExploredNone, ...],
        Field(max_length=4),
        said("Talked about, nothing in the way", "Trafodwyd, dim byd yn y ffordd"),
    ] = ()
    solutions: Annotated[
        tuple[Solution, ...], Field(max_length=MAX_ROWS), said("Solutions", "Datrysiadau")
    ] = ()
    steps: Annotated[tuple[Step, ...], Field(max_length=MAX_ROWS), said("Next steps", "Camau nesaf")] = ()
    workability_potential: Annotated[Points | None, said(_POTENTIAL.en, _POTENTIAL.cy)] = None
    confidence: Annotated[
        Points | None, said(QUESTIONS[Measure.CONFIDENCE].en, QUESTIONS[Measure.CONFIDENCE].cy)
    ] = None
    importance: Annotated[
        Points | None, said(QUESTIONS[Measure.IMPORTANCE].en, QUESTIONS[Measure.IMPORTANCE].cy)
    ] = None


def appointment(body: Mapping[str, Any], plan: Plan, *, issued: bool) -> dict[str, Any]:
    """Return the next appointment of a plan, as JSON values, from what the form says.

    `issued`: the plan was read through together and stands.
    """
    entries: list[dict[str, Any]] = [] if plan.appointments else [{"kind": "opened"}]
    entries += [{"kind": kind, **row} for name, kind in _KINDS.items() for row in body.get(name, [])]
    entries += [
        {"kind": "score", "measure": measure.value, "points": body[name]}
        for name, measure in _SCORES.items()
        if name in body
    ]
    if issued:
        entries.append({"kind": "plan-issued"})
    told = {name: body[name] for name in ("on", "channel") if name in body}
    return {"number": next_number(plan), **told, "entries": entries}


def next_number(plan: Plan) -> int:
    """Return the number of a plan's next appointment."""
    return max((held.number for held in plan.appointments), default=0) + 1


def pointed_at(body: Mapping[str, Any], plan: Plan) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that rows of the form can point at: the plan's so far, then the form's own."""
    so_far = plan.model_dump(mode="json", exclude_none=True)
    return {name: [*so_far.get(name, []), *body.get(name, [])] for name in _POINTED_AT}


def input_of(path: str, entries: list[dict[str, Any]]) -> str:
    """Return the input of the form that a dotted path of the appointment means: "goals-0-goal" for "entries.3.goal".

    What no input can put right goes to the page's main part.
    """
    head, _, rest = path.partition(".")
    index, _, field = rest.partition(".")
    if head != "entries" or not index.isdecimal() or int(index) >= len(entries):
        return head if head in AppointmentForm.model_fields else "main-content"
    entry = entries[int(index)]
    if entry["kind"] == "score":
        return next(name for name, measure in _SCORES.items() if measure == entry["measure"])
    name = next((name for name, kind in _KINDS.items() if kind == entry["kind"]), None)
    if name is None:
        return "main-content"
    place = sum(earlier["kind"] == entry["kind"] for earlier in entries[: int(index)])
    return "-".join(part for part in (name, str(place), field) if part)
