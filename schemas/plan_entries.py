"""The entries of a plan, each told at an appointment and never edited: a later entry corrects an earlier one."""

from typing import Annotated, Literal

from pydantic import Field, StrictInt

from schemas.fields import Day, Key, Note, Paragraph, Part, Points, PointsAt
from schemas.problems import validated
from schemas.sections.plan import (
    CanDo,
    DischargeReason,
    ExploredNone,
    Goal,
    Obstacle,
    Solution,
    Stance,
    Step,
    StepState,
)
from schemas.sections.work import Measure
from schemas.vocabulary import Channel


class Opened(Part):
    """The plan was opened."""

    kind: Literal["opened"]
    referral: Note | None = None


class GoalSet(Goal):
    """The holder set a goal."""

    kind: Literal["goal"]


class CanDoTold(CanDo):
    """The holder told of something they can do now."""

    kind: Literal["can-do"]


class ObstacleFound(Obstacle):
    """An obstacle was found in one domain."""

    kind: Literal["obstacle"]


class DomainExplored(ExploredNone):
    """A domain was talked about and held no obstacle."""

    kind: Literal["explored-none"]


class SolutionFound(Solution):
    """A way around an obstacle was found."""

    kind: Literal["solution"]


class StepAgreed(Step):
    """A step was agreed."""

    kind: Literal["step"]


class ScoreGiven(Part):
    """The holder answered one of the questions."""

    kind: Literal["score"]
    measure: Measure
    points: Points


class StepUpdate(Part):
    """A step was done, partly done or not done."""

    kind: Literal["step-update"]
    step: Annotated[Key, PointsAt("steps", "step")]
    state: StepState
    reason: Note | None = None


class HolderComment(Part):
    """The holder accepted, commented on or disputed the plan."""

    kind: Literal["holder-comment"]
    stance: Stance
    comment: Paragraph | None = None


class Correction(Part):
    """The words of an earlier row were corrected; without new words the row is taken back."""

    kind: Literal["correction"]
    corrects: Key
    becomes: Paragraph | None = None


class PlanIssued(Part):
    """The plan was read through together and issued."""

    kind: Literal["plan-issued"]


class FollowUp(Part):
    """Six weeks after the last appointment the first question was asked again, blind."""

    kind: Literal["follow-up"]
    points: Points


class Discharged(Part):
    """The appointments ended."""

    kind: Literal["discharged"]
    reason: DischargeReason


PlanEntry = Annotated[
    Opened
    | GoalSet
    | CanDoTold
    | ObstacleFound
    | DomainExplored
    | SolutionFound
    | StepAgreed
    | ScoreGiven
    | StepUpdate
    | HolderComment
    | Correction
    | PlanIssued
    | FollowUp
    | Discharged,
    Field(discriminator="kind"),
]


class Appointment(Part):
    """One appointment of about an hour, and what it added to the plan."""

    number: Annotated[StrictInt, Field(ge=1, le=12)]
    on: Day
    channel: Channel
    entries: Annotated[tuple[PlanEntry, ...], Field(max_length=100)] = ()


def parse_appointment(data: object) -> Appointment:
    """Return an appointment from JSON values.

    Raises:
        SectionError: a field is unknown, missing, too long or of the wrong form.
    """
    return validated(Appointment, data, what="appointment", tagged=frozenset({"entries"}))
