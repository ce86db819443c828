"""Receipts, to read, print and keep: the holder's of each share, permission to write and request; the recipient's."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path
from starlette.responses import HTMLResponse, Response

from consent.reading import READING_MEDIA_TYPE
from consent.receipt import Notice
from consent.receipt_dpv import dpv_json_ld
from consent.receipt_fhir import fhir_consent
from consent.receipt_token import RECEIPT_MEDIA_TYPE
from consent.receipt_words import receipt_lines
from issuers.encoding import encode_json
from passport import held_receipts, replies
from passport.access import LoggedEvent
from passport.auth import Principal
from passport.deployment import LONDON
from passport.held_receipts import READINGS_MAX, HeldReceipt, RecipientsCopy
from passport.replies import Replier
from passport.routes.api import RESPONSES, Identifier
from passport.routes.callers import (
    ApiHolder,
    PageHolder,
    PagePractitioner,
    Service,
    TheService,
    bearer_principal,
)
from passport.routes.navigation import holder_navigation, practitioner_navigation
from passport.web.pages import Page, PageOfRequest
from passport.web.strict_json import StrictJsonRoute
from schemas import wire
from schemas.consent_vocabulary import Assurance
from schemas.consent_words import HEADINGS, ReceiptLine, consent_in_words
from schemas.readable import Line

pages = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
programs = APIRouter(prefix="/api/v1", route_class=StrictJsonRoute, responses=RESPONSES)
router = APIRouter()

SHARES: Final = "/passport/shares"
WRITERS: Final = "/passport/writers"
READING: Final = "/v/reading"
REPLIES: Final = "/passport/replies"
REPLY: Final = "/r/reply"


class Form(StrEnum):
    """As what a receipt can be kept."""

    JWT = "jwt"  # the newest version
    VERSIONS = "versions"  # every version, one a line
    JSON_LD = "json-ld"
    FHIR = "fhir"


_FILES: Final[Mapping[Form, tuple[str, str]]] = {
    Form.JWT: (RECEIPT_MEDIA_TYPE, "consent-receipt.jwt"),
    Form.VERSIONS: ("text/plain", "consent-receipt-versions.txt"),
    Form.JSON_LD: ("application/ld+json", "consent-receipt.jsonld"),
    Form.FHIR: ("application/fhir+json", "consent-receipt-fhir.json"),
}
OfForm = Annotated[Form, Path()]


@pages.get(SHARES + "/{share_id}/receipt")
def share_receipt(page: Page, service: TheService, caller: PageHolder, share_id: str) -> HTMLResponse:
    """Show the receipt of a share, to read and print."""
    d, holder_id = service.deployment, caller.holder_id
    held = held_receipts.of_share(d, holder_id, share_id)
    openings = [_opening(page, event) for event in held_receipts.openings_of(d, holder_id, share_id)]
    navigation = holder_navigation(page, SHARES)
    return _show(
        page,
        held,
        f"{SHARES}/{share_id}",
        navigation=navigation,
        openings=openings,
        openings_shown=READINGS_MAX,
    )


@pages.get(SHARES + "/{share_id}/read-receipts")
def share_read_receipts(service: TheService, caller: PageHolder, share_id: str) -> Response:
    """Return the signed statement of each opening of a share, one a line."""
    found = held_receipts.readings_of(service.deployment, caller.holder_id, share_id)
    return _download(_lines(one.token for one in found), "text/plain", "read-receipts.txt")


@pages.get(SHARES + "/{share_id}/receipt/{form}")
def share_receipt_file(service: TheService, caller: PageHolder, share_id: str, form: OfForm) -> Response:
    """Return the receipt of a share as a file."""
    return _file(held_receipts.of_share(service.deployment, caller.holder_id, share_id), form)


@pages.get(WRITERS + "/{grant_id}/receipt")
def writer_receipt(page: Page, service: TheService, caller: PageHolder, grant_id: str) -> HTMLResponse:
    """Show the receipt of a permission to write, to read and print."""
    held = held_receipts.of_grant(service.deployment, caller.holder_id, grant_id)
    base = f"{WRITERS}/{grant_id}"
    return _show(page, held, base, back=WRITERS, navigation=holder_navigation(page, WRITERS))


@pages.get(WRITERS + "/{grant_id}/receipt/{form}")
def writer_receipt_file(service: TheService, caller: PageHolder, grant_id: str, form: OfForm) -> Response:
    """Return the receipt of a permission to write as a file."""
    return _file(held_receipts.of_grant(service.deployment, caller.holder_id, grant_id), form)


@pages.get(READING + "/receipt")
def recipient_receipt(page: Page, service: TheService) -> HTMLResponse:
    """Show the recipient the same receipt, with the statement that they read."""
    copy = _copy(page, service)
    if copy is None:
        return page.show("viewing_ended.html", 404)
    read = copy.reading.reading
    level = consent_in_words(read.assurance, page.language)
    return _show(page, copy.receipt, READING, reader=read.reader, read_at=read.at, level=level)


@pages.get(READING + "/receipt/{form}")
def recipient_receipt_file(page: Page, service: TheService, form: OfForm) -> Response:
    """Return the recipient's copy of the receipt as a file."""
    copy = _copy(page, service)
    return page.show("viewing_ended.html", 404) if copy is None else _file(copy.receipt, form)


