"""What a recipient or a practitioner states: what they rely on in law, and how long they promise to keep it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse, Response

from consent.assurance import sentence
from consent.receipt import Receipt, ReceiptError
from consent.receipt_words import basis_in_words, promise_in_words
from passport import append_grants, held_receipts, recipient_terms, replies
from passport.append_grants import AppendGrant
from passport.replies import ReplyNotNowError, TooManyRepliesError
from passport.routes.callers import PagePractitioner, Service, TheService
from passport.routes.navigation import practitioner_navigation
from passport.web.forms import Form, PostedForm
from passport.web.pages import Page, PageOfRequest
from schemas.consent_vocabulary import Assurance, LegalBasis, RetentionRule
from schemas.consent_words import law_in_words, offered_in_words
from schemas.recipient_terms import BASES, DAYS_AFTER_END, PROMISES

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

HERE: Final = "/r/terms"
PRACTICE: Final = "/practice"
DATE_PARTS: Final = ("year", "month", "day")


@dataclass(frozen=True, slots=True)
class _Stater:
    """Who states something, of which receipt, and where their pages are."""

    receipt: Receipt
    who: str  # and how sure we are of them
    here: str
    back: str
    navigation: Sequence[Any] = ()


@router.get(HERE)
def ask_terms(page: Page, service: TheService) -> HTMLResponse:
    """Ask what a recipient relies on and how long they keep it; what was stated last is ticked."""
    return _ask(page, _recipient(page, service))


@router.post(HERE)
def state_terms(page: Page, service: TheService, form: PostedForm) -> Response:
    """Keep it, signed, in the receipt of both sides."""
    d, token = service.deployment, _token(page, service)
    state = partial(recipient_terms.state_terms, d, token)
    return _state(page, service, form, _recipient(page, service), state)


@router.get(PRACTICE + "/{grant_id}/terms")
def ask_writer_terms(
    page: Page, service: TheService, caller: PagePractitioner, grant_id: str
) -> HTMLResponse:
    """Ask a practitioner the same of a permission to write."""
    return _ask(
        page, _writer(page, service, append_grants.find(service.deployment, caller.practitioner_id, grant_id))
    )


@router.post(PRACTICE + "/{grant_id}/terms")
def state_writer_terms(
    page: Page, service: TheService, caller: PagePractitioner, form: PostedForm, grant_id: str
) -> Response:
    """Keep it, signed, in the receipt of both sides."""
    d = service.deployment
    given = append_grants.find(d, caller.practitioner_id, grant_id)
    state = partial(recipient_terms.state_writer_terms, d, given)
    return _state(page, service, form, _writer(page, service, given), state)


def terms_in_words(
    page: PageOfRequest, receipt: Receipt, *, yours: bool = False
) -> tuple[str | None, str | None]:
    """Return what a recipient relies on and promises, as they stated it last; None for what they left open.

    `yours`: as it is said to them, else of them.
    """
    basis, kept = receipt.recipients_basis.basis, receipt.retention
    is_stated, is_promised = basis is not LegalBasis.NOT_STATED, kept.rule is not RetentionRule.NOT_PROMISED
    return (
        basis_in_words(basis, page.language, yours=yours) if is_stated else None,
        promise_in_words(kept, page.language, yours=yours) if is_promised else None,
    )


def _token(page: PageOfRequest, service: Service) -> str:
    return service.cookies.reply.read(page.request) or ""


def _recipient(page: PageOfRequest, service: Service) -> _Stater:
    """Return the recipient with the reply cookie.

    Raises:
        ReplyNotFoundError: nobody has it.
    """
    replier = replies.find(service.deployment, _token(page, service))
    receipt = recipient_terms.terms_of(service.deployment, replier)
    return _Stater(receipt, replier.who(page.language), HERE, "/r/reply")


def _writer(page: PageOfRequest, service: Service, given: AppendGrant) -> _Stater:
    """Return a practitioner who may write, as somebody who states something."""
    held = held_receipts.of_grant(service.deployment, given.row.holder_id, given.row.grant_id)
    organisation = given.writer.organisation.public_name
    who = sentence(Assurance.TRUST_LIST, page.language, organisation=organisation)
    back = f"{PRACTICE}/{given.row.grant_id}"
    navigation = practitioner_navigation(page, PRACTICE)
    return _Stater(held.newest.receipt, who, f"{back}/terms", back, navigation)


def _state(
    page: PageOfRequest, service: Service, form: Form, stater: _Stater, state: Callable[..., None]
) -> Response:
    try:
        basis, rule = LegalBasis(form.text("basis")), RetentionRule(form.text("kept"))
    except ValueError:
        message = page.gettext("Choose one from each list")
        return _ask(page, stater, form, {"basis": message}, status=422)
    try:
        until = form.day("until") if rule is RetentionRule.UNTIL_DATE else None
        state(basis=basis, retention=recipient_terms.promise(service.deployment, rule, until))
    except (ReceiptError, ValueError):
        message = page.gettext(
            "Choose from the list. If you choose a day, enter one within the next ten years"
        )
        return _ask(page, stater, form, {"kept": message}, status=422)
    except ReplyNotNowError:
        message = page.gettext("Show that you use a work email address first. Then you can say this")
        return _ask(page, stater, form, {"basis": message}, status=409)
    except TooManyRepliesError:
        return _ask(page, stater, form, {"basis": page.gettext("This was changed too often")}, status=429)
    said = basis is not LegalBasis.NOT_STATED or rule is not RetentionRule.NOT_PROMISED
    return RedirectResponse(f"{stater.back}?done=1" if said else stater.back, 303)


def _ask(
    page: PageOfRequest,
    stater: _Stater,
    form: Form | None = None,
    errors: Mapping[str, str] | None = None,
    *,
    status: int = 200,
) -> HTMLResponse:
    controller = stater.receipt.controller
    return page.show(
        "reply/terms.html",
        status,
        language_path=stater.here,
        navigation=stater.navigation,
        here=stater.here,
        back=stater.back,
        who=stater.who,
        bases=[_basis(page, basis) for basis in BASES[controller.kind]],
        promises=[
            (rule.value, offered_in_words(rule, page.language).format(days=DAYS_AFTER_END))
            for rule in PROMISES[controller.kind]
        ],
        errors=errors,
        values=_said(stater.receipt) if form is None else form.values,
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
