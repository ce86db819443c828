"""Carries messages by GOV.UK Notify, through its own client. Its template holds ((subject)) and ((body)), no more.

Notify does not know a message that it was given before, so this asks it first, by the reference that we gave.
The client is an extra: pip install health-work-passport[notify].
"""

import logging
from typing import Any, Final, Protocol

from passport.messages.carrier import (
    CarrierBusyError,
    CarrierSettingsError,
    CarrierSetupError,
    Letter,
    MessageRefusedError,
)

TIMEOUT_SECONDS: Final = 15.0
_PASSES: Final = frozenset(
    {408, 429}
)  # of 4xx; the rest waits for somebody: a key, a template, a service not live yet
_ADDRESS: Final = (
    "email_address "  # how Notify begins what is wrong with it: its documentation, "Error codes"
)


class Session(Protocol):
    """What is used of requests.Session."""

    def close(self) -> None:
        """Let go of its connections."""


class Client(Protocol):
    """What is used of notifications_python_client.NotificationsAPIClient."""

    request_session: Session

    def get_all_notifications(self, *, template_type: str, reference: str) -> Any:
        """Return what was sent under a reference."""

    def send_email_notification(
        self, *, email_address: str, template_id: str, personalisation: dict[str, str], reference: str
    ) -> Any:
        """Send an e-mail."""


class NotifyCarrier:
    """One account and template of GOV.UK Notify."""

    def __init__(self, client: Client, template_id: str) -> None:
        self._client = client
        self._template_id = template_id

    def send(self, letter: Letter) -> None:
        """Hand a message to Notify, unless it has it already.

        Raises:
            CarrierBusyError: Notify cannot be reached, or is too busy.
            CarrierSettingsError: Notify does not take our key or template, or sends to nobody outside our team yet.
            MessageRefusedError: Notify refuses the address.
        """
        from notifications_python_client.errors import APIError

        try:
            if self._has(letter.message_id):
                return
            self._client.send_email_notification(
                email_address=letter.address,
                template_id=self._template_id,
                personalisation={"subject": letter.subject, "body": letter.text},
                reference=letter.message_id,
            )
        except APIError as exc:
            raise _refusal(exc.status_code, exc.message) from None  # it repeats the address

    def close(self) -> None:
        """Let go of the connection to Notify."""
        self._client.request_session.close()

    def _has(self, message_id: str) -> bool:
        found = self._client.get_all_notifications(template_type="email", reference=message_id)
        return isinstance(found, dict) and bool(found.get("notifications"))


def _refusal(status: int, errors: object) -> CarrierBusyError | MessageRefusedError:
    """Return what an answer means. A message is given up only where nothing but its address is wrong."""
    known = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    if status == 400 and known and all(_is_of_address(error) for error in known):
        return MessageRefusedError("GOV.UK Notify refuses the address")
    if 400 <= status < 500 and status not in _PASSES:
        return CarrierSettingsError(
            f"GOV.UK Notify takes nothing ({status}): check its key, its template, and that the service is live"
        )
    return CarrierBusyError(f"GOV.UK Notify did not take it ({status})")


def _is_of_address(error: dict[str, object]) -> bool:
    return error.get("error") == "InvalidEmailError" or str(error.get("message")).startswith(_ADDRESS)


def connect(api_key: str, *, template_id: str, base_url: str) -> NotifyCarrier:
    """Return the carrier of an account.

    Raises:
        CarrierSetupError: the client is not installed.
    """
    try:
        from notifications_python_client.notifications import NotificationsAPIClient
    except ImportError as exc:
        raise CarrierSetupError("install the client first: pip install health-work-passport[notify]") from exc
    logging.getLogger("notifications_python_client").setLevel(logging.ERROR)  # its warnings quote answers
    make: Any = NotificationsAPIClient  # it says no types
    client = make(api_key, base_url=base_url, timeout=TIMEOUT_SECONDS)
    return NotifyCarrier(client, template_id)
