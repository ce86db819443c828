"""`passport verify LINK`: one manifest is asked for, of one place, and what comes back is checked like a file."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from consent.sealed_file import FHIR_JSON, seal_file
from consent.share import Shlink, link, manifest_url
from issuers.encoding import encode_base64url, encode_json
from passport.commands.fetching import ANSWER_BYTES_MAX
from schemas.vocabulary import RecipientKind
from tests.command_line.conftest import Offline, Ran, Run
from tests.consent_floor.passports import Passport

KEY = bytes(range(32))
TOKEN = encode_base64url(bytes(32))
SEALED = seal_file(Passport().bundle(RecipientKind.EMPLOYER), KEY, content_type=FHIR_JSON, iv=bytes(12))
FILE = {"contentType": FHIR_JSON, "embedded": SEALED}


@dataclass
class Server:
    """A manifest server of this machine that answers what a test tells it to, and remembers what it was asked."""

    base_url: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = encode_json({"files": [FILE]})
    asked: list[tuple[str, Any]] = field(default_factory=list)

    def link(self, **changes: Any) -> str:
        """Return a link to it."""
        page = changes.pop("page", self.base_url)
        url = changes.pop("url", manifest_url(self.base_url, TOKEN))
        return link(page, Shlink(**{"url": url, "key": KEY, **changes}))


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that answers with a genuine share until it is told otherwise."""
    told = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            told.asked.append((self.path, json.loads(raw)))
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told.body)

        def do_GET(self) -> None:
            told.asked.append((self.path, None))
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        told.base_url = f"http://localhost:{listening.server_port}"
        thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield told
        listening.shutdown()
        thread.join()


@pytest.fixture
def follow(run: Run, offline: Offline) -> Callable[..., Ran]:
    """Follow a link as a named recipient, with the trust and status files that make it valid."""
    return lambda link, *more, **how: run("verify", link, *offline.options, "--recipient", "Jo", *more, **how)


def test_a_link_is_asked_for_in_the_recipients_name_and_verified(
    server: Server, follow: Callable[..., Ran]
) -> None:
    ran = follow(server.link())
    assert (ran.code, ran.err) == (0, "")
    assert server.asked == [(f"/m/{TOKEN}", {"recipient": "Jo"})]


def test_a_link_from_standard_input_leaves_no_trace_in_a_shell_and_may_end_as_a_sentence_does(
    server: Server, follow: Callable[..., Ran]
) -> None:
    assert follow("-", stdin=f"{server.link()}).\n".encode()).code == 0


def test_a_bare_shlink_is_a_link_too(server: Server, follow: Callable[..., Ran]) -> None:
    assert follow(server.link().partition("#")[2]).code == 0


def test_the_passcode_comes_from_a_file_or_standard_input(
    server: Server, follow: Callable[..., Ran], tmp_path: Path
) -> None:
    (tmp_path / "passcode").write_text(" 123 456\n")
    link = server.link(passcode=True)
    assert follow(link, "--passcode-file", "passcode").code == 0
    assert follow(link, "--passcode-file", "-", stdin=b"123-456\n").code == 0
    assert [asked[1]["passcode"] for asked in server.asked] == ["123456", "123456"]


@pytest.mark.parametrize(
    "how",
    [
        {},  # nobody at a keyboard
        {"file": "missing"},
        {"file": "-", "stdin": b""},
    ],
)
def test_without_a_passcode_nothing_is_asked(
    server: Server, follow: Callable[..., Ran], how: dict[str, Any]
) -> None:
    options = ["--passcode-file", how["file"]] if "file" in how else []
    assert follow(server.link(passcode=True), *options, stdin=how.get("stdin", b"")).code == 64
    assert server.asked == []


def test_link_and_passcode_cannot_both_come_from_standard_input(
    server: Server, follow: Callable[..., Ran]
) -> None:
    stdin = f"{server.link(passcode=True)}\n123456\n".encode()
    assert follow("-", "--passcode-file", "-", stdin=stdin).code == 64
    assert server.asked == []


@pytest.mark.parametrize(
    "link",
    [
        {"url": "http://passport.example/m/x", "page": "http://passport.example"},  # not https
        {"url": "https://elsewhere.example/m/x"},  # looks like one place, leads to another
        {"url": "https://localhost:1/m/x"},
    ],
)
def test_a_link_to_elsewhere_is_not_followed(
    server: Server, follow: Callable[..., Ran], link: dict[str, str]
) -> None:
    assert follow(server.link(**link)).code == 64
    assert server.asked == []


