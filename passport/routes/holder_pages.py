"""The holder's own pages: what the passport holds, telling and changing a section, what waits, the log."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, Final, Literal

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from consent.countersign import level_of
from consent.log_verification import log_does_not_prove
from passport import acceptance, holders, live_shares, records, reply_requests, sharing
from passport.access import LoggedEvent, latest
from passport.answers import changes_in
from passport.form_errors import form_errors
from passport.forms import begun, form_fields, read_form, reshape, with_keys
from passport.log_lines import LogLine, log_lines
from passport.messages.texts import read_text
from passport.reading import own_reading
from passport.records import HeldEntry
from passport.releasing import shareable_with, travels
from passport.replies import who_said
from passport.routes.callers import PageHolder, TheService
from passport.routes.navigation import holder_navigation
from passport.share_life import ALARMING
from passport.sharing import HeldShare
from passport.tables import AccessKind, EntryState, MessageKind
from passport.telling_places import places
from passport.web.forms import PostedForm
from passport.web.pages import Page, PageOfRequest
from schemas.catalogue import CATALOGUE
from schemas.consent_vocabulary import LegalBasis, RetentionRule
from schemas.consent_words import level_in_words
from schemas.errors import SectionError
from schemas.sections.work import ChangeStatus
from schemas.vocabulary import AuthorKind, Preset, RecipientKind, Section, Standing
from schemas.words import in_words

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, prefix="/passport")

EVENTS_AT_ONCE: Final = 200
EVENTS_SHOWN: Final = 2000  # of one page at most, where so many are told in few lines
LINES_SHOWN: Final = 50  # of one page at least, as long as there are more
_WHO_BELOW: Final = frozenset({AccessKind.OPENED, AccessKind.WRONG_PASSCODE, AccessKind.REFUSED})
_LOOKS: Final = frozenset({AccessKind.OPENED, AccessKind.FETCHED, AccessKind.LOOKED})
_NO_LOOKS: Final = frozenset(AccessKind) - _LOOKS
_NEVER_EMPLOYER: Final = frozenset(
    section for section, spec in CATALOGUE.items() if spec.presets[RecipientKind.EMPLOYER] is Preset.NEVER
)


@router.get("")
def home(page: Page, service: TheService, caller: PageHolder) -> HTMLResponse:
    """Show the whole passport: its sections, what waits, and what is shared now."""
    d = service.deployment
    now = d.now()
    with d.database.reading() as connection:
        holder = holders.open_holder(d, connection, caller.holder_id)
        held = records.entries_of(connection, holder)
        broken = {row.section for row in records.broken_of(connection, holder)}
        requests = reply_requests.open_to_holder(connection, caller.holder_id, now=now)
    shares = [share for share in sharing.shares_of(d, caller.holder_id) if share.runs(now)]
    return page.show(
        "passport/home.html",
        navigation=holder_navigation(page, "/passport"),
        name=holder.name,
        sections=[_row(page, section, held, broken) for section in CATALOGUE],
        done=page.request.query_params.get("done"),
        waiting=[
            (
                entry.row.entry_id,
                own_reading(entry, name=holder.name, language=page.language),
                _limits(page, entry),
                _answered(page, entry),
            )
            for entry in _newest_waiting(held)
        ],
        requests=requests,
        shares=[share_row(page, share, now=now) for share in shares],
        updates={
            one.share.row.share_id for one in live_shares.updates(d, caller.holder_id) if not one.put_off
        },
    )


@router.get("/sections/{section}")
def show_section(page: Page, service: TheService, caller: PageHolder, section: Section) -> HTMLResponse:
    """Show one section: every entry in it, from whoever told or signed it."""
    holder, held = records.read_all(service.deployment, caller.holder_id)
    found = [
        entry for entry in held if entry.row.section is section and entry.row.state is EntryState.ACCEPTED
    ]
    read = partial(own_reading, name=holder.name, language=page.language)
    return page.show(
        "passport/section.html",
        navigation=holder_navigation(page, "/passport"),
        section=section,
        title=CATALOGUE[section].label[page.language],
        done=page.request.query_params.get("done") == "1",
        can_tell=AuthorKind.HOLDER in CATALOGUE[section].authors,
        told=any(entry.row.author_kind is AuthorKind.HOLDER for entry in found),
        places=places([(section, entry.body) for entry in found], page.language),
        readings=[(read(entry), _limits(page, entry), _behind(page, entry, found)) for entry in found],
    )


@router.get("/sections/{section}/edit")
def edit_section(page: Page, service: TheService, caller: PageHolder, section: Section) -> HTMLResponse:
    """Ask for a section's content, filled with what was told before."""
    _tellable(section)
    _holder, held = records.read_all(service.deployment, caller.holder_id)
    return _form(page, section, _told_body(section, held))


