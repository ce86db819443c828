"""One of everything that pages can show, in the passport of one story: so that none is looked at while it is empty."""

import re
from collections.abc import Mapping
from typing import Any, Protocol

from consent.grant import Recipient
from passport import append_grants, records, reply_requests, sharing
from passport.deployment import Deployment
from passport.share_request import ShareRequest
from schemas.vocabulary import Purpose, RecipientKind, Section

EMPLOYER = Recipient(RecipientKind.EMPLOYER, "Acme Tiles")
_OPEN_CHANGE = re.compile(r'name="about" value="([^"]+)".*?name="status"[^>]* value="([^"]+)"', re.DOTALL)


class Asks(Protocol):
    """A browser that keeps its cookies: it gets a page, or posts a form, and returns what came back."""

    def __call__(self, path: str, form: Mapping[str, str] | None = None) -> str: ...


def furnish(d: Deployment, holder_id: str, asks: Asks) -> Mapping[str, str]:
    """Let a holder share, be opened, answered and asked, and change what they told; return the ids for addresses.

    Whoever asks is the recipient from then on.
    """
    _tell(d, holder_id, Section.WHAT_MATTERS, important="Quiet mornings, since my stroke")
    stopped_id, locked_id, share_id = (_share(d, holder_id) for _ in range(3))
    sharing.stop(d, holder_id, stopped_id)
    for _ in range(d.settings.passcode_attempts):
        _open(d, holder_id, locked_id, asks, passcode="wrong")
    _open(d, holder_id, share_id, asks)
    asks("/r/acknowledge", {})
    asks("/r/ask", {"sections": "work", "reason": "To plan the rota"})
    asks("/r/email", {"address": "jo@acme.example"})
    found = _OPEN_CHANGE.search(asks("/r/changes"))
    assert found is not None
    asks("/r/changes", {"about": found[1], "status": found[2]})
    _tell(d, holder_id, Section.ABOUT_ME, name=f"Sam {share_id[:4]}")
    (asked, *_) = reply_requests.to_holder(d, holder_id)
    (given, *_) = append_grants.given_by(d, holder_id)
    return {
        "share_id": share_id,
        "stopped_id": stopped_id,
        "locked_id": locked_id,
        "request_id": asked.row.request_id,
        "grant_id": given.row.grant_id,
    }


def _tell(d: Deployment, holder_id: str, section: Section, **claims: Any) -> None:
    _holder, held = records.read_all(d, holder_id)
    told: dict[str, Any] = next((dict(one.body) for one in held if one.row.section is section), {})
    records.tell(d, holder_id, {section: {**told, **claims}})


def _share(d: Deployment, holder_id: str) -> str:
    request = ShareRequest(
        recipient=EMPLOYER, purpose=Purpose.ADJUSTMENTS_AT_WORK, days=30, live=True, typed_code=True
    )
    return sharing.share(d, holder_id, request)


def _open(d: Deployment, holder_id: str, share_id: str, asks: Asks, passcode: str | None = None) -> None:
    held = sharing.find(d, holder_id, share_id)
    secrets = sharing.secrets_of(d, holder_id, share_id)
    shlink = sharing.share_link(d, held, secrets.secret).partition("#")[2]
    form = {"shlink": shlink, "who": "Jo Bell, Acme Tiles", "passcode": passcode or secrets.passcode or ""}
    asks("/v/open", form)
