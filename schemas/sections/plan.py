"""The body of the Workability Action Plan: goals, what somebody can do, obstacles, solutions and steps.

Rows point at each other by keys that are drawn at random, so that a row which was shared does not say what stands in
a row that was not.
"""

from enum import StrEnum
from itertools import chain
from typing import Annotated, Any, Final

from pydantic import Field, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from schemas.fields import MAX_ROWS, Day, Key, Line, Note, Paragraph, Part, PointsAt, said
from schemas.labels import Sensitivity
from schemas.vocabulary import Channel, Domain

HEALTH: Final = Sensitivity.HEALTH


class StepState(StrEnum):
    """How far a step has come, as its owner says."""

    NOT_YET = "not-yet"
    SOME = "some"
    DONE = "done"
    NOT_DONE = "not-done"


class Stance(StrEnum):
    """What the holder makes of a plan or of a row of it."""

    ACCEPTS = "accepts"
    COMMENTS = "comments"
    DISPUTES = "disputes"


class DischargeReason(StrEnum):
    """Why the appointments ended."""

    COMPLETED = "completed"
    HOLDER_STOPPED = "holder-stopped"
    DID_NOT_ATTEND = "did-not-attend"
    MOVED_TO_OTHER_SUPPORT = "moved-to-other-support"


class Goal(Part):
    """Something to reach, what to do for it and by when."""

    key: Key
    goal: Annotated[Note, said("Goal", "Nod")]
    action: Annotated[Note | None, said("What I will do", "Beth fydda i’n ei wneud")] = None
    by: Annotated[Day | None, said("By", "Erbyn")] = None


class CanDo(Part):
    """One thing somebody can do now, however small."""

    key: Key
    can_do: Annotated[Note, said("I can do this now", "Galla i wneud hyn nawr")]


class Obstacle(Part):
    """One thing in the way, in one of the four domains."""

    key: Key
    domain: Annotated[Domain, said("Area", "Maes")]
    obstacle: Annotated[Paragraph, said("Obstacle", "Rhwystr")]


class ExploredNone(Part):
    """A domain that was talked about and held no obstacle: not the same as a domain left blank."""

    domain: Annotated[Domain, said("Talked about, no obstacle found", "Trafodwyd, dim rhwystr wedi’i ganfod")]


class Solution(Part):
    """A way around one obstacle, towards one goal."""

    key: Key
    solution: Annotated[Paragraph, said("Solution", "Datrysiad")]
    obstacle: Annotated[
        Key | None, PointsAt("obstacles", "obstacle"), said("For this obstacle", "Ar gyfer y rhwystr hwn")
    ] = None
    goal: Annotated[Key | None, PointsAt("goals", "goal"), said("Towards this goal", "Tuag at y nod hwn")] = (
        None
    )


class Step(Part):
    """Something to do next. Its state travels with it."""

    key: Key
    step: Annotated[Note, said("Step", "Cam")]
    solution: Annotated[Key | None, PointsAt("solutions", "solution"), said("Part of", "Rhan o")] = None
    who: Annotated[Line | None, said("Who does it", "Pwy sy’n ei wneud")] = None
    by: Annotated[Day | None, said("By", "Erbyn")] = None
    state: Annotated[StepState, said("How far", "Pa mor bell")] = StepState.NOT_YET
    reason: Annotated[Note | None, said("Why", "Pam")] = None


class Comment(Part):
    """What the holder says about the plan."""

    stance: Annotated[Stance, said("What I say", "Beth rwy’n ei ddweud")]
    comment: Annotated[Paragraph | None, said("My comment", "Fy sylw")] = None
    on: Annotated[Day, said("Date", "Dyddiad")]


class AppointmentHeld(Part):
    """One appointment that took place."""

    number: Annotated[StrictInt, Field(ge=1, le=12), said("Appointment", "Apwyntiad")]
    on: Annotated[Day, said("Date", "Dyddiad")]
    channel: Annotated[Channel, said("How we met", "Sut y gwnaethom gyfarfod")]


class Discharge(Part):
    """When and why the appointments ended."""

    on: Annotated[Day, said("Date", "Dyddiad")]
    reason: Annotated[DischargeReason, said("Why", "Pam")]


class Plan(Part):
    """The current plan: a fold over its appointments (`schemas.plan.fold`)."""

    goals: Annotated[tuple[Goal, ...], Field(max_length=MAX_ROWS), said("My goals", "Fy nodau", HEALTH)] = ()
    can_do: Annotated[
        tuple[CanDo, ...],
        Field(max_length=MAX_ROWS),
        said("What I can do now", "Beth galla i ei wneud nawr", HEALTH),
    ] = ()
    obstacles: Annotated[
        tuple[Obstacle, ...],
        Field(max_length=MAX_ROWS),
        said("What gets in the way", "Beth sydd yn y ffordd", HEALTH),
    ] = ()
    explored_none: Annotated[
        tuple[ExploredNone, ...],
        Field(max_length=len(Domain)),
        said("Talked about, nothing in the way", "Trafodwyd, dim byd yn y ffordd", HEALTH),
    ] = ()
    solutions: Annotated[
        tuple[Solution, ...], Field(max_length=MAX_ROWS), said("What could help", "Beth allai helpu", HEALTH)
    ] = ()
    steps: Annotated[
        tuple[Step, ...], Field(max_length=MAX_ROWS), said("My steps", "Fy nghamau", HEALTH)
    ] = ()
    comments: Annotated[
        tuple[Comment, ...],
        Field(max_length=MAX_ROWS),
        said("What I say about this plan", "Beth rwy’n ei ddweud am y cynllun hwn", HEALTH),
    ] = ()
    appointments: Annotated[
        tuple[AppointmentHeld, ...],
        Field(max_length=12),
        said("Appointments held", "Apwyntiadau a gynhaliwyd", HEALTH),
    ] = ()
    opened_on: Annotated[Day | None, said("Plan opened on", "Agorwyd y cynllun ar", HEALTH)] = None
    issued_on: Annotated[Day | None, said("Plan issued on", "Cyhoeddwyd y cynllun ar", HEALTH)] = None
    discharge: Annotated[
        Discharge | None, said("Appointments ended", "Daeth yr apwyntiadau i ben", HEALTH)
    ] = None

    @model_validator(mode="after")
    def _keys_are_unique(self) -> "Plan":
        rows: chain[Any] = chain(self.goals, self.can_do, self.obstacles, self.solutions, self.steps)
        keys = [row.key for row in rows]
        if len(set(keys)) < len(keys):
            raise PydanticCustomError("key_repeated", "must give each row a key of its own")
        return self
