"""What the worst hostile input costs: processor time and memory, over every input of that kind that the tests know.

    python -m benchmarks.hostile

No input may cost more than MILLISECONDS_MAX and MEBIBYTES_MAX: what breaks that is named, and the exit code is 1.
"""

import gc
import sys
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import process_time
from typing import Any, Final

from benchmarks.rounds import table
from schemas.errors import PassportError
from tests.consent_floor.hostile_bundles import bundles
from tests.consent_floor.hostile_files import (
    evidence_files,
    read_evidence,
    read_statuses,
    read_trust,
    status_files,
    trust_files,
)
from tests.consent_floor.passports import check
from tests.issuers.hostile import presentations
from tests.issuers.presenting import verified
from tests.passport_floor.hostile_texts import hostile_targets, hostile_texts, places, reads_target

MILLISECONDS_MAX: Final = 50
MEBIBYTES_MAX: Final = 32
ROUNDS: Final = 2
MORE_ROUNDS: Final = 8  # where those took too long: whatever else the machine does costs time as well


@dataclass(frozen=True)
class Cost:
    """What one input cost: the least time of some rounds."""

    name: str
    bytes: int
    milliseconds: float
    mebibytes: float  # of Python's own memory

    @property
    def too_high(self) -> bool:
        """Whether it breaks a cap."""
        return self.milliseconds > MILLISECONDS_MAX or self.mebibytes > MEBIBYTES_MAX

    def __str__(self) -> str:
        return f"{self.name}: {self.milliseconds:.0f} ms, {self.mebibytes:.1f} MiB"


@dataclass(frozen=True)
class Judged:
    """What all inputs of one kind cost."""

    kind: str
    costs: Sequence[Cost]

    def row(self) -> list[str]:
        """Return how many inputs, the slowest and the one that took most memory."""
        slowest = max(self.costs, key=lambda cost: cost.milliseconds)
        largest = max(self.costs, key=lambda cost: cost.mebibytes)
        return [
            self.kind,
            str(len(self.costs)),
            f"{slowest.milliseconds:.0f} ms: {slowest.name} ({slowest.bytes / 1024:,.0f} KiB)",
            f"{largest.mebibytes:.1f} MiB: {largest.name}",
        ]


def cost_of(name: str, raw: str | bytes, judge: Callable[[Any], object]) -> Cost:
    """Return what it costs to judge one input."""
    gc.collect()
    took = min(timed(raw, judge) for _ in range(ROUNDS))
    if took * 1000 > MILLISECONDS_MAX:
        took = min(took, *(timed(raw, judge) for _ in range(MORE_ROUNDS)))
    tracemalloc.start()
    judge(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return Cost(name, len(raw), took * 1000, peak / 2**20)


def timed(raw: str | bytes, judge: Callable[[Any], object]) -> float:
    """Return the seconds of processor time that judging takes."""
    started = process_time()
    judge(raw)
    return process_time() - started


def refusing(judge: Callable[[Any], object]) -> Callable[[Any], None]:
    """Return a judge that refuses by one of our errors, and raises no other."""

    def judged(raw: str | bytes) -> None:
        with suppress(PassportError):
            judge(raw)

    return judged


def cost_of_each(
    kind: str, inputs: Mapping[str, Callable[[], Any]], judge: Callable[[Any], object]
) -> Judged:
    """Return what inputs of one kind cost."""
    return Judged(kind, [cost_of(name, make(), judge) for name, make in inputs.items()])


def cost_of_texts() -> Judged:
    """Return what each text costs in each place that reads one."""
    costs = [
        cost_of(f"{name}, as {place}", make(), reads)
        for place, reads in places()
        for name, make in hostile_texts().items()
    ]
    return Judged("texts, by whatever reads one", costs)


def measure() -> list[Judged]:
    """Return what every hostile input costs, kind by kind."""
    return [
        cost_of_each("presentations, by `verify_sd_jwt`", presentations(), refusing(verified)),
        cost_of_each("presentations, by `verify`", presentations(), check),
        cost_of_each("Bundles, by `verify`", bundles(), check),
        cost_of_each("status files", status_files(), refusing(read_statuses)),
        cost_of_each("trust files", trust_files(), refusing(read_trust)),
        cost_of_each("evidence files", evidence_files(), refusing(read_evidence)),
        cost_of_each("addresses, by `rewritten_link`", hostile_targets(), reads_target),
        cost_of_texts(),
    ]


def table_of(found: Sequence[Judged]) -> str:
    """Return the table as Markdown."""
    return (
        f"Inputs made to cost as much as they can: each may cost {MILLISECONDS_MAX} ms of processor time and "
        f"{MEBIBYTES_MAX} MiB of memory.\n"
        "The memory is Python's own, as tracemalloc counts it: what libraries in C take for themselves is not in it.\n"
        "\n" + table(["", "inputs", "the slowest", "the largest"], [judged.row() for judged in found])
    )


def complaint(found: Sequence[Judged]) -> str:
    """Return one line that names each input above a cap; none: the empty text."""
    broken = [f"{cost} ({judged.kind})" for judged in found for cost in judged.costs if cost.too_high]
    most = f"{MILLISECONDS_MAX} ms and {MEBIBYTES_MAX} MiB"
    return f"Hostile inputs that cost more than {most}: {'; '.join(broken)}" if broken else ""


def main() -> str:
    """Print the table and return the complaint, if there is one."""
    found = measure()
    print(table_of(found))
    return complaint(found)


if __name__ == "__main__":
    sys.exit(main() or 0)
