"""The holder decides who may write in their passport."""

from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse, Response

from consent.grant import GrantError
from passport import append_grants
from passport.issuer_standing import IssuerMayNotSignError
from passport.organisations import PractitionerNotFoundError
from passport.routes.bodies import append_state
from passport.routes.callers import PageHolder, Service, TheService
from passport.routes.navigation import holder_navigation
from passport.web.forms import Form, PostedForm
from passport.web.pages import Page, PageOfRequest
from schemas.catalogue import CATALOGUE
from schemas.consent_notice import writing_notice
from schemas.consent_vocabulary import Assurance
from schemas.consent_words import consent_in_words
from schemas.vocabulary import AuthorKind, Section

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, prefix="/passport/writers")

HERE: Final = "/passport/writers"
DAYS: Final = ("30", "90", "180", "365")
WRITABLE: Final = tuple(s for s, spec in CATALOGUE.items() if AuthorKind.PRACTITIONER in spec.authors)
_USUAL: Final = (Section.PLAN, Section.SCORES, Section.WORK_ADVICE)


@router.get("")
def list_writers(page: Page, service: TheService, caller: PageHolder) -> HTMLResponse:
    """Show who may write, and ask whom else to let."""
    return _show(page, service, caller.holder_id, Form())


@router.post("")
def let_write(page: Page, service: TheService, caller: PageHolder, form: PostedForm) -> Response:
    """Let one practitioner write the ticked sections."""
    chosen = frozenset(Section(s) for s in form.chosen("sections") if s in WRITABLE)
    days = form.text("days")
    errors = {}
    if not form.text("username"):
        errors["username"] = page.gettext("Enter the practitioner’s username")
    if not chosen:
        errors["sections"] = page.gettext("Choose at least one section")
    if not errors:
        try:
            append_grants.give(
                service.deployment,
                caller.holder_id,
                username=form.text("username"),
                sections=chosen,
                days=int(days) if days in DAYS else 90,
                language=page.language,
            )
        except (PractitionerNotFoundError, GrantError):
            errors["username"] = page.gettext("No practitioner has this username. Ask them how it is spelt")
        except IssuerMayNotSignError:
            errors["username"] = page.gettext("Their organisation is suspended. Nothing they sign counts now")
    if errors:
        return _show(page, service, caller.holder_id, form, errors=errors)
    return RedirectResponse(HERE, 303)


@router.post("/{grant_id}/stop")
def stop_writing(service: TheService, caller: PageHolder, grant_id: str) -> Response:
    """Stop a practitioner from writing. What they wrote stays."""
    append_grants.withdraw(service.deployment, caller.holder_id, grant_id)
    return RedirectResponse(HERE, 303)


def _show(
    page: PageOfRequest, service: Service, holder_id: str, form: Form, *, errors: dict[str, str] | None = None
) -> HTMLResponse:
    d = service.deployment
    ticked = form.chosen("sections") if form.fields else _USUAL
    return page.show(
        "passport/writers.html",
        422 if errors else 200,
        navigation=holder_navigation(page, HERE),
        language_path=HERE,
        notice=writing_notice(page.language),
        writers=[
            _writer(page, given, append_state(given, d.now()))
            for given in append_grants.given_by(d, holder_id)
        ],
        sections=[(s.value, CATALOGUE[s].label[page.language], s in ticked) for s in WRITABLE],
        days=DAYS,
        chosen_days=form.text("days") or "90",
        errors=errors,
        values={"username": form.text("username")},
    )


def _writer(page: PageOfRequest, given: Any, state: str) -> dict[str, Any]:
    return {
        "grant_id": given.row.grant_id,
        "name": given.writer.practitioner.name,
        "role": given.writer.practitioner.role,
        "organisation": given.writer.organisation.name,
        "level": consent_in_words(Assurance.TRUST_LIST, page.language)
        if given.is_trusted
        else page.gettext("suspended on our list: nothing they sign counts now"),
        "sections": [CATALOGUE[s].label[page.language] for s in CATALOGUE if s in given.grant.sections],
        "ends_at": given.row.ends_at,
        "state": state,
    }
