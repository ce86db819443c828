"""What a receipt says of a grant: the wording shown before, and each shared entry by the hash of what was let out.

Left out: signing and keeping (passport.receipts), and who read it (passport.read_receipts).
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection

from consent.bundle import parse_bundle
from consent.countersign import CHANGES
from consent.grant import Grant
from consent.presets import beyond_preset, is_before_offer, is_for_interview
from consent.receipt import Notice, SharedEntry
from passport import receipts
from passport.decisions import SHARES_PATH, WRITERS_PATH, Decision
from passport.deployment import Deployment
from passport.holders import OpenHolder
from passport.records import HeldEntry
from passport.share_request import ShareRequest
from passport.store import entries
from schemas.catalogue import AUTHOR_CLAIMS, CATALOGUE, TOLD_ON
from schemas.consent_notice import ShareNotice, share_notice, writing_notice
from schemas.consent_vocabulary import Assurance
from schemas.vocabulary import Language, Section


def share_given(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    request: ShareRequest,
    *,
    grant: Grant,
    held: Sequence[HeldEntry],
    share_id: str,
    bundle: bytes,
) -> None:
    """Record that a share was made, in its transaction. No receipt, no share.

    Raises:
        ReceiptError: it must not be recorded.
    """
    decision = Decision(
        grant=grant,
        notice=Notice.of(notice_of(request, _rows_shown(grant, held)).text, request.language),
        path=f"{SHARES_PATH}/{share_id}",
        shared=shared_in(connection, holder, grant, bundle),
        shown_name=_shown_name(grant, held),
    )
    receipts.on_given(d, connection, holder, decision, answers=request.answers)


def share_changed(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    grant: Grant,
    bundle: bytes,
    *,
    notice: Notice,
) -> None:
    """Record that a live share was sent on: the holder decided anew what it shows, having read the notice.

    Raises:
        ReceiptError: it must not be recorded.
    """
    shared = shared_in(connection, holder, grant, bundle)
    receipts.on_changed(d, connection, holder, grant.grant_id, shared=shared, notice=notice)


def writing_given(
    d: Deployment, connection: Connection, holder: OpenHolder, grant: Grant, language: Language
) -> None:
    """Record that a practitioner may write; `language`: of what the holder read before.

    Raises:
        ReceiptError: it must not be recorded.
    """
    notice = Notice.of("\n".join(writing_notice(language)), language)
    decision = Decision(grant=grant, notice=notice, path=WRITERS_PATH, assurance=Assurance.TRUST_LIST)
    receipts.on_given(d, connection, holder, decision)


def notice_of(request: ShareRequest, shown: Iterable[tuple[Section, object]]) -> ShareNotice:
    """Return the wording that the preview of a request shows around what it shows, in the request's language.

    `shown`: every row (`rows_of`) with its section. Of changes needed at an interview nobody is warned before one.
    """
    kind, purpose = request.recipient.kind, request.purpose
    sections = {section for section, row in shown if not is_for_interview(section, row)}
    return share_notice(
        request.recipient.name,
        purpose=purpose,
        days=request.days,
        live=request.live,
        again=request.again,
        early=beyond_preset(kind, purpose, sections) if is_before_offer(kind, purpose) else (),
        language=request.language,
    )


def rows_of(claims: Mapping[str, object]) -> Sequence[object]:
    """Return the changes at work that an entry shows one by one; any other entry is one row, as a whole."""
    changes = claims.get(CHANGES)
    return changes if isinstance(changes, list) else [claims]


def shared_in(
    connection: Connection, holder: OpenHolder, grant: Grant, bundle: bytes
) -> tuple[SharedEntry, ...]:
    """Return each entry of a Bundle that was made of this grant: who wrote it, the hash of its presentation there."""
    # consent.presentation.present: in catalogue order, entries of one section as the grant has them.
    items = sorted(grant.items, key=lambda item: CATALOGUE[item.section].order)
    presented = parse_bundle(bundle).presentations
    rows = (entries.get(connection, holder.holder_id, item.entry_id) for item in items)
    authors = [None if row is None else row.author_kind for row in rows]
    found = zip(items, presented, authors, strict=True)
    return tuple(SharedEntry.of(item, text, author) for item, text, author in found)


def _rows_shown(grant: Grant, held: Sequence[HeldEntry]) -> list[tuple[Section, object]]:
    claims = {entry.row.entry_id: entry.claims for entry in held}
    return [
        (item.section, claim.value)
        for item in grant.items
        for claim in claims[item.entry_id]
        if claim.path in item.paths and claim.name not in (*AUTHOR_CLAIMS, TOLD_ON)
    ]


def _shown_name(grant: Grant, held: Sequence[HeldEntry]) -> str | None:
    """Return the holder's name where this share shows it."""
    bodies = {entry.row.entry_id: entry.body for entry in held}
    names = [
        bodies[item.entry_id].get("name")
        for item in grant.items
        if item.section is Section.ABOUT_ME and "name" in item.paths
    ]
    return next((name for name in names if isinstance(name, str)), None)
