"""How long it takes from a revocation to the new signed list of 2**20 entries, what a list weighs, what serving costs.

A list with this many entries withdrawn or suspended, on a real database with synchronous=FULL. "Signed" is measured
from the end of the transaction that revokes to the token that goes out. Run: `python -m benchmarks.status_list`.
"""

import asyncio
import secrets
import statistics
import tempfile
import time
import zlib
from pathlib import Path
from typing import Final

from sqlalchemy import insert

from benchmarks.opening import CLIENTS, EMPTY, ask, prepare, served
from benchmarks.rounds import resident_mib, table
from issuers.encoding import encode_base64url
from issuers.status_list import MAX_LIST_BYTES, StatusListError, decode_list
from passport import issuing, statuses
from passport.deployment import Deployment, open_deployment
from passport.settings import Settings
from passport.statuses import PublishedList, StatusBoard
from passport.store import status as store
from passport.tables import STATUS_INDICES, StatusKind

WITHDRAWN: Final = (1_000, 10_000)  # in the list while it is measured: 0.1% and 1% of 2**20
ROUNDS: Final = 60
SECONDS: Final = 1.5
TARGET_MS: Final = 5
TARGET_BOMB_MS: Final = 50
TARGET_MIB: Final = 150


def report() -> str:
    """Return the table as Markdown."""
    rows: list[list[str]] = []
    for withdrawn in WITHDRAWN:
        rows += measure_list(withdrawn)
    rows += measure_fetching()
    rows.append([f"list of 1 GiB refused (at most {TARGET_BOMB_MS} ms)", f"{refuse_bomb():.0f} ms"])
    return f"A status list of {2**20:,} entries.\n\n" + table(["", ""], rows)


def measure_list(withdrawn: int) -> list[list[str]]:
    """Revoke one entry after the other, and sign the list each time."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        prepare(settings)
        d = open_deployment(settings)
        fill(d, withdrawn)
        board = StatusBoard(d)
        current(d, board)
        revoked, signed = zip(*(revoke(d, board) for _ in range(ROUNDS)), strict=True)
        published = current(d, board)
        d.close()
    said = f"{withdrawn:,} withdrawn or suspended"
    return [
        [f"{said}: revocation committed", f"{statistics.median(revoked):.1f} ms"],
        [
            f"{said}: from then to the new signed list (at most {TARGET_MS} ms)",
            f"{statistics.median(signed):.1f} ms",
        ],
        [f"{said}: the list, and packed with gzip", kib(published.plain, published.gzipped)],
    ]


def fill(d: Deployment, withdrawn: int) -> None:
    """Hand out indices and give a tenth of them SUSPENDED, the rest INVALID."""
    chosen = {secrets.randbelow(issuing.STATUS_LIST_SIZE) for _ in range(withdrawn)}
    with d.database.writing() as connection:
        used = {row.idx for row in connection.execute(STATUS_INDICES.select())}
        rows = [
            {
                "list_id": issuing.FIRST_LIST,
                "idx": index,
                "kind": StatusKind.ENTRY,
                "status": store.INVALID if index % 10 else store.SUSPENDED,
                "changed_version": 1,
            }
            for index in chosen - used
        ]
        connection.execute(insert(STATUS_INDICES), rows)


def revoke(d: Deployment, board: StatusBoard) -> tuple[float, float]:
    """Return the milliseconds of revoking one entry, and from there to the new signed list."""
    with d.database.writing() as connection:
        place = statuses.allocate(d, connection, StatusKind.ENTRY)
    current(d, board)
    started = time.perf_counter()
    with d.database.writing() as connection:
        statuses.change(connection, place.list_id, place.ref.index, store.INVALID)
    committed = time.perf_counter()
    assert current(d, board).snapshot.list.get(place.ref.index) == store.INVALID
    return (committed - started) * 1e3, (time.perf_counter() - committed) * 1e3


def current(d: Deployment, board: StatusBoard) -> PublishedList:
    with d.database.reading() as connection:
        found = board.current(connection, issuing.FIRST_LIST)
    assert found is not None
    return found


def measure_fetching() -> list[list[str]]:
    """Fetch the list over HTTP beside an empty route; report what the server then weighs."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        prepare(settings)
        with served(settings) as (port, pid):
            lists, empty = asyncio.run(fetch(port))
            memory = resident_mib(pid)
    return [
        ["lists fetched, packed", f"{lists:,.0f} a second"],
        ["the same as a ratio of an empty route", f"{lists / empty:.2f}"],
        [f"memory of the service afterwards (at most {TARGET_MIB} MiB)", f"{memory:.0f} MiB"],
    ]


async def fetch(port: int) -> tuple[float, float]:
    """Return lists and empty replies a second, the median of five rounds each."""
    get = f"GET /status/{issuing.FIRST_LIST} HTTP/1.1\r\nhost: localhost:{port}\r\naccept-encoding: gzip\r\n\r\n"
    post = f"POST {EMPTY} HTTP/1.1\r\nhost: localhost:{port}\r\ncontent-length: 0\r\n\r\n"
    rates: dict[str, list[float]] = {get: [], post: []}
    for _ in range(5):
        for request, found in rates.items():
            found.append(await spend(port, request.encode()))
    return statistics.median(rates[get]), statistics.median(rates[post])


async def spend(port: int, request: bytes) -> float:
    started = time.perf_counter()
    counts = await asyncio.gather(*(ask(port, request, until=started + SECONDS) for _ in range(CLIENTS)))
    return sum(counts) / (time.perf_counter() - started)


def refuse_bomb() -> float:
    """Return the fewest milliseconds it takes to refuse 1.4 MB that inflate to 1 GiB of zeros."""
    deflate = zlib.compressobj(9)
    bomb = b"".join(deflate.compress(bytes(MAX_LIST_BYTES)) for _ in range(64)) + deflate.flush()
    claim, found = {"bits": 1, "lst": encode_base64url(bomb)}, []
    for _ in range(5):
        started = time.process_time()
        try:
            decode_list(claim)
        except StatusListError:
            found.append((time.process_time() - started) * 1e3)
    return min(found)


def kib(*pieces: bytes) -> str:
    return ", ".join(f"{len(piece) / 1024:.1f} KiB" for piece in pieces)


if __name__ == "__main__":
    print(report())
