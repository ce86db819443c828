"""How long the demo takes to start, in a folder of its own: first with nothing there, then with its data kept.

python -m benchmarks.start
"""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from benchmarks.rounds import table

ROOT = Path(__file__).parents[1]


def seconds_to_start(folder: Path) -> float:
    """Return how long the demo takes to be ready to serve: tables, keys and stories there."""
    began = monotonic()
    subprocess.run(
        [sys.executable, "-m", "passport.cli", "demo", "--no-serve"],
        cwd=ROOT,
        env={**os.environ, "PASSPORT_DATA_DIR": str(folder)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return monotonic() - began


def report() -> str:
    """Return the table as Markdown."""
    with TemporaryDirectory(prefix="passport-start-") as folder:
        first, second = (seconds_to_start(Path(folder) / "data") for _ in range(2))
    rows = [
        ["first, with three stories to tell", f"{first:.1f} s"],
        ["second (under 3 s)", f"{second:.1f} s"],
    ]
    return "The demo's start, with everything installed.\n\n" + table(["", ""], rows)


if __name__ == "__main__":
    print(report())
