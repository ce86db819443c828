"""The `passport` command. Finds the command that was asked for, runs it, and turns errors into exit codes.

Only the module of that command is imported: verifying a file should not wait for the web service's libraries.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module, metadata
from io import TextIOWrapper
from typing import Final, Protocol, cast

from passport.commands.parsing import (
    FAILED,
    INTERRUPTED,
    MISUSE,
    MisuseError,
    Parser,
    settings_help,
    unknown_settings,
)
from passport.commands.terminal import complain
from schemas.errors import PassportError

COMMANDS: Final = {
    "serve": "run the service",
    "demo": "run the service with three fictional stories, and print their links and codes",
    "verify": "check that what you were sent is genuine, unaltered and still valid",
    "receipt": "check a receipt of what was shared, or who opened it",
    "db": "make or check the database's tables",
    "issuer": "add an organisation that signs entries, limit or suspend it, replace its key, or list all",
    "trust": "export what a verifier without a network needs, or replace the trust list's anchor",
    "entry": "suspend, reinstate or take back a signed entry, or list where all stand",
    "log": "check an exported access log or a promise, or print where this deployment's log stands",
    "export": "write one person's whole passport to a file",
    "erase": "delete one person's passport for good",
    "keys": "replace the key that wraps all others",
}
DESCRIPTION: Final = """\
A portable health and work passport: tell your story once, share chosen parts, stop sharing when you like.
Each command has its own help: passport COMMAND --help."""
EXIT_CODES: Final = """\
exit codes:
  0 done, or valid   1 failed, or refused   2 not checked   64 misuse   130 stopped by Ctrl+C"""


class Command(Protocol):
    """What each module of passport.commands offers."""

    def describe(self, parser: argparse.ArgumentParser) -> None:
        """Add description and options to the command's parser."""

    def run(self, asked: argparse.Namespace) -> int:
        """Do it and return the exit code.

        Raises:
            MisuseError: it was not asked in a way it can follow.
            PassportError: it could not be done; the message says why.
        """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name (None: those of this process) and return its exit code."""
    if sys.stdout is None:  # whoever started this closed it: nobody would see the answer
        complain("standard output is closed: send it to a terminal, a file or a program")
        return MISUSE
    try:
        return _main(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:
        return INTERRUPTED


def _main(given: Sequence[str]) -> int:
    _print_anything()
    parser = make_parser(_named(given))
    asked = parser.parse_args(given)
    for name in unknown_settings():
        complain(f"{name} is no setting and does nothing; 'passport --help' lists them")
    return _run(load(asked.command), asked)


def make_parser(*loaded: str) -> Parser:
    """Return the parser, with the options of the commands that are loaded."""
    parser = Parser(prog="passport", description=DESCRIPTION, epilog=f"{EXIT_CODES}\n\n{settings_help()}")
    parser.add_argument(
        "--version", action="version", version=f"passport {metadata.version('health-work-passport')}"
    )
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND", required=True)
    for name, purpose in COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=purpose)
        if name in loaded:
            load(name).describe(command)
    return parser


def load(name: str) -> Command:
    """Return the module of a command."""
    return cast(Command, import_module(f"passport.commands.{name}"))


def _named(given: Sequence[str]) -> str:
    return next((word for word in given if not word.startswith("-")), "")


def _run(command: Command, asked: argparse.Namespace) -> int:
    try:
        return command.run(asked)
    except MisuseError as exc:
        complain(str(exc))
        return MISUSE
    except PassportError as exc:
        complain(str(exc))
        return FAILED
    except OSError as exc:
        complain(f"cannot use {exc.filename or 'a file'}: {exc.strerror}")
        return FAILED


def _print_anything() -> None:
    """Let a terminal that lacks a character show a question mark instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


if __name__ == "__main__":
    sys.exit(main())
