"""Measure the processor time of works by turns, so that a busy machine changes little, and write tables of it."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

Work = Callable[[], Any]


@dataclass(frozen=True)
class Measured:
    """The median time of one call, and the median over the rounds of its ratio to the first work of its round."""

    microseconds: float
    ratio: float

    def __str__(self) -> str:
        return f"{self.microseconds:,.0f} µs"


def compare(works: Mapping[str, Work], *, rounds: int, calls: int) -> dict[str, Measured]:
    """Return what each work takes. The first is the floor that the others are compared with."""
    taken = [[_microseconds(work, calls) for work in works.values()] for _ in range(rounds)]
    return {
        name: Measured(
            median(times[position] for times in taken),
            median(times[position] / times[0] for times in taken),
        )
        for position, name in enumerate(works)
    }


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def resident_mib(pid: int) -> float:
    """Return the resident memory of a process in MiB (Linux; NaN elsewhere)."""
    pages = Path(f"/proc/{pid}/statm")
    if not pages.exists():
        return float("nan")
    return int(pages.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _microseconds(work: Work, calls: int) -> float:
    start = process_time()
    for _ in range(calls):
        work()
    return (process_time() - start) / calls * 1e6
