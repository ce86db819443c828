"""The fourteen sections: what each is called, who may write it, who may be given it, and its claims."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel, create_model
from pydantic.fields import FieldInfo

from schemas.errors import SectionError
from schemas.fields import Part, said_of
from schemas.labels import Label, Sensitivity
from schemas.problems import problem, validated
from schemas.sections.health import Conditions, DailyImpact, IfUnwell
from schemas.sections.person import AboutMe, Communication, Diary, HomeLife, Supporters, WhatMatters
from schemas.sections.plan import Plan
from schemas.sections.work import Adjustments, Scores, Work, WorkAdvice
from schemas.vocabulary import AuthorKind, Preset, RecipientKind, Section

AUTHOR_CLAIMS: Final = ("author_name", "author_role", "author_registration", "author_organisation")
"""What the credential layer adds to a practitioner's entry: one disclosure each, and none in the employer preset."""

TOLD_ON: Final = "told_on"
"""The day an entry was told or signed: one disclosure, in every preset."""


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """All that is fixed about one kind of content."""

    section: Section
    order: int  # 1 to 14
    version: int
    label: Label
    authors: frozenset[AuthorKind]
    presets: Mapping[RecipientKind, Preset]
    preset_claims: Mapping[RecipientKind, frozenset[str] | None]  # None: every claim of the section
    model: type[Part]


@dataclass(frozen=True, slots=True)
class ClaimSpec:
    """One claim of a section: a field of its body."""

    name: str
    label: Label
    is_list: bool  # each row is a disclosure of its own
    required: bool
    sensitivity: Sensitivity
    sd: Literal["always", "allowed", "never"]  # SD-JWT VC section 4.6.3; for a list it speaks of the rows


_H, _P, _E = AuthorKind.HOLDER, AuthorKind.PRACTITIONER, AuthorKind.EMPLOYER
_ON, _OFFER, _AFRESH, _NEVER = Preset.ON, Preset.OFFER, Preset.OFFER_AFRESH, Preset.NEVER
_RECIPIENTS: Final = (
    RecipientKind.EMPLOYER,
    RecipientKind.GP,
    RecipientKind.WORK_COACH,
    RecipientKind.PRACTITIONER,
)

# (section, body, English, Welsh, authors, presets for employer, GP, work coach and practitioner)
_Row = tuple[Section, type[Part], str, str, tuple[AuthorKind, ...], tuple[Preset, Preset, Preset, Preset]]
_TABLE: Final[tuple[_Row, ...]] = (
    (Section.ABOUT_ME, AboutMe, "About me", "Amdanaf i", (_H,), (_ON, _ON, _ON, _ON)),
    (Section.COMMUNICATION, Communication, "How to talk to me", "Sut i siarad â mi", (_H, _P), (_ON, _ON, _ON, _ON)),
    (Section.WHAT_MATTERS, WhatMatters, "What matters to me", "Beth sy’n bwysig i mi", (_H,), (_OFFER, _ON, _ON, _ON)),
    (
        Section.DAILY_IMPACT, DailyImpact, "How things affect me", "Sut mae pethau’n effeithio arnaf",
        (_H, _P), (_OFFER, _ON, _OFFER, _ON),
    ),
    (
        Section.ADJUSTMENTS, Adjustments, "Changes that help me at work", "Newidiadau sy’n fy helpu yn y gwaith",
        (_H, _P, _E), (_ON, _OFFER, _ON, _ON),
    ),
    (
        Section.IF_UNWELL, IfUnwell, "If I become unwell at work", "Os byddaf yn mynd yn sâl yn y gwaith",
        (_H, _P), (_OFFER, _ON, _OFFER, _ON),
    ),
    (
        Section.CONDITIONS, Conditions, "My health conditions", "Fy nghyflyrau iechyd",
        (_H, _P), (_NEVER, _ON, _AFRESH, _OFFER),
    ),
    (Section.WORK, Work, "My work", "Fy ngwaith", (_H,), (_OFFER, _OFFER, _ON, _ON)),
    (Section.PLAN, Plan, "My plan", "Fy nghynllun", (_H, _P), (_NEVER, _OFFER, _AFRESH, _ON)),
    (Section.SCORES, Scores, "My scores", "Fy sgoriau", (_P,), (_NEVER, _OFFER, _AFRESH, _ON)),
    (
        Section.WORK_ADVICE, WorkAdvice, "Fit note and work advice", "Nodyn ffitrwydd a chyngor gwaith",
        (_P,), (_OFFER, _ON, _OFFER, _ON),
    ),
    (
        Section.HOME_LIFE, HomeLife, "Caring and home life", "Gofalu a bywyd cartref",
        (_H,), (_NEVER, _OFFER, _OFFER, _OFFER),
    ),
    (
        Section.SUPPORTERS, Supporters, "People who help me", "Pobl sy’n fy helpu",
        (_H,), (_NEVER, _OFFER, _OFFER, _OFFER),
    ),
    (Section.DIARY, Diary, "Private diary", "Dyddiadur preifat", (_H,), (_NEVER, _NEVER, _NEVER, _NEVER)),
)  # fmt: skip