@router.post("/sections/{section}/edit")
def send_section(
    page: Page, service: TheService, caller: PageHolder, form: PostedForm, section: Section
) -> Response:
    """Keep what was told, or change the form's shape, or say what to correct."""
    _tellable(section)
    model = CATALOGUE[section].model
    add, remove = form.text("add") or None, form.text("remove") or None
    body = read_form(model, form.values, blank_rows=bool(add or remove))
    if add or remove:
        return _form(page, section, reshape(model, body, add=add, remove=remove))
    d = service.deployment
    body = with_keys(model, body, new_key=lambda: d.random_bytes(6).hex())
    try:
        records.tell(d, caller.holder_id, {section: body})
    except SectionError as exc:
        return _form(page, section, body, errors=form_errors(model, exc, page.language))
    return RedirectResponse(f"/passport/sections/{section}?done=1", 303)


@router.post("/entries/{entry_id}/{decision}")
def decide_entry(
    service: TheService, caller: PageHolder, entry_id: str, decision: Literal["accept", "decline"]
) -> Response:
    """Accept or decline what a practitioner or an employer signed."""
    settle = acceptance.accept if decision == "accept" else acceptance.decline
    settle(service.deployment, caller.holder_id, entry_id)
    return RedirectResponse(f"/passport?done={decision}", 303)


@router.get("/log")
def show_log(
    page: Page,
    service: TheService,
    caller: PageHolder,
    before: int | None = None,
    share: str | None = None,
    only: str | None = None,
) -> HTMLResponse:
    """Show who looked and what else happened, newest first; `before` is where the page before this one ended.

    `share`: what is about this share alone; `only=looks`: who looked, and nothing else.
    """
    d, without = service.deployment, _NO_LOOKS if only == "looks" else frozenset[AccessKind]()
    shares = sharing.shares_of(d, caller.holder_id)
    names = {one.row.share_id: (one.grant.recipient.name, _known(page, one)) for one in shares}
    running = {one.row.share_id for one in shares if one.runs(d.now())}
    share = share if share in names else None  # no share of theirs: all that happened
    with d.database.reading() as connection:
        holder = holders.open_holder(d, connection, caller.holder_id)
        older = partial(latest, connection, holder.vault, holder.holder_id, without=without, share_id=share)
        lines, earlier = _page_of_log(older, before)
    return page.show(
        "passport/log.html",
        navigation=holder_navigation(page, "/passport/log"),
        events=[_log_line(page, line, names, running) for line in lines],
        limits=log_does_not_prove(page.language),
        earlier=earlier,
        only="looks" if only == "looks" else None,
        share=share,
        share_name=names.get(share or "", (None, None))[1],
    )


def _page_of_log(
    older: Callable[..., Sequence[LoggedEvent]], before: int | None
) -> tuple[list[LogLine], int | None]:
    """Return the newest lines below a sequence number, and where the next page begins; None: there is none.

    Events are told together before they are counted: many that say the same push nothing off the page.
    """
    found: list[LoggedEvent] = []
    lines: list[LogLine] = []
    while len(lines) < LINES_SHOWN and len(found) < EVENTS_SHOWN:
        more = older(before=before, limit=EVENTS_AT_ONCE)
        found.extend(more)
        lines = log_lines(found)
        if len(more) < EVENTS_AT_ONCE:
            return lines, None
        before = more[-1].sequence
    return lines, before


def _log_line(
    page: PageOfRequest, line: LogLine, names: Mapping[str, tuple[str, str]], running: Collection[str]
) -> dict[str, Any]:
    newest = line.newest
    name, known = names.get(newest.share_id or "", (None, None))
    return {
        "at": newest.occurred_at,
        "since": line.oldest.occurred_at if len(line.events) > 1 else None,
        "times": len(line.events),
        "kind": newest.kind.value,
        "share_id": newest.share_id,
        "sequence": newest.sequence,
        "can_stop": newest.kind in ALARMING and newest.share_id in running,
        "recipient": name if newest.kind in _WHO_BELOW else known,  # how sure we are is said once
        "who": newest.detail.get("who"),
        "author": newest.detail.get("author"),
        "message": _message(page, newest),
        "messages": [(one.occurred_at, _message(page, one)) for one in line.events],
        "to": newest.detail.get("to"),
        "said_by": who_said(newest.known, page.language),
        "says_use": newest.detail.get("basis") != LegalBasis.NOT_STATED,
        "says_kept": newest.detail.get("kept") != RetentionRule.NOT_PROMISED,
        "sections": [
            spec.label[page.language]
            for section, spec in CATALOGUE.items()
            if section in newest.detail.get("sections", ())
        ],
        "is_look": newest.kind in _LOOKS,
    }


def _known(page: PageOfRequest, share: HeldShare) -> str:
    """Return a recipient's name as the holder gave it, and how sure we are of them."""
    return f"{share.grant.recipient.name} ({level_in_words(share.level, page.language, share.address)})"