@pages.get(READING + "/read-receipt")
def read_receipt(page: Page, service: TheService) -> Response:
    """Return the signed statement of who opened this and what they read."""
    copy = _copy(page, service)
    if copy is None:
        return page.show("viewing_ended.html", 404)
    return _download(copy.reading.token.encode("ascii"), READING_MEDIA_TYPE, "read-receipt.jwt")


@pages.get(REPLIES + "/{request_id}/receipt")
def request_receipt(page: Page, service: TheService, caller: PageHolder, request_id: str) -> HTMLResponse:
    """Show the receipt of what somebody asked the holder for, to read and print."""
    held = held_receipts.of_grant(service.deployment, caller.holder_id, request_id)
    base = f"{REPLIES}/{request_id}"
    return _show(page, held, base, back=REPLIES, navigation=holder_navigation(page, REPLIES))


@pages.get(REPLIES + "/{request_id}/receipt/{form}")
def request_receipt_file(service: TheService, caller: PageHolder, request_id: str, form: OfForm) -> Response:
    """Return the receipt of what somebody asked the holder for as a file."""
    return _file(held_receipts.of_grant(service.deployment, caller.holder_id, request_id), form)


@pages.get("/r/receipt")
def replier_receipt(page: Page, service: TheService) -> HTMLResponse:
    """Show a recipient the receipt of what they were given, also when it is stopped or has ended."""
    replier = _replier(page, service)
    return _show(page, held_receipts.of_replier(service.deployment, replier), "/r", back=REPLY)


@pages.get("/r/receipt/{form}")
def replier_receipt_file(page: Page, service: TheService, form: OfForm) -> Response:
    """Return the same as a file."""
    return _file(held_receipts.of_replier(service.deployment, _replier(page, service)), form)


@pages.get("/r/requests/{request_id}/receipt")
def own_request_receipt(page: Page, service: TheService, request_id: str) -> HTMLResponse:
    """Show a recipient the receipt of what they asked for."""
    held = held_receipts.of_own_request(service.deployment, _replier(page, service), request_id)
    return _show(page, held, f"/r/requests/{request_id}", back=REPLY)


@pages.get("/r/requests/{request_id}/receipt/{form}")
def own_request_receipt_file(page: Page, service: TheService, request_id: str, form: OfForm) -> Response:
    """Return the same as a file."""
    return _file(held_receipts.of_own_request(service.deployment, _replier(page, service), request_id), form)


@pages.get("/practice/{grant_id}/receipt")
def practitioner_receipt(
    page: Page, service: TheService, caller: PagePractitioner, grant_id: str
) -> HTMLResponse:
    """Show a practitioner the receipt of a permission to write that they were given, also when it is over."""
    held = held_receipts.of_practitioner(service.deployment, caller.practitioner_id, grant_id)
    return _show(page, held, f"/practice/{grant_id}", navigation=practitioner_navigation(page, "/practice"))


@pages.get("/practice/{grant_id}/receipt/{form}")
def practitioner_receipt_file(
    service: TheService, caller: PagePractitioner, grant_id: str, form: OfForm
) -> Response:
    """Return the same as a file."""
    return _file(held_receipts.of_practitioner(service.deployment, caller.practitioner_id, grant_id), form)


