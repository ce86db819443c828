"""What receipts record: a holder's decision, a recipient's request. Left out: recording them (passport.receipts)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from consent.grant import Grant
from consent.receipt import Controller, Notice, SharedEntry
from schemas.consent_vocabulary import Assurance
from schemas.vocabulary import Purpose

SHARES_PATH: Final = "/passport/shares"  # where a holder stops what they share
WRITERS_PATH: Final = "/passport/writers"  # and whom they let write


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a holder decides: the grant, what it lets out, and what they read before. Ids of the page, no secret."""

    grant: Grant
    notice: Notice
    path: str  # of the page where they can stop it
    shared: tuple[SharedEntry, ...] = ()
    shown_name: str | None = None  # of the holder, where the share shows it
    assurance: Assurance = Assurance.LINK


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a recipient asks for. `controller`: who would read it, so far as we know them."""

    request_id: str
    controller: Controller
    assurance: Assurance  # of who asks
    purpose: Purpose
    ends_at: datetime  # until when the holder can answer
    notice: Notice  # the request as the holder reads it
