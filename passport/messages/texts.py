"""The words of messages: one file a kind and language, filled with days, a code and pages of this service.

The first line is the subject, in which nothing is filled in. Below the text stands why it comes and how to stop it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Final

from passport.i18n import speech_of
from passport.messages.fields import Day, Field
from passport.tables.kinds import MessageKind
from schemas.vocabulary import Language

FOLDER: Final = Path(__file__).parent / "texts"
# The one page that each message to a holder names: bare, without anything that opens a share.
PAGES: Final[Mapping[MessageKind, str]] = {
    MessageKind.OPENED: "/passport/log",
    MessageKind.FETCHED: "/passport/log",
    MessageKind.LOCKED: "/passport/shares",
    MessageKind.EXPOSED: "/passport/shares",
    MessageKind.EMAIL_CODE: "/passport/messages",
    MessageKind.ASKED_FOR_MORE: "/passport/replies",
    MessageKind.ACKNOWLEDGED: "/passport/replies",
    MessageKind.COUNTERSIGNED: "/passport",
    MessageKind.REVIEW_REMINDER: "/passport",
    MessageKind.SHARE_ENDING: "/passport/shares",
}
# And each message to a recipient: as bare, for a reply link's token goes into no message. Any other names the start.
REPLY_PAGES: Final[Mapping[MessageKind, str]] = {
    MessageKind.DELETION_REQUEST: "/r",
    MessageKind.RETENTION_REMINDER: "/r",
    MessageKind.REVIEW_REMINDER: "/r",
}
BETWEEN: Final = "\n* * *\n\n"  # languages
MESSAGES_PAGE: Final = "/passport/messages"


EVERY: Final = tuple(Language)  # of whoever's language is not known


@dataclass(frozen=True, slots=True)
class Text:
    """What is sent: a subject of one line, and a body."""

    subject: str
    body: str


def write(
    kind: MessageKind,
    fields: Mapping[str, Field],
    *,
    languages: Sequence[Language],
    to_holder: bool,
    service: str,
    base_url: str,
) -> Text:
    """Return the text of a message, in one language below the other. `service` is the name in its last lines,
    `base_url` where its page is.
    """
    texts = [
        _write(kind, fields, language=one, to_holder=to_holder, service=service, base_url=base_url)
        for one in languages
    ]
    return Text(" / ".join(text.subject for text in texts), BETWEEN.join(text.body for text in texts))


def _write(
    kind: MessageKind,
    fields: Mapping[str, Field],
    *,
    language: Language,
    to_holder: bool,
    service: str,
    base_url: str,
) -> Text:
    subject, body = read_text(kind, language)
    page = (PAGES if to_holder else REPLY_PAGES).get(kind, "")
    given = {name: _said(field, language) for name, field in fields.items()}
    told = body.substitute(given, address=f"{base_url}{page}")
    why = read_why(_audience(kind, to_holder), language)
    return Text(
        subject,
        f"{told}\n\n{why.substitute(service=service, messages=base_url + MESSAGES_PAGE, home=base_url)}\n",
    )


def _audience(kind: MessageKind, to_holder: bool) -> str:
    if kind is MessageKind.EMAIL_CODE:
        return "to-unconfirmed"
    return "to-holder" if to_holder else "to-other"


def _said(field: Field, language: Language) -> str:
    return speech_of_messages(language).day(field) if isinstance(field, Day) else str(field)


speech_of_messages = cache(speech_of)


@cache
def read_text(kind: MessageKind, language: Language) -> tuple[str, Template]:
    """Return the subject and the body of a kind, as they stand in its file."""
    subject, _, body = _file(kind.value, language).partition("\n\n")
    return subject, Template(body)


@cache
def read_why(audience: str, language: Language) -> Template:
    """Return the lines that say why somebody gets a message and how to stop."""
    return Template(_file(audience, language))


def _file(name: str, language: Language) -> str:
    return (FOLDER / language / f"{name}.txt").read_text("utf-8").strip()
