"""The holder's JSON API of what recipients said and ask for."""

from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from passport import reply_requests
from passport.openers import repliers_of
from passport.replies import Replier
from passport.reply_requests import Request
from passport.routes.api import RESPONSES, Identifier
from passport.routes.callers import ApiHolder, TheService
from passport.web.strict_json import StrictJsonRoute
from schemas import reply_wire

router = APIRouter(prefix="/api/v1", route_class=StrictJsonRoute, responses=RESPONSES, tags=["Replies"])


@router.get("/replies")
def get_replies(service: TheService, caller: ApiHolder) -> reply_wire.RepliesBody:
    """Return who answered to which share, how sure we are of who they are, and what they ask for."""
    d = service.deployment
    return reply_wire.RepliesBody(
        recipients=tuple(_recipient(one) for one in repliers_of(d, caller.holder_id)),
        requests=tuple(_request(one, d.now()) for one in reply_requests.to_holder(d, caller.holder_id)),
    )


@router.post("/requests/{request_id}/refuse", status_code=204)
def refuse_request(
    service: TheService, caller: ApiHolder, request_id: Identifier, body: reply_wire.Refusal
) -> Response:
    """Say no to a request by a ready-made answer. To accept one, share and name it in `answers`."""
    reply_requests.refuse(service.deployment, caller.holder_id, request_id, body.answer)
    return Response(status_code=204)


def _recipient(replier: Replier) -> reply_wire.ReplyBody:
    row, person = replier.row, replier.person
    return reply_wire.ReplyBody(
        recipient_id=row.recipient_id,
        share_id=row.share_id,
        name=person.name,
        assurance=row.assurance,
        address=person.address,
        organisation=person.organisation,
        opened_at=row.created_at,
        acknowledged_at=row.acknowledged_at,
        saved_at=row.saved_at,
        said_deleted_at=row.deleted_at,
    )


def _request(asked: Request, now: datetime) -> reply_wire.RequestBody:
    row, wish, replier = asked.row, asked.wish, asked.replier
    return reply_wire.RequestBody(
        request_id=row.request_id,
        recipient_id=row.recipient_id,
        share_id=row.share_id,
        kind=row.kind,
        state=asked.state(now),
        sections=wish.sections,
        manager=wish.manager,
        reason=wish.reason,
        name=replier.person.name if replier else "",
        assurance=replier.row.assurance if replier else None,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
        new_share_id=row.new_share_id,
    )
