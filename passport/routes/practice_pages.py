"""The practitioner's pages: whom they may write for, the plan so far, an appointment, another section."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from consent.grant import Refused
from passport import append_grants, appending, plans
from passport.append_grants import AppendGrant
from passport.appending import AppendError, TooManyWaitingError
from passport.appointment_form import AppointmentForm, appointment, input_of, next_number, pointed_at
from passport.form_errors import form_errors
from passport.forms import form_fields, read_form, reshape, with_keys
from passport.plans import PlanWaitingError
from passport.routes.callers import NotAllowedError, PagePractitioner, Service, TheService
from passport.routes.navigation import practitioner_navigation
from passport.web.forms import Form, PostedForm
from passport.web.pages import Page, PageOfRequest
from schemas.catalogue import CATALOGUE, dump_body
from schemas.errors import SectionError
from schemas.plan import warnings
from schemas.readable import readable
from schemas.sections.plan import Plan
from schemas.vocabulary import Section

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, prefix="/practice")

HERE: Final = "/practice"


@router.get("")
def people(page: Page, service: TheService, caller: PagePractitioner) -> HTMLResponse:
    """Show whom this practitioner may write for now."""
    given = append_grants.given_to(service.deployment, caller.practitioner_id)
    return page.show(
        "practice/people.html",
        navigation=practitioner_navigation(page, HERE),
        people=[(one.row.grant_id, one.holder_name, one.row.ends_at) for one in given],
        done=page.request.query_params.get("done") == "1",
    )


@router.get("/{grant_id}")
def person(page: Page, service: TheService, caller: PagePractitioner, grant_id: str) -> HTMLResponse:
    """Show the plan so far, and what this practitioner may write."""
    given = append_grants.find(service.deployment, caller.practitioner_id, grant_id)
    so_far = plans.look(service.deployment, given)
    sections = [s for s in CATALOGUE if s in given.grant.sections and s not in (Section.PLAN, Section.SCORES)]
    return page.show(
        "practice/person.html",
        navigation=practitioner_navigation(page, HERE),
        name=given.holder_name,
        grant_id=grant_id,
        may_plan={Section.PLAN, Section.SCORES} <= given.grant.sections,
        others_wait=so_far.others_wait,
        waits=so_far.waits,
        appointments=len(so_far.plan.appointments),
        lines=readable(Section.PLAN, dump_body(so_far.plan), page.language),
        sections=[(s.value, CATALOGUE[s].label[page.language]) for s in sections],
    )


@router.get("/{grant_id}/appointment")
def ask_appointment(page: Page, service: TheService, caller: PagePractitioner, grant_id: str) -> Response:
    """Ask what an appointment added to the plan; lead back while none can be added."""
    given = append_grants.find(service.deployment, caller.practitioner_id, grant_id)
    so_far = plans.look(service.deployment, given)
    if so_far.others_wait:
        return RedirectResponse(f"{HERE}/{grant_id}", 303)
    return _appointment_form(
        page, given, so_far.plan, {"on": service.deployment.today().isoformat()}, issued=False
    )


@router.post("/{grant_id}/appointment")
def send_appointment(
    page: Page, service: TheService, caller: PagePractitioner, form: PostedForm, grant_id: str
) -> Response:
    """Sign the plan as it stands after this appointment, and the scores, for the person to accept."""
    given = append_grants.find(service.deployment, caller.practitioner_id, grant_id)
    plan = plans.look(service.deployment, given).plan
    body, reshaped = _typed(service, AppointmentForm, form)
    issued = form.text("issued") == "yes"
    if reshaped:
        return _appointment_form(page, given, plan, body, issued=issued)
    asked = {
        "channel": page.gettext("Choose how you met"),
        "workability_now": page.gettext("Choose how many points"),
    }
    if missing := {name: text for name, text in asked.items() if name not in body}:
        return _appointment_form(page, given, plan, body, issued=issued, errors=missing)
    told = appointment(body, plan, issued=issued)
    try:
        _done(plans.append_appointment(service.deployment, given, told))
    except SectionError as exc:
        entries = told["entries"]
        errors = form_errors(
            AppointmentForm, exc, page.language, input_of=lambda path: input_of(path, entries)
        )
        return _appointment_form(page, given, plan, body, issued=issued, errors=errors)
    except AppendError as exc:
        errors = _cannot_now(page, given, exc)
        return _appointment_form(page, given, plan, body, issued=issued, errors=errors)
    return RedirectResponse(f"{HERE}?done=1", 303)


@router.get("/{grant_id}/sections/{section}")
def ask_section(
    page: Page, service: TheService, caller: PagePractitioner, grant_id: str, section: Section
) -> HTMLResponse:
    """Ask for the content of one section."""
    given = _writable(service, caller.practitioner_id, grant_id, section)
    return _section_form(page, given, section, {})


@router.post("/{grant_id}/sections/{section}")
def send_section(
    page: Page,
    service: TheService,
    caller: PagePractitioner,
    form: PostedForm,
    grant_id: str,
    section: Section,
) -> Response:
    """Sign one section for the person to accept."""
    given = _writable(service, caller.practitioner_id, grant_id, section)
    body, reshaped = _typed(service, CATALOGUE[section].model, form)
    if reshaped:
        return _section_form(page, given, section, body)
    try:
        _done(appending.append_section(service.deployment, given, section, body))
    except SectionError as exc:
        errors = form_errors(CATALOGUE[section].model, exc, page.language)
        return _section_form(page, given, section, body, errors=errors)
    except AppendError as exc:
        return _section_form(page, given, section, body, errors=_cannot_now(page, given, exc))
    return RedirectResponse(f"{HERE}?done=1", 303)


def _typed(service: Service, model: Any, form: Form) -> tuple[dict[str, Any], bool]:
    """Return the body that was typed, keys drawn, and whether only the form's shape was to change."""
    new_key: Callable[[], str] = lambda: service.deployment.random_bytes(6).hex()  # noqa: E731
    add, remove = form.text("add") or None, form.text("remove") or None
    reshaped = bool(add or remove)
    typed = read_form(model, form.values, blank_rows=reshaped)
    body = with_keys(model, typed, new_key=new_key)
    return reshape(model, body, add=add, remove=remove), reshaped


