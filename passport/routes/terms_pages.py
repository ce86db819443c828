"""A recipient's page of their terms: what they rely on in law, and how long they promise to keep what was shared."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse, Response

from consent.receipt import Receipt, ReceiptError
from consent.receipt_words import basis_in_words, promise_in_words
from passport import recipient_terms, replies
from passport.replies import ReplyNotNowError, TooManyRepliesError
from passport.routes.callers import Service, TheService
from passport.web.forms import Form, PostedForm
from passport.web.pages import Page, PageOfRequest
from schemas.consent_vocabulary import LegalBasis, RetentionRule
from schemas.consent_words import law_in_words, offered_in_words
from schemas.recipient_terms import BASES, DAYS_AFTER_END, PROMISES

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

HERE: Final = "/r/terms"
DATE_PARTS: Final = ("year", "month", "day")


@router.get(HERE)
def ask_terms(page: Page, service: TheService) -> HTMLResponse:
    """Ask what a recipient relies on and how long they keep it; what was stated last is ticked."""
    return _ask(page, service)


@router.post(HERE)
def state_terms(page: Page, service: TheService, form: PostedForm) -> Response:
    """Keep it, signed, in the receipt of both sides."""
    try:
        basis, rule = LegalBasis(form.text("basis")), RetentionRule(form.text("kept"))
    except ValueError:
        message = page.gettext("Choose one from each list")
        return _ask(page, service, form, {"basis": message}, status=422)
    d = service.deployment
    try:
        until = form.day("until") if rule is RetentionRule.UNTIL_DATE else None
        retention = recipient_terms.promise(d, rule, until)
        recipient_terms.state_terms(d, _token(page, service), basis=basis, retention=retention)
    except (ReceiptError, ValueError):
        message = page.gettext(
            "Choose from the list. If you choose a day, enter one within the next ten years"
        )
        return _ask(page, service, form, {"kept": message}, status=422)
    except ReplyNotNowError:
        message = page.gettext(
            "A colleague showed more of who they are and has said this. Show your work email address first"
        )
        return _ask(page, service, form, {"basis": message}, status=409)
    except TooManyRepliesError:
        return _ask(page, service, form, {"basis": page.gettext("This was changed too often")}, status=429)
    return RedirectResponse("/r/reply?done=1", 303)


def terms_in_words(page: PageOfRequest, receipt: Receipt) -> tuple[str | None, str | None]:
    """Return what a recipient relies on and promises, as they stated it last; None for what they left open."""
    basis, kept = receipt.recipients_basis.basis, receipt.retention
    is_stated, is_promised = basis is not LegalBasis.NOT_STATED, kept.rule is not RetentionRule.NOT_PROMISED
    return (
        basis_in_words(basis, page.language) if is_stated else None,
        promise_in_words(kept, page.language) if is_promised else None,
    )


def _token(page: PageOfRequest, service: Service) -> str:
    return service.cookies.reply.read(page.request) or ""


def _ask(
    page: PageOfRequest,
    service: Service,
    form: Form | None = None,
    errors: Mapping[str, str] | None = None,
    *,
    status: int = 200,
) -> HTMLResponse:
    replier = replies.find(service.deployment, _token(page, service))
    receipt = recipient_terms.terms_of(service.deployment, replier)
    kind = replier.grant.recipient.kind
    return page.show(
        "reply/terms.html",
        status,
        language_path=HERE,
        recipient=replier.grant.recipient.name,
        who=replier.who(page.language),
        bases=[_basis(page, basis) for basis in BASES[kind]],
        promises=[
            (rule.value, offered_in_words(rule, page.language).format(days=DAYS_AFTER_END))
            for rule in PROMISES[kind]
        ],
        errors=errors,
        values=_said(receipt) if form is None else form.values,
    )


def _basis(page: PageOfRequest, basis: LegalBasis) -> dict[str, Any]:
    return {
        "value": basis.value,
        "text": offered_in_words(basis, page.language),
        "law": law_in_words(basis, page.language),
    }


def _said(receipt: Receipt) -> dict[str, str]:
    """Return what was stated last as the form names it."""
    until = receipt.retention.until
    days = {} if until is None else {f"until-{part}": str(getattr(until, part)) for part in DATE_PARTS}
    return {"basis": receipt.recipients_basis.basis.value, "kept": receipt.retention.rule.value, **days}
