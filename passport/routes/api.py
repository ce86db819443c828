"""The JSON API of holders and practitioners: sign in, tell, share, stop, let write, append, accept."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Path, Query
from fastapi.security import HTTPAuthorizationCredentials
from starlette.responses import Response

from consent.grant import Refused
from passport import (
    acceptance,
    append_grants,
    appending,
    auth,
    holders,
    plans,
    previewing,
    records,
    sharing,
)
from passport.access import events
from passport.auth import Principal
from passport.routes import bodies
from passport.routes.callers import (
    BEARER,
    ApiHolder,
    ApiPractitioner,
    NotAllowedError,
    NotSignedInError,
    TheService,
    bearer_principal,
)
from passport.web.problems import PROBLEM_RESPONSES, Problem
from passport.web.strict_json import StrictJsonRoute
from schemas import wire
from schemas.vocabulary import Section

RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    **PROBLEM_RESPONSES,
    401: {"model": Problem, "description": "Sign in first"},
    403: {"model": Problem, "description": "Signed in as somebody who may not do this"},
    404: {"model": Problem, "description": "Not found, or not yours"},
    503: {"model": Problem, "description": "The database cannot be reached; nothing was changed"},
}
router = APIRouter(prefix="/api/v1", route_class=StrictJsonRoute, responses=RESPONSES)

Sequence = Annotated[int, Query(ge=0, le=2**31 - 1, description="Of the last event already read")]
Identifier = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


@router.post("/session", status_code=201, tags=["Sign-in"])
def create_session(service: TheService, body: wire.SignIn) -> wire.Session:
    """Sign in with a username and a sign-in code."""
    signed_in = auth.sign_in(service.deployment, username=body.username, code=body.code)
    if signed_in is None:
        raise NotSignedInError("this username and sign-in code do not belong together")
    return wire.Session(
        token=signed_in.token, kind=signed_in.principal.kind.value, expires_at=signed_in.expires_at
    )


@router.delete("/session", status_code=204, tags=["Sign-in"])
def delete_session(
    service: TheService,
    _principal: Annotated[Principal, Depends(bearer_principal)],
    credentials: Annotated[HTTPAuthorizationCredentials, Depends(BEARER)],
) -> Response:
    """Sign out: the token is good for nothing from now on."""
    auth.sign_out(service.deployment, credentials.credentials)
    return Response(status_code=204)


@router.get("/passport", tags=["Passport"])
def get_passport(service: TheService, caller: ApiHolder) -> wire.PassportBody:
    """Return every current entry, and those that wait for the holder, with the paths that shares use."""
    holder, held = records.read_all(service.deployment, caller.holder_id)
    return wire.PassportBody(entries=tuple(bodies.entry(holder, entry) for entry in held))


@router.put("/passport", tags=["Passport"])
def tell_story(service: TheService, caller: ApiHolder, body: wire.TellStory) -> wire.Told:
    """Tell several sections at once: all are kept, or none."""
    ids = records.tell(service.deployment, caller.holder_id, body.sections)
    return wire.Told(entry_ids=tuple(ids), told_on=service.deployment.today())


@router.put("/passport/sections/{section}", tags=["Passport"])
def tell_section(
    service: TheService, caller: ApiHolder, section: Section, body: wire.TellSection
) -> wire.Told:
    """Tell one section anew; it takes the place of what was told before."""
    ids = records.tell(service.deployment, caller.holder_id, {section: body.body})
    return wire.Told(entry_ids=tuple(ids), told_on=service.deployment.today())


@router.post("/passport/entries/{entry_id}/{decision}", status_code=204, tags=["Passport"])
def decide_entry(
    service: TheService, caller: ApiHolder, entry_id: Identifier, decision: Literal["accept", "decline"]
) -> Response:
    """Accept or decline what a practitioner appended. What is declined is never shared."""
    settle = acceptance.accept if decision == "accept" else acceptance.decline
    settle(service.deployment, caller.holder_id, entry_id)
    return Response(status_code=204)


@router.get("/log", tags=["Passport"])
def get_log(service: TheService, caller: ApiHolder, after: Sequence = 0) -> tuple[wire.EventBody, ...]:
    """Return who looked and what else happened, oldest first, at most a thousand events after a sequence number."""
    d = service.deployment
    with d.database.reading() as connection:
        holder = holders.open_holder(d, connection, caller.holder_id)
        found = events(connection, holder.vault, caller.holder_id, after=after)
    return tuple(bodies.event(event) for event in found)


@router.get("/shares", tags=["Sharing"])
def list_shares(service: TheService, caller: ApiHolder) -> tuple[wire.ShareBody, ...]:
    """Return every share, newest first, without its secrets."""
    d = service.deployment
    return tuple(bodies.share(held, now=d.now()) for held in sharing.shares_of(d, caller.holder_id))


@router.post("/shares", status_code=201, tags=["Sharing"])
def create_share(service: TheService, caller: ApiHolder, body: wire.NewShare) -> wire.NewShareBody:
    """Share chosen sections with one named recipient, for a purpose, until a day."""
    d = service.deployment
    share_id = sharing.share(d, caller.holder_id, bodies.share_request(body))
    held = sharing.find(d, caller.holder_id, share_id)
    secrets = sharing.secrets_of(d, caller.holder_id, share_id)
    return wire.NewShareBody(share=bodies.share(held, now=d.now()), secrets=bodies.secrets(d, held, secrets))


@router.post("/shares/preview", tags=["Sharing"])
def preview_share(service: TheService, caller: ApiHolder, body: wire.NewShare) -> wire.PreviewBody:
    """Return exactly what a share would let out, in which words, and what in it may tell too much. Nothing is kept."""
    request = bodies.share_request(body)
    return bodies.preview(previewing.preview(service.deployment, service.board, caller.holder_id, request))


@router.get("/shares/{share_id}", tags=["Sharing"])
def get_share(service: TheService, caller: ApiHolder, share_id: Identifier) -> wire.ShareBody:
    """Return one share without its secrets."""
    d = service.deployment
    return bodies.share(sharing.find(d, caller.holder_id, share_id), now=d.now())


@router.get("/shares/{share_id}/secrets", tags=["Sharing"])
def get_secrets(service: TheService, caller: ApiHolder, share_id: Identifier) -> wire.ShareSecrets:
    """Return link, passcode and typed code again, to hand over."""
    d = service.deployment
    held = sharing.find(d, caller.holder_id, share_id)
    return bodies.secrets(d, held, sharing.secrets_of(d, caller.holder_id, share_id))


@router.post("/shares/{share_id}/stop", status_code=204, tags=["Sharing"])
def stop_share(service: TheService, caller: ApiHolder, share_id: Identifier) -> Response:
    """Stop a share: the next opening is refused, and saved copies verify as withdrawn by the holder."""
    sharing.stop(service.deployment, caller.holder_id, share_id)
    return Response(status_code=204)


@router.get("/append-grants", tags=["Practitioners"])
def list_append_grants(
    service: TheService, principal: Annotated[Principal, Depends(bearer_principal)]
) -> tuple[wire.AppendGrantBody, ...]:
    """Return whom the holder lets write; or, for a practitioner, for whom they may write now."""
    d = service.deployment
    if principal.holder_id is not None:
        given = append_grants.given_by(d, principal.holder_id)
    else:
        given = append_grants.given_to(d, principal.practitioner_id or "")
    return tuple(bodies.append_grant(one, now=d.now()) for one in given)


@router.post(
    "/append-grants",
    status_code=201,
    tags=["Practitioners"],
    responses={409: {"model": Problem, "description": "The practitioner's organisation is suspended"}},
)
def create_append_grant(
    service: TheService, caller: ApiHolder, body: wire.NewAppendGrant
) -> wire.AppendGrantBody:
    """Let one practitioner write some sections for some days."""
    d = service.deployment
    grant_id = append_grants.give(
        d, caller.holder_id, username=body.practitioner, sections=body.sections, days=body.days
    )
    given = next(one for one in append_grants.given_by(d, caller.holder_id) if one.row.grant_id == grant_id)
    return bodies.append_grant(given, now=d.now())


@router.post("/append-grants/{grant_id}/stop", status_code=204, tags=["Practitioners"])
def stop_append_grant(service: TheService, caller: ApiHolder, grant_id: Identifier) -> Response:
    """Stop a practitioner from writing. What they wrote stays."""
    append_grants.withdraw(service.deployment, caller.holder_id, grant_id)
    return Response(status_code=204)


@router.post(
    "/append-grants/{grant_id}/entries",
    status_code=201,
    tags=["Practitioners"],
    responses={
        409: {"model": Problem, "description": "Something waits for the holder to accept or decline it"}
    },
)
def append_entry(
    service: TheService,
    caller: ApiPractitioner,
    grant_id: Identifier,
    body: wire.AppendAppointment | wire.AppendSection,
) -> wire.Told:
    """Sign a section, or an appointment of the plan, for the holder to accept."""
    d = service.deployment
    given = append_grants.held_by(d, caller.practitioner_id, grant_id)
    if isinstance(body, wire.AppendAppointment):
        appended = plans.append_appointment(d, given, body.appointment)
    else:
        appended = appending.append_section(d, given, body.section, body.body)
    if isinstance(appended, Refused):
        raise NotAllowedError(appended.sentence)
    return wire.Told(entry_ids=tuple(appended), told_on=d.today())
