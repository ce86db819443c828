"""`passport keys`: the key that wraps all others is replaced, after a leak or so that old backups stay shut."""

import argparse
from typing import Final

from passport.commands.parsing import DONE, read_settings
from passport.commands.terminal import say
from passport.custody import FileCustody
from passport.readiness import KEYS, open_ready
from passport.rotation import rewrap

DESCRIPTION: Final = (
    "The keys of this deployment. Everything sealed is sealed by a key that the newest of these wraps."
)
ROTATE: Final = """\
Make a new key-encryption key and wrap every other key under it anew. Nothing sealed is touched, and everybody
goes on reading. With --again, no new one is made: finish what was interrupted, or what a service that ran
wrapped under the former key meanwhile.

1. Run this. 2. Restart the service. 3. Run it with --again. 4. Back up the folder of keys. From then on no
database backup from before opens without the former key, which is the file that this command names: destroy
it, and its copies, once no such backup is wanted any more."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add what `passport keys` takes."""
    parser.description = DESCRIPTION
    actions = parser.add_subparsers(title="actions", dest="action", metavar="ACTION", required=True)
    rotate = actions.add_parser("rotate", help="replace the key that wraps all others", description=ROTATE)
    rotate.add_argument("--again", action="store_true", help="make no new key, and wrap what is left")


def run(asked: argparse.Namespace) -> int:
    """Rotate, and return 0."""
    settings = read_settings()
    folder = settings.data_dir / KEYS
    with open_ready(settings) as d:  # refuses before anything is made
        former = d.vault.custody.version
    if not asked.again:
        FileCustody(folder).rotate()
    with open_ready(settings) as d:
        done = rewrap(d.database, d.vault, d.keystore)
    say(f"Version {done.kek_version} wraps {done.holders} people's keys anew, and {done.files} key files.")
    if not asked.again:
        say(
            f"Restart the service, then run this with --again. {folder}/kek-{former:04d} wraps nothing after that."
        )
    return DONE
