"""The JSON API of running shares: extend, re-arm, code, passcode, "this wasn't me", share again, send a change."""

from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from consent.changes import Change
from issuers.encoding import decode_json_object
from passport import live_shares, previewing, share_life, sharing, viewing
from passport.live_shares import Update
from passport.routes import bodies
from passport.routes.api import RESPONSES, Identifier
from passport.routes.callers import ApiHolder, Service, TheService
from passport.web.problems import Problem
from passport.web.strict_json import StrictJsonRoute
from schemas import wire
from schemas.vocabulary import Language

ENDED: Final[dict[int | str, dict[str, Any]]] = {
    409: {"model": Problem, "description": "The share does not run any more, or has nothing to send"}
}
router = APIRouter(
    prefix="/api/v1/shares/{share_id}",
    route_class=StrictJsonRoute,
    responses={**RESPONSES, **ENDED},
    tags=["Sharing"],
)


@router.post("/extend")
def extend_share(
    service: TheService, caller: ApiHolder, share_id: Identifier, body: wire.ExtendShare
) -> wire.ShareBody:
    """Let a share run longer. Link, QR code and passcode stay."""
    share_life.extend(service.deployment, caller.holder_id, share_id, days=body.days)
    return _share(service, caller.holder_id, share_id)


@router.post("/rearm")
def rearm_share(service: TheService, caller: ApiHolder, share_id: Identifier) -> wire.ShareBody:
    """Give a share all its attempts back, after a lock-out or before one."""
    share_life.rearm(service.deployment, caller.holder_id, share_id)
    return _share(service, caller.holder_id, share_id)


@router.put("/code")
def make_code(
    service: TheService, caller: ApiHolder, share_id: Identifier, body: wire.NewCode
) -> wire.ShareSecrets:
    """Make a typed code, in the place of any other. A share without a passcode gets one."""
    share_life.make_code(service.deployment, caller.holder_id, share_id, days=body.days)
    return _secrets(service, caller.holder_id, share_id)


@router.delete("/code", status_code=204)
def drop_code(service: TheService, caller: ApiHolder, share_id: Identifier) -> Response:
    """Switch the typed code off. The link goes on."""
    share_life.drop_code(service.deployment, caller.holder_id, share_id)
    return Response(status_code=204)


@router.post("/passcode")
def renew_passcode(service: TheService, caller: ApiHolder, share_id: Identifier) -> wire.ShareSecrets:
    """Make another passcode, with all its attempts. The one before opens nothing from now on."""
    share_life.renew_passcode(service.deployment, caller.holder_id, share_id)
    return _secrets(service, caller.holder_id, share_id)


@router.post("/not-me", status_code=204)
def not_me(service: TheService, caller: ApiHolder, share_id: Identifier, body: wire.NotMe) -> Response:
    """Stop a share because of an event in the log that was not whom the holder meant."""
    share_life.not_me(service.deployment, caller.holder_id, share_id, event=body.event)
    return Response(status_code=204)


@router.post("/again", status_code=201)
def share_again(
    service: TheService, caller: ApiHolder, share_id: Identifier, body: wire.ShareAgain
) -> wire.NewShareBody:
    """Stop a share and share the same with the same recipient under a new link."""
    new_id = share_life.share_again(
        service.deployment, caller.holder_id, share_id, afresh=frozenset(body.afresh)
    )
    return wire.NewShareBody(
        share=_share(service, caller.holder_id, new_id), secrets=_secrets(service, caller.holder_id, new_id)
    )


@router.post("/again/preview")
def preview_again(
    service: TheService, caller: ApiHolder, share_id: Identifier, body: wire.ShareAgain
) -> wire.PreviewBody:
    """Return exactly what sharing the same again would let out, as `POST /api/v1/shares/preview`. Nothing is kept."""
    found = previewing.preview_again(
        service.deployment, service.board, caller.holder_id, share_id, afresh=frozenset(body.afresh)
    )
    return bodies.preview(found)


@router.get("/update")
def get_update(service: TheService, caller: ApiHolder, share_id: Identifier) -> wire.UpdateBody:
    """Return what waits to be sent to the recipient of a live share. Nothing is sent by itself."""
    update = live_shares.waiting(service.deployment, caller.holder_id, share_id)
    return wire.UpdateBody(asked=_asked(update), put_off=update.put_off)


@router.post("/update/preview")
def preview_update(
    service: TheService,
    caller: ApiHolder,
    share_id: Identifier,
    body: wire.SendUpdate,
    language: Language = Language.ENGLISH,
) -> wire.UpdatePreview:
    """Return exactly what sending a change on would let out, and what changes by it. Nothing is kept."""
    d = service.deployment
    kind = sharing.find(d, caller.holder_id, share_id).grant.recipient.kind
    bundle, changes = live_shares.preview_update(
        d, caller.holder_id, share_id, rows=body.rows, language=language
    )
    found = viewing.check_unbound(d, service.board, bundle)
    return wire.UpdatePreview(
        changes=tuple(map(_change, changes)),
        telling=bodies.telling(previewing.places_told(kind, found, language)),
        bundle=decode_json_object(bundle),
    )


@router.post("/update", status_code=204)
def send_update(
    service: TheService, caller: ApiHolder, share_id: Identifier, body: wire.SendUpdate
) -> Response:
    """Send a change on. Whoever opens the same link next reads it, and what changed."""
    live_shares.send_update(service.deployment, caller.holder_id, share_id, rows=body.rows)
    return Response(status_code=204)


@router.post("/update/not-now", status_code=204)
def put_off(service: TheService, caller: ApiHolder, share_id: Identifier) -> Response:
    """Say that a change is not to be sent now: it is marked as put off until something changes again."""
    live_shares.put_off(service.deployment, caller.holder_id, share_id)
    return Response(status_code=204)


def _asked(update: Update) -> tuple[wire.AskedRow, ...]:
    return tuple(
        wire.AskedRow(
            entry_id=step.now.row.entry_id, section=step.item.section, path=claim.path, value=claim.value
        )
        for step in update.steps
        if step.now and step.followed
        for claim in step.now.claims
        if claim.path in step.followed.asked
    )


def _change(change: Change) -> wire.ChangeBody:
    return wire.ChangeBody(section=change.title, label=change.label, was=change.was, now=change.now)


def _share(service: Service, holder_id: str, share_id: str) -> wire.ShareBody:
    d = service.deployment
    return bodies.share(sharing.find(d, holder_id, share_id), now=d.now())


def _secrets(service: Service, holder_id: str, share_id: str) -> wire.ShareSecrets:
    d = service.deployment
    held = sharing.find(d, holder_id, share_id)
    return bodies.secrets(d, held, sharing.secrets_of(d, holder_id, share_id))
