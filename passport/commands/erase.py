"""`passport erase`: delete one person's passport for good, when they ask and cannot sign in to do it themselves."""

import argparse
from typing import Final

from passport import erasure
from passport.auth import normal_username
from passport.commands.parsing import DONE, MisuseError, read_settings
from passport.commands.terminal import say
from passport.exporting import holder_of
from passport.readiness import open_ready

DESCRIPTION: Final = """\
Delete one person's passport for good: for who asks for it and cannot sign in. Be sure who asks.
'passport export' before it saves everything for them.

Every link, code and session ends, saved copies verify as taken back, recipients whose address was checked are
asked to delete theirs where e-mail is on, and the person's key is destroyed. A tombstone in the folder of keys
keeps old backups from bringing them back: back that folder up. Also while the service runs."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add what `passport erase` takes."""
    parser.description = DESCRIPTION
    parser.add_argument("username", metavar="USERNAME", help="with which the person signs in")
    parser.add_argument("--for-good", action="store_true", help="needed: nobody can undo it")


def run(asked: argparse.Namespace) -> int:
    """Erase, and return 0."""
    if not asked.for_good:
        raise MisuseError("nobody can undo this: say --for-good when you are sure")
    with open_ready(read_settings()) as d:
        erasure.erase(d, holder_of(d, normal_username(asked.username)))
    say("Deleted for good. Messages to recipients go out while the service runs.")
    return DONE
