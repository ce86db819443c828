"""Who somebody is and how they live: about-me, communication, what-matters, home-life, supporters, diary."""

import re
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.fields import (
    MAX_ROWS,
    AdjustmentCode,
    Day,
    Email,
    InterpreterCode,
    LanguageTag,
    Line,
    Name,
    Note,
    Part,
    Phone,
    Prose,
    said,
)
from schemas.labels import Sensitivity

PERSONAL: Final = Sensitivity.PERSONAL
_NHS_NUMBER: Final = re.compile(r"[0-9]{10}")
_NI_NUMBER: Final = re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]")


class IdentifierKind(StrEnum):
    """Which register gave somebody a number."""

    NHS_NUMBER = "nhs-number"
    NATIONAL_INSURANCE = "national-insurance"
    OTHER = "other"


class ContactChannel(StrEnum):
    """How somebody likes to be reached."""

    TELEPHONE = "telephone"
    TEXT_MESSAGE = "text-message"
    EMAIL = "email"
    LETTER = "letter"
    VIDEO_CALL = "video-call"
    TEXT_RELAY = "text-relay"
    VIDEO_RELAY = "video-relay"
    FACE_TO_FACE = "face-to-face"
    THROUGH_A_SUPPORTER = "through-a-supporter"


def _nhs_number_holds(value: str) -> bool:
    """Return whether ten digits end in the check digit of the NHS Data Dictionary (modulus 11)."""
    if _NHS_NUMBER.fullmatch(value) is None:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(value, range(10, 1, -1), strict=False))
    return (11 - total % 11) % 11 == int(value[9])


class Identifier(Part):
    """One number that a register knows somebody by, without spaces."""

    kind: Annotated[IdentifierKind, said("Kind of number", "Math o rif")]
    value: Annotated[Name, said("Number", "Rhif")]

    @model_validator(mode="after")
    def _has_its_form(self) -> "Identifier":
        if self.kind is IdentifierKind.NHS_NUMBER and not _nhs_number_holds(self.value):
            raise PydanticCustomError("nhs_number", "must be an NHS number")
        if self.kind is IdentifierKind.NATIONAL_INSURANCE and not _NI_NUMBER.fullmatch(self.value):
            raise PydanticCustomError("ni_number", "must be a National Insurance number")
        return self


class AboutMe(Part):
    """The name somebody uses and how to reach them; numbers only where a recipient needs them."""

    name: Annotated[Name, said("Name I use", "Yr enw rwy’n ei ddefnyddio", PERSONAL)]
    pronouns: Annotated[Name | None, said("My pronouns", "Fy rhagenwau", PERSONAL)] = None
    date_of_birth: Annotated[Day | None, said("Date of birth", "Dyddiad geni", PERSONAL)] = None
    phone: Annotated[Phone | None, said("Phone number", "Rhif ffôn", PERSONAL)] = None
    contact_email: Annotated[Email | None, said("Email address", "Cyfeiriad e-bost", PERSONAL)] = None
    postal_address: Annotated[Note | None, said("Address", "Cyfeiriad", PERSONAL)] = None
    language: Annotated[LanguageTag | None, said("Language I prefer", "Yr iaith sydd orau gen i")] = None
    identifiers: Annotated[
        tuple[Identifier, ...],
        Field(max_length=MAX_ROWS),
        said("Numbers that identify me", "Fy rhifau adnabod", PERSONAL),
    ] = ()


class CommunicationNeed(Part):
    """One need from the reasonable adjustment value set, with a note in the holder's words."""

    code: Annotated[AdjustmentCode, said("What I need", "Beth sydd ei angen arnaf")]
    note: Annotated[Line | None, said("In my words", "Yn fy ngeiriau i")] = None


class Interpreter(Part):
    """Which interpreter somebody needs, and when."""

    code: Annotated[InterpreterCode, said("Interpreter", "Cyfieithydd neu ddehonglydd")]
    note: Annotated[Line | None, said("When I need them", "Pryd mae eu hangen arnaf")] = None


class Communication(Part):
    """How to talk to somebody so that both understand."""

    channel: Annotated[
        ContactChannel | None, said("Best way to reach me", "Y ffordd orau o gysylltu â mi")
    ] = None
    avoid_channel: Annotated[
        ContactChannel | None, said("Please do not use", "Peidiwch â defnyddio, os gwelwch yn dda")
    ] = None
    interpreter: Annotated[Interpreter | None, said("Interpreter", "Cyfieithydd neu ddehonglydd")] = None
    needs: Annotated[
        tuple[CommunicationNeed, ...],
        Field(max_length=MAX_ROWS),
        said(
            "What helps me to understand and be understood", "Beth sy’n fy helpu i ddeall ac i gael fy neall"
        ),
    ] = ()
    best_times: Annotated[Line | None, said("Best times", "Amserau gorau")] = None
    how_to_help: Annotated[Prose | None, said("How you can help", "Sut gallwch chi helpu")] = None


class Strength(Part):
    """One thing somebody is good at."""

    strength: Annotated[Line, said("I am good at", "Rwy’n dda am")]


class Interest(Part):
    """One thing somebody likes."""

    interest: Annotated[Line, said("I enjoy", "Rwy’n mwynhau")]


class WhatMatters(Part):
    """Strengths, interests and what makes a day good."""

    important: Annotated[Prose | None, said("What is important to me", "Beth sy’n bwysig i mi", PERSONAL)] = (
        None
    )
    good_day: Annotated[Prose | None, said("A good day", "Diwrnod da", PERSONAL)] = None
    strengths: Annotated[
        tuple[Strength, ...], Field(max_length=MAX_ROWS), said("My strengths", "Fy nghryfderau")
    ] = ()
    interests: Annotated[
        tuple[Interest, ...], Field(max_length=MAX_ROWS), said("My interests", "Fy niddordebau")
    ] = ()


class HomeLife(Part):
    """Caring, housing and money, as far as they touch health and work."""

    caring: Annotated[Prose | None, said("People I care for", "Pobl rwy’n gofalu amdanynt", PERSONAL)] = None
    housing: Annotated[Prose | None, said("My home", "Fy nghartref", PERSONAL)] = None
    money: Annotated[Prose | None, said("Money", "Arian", PERSONAL)] = None
    daily_routine: Annotated[Prose | None, said("My days at home", "Fy nyddiau gartref", PERSONAL)] = None


class Supporter(Part):
    """One person or service that helps, and what they may do."""

    name: Annotated[Name, said("Name", "Enw")]
    role: Annotated[Name, said("Who they are to me", "Pwy ydyn nhw i mi")]
    phone: Annotated[Phone | None, said("Phone number", "Rhif ffôn")] = None
    may_do: Annotated[Note, said("What they may do for me", "Beth gân nhw ei wneud drosof i")]


class Supporters(Part):
    """The people who help."""

    supporters: Annotated[
        tuple[Supporter, ...],
        Field(max_length=MAX_ROWS),
        said("People who help me", "Pobl sy’n fy helpu", PERSONAL),
    ] = ()


class DiaryEntry(Part):
    """One day in somebody's own words."""

    on: Annotated[Day, said("Date", "Dyddiad")]
    text: Annotated[Prose, said("What I wrote", "Beth ysgrifennais i")]


class Diary(Part):
    """A private diary. This service shares it with nobody."""

    diary: Annotated[
        tuple[DiaryEntry, ...], Field(max_length=MAX_ROWS), said("Days", "Dyddiau", Sensitivity.HEALTH)
    ] = ()