# Where a preset gives less than the whole section.
_ONLY: Final[dict[tuple[Section, RecipientKind], frozenset[str]]] = {
    (Section.ABOUT_ME, RecipientKind.EMPLOYER): frozenset({"name"}),
    (Section.ABOUT_ME, RecipientKind.WORK_COACH): frozenset({"name"}),
    # A code can be a diagnosis ("aphasia-friendly"): the coded needs stay out, what to do about them is in how_to_help.
    (Section.COMMUNICATION, RecipientKind.EMPLOYER): frozenset(
        {"channel", "avoid_channel", "interpreter", "best_times", "how_to_help"}
    ),
    (Section.WORK_ADVICE, RecipientKind.EMPLOYER): frozenset({"options"}),
}


def _catalogue() -> dict[Section, SectionSpec]:
    return {
        section: SectionSpec(
            section=section,
            order=order,
            version=1,
            label=Label(en, cy),
            authors=frozenset(authors),
            presets=MappingProxyType(dict(zip(_RECIPIENTS, presets, strict=True))),
            preset_claims=MappingProxyType({kind: _ONLY.get((section, kind)) for kind in _RECIPIENTS}),
            model=model,
        )
        for order, (section, model, en, cy, authors, presets) in enumerate(_TABLE, start=1)
    }


CATALOGUE: Final[Mapping[Section, SectionSpec]] = MappingProxyType(_catalogue())
"""Every section in catalogue order."""


def _claim(name: str, field: FieldInfo) -> ClaimSpec:
    mark = said_of(field)
    if mark is None:
        raise ValueError(f"the claim {name} has no label")
    return ClaimSpec(
        name=name,
        label=mark.label,
        is_list=get_origin(field.annotation) is tuple,
        required=field.is_required(),
        sensitivity=mark.sensitivity,
        sd="always",
    )


@lru_cache(maxsize=len(Section))
def claims_of(section: Section) -> tuple[ClaimSpec, ...]:
    """Return the claims of a section in the order people read them."""
    fields = CATALOGUE[section].model.model_fields
    return tuple(_claim(name, field) for name, field in fields.items())


def _present(field: FieldInfo) -> Any:
    """Return the type of a claim that is there: a disclosed claim is never null."""
    options = get_args(field.annotation)
    present = [option for option in options if option is not type(None)]
    annotation: Any = present[0] if type(None) in options else field.annotation
    for mark in field.metadata:
        annotation = Annotated[annotation, mark]
    return annotation


@lru_cache(maxsize=len(Section))
def disclosed_model(section: Section) -> type[Part]:
    """Return the model of any part of a section's claims; `model_fields_set` says which are there."""
    body = CATALOGUE[section].model
    fields: dict[str, Any] = {name: (_present(field), None) for name, field in body.model_fields.items()}
    return create_model(f"{body.__name__}Disclosed", __base__=Part, **fields)


def dump_body(body: BaseModel) -> dict[str, Any]:
    """Return a body as JSON values in catalogue order, without the claims that were not told; lists stay."""
    return body.model_dump(mode="json", exclude_none=True)


def parse_body(section: Section, data: object) -> Part:
    """Return a section's body from JSON values.

    Raises:
        SectionError: a field is unknown, missing, too long, of the wrong form, or nothing at all is told.
    """
    body = validated(CATALOGUE[section].model, data, what=f"{section} section")
    if not any(dump_body(body).values()):
        raise SectionError(f"the {section} section says nothing", [problem("", "nothing_told")])
    return body


def parse_claims(section: Section, claims: Mapping[str, Any]) -> Part:
    """Return any part of a section's claims as typed values; absent ones are None.

    Raises:
        SectionError: a claim is unknown, null, or not of its form.
    """
    return validated(disclosed_model(section), dict(claims), what=f"{section} section")


def parse_disclosed(section: Section, claims: Mapping[str, Any]) -> dict[str, Any]:
    """Return the disclosed claims of a section as JSON values in catalogue order, each checked on its own.

    Raises:
        SectionError: a claim is unknown, null, or not of its form.
    """
    return parse_claims(section, claims).model_dump(mode="json", exclude_none=True)
