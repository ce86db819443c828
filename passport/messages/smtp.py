"""Carries messages by SMTP: encrypted unless the server is this machine, one connection a message, with time limits."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from passport.messages.carrier import CarrierBusyError, CarrierSettingsError, Letter, MessageRefusedError

TIMEOUT_SECONDS: Final = 15.0  # for each answer of the server
_FOR_GOOD: Final = range(
    500, 600
)  # RFC 5321 section 4.2.1: the second digit tells why, the first that it stays so
_SIGN_IN: Final = 530  # RFC 4954 section 6: authentication required
_POLICY: Final = b"5.7."  # RFC 3463 section 3.8: who may send to whom, not whether there is such an address
_OURS: Final = (
    smtplib.SMTPNotSupportedError,
    ssl.SSLCertVerificationError,
)  # no STARTTLS, no sign-in; no such host


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpCarrier:
    """One mail server. `security`: "starttls" or "tls"; "none" only for this machine, as the settings check."""

    host: str
    port: int
    security: str
    sender: str  # the address in From
    sender_name: str
    user: str = ""
    password: str = field(default="", repr=False)
    tls: ssl.SSLContext | None = field(default=None, repr=False)  # None: the machine's authorities
    timeout: float = TIMEOUT_SECONDS

    def send(self, letter: Letter) -> None:
        """Hand a message to the server.

        Raises:
            CarrierBusyError: no connection, an answer of 4xx, or none in time.
            CarrierSettingsError: no encryption, no sign-in, or we may not send by this server, or to that one.
            MessageRefusedError: the server refuses the address or the text for good.
        """
        try:
            mail = compose(letter, sender=self.sender, sender_name=self.sender_name)
        except ValueError as exc:
            raise MessageRefusedError("no mail can be made of this address or text") from exc
        try:
            self._hand_over(mail, letter.address)
        except smtplib.SMTPRecipientsRefused as exc:
            raise _by_answer(*next(iter(exc.recipients.values())), "address") from exc
        except smtplib.SMTPDataError as exc:
            raise _by_answer(exc.smtp_code, exc.smtp_error, "text") from exc
        except smtplib.SMTPAuthenticationError as exc:
            raise _ours_by_code(exc.smtp_code, "sign-in") from exc
        except smtplib.SMTPSenderRefused as exc:
            raise _ours_by_code(exc.smtp_code, "sender") from exc
        except _OURS as exc:
            raise CarrierSettingsError(f"the mail server cannot be used: {type(exc).__name__}") from exc
        except (OSError, smtplib.SMTPException, ValueError) as exc:  # ValueError: an answer that is none
            raise CarrierBusyError(f"the mail server did not take it: {type(exc).__name__}") from exc

    def _hand_over(self, mail: EmailMessage, address: str) -> None:
        server = self._connect()
        try:
            if self.user:
                server.login(self.user, self.password)
            server.sendmail(
                self.sender, [address], mail.as_bytes()
            )  # send_message would change a line "From ..."
        except BaseException:
            server.close()
            raise
        with suppress(
            OSError, smtplib.SMTPException
        ):  # it has the message: how it says goodbye matters no more
            server.quit()

    def _connect(self) -> smtplib.SMTP:
        context = self.tls or ssl.create_default_context()
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
        server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        if self.security == "starttls":
            try:
                server.starttls(context=context)  # a server without it raises: nothing goes in the clear
            except BaseException:
                server.close()
                raise
        return server


def _by_answer(code: int, said: bytes | str, what: str) -> CarrierBusyError | MessageRefusedError:
    told = said if isinstance(said, bytes) else said.encode()
    if code == _SIGN_IN or told.startswith(_POLICY):
        return _ours_by_code(code, "sending by us")
    if code in _FOR_GOOD:
        return MessageRefusedError(f"the mail server refuses the {what} for good ({code})")
    return _busy(code, what)


def _ours_by_code(code: int, what: str) -> CarrierBusyError:
    if code in _FOR_GOOD:
        return CarrierSettingsError(f"the mail server refuses the {what} for good ({code})")
    return _busy(code, what)


def _busy(code: int, what: str) -> CarrierBusyError:
    return CarrierBusyError(f"the mail server does not take the {what} now ({code})")


def compose(letter: Letter, *, sender: str, sender_name: str) -> EmailMessage:
    """Return the mail: in 7 bits and short lines whatever its language, marked as sent by a program.

    Raises:
        ValueError: a header would be of more than one line.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f'"{sender_name}" <{sender}>'
    mail["To"] = letter.address
    mail["Subject"] = letter.subject
    mail["Date"] = letter.written_at  # RFC 5322 section 3.6.1: when it was ready to go, whenever it goes
    mail["Message-ID"] = letter.message_id
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834 section 5: so that no absence note comes back
    mail.set_content(letter.text, charset="utf-8", cte="quoted-printable")
    mail["Content-Language"] = ", ".join(
        letter.languages
    )  # RFC 3282 section 2; setting the text drops one set before
    return mail
