"""The holder shares: choose with whom and what, look at exactly what they will see, share; show the QR again; stop."""

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from fastapi import APIRouter
from markupsafe import Markup
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from consent.grant import GrantError, Recipient
from consent.limits import permitted
from consent.presets import PURPOSES, is_before_offer, switched_on
from consent.qr import qr_svg
from consent.reply import OtherRecipientError, OtherSectionsError
from consent.share_code import show_share_code
from issuers.credential import Claim
from passport import held_receipts, live_shares, openers, previewing, sharing
from passport.answers import changes_in
from passport.deployment import last_day
from passport.following import lines_left_out
from passport.previewing import Preview
from passport.reading import readings
from passport.records import HeldEntry
from passport.releasing import BrokenEntryError, UnshareableError
from passport.reply_requests import RequestNotFoundError
from passport.routes.callers import PageHolder, Service, TheService
from passport.routes.claim_words import claim_words
from passport.routes.holder_pages import share_row
from passport.routes.navigation import holder_navigation
from passport.routes.receipts import receipt_context
from passport.routes.terms_pages import terms_in_words
from passport.share_request import NothingToShareError, ShareRequest, outline_of
from passport.sharing import Choice
from passport.web.forms import Form, FormErrors, PostedForm
from passport.web.pages import Page, PageOfRequest
from schemas.catalogue import AUTHOR_CLAIMS, CATALOGUE, TOLD_ON
from schemas.consent_words import level_in_words
from schemas.fields import Name
from schemas.readable import notice
from schemas.sections.work import ChangeKind
from schemas.vocabulary import AuthorKind, Language, Preset, Purpose, RecipientKind, Section
from schemas.words import in_words

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, prefix="/passport/shares")

HERE: Final = "/passport/shares"
DAYS: Final = ("1", "7", "30", "90", "180", "365")
OPENERS_SHOWN: Final = 20  # the others are on the page of who answered
_BESIDE: Final = frozenset({*AUTHOR_CLAIMS, TOLD_ON})  # who and when: goes with what they say


@router.get("")
def list_shares(page: Page, service: TheService, caller: PageHolder) -> HTMLResponse:
    """Show every share, ended ones included."""
    d = service.deployment
    shares = [share_row(page, held, now=d.now()) for held in sharing.shares_of(d, caller.holder_id)]
    return page.show("share/list.html", navigation=holder_navigation(page, HERE), shares=shares)


@router.get("/new/{kind}")
def new_share(
    page: Page, service: TheService, caller: PageHolder, kind: RecipientKind, purpose: Purpose | None = None
) -> HTMLResponse:
    """Ask with whom, what for, what and how long; the preset for the purpose is ticked already."""
    chosen = purpose if purpose in PURPOSES[kind] else PURPOSES[kind][0]
    return _ask(page, service, caller.holder_id, kind, Form(), purpose=chosen)


@router.post("/new/{kind}")
def send_new_share(
    page: Page, service: TheService, caller: PageHolder, kind: RecipientKind, form: PostedForm
) -> Response:
    """Show exactly what the recipient would see, or share."""
    d = service.deployment
    if form.text("step") == "change" or form.text("preset"):
        return _ask(page, service, caller.holder_id, kind, form)
    message = page.gettext("Enter the name of the person or organisation, 120 characters or fewer")
    named = form.check(_Named, messages={"recipient": message})
    if isinstance(named, FormErrors):
        return _ask(page, service, caller.holder_id, kind, form, errors=named.by_field)
    choices = sharing.choices(d, caller.holder_id, kind)
    request = _request(Recipient(kind, named.recipient), form, choices, language=page.language)
    try:
        if form.text("step") == "share":
            share_id = sharing.share(d, caller.holder_id, request)
            return RedirectResponse(f"{HERE}/{share_id}", 303)
        found = previewing.preview(d, service.board, caller.holder_id, request)
    except RequestNotFoundError:  # answered already, or too late: their list says so
        return RedirectResponse("/passport/replies", 303)
    except OtherRecipientError:
        message = page.gettext("They asked for someone else. Enter the name that their request gives")
        return _ask(page, service, caller.holder_id, kind, form, errors={"recipient": message})
    except OtherSectionsError:
        message = page.gettext("Choose at least one section that they asked for, or go back and say no")
        return _ask(page, service, caller.holder_id, kind, form, errors={"sections": message})
    except BrokenEntryError:
        message = page.gettext("A section could not be verified. Tell it again, or leave it out")
        return _ask(page, service, caller.holder_id, kind, form, errors={"sections": message})
    except UnshareableError:
        message = page.gettext(
            "This cannot be shared as it is. Choose fewer sections or lines, or tell them again"
        )
        return _ask(page, service, caller.holder_id, kind, form, errors={"sections": message})
    except (GrantError, NothingToShareError):
        message = page.gettext("Choose at least one section that says something")
        return _ask(page, service, caller.holder_id, kind, form, errors={"sections": message})
    return _preview(page, form, request, found)


