"""Pairs of fictional passports that agree in all that a kind of recipient may be given, and differ in the rest.

Bodies come from the catalogue's models, a few of each section, drawn once: a new section has some on its first day.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from consent.following import follow
from consent.grant import GrantItem
from consent.presentation import release, share_bundle
from consent.presets import EntryOutline, is_for_interview, offered, preset_items
from issuers.credential import HeldCredential
from issuers.status_list import StatusRef
from schemas.catalogue import CATALOGUE, TOLD_ON
from schemas.vocabulary import AuthorKind, IssuerKind, Language, Preset, Purpose, RecipientKind, Section
from tests.consent_floor.passports import (
    AUTHOR,
    ENTRY_LIST,
    HOLDER_ISSUER,
    NOW,
    ORGANISATION,
    TRUST,
    granted,
    issued,
    presented,
    salts,
    trusted,
)
from tests.schemas.strategies import bodies

BODIES_OF_A_SECTION = 8
MANNERS = 6
ALL_MAY_SIGN = replace(
    TRUST,
    issuers=(
        trusted(HOLDER_ISSUER, IssuerKind.TOLD_BY_HOLDER, Section),
        trusted(ORGANISATION, IssuerKind.ORGANISATION, Section),
        TRUST.issuers[-1],
    ),
)


class Told(NamedTuple):
    """One entry, in numbers: what it says, and how it was told (by whom, when, under which index)."""

    section: Section
    body: int
    manner: int


@dataclass(frozen=True)
class Pair:
    """Two passports, in the order in which their entries came."""

    one: Sequence[Told]
    other: Sequence[Told]


@dataclass(frozen=True)
class Wish:
    """What a holder ticks for a share: sections (None: those of the preset), and by place the claims to leave out."""

    chosen: Set[Section] | None
    left_out: Set[int]
    language: Language
    purpose: Purpose | None = None  # None: no preset of its own


def never(kind: RecipientKind) -> list[Section]:
    """Return the sections that this kind of recipient is never given."""
    return [section for section, spec in CATALOGUE.items() if spec.presets[kind] is Preset.NEVER]


def tellings(sections: Sequence[Section]) -> st.SearchStrategy[Told]:
    """Entries of some sections."""
    numbers = st.integers(0, BODIES_OF_A_SECTION - 1)
    return st.builds(Told, st.sampled_from(sections), numbers, st.integers(0, MANNERS - 1))


@st.composite
def pairs(draw: st.DrawFn, kind: RecipientKind) -> Pair:
    """Pairs with the same entries of what may be shared, between other entries of what never is: more, fewer, none."""
    hidden = st.lists(tellings(never(kind)), max_size=5)
    offers = tellings([offer.section for offer in offered(kind)])
    shared = draw(st.lists(offers, min_size=2, max_size=8, unique=True))
    pair = Pair(_arranged(draw, shared, draw(hidden)), _arranged(draw, shared, draw(hidden)))
    assume(pair.one != pair.other)
    return pair


@st.composite
def wishes(draw: st.DrawFn, kind: RecipientKind) -> Wish:
    """Anything that a holder may tick for this kind of recipient."""
    sections = frozenset(offer.section for offer in offered(kind))
    unticked = draw(st.none() | st.sets(st.sampled_from(sorted(sections)), max_size=len(sections) - 1))
    left_out = draw(st.sets(st.integers(0, 12), max_size=4))
    chosen = None if unticked is None else sections - unticked
    purpose = draw(st.none() | st.sampled_from(Purpose))
    return Wish(chosen, left_out, draw(st.sampled_from(Language)), purpose)


def received(kind: RecipientKind, passport: Sequence[Told], wish: Wish) -> bytes:
    """Return the Bundle that a recipient gets of this passport; nothing where the wish leaves nothing to share."""
    held = {f"entry-{place}": credential(told) for place, told in enumerate(passport)}
    items = _items(kind, passport, held, wish)
    if not items:
        return b""
    released = release(granted(kind, items), credentials=held, now=NOW)
    assert isinstance(released, tuple)
    return share_bundle(presented(released), trust=ALL_MAY_SIGN, language=wish.language)


def sent_on(
    kind: RecipientKind, passport: Sequence[Told], later: Mapping[Told, Told], wish: Wish, *, now: datetime
) -> bytes:
    """Return the Bundle of a live share after some entries were told anew and all that changed was sent on."""
    held = {f"entry-{place}": credential(told) for place, told in enumerate(passport)}
    anew = {
        f"{name}-anew": credential(later[told])
        for name, told in zip(held, passport, strict=True)
        if told in later
    }
    items = []
    for item in _items(kind, passport, held, wish):
        entry_id = f"{item.entry_id}-anew" if f"{item.entry_id}-anew" in anew else item.entry_id
        claims = {**held, **anew}[entry_id].claims
        followed = follow(item, held[item.entry_id].claims, entry_id=entry_id, claims=claims)
        items.append(followed.item(followed.asked))
    kept = tuple(item for item in items if item)
    if not kept:
        return b""
    released = release(granted(kind, kept), credentials={**held, **anew}, now=now)
    assert isinstance(released, tuple)
    return share_bundle(presented(released, now=now), trust=ALL_MAY_SIGN, language=wish.language)


@cache
def credential(told: Told) -> HeldCredential:
    """Return an entry as it is held: the same numbers, the same signature."""
    choice = drawn_bodies(told.section)
    signed_at_work = AuthorKind.PRACTITIONER in CATALOGUE[told.section].authors and told.manner % 2 == 0
    text = issued(
        told.section,
        choice[told.body % len(choice)],
        author=replace(AUTHOR, role=f"Therapist {told.manner}") if signed_at_work else None,
        told_on=date(2026, 11, 1 + told.manner),
        issuer_url=ORGANISATION if signed_at_work else HOLDER_ISSUER,
        status=StatusRef(ENTRY_LIST, 11 * told.manner),
        new_salt=salts(str(told)),
        now=NOW - timedelta(days=1 + 50 * told.manner),
    )
    return HeldCredential.parse(text)


@cache
def drawn_bodies(section: Section) -> Sequence[dict[str, Any]]:
    """Return a few bodies of a section that say something, the same ones each time."""
    drawn: list[dict[str, Any]] = []

    @settings(max_examples=BODIES_OF_A_SECTION, derandomize=True, database=None, phases=[Phase.generate])
    @given(bodies(section).filter(lambda body: any(body.values())))
    def draw(body: dict[str, Any]) -> None:
        drawn.append(body)

    draw()
    return drawn


def _items(
    kind: RecipientKind, passport: Sequence[Told], held: Mapping[str, HeldCredential], wish: Wish
) -> tuple[GrantItem, ...]:
    outlines = [
        EntryOutline(
            name,
            told.section,
            tuple(claim.path for claim in held[name].claims),
            at_interview=frozenset(
                claim.path for claim in held[name].claims if is_for_interview(told.section, claim.value)
            ),
        )
        for name, told in zip(held, passport, strict=True)
    ]
    items = (
        replace(item, paths=tuple(path for at, path in enumerate(item.paths) if at not in wish.left_out))
        for item in preset_items(kind, outlines, purpose=wish.purpose, chosen=wish.chosen)
    )
    return tuple(item for item in items if set(item.paths) - {TOLD_ON})


def _arranged(draw: st.DrawFn, shared: Sequence[Told], hidden: Sequence[Told]) -> Sequence[Told]:
    """Return all entries in any order, but those of one shared section in the order they were told."""
    told = {section: iter([one for one in shared if one.section is section]) for section, *_ in shared}
    order = draw(st.permutations([*shared, *hidden]))
    return [next(told[one.section]) if one.section in told else one for one in order]
