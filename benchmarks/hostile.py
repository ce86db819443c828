"""What the worst hostile input costs: processor time and memory, over every presentation and Bundle the tests know.

    python -m benchmarks.hostile

A presentation of 256 KiB, truly signed, may cost 50 ms and 32 MiB. A Bundle of 4 MiB, from a stranger, may cost 50 ms
for each MiB of it, and 40 MiB.
"""

import gc
import tracemalloc
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from time import process_time
from typing import Any

from benchmarks.rounds import table
from schemas.errors import PassportError
from tests.consent_floor.hostile_bundles import bundles
from tests.consent_floor.passports import check
from tests.issuers.hostile import presentations
from tests.issuers.presenting import verified

ROUNDS = 2


@dataclass(frozen=True)
class Cost:
    """What one input cost: the least of some rounds, for whatever else the machine does costs as well."""

    name: str
    bytes: int
    milliseconds: float
    mebibytes: float


def cost_of(name: str, raw: str | bytes, judge: Callable[[str | bytes], object]) -> Cost:
    """Return what it costs to judge one input."""
    gc.collect()
    took = min(timed(raw, judge) for _ in range(ROUNDS))
    tracemalloc.start()
    judge(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return Cost(name, len(raw), took * 1000, peak / 2**20)


def timed(raw: str | bytes, judge: Callable[[str | bytes], object]) -> float:
    """Return the seconds of processor time that judging takes."""
    started = process_time()
    judge(raw)
    return process_time() - started


def verify_presentation(raw: str | bytes) -> None:
    assert isinstance(raw, str)
    with suppress(PassportError):
        verified(raw)


def worst(judged: str, inputs: Mapping[str, Callable[[], Any]], judge: Callable[[Any], object]) -> list[str]:
    """Return a row: how many inputs, the slowest and the one that took most memory."""
    costs = [cost_of(name, make(), judge) for name, make in inputs.items()]
    slowest = max(costs, key=lambda cost: cost.milliseconds)
    largest = max(costs, key=lambda cost: cost.mebibytes)
    return [
        judged,
        str(len(costs)),
        f"{slowest.milliseconds:.0f} ms: {slowest.name} ({slowest.bytes / 1024:,.0f} KiB)",
        f"{largest.mebibytes:.1f} MiB: {largest.name}",
    ]


def report() -> str:
    """Return the table as Markdown."""
    rows = [
        worst("presentations, by `verify_sd_jwt`", presentations(), verify_presentation),
        worst("presentations, by `verify`", presentations(), check),
        worst("Bundles, by `verify`", bundles(), check),
    ]
    return (
        "Inputs made to cost as much as they can: a presentation may cost 50 ms and 32 MiB, a Bundle 50 ms for each of "
        "its 4 MiB at most.\n\n" + table(["", "inputs", "the slowest", "the largest"], rows)
    )


if __name__ == "__main__":
    print(report())
