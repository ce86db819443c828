"""`passport db`: make the database's tables, bring them up to date, check them."""

import argparse
from contextlib import closing
from typing import Final

from sqlalchemy import Connection

from consent.signed_note import NoteKey
from passport import log_check, migrate
from passport.commands.parsing import DONE, FAILED, read_settings
from passport.commands.terminal import complain, say
from passport.db import open_database
from passport.delivery import what_waits
from passport.deployment import utc_now
from passport.readiness import KEYS, NotSetUpError, is_there, open_ready
from passport.settings import Settings

DESCRIPTION: Final = """\
Make or check the tables of the database: the one that PASSPORT_DATABASE_URL names, or else passport.db in
PASSPORT_DATA_DIR.

  upgrade   make the tables, or bring them to this version: all steps or none. Back up first. Safe to repeat.
  check     compare the tables with this version's, follow the chain of every access log and rebuild the log's
            tree; exit 1 and say what differs. Nobody's key is needed. Say too how many messages wait."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add what `passport db` takes."""
    parser.description = DESCRIPTION
    parser.add_argument("action", choices=("upgrade", "check"))


def run(asked: argparse.Namespace) -> int:
    """Upgrade or check, and return 0 when the tables are this version's."""
    settings = read_settings()
    if asked.action == "check" and not is_there(settings):
        raise NotSetUpError("there is no database yet: run passport db upgrade, or set PASSPORT_DATA_DIR")
    with closing(open_database(settings.database)) as database:
        if asked.action == "upgrade":
            migrate.upgrade(database.write_engine)
        with database.reading() as connection:
            problems = list(migrate.problems(connection))
            if asked.action == "check" and not problems:
                problems += log_check.problems(connection, _note_key(settings))
                _say_what_waits(connection)
    for problem in problems:
        complain(problem)
    if not problems:
        say("The tables are those of this version.")
    return FAILED if problems else DONE


def _say_what_waits(connection: Connection) -> None:
    waiting = what_waits(connection, due_by=utc_now())
    if waiting is not None:
        say(f"Messages that wait to be sent: {waiting}. What the service prints says why.")


def _note_key(settings: Settings) -> NoteKey | None:
    """Return the key that the log's checkpoints are checked with; None where this machine has no keys."""
    if not (settings.data_dir / KEYS).is_dir():
        return None
    with open_ready(settings) as d:
        return d.log_signer.key
