"""`passport export`: one person's whole passport, in a file that only this user may read."""

import argparse
import json
from pathlib import Path
from typing import Final

from passport.auth import normal_username
from passport.commands.parsing import DONE, MisuseError, read_settings
from passport.commands.terminal import say
from passport.exporting import export
from passport.private_files import create_private
from passport.readiness import open_ready

DESCRIPTION: Final = """\
Write one person's whole passport to a new file: every entry as it was signed (SD-JWT), as data and as text,
with whom it is shared, who may write, and the log of who looked. For the person, when they ask for it.

The file is JSON with mode 0600 and holds health data: hand it over safely and delete it. It holds no link,
passcode or code. The person's own log will say that the people who run this service exported it."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add what `passport export` takes."""
    parser.description = DESCRIPTION
    parser.add_argument("username", metavar="USERNAME", help="with which the person signs in")
    parser.add_argument("file", type=Path, metavar="FILE", help="a file that does not exist yet")


def run(asked: argparse.Namespace) -> int:
    """Write the file and return 0."""
    file: Path = asked.file
    if file.exists() or not file.parent.is_dir():
        raise MisuseError(f"{file}: expected a new file in a folder that is there; none is ever replaced")
    with open_ready(read_settings()) as d:
        document = export(d, normal_username(asked.username))
    content = f"{json.dumps(document, indent=2, ensure_ascii=False)}\n".encode()
    try:
        create_private(file, content)
    except OSError as exc:
        raise MisuseError(f"cannot write {file}: {exc.strerror}") from exc
    say(
        f"Wrote {len(document['entries'])} entries and {len(document['log'])} log lines to {file} (mode 0600)."
    )
    return DONE
