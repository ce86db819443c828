"""What each kind of recipient is offered: the catalogue's presets applied to the entries a passport holds.

Pure; decides nothing about time. Left out: the holder's own choices, which narrow or widen what is here within
consent.limits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from consent.grant import GrantError, GrantItem
from consent.limits import permitted
from schemas.catalogue import CATALOGUE, TOLD_ON
from schemas.vocabulary import Preset, RecipientKind, Section


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


def offered(kind: RecipientKind) -> tuple[OfferedSection, ...]:
    """Return the sections a holder may share with this kind of recipient; those never shared are not in it."""
    specs = sorted(CATALOGUE.values(), key=lambda spec: spec.order)
    return tuple(
        OfferedSection(spec.section, spec.presets[kind], spec.preset_claims.get(kind))
        for spec in specs
        if spec.presets[kind] is not Preset.NEVER
    )


def preset_items(
    kind: RecipientKind, outlines: Sequence[EntryOutline], *, chosen: Iterable[Section] | None = None
) -> tuple[GrantItem, ...]:
    """Return the items of a read grant: every permitted disclosure of the chosen sections, in catalogue order.

    `chosen=None` takes the sections that the preset switches on. Entries that would show only their date are left out.

    Raises:
        GrantError: a chosen section is not offered to this kind of recipient.
    """
    sections = (
        [offer.section for offer in offered(kind) if offer.chosen]
        if chosen is None
        else _offered(kind, chosen)
    )
    items = (
        _item(kind, outline) for section in sections for outline in outlines if outline.section is section
    )
    return tuple(item for item in items if any(path != TOLD_ON for path in item.paths))


def _offered(kind: RecipientKind, chosen: Iterable[Section]) -> list[Section]:
    wanted = set(chosen)
    sections = [offer.section for offer in offered(kind) if offer.section in wanted]
    if len(sections) != len(wanted):
        raise GrantError(f"{min(wanted.difference(sections))} is not offered to {kind}; leave it out")
    return sections


def _item(kind: RecipientKind, outline: EntryOutline) -> GrantItem:
    paths = tuple(path for path in outline.paths if permitted(kind, outline.section, path))
    return GrantItem(outline.section, outline.entry_id, paths)
