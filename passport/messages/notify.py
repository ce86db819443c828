"""Carries messages by GOV.UK Notify, through its own client. Its template holds ((subject)) and ((body)), no more.

Notify does not know a message that it was given before, so this asks it first, by the reference that we gave.
The client is an extra: pip install health-work-passport[notify].
"""

import logging
from typing import Any, Final, Protocol

from passport.messages.carrier import CarrierBusyError, CarrierSetupError, MessageRefusedError

TIMEOUT_SECONDS: Final = 15.0
_NO_USE: Final = frozenset({400, 413, 422})  # the address or the text; 403 and 429 are the account's and pass


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

    def send(self, address: str, subject: str, text: str, message_id: str) -> None:
        """Hand a message to Notify, unless it has it already.

        Raises:
            CarrierBusyError: Notify cannot be reached, is too busy, or does not know our key.
            MessageRefusedError: Notify refuses the address or the text.
        """
        from notifications_python_client.errors import APIError

        try:
            if self._has(message_id):
                return
            self._client.send_email_notification(
                email_address=address,
                template_id=self._template_id,
                personalisation={"subject": subject, "body": text},
                reference=message_id,
            )
        except APIError as exc:
            refusal = MessageRefusedError if exc.status_code in _NO_USE else CarrierBusyError
            raise refusal(
                f"GOV.UK Notify did not take it ({exc.status_code})"
            ) from None  # it repeats the address

    def close(self) -> None:
        """Let go of the connection to Notify."""
        self._client.request_session.close()

    def _has(self, message_id: str) -> bool:
        found = self._client.get_all_notifications(template_type="email", reference=message_id)
        return isinstance(found, dict) and bool(found.get("notifications"))


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
