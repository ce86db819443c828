"""What a holder sees before they share: exactly what would be let out, in which words, and where it may tell too much.

Left out: the page (routes/share_pages.py) and sharing itself (passport.sharing). Nothing is stored.
"""

from dataclasses import dataclass

from consent.verification import Verification
from passport import sharing, viewing
from passport.deployment import Deployment
from passport.following import request_again
from passport.grant_receipts import notice_of, rows_of
from passport.holders import open_holder
from passport.share_request import ShareRequest
from passport.sharing import held_of, row_of
from passport.statuses import StatusBoard
from passport.telling_places import TellingWords, places
from schemas.consent_notice import ShareNotice
from schemas.vocabulary import Language, RecipientKind, Section


@dataclass(frozen=True, slots=True)
class Preview:
    """A share as it would be. `places`: where its words may tell an employer a condition; nothing is blocked."""

    bundle: bytes
    verification: Verification
    notice: ShareNotice
    language: Language  # of all that is said here
    places: tuple[TellingWords, ...]


def preview(d: Deployment, board: StatusBoard, holder_id: str, request: ShareRequest) -> Preview:
    """Return what a request would share, verified as its recipient's page verifies it.

    Raises:
        GrantError, NothingToShareError: the request lets out what it must not, or nothing.
        BrokenEntryError, UnshareableError: what was chosen does not open, or is too much for one share.
        RequestNotFoundError, OtherRecipientError, OtherSectionsError: it is no answer to what it should answer.
    """
    bundle = sharing.preview(d, holder_id, request)
    found = viewing.check_unbound(d, board, bundle)
    shown = [(entry.section, row) for entry in found.entries for row in rows_of(entry.readable.claims)]
    told = places_told(request.recipient.kind, found, request.language)
    return Preview(bundle, found, notice_of(request, shown), request.language, told)


def preview_again(
    d: Deployment, board: StatusBoard, holder_id: str, share_id: str, *, afresh: frozenset[Section]
) -> Preview:
    """Return what sharing the same again would share (passport.share_life), in the language of the share before.

    Raises:
        ShareNotFoundError: the holder has no such share.
        GrantError, NothingToShareError: nothing is left of it, or `afresh` names what was not in it.
        BrokenEntryError, UnshareableError: as `preview`.
    """
    with d.database.reading() as connection:
        holder = open_holder(d, connection, holder_id)
        held = held_of(d, connection, holder, row_of(connection, holder_id, share_id))
        request = request_again(d, connection, holder, held, afresh=afresh)
    return preview(d, board, holder_id, request)


def places_told(kind: RecipientKind, found: Verification, language: Language) -> tuple[TellingWords, ...]:
    """Return where words may tell a condition: to an employer, for others are told conditions as such."""
    if kind is not RecipientKind.EMPLOYER:
        return ()
    return places([(entry.section, entry.readable.claims) for entry in found.entries], language)
