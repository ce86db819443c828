"""Carrying by GOV.UK Notify: its own client against a server here that answers as Notify's API does."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from passport.messages import notify
from passport.messages.carrier import CarrierBusyError, CarrierSettingsError, MessageRefusedError
from passport.messages.notify import NotifyCarrier
from tests.service.mailing import letter

SERVICE_ID = "11111111-2222-4333-8444-555555555555"
SECRET = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
TEMPLATE = "99999999-8888-4777-8666-555555555555"


class NotifyServer(ThreadingHTTPServer):
    """Keeps what it is sent, and answers with an error when a test says so."""

    sent: list[dict[str, Any]]
    answer: tuple[int, bytes] | None


class _Handler(BaseHTTPRequestHandler):
    server: NotifyServer

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        found = [one for one in self.server.sent if one["reference"] == asked["reference"][0]]
        self._reply(200, json.dumps({"notifications": found, "links": {}}).encode())

    def do_POST(self) -> None:
        token = self.headers["Authorization"].removeprefix("Bearer ")
        assert (
            jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_iat": False})["iss"]
            == SERVICE_ID
        )
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.answer is not None:
            self._reply(*self.server.answer)
            return
        self.server.sent.append(body)
        self._reply(201, json.dumps({"id": "x", "reference": body["reference"]}).encode())

    def _reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[NotifyServer]:
    with NotifyServer(("127.0.0.1", 0), _Handler) as running:
        running.sent, running.answer = [], None
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def connect(port: int) -> NotifyCarrier:
    base_url = f"http://127.0.0.1:{port}"
    return notify.connect(f"passport-{SERVICE_ID}-{SECRET}", template_id=TEMPLATE, base_url=base_url)


@pytest.fixture
def carrier(server: NotifyServer) -> Iterator[NotifyCarrier]:
    made = connect(server.server_address[1])
    yield made
    made.close()


def send(carrier: NotifyCarrier) -> None:
    carrier.send(letter())


def test_a_message_is_handed_over_with_our_words_and_our_reference(
    server: NotifyServer, carrier: NotifyCarrier
) -> None:
    send(carrier)
    assert server.sent == [
        {
            "email_address": "sam@mail.example",
            "template_id": TEMPLATE,
            "personalisation": {
                "subject": "Someone opened what you shared",
                "body": "On 21 November 2026.",
            },
            "reference": letter().message_id,
        }
    ]


def test_a_message_that_notify_has_is_not_handed_over_again(
    server: NotifyServer, carrier: NotifyCarrier
) -> None:
    send(carrier)
    send(carrier)
    assert len(server.sent) == 1


ADDRESS = ("ValidationError", "email_address Not a valid email address")
ADDRESS_TOO = ("InvalidEmailError", "Not a valid email address: sam@mail.example")
TEMPLATE_ID = ("ValidationError", "template_id is not a valid UUID")


@pytest.mark.parametrize(
    ("status", "errors", "error"),
    [  # answers as the documentation of Notify's API gives them, "Error codes"
        (400, [ADDRESS], MessageRefusedError),
        (400, [ADDRESS_TOO], MessageRefusedError),
        (400, [ADDRESS, TEMPLATE_ID], CarrierSettingsError),
        (400, [TEMPLATE_ID], CarrierSettingsError),
        (400, [("BadRequestError", "Template not found")], CarrierSettingsError),
        (400, [("BadRequestError", "Template has been deleted")], CarrierSettingsError),
        (400, [("BadRequestError", "Missing personalisation: body")], CarrierSettingsError),
        (
            400,
            [("BadRequestError", "Can't send to this recipient using a team-only API key")],
            CarrierSettingsError,
        ),
        (
            400,
            [("BadRequestError", "Can't send to this recipient when service is in trial mode")],
            CarrierSettingsError,
        ),
        (400, [], CarrierSettingsError),
        (403, [("AuthError", "Invalid token: API key not found")], CarrierSettingsError),
        (404, [("NoResultFound", "No result found")], CarrierSettingsError),
        (429, [("RateLimitError", "Exceeded rate limit for key type LIVE")], CarrierBusyError),
        (429, [("TooManyRequestsError", "Exceeded send limits (50) for today")], CarrierBusyError),
        (500, [("Exception", "Internal server error")], CarrierBusyError),
        (503, [], CarrierBusyError),
    ],
)
def test_what_notify_refuses_is_tried_again_or_not_as_its_answer_says(
    server: NotifyServer,
    carrier: NotifyCarrier,
    status: int,
    errors: list[tuple[str, str]],
    error: type[Exception],
    caplog: pytest.LogCaptureFixture,
) -> None:
    told = [{"error": name, "message": message} for name, message in errors]
    body = {"status_code": status, "errors": told}
    server.answer = status, json.dumps(body).encode()
    with pytest.raises(error) as refused:
        send(carrier)
    assert refused.type is error
    assert "sam@" not in str(refused.value) + caplog.text
    assert server.sent == []


def test_an_answer_that_is_no_json_is_tried_again(server: NotifyServer, carrier: NotifyCarrier) -> None:
    server.answer = 201, b"<html>"
    with pytest.raises(CarrierBusyError):
        send(carrier)


def test_notify_out_of_reach_is_tried_again(server: NotifyServer) -> None:
    carrier = connect(1)
    with pytest.raises(CarrierBusyError):
        send(carrier)
    carrier.close()


def test_an_answer_that_is_no_list_of_errors_waits_for_the_operator(
    server: NotifyServer, carrier: NotifyCarrier
) -> None:
    for body in (b"[]", b"<html>", b'{"message": "email_address x"}', b'{"errors": ["email_address x"]}'):
        server.answer = 400, body
        with pytest.raises(CarrierSettingsError, match="check its key, its template"):
            send(carrier)
