"""Run every benchmark, print what it found, and write it into the README. Run by `make bench` on a quiet machine."""

import sys
from collections.abc import Callable
from typing import Final

from benchmarks import credential_core, hostile, opening, real_share, start, status_list
from docs.parts import write_table

BEFORE: Final[tuple[Callable[[], str], ...]] = (credential_core.report, real_share.report)
AFTER: Final[tuple[Callable[[], str], ...]] = (status_list.report, opening.report, start.report)


def main() -> str:
    """Print each report as soon as it is there; replace the README's only when all are.

    Return what hostile inputs cost too much, if any did: the tables are written all the same.
    """
    found = [_printed(report()) for report in BEFORE]
    judged = hostile.measure()
    found.append(_printed(hostile.table_of(judged)))
    found += [_printed(report()) for report in AFTER]
    write_table("bench", "\n".join(found))
    return hostile.complaint(judged)


def _printed(report: str) -> str:
    print(report, flush=True)
    return report


if __name__ == "__main__":
    sys.exit(main() or 0)