@programs.get("/requests/{request_id}/receipt", tags=["Replies"])
def get_request_receipt(service: TheService, caller: ApiHolder, request_id: Identifier) -> wire.ReceiptBody:
    """Return the receipt of what a recipient asked for, and how it was answered. What was granted has its own."""
    return receipt_body(held_receipts.of_grant(service.deployment, caller.holder_id, request_id))


@programs.get("/shares/{share_id}/receipt", tags=["Sharing"])
def get_share_receipt(service: TheService, caller: ApiHolder, share_id: Identifier) -> wire.ReceiptBody:
    """Return the receipt of a share in every form, with the signed statement of each opening."""
    d = service.deployment
    held = held_receipts.of_share(d, caller.holder_id, share_id)
    readings = held_receipts.readings_of(d, caller.holder_id, share_id)
    return receipt_body(held, tuple(reading.token for reading in readings))


@programs.get("/append-grants/{grant_id}/receipt", tags=["Practitioners"])
def get_writer_receipt(
    service: TheService, principal: Annotated[Principal, Depends(bearer_principal)], grant_id: Identifier
) -> wire.ReceiptBody:
    """Return the receipt of a permission to write, to its holder or to the practitioner who was given it."""
    d = service.deployment
    if principal.holder_id is not None:
        return receipt_body(held_receipts.of_grant(d, principal.holder_id, grant_id))
    return receipt_body(held_receipts.of_practitioner(d, principal.practitioner_id or "", grant_id))


def receipt_context(page: PageOfRequest, held: HeldReceipt) -> dict[str, Any]:
    """Return what templates show of a receipt."""
    receipt = held.newest.receipt
    lines: tuple[Line, ...] = receipt_lines(receipt, page.language, zone=LONDON)
    return {
        "receipt_lines": lines,
        "wording": HEADINGS[ReceiptLine.WORDING][page.language],
        "wording_language": receipt.notice.language.value,
        "earlier": earlier_wordings(held),
        "several_versions": len(held.versions) > 1,
    }


def earlier_wordings(held: HeldReceipt) -> list[Notice]:
    """Return what was shown before earlier decisions, in the words of that time: the newest stands in the receipt."""
    notices = dict.fromkeys(version.receipt.notice for version in held.versions)
    return [notice for notice in notices if notice != held.newest.receipt.notice]


def _show(page: PageOfRequest, held: HeldReceipt, base: str, **context: Any) -> HTMLResponse:
    return page.show("receipt.html", base=base, **{"back": base, **context}, **receipt_context(page, held))


def _copy(page: PageOfRequest, service: Service) -> RecipientsCopy | None:
    token = service.cookies.viewing.read(page.request)
    return held_receipts.of_viewing(service.deployment, token) if token else None


def _replier(page: PageOfRequest, service: Service) -> Replier:
    """Return the recipient with the reply cookie.

    Raises:
        ReplyNotFoundError: nobody has it.
    """
    return replies.find(service.deployment, service.cookies.reply.read(page.request) or "")


def _file(held: HeldReceipt, form: Form) -> Response:
    newest = held.newest
    match form:
        case Form.JWT:
            content = newest.token.encode("ascii")
        case Form.VERSIONS:
            content = _lines(version.token for version in held.versions)
        case Form.JSON_LD:
            content = encode_json(dpv_json_ld(newest.receipt))
        case Form.FHIR:
            content = encode_json(fhir_consent(newest))
    return _download(content, *_FILES[form])


def _lines(tokens: Iterable[str]) -> bytes:
    return "".join(f"{token}\n" for token in tokens).encode("ascii")


def _opening(page: PageOfRequest, event: LoggedEvent) -> dict[str, Any]:
    """Return who opened a share: as they said, when, and how sure we were of them then."""
    level = consent_in_words(Assurance(event.known["assurance"]), page.language)
    return {"who": str(event.detail.get("who", "")).strip(), "at": event.occurred_at, "level": level}


def _download(content: bytes, media_type: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


def receipt_body(held: HeldReceipt, readings: tuple[str, ...] = ()) -> wire.ReceiptBody:
    """Return a receipt as the JSON API gives it."""
    newest = held.newest
    return wire.ReceiptBody(
        receipt_id=newest.receipt.receipt_id,
        state=newest.receipt.state,
        versions=tuple(version.token for version in held.versions),
        readings=readings,
        json_ld=dpv_json_ld(newest.receipt),
        fhir=fhir_consent(newest),
    )


router.include_router(pages)
router.include_router(programs)
