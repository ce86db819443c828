"""How health touches daily life: daily-impact, if-unwell, conditions."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.fields import (
    MAX_ROWS,
    Line,
    Name,
    Note,
    Paragraph,
    Part,
    PartialDate,
    Phone,
    Prose,
    SnomedCode,
    said,
)
from schemas.labels import Sensitivity

HEALTH: Final = Sensitivity.HEALTH


class FunctionArea(StrEnum):
    """What somebody does in a day that health can make easier or harder. Function, never diagnosis."""

    MOVING_ABOUT = "moving-about"
    STANDING_AND_SITTING = "standing-and-sitting"
    LIFTING_AND_CARRYING = "lifting-and-carrying"
    USING_HANDS = "using-hands"
    SEEING = "seeing"
    HEARING = "hearing"
    SPEAKING = "speaking"
    UNDERSTANDING = "understanding"
    CONCENTRATING = "concentrating"
    REMEMBERING = "remembering"
    PLANNING = "planning"
    ENERGY = "energy"
    PAIN = "pain"
    SLEEP = "sleep"
    BEING_WITH_PEOPLE = "being-with-people"
    COPING_WITH_CHANGE = "coping-with-change"
    TRAVELLING = "travelling"
    LOOKING_AFTER_MYSELF = "looking-after-myself"
    OTHER = "other"


class Impact(Part):
    """One area of daily life, on good days and on bad ones, with what helps."""

    area: Annotated[FunctionArea, said("Area", "Maes")]
    good_day: Annotated[Prose | None, said("On a good day", "Ar ddiwrnod da")] = None
    bad_day: Annotated[Prose | None, said("On a bad day", "Ar ddiwrnod gwael")] = None
    helps: Annotated[Prose | None, said("What helps", "Beth sy’n helpu")] = None

    @model_validator(mode="after")
    def _says_something(self) -> "Impact":
        if self.good_day is self.bad_day is self.helps is None:
            raise PydanticCustomError("nothing_told", "must say something")
        return self


class DailyImpact(Part):
    """How things affect somebody: function, not diagnosis."""

    varies: Annotated[Prose | None, said("How it changes", "Sut mae’n newid", HEALTH)] = None
    impacts: Annotated[
        tuple[Impact, ...],
        Field(max_length=MAX_ROWS),
        said("How things affect me", "Sut mae pethau’n effeithio arnaf", HEALTH),
    ] = ()


class UnwellSituation(Part):
    """What somebody may see, and what to do and not do about it: unsafe apart, so one disclosure."""

    signs: Annotated[Paragraph, said("What you may notice", "Beth efallai y gwelwch")]
    do: Annotated[Paragraph, said("Please do", "Gwnewch hyn")]
    do_not: Annotated[Paragraph | None, said("Please do not", "Peidiwch â gwneud hyn")] = None
    call_999: Annotated[Note | None, said("Call 999 if", "Ffoniwch 999 os")] = None


class EmergencyContact(Part):
    """Who to call when somebody becomes unwell."""

    name: Annotated[Name, said("Name", "Enw")]
    role: Annotated[Name, said("Who they are to me", "Pwy ydyn nhw i mi")]
    phone: Annotated[Phone, said("Phone number", "Rhif ffôn")]


class IfUnwell(Part):
    """What to do if somebody becomes unwell at work."""

    situations: Annotated[
        tuple[UnwellSituation, ...],
        Field(max_length=MAX_ROWS),
        said("If this happens", "Os bydd hyn yn digwydd", HEALTH),
    ] = ()
    who_to_call: Annotated[
        tuple[EmergencyContact, ...],
        Field(max_length=MAX_ROWS),
        said("Who to call", "Pwy i’w ffonio", Sensitivity.PERSONAL),
    ] = ()
    afterwards: Annotated[Prose | None, said("Afterwards", "Wedyn", HEALTH)] = None


class HealthCondition(Part):
    """One condition in plain words, with its SNOMED CT concept where somebody knows it."""

    name: Annotated[Name, said("Condition", "Cyflwr")]
    code: Annotated[SnomedCode | None, said("SNOMED CT code", "Cod SNOMED CT")] = None
    since: Annotated[PartialDate | None, said("Since", "Ers")] = None
    treatment: Annotated[Prose | None, said("Treatment", "Triniaeth")] = None
    more: Annotated[Prose | None, said("More about it", "Mwy amdano")] = None


class Conditions(Part):
    """Health conditions. An employer cannot be given this section."""

    conditions: Annotated[
        tuple[HealthCondition, ...],
        Field(max_length=MAX_ROWS),
        said("My health conditions", "Fy nghyflyrau iechyd", HEALTH),
    ] = ()
    allergies: Annotated[Line | None, said("Allergies", "Alergeddau", HEALTH)] = None
