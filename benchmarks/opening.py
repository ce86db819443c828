"""How fast one worker opens shares, as a ratio of an empty FastAPI route served beside it; and memory at rest.

Each opening is the whole of it: manifest POST over HTTP, decided, counted, logged and committed with synchronous=FULL,
a Bundle of a full story sealed anew. Server and client have a process each. Run: `python -m benchmarks.opening`.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response

from benchmarks.rounds import resident_mib, table
from consent.grant import Recipient
from consent.share import manifest_url
from passport import holders, issuing, migrate, records, serving, sharing
from passport.app import PassportApp, create_app
from passport.db import open_database
from passport.deployment import open_deployment
from passport.settings import Settings
from passport.share_request import ShareRequest
from schemas.vocabulary import Language, Purpose, RecipientKind, Section

CLIENTS: Final = 16  # keep-alive connections
ROUNDS: Final = 7
SECONDS: Final = 1.5  # of each round, for each of the two
EMPTY: Final = "/empty"
STORY: Final = Path(__file__).parents[1] / "examples/stories/amara.json"
ASKED: Final = json.dumps({"recipient": "Benchmark"}).encode()
TARGET: Final = 0.07
TARGET_MIB: Final = 150
MANIFESTS: Final = 10**9  # an hour: the same share is opened again and again here


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--database-url", default="", help="a PostgreSQL database; left out: SQLite")
    arguments.add_argument("--serve", metavar="DATA_DIR", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.serve:
        folder, url = Path(given.serve), given.database_url
        serve(Settings(data_dir=folder, database_url=url, manifests_per_hour=MANIFESTS))
    else:
        print(report(given.database_url))


def report(database_url: str = "") -> str:
    """Return the table as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), database_url=database_url)
        path, size = prepare(settings)
        with served(settings) as (port, pid):
            at_rest = resident_mib(pid)
            opening, empty = asyncio.run(measure(port, path))
    ratio = statistics.median(a / b for a, b in zip(opening, empty, strict=True))
    rows = [
        ["empty FastAPI route", f"{statistics.median(empty):,.0f} a second"],
        [
            f"share opened, logged and committed ({size // 1024} KiB Bundle)",
            f"{statistics.median(opening):,.0f} a second",
        ],
        [f"the median of their ratios (at least {TARGET})", f"{ratio:.3f}"],
        [f"memory at rest (at most {TARGET_MIB} MiB)", f"{at_rest:.0f} MiB"],
    ]
    engine = "PostgreSQL" if database_url else "SQLite with synchronous=FULL"
    return f"The service, one worker, {engine}.\n\n" + table(["", ""], rows)


def prepare(settings: Settings) -> tuple[str, int]:
    """Share one fictional story with a GP; return the manifest's path and the Bundle's size in bytes."""
    database = open_database(settings.database)
    migrate.upgrade(database.write_engine)
    database.close()
    d = open_deployment(settings)
    issuing.prepare(d)
    story = json.loads(STORY.read_text())
    with d.database.writing() as connection:
        holder_id = holders.create(d, connection, name=story["person"]["name"], language=Language.ENGLISH)
    records.tell(d, holder_id, {Section(name): body for name, body in story["sections"].items()})
    recipient = Recipient(RecipientKind.GP, "Benchmark")
    request = ShareRequest(recipient=recipient, purpose=Purpose.HEALTH_CARE, days=30, passcode=False)
    size = len(sharing.preview(d, holder_id, request))
    secret = sharing.secrets_of(d, holder_id, sharing.share(d, holder_id, request)).secret
    d.close()
    return urlsplit(manifest_url(settings.base_url, secret.url_token)).path, size


def serve(settings: Settings) -> None:
    """Serve the application with one more route, which does nothing."""
    app: PassportApp = create_app(settings)

    @app.post(EMPTY)
    async def empty() -> Response:
        return Response(b"{}", media_type="application/json")

    with serving.listen(settings.model_copy(update={"port": 0})) as listener:  # any that is free
        print(listener.getsockname()[1], flush=True)
        serving.serve(app, listener)


@contextmanager
def served(settings: Settings) -> Iterator[tuple[int, int]]:
    """Give port and process id of a server process that answers."""
    command = [sys.executable, "-m", "benchmarks.opening", "--serve", str(settings.data_dir)]
    if settings.database_url:
        command += ["--database-url", settings.database_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            wait_until_answered(port)
            yield port, process.pid
        finally:
            process.terminate()


def wait_until_answered(port: int, *, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            asyncio.run(spend(port, EMPTY, b"", seconds=0.05, clients=1))
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the server did not start")


async def measure(port: int, path: str) -> tuple[list[float], list[float]]:
    """Return the rates of each round, openings and empty requests a second; the two take turns."""
    await spend(port, path, ASKED, seconds=SECONDS)  # warm caches
    opening, empty = [], []
    for _ in range(ROUNDS):
        empty.append(await spend(port, EMPTY, ASKED, seconds=SECONDS))
        opening.append(await spend(port, path, ASKED, seconds=SECONDS))
    return opening, empty


async def spend(port: int, path: str, body: bytes, *, seconds: float, clients: int = CLIENTS) -> float:
    """Return how many requests a second were answered with 200 while every client asked again at once."""
    request = (
        f"POST {path} HTTP/1.1\r\nhost: localhost:{port}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    ).encode() + body
    started = time.perf_counter()
    counts = await asyncio.gather(*(ask(port, request, until=started + seconds) for _ in range(clients)))
    return sum(counts) / (time.perf_counter() - started)


async def ask(port: int, request: bytes, *, until: float) -> int:
    """Send one request after the other over one connection; return how many were answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    answered = 0
    try:
        while time.perf_counter() < until:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200 "):
                raise RuntimeError(f"unexpected answer: {head.splitlines()[0]!r}")
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length))
            answered += 1
    finally:
        writer.close()
    return answered


if __name__ == "__main__":
    main()
