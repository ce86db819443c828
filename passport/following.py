"""What has become of the entries that a share names: each goes on in the entry that took its place (consent.following).

Left out: sending a change on (passport.live_shares) and sharing again (passport.share_life), which both start here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from consent.bundle import parse_bundle
from consent.following import Followed, follow, says_the_same
from consent.grant import Grant, GrantError, GrantItem
from consent.limits import EMPLOYER_NAME, permitted
from passport.acceptance import continues
from passport.deployment import Deployment, last_day
from passport.holders import OpenHolder, open_holder
from passport.records import HeldEntry, entries_of
from passport.releasing import accepted
from passport.sealed_shares import open_bundle
from passport.share_request import ShareRequest
from passport.sharing import HeldShare
from passport.store import share_files
from passport.tables import EntryState, ShareRow
from schemas.catalogue import AUTHOR_CLAIMS, CATALOGUE, TOLD_ON
from schemas.vocabulary import Language, Preset, RecipientKind, Section

EVERY_STATE: Final = frozenset(EntryState)
AGAIN_DAYS: Final = 30  # of a share that takes the place of one whose end has passed


@dataclass(frozen=True, slots=True)
class Step:
    """One granted entry and how it goes on. `now` is None when nothing took the place of what is gone."""

    item: GrantItem
    followed: Followed | None
    now: HeldEntry | None
    same: bool  # a reader would read the same


def steps(connection: Connection, holder: OpenHolder, grant: Grant) -> Sequence[Step]:
    """Return how each entry of a read grant goes on now, in the grant's order."""
    every = {entry.row.entry_id: entry for entry in entries_of(connection, holder, EVERY_STATE)}
    shareable = accepted(connection, holder, grant.recipient.kind)
    return [_step(item, every.get(item.entry_id), shareable) for item in grant.items]


def lines_kept(d: Deployment, holder_id: str, grant: Grant) -> frozenset[str]:
    """Return the lines of a read grant that go on as they were granted, each as entry id and path: "id:path"."""
    with d.database.reading() as connection:
        found = steps(connection, open_holder(d, connection, holder_id), grant)
    followed = (step.followed for step in found if step.followed)
    return frozenset(f"{one.entry_id}:{path}" for one in followed for path in one.kept)


def lines_left_out(d: Deployment, holder_id: str, grant: Grant) -> int:
    """Return how many lines of what a read grant lets out its holder left out."""
    paths = {item.entry_id: set(item.paths) for item in grant.items}
    with d.database.reading() as connection:
        held = entries_of(connection, open_holder(d, connection, holder_id), EVERY_STATE)
    lines = [(entry, claim) for entry in held if entry.row.entry_id in paths for claim in entry.claims]
    return sum(
        claim.name not in (*AUTHOR_CLAIMS, TOLD_ON)
        and permitted(grant.recipient.kind, entry.row.section, claim.path)
        and claim.path not in paths[entry.row.entry_id]
        for entry, claim in lines
    )


def request_again(
    d: Deployment, connection: Connection, holder: OpenHolder, held: HeldShare, *, afresh: frozenset[Section]
) -> ShareRequest:
    """Return the request for another share with the same recipient of what is still as it was granted.

    What must be chosen afresh for each share is left out, but for the sections in `afresh`.

    Raises:
        GrantError: `afresh` names what was not in the share, or need not be chosen afresh.
    """
    grant, kind = held.grant, held.grant.recipient.kind
    if not afresh <= chosen_afresh(grant):
        raise GrantError("afresh names a section that is not chosen afresh in this share; leave it out")
    sections = (grant.sections - chosen_afresh(grant)) | afresh
    kept = {s.followed.entry_id: s.followed.kept for s in steps(connection, holder, grant) if s.followed}
    return ShareRequest(
        recipient=grant.recipient,
        purpose=grant.purpose,
        days=_days_left(d, held.row),
        sections=sections,
        left_out=_left_out(accepted(connection, holder, kind), sections, kept, kind),
        name_employers=any(item.by_employer and EMPLOYER_NAME[1] in item.paths for item in grant.items),
        max_views=held.row.max_views,
        live=held.row.live,
        passcode=held.row.passcode_phc is not None,
        language=language_of(connection, holder, held.row),
        again=held.runs(d.now()),
    )


def chosen_afresh(grant: Grant) -> frozenset[Section]:
    """Return the sections of a grant that are asked about for each share."""
    kind = grant.recipient.kind
    return frozenset(s for s in grant.sections if CATALOGUE[s].presets[kind] is Preset.OFFER_AFRESH)


def language_of(connection: Connection, holder: OpenHolder, row: ShareRow) -> Language:
    """Return the language of a share's labels; the holder's own, once what it carried was purged.

    Raises:
        SealError: what it carries was altered where it is stored.
    """
    file = share_files.get(connection, row.holder_id, row.share_id)
    if file is None:
        return holder.language
    return parse_bundle(open_bundle(holder, file)).language


def _days_left(d: Deployment, row: ShareRow) -> int:
    """Return for how many days a share takes another's place: until the same day, unless that has passed."""
    days = (last_day(row.expires_at) - d.today()).days
    return days if days > 0 else AGAIN_DAYS


def _left_out(
    shareable: Sequence[HeldEntry],
    sections: frozenset[Section],
    kept: dict[str, tuple[str, ...]],
    kind: RecipientKind,
) -> dict[str, list[str]]:
    """Return what of these sections was not granted before, or is not as it was."""
    found = {}
    for entry in shareable:
        row = entry.row
        offered = [c.path for c in entry.claims if permitted(kind, row.section, c.path)]
        if row.section in sections and set(offered) - {TOLD_ON}:
            found[row.entry_id] = [path for path in offered if path not in kept.get(row.entry_id, ())]
    return {entry_id: paths for entry_id, paths in found.items() if paths}


def _step(item: GrantItem, before: HeldEntry | None, shareable: Sequence[HeldEntry]) -> Step:
    now = None if before is None else _successor(before, shareable)
    if before is None or now is None:
        return Step(item, None, None, same=False)
    followed = follow(item, before.claims, entry_id=now.row.entry_id, claims=now.claims)
    return Step(item, followed, now, same=says_the_same(item, before.claims, followed, now.claims))


def _successor(before: HeldEntry, shareable: Sequence[HeldEntry]) -> HeldEntry | None:
    """Return the accepted entry that an entry is now: itself, or the latest one that took its place."""
    line = [e for e in shareable if e.row.entry_id == before.row.entry_id or continues(e.row, before.row)]
    return max(line, key=lambda entry: entry.row.sequence, default=None)
