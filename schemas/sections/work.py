"""Work and what makes it possible: adjustments, work, work-advice, scores."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.consent_vocabulary import Assurance
from schemas.fields import (
    MAX_ROWS,
    SIGNED_ONLY,
    Day,
    Digest,
    Line,
    Name,
    Paragraph,
    Part,
    PartialDate,
    Points,
    Prose,
    said,
)
from schemas.labels import Sensitivity

PERSONAL: Final = Sensitivity.PERSONAL
HEALTH: Final = Sensitivity.HEALTH


class ChangeKind(StrEnum):
    """What a change at work is a change of: our own list."""

    HOURS = "hours"
    DUTIES = "duties"
    EQUIPMENT = "equipment"
    PLACE = "place"
    PEOPLE = "people"
    INTERVIEW = "interview"  # needed at a job interview itself, before there is a job to change


class ChangeStatus(StrEnum):
    """How far a change has come."""

    ASKED = "asked"
    AGREED = "agreed"
    IN_PLACE = "in-place"
    REFUSED = "refused"
    ENDED = "ended"


class WorkSituation(StrEnum):
    """Where somebody stands with work."""

    WORKING = "working"
    OFF_SICK = "off-sick"
    RETURNING = "returning"
    SELF_EMPLOYED = "self-employed"
    LOOKING_FOR_WORK = "looking-for-work"
    NOT_LOOKING_YET = "not-looking-yet"
    VOLUNTEERING = "volunteering"
    LEARNING = "learning"


class FitNoteOutcome(StrEnum):
    """The two boxes of the statement of fitness for work."""

    NOT_FIT = "not-fit"
    MAY_BE_FIT = "may-be-fit"


class FitNoteOption(StrEnum):
    """The four boxes under "you may be fit for work"."""

    PHASED_RETURN = "phased-return"
    ALTERED_HOURS = "altered-hours"
    AMENDED_DUTIES = "amended-duties"
    WORKPLACE_ADAPTATIONS = "workplace-adaptations"


class Measure(StrEnum):
    """What a score from 0 to 10 measures."""

    WORKABILITY_NOW = "workability-now"
    WORKABILITY_POTENTIAL = "workability-potential"
    CONFIDENCE = "confidence"
    IMPORTANCE = "importance"


def in_order(first: date | None, last: date | None) -> None:
    """Accept two days in order, or an open end.

    Raises:
        PydanticCustomError: the last day is before the first.
    """
    if first is not None and last is not None and last < first:
        raise PydanticCustomError("dates_reversed", "must end after it starts")


class WorkplaceChange(Part):
    """One change at work. Its status travels with it: a refused change must not read as an agreed one."""

    change: Annotated[Paragraph, said("The change", "Y newid")]
    barrier: Annotated[Paragraph | None, said("What gets in the way", "Beth sydd yn y ffordd")] = None
    why: Annotated[Paragraph | None, said("Why it helps", "Pam mae’n helpu")] = None
    status: Annotated[ChangeStatus, said("Where it stands", "Y sefyllfa")]
    who: Annotated[Line | None, said("Who does it", "Pwy sy’n ei wneud")] = None
    starts: Annotated[Day | None, said("Starts", "Yn dechrau")] = None
    review: Annotated[Day | None, said("We look at it again", "Byddwn yn edrych arno eto")] = None
    kind: Annotated[ChangeKind, said("Kind of change", "Math o newid")]
    reason: Annotated[Paragraph | None, said("The reason given", "Y rheswm a roddwyd")] = None
    acknowledged: Annotated[Assurance | None, said("Said by", "Dywedwyd gan"), SIGNED_ONLY] = None
    about: Annotated[Digest | None, SIGNED_ONLY] = None  # of the row's disclosure as its reader had it

    @model_validator(mode="after")
    def _is_reviewed_after_it_starts(self) -> "WorkplaceChange":
        in_order(self.starts, self.review)
        return self


class Adjustments(Part):
    """Changes that help somebody at work."""

    changes: Annotated[
        tuple[WorkplaceChange, ...],
        Field(max_length=MAX_ROWS),
        said("Changes that help me at work", "Newidiadau sy’n fy helpu yn y gwaith", HEALTH),
    ] = ()


class Job(Part):
    """One job, now or before."""

    title: Annotated[Name, said("Job", "Swydd")]
    employer: Annotated[Name | None, said("Employer", "Cyflogwr")] = None
    since: Annotated[PartialDate | None, said("From", "O")] = None
    until: Annotated[PartialDate | None, said("Until", "Hyd at")] = None
    duties: Annotated[Paragraph | None, said("What I do or did", "Beth rwy’n ei wneud neu beth wnes i")] = (
        None
    )


class Skill(Part):
    """One thing somebody can do at work."""

    skill: Annotated[Line, said("Skill", "Sgìl")]


class Work(Part):
    """Jobs, hours, skills, the work somebody hopes for, and how they get there."""

    situation: Annotated[WorkSituation | None, said("Where I am with work", "Fy sefyllfa waith")] = None
    hours: Annotated[Line | None, said("Hours that work for me", "Oriau sy’n gweithio i mi")] = None
    hoped_for: Annotated[
        Prose | None, said("Work I hope for", "Y gwaith rwy’n gobeithio amdano", PERSONAL)
    ] = None
    travel: Annotated[Prose | None, said("How I travel", "Sut rwy’n teithio", PERSONAL)] = None
    jobs: Annotated[tuple[Job, ...], Field(max_length=MAX_ROWS), said("My jobs", "Fy swyddi", PERSONAL)] = ()
    skills: Annotated[tuple[Skill, ...], Field(max_length=MAX_ROWS), said("My skills", "Fy sgiliau")] = ()


class AdviceOption(Part):
    """One ticked option, with how to go about it."""

    option: Annotated[FitNoteOption, said("Option", "Dewis")]
    how: Annotated[Paragraph | None, said("How", "Sut")] = None


class Period(Part):
    """The days that advice holds for, both included."""

    first: Annotated[Day, said("From", "O")]
    last: Annotated[Day, said("To", "I")]

    @model_validator(mode="after")
    def _is_in_order(self) -> "Period":
        in_order(self.first, self.last)
        return self


class WorkAdvice(Part):
    """A fit note's or a work report's advice. It names no condition."""

    outcome: Annotated[FitNoteOutcome, said("Outcome", "Canlyniad", HEALTH)]
    options: Annotated[
        tuple[AdviceOption, ...],
        Field(max_length=MAX_ROWS),
        said("What could make work possible", "Beth allai wneud gwaith yn bosibl", HEALTH),
    ] = ()
    assessed_on: Annotated[Day | None, said("Assessed on", "Aseswyd ar", HEALTH)] = None
    period: Annotated[Period | None, said("For these days", "Ar gyfer y dyddiau hyn", HEALTH)] = None
    review_on: Annotated[Day | None, said("Look at it again on", "Edrych arno eto ar", HEALTH)] = None
    comments: Annotated[Prose | None, said("Comments", "Sylwadau", HEALTH)] = None


class Score(Part):
    """One answer from 0 to 10, on its day."""

    measure: Annotated[Measure, said("Score", "Sgôr")]
    points: Annotated[Points, said("Points out of 10", "Pwyntiau allan o 10")]
    on: Annotated[Day, said("Date", "Dyddiad")]


class Scores(Part):
    """What somebody answered to the questions of the plan."""

    scores: Annotated[
        tuple[Score, ...], Field(max_length=MAX_ROWS), said("My scores", "Fy sgoriau", HEALTH)
    ] = ()
