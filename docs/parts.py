"""Put what a make target has measured into the README, between `<!-- table: name -->` and the next `<!-- end -->`."""

import re
from pathlib import Path
from typing import Final

README: Final = Path(__file__).parents[1] / "README.md"


def write_table(name: str, table: str) -> None:
    """Write one table into the README.

    Raises:
        ValueError: the README has no place for it.
    """
    pattern = re.compile(rf"(<!-- table: {re.escape(name)} -->\n).*?(<!-- end -->)", re.DOTALL)
    text, places = pattern.subn(lambda found: f"{found[1]}{table}{found[2]}", README.read_text("utf-8"))
    if places != 1:
        raise ValueError(f"expected one place for {name} in the README, got {places}")
    README.write_text(text, "utf-8")
