"""What a holder does to a running share, one thing a page: last day, share code, a new link, a change to send."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse, Response

from consent.grant import GrantError
from passport import live_shares, previewing, share_life, sharing, viewing
from passport.deployment import last_day
from passport.following import chosen_afresh
from passport.live_shares import Update
from passport.previewing import Preview
from passport.reading import readings
from passport.releasing import BrokenEntryError, UnshareableError
from passport.routes.callers import PageHolder, Service, TheService
from passport.routes.claim_words import claim_words
from passport.routes.holder_pages import share_row
from passport.routes.navigation import holder_navigation
from passport.sealed_shares import CODE_DAYS
from passport.share_life import NotExtendableError
from passport.share_request import NothingToShareError
from passport.sharing import HeldShare
from passport.web.forms import Form, PostedForm
from passport.web.pages import Page, PageOfRequest
from schemas.catalogue import CATALOGUE
from schemas.consent_notice import end_notice
from schemas.readable import notice
from schemas.vocabulary import Section
from schemas.words import in_words

router = APIRouter(
    include_in_schema=False, default_response_class=HTMLResponse, prefix="/passport/shares/{share_id}"
)

HERE: Final = "/passport/shares"
EXTEND_DAYS: Final = (7, 30, 90, 180, 365)
CODE_FOR_DAYS: Final = (1, CODE_DAYS, 30)


@router.get("/extend")
def ask_end(page: Page, service: TheService, caller: PageHolder, share_id: str) -> HTMLResponse:
    """Ask until when a share is to run."""
    return _ask_end(page, service, caller.holder_id, share_id)


@router.post("/extend")
def extend(page: Page, service: TheService, caller: PageHolder, share_id: str, form: PostedForm) -> Response:
    """Move the last day of a share."""
    days = _days(form, EXTEND_DAYS)
    if days is None:
        wrong = page.gettext("Choose how long")
        return _ask_end(page, service, caller.holder_id, share_id, errors={"days": wrong})
    try:
        share_life.extend(service.deployment, caller.holder_id, share_id, days=days, language=page.language)
    except NotExtendableError:
        wrong = page.gettext(
            "Choose a day that is later than the last day now. A share runs for a year at most"
        )
        return _ask_end(page, service, caller.holder_id, share_id, errors={"days": wrong})
    return RedirectResponse(f"{HERE}/{share_id}?done=1", 303)


@router.post("/rearm")
def rearm(service: TheService, caller: PageHolder, share_id: str) -> Response:
    """Let the recipient try their passcode again."""
    share_life.rearm(service.deployment, caller.holder_id, share_id)
    return _to_share(share_id)


@router.get("/code")
def ask_code(page: Page, service: TheService, caller: PageHolder, share_id: str) -> HTMLResponse:
    """Ask for how long a share code is to be good."""
    return _ask_code(page, service, caller.holder_id, share_id)


@router.post("/code")
def make_code(
    page: Page, service: TheService, caller: PageHolder, share_id: str, form: PostedForm
) -> Response:
    """Make a share code, in the place of any other."""
    days = _days(form, CODE_FOR_DAYS)
    if days is None:
        wrong = page.gettext("Choose how long")
        return _ask_code(page, service, caller.holder_id, share_id, errors={"days": wrong})
    share_life.make_code(service.deployment, caller.holder_id, share_id, days=days)
    return _to_share(share_id)


@router.post("/code/off")
def drop_code(service: TheService, caller: PageHolder, share_id: str) -> Response:
    """Switch the share code off."""
    share_life.drop_code(service.deployment, caller.holder_id, share_id)
    return _to_share(share_id)


@router.post("/passcode")
def renew_passcode(service: TheService, caller: PageHolder, share_id: str) -> Response:
    """Make another passcode."""
    share_life.renew_passcode(service.deployment, caller.holder_id, share_id)
    return _to_share(share_id)


@router.get("/again")
def ask_again(page: Page, service: TheService, caller: PageHolder, share_id: str) -> HTMLResponse:
    """Show what a new link would carry; sections that are chosen afresh are asked about."""
    return _ask_again(page, service, caller.holder_id, share_id)


@router.post("/again")
def share_again(
    page: Page, service: TheService, caller: PageHolder, share_id: str, form: PostedForm
) -> Response:
    """Stop a share and share the same with the same recipient under a new link."""
    chosen = frozenset(Section(name) for name in form.chosen("sections") if name in set(Section))
    try:
        new_id = share_life.share_again(service.deployment, caller.holder_id, share_id, afresh=chosen)
    except NothingToShareError:
        wrong = page.gettext("Nothing of it is as it was. Share it as something new")
        return _ask_again(page, service, caller.holder_id, share_id, errors={"sections": wrong})
    return _to_share(new_id)


@router.get("/update")
def ask_update(page: Page, service: TheService, caller: PageHolder, share_id: str) -> HTMLResponse:
    """Ask which new lines to send on; where there are none, show at once what would be sent."""
    update = live_shares.waiting(service.deployment, caller.holder_id, share_id)
    if update.asked:
        return _ask_rows(page, service, update)
    return _preview(page, service, caller.holder_id, update, {})


@router.post("/update")
def send_update(
    page: Page, service: TheService, caller: PageHolder, share_id: str, form: PostedForm
) -> Response:
    """Show what would be sent, or send it."""
    update = live_shares.waiting(service.deployment, caller.holder_id, share_id)
    rows = _rows(update, form)
    try:
        if form.text("step") == "send":
            live_shares.send_update(
                service.deployment, caller.holder_id, share_id, rows=rows, language=page.language
            )
            return _to_share(share_id)
        return _preview(page, service, caller.holder_id, update, rows)
    except NothingToShareError:
        wrong = page.gettext("Choose at least one line, or stop sharing")
        return _ask_rows(page, service, update, errors={"rows": wrong})


@router.post("/update/not-now")
def put_off(service: TheService, caller: PageHolder, share_id: str) -> Response:
    """Do not send a change now, and do not ask again until something changes."""
    live_shares.put_off(service.deployment, caller.holder_id, share_id)
    return _to_share(share_id)


def _to_share(share_id: str) -> Response:
    return RedirectResponse(f"{HERE}/{share_id}", 303)


def _days(form: Form, choices: tuple[int, ...]) -> int | None:
    return next((days for days in choices if form.text("days") == str(days)), None)


def _show(
    page: PageOfRequest,
    service: Service,
    held: HeldShare,
    template: str,
    *,
    errors: Mapping[str, str] | None = None,
    **context: Any,
) -> HTMLResponse:
    return page.show(
        template,
        422 if errors else 200,
        navigation=holder_navigation(page, HERE),
        share=share_row(page, held, now=service.deployment.now()),
        errors=errors,
        **context,
    )


def _ask_end(
    page: PageOfRequest,
    service: Service,
    holder_id: str,
    share_id: str,
    *,
    errors: Mapping[str, str] | None = None,
) -> HTMLResponse:
    d = service.deployment
    held = sharing.find(d, holder_id, share_id)
    ends = {days: d.end_of_day(days) for days in EXTEND_DAYS}
    name, until = held.grant.recipient.name, last_day(held.row.expires_at)
    notices = {n: end_notice(name, last_day=until, days=n, language=page.language) for n in EXTEND_DAYS}
    days = [n for n, end in ends.items() if held.row.expires_at < end <= sharing.latest_end(held.row)]
    return _show(
        page,
        service,
        held,
        "share/extend.html",
        errors=errors,
        language_path=f"{HERE}/{share_id}/extend",
        notice=notices[EXTEND_DAYS[0]],
        choices=[(n, notices[n].choice, last_day(ends[n])) for n in days],
    )


def _ask_code(
    page: PageOfRequest,
    service: Service,
    holder_id: str,
    share_id: str,
    *,
    errors: Mapping[str, str] | None = None,
) -> HTMLResponse:
    held = sharing.find(service.deployment, holder_id, share_id)
    return _show(
        page,
        service,
        held,
        "share/code.html",
        errors=errors,
        language_path=f"{HERE}/{share_id}/code",
        days=CODE_FOR_DAYS,
        chosen=CODE_DAYS,
        has_code=held.row.code_expires_at is not None,
        has_passcode=held.row.passcode_phc is not None,
    )


def _ask_again(
    page: PageOfRequest,
    service: Service,
    holder_id: str,
    share_id: str,
    *,
    errors: Mapping[str, str] | None = None,
) -> HTMLResponse:
    held = sharing.find(service.deployment, holder_id, share_id)
    kind, afresh = held.grant.recipient.kind, chosen_afresh(held.grant)
    found = _preview_again(service, held, afresh)
    entries = found.verification.entries if found else ()
    certain = [entry for entry in entries if entry.section not in afresh]
    return _show(
        page,
        service,
        held,
        "share/again.html",
        errors=errors,
        language_path=f"{HERE}/{share_id}/again",
        kind=kind.value,
        notice=found and found.notice,
        notice_language=found and found.language.value,
        places=previewing.places_told(kind, found.verification, page.language) if found else (),
        readings=readings(certain, kind=kind, language=page.language),
        purpose=in_words(held.grant.purpose, page.language),
        afresh=[
            (section.value, CATALOGUE[section].label[page.language], notice(section, page.language))
            for section in CATALOGUE
            if section in afresh
        ],
    )


def _preview_again(service: Service, held: HeldShare, afresh: frozenset[Section]) -> Preview | None:
    """Return what is shared again with every section that can be chosen; without them, where one cannot be shared."""
    row = held.row
    for chosen in (afresh, frozenset[Section]()):
        with suppress(GrantError, NothingToShareError, BrokenEntryError, UnshareableError):
            return previewing.preview_again(
                service.deployment, service.board, row.holder_id, row.share_id, afresh=chosen
            )
    return None  # nothing is shared like this; whoever tries it is told why


def _ask_rows(
    page: PageOfRequest, service: Service, update: Update, *, errors: Mapping[str, str] | None = None
) -> HTMLResponse:
    lines = [
        (f"{step.now.row.entry_id}:{claim.path}", claim_words(step.item.section, claim, page.language))
        for step in update.steps
        if step.now and step.followed
        for claim in step.now.claims
        if claim.path in step.followed.asked
    ]
    return _show(
        page,
        service,
        update.share,
        "share/update.html",
        errors=errors,
        language_path=f"{HERE}/{update.share.row.share_id}/update",
        notice=update.notice(page.language),
        lines=lines,
    )


def _rows(update: Update, form: Form) -> dict[str, list[str]]:
    """Return the ticked lines among those asked about."""
    ticked = set(form.chosen("rows"))
    found = {
        entry_id: [path for path in paths if f"{entry_id}:{path}" in ticked]
        for entry_id, paths in update.asked.items()
    }
    return {entry_id: paths for entry_id, paths in found.items() if paths}


def _preview(
    page: PageOfRequest, service: Service, holder_id: str, update: Update, rows: Mapping[str, list[str]]
) -> HTMLResponse:
    d, share_id = service.deployment, update.share.row.share_id
    bundle, changes = live_shares.preview_update(d, holder_id, share_id, rows=rows, language=page.language)
    verification = viewing.check_unbound(d, service.board, bundle)
    kind = update.share.grant.recipient.kind
    return _show(
        page,
        service,
        update.share,
        "share/update_preview.html",
        language_path=f"{HERE}/{share_id}/update",
        notice=update.notice(page.language),
        changes=changes,
        places=previewing.places_told(kind, verification, page.language),
        readings=readings(verification.entries, kind=kind, language=page.language),
        rows=[f"{entry_id}:{path}" for entry_id, paths in rows.items() for path in paths],
    )
