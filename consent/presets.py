"""What each kind of recipient is offered: the catalogue's presets applied to the entries a passport holds.

Before a job offer the preset for employers is a smaller one: what makes the interview possible. The rest is offered,
with a warning. Equality Act 2010 s.60 restrains the employer who asks; it does not stop a person who chooses to tell.

Pure; decides nothing about time. Left out: the holder's own choices, which narrow or widen what is here within
consent.limits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import ClassVar, Final

from consent.grant import GrantError, GrantItem
from consent.limits import EMPLOYER_NAME, permitted
from schemas.catalogue import AUTHOR_CLAIMS, CATALOGUE, TOLD_ON
from schemas.sections.work import ChangeKind
from schemas.vocabulary import Preset, Purpose, RecipientKind, Section

# Purposes with presets of their own: all that they switch on. What else the kind of recipient may get, they offer.
_ON_FOR: Final[Mapping[tuple[RecipientKind, Purpose], frozenset[Section]]] = {
    # What an interviewer can act on before deciding: how to talk to somebody. Of the changes those that are needed at
    # the interview itself are on as well (`switched_on`); the others are about the job, and wait for its offer.
    (RecipientKind.EMPLOYER, Purpose.JOB_INTERVIEW): frozenset({Section.ABOUT_ME, Section.COMMUNICATION}),
}

PURPOSES: Final[Mapping[RecipientKind, tuple[Purpose, ...]]] = MappingProxyType(
    {
        RecipientKind.EMPLOYER: (Purpose.ADJUSTMENTS_AT_WORK, Purpose.JOB_INTERVIEW),
        RecipientKind.GP: (Purpose.HEALTH_CARE, Purpose.WORK_SUPPORT),
        RecipientKind.WORK_COACH: (Purpose.WORK_SUPPORT, Purpose.WORKABILITY_PLAN),
        RecipientKind.PRACTITIONER: (Purpose.WORKABILITY_PLAN, Purpose.HEALTH_CARE, Purpose.WORK_SUPPORT),
    }
)
"""What may be shared for with each kind of recipient. The first is what most people share for."""


class PurposeNotOfferedError(GrantError):
    """A purpose that is not one of this kind of recipient: nobody gives an employer health care."""

    code: ClassVar[str] = "purpose_not_offered"


@dataclass(frozen=True, slots=True)
class OfferedSection:
    """One section that may be shared with a kind of recipient, in catalogue order.

    `claims` names the only claims of it that may be shared; None means all of them.
    """

    section: Section
    preset: Preset
    claims: frozenset[str] | None

    @property
    def chosen(self) -> bool:
        """Whether the preset puts the section in a share without the holder ticking it."""
        return self.preset is Preset.ON


@dataclass(frozen=True, slots=True)
class EntryOutline:
    """One accepted entry of a passport and the paths of its disclosures, in the order they were signed."""

    entry_id: str
    section: Section
    paths: tuple[str, ...]
    by_employer: bool = False  # an employer's answer to a change at work
    at_interview: frozenset[str] = frozenset()  # those paths that are changes needed at a job interview


def is_for_interview(section: Section, row: object) -> bool:
    """Return whether a row of a section is a change that is needed at a job interview itself."""
    if section is not Section.ADJUSTMENTS or not isinstance(row, Mapping):
        return False
    return row.get("kind") == ChangeKind.INTERVIEW


def offered(kind: RecipientKind, purpose: Purpose | None = None) -> tuple[OfferedSection, ...]:
    """Return the sections a holder may share with this kind of recipient; those never shared are not in it.

    A purpose may switch fewer of them on (see `is_before_offer`); it never adds one.
    """
    specs = sorted(CATALOGUE.values(), key=lambda spec: spec.order)
    return tuple(
        OfferedSection(spec.section, _preset(kind, purpose, spec.section), spec.preset_claims.get(kind))
        for spec in specs
        if spec.presets[kind] is not Preset.NEVER
    )


def check_purpose(kind: RecipientKind, purpose: Purpose) -> None:
    """Check what a share is for.

    Raises:
        PurposeNotOfferedError: this kind of recipient is shared with for other purposes.
    """
    if purpose not in PURPOSES[kind]:
        raise PurposeNotOfferedError(f"share with {kind} for one of: {', '.join(PURPOSES[kind])}")


def is_before_offer(kind: RecipientKind, purpose: Purpose) -> bool:
    """Return whether the recipient is an employer who has not decided yet: a page warns about what is told then."""
    return (kind, purpose) in _ON_FOR


def beyond_preset(kind: RecipientKind, purpose: Purpose, sections: Iterable[Section]) -> tuple[Section, ...]:
    """Return which of these sections the preset for this purpose does not switch on, in catalogue order."""
    wanted = set(sections)
    return tuple(o.section for o in offered(kind, purpose) if o.section in wanted and not o.chosen)


def preset_items(
    kind: RecipientKind,
    outlines: Sequence[EntryOutline],
    *,
    purpose: Purpose | None = None,
    chosen: Iterable[Section] | None = None,
    name_employers: bool = False,
) -> tuple[GrantItem, ...]:
    """Return the items of a read grant: every permitted disclosure of the chosen sections, in catalogue order.

    `chosen=None` takes the sections that the preset for this purpose switches on. Entries that would show only their
    date are left out. Employers who answered are named to nobody unless `name_employers`.

    Raises:
        GrantError: a chosen section is not offered to this kind of recipient.
    """
    offers = offered(kind, purpose)
    sections = [offer.section for offer in offers] if chosen is None else _offered(kind, chosen)
    found = [outline for section in sections for outline in outlines if outline.section is section]
    if chosen is None:
        found = [replace(one, paths=switched_on(kind, purpose, one)) for one in found]
    items = (_item(kind, outline, name_employers) for outline in found)
    return tuple(item for item in items if _says_anything(item))


def may_be_on(kind: RecipientKind, purpose: Purpose) -> frozenset[Section]:
    """Return the sections of which the preset for this purpose can put something in a share."""
    some = {Section.ADJUSTMENTS} if is_before_offer(kind, purpose) else set()
    return frozenset({offer.section for offer in offered(kind, purpose) if offer.chosen} | some)


def switched_on(kind: RecipientKind, purpose: Purpose | None, outline: EntryOutline) -> tuple[str, ...]:
    """Return the paths of an entry that the preset for this purpose puts in a share, if they may be in one at all."""
    if _preset(kind, purpose, outline.section) is Preset.ON:
        return outline.paths
    if purpose is None or not is_before_offer(kind, purpose):
        return ()
    return tuple(path for path in outline.paths if path in outline.at_interview or path == TOLD_ON)


def may_receive(kind: RecipientKind, outline: EntryOutline) -> bool:
    """Return whether a read grant for this kind of recipient can have an item of this entry (see `preset_items`)."""
    return _says_anything(_item(kind, outline, name_employers=False))


def _says_anything(item: GrantItem) -> bool:
    return any(path != TOLD_ON for path in item.paths)


def _preset(kind: RecipientKind, purpose: Purpose | None, section: Section) -> Preset:
    """Return a section's preset; a purpose with a preset of its own turns what it does not switch on into an offer."""
    preset = CATALOGUE[section].presets[kind]
    on = None if purpose is None else _ON_FOR.get((kind, purpose))
    return Preset.OFFER if on is not None and preset is Preset.ON and section not in on else preset


def _offered(kind: RecipientKind, chosen: Iterable[Section]) -> list[Section]:
    wanted = set(chosen)
    sections = [offer.section for offer in offered(kind) if offer.section in wanted]
    if len(sections) != len(wanted):
        raise GrantError(f"{min(wanted.difference(sections))} is not offered to {kind}; leave it out")
    return sections


def _item(kind: RecipientKind, outline: EntryOutline, name_employers: bool) -> GrantItem:
    paths = tuple(path for path in outline.paths if _let_out(kind, outline, path, name_employers))
    return GrantItem(outline.section, outline.entry_id, paths, outline.by_employer)


def _let_out(kind: RecipientKind, outline: EntryOutline, path: str, name_employers: bool) -> bool:
    if outline.by_employer and path in AUTHOR_CLAIMS:
        return name_employers and (outline.section, path) == EMPLOYER_NAME
    return permitted(kind, outline.section, path)
