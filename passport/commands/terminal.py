"""What goes to a terminal: plain lines, and nothing from a file that could steer the terminal or the reader's eye."""

import json
import os
import sys
import unicodedata
from typing import Any, Final, TextIO

from passport.commands.parsing import MisuseError

# Controls (ESC among them), invisible and bidirectional formats, private use, lone surrogates, line separators.
_STEERS: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def plain(text: str) -> str:
    """Return the text on one line, without characters that a terminal acts on or that hide what is read."""
    spaced = (" " if character in "\n\r\t" else character for character in text)
    return "".join(character for character in spaced if unicodedata.category(character) not in _STEERS)


def say(*lines: str) -> None:
    """Write lines to standard output, each made plain; as `say_exactly`."""
    say_exactly("".join(f"{plain(line)}\n" for line in lines))


def say_json(value: Any) -> None:
    """Write one JSON document to standard output, in ASCII, so that any terminal and any program can take it."""
    say_exactly(f"{json.dumps(value, indent=2)}\n")


def say_exactly(content: str | bytes) -> None:
    """Write to standard output at once. A reader who has seen enough and left is no failure: the exit code stays.

    Raises:
        MisuseError: standard output takes nothing.
    """
    try:
        if isinstance(content, bytes):
            sys.stdout.buffer.write(content)
        else:
            sys.stdout.write(content)
        sys.stdout.flush()
    except BrokenPipeError:
        _lead_nowhere(sys.stdout)
    except OSError as exc:
        _lead_nowhere(sys.stdout)
        raise MisuseError(f"cannot write to standard output: {exc.strerror}; send it elsewhere") from exc


def complain(message: str) -> None:
    """Write one line to standard error, where there is one: the exit code says the rest."""
    if sys.stderr is None:  # whoever started this closed it
        return
    try:
        sys.stderr.write(f"passport: {plain(message)}\n")
        sys.stderr.flush()
    except OSError:
        _lead_nowhere(sys.stderr)


def _lead_nowhere(stream: TextIO) -> None:
    """Drop what is left for a stream: Python would try it again at the end, and exit with a code of its own."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