NOT_CHECKED: dict[str, tuple[dict[str, Any], str]] = {
    "gone": ({"status": 404, "body": b"{}"}, "link_closed"),
    "wrong passcode": ({"status": 401, "body": b'{"remainingAttempts":3}'}, "passcode_wrong"),
    "wrong passcode, said badly": ({"status": 401, "body": b"<html>"}, "passcode_wrong"),
    "busy": ({"status": 503, "body": b""}, "unreachable"),
    "redirect": ({"status": 302, "headers": {"location": "/other"}, "body": b""}, "unreachable"),
    "longer than any share": ({"body": b" " * (ANSWER_BYTES_MAX + 70_000)}, "unreachable"),
    "cut short": ({"headers": {"content-length": "100000"}, "body": b"{"}, "unreachable"),
}


@pytest.mark.parametrize("name", NOT_CHECKED)
def test_a_link_that_brings_nothing_is_not_checked(
    server: Server, follow: Callable[..., Ran], name: str
) -> None:
    answer, code = NOT_CHECKED[name]
    for attribute, value in answer.items():
        setattr(server, attribute, value)
    ran = follow(server.link())
    assert ran.code == 2
    assert f"[{code}]" in ran.out
    assert len(server.asked) == 1  # no redirect was followed, nothing tried again


@pytest.mark.parametrize("name", [" ", "a\u202eb", "a\nb"])
def test_a_name_that_the_service_would_not_take_is_not_sent(server: Server, run: Run, name: str) -> None:
    ran = run("verify", server.link(), "--recipient", name)
    assert (ran.code, "one line of printable text" in ran.err, server.asked) == (64, True, [])


def test_a_wrong_passcode_says_who_knows_the_right_one(server: Server, follow: Callable[..., Ran]) -> None:
    server.status, server.body = 401, b'{"remainingAttempts":3}'
    ran = follow(server.link())
    assert "the passcode is wrong; attempts left: 3; ask the person who shared it" in ran.out


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b'{"files":[]}',
        b'{"files":5}',
        encode_json({"files": [FILE, FILE]}),
        encode_json({"files": [{"contentType": "text/html", "embedded": SEALED}]}),
        encode_json({"files": [{"contentType": FHIR_JSON, "location": "https://elsewhere.example/f"}]}),
        encode_json({"files": [{**FILE, "embedded": SEALED[:-1] + ("A" if SEALED[-1] != "A" else "Q")}]}),
        encode_json({"files": [{**FILE, "embedded": "a.b.c.d.e"}]}),
    ],
)
def test_an_answer_that_is_no_share_is_refused_at_the_first_step(
    server: Server, follow: Callable[..., Ran], body: bytes
) -> None:
    server.body = body
    ran = follow(server.link())
    assert ran.code == 1
    assert "at step 1 (link_answer)" in ran.out


def test_an_altered_file_behind_a_link_is_refused_like_any_other(
    server: Server, follow: Callable[..., Ran]
) -> None:
    bundle = Passport().bundle(RecipientKind.EMPLOYER).replace(b"Start at 8", b"Start at 6")
    sealed = seal_file(bundle, KEY, content_type=FHIR_JSON, iv=bytes(12))
    server.body = encode_json({"files": [{**FILE, "embedded": sealed}]})
    ran = follow(server.link())
    assert ran.code == 1
    assert "at step 9 (readable_differs)" in ran.out


@pytest.mark.parametrize("host", ["a" * 70, "a..b"])
def test_a_host_of_no_form_is_a_server_that_is_not_there(
    server: Server, follow: Callable[..., Ran], host: str
) -> None:
    url = f"https://{host}/m/x"
    ran = follow(server.link(url=url, page=f"https://{host}"), "--json")
    assert (ran.code, "Traceback" in ran.err) == (2, False)


def test_a_page_of_no_form_is_misuse(server: Server, follow: Callable[..., Ran]) -> None:
    ran = follow(server.link(page="https://[x"))
    assert (ran.code, "Traceback" in ran.err) == (64, False)


def test_a_server_that_is_not_there_is_not_checked(follow: Callable[..., Ran]) -> None:
    nobody = "http://localhost:9"
    ran = follow(link(nobody, Shlink(url=manifest_url(nobody, TOKEN), key=KEY)))
    assert ran.code == 2
    assert "[unreachable]" in ran.out
