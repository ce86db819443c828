"""What a holder sees before they share: exactly what would be let out, in which words, and where it may tell too much.

Left out: the page (routes/share_pages.py) and sharing itself (passport.sharing). Nothing is stored.
"""

from dataclasses import dataclass, replace

from consent.grant import GrantError
from consent.verification import Verification
from passport import sharing, viewing
from passport.deployment import Deployment
from passport.following import chosen_afresh, request_again
from passport.grant_receipts import notice_of
from passport.holders import open_holder
from passport.releasing import BrokenEntryError, UnshareableError
from passport.share_request import NothingToShareError, ShareRequest
from passport.sharing import held_of, row_of
from passport.statuses import StatusBoard
from passport.telling_places import TellingPlace, places
from schemas.consent_notice import ShareNotice
from schemas.vocabulary import Language, RecipientKind


@dataclass(frozen=True, slots=True)
class Preview:
    """A share as it would be. `places`: where its words may tell an employer a condition; nothing is blocked."""

    bundle: bytes
    verification: Verification
    notice: ShareNotice
    places: tuple[TellingPlace, ...]


def preview(d: Deployment, board: StatusBoard, holder_id: str, request: ShareRequest) -> Preview:
    """Return what a request would share, verified as its recipient's page verifies it.

    Raises:
        GrantError, NothingToShareError: the request lets out what it must not, or nothing.
        BrokenEntryError, UnshareableError: what was chosen does not open, or is too much for one share.
    """
    bundle = sharing.preview(d, holder_id, request)
    found = viewing.check_unbound(d, board, bundle)
    shown = {entry.section for entry in found.entries}
    told = places_told(request.recipient.kind, found, request.language)
    return Preview(bundle, found, notice_of(request, shown), told)


def places_again(
    d: Deployment, board: StatusBoard, holder_id: str, share_id: str, language: Language
) -> tuple[TellingPlace, ...]:
    """Return where sharing the same again may tell a condition, whichever sections are chosen afresh.

    Raises:
        ShareNotFoundError: the holder has no such share.
    """
    with d.database.reading() as connection:
        holder = open_holder(d, connection, holder_id)
        held = held_of(connection, holder, row_of(connection, holder_id, share_id))
        request = request_again(connection, holder, held, days=1, afresh=chosen_afresh(held.grant))
    try:
        return preview(d, board, holder_id, replace(request, language=language)).places
    except (GrantError, NothingToShareError, BrokenEntryError, UnshareableError):
        return ()  # nothing is shared like this; whoever tries it is told why


def places_told(kind: RecipientKind, found: Verification, language: Language) -> tuple[TellingPlace, ...]:
    """Return where words may tell a condition: to an employer, for others are told conditions as such."""
    if kind is not RecipientKind.EMPLOYER:
        return ()
    return places([(entry.section, entry.readable.claims) for entry in found.entries], language)
