"""What goes to a terminal: plain lines, and nothing from a file that could steer the terminal or the reader's eye."""

import json
import sys
import unicodedata
from typing import Any, Final

# Controls (ESC among them), invisible and bidirectional formats, private use, lone surrogates, line separators.
_STEERS: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def plain(text: str) -> str:
    """Return the text on one line, without characters that a terminal acts on or that hide what is read."""
    spaced = (" " if character in "\n\r\t" else character for character in text)
    return "".join(character for character in spaced if unicodedata.category(character) not in _STEERS)


def say(*lines: str) -> None:
    """Write lines to standard output, each made plain."""
    sys.stdout.write("".join(f"{plain(line)}\n" for line in lines))


def say_json(value: Any) -> None:
    """Write one JSON document to standard output, in ASCII, so that any terminal and any program can take it."""
    sys.stdout.write(f"{json.dumps(value, indent=2)}\n")


def complain(message: str) -> None:
    """Write one line to standard error."""
    sys.stderr.write(f"passport: {plain(message)}\n")