@router.get("/{share_id}")
def show_share(page: Page, service: TheService, caller: PageHolder, share_id: str) -> HTMLResponse:
    """Show the QR code, the link, the passcode and the share code of one share."""
    d = service.deployment
    held = sharing.find(d, caller.holder_id, share_id)
    secrets = sharing.secrets_of(d, caller.holder_id, share_id)
    link = sharing.share_link(d, held, secrets.secret)
    receipt = held_receipts.of_share(d, caller.holder_id, share_id)
    found, opened_in = openers.openers_of(d, caller.holder_id, share_id, limit=OPENERS_SHOWN)
    return page.show(
        "share/show.html",
        navigation=holder_navigation(page, HERE),
        share=share_row(page, held, now=d.now()),
        mail=d.sends_mail,
        done=page.request.query_params.get("done") == "1",
        left_out=lines_left_out(d, caller.holder_id, held.grant),
        live=held.row.live,
        update=live_shares.update_of(d, caller.holder_id, share_id),
        can_extend=d.end_of_day(1) <= sharing.latest_end(held.row),
        purpose=in_words(held.grant.purpose, page.language),
        attempts_left=held.row.attempts_left,
        qr=Markup(_qr(link)),  # noqa: S704 - an SVG of our own making: only squares
        link=link,
        passcode=secrets.passcode,
        code=show_share_code(secrets.typed_code) if secrets.typed_code else None,
        code_until=last_day(held.row.code_expires_at) if held.row.code_expires_at else None,
        code_page=f"{d.settings.base_url}/code",
        openers=Counter(one.who(page.language) for one in found),
        opened_in=opened_in,
        reachable=any(one.person.address for one in found),
        terms=terms_in_words(page, receipt.newest.receipt),
        **receipt_context(page, receipt),
    )


@router.post("/{share_id}/stop")
def stop_share(service: TheService, caller: PageHolder, share_id: str) -> Response:
    """Stop a share at once."""
    sharing.stop(service.deployment, caller.holder_id, share_id)
    return RedirectResponse(f"{HERE}/{share_id}", 303)


@lru_cache(maxsize=64)
def _qr(link: str) -> str:
    """Return the QR code as SVG without the XML declaration, which HTML does not take. Kept: drawing takes 15 ms."""
    svg = qr_svg(link)
    return svg[svg.index("<svg") :]


def _ask(
    page: PageOfRequest,
    service: Service,
    holder_id: str,
    kind: RecipientKind,
    form: Form,
    *,
    purpose: Purpose | None = None,
    errors: Mapping[str, str] | None = None,
) -> HTMLResponse:
    purpose = purpose or _purpose(kind, form)
    found = sharing.choices(service.deployment, holder_id, kind, purpose)
    sent = bool(form.fields) and not form.text("preset")  # a preset ticks anew; what was typed stays
    return page.show(
        "share/new.html",
        422 if errors else 200,
        navigation=holder_navigation(page, HERE),
        language_path=f"{HERE}/new/{kind}",
        kind=kind.value,
        kind_words=in_words(kind, page.language),
        errors=errors,
        values=form.values,
        sections=[_option(page, choice, form, purpose, sent=sent) for choice in found],
        purposes=[(p.value, in_words(p, page.language)) for p in PURPOSES[kind]],
        purpose=purpose.value,
        before_offer=is_before_offer(kind, purpose),
        interview=Purpose.JOB_INTERVIEW in PURPOSES[kind],
        marked=any(_marked(entry) for choice in found for entry in choice.entries),
        interview_words=in_words(ChangeKind.INTERVIEW, page.language),
        days=DAYS,
        chosen_days=form.text("days") or "30",
        passcode=not sent or form.text("passcode") == "yes",
        typed_code=form.text("typed_code") == "yes",
        live=form.text("live") == "yes",
        answered=any(e.row.author_kind is AuthorKind.EMPLOYER for choice in found for e in choice.entries),
        name_employers=form.text("name_employers") == "yes",
    )


