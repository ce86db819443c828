"""Run every benchmark, print what it found, and write it into the README. Run by `make bench` on a quiet machine."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks import credential_core, hostile, opening, real_share, status_list

README: Final = Path(__file__).parents[1] / "README.md"
REPORTS: Final[tuple[Callable[[], str], ...]] = (
    credential_core.report,
    real_share.report,
    hostile.report,
    status_list.report,
    opening.report,
)
_PART: Final = re.compile(r"(<!-- bench -->\n).*?(<!-- end -->)", re.DOTALL)


def main() -> None:
    """Print each report as soon as it is there; replace the README's only when all are."""
    found = []
    for report in REPORTS:
        found.append(report())
        print(found[-1], flush=True)
    text, count = _PART.subn(
        lambda part: f"{part[1]}{chr(10).join(found)}{part[2]}", README.read_text("utf-8")
    )
    if count != 1:
        raise SystemExit("bench: expected one <!-- bench --> part in the README")
    README.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
