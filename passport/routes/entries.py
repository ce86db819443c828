"""The JSON API of where entries stand: the organisation that signed one suspends, reinstates, revokes or supersedes it,
and a holder takes back what they told.
"""

from fastapi import APIRouter

from passport import entry_status
from passport.routes import bodies
from passport.routes.api import RESPONSES, Identifier
from passport.routes.callers import ApiHolder, ApiPractitioner, TheService
from passport.web.problems import Problem
from passport.web.strict_json import StrictJsonRoute
from schemas import wire
from schemas.vocabulary import StatusChange

router = APIRouter(
    prefix="/api/v1",
    route_class=StrictJsonRoute,
    responses={
        **RESPONSES,
        409: {"model": Problem, "description": "The change does not follow on where the entry stands"},
    },
)


@router.post("/passport/entries/{entry_id}/withdraw", tags=["Passport"])
def withdraw_entry(
    service: TheService, caller: ApiHolder, entry_id: Identifier, body: wire.ChangeStanding
) -> wire.StandingBody:
    """Take back what you told, for good: every copy of it verifies as taken back."""
    d = service.deployment
    found = entry_status.withdraw_told(d, caller.holder_id, entry_id, reason=body.reason)
    return bodies.standing(found)


@router.get("/signed-entries/{entry_id}", tags=["Practitioners"])
def get_signed_entry(service: TheService, caller: ApiPractitioner, entry_id: Identifier) -> wire.StandingBody:
    """Return where an entry stands that your organisation signed."""
    return bodies.standing(entry_status.find_signed(service.deployment, caller.practitioner_id, entry_id))


@router.post("/signed-entries/{entry_id}/{change}", tags=["Practitioners"])
def change_signed_entry(
    service: TheService,
    caller: ApiPractitioner,
    entry_id: Identifier,
    change: StatusChange,
    body: wire.ChangeStanding,
) -> wire.StandingBody:
    """Suspend, reinstate, revoke or supersede an entry that your organisation signed. The holder sees it."""
    d = service.deployment
    found = entry_status.change_signed(d, caller.practitioner_id, entry_id, change, reason=body.reason)
    return bodies.standing(found)
