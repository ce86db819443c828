"""The holder's page of messages: which address they go to, of what they tell, and how to stop them."""

from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse, Response

from passport import contacts
from passport.contacts import ALERTS, Answer, TooManyCodesError
from passport.messages.address import ADDRESS_LENGTH_MAX, AddressError
from passport.routes.callers import PageHolder, TheService
from passport.routes.navigation import holder_navigation
from passport.tables import MessageKind
from passport.web.forms import Form, PostedForm
from passport.web.pages import Page, PageOfRequest

HERE: Final = "/passport/messages"
router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, prefix=HERE)


@router.get("")
def show_messages(page: Page, service: TheService, caller: PageHolder) -> HTMLResponse:
    """Show where messages go and what they tell of."""
    return _show(page, service, caller.holder_id)


@router.post("/address")
def send_address(page: Page, service: TheService, caller: PageHolder, form: PostedForm) -> Response:
    """Send a code to an address, or say what to change."""
    typed = form.text("address")[: 2 * ADDRESS_LENGTH_MAX]
    try:
        contacts.give_address(service.deployment, caller.holder_id, typed, language=page.language)
    except AddressError:
        wrong = page.gettext("Enter an email address in the correct format, like name@example.com")
        return _show(page, service, caller.holder_id, form, {"address": wrong})
    except TooManyCodesError:
        wrong = page.gettext("You asked for many codes today. Try again tomorrow")
        return _show(page, service, caller.holder_id, form, {"address": wrong}, status=429)
    return RedirectResponse(HERE, 303)


@router.post("/code")
def send_code(page: Page, service: TheService, caller: PageHolder, form: PostedForm) -> Response:
    """Take the address into use when its code is right, or say what to do."""
    answer = contacts.confirm(service.deployment, caller.holder_id, form.text("code")[:64])
    if answer is Answer.CONFIRMED:
        return RedirectResponse(HERE, 303)
    wrong = {
        Answer.WRONG: page.gettext("Check the code in the email and enter it again"),
        Answer.SPENT: page.gettext("This code has ended. Enter the email address again to get a new one"),
    }
    return _show(page, service, caller.holder_id, form, {"code": wrong[answer]})


@router.post("/alerts")
def send_alerts(service: TheService, caller: PageHolder, form: PostedForm) -> Response:
    """Keep what the holder wants to be told of. What is no alert is left out."""
    chosen = set(form.chosen("alerts"))
    contacts.choose(service.deployment, caller.holder_id, [kind for kind in ALERTS if kind.value in chosen])
    return RedirectResponse(HERE, 303)


@router.post("/remove")
def remove_address(service: TheService, caller: PageHolder) -> Response:
    """Forget the address and send nothing more to it."""
    contacts.remove(service.deployment, caller.holder_id)
    return RedirectResponse(HERE, 303)


def _show(
    page: PageOfRequest,
    service: TheService,
    holder_id: str,
    form: Form | None = None,
    errors: dict[str, str] | None = None,
    *,
    status: int = 422,
) -> HTMLResponse:
    contact = contacts.contact_of(service.deployment, holder_id)
    return page.show(
        "passport/messages.html",
        status if errors else 200,
        navigation=holder_navigation(page, HERE),
        address=contact.address,
        pending=contact.pending,
        alerts=_alerts(page, contact.wanted),
        sends=service.deployment.sends_mail,
        errors=errors,
        values=form.values if form else {},
        language_path=HERE,
    )


def _alerts(page: PageOfRequest, wanted: frozenset[MessageKind]) -> list[dict[str, Any]]:
    texts = {
        MessageKind.OPENED: page.gettext("Someone opened what I share (at most once a day for each)"),
        MessageKind.FETCHED: page.gettext("A program fetched what I share (at most once a day for each)"),
        MessageKind.LOCKED: page.gettext("Too many wrong passcodes: something I share is locked"),
        MessageKind.EXPOSED: page.gettext("A mail program or another program may have seen a link"),
        MessageKind.ASKED_FOR_MORE: page.gettext("Someone asked for more"),
        MessageKind.ACKNOWLEDGED: page.gettext("Someone answered, or deleted their copy"),
        MessageKind.COUNTERSIGNED: page.gettext("Someone said what becomes of a change I asked for"),
        MessageKind.SHARE_ENDING: page.gettext("Something I share ends in three days"),
        MessageKind.REVIEW_REMINDER: page.gettext("A day to review what was agreed"),
    }
    return [{"value": kind.value, "text": texts[kind], "checked": kind in wanted} for kind in ALERTS]
