"""`passport log`: check an exported access log or a promise offline, or print where this deployment's log stands."""

import argparse
from pathlib import Path
from typing import Final

from consent.access_log import verify_export
from consent.checkpoint import Checkpoint, verify_checkpoint
from consent.log_export import MAX_EXPORT_BYTES
from consent.log_promise import MAX_PROMISE_BYTES
from consent.log_verification import ChainHead
from consent.promise_check import check_promise
from consent.signed_note import MAX_NOTE_BYTES, NoteKey
from consent.verification import Outcome
from passport import log_tree
from passport.commands import log_report, signed_files
from passport.commands.evidence import NO_TRUST, Evidence, gather, read_capped, read_standard_input, unfit
from passport.commands.parsing import DONE, FAILED, NOT_CHECKED, MisuseError, moment, read_settings
from passport.commands.terminal import say, say_exactly, say_json
from passport.deployment import utc_now
from passport.readiness import open_ready
from schemas.errors import PassportError

STANDARD_INPUT: Final = "-"
_KEY_AGAIN: Final = "save /log/key of the service again, by a way that you trust"
_HEAD_AGAIN: Final = "look for another copy of what you kept, or leave --head out and compare with nothing"
_KEPT_AGAIN: Final = (
    "see that the key is this log's and look for another copy: no new one says what stood then."
    " Or leave --checkpoint out and compare with nothing"
)
EXPORTED: Final = "what 'passport trust export' wrote: it has the log's key"
TRUST: Final = "the trust list with the key that signed it, or all that 'passport trust export' wrote"
EXIT: Final = {Outcome.VALID: DONE, Outcome.REFUSED: FAILED, Outcome.NOT_CHECKED: NOT_CHECKED}
DESCRIPTION: Final = (
    "The access log: check what a holder exported or a recipient was promised, or print where the log stands."
)
VERIFY: Final = """\
Check an exported access log in eight numbered steps, without any network: that no event is missing, altered or
moved, and that each stands in the log's tree. The one thing believed is the log's key.

FILE is what the holder saved, or - for standard input. --checkpoint names a checkpoint that you kept from
before: then nothing that was there can have been changed since. Save the log from its size on for that.
--head names what this command told you to keep the last time, or a log saved earlier: then none of the events
that it had were taken away or changed.

Without --key and --trust, the key of this machine's deployment is taken (PASSPORT_DATA_DIR), if there is one."""
PROMISE: Final = """\
Check in four numbered steps a promise that somebody was given when they opened something: that the log keeps
the event. No network.

PROMISE is the file they saved, or - for standard input. --in names what shows it: what the service answers at
/log/inclusion/ for the promise's commitment, or the log that the holder saved. Without it, the promise's
signature alone is checked, and its commitment is printed.

--trust and --key are two files that the service publishes to everyone. What 'passport trust export' wrote has
both in one. Without --trust, those of this machine's deployment are taken, if there is one."""
EPILOG: Final = """\
exit codes:
  0   the log stands or the promise was kept, and all of it could be checked
  1   refused: what failed is named; do not rely on it
  2   not checked: something is missing or out of date, such as a proof; nothing was found wrong
  64  misuse: nothing was checked
  130 stopped by Ctrl+C: nothing was checked

examples:
  passport log verify access-log.json --key log-key.txt
  passport log verify access-log.json --trust trust.json --head access-log-of-june.json
  passport log verify access-log.json --key log-key.txt --checkpoint kept.txt
  passport log promise access-log-promise.jwt --trust trust.json --key log-key.txt --in inclusion.json

The key, checkpoints and the trust list come from the service, at /log/key, /log/checkpoint and /trust/bundle.
Get the key and the first trust list by a way that you trust."""
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
    verify.add_argument(
        "--head",
        metavar="HEAD",
        help="the end of the chain that you kept: as printed, or a log saved earlier",
    )
    key = verify.add_mutually_exclusive_group()
    key.add_argument("--key", metavar="KEY", help="the log's key: a file, or the key itself")
    key.add_argument("--trust", type=Path, metavar="FILE", help=EXPORTED)
    verify.add_argument("--json", action="store_true", help="answer as JSON, for programs")
    verify.set_defaults(status=None, now=None)  # of what was shared; a log has none
    promise = actions.add_parser(
        "promise", help="check what a recipient was promised", description=PROMISE, epilog=EPILOG
    )
    promise.add_argument("file", metavar="PROMISE", help="what the recipient saved, or - for standard input")
    promise.add_argument("--in", dest="shown", type=Path, metavar="FILE", help="what shows that it was kept")
    promise.add_argument("--trust", type=Path, metavar="FILE", help=TRUST)
    promise.add_argument("--key", metavar="KEY", help="the log's key: a file, or the key itself")
    promise.add_argument("--now", type=moment, metavar="ISO", help="the moment to check for; left out: now")
    promise.add_argument("--json", action="store_true", help="answer as JSON, for programs")
    promise.set_defaults(status=None)
    checkpoint = actions.add_parser("checkpoint", help="print where the log stands", description=CHECKPOINT)
    checkpoint.add_argument("--key", action="store_true", help="print the log's key instead")


