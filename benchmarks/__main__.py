"""Run every benchmark, print what it found, and write it into the README. Run by `make bench` on a quiet machine."""

from collections.abc import Callable
from typing import Final

from benchmarks import credential_core, hostile, opening, real_share, start, status_list
from docs.parts import write_table

REPORTS: Final[tuple[Callable[[], str], ...]] = (
    credential_core.report,
    real_share.report,
    hostile.report,
    status_list.report,
    opening.report,
    start.report,
)


def main() -> None:
    """Print each report as soon as it is there; replace the README's only when all are."""
    found = []
    for report in REPORTS:
        found.append(report())
        print(found[-1], flush=True)
    write_table("bench", "\n".join(found))


if __name__ == "__main__":
    main()
