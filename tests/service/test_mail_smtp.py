"""Carrying by SMTP, against a real server: encrypted, refused, dropped and slow; every message is one clean mail."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from passport.messages.carrier import CarrierBusyError, CarrierSettingsError, MessageRefusedError
from passport.messages.smtp import SmtpCarrier, compose
from schemas.vocabulary import Language
from tests.service.mailing import letter, reachable, sends
from tests.service.world import CONDITION, Person, World

WELSH = "Agorodd rhywun yr hyn a rannoch, ar 21 Tachwedd 2026.\n\nŵ ŷ\n.\n.hidden\nFrom here\n" + "x" * 2000
PASSWORD = "a password of the mail server"


class Mailbox:
    """A mail server's end: keeps mails, and answers as a test says."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.rcpt = "250 OK"
        self.data = "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.data.startswith("2"):
            assert isinstance(envelope.content, bytes)
            mail = message_from_bytes(envelope.content, policy=policy.SMTP)
            mail["X-To"] = ",".join(envelope.rcpt_tos)
            self.mails.append(mail)
        return self.data


@contextmanager
def mail_server(mailbox: Mailbox, **options: Any) -> Iterator[int]:
    """Run a server on this machine and give its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    yield port
    controller.stop()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of localhost that signed itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    encoded = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(encoded + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(scope="module")
def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture(scope="module")
def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificate)


def carrier(port: int, **changes: Any) -> SmtpCarrier:
    given: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "sender": "no-reply@passport.example",
        "sender_name": "Gwasanaeth Pasbort (ŵ)",
        "timeout": 2.0,
    }
    return SmtpCarrier(**{**given, **changes})


def send(carrier: SmtpCarrier, text: str = WELSH) -> None:
    carrier.send(letter(subject="Agorodd rhywun yr hyn a rannoch ŵ", text=text, languages=(Language.WELSH,)))


def test_a_mail_arrives_as_it_was_written_in_any_language(mailbox: Mailbox) -> None:
    with mail_server(mailbox) as port:
        send(carrier(port))
    (mail,) = mailbox.mails
    assert mail["X-To"] == mail["To"] == "sam@mail.example"
    assert mail["Subject"] == "Agorodd rhywun yr hyn a rannoch ŵ"
    assert mail["Message-ID"] == letter().message_id
    assert mail["From"].addresses[0].addr_spec == "no-reply@passport.example"
    assert mail["From"].addresses[0].display_name == "Gwasanaeth Pasbort (ŵ)"
    assert mail["Date"].datetime == letter().written_at
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "cy"
    assert (mail["MIME-Version"], mail.get_content_type(), mail.get_content_charset()) == (
        "1.0",
        "text/plain",
        "utf-8",
    )
    assert len(mail.keys()) == len(set(mail.keys()))  # RFC 5322 section 3.6: each once
    assert mail.get_content().replace("\r\n", "\n").rstrip("\n") == WELSH


def test_what_goes_over_the_wire_is_plain_ascii_in_short_lines() -> None:
    long = letter(subject="ŵ" * 120, text=WELSH, languages=tuple(Language))
    mail = compose(long, sender="x@y.example", sender_name="ŵ" * 60)
    lines = bytes(mail).split(b"\r\n")
    assert (
        max(map(len, lines)) <= 78
        or [line for line in lines if len(line) > 78]
        == [
            f"Message-ID: {long.message_id}".encode()  # RFC 5322 section 2.1.1: no place to fold; 998 is the limit
        ]
    )
    assert bytes(mail).isascii()
    assert not any(b"\n" in line or b"\r" in line for line in lines)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("address", "a@b.example\nBcc: c@d.example"),
        ("subject", "x\r\nBcc: c@d.example"),
        ("message_id", "<x\n>"),
    ],
)
def test_no_header_can_be_injected(field: str, text: str) -> None:
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        bytes(compose(letter(**{field: text}), sender="x@y.example", sender_name="x"))


def test_what_no_mail_can_be_made_of_is_refused_for_good() -> None:
    carrier = SmtpCarrier(
        host="localhost", port=9, security="none", sender="no@mail.example", sender_name="S"
    )
    with pytest.raises(MessageRefusedError):
        carrier.send(letter(address="=?utf-8?b?CkJjYzogYUBiLmNk?=@mail.example"))


def test_starttls_is_used_and_the_server_s_certificate_checked(
    mailbox: Mailbox, server_tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    with mail_server(mailbox, tls_context=server_tls, require_starttls=True) as port:
        send(carrier(port, host="localhost", security="starttls", tls=trusting))
        assert len(mailbox.mails) == 1
        with pytest.raises(CarrierSettingsError, match="SSLCertVerificationError"):
            send(carrier(port, host="localhost", security="starttls"))
    assert len(mailbox.mails) == 1


def test_a_server_without_starttls_gets_no_mail_and_no_password(mailbox: Mailbox) -> None:
    with mail_server(mailbox) as port, pytest.raises(CarrierSettingsError, match="SMTPNotSupportedError"):
        send(carrier(port, security="starttls", user="passport", password=PASSWORD))
    assert mailbox.mails == []


def test_tls_from_the_start_and_a_sign_in(
    mailbox: Mailbox, server_tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)

    options = {"ssl_context": server_tls, "authenticator": check, "auth_require_tls": False}
    # It cannot see a TLS that was there before it, and would not offer to sign in.
    with mail_server(mailbox, **options) as port:
        there = {"host": "localhost", "security": "tls", "tls": trusting, "user": "passport"}
        send(carrier(port, **there, password=PASSWORD))
        with pytest.raises(CarrierSettingsError, match="sign-in") as refused:
            send(carrier(port, **there, password="wrong"))
    assert len(mailbox.mails) == 1
    assert "wrong" not in str(refused.value)


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"rcpt": "550 5.1.1 No such mailbox sam@mail.example"}, MessageRefusedError),
        ({"rcpt": "554 5.7.1 <sam@mail.example>: Relay access denied"}, CarrierSettingsError),
        ({"rcpt": "530 5.7.0 Authentication required"}, CarrierSettingsError),
        ({"rcpt": "451 4.7.1 Greylisted, try again"}, CarrierBusyError),
        ({"data": "554 5.6.0 No such form of text"}, MessageRefusedError),
        ({"data": "550 5.7.26 This domain has not said that you may send for it"}, CarrierSettingsError),
        ({"data": "452 4.3.1 Mail system full"}, CarrierBusyError),
        ({"rcpt": "421 Closing"}, CarrierBusyError),
    ],
    ids=str,
)
def test_what_the_server_refuses_is_tried_again_or_not_as_its_answer_says(
    mailbox: Mailbox, answers: dict[str, str], error: type[Exception]
) -> None:
    for name, answer in answers.items():
        setattr(mailbox, name, answer)
    with mail_server(mailbox) as port, pytest.raises(error) as refused:
        send(carrier(port))
    assert refused.type is error
    assert "sam@" not in str(refused.value)
    assert mailbox.mails == []


@contextmanager
def bad_server(*answers: bytes, hold: bool = False) -> Iterator[int]:
    """Say these answers to the first caller, then hang up, or hold the line."""
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            caller, _ = listener.accept()
            with caller, suppress(OSError):  # whoever called may hang up first
                for answer in answers:
                    caller.sendall(answer)
                    caller.recv(4096)
                if hold:
                    done.wait(10)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        done.set()
        thread.join()


@pytest.mark.parametrize(
    "answers",
    [
        (),
        (b"220 hello\r\n",),
        (b"220 hello\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"),  # gone with the mail
        (b"HTTP/1.1 400 Bad Request\r\n\r\n",),
        (b"\xff\xfe\x00\r\n",),
        (b"220 " + b"x" * 20000 + b"\r\n",),
        (b"220 hello\r\n", b"999 what\r\n", b"999 what\r\n"),
    ],
    ids=range(7),
)
def test_a_connection_that_drops_or_talks_nonsense_is_tried_again(answers: tuple[bytes, ...]) -> None:
    with bad_server(*answers) as port, pytest.raises(CarrierBusyError):
        send(carrier(port))


@pytest.mark.parametrize(
    ("answer", "error"),
    [(b"553 5.1.8 Who?\r\n", CarrierSettingsError), (b"451 4.1.8 Who?\r\n", CarrierBusyError)],
)
def test_a_server_that_does_not_know_the_sender_is_for_the_operator_to_look_into(
    answer: bytes, error: type[Exception]
) -> None:
    with (
        bad_server(b"220 hello\r\n", b"250 hi\r\n", answer, b"250 ok\r\n") as port,
        pytest.raises(error, match="sender") as refused,
    ):
        send(carrier(port))
    assert refused.type is error


def test_a_server_that_does_not_answer_holds_nobody_up_for_long() -> None:
    started = time.monotonic()
    with bad_server(b"220 hello\r\n", hold=True) as port, pytest.raises(CarrierBusyError):
        send(carrier(port, timeout=0.2))
    assert time.monotonic() - started < 5


def test_a_port_where_nobody_listens_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(CarrierBusyError, match="ConnectionRefusedError"):
        send(carrier(port))


def test_an_alert_goes_from_the_outbox_to_a_mail_server_and_one_that_it_refuses_is_in_the_log(
    world: World, sam: Person, mailbox: Mailbox
) -> None:
    reachable(world, sam)
    share = sam.shares_with(passcode=False)
    with mail_server(mailbox) as port:
        for answer in ("250 OK", "550 5.1.1 No such mailbox"):
            mailbox.rcpt = answer
            assert world.presses_open(share).status_code == 303
            assert sends(world, carrier(port)) == 1
            world.clock.advance(days=1)
    (mail,) = mailbox.mails
    assert mail["X-To"] == "sam@mail.example"
    secrets = (share.url_token, share.shlink.key)
    assert not [one for one in (*secrets, "start at ten", CONDITION) if str(one) in mail.get_content()]
    kinds = [event["kind"] for event in sam.log(share)]
    assert (kinds.count("message-sent"), kinds.count("message-not-sent")) == (1, 1)
