"""Follow one SMART Health Link: ask for its manifest and open the one file in it.

This is the only network in `passport verify`. Nothing else is fetched: no redirect is followed, and a file that is not
in the manifest itself is not looked for. https, or http to this machine, and no more than a share can hold.
"""

import http.client
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from consent.sealed_file import FHIR_JSON, SEALED_LENGTH_MAX, SealedFileError, open_file
from consent.share import SCHEME, Shlink, ShlinkError, decode_shlink
from issuers.encoding import decode_json_object, encode_json
from passport.commands.parsing import MisuseError
from schemas.errors import EncodingError

THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
ANSWER_BYTES_MAX: Final = SEALED_LENGTH_MAX + 64 * 1024
QUIET_SECONDS: Final = 10.0  # between two pieces of an answer
WHOLE_SECONDS: Final = 60.0
_CHUNK: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Fetched:
    """The file behind the link."""

    content: bytes


@dataclass(frozen=True, slots=True)
class NotFetched:
    """Why there is nothing to verify. `altered`: something came, but not what the link's key opens."""

    code: str
    message: str
    altered: bool = False


def is_link(text: str) -> bool:
    """Return whether a text is a link rather than a file's name or content."""
    return text.startswith(("https://", "http://", SCHEME))


def fetch(link: str, *, recipient: str, ask_passcode: Callable[[], str]) -> Fetched | NotFetched:
    """Return the file behind a link, asked for in the recipient's name. It counts as a view, and the holder sees it.

    Raises:
        MisuseError: the link is none, or leads where this command does not go.
    """
    try:
        shlink = decode_shlink(link)
    except ShlinkError as exc:
        raise MisuseError(str(exc)) from exc
    where = _allowed(link, shlink)
    body = {"recipient": recipient} | ({"passcode": ask_passcode()} if shlink.passcode else {})
    try:
        status, answer = _post(where, encode_json(body))
    except (OSError, http.client.HTTPException, UnicodeError) as exc:  # UnicodeError: no host has such a name
        return NotFetched(
            "unreachable", f"{where.hostname} does not answer ({type(exc).__name__}); try again later"
        )
    return _opened(answer, shlink) if status == http.client.OK else _refused(status, answer)


def _allowed(link: str, shlink: Shlink) -> SplitResult:
    """Return where the manifest is.

    Raises:
        MisuseError: over plain http, at another place than the link itself, or the link is none.
    """
    where = urlsplit(shlink.url)
    if where.scheme != "https" and where.hostname not in THIS_MACHINE:
        raise MisuseError(
            "the link is not https: what it brings could be altered on the way, and its passcode read"
        )
    try:
        page = urlsplit(link.partition("#")[0])
    except ValueError:
        raise MisuseError("the link is no web address: copy it once more") from None  # it would repeat a part
    if page.scheme in ("http", "https") and (page.scheme, page.netloc) != (where.scheme, where.netloc):
        raise MisuseError(f"the link looks like {page.hostname} and leads to {where.hostname}: do not use it")
    return where


def _post(where: SplitResult, body: bytes) -> tuple[int, bytes]:
    connection = _connection(where)
    try:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        path = f"{where.path}?{where.query}" if where.query else where.path
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, _read(answer)
    finally:
        connection.close()


def _connection(where: SplitResult) -> http.client.HTTPConnection:
    host, port = where.hostname or "", where.port
    if where.scheme == "https":
        return http.client.HTTPSConnection(
            host, port, timeout=QUIET_SECONDS, context=ssl.create_default_context()
        )
    return http.client.HTTPConnection(host, port, timeout=QUIET_SECONDS)


def _read(answer: http.client.HTTPResponse) -> bytes:
    """Return the answer's body; a longer or slower one than any share is is not waited for.

    Raises:
        OSError, HTTPException: it was cut short, too long or too slow.
    """
    ends, received = time.monotonic() + WHOLE_SECONDS, bytearray()
    while chunk := answer.read1(_CHUNK):
        received += chunk
        if len(received) > ANSWER_BYTES_MAX or time.monotonic() > ends:
            raise TimeoutError("the answer is too long or too slow")
    if answer.length:  # what was announced and did not come
        raise http.client.IncompleteRead(bytes(received), answer.length)
    return bytes(received)


def _opened(answer: bytes, shlink: Shlink) -> Fetched | NotFetched:
    try:
        manifest = decode_json_object(answer, max_bytes=ANSWER_BYTES_MAX)
        opened = open_file(_one_file(manifest), shlink.key)
    except (EncodingError, SealedFileError) as exc:
        return NotFetched(
            "link_answer", f"what the link brings is no share of a passport: {exc}", altered=True
        )
    return Fetched(opened.content)


def _one_file(manifest: dict[str, Any]) -> str:
    files = manifest.get("files")
    found = [file for file in files if isinstance(file, dict)] if isinstance(files, list) else []
    embedded = [file.get("embedded") for file in found if file.get("contentType") == FHIR_JSON]
    if len(found) != 1 or len(embedded) != 1 or not isinstance(embedded[0], str):
        raise SealedFileError(f"expected one {FHIR_JSON} file in the manifest itself")
    return embedded[0]


def _refused(status: int, answer: bytes) -> NotFetched:
    if status == http.client.NOT_FOUND:
        return NotFetched(
            "link_closed", "the link does not open; it has ended or never was: ask for a new one"
        )
    if status == http.client.UNAUTHORIZED:
        message = f"the passcode is wrong{_attempts(answer)}; ask the person who shared it for the right one"
        return NotFetched("passcode_wrong", message)
    return NotFetched("unreachable", f"the service answers with status {status}; try again later")


def _attempts(answer: bytes) -> str:
    try:
        left = decode_json_object(answer, max_bytes=1024).get("remainingAttempts")
    except EncodingError:
        return ""
    return f"; attempts left: {left}" if type(left) is int else ""
