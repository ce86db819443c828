"""What a message may carry beside its words: days and one-time codes, by kind. Nothing else has a form here."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import ClassVar, Final

from passport.tables.kinds import MessageKind
from schemas.errors import PassportError

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_CODE: Final = re.compile(r"[0-9]{6}", re.ASCII)


class MessageFieldError(PassportError):
    """A message was given a field that its kind does not have, or one that is no day or code."""

    code: ClassVar[str] = "message_field"


class Day(date):
    """A day, given as 2026-11-21 and said in words."""


class Code(str):
    """A one-time code of six digits. It opens nothing but the box that asks for it, for a quarter of an hour."""

    __slots__ = ()


Field = Day | Code


def _day(text: str) -> Day:
    if not _DAY.fullmatch(text):
        raise MessageFieldError("expected a day such as 2026-11-21")
    try:
        return Day.fromisoformat(text)
    except ValueError as exc:
        raise MessageFieldError("expected a day that exists, such as 2026-11-21") from exc


def _code(text: str) -> Code:
    if not _CODE.fullmatch(text):
        raise MessageFieldError("expected a code of six digits")
    return Code(text)


FIELDS: Final[Mapping[MessageKind, Mapping[str, Callable[[str], Field]]]] = {
    MessageKind.OPENED: {"day": _day},
    MessageKind.FETCHED: {"day": _day},
    MessageKind.LOCKED: {"day": _day},
    MessageKind.EXPOSED: {"day": _day},
    MessageKind.EMAIL_CODE: {"code": _code},
    MessageKind.ASKED_FOR_MORE: {"day": _day},
    MessageKind.ACKNOWLEDGED: {"day": _day},
    MessageKind.COUNTERSIGNED: {"day": _day},
    MessageKind.DELETION_REQUEST: {"shared_on": _day},
    MessageKind.RETENTION_REMINDER: {"shared_on": _day},
    MessageKind.REVIEW_REMINDER: {"review_on": _day},
    MessageKind.SHARE_ENDING: {"last_day": _day},
    MessageKind.CHANGED: {"day": _day},
    MessageKind.PASSPORT_DELETED: {"shared_on": _day},
}


def read_fields(kind: MessageKind, given: Mapping[str, str]) -> Mapping[str, Field]:
    """Return a message's fields, each as what it is.

    Raises:
        MessageFieldError: a field is missing, unknown, or neither a day nor a code of six digits as its kind asks.
    """
    asked = FIELDS[kind]
    if given.keys() != asked.keys():
        raise MessageFieldError(f"{kind}: expected exactly the fields {', '.join(asked)}")
    return {name: read(given[name]) for name, read in asked.items()}