def run(asked: argparse.Namespace) -> int:
    """Verify or print, and return the exit code."""
    return {"verify": _verify, "promise": _check_promise, "checkpoint": _print_checkpoint}[asked.action](
        asked
    )


def _verify(asked: argparse.Namespace) -> int:
    note_key = _key(asked.key) if asked.key else _key_in(gather(asked, now=utc_now()))
    known = _known(asked.checkpoint, note_key) if asked.checkpoint else None
    head = _head(asked.head, note_key) if asked.head else None
    raw = _read(asked.file, MAX_EXPORT_BYTES)
    signed_files.turn_away(raw, command=signed_files.LOG)
    found = verify_export(raw, note_key, known_checkpoint=known, known_head=head)
    if asked.json:
        say_json(log_report.document(found))
    else:
        say(*log_report.lines(found))
    return EXIT[found.outcome]


def _check_promise(asked: argparse.Namespace) -> int:
    now = asked.now or utc_now()
    evidence = gather(asked, now=now)
    note_key = _key(asked.key) if asked.key else evidence.log_key
    raw = _read(asked.file, MAX_PROMISE_BYTES)
    signed_files.turn_away(raw, command=signed_files.PROMISE)
    token = raw.decode("utf-8", "replace").strip()
    shown = read_capped(asked.shown, MAX_EXPORT_BYTES) if asked.shown else None
    found = check_promise(token, trust=evidence.trust, note_key=note_key, found=shown, now=now)
    if asked.json:
        say_json(log_report.promise_document(found, now=now))
    else:
        missing = None if evidence.trust else evidence.missing
        say(*log_report.promise_lines(found, now=now, missing=missing))
    return EXIT[found.outcome]


def _print_checkpoint(asked: argparse.Namespace) -> int:
    with open_ready(read_settings()) as d:
        if asked.key:
            say(d.log_signer.key.encode())
            return DONE
        log_tree.add_all_pending(d)
        with d.database.reading() as connection:
            say_exactly(log_tree.standing(d, connection).note.encode())
    return DONE


def _read(file: str, max_bytes: int) -> bytes:
    if file == STANDARD_INPUT:
        return read_standard_input(max_bytes)
    return read_capped(Path(file), max_bytes)


def _key(given: str) -> NoteKey:
    """Return the log's key, as given or out of a file.

    Raises:
        MisuseError: it is no key.
    """
    from_file = "+" not in given
    text = read_capped(Path(given), MAX_NOTE_BYTES).decode("utf-8", "replace") if from_file else given
    try:
        return NoteKey.decode(text.strip())
    except PassportError as exc:
        what = f"{given} is no key of a log" if from_file else "--key is no key of a log"
        raise unfit(what, exc, _KEY_AGAIN) from exc


def _key_in(evidence: Evidence) -> NoteKey:
    """Return the log's key of a file or of this machine's deployment.

    Raises:
        MisuseError: there is none: no log was judged then.
    """
    if evidence.log_key is not None:
        return evidence.log_key
    if evidence.trust is not None:
        raise MisuseError("a trust list has no log's key in it: give the one of /log/key with --key instead")
    if evidence.missing != NO_TRUST:
        raise MisuseError(evidence.missing)
    raise MisuseError("name a file of 'passport trust export' with --trust, or the log's key with --key")


def _head(given: str, note_key: NoteKey) -> ChainHead:
    """Return the end of a chain that was kept: as it was printed, or that of a log which was saved earlier.

    Raises:
        MisuseError: it is neither, or that log does not stand.
    """
    if ":" in given:
        try:
            return ChainHead.decode(given.strip())
        except PassportError as exc:
            raise unfit("--head is no end of a chain", exc, _HEAD_AGAIN) from exc
    earlier = verify_export(read_capped(Path(given), MAX_EXPORT_BYTES), note_key)
    if earlier.head is None:
        step = f" (step {earlier.failed.number:d}: {earlier.failed.message})" if earlier.failed else ""
        raise MisuseError(
            f"{given} is no log that stands, so it shows nothing of a later one{step}."
            f" Nothing was checked; {_HEAD_AGAIN}"
        )
    return earlier.head


def _known(file: Path, note_key: NoteKey) -> Checkpoint:
    """Return the checkpoint that was kept.

    Raises:
        MisuseError: it is no checkpoint that the log's key signed.
    """
    try:
        return verify_checkpoint(read_capped(file, MAX_NOTE_BYTES), note_key)
    except PassportError as exc:
        raise unfit(f"{file} is no checkpoint that the log's key signed", exc, _KEPT_AGAIN) from exc