def _cannot_now(page: PageOfRequest, given: AppendGrant, error: AppendError) -> dict[str, str]:
    """Return an error that no input of the form can put right."""
    if isinstance(error, PlanWaitingError):
        message = page.gettext(
            "Something that another organisation wrote in this plan waits for %(name)s. "
            "Ask them to accept or decline it first"
        )
    elif isinstance(error, TooManyWaitingError):
        message = page.gettext(
            "Too much of what your organisation wrote waits for %(name)s. "
            "Ask them to accept or decline some of it first"
        )
    else:
        message = page.gettext(
            "The plan of %(name)s could not be verified. Tell the people who run this service"
        )
    return {"main-content": message % {"name": given.holder_name}}


def _done(appended: Sequence[str] | Refused) -> None:
    if isinstance(appended, Refused):
        raise NotAllowedError(appended.sentence)


def _writable(service: Service, practitioner_id: str, grant_id: str, section: Section) -> AppendGrant:
    given = append_grants.find(service.deployment, practitioner_id, grant_id)
    if section not in given.grant.sections or section in (Section.PLAN, Section.SCORES):
        raise HTTPException(404)
    return given


def _appointment_form(
    page: PageOfRequest,
    given: AppendGrant,
    plan: Plan,
    body: dict[str, Any],
    *,
    issued: bool,
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    return page.show(
        "practice/form.html",
        422 if errors else 200,
        navigation=practitioner_navigation(page, HERE),
        title=page.gettext("Appointment %(number)s") % {"number": next_number(plan)},
        name=given.holder_name,
        grant_id=given.row.grant_id,
        action=f"{HERE}/{given.row.grant_id}/appointment",
        warnings=[warning.message[page.language] for warning in warnings(plan, coming=1)],
        fields=form_fields(
            AppointmentForm,
            body,
            language=page.language,
            errors=errors or {},
            pointed_at=pointed_at(body, plan),
        ),
        is_appointment=True,
        issued=issued,
        errors=errors,
    )


def _section_form(
    page: PageOfRequest,
    given: AppendGrant,
    section: Section,
    body: dict[str, Any],
    *,
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    spec = CATALOGUE[section]
    return page.show(
        "practice/form.html",
        422 if errors else 200,
        navigation=practitioner_navigation(page, HERE),
        title=spec.label[page.language],
        name=given.holder_name,
        grant_id=given.row.grant_id,
        action=f"{HERE}/{given.row.grant_id}/sections/{section}",
        warnings=[],
        fields=form_fields(spec.model, body, language=page.language, errors=errors or {}),
        is_appointment=False,
        issued=False,
        errors=errors,
    )
