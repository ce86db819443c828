"""An employer's page of the changes at work that they read now: say of each what becomes of it. And the review days."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse, Response

from consent.assurance import may_travel
from consent.calendar import MEDIA_TYPE, Review
from consent.reply import AdjustmentMoveError, AdjustmentReasonError, AdjustmentReviewError
from passport import countersigning, replies, reviews
from passport.countersigning import Answer, ChangeNotFoundError, OpenChange
from passport.issuer_standing import IssuerMayNotSignError
from passport.replies import ReplyNotFoundError, ReplyNotNowError, TooManyRepliesError
from passport.reviews import NoReviewsError
from passport.routes.callers import PageHolder, Service, TheService
from passport.web.forms import Form, PostedForm
from passport.web.pages import Page, PageOfRequest
from schemas.errors import SectionError
from schemas.fields import Said
from schemas.readable import readable
from schemas.sections.work import ChangeStatus, WorkplaceChange
from schemas.vocabulary import Section
from schemas.words import in_words

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

HERE: Final = "/r/changes"
CALENDAR_NAME: Final = "reviews.ics"
STATUS, REASON, REVIEW = "status", "reason", "review-day"  # the fields at which a message stands
STANDS_LABEL: Final = next(
    mark.label for mark in WorkplaceChange.model_fields["status"].metadata if isinstance(mark, Said)
)


@router.get(HERE)
def show_changes(page: Page, service: TheService) -> HTMLResponse:
    """Show the changes that were asked for, while they are open to be read."""
    return _show(page, service, done=page.request.query_params.get("done") == "1")


@router.post(HERE)
def answer_change(page: Page, service: TheService, form: PostedForm) -> Response:
    """Sign what becomes of one change."""
    if form.text("status") not in set(ChangeStatus):
        return _wrong(page, service, form, page.gettext("Choose what becomes of this change"), 422)
    try:
        given = _given(form)
    except ValueError:
        message = page.gettext("Enter the day, month and year in numbers, such as 27 3 2027")
        return _wrong(page, service, form, message, 422, at=REVIEW)
    try:
        countersigning.countersign(
            service.deployment,
            service.board,
            viewing_token=service.cookies.viewing.read(page.request) or "",
            token=service.cookies.reply.read(page.request) or "",
            given=given,
        )
    except ReplyNotFoundError:
        return page.show("reply/closed.html", 404)
    except ChangeNotFoundError:
        return page.show("reply/read_again.html", 404)
    except (AdjustmentMoveError, IssuerMayNotSignError, ReplyNotNowError):
        return _wrong(page, service, form, page.gettext("Choose what becomes of this change"), 409)
    except AdjustmentReasonError:
        message = page.gettext("Give a reason when you refuse a change, and only then")
        return _wrong(page, service, form, message, 422, at=REASON)
    except AdjustmentReviewError:
        message = page.gettext(
            "Give a day from today on to look at it again, and none for what you refuse or end"
        )
        return _wrong(page, service, form, message, 422, at=REVIEW)
    except TooManyRepliesError:
        message = page.gettext("Wait until the person has read what you said before")
        return _wrong(page, service, form, message, 429)
    except SectionError:
        message = page.gettext("Use 1,000 characters or fewer for the reason")
        return _wrong(page, service, form, message, 422, at=REASON)
    return RedirectResponse(f"{HERE}?done=1", 303)


@router.get("/r/reviews.ics")
def recipients_calendar(page: Page, service: TheService) -> Response:
    """Return the review days of what was shared with a recipient."""
    try:
        replier = replies.find(service.deployment, service.cookies.reply.read(page.request) or "")
    except ReplyNotFoundError:
        return page.show("reply/closed.html", 404)
    return _calendar(page, service, reviews.of_recipient(service.deployment, replier))


@router.get("/passport/reviews.ics")
def holders_calendar(page: Page, service: TheService, caller: PageHolder) -> Response:
    """Return the review days of a holder's own changes, and of what employers answered."""
    return _calendar(page, service, reviews.of_holder(service.deployment, caller.holder_id))


def _calendar(page: PageOfRequest, service: Service, found: Sequence[Review]) -> Response:
    try:
        content = reviews.calendar_of(service.deployment, found, page.language)
    except NoReviewsError:
        return page.show("no_reviews.html", 404)
    headers = {"content-disposition": f'attachment; filename="{CALENDAR_NAME}"'}
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


def _given(form: Form) -> Answer:
    """Return the form's answer.

    Raises:
        ValueError: no such day.
    """
    status, reason = ChangeStatus(form.text("status")), form.text("reason") or None
    keeps = "review-day" not in form.fields  # a day that was taken out of the form is not theirs
    return Answer(form.text("about"), status, reason, form.day("review"), keeps)


def _wrong(
    page: PageOfRequest, service: Service, form: Form, message: str, status: int, *, at: str = STATUS
) -> HTMLResponse:
    errors = {f"{at}-{form.text('about')}": message}
    return _show(page, service, status=status, errors=errors, values=form.values)


def _show(
    page: PageOfRequest,
    service: Service,
    *,
    status: int = 200,
    done: bool = False,
    errors: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
) -> HTMLResponse:
    d = service.deployment
    token = service.cookies.reply.read(page.request) or ""
    try:
        replier = replies.find(d, token)
        viewing = service.cookies.viewing.read(page.request) or ""
        found = countersigning.open_changes(d, service.board, viewing_token=viewing, token=token)
    except ReplyNotFoundError:
        return page.show("reply/closed.html", 404)
    if not found:
        return page.show("reply/read_again.html", 404)
    return page.show(
        "reply/changes.html",
        status,
        language_path=HERE,
        done=done,
        changes=[_change(page, one) for one in found],
        travels=may_travel(replier.row.assurance),
        who=replier.who(page.language),
        errors=errors,
        values=values or {},
    )


def _change(page: PageOfRequest, found: OpenChange) -> dict[str, Any]:
    shown = {name: value for name, value in found.shown.items() if name != "status"}
    (line,) = readable(Section.ADJUSTMENTS, {"changes": [{**shown, "status": found.status}]}, page.language)
    stands = STANDS_LABEL[page.language]
    return {
        "about": found.about,
        "title": found.shown["change"],
        "row": [(label, text) for label, text in line.rows[0] if label != stands],
        "stands": stands,
        "told": found.told and in_words(found.told, page.language),
        "said": found.said and in_words(found.said.status, page.language),
        "is_own": found.is_own,
        "lapsed": found.lapsed and in_words(found.lapsed.status, page.language),
        "values": _starting_values(found),
        "moves": [(one.value, in_words(one, page.language)) for one in found.moves],
    }


def _starting_values(found: OpenChange) -> dict[str, str]:
    """Return what the form of a change holds at first: the day that stands, or what has to be said again."""
    if found.lapsed is None:
        return _day_fields(found.review)
    reason = found.lapsed.change.get("reason", "")
    return {"status": found.lapsed.status.value, "reason": reason, **_day_fields(found.lapsed.review)}


def _day_fields(day: date | None) -> dict[str, str]:
    """Return a day as the form's fields say it."""
    if day is None:
        return {}
    return {"review-day": str(day.day), "review-month": str(day.month), "review-year": str(day.year)}
