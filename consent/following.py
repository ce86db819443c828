"""What a live share carries on with when one of its entries is told anew: only what was granted. Pure.

A claim follows by its name. A row of a list has no name: it follows when it says the same as a granted row, and a row
that is new or was changed is asked about each time. Left out: which entry takes the place of which, and asking.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from consent.grant import GrantError, GrantItem
from issuers.credential import Claim
from issuers.encoding import encode_sorted_json
from schemas.catalogue import TOLD_ON
from schemas.vocabulary import Section


@dataclass(frozen=True, slots=True)
class Followed:
    """One entry of a live share as it would go on. `kept` and `asked` are disclosure paths of the entry now."""

    section: Section
    entry_id: str
    kept: tuple[str, ...]  # granted before: the same claim, or a row that says the same
    asked: tuple[str, ...]  # new or changed rows of lists that rows were granted of
    by_employer: bool = False

    def item(self, rows: Iterable[str] = ()) -> GrantItem | None:
        """Return what the grant says of this entry when the holder lets these rows out too; None when nothing is left.

        Raises:
            GrantError: a row is none of those asked about.
        """
        chosen = set(rows)
        if not chosen <= set(self.asked):
            raise GrantError("rows names a line that is not new in this share; look at its changes again")
        paths = tuple(path for path in (*self.kept, *self.asked) if path in chosen or path in self.kept)
        item = GrantItem(self.section, self.entry_id, paths, self.by_employer)
        return item if set(paths) - {TOLD_ON} else None


def follow(
    granted: GrantItem, before: Sequence[Claim], *, entry_id: str, claims: Sequence[Claim]
) -> Followed:
    """Return how a granted entry, which says `before`, goes on in `entry_id`, which says `claims`."""
    if entry_id == granted.entry_id:  # not told anew: rows that say the same twice are not exchanged either
        return Followed(granted.section, entry_id, granted.paths, (), granted.by_employer)
    let_out = [claim for claim in before if claim.path in granted.paths]
    named = {claim.name for claim in let_out if claim.row is None}
    lists = {claim.name for claim in let_out if claim.row is not None}
    rows = Counter(map(_said, let_out))
    held_back = {_said(claim) for claim in before if claim.path not in granted.paths}
    kept, asked = [], []
    for claim in claims:
        if claim.row is None:
            kept += [claim.path] if claim.name in named else []
        elif claim.name in lists and rows[_said(claim)]:
            rows[_said(claim)] -= 1
            kept.append(claim.path)
        elif claim.name in lists and _said(claim) not in held_back:
            asked.append(claim.path)
    return Followed(granted.section, entry_id, tuple(kept), tuple(asked), granted.by_employer)


def says_the_same(
    granted: GrantItem, before: Sequence[Claim], followed: Followed, claims: Sequence[Claim]
) -> bool:
    """Return whether a reader would read the same, the day it was told aside, and nothing is asked about."""
    old = Counter(_said(claim) for claim in before if claim.path in granted.paths and claim.name != TOLD_ON)
    new = Counter(_said(claim) for claim in claims if claim.path in followed.kept and claim.name != TOLD_ON)
    return old == new and not followed.asked


def _said(claim: Claim) -> tuple[str, bytes]:
    """Return a claim in a form that compares: 1, 1.0 and true are three values."""
    return claim.name, encode_sorted_json({"is": claim.value})
