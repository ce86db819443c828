"""What the holder decides about a share, and the grant that it makes.

Left out: signing and storing (passport.sharing).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from consent.grant import Grant, GrantError, GrantItem, GrantKind, Recipient
from consent.presets import EntryOutline, check_purpose, is_for_interview, preset_items
from passport.deployment import Deployment
from passport.records import HeldEntry
from schemas.errors import PassportError
from schemas.vocabulary import AuthorKind, Language, Purpose, Section


class NothingToShareError(PassportError):
    """The chosen sections hold nothing that this recipient may be given."""

    code = "nothing_to_share"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRequest:
    """What the holder decides. `sections=None` takes the preset's; `left_out` names rows to hold back, by entry."""

    recipient: Recipient
    purpose: Purpose
    days: int
    sections: frozenset[Section] | None = None
    left_out: Mapping[str, Sequence[str]] | None = None
    passcode: bool = True
    typed_code: bool = False
    max_views: int | None = None
    name_employers: bool = (
        False  # those who answered changes at work: else nobody is told which employer it was
    )
    live: bool = False  # follows accepted updates that the holder sends on (passport.live_shares)
    language: Language = Language.ENGLISH
    answers: str | None = None  # the request of a recipient that it grants
    again: bool = False  # it takes the place of a share whose link stops (passport.share_life)


def new_grant(d: Deployment, request: ShareRequest, held: Sequence[HeldEntry]) -> Grant:
    """Return the grant of a request.

    Raises:
        GrantError: a section or the purpose is not offered to this recipient, or a left-out row is not there.
        NothingToShareError: nothing is left to share.
    """
    check_purpose(request.recipient.kind, request.purpose)
    outlines = [outline_of(entry) for entry in held]
    items = preset_items(
        request.recipient.kind,
        outlines,
        purpose=request.purpose,
        chosen=request.sections,
        name_employers=request.name_employers,
    )
    left_out = request.left_out or {}
    _check_left_out(left_out, items, outlines)
    kept = tuple(item for item in _without(items, left_out) if item.paths)
    if not kept:
        raise NothingToShareError(
            "the chosen sections hold nothing yet; tell something first or choose others"
        )
    now = d.now().replace(microsecond=0)
    return Grant(
        grant_id=d.new_id(),
        kind=GrantKind.READ,
        recipient=request.recipient,
        purpose=request.purpose,
        starts_at=now,
        ends_at=d.end_of_day(request.days),
        nonce=d.new_nonce(),
        items=kept,
    )


def outline_of(entry: HeldEntry) -> EntryOutline:
    """Return what of an entry can be let out, by its paths."""
    return EntryOutline(
        entry.row.entry_id,
        entry.row.section,
        tuple(claim.path for claim in entry.claims),
        by_employer=entry.row.author_kind is AuthorKind.EMPLOYER,
        at_interview=frozenset(c.path for c in entry.claims if is_for_interview(entry.row.section, c.value)),
    )


def _check_left_out(
    left_out: Mapping[str, Sequence[str]], items: Sequence[GrantItem], outlines: Sequence[EntryOutline]
) -> None:
    """Refuse a name that holds nothing back: whoever misspelt it would share what they meant to keep."""
    if left_out.keys() - {item.entry_id for item in items}:
        raise GrantError("left_out names an entry that is not in this share; leave it out")
    paths = {outline.entry_id: outline.paths for outline in outlines}
    if any(set(named).difference(paths[entry_id]) for entry_id, named in left_out.items()):
        raise GrantError("left_out names a part that the entry does not have; look at your passport again")


def _without(items: Sequence[GrantItem], left_out: Mapping[str, Sequence[str]]) -> list[GrantItem]:
    kept = [
        replace(item, paths=tuple(p for p in item.paths if p not in left_out.get(item.entry_id, ())))
        for item in items
    ]
    return [item for item in kept if any(path != "told_on" for path in item.paths)]
