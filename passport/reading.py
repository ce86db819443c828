"""Verified or held entries as a page shows them: who told or signed each, and its lines. The preview shows the same.

Left out: whether they may be shown (passport.viewing, passport.sharing).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from consent.verification import Step, StepNumber, StepResult, VerifiedEntry
from passport.records import HeldEntry
from schemas.catalogue import CATALOGUE
from schemas.labels import Label
from schemas.readable import Line, Provenance, notice, readable, signed_by
from schemas.vocabulary import Language, RecipientKind, Section, Standing

# What this kind of recipient came for stands first, in this order; the rest keeps catalogue order.
_FIRST: Final[Mapping[RecipientKind, tuple[Section, ...]]] = {
    RecipientKind.EMPLOYER: (Section.ADJUSTMENTS,),
    RecipientKind.GP: (Section.CONDITIONS,),  # with the allergies
    RecipientKind.WORK_COACH: (Section.PLAN,),
}

_CHECKS: Final = {
    StepNumber.PARSE: Label("It is whole and well formed", "Mae’n gyfan ac ar y ffurf gywir"),
    StepNumber.ISSUER: Label(
        "Each part was signed by someone who may sign that kind of part",
        "Llofnodwyd pob rhan gan rywun sy’n cael llofnodi’r math hwnnw o ran",
    ),
    StepNumber.SIGNATURE: Label("The signatures are right", "Mae’r llofnodion yn gywir"),
    StepNumber.DISCLOSURES: Label(
        "Each line belongs to what was signed", "Mae pob llinell yn perthyn i’r hyn a lofnodwyd"
    ),
    StepNumber.TIMES: Label("It is within its dates", "Mae o fewn ei ddyddiadau"),
    StepNumber.KEY_BINDING: Label(
        "It was released for this share, and for no other",
        "Cafodd ei ryddhau ar gyfer y rhannu hwn, ac ar gyfer dim arall",
    ),
    StepNumber.ENTRY_STATUS: Label("No part was withdrawn", "Ni chafodd unrhyw ran ei thynnu’n ôl"),
    StepNumber.SHARE_STATUS: Label(
        "The person has not stopped sharing", "Nid yw’r person wedi stopio rhannu"
    ),
    StepNumber.READABLE: Label(
        "What you read here is what was signed", "Yr hyn rydych yn ei ddarllen yma yw’r hyn a lofnodwyd"
    ),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One entry on a page."""

    section: Section
    title: str
    signed_by: str  # "Told by Sam, recorded by this service"
    told_on: date | None
    notice: str | None  # what it may not be used for
    lines: tuple[Line, ...]
    standing: Standing = Standing.VALID  # for its holder; recipients see nothing that does not stand


def readings(
    entries: Sequence[VerifiedEntry], *, kind: RecipientKind, language: Language
) -> tuple[Reading, ...]:
    """Return verified entries for a recipient, what they came for first."""
    name = holder_name(entries)
    found = [
        _reading(e.section, e.readable.claims, e.readable.provenance, name=name, language=language)
        for e in entries
    ]
    first = _FIRST.get(kind, ())
    return tuple(
        sorted(found, key=lambda one: first.index(one.section) if one.section in first else len(first))
    )


def checks_made(steps: Sequence[Step], language: Language) -> tuple[tuple[str, bool], ...]:
    """Return each check in plain words, and whether it could be made."""
    made = [step for step in steps if step.result is not StepResult.NOT_REQUIRED]
    return tuple((_CHECKS[step.number][language], step.result is StepResult.PASSED) for step in made)


def own_reading(held: HeldEntry, *, name: str, language: Language) -> Reading:
    """Return an entry as its holder sees it, nothing withheld."""
    reading = _reading(held.row.section, held.body, held.provenance, name=name, language=language)
    return replace(reading, standing=held.standing)


def holder_name(entries: Iterable[VerifiedEntry]) -> str | None:
    """Return the name that the holder let out, if they did."""
    about = (e.readable.claims.get("name") for e in entries if e.section is Section.ABOUT_ME)
    return next((name for name in about if isinstance(name, str)), None)


def _reading(
    section: Section,
    claims: Mapping[str, Any],
    provenance: Provenance,
    *,
    name: str | None,
    language: Language,
) -> Reading:
    words = signed_by(provenance, name, language)
    return Reading(
        section=section,
        title=CATALOGUE[section].label[language],
        signed_by=words[:1].upper() + words[1:],
        told_on=provenance.told_on,
        notice=notice(section, language),
        lines=readable(section, claims, language),
    )
