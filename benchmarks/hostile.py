"""What the worst hostile input costs: processor time and memory, over every presentation and Bundle the tests know.

    python -m benchmarks.hostile

A presentation of 256 KiB, truly signed, may cost 50 ms and 32 MiB. A Bundle of 4 MiB, from a stranger, may cost 50 ms
for each MiB of it, and 40 MiB.
"""

import gc
import tracemalloc
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from time import process_time

from schemas.errors import PassportError
from tests.consent_floor.hostile_bundles import bundles
from tests.consent_floor.passports import check
from tests.issuers.hostile import presentations
from tests.issuers.presenting import verified

ROUNDS = 2
SHOWN = 3


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


def report(title: str, costs: Iterable[Cost]) -> None:
    found = list(costs)
    slowest = sorted(found, key=lambda cost: -cost.milliseconds)[:SHOWN]
    largest = max(found, key=lambda cost: cost.mebibytes)
    print(f"{title}: {len(found)} inputs")
    for cost in slowest:
        print(
            f"  {cost.milliseconds:6.1f} ms  {cost.mebibytes:5.1f} MiB  {cost.bytes / 1024:6.0f} KiB  {cost.name}"
        )
    print(f"  most memory: {largest.mebibytes:.1f} MiB, {largest.name}")


def main() -> None:
    report(
        "presentations, by verify_sd_jwt",
        (cost_of(name, make(), verify_presentation) for name, make in presentations().items()),
    )
    report(
        "presentations, by verify", (cost_of(name, make(), check) for name, make in presentations().items())
    )
    report("Bundles, by verify", (cost_of(name, make(), check) for name, make in bundles().items()))


if __name__ == "__main__":
    main()