def _message(page: PageOfRequest, event: LoggedEvent) -> str | None:
    """Return the subject of the message that an event is about."""
    kind = event.detail.get("message")
    return None if kind is None else read_text(MessageKind(kind), page.language)[0]


def share_row(page: PageOfRequest, share: HeldShare, *, now: Any) -> dict[str, Any]:
    """Return what a list of shares says of one."""
    return {
        "share_id": share.row.share_id,
        "recipient": share.grant.recipient.name,
        "level": level_in_words(share.level, page.language, share.address),
        "sections": [CATALOGUE[s].label[page.language] for s in CATALOGUE if s in share.grant.sections],
        "last_day": share.last_day,
        "looks": share.row.views - share.row.program_views,
        "fetches": share.row.program_views,
        "state": share.state(now).value,
        "runs": share.runs(now),
        "stopped_at": share.row.revoked_at,
        "exposed": share.row.exposed_at is not None and share.runs(now),
        "bare": share.row.is_bare,
    }


def _newest_waiting(held: Sequence[HeldEntry]) -> Sequence[HeldEntry]:
    """Return what waits for the holder, without what the same person has said anew since, of the same change."""
    waiting = [entry for entry in held if entry.row.state is EntryState.PENDING]
    said_anew = {(entry.row.supersedes, entry.provenance.author_name) for entry in waiting}
    return [one for one in waiting if (one.row.entry_id, one.provenance.author_name) not in said_anew]


def _answered(page: PageOfRequest, entry: HeldEntry) -> dict[str, str] | None:
    """Return what an employer said of which change, and how sure we were of them; None of all else that waits."""
    if entry.row.author_kind is not AuthorKind.EMPLOYER:
        return None
    (change,) = changes_in(entry)
    return {
        "status": in_words(ChangeStatus(change["status"]), page.language),
        "change": change["change"],
        "level": level_in_words(level_of(change), page.language),
    }


def _behind(page: PageOfRequest, entry: HeldEntry, found: Sequence[HeldEntry]) -> str | None:
    """Return where a change still stands by the holder's own line, when this answer of an employer says otherwise."""
    if entry.row.author_kind is not AuthorKind.EMPLOYER:
        return None
    (said,) = changes_in(entry)
    told = [row for one in found if one.row.author_kind is AuthorKind.HOLDER for row in changes_in(one)]
    own = [row["status"] for row in told if row["change"] == said["change"]]
    return in_words(ChangeStatus(own[0]), page.language) if own and said["status"] not in own else None


def _limits(page: PageOfRequest, entry: HeldEntry) -> dict[str, Any]:
    """Return with whom an entry can be shared, in words, and whether it is an employer's who could be anybody."""
    return {
        "kinds": [in_words(kind, page.language) for kind in shareable_with(entry)],
        "from_unknown": not travels(entry, RecipientKind.EMPLOYER),
    }


def _row(
    page: PageOfRequest, section: Section, held: Sequence[HeldEntry], broken: Collection[Section]
) -> dict[str, Any]:
    spec = CATALOGUE[section]
    accepted = [e for e in held if e.row.section is section and e.row.state is EntryState.ACCEPTED]
    return {
        "section": section.value,
        "title": spec.label[page.language],
        "can_tell": AuthorKind.HOLDER in spec.authors,
        "changed_on": max((e.row.issued_at for e in accepted), default=None),
        "broken": section in broken,
        "standing": _worst(accepted),
    }


def _worst(held: Sequence[HeldEntry]) -> str:
    """Return where the entries of a section stand together: one that does not stand is worth a word."""
    found = {entry.standing for entry in held}
    return next((s.value for s in (Standing.SUSPENDED, Standing.REVOKED) if s in found), Standing.VALID.value)


def _tellable(section: Section) -> None:
    if AuthorKind.HOLDER not in CATALOGUE[section].authors:
        raise HTTPException(404)


def _told_body(section: Section, held: Sequence[HeldEntry]) -> dict[str, Any]:
    told = [
        entry.body
        for entry in held
        if entry.row.section is section and entry.row.author_kind is AuthorKind.HOLDER
    ]
    return told[-1] if told else {}


def _form(
    page: PageOfRequest, section: Section, body: dict[str, Any], *, errors: dict[str, str] | None = None
) -> HTMLResponse:
    spec = CATALOGUE[section]
    return page.show(
        "passport/edit.html",
        422 if errors else 200,
        navigation=holder_navigation(page, "/passport"),
        section=section.value,
        title=spec.label[page.language],
        never_employer=section in _NEVER_EMPLOYER,
        fields=form_fields(spec.model, begun(spec.model, body), language=page.language, errors=errors or {}),
        errors=errors,
    )
