"""Which command reads what is signed here: so that none calls genuine what it cannot judge, and none refuses it."""

from typing import Final

from consent.log_export import EXPORT_FORMAT
from consent.log_promise import PROMISE_TYPE
from consent.reading import READING_TYPE
from consent.receipt_token import RECEIPT_TYPE
from consent.token_type import unverified_type
from issuers.sd_jwt import CREDENTIAL_TYPE
from passport.commands.parsing import MisuseError

VERIFY: Final = "passport verify"
RECEIPT: Final = "passport receipt verify"
LOG: Final = "passport log verify"
PROMISE: Final = "passport log promise"
_READ_WITH: Final = {
    CREDENTIAL_TYPE: ("an entry or what was released of one", VERIFY),
    RECEIPT_TYPE: ("a receipt of what was shared", RECEIPT),
    READING_TYPE: ("a read receipt: who opened what was shared", RECEIPT),
    PROMISE_TYPE: ("a promise of the access log", PROMISE),
    EXPORT_FORMAT: ("an exported access log", LOG),
    "Bundle": ("what was shared, as somebody saved it", VERIFY),  # FHIR R4, resourceType
}


def turn_away(raw: bytes, *, command: str) -> None:
    """Let pass what `command` reads, and what no command knows, which it then refuses.

    Raises:
        MisuseError: another command reads it. It is named, and nothing was checked.
    """
    what, reader = _READ_WITH.get(unverified_type(raw) or "", ("", command))
    if reader != command:
        raise MisuseError(f"this says that it is {what}. Nothing was checked: '{reader}' reads it")
