"""What a share lets out, signed: the entries that can be shared, and the Bundle of a grant, checked before it goes out.

Left out: what the holder decides (passport.share_request) and where the Bundle is kept (passport.sharing).
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from consent.assurance import may_travel
from consent.countersign import CHANGES, level_of
from consent.grant import Grant, GrantError, Refused
from consent.presentation import present, release, share_bundle
from consent.presets import may_be_on, may_receive
from consent.verification import StepNumber
from consent.verify import verify
from issuers.status_list import StatusRef
from issuers.trust import TrustList
from passport.holders import OpenHolder
from passport.records import SEEN_BY_HOLDER, HeldEntry, broken_of, entries_of
from passport.share_request import ShareRequest, outline_of
from passport.tables import EntryState
from schemas.errors import PassportError
from schemas.vocabulary import AuthorKind, Language, RecipientKind, Standing


class UnshareableError(PassportError):
    """What was chosen would be refused by every verifier."""

    code = "unshareable"


class BrokenEntryError(PassportError):
    """A chosen section was altered where it is stored."""

    code = "entry_broken"


def audience(share_id: str) -> str:
    """Return the public name of a share: a urn, so that a saved file leaks no live link."""
    return f"urn:passport:share:{share_id}"


def accepted(connection: Connection, holder: OpenHolder, kind: RecipientKind) -> Sequence[HeldEntry]:
    """Return what can be shared: what is suspended or was taken back would be refused by every verifier."""
    found = entries_of(connection, holder, frozenset({EntryState.ACCEPTED}))
    return [one for one in found if one.standing is Standing.VALID and travels(one, kind)]


def shareable_with(entry: HeldEntry) -> tuple[RecipientKind, ...]:
    """Return the kinds of recipients that an entry, or part of it, can be shared with; once accepted, if it waits."""
    if entry.row.state not in SEEN_BY_HOLDER or entry.standing is not Standing.VALID:
        return ()
    outline = outline_of(entry)
    return tuple(kind for kind in RecipientKind if travels(entry, kind) and may_receive(kind, outline))


def travels(entry: HeldEntry, kind: RecipientKind) -> bool:
    """Return whether an entry may go to this kind of recipient.

    To an employer goes no word of another employer's that anybody with a link could have said.
    """
    if entry.row.author_kind is not AuthorKind.EMPLOYER or kind is not RecipientKind.EMPLOYER:
        return True
    levels = (level_of(claim.value) for claim in entry.claims if claim.name == CHANGES)
    return all(level is not None and may_travel(level) for level in levels)


def shareable(connection: Connection, holder: OpenHolder, request: ShareRequest) -> Sequence[HeldEntry]:
    """Return what can be shared. Nobody shares less than they chose without being told.

    Raises:
        BrokenEntryError: an entry of a chosen section does not open.
    """
    kind, purpose = request.recipient.kind, request.purpose
    chosen = may_be_on(kind, purpose) if request.sections is None else request.sections
    if any(row.section in chosen for row in broken_of(connection, holder)):
        raise BrokenEntryError("a chosen section could not be verified: tell it again, or leave it out")
    return accepted(connection, holder, kind)


def bundle_of(
    holder: OpenHolder,
    grant: Grant,
    held: Sequence[HeldEntry],
    *,
    share_id: str,
    status: StatusRef,
    trust: TrustList,
    language: Language,
    now: datetime,
) -> bytes:
    """Return the Bundle of a grant as of `now`, bound to one share by the passport's key.

    Raises:
        GrantError: the grant does not hold now, or names an entry that is not held.
        UnshareableError: its recipient's verifier would refuse it.
    """
    credentials = {e.row.entry_id: str(e.credential.sd_jwt) for e in held}
    released = release(grant, credentials=credentials, now=now)
    if isinstance(released, Refused):
        raise GrantError(f"the grant does not hold: {released.sentence}")
    presentation = present(
        released,
        passport_signer=holder.passport_signer(),
        audience=audience(share_id),
        nonce=grant.nonce,
        now=now,
        share_status=status,
    )
    bundle = share_bundle(presentation, trust=trust, language=language)
    _check_opens(bundle, trust, now)
    return bundle


def _check_opens(bundle: bytes, trust: TrustList, now: datetime) -> None:
    """Refuse to hand out what its recipient's verifier would refuse."""
    failed = verify(bundle, trust=trust, statuses={}, now=now).failed
    if failed is not None:
        what = "this is too much for one share: choose fewer sections or lines"
        stale = f"a section cannot be verified any more ({failed.code}): tell it again, or leave it out"
        raise UnshareableError(what if failed.number is StepNumber.PARSE else stale)
