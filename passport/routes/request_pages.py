"""The holder's page of what recipients said and ask for: answer by sharing again, or by a ready-made no."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse, Response

from consent.assurance import at_least
from passport import access, answers, openers, records, reply_requests, reviews, sharing
from passport.access import LoggedEvent
from passport.following import lines_kept
from passport.holders import open_holder
from passport.replies import Replier
from passport.reply_requests import Request
from passport.routes.callers import PageHolder, Service, TheService
from passport.routes.navigation import holder_navigation
from passport.sharing import Choice
from passport.tables import AccessKind
from passport.web.forms import PostedForm
from passport.web.pages import Page, PageOfRequest
from schemas.catalogue import CATALOGUE
from schemas.consent_vocabulary import Assurance, LegalBasis, RetentionRule
from schemas.reply_vocabulary import ANSWERS, PoliteAnswer, RequestState
from schemas.vocabulary import RecipientKind, Section
from schemas.words import in_words

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, prefix="/passport/replies")

HERE: Final = "/passport/replies"
SHOWN: Final = 20  # of each list on a page
TERMS_READ: Final = 200  # of what recipients said last of how they use it


@router.get("")
def show_replies(
    page: Page,
    service: TheService,
    caller: PageHolder,
    before: str | None = None,
    asked_before: str | None = None,
) -> HTMLResponse:
    """Show who answered, how sure we are of who they are, and what they ask for, newest first.

    `before`, `asked_before`: where the page before this one ended, in each of the two lists.
    """
    d = service.deployment
    said = _answers(page, service, caller.holder_id)
    asked = reply_requests.latest_to_holder(d, caller.holder_id, before=asked_before, limit=SHOWN)
    done = [one for one in asked if one.state(d.now()) is not RequestState.OPEN]
    repliers = openers.latest_repliers(d, caller.holder_id, before=before, limit=SHOWN)
    lines = {
        kind: kept_lines(sharing.choices(d, caller.holder_id, kind))
        for kind in {one.replier.grant.recipient.kind for one in asked if one.replier}
    }
    return page.show(
        "reply/replies.html",
        navigation=holder_navigation(page, HERE),
        requests=[
            _request(page, one, lines, _kept(service, caller.holder_id, one), now=d.now()) for one in asked
        ],
        answers=[(one.value, ANSWERS[one][page.language]) for one in PoliteAnswer],
        done=page.request.query_params.get("done") == "1",
        repliers=[_replier(page, one, said) for one in repliers],
        asked_earlier=done[-1].row.request_id if len(done) == SHOWN else None,
        earlier=repliers[-1].row.recipient_id if len(repliers) == SHOWN else None,
        has_calendar=bool(reviews.of_holder(d, caller.holder_id)),
    )


@router.post("/{request_id}/refuse")
def refuse(service: TheService, caller: PageHolder, request_id: str, form: PostedForm) -> Response:
    """Say no by a ready-made answer."""
    typed = form.text("answer")
    answer = PoliteAnswer(typed) if typed in set(PoliteAnswer) else PoliteAnswer.PREFER_NOT
    reply_requests.refuse(service.deployment, caller.holder_id, request_id, answer)
    return RedirectResponse(f"{HERE}?done=1", 303)


def kept_lines(choices: Sequence[Choice]) -> dict[Section, list[str]]:
    """Return every line that can be shared, by section, as the share form's `keep` names it."""
    return {
        choice.offer.section: [
            f"{entry.row.entry_id}:{claim.path}" for entry in choice.entries for claim in entry.claims
        ]
        for choice in choices
    }


def _kept(service: Service, holder_id: str, asked: Request) -> frozenset[str]:
    """Return the lines that whoever asks was given: what was held back from them stays so, until it is ticked."""
    if asked.replier is None or asked.row.state is not RequestState.OPEN:
        return frozenset()
    return lines_kept(service.deployment, holder_id, asked.replier.grant)


def _request(
    page: PageOfRequest,
    asked: Request,
    lines: Mapping[RecipientKind, Mapping[Section, Sequence[str]]],
    kept: Collection[str],
    *,
    now: datetime,
) -> dict[str, Any]:
    """Return one request, with the fields that open the share form with it in."""
    row, wish, replier = asked.row, asked.wish, asked.replier
    grant = replier.grant if replier else None
    sections = [*(grant.sections if grant else ()), *wish.sections]
    return {
        "request_id": row.request_id,
        "state": asked.state(now).value,
        "asked_at": row.asked_at,
        "who": replier.who(page.language) if replier else None,
        "notice": reply_requests.notice_of(asked, page.language),
        "reason": wish.reason,
        "answer": ANSWERS[row.answer][page.language] if row.answer else None,
        "kind": grant.recipient.kind.value if grant else None,
        "fields": [
            ("step", "change"),
            ("request", row.request_id),
            ("recipient", wish.manager or (grant.recipient.name if grant else "")),
            ("purpose", grant.purpose.value if grant else ""),
            ("days", "30"),
            ("passcode", "yes"),
            *(("sections", one.value) for one in CATALOGUE if one in sections),
            *(
                ("keep", line)
                for one in sections
                for line in (lines[grant.recipient.kind].get(one, ()) if grant else ())
                if one in wish.sections or line in kept
            ),
        ],
    }


@dataclass(frozen=True, slots=True)
class _Answers:
    """What recipients said: of which change at work, by their id; and when, of how they use it, by share and name."""

    changes: Mapping[str, Sequence[str]]
    terms: Mapping[tuple[str | None, str], datetime]


def _answers(page: PageOfRequest, service: Service, holder_id: str) -> _Answers:
    d, others = service.deployment, frozenset(AccessKind) - {AccessKind.TERMS_STATED}
    with d.database.reading() as connection:
        holder = open_holder(d, connection, holder_id)
        given = answers.standing(connection, holder, records.entries_of(connection, holder, answers.STANDS))
        stated = access.latest(connection, holder.vault, holder_id, without=others, limit=TERMS_READ)
    changes: defaultdict[str, list[str]] = defaultdict(list)
    for one in given:
        words = f"{in_words(one.status, page.language)}: {one.change['change']}"
        changes[one.found_by.recipient_id].append(words)
    terms = {(event.share_id, event.detail.get("who", "")): event for event in reversed(stated)}
    return _Answers(changes, {key: one.occurred_at for key, one in terms.items() if not _took_back(one)})


def _took_back(event: LoggedEvent) -> bool:
    said = event.detail.get("basis"), event.detail.get("kept")
    return said == (LegalBasis.NOT_STATED, RetentionRule.NOT_PROMISED)


def _replier(page: PageOfRequest, replier: Replier, said: _Answers) -> dict[str, Any]:
    row = replier.row
    return {
        "recipient": replier.grant.recipient.name,
        "share_id": row.share_id,
        "who": replier.who(page.language),
        "is_sure": at_least(row.assurance, Assurance.WORK_EMAIL),
        "opened_at": row.created_at,
        "acknowledged_at": row.acknowledged_at,
        "saved_at": row.saved_at,
        "deleted_at": row.deleted_at,
        "changes": said.changes.get(row.recipient_id, ()),
        "terms_at": said.terms.get((row.share_id, replier.person.name)),
    }
