"""`passport log`: check an exported access log offline, or print where this deployment's log stands."""

import argparse
import sys
from pathlib import Path
from typing import Final

from consent.access_log import verify_export
from consent.checkpoint import Checkpoint, verify_checkpoint
from consent.log_export import MAX_EXPORT_BYTES
from consent.signed_note import MAX_NOTE_BYTES, NoteKey
from consent.verification import Outcome
from passport import log_tree
from passport.commands import log_report
from passport.commands.evidence import read_capped
from passport.commands.parsing import DONE, FAILED, NOT_CHECKED, MisuseError, read_settings
from passport.commands.terminal import say, say_json
from passport.readiness import is_there, open_ready
from schemas.errors import PassportError

STANDARD_INPUT: Final = "-"
EXIT: Final = {Outcome.VALID: DONE, Outcome.REFUSED: FAILED, Outcome.NOT_CHECKED: NOT_CHECKED}
DESCRIPTION: Final = (
    "The access log: check what a holder exported, or print where this deployment's log stands."
)
VERIFY: Final = """\
Check an exported access log in eight numbered steps, without any network: that no event is missing, altered or
moved, and that each stands in the log's tree. The one thing believed is the log's key.

FILE is what the holder saved, or - for standard input. --checkpoint names a checkpoint that you kept from
before: then nothing that was there can have been changed since. Save the log from its size on for that.

Without --key, the key of this machine's deployment is taken (PASSPORT_DATA_DIR), if there is one."""
EPILOG: Final = """\
exit codes:
  0   the log stands, and all of it could be checked
  1   refused: the step that failed is named
  2   not checked: something is missing, such as a proof from the kept checkpoint; nothing was found wrong
  64  misuse

examples:
  passport log verify access-log.json --key log-key.txt
  passport log verify access-log.json --key log-key.txt --checkpoint kept.txt

The key and checkpoints come from the service, at /log/key and /log/checkpoint. Get the key by a way that you
trust."""
CHECKPOINT: Final = """\
Print the newest checkpoint of this deployment's log: a signed note of its size and root. Whoever keeps one can
tell later whether anything before it was changed. With --key, print the key that checks it instead."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add what `passport log` takes."""
    parser.description = DESCRIPTION
    actions = parser.add_subparsers(title="actions", dest="action", metavar="ACTION", required=True)
    verify = actions.add_parser(
        "verify", help="check an exported access log", description=VERIFY, epilog=EPILOG
    )
    verify.add_argument("file", metavar="FILE", help="what the holder saved, or - for standard input")
    verify.add_argument("--checkpoint", type=Path, metavar="FILE", help="a checkpoint that you kept")
    verify.add_argument("--key", metavar="KEY", help="the log's key: a file, or the key itself")
    verify.add_argument("--json", action="store_true", help="answer as JSON, for programs")
    checkpoint = actions.add_parser("checkpoint", help="print where the log stands", description=CHECKPOINT)
    checkpoint.add_argument("--key", action="store_true", help="print the log's key instead")


def run(asked: argparse.Namespace) -> int:
    """Verify or print, and return the exit code."""
    return _verify(asked) if asked.action == "verify" else _print_checkpoint(asked)


def _verify(asked: argparse.Namespace) -> int:
    note_key = _key(asked.key)
    known = _known(asked.checkpoint, note_key) if asked.checkpoint else None
    found = verify_export(_read(asked.file), note_key, known_checkpoint=known)
    if asked.json:
        say_json(log_report.document(found))
    else:
        say(*log_report.lines(found))
    return EXIT[found.outcome]


def _print_checkpoint(asked: argparse.Namespace) -> int:
    with open_ready(read_settings()) as d:
        if asked.key:
            say(d.log_signer.key.encode())
            return DONE
        log_tree.add_all_pending(d)
        with d.database.reading() as connection:
            sys.stdout.write(log_tree.standing(d, connection).note)
    return DONE


def _read(file: str) -> bytes:
    if file == STANDARD_INPUT:
        return sys.stdin.buffer.read(MAX_EXPORT_BYTES + 1)
    return read_capped(Path(file), MAX_EXPORT_BYTES)


def _key(given: str | None) -> NoteKey:
    """Return the log's key, as given, out of a file, or of this machine's deployment.

    Raises:
        MisuseError: there is none, or it is no key.
    """
    if given is None:
        return _own_key()
    text = given if "+" in given else read_capped(Path(given), MAX_NOTE_BYTES).decode("utf-8", "replace")
    try:
        return NoteKey.decode(text.strip())
    except PassportError as exc:
        raise MisuseError(f"this is no key of a log: {exc}") from exc


def _own_key() -> NoteKey:
    settings = read_settings()
    if not is_there(settings):
        raise MisuseError("name the log's key with --key; the service publishes it at /log/key")
    with open_ready(settings) as d:
        return d.log_signer.key


def _known(file: Path, note_key: NoteKey) -> Checkpoint:
    """Return the checkpoint that was kept.

    Raises:
        MisuseError: it is no checkpoint that the log's key signed.
    """
    try:
        return verify_checkpoint(read_capped(file, MAX_NOTE_BYTES), note_key)
    except PassportError as exc:
        raise MisuseError(f"{file} is no checkpoint of this log: {exc}") from exc
