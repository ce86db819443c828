"""The services' values as bodies of the JSON API."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from consent.grant import Recipient
from consent.share_code import show_share_code
from issuers.encoding import decode_json_object
from passport.access import LoggedEvent
from passport.append_grants import AppendGrant
from passport.deployment import Deployment
from passport.entry_status import EntryStanding
from passport.holders import OpenHolder
from passport.previewing import Preview
from passport.records import HeldEntry
from passport.releasing import shareable_with
from passport.sealed_shares import ShareSecrets
from passport.share_request import ShareRequest
from passport.sharing import HeldShare, share_link
from passport.telling_places import TellingWords
from schemas import wire
from schemas.readable import signed_by
from schemas.vocabulary import Section, StatusReason


def entry(holder: OpenHolder, held: HeldEntry) -> wire.EntryBody:
    """Return one entry as its holder sees it."""
    row = held.row
    return wire.EntryBody(
        entry_id=row.entry_id,
        section=row.section,
        author=row.author_kind,
        state=row.state.value,
        standing=held.standing,
        shareable_with=shareable_with(held),
        signed_by=signed_by(held.provenance, holder.name, holder.language),
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        claims=tuple(wire.ClaimBody(path=claim.path, value=claim.value) for claim in held.claims),
    )


def standing(found: EntryStanding) -> wire.StandingBody:
    """Return where an entry stands."""
    return wire.StandingBody(entry_id=found.row.entry_id, section=found.row.section, standing=found.standing)


def share_request(asked: wire.NewShare) -> ShareRequest:
    """Return what a holder's program decides about a share."""
    return ShareRequest(
        recipient=Recipient(asked.recipient.kind, asked.recipient.name),
        purpose=asked.purpose,
        days=asked.days,
        sections=None if asked.sections is None else frozenset(asked.sections),
        left_out=asked.left_out,
        passcode=asked.passcode,
        typed_code=asked.typed_code,
        max_views=asked.max_views,
        live=asked.live,
        name_employers=asked.name_employers,
        language=asked.language,
        answers=asked.answers,
    )


def preview(found: Preview) -> wire.PreviewBody:
    """Return what a share would let out, and what to think of before."""
    return wire.PreviewBody(
        notice=found.notice.text,
        warning=found.notice.warning,
        telling=telling(found.places),
        bundle=decode_json_object(found.bundle),
    )


def telling(places: Iterable[TellingWords]) -> tuple[wire.TellingBody, ...]:
    """Return which words may tell an employer a condition, and where."""
    return tuple(wire.TellingBody(words=one.words, places=one.places, why=one.why) for one in places)


def share(held: HeldShare, *, now: datetime) -> wire.ShareBody:
    """Return one share without its secrets."""
    row, grant = held.row, held.grant
    return wire.ShareBody(
        share_id=row.share_id,
        recipient=wire.RecipientBody(kind=grant.recipient.kind, name=grant.recipient.name),
        assurance=held.level,
        purpose=grant.purpose,
        sections=in_order(grant.sections),
        created_at=row.created_at,
        expires_at=row.expires_at,
        state=held.state(now).value,
        views=row.views,
        program_views=row.program_views,
        max_views=row.max_views,
        attempts_left=row.attempts_left,
        passcode=row.passcode_phc is not None,
        typed_code=row.code_expires_at is not None,
        code_ends_at=row.code_expires_at,
        exposed=row.exposed_at is not None,
        live=row.live,
        released_at=row.released_at or row.created_at,
    )


def secrets(d: Deployment, held: HeldShare, found: ShareSecrets) -> wire.ShareSecrets:
    """Return what the holder hands over."""
    return wire.ShareSecrets(
        link=share_link(d, held, found.secret),
        passcode=found.passcode,
        typed_code=show_share_code(found.typed_code) if found.typed_code else None,
    )


def append_grant(given: AppendGrant, *, now: datetime) -> wire.AppendGrantBody:
    """Return one append grant as holder and practitioner see it."""
    return wire.AppendGrantBody(
        grant_id=given.row.grant_id,
        practitioner=given.writer.practitioner.name,
        organisation=given.writer.organisation.name,
        holder=given.holder_name,
        sections=in_order(given.grant.sections),
        ends_at=given.row.ends_at,
        state=append_state(given, now),
    )


def append_state(given: AppendGrant, now: datetime) -> Literal["open", "ended", "stopped"]:
    """Return where an append grant stands."""
    if given.row.revoked_at is not None:
        return "stopped"
    return "ended" if now >= given.row.ends_at else "open"


def event(found: LoggedEvent) -> wire.EventBody:
    """Return one line of the access log."""
    known = found.known
    return wire.EventBody(
        sequence=found.sequence,
        occurred_at=found.occurred_at,
        kind=found.kind,
        share_id=found.share_id,
        who=known.get("who"),
        sections=in_order(frozenset(Section(section) for section in found.detail.get("sections", ()))),
        assurance=known.get("assurance"),
        address=known.get("address"),
        organisation=known.get("organisation"),
        reason=_status_reason(found),
    )


def _status_reason(found: LoggedEvent) -> StatusReason | None:
    reason = found.detail.get("reason")  # refusals have reasons of another list
    return StatusReason(reason) if reason in list(StatusReason) else None


def in_order(sections: frozenset[Section]) -> tuple[Section, ...]:
    """Return sections in catalogue order."""
    return tuple(section for section in Section if section in sections)