def _marked(entry: HeldEntry) -> bool:
    """Return whether it asks for a change that its holder needs at a job interview itself."""
    return any(row.get("kind") == ChangeKind.INTERVIEW for row in changes_in(entry))


def _purpose(kind: RecipientKind, form: Form) -> Purpose:
    sent = form.text("preset") or form.text("purpose")
    return Purpose(sent) if sent in PURPOSES[kind] else PURPOSES[kind][0]


def _option(
    page: PageOfRequest, choice: Choice, form: Form, purpose: Purpose, *, sent: bool
) -> dict[str, Any]:
    """Return one section of the form, with the lines that can be held back."""
    section = choice.offer.section
    kept = set(form.chosen("keep"))
    lines, on = _lines(choice, _kind_of(page), page.language), _switched_on(choice, _kind_of(page), purpose)
    some_on = choice.offer.chosen or any(value in on for value, _ in lines)
    return {
        "section": section.value,
        "title": CATALOGUE[section].label[page.language],
        "ticked": section.value in form.chosen("sections") if sent else some_on,
        "afresh": choice.offer.preset is Preset.OFFER_AFRESH,
        "notice": notice(section, page.language),
        "lines": [
            {"value": value, "text": text, "ticked": value in kept if sent else not some_on or value in on}
            for value, text in lines
        ],
    }


def _switched_on(choice: Choice, kind: RecipientKind, purpose: Purpose) -> frozenset[str]:
    """Return the lines that the preset for this purpose ticks: all of a section, or those of an interview alone."""
    return frozenset(
        f"{entry.row.entry_id}:{path}"
        for entry in choice.entries
        for path in switched_on(kind, purpose, outline_of(entry))
    )


def _kind_of(page: PageOfRequest) -> RecipientKind:
    return RecipientKind(page.request.path_params["kind"])


def _lines(choice: Choice, kind: RecipientKind, language: Language) -> list[tuple[str, str]]:
    """Return each line of a section that this recipient may see, as (form value, words)."""
    return [
        (f"{entry.row.entry_id}:{claim.path}", claim_words(choice.offer.section, claim, language))
        for entry in choice.entries
        for claim in entry.claims
        if claim.name not in _BESIDE and permitted(kind, choice.offer.section, claim.path)
    ]


class _Named(BaseModel):
    """Whom a holder shares with."""

    recipient: Name


def _request(recipient: Recipient, form: Form, choices: Any, *, language: Language) -> ShareRequest:
    """Return the form's decision. What was not shown, or not ticked, is not shared."""
    kind = recipient.kind
    sections = frozenset(Section(s) for s in form.chosen("sections") if s in set(Section))
    kept = set(form.chosen("keep"))
    left_out = {
        entry.row.entry_id: paths
        for choice in choices
        if choice.offer.section in sections
        for entry in choice.entries
        if (paths := [c.path for c in entry.claims if _held_back(entry.row.entry_id, c, kind, choice, kept)])
    }
    days = form.text("days")
    return ShareRequest(
        recipient=recipient,
        purpose=_purpose(kind, form),
        days=int(days) if days in DAYS else 30,
        sections=sections,
        left_out=left_out,
        passcode=form.text("passcode") == "yes",
        typed_code=form.text("typed_code") == "yes",
        live=form.text("live") == "yes",
        name_employers=form.text("name_employers") == "yes",
        language=language,
        answers=form.text("request") or None,
    )


def _held_back(entry_id: str, claim: Claim, kind: RecipientKind, choice: Choice, kept: set[str]) -> bool:
    choosable = claim.name not in _BESIDE and permitted(kind, choice.offer.section, claim.path)
    return choosable and f"{entry_id}:{claim.path}" not in kept


def _preview(page: PageOfRequest, form: Form, request: ShareRequest, found: Preview) -> HTMLResponse:
    kind = request.recipient.kind
    return page.show(
        "share/preview.html",
        navigation=holder_navigation(page, HERE),
        language_path=f"{HERE}/new/{kind}",
        kind=kind.value,
        notice=found.notice,
        level=level_in_words(None, page.language),
        places=found.places,
        readings=readings(found.verification.entries, kind=kind, language=page.language),
        fields=[(name, value) for name, values in form.fields.items() if name != "step" for value in values],
    )
