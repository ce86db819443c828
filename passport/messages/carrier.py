"""Who carries messages away: one small protocol, and the console for trying out. SMTP and Notify have their modules.

A carrier takes a message or raises: try later, or never. It may be given the same message twice, with the same
Message-ID, when the service stopped between sending and noting it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol, TextIO

from schemas.errors import PassportError
from schemas.vocabulary import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message as a carrier gets it: the same at every attempt. `message_id`: as in its header, in brackets."""

    address: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    message_id: str
    written_at: datetime
    languages: tuple[Language, ...]


class CarrierBusyError(PassportError):
    """The message was not taken now; the same may be taken later. Says why, without address and text."""

    code: ClassVar[str] = "carrier_busy"


class CarrierSettingsError(CarrierBusyError):
    """No message is taken before the operator has put something right: the settings, the key, the account."""

    code: ClassVar[str] = "carrier_settings"


class MessageRefusedError(PassportError):
    """The message will never be taken: there is no such address, or it is not allowed."""

    code: ClassVar[str] = "message_refused"


class CarrierSetupError(PassportError):
    """The settings name a carrier that cannot work here."""

    code: ClassVar[str] = "carrier_setup"


class Carrier(Protocol):
    """Takes one message at a time."""

    def send(self, letter: Letter) -> None:
        """Take a message.

        Raises:
            CarrierBusyError: try again later; CarrierSettingsError: and tell the operator.
            MessageRefusedError: trying again is of no use.
        """


@dataclass(frozen=True, slots=True)
class ConsoleCarrier:
    """Shows messages on the terminal, codes included. For trying out only."""

    stream: TextIO = field(repr=False)

    def send(self, letter: Letter) -> None:
        """Show a message.

        Raises:
            CarrierBusyError: the terminal is gone.
        """
        shown = "".join(f"  | {line}\n" for line in [letter.subject, "", *letter.text.splitlines()])
        try:
            self.stream.write(f"Message to {letter.address} {letter.message_id}\n{shown}")
            self.stream.flush()
        except (OSError, ValueError) as exc:
            raise CarrierBusyError("the terminal is gone") from exc


@dataclass(frozen=True, slots=True)
class NoCarrier:
    """Where no mail is set up. What was written before waits for it to be set up again, as long as any message does."""

    def send(self, letter: Letter) -> None:  # noqa: ARG002 - it takes nothing
        """Take nothing.

        Raises:
            CarrierSettingsError: always.
        """
        raise CarrierSettingsError("no mail is set up on this service")
