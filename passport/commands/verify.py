"""`passport verify`: check that something is genuine, unaltered and still valid."""

import argparse
import getpass
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from consent.bundle import BUNDLE_BYTES_MAX
from consent.grant import NAME_LENGTH_MAX
from consent.share import LINK_LENGTH_MAX
from consent.share_code import TypedCodeError, normalise_passcode
from consent.verification import (
    Outcome,
    Policy,
    Step,
    StepNumber,
    StepResult,
    Verification,
)
from consent.verify import verify
from consent.without_trust import ended, verify_without_trust
from passport.commands import report
from passport.commands.evidence import Evidence, gather, read_capped, read_standard_input
from passport.commands.fetching import Fetched, NotFetched, fetch, is_link
from passport.commands.parsing import DONE, FAILED, NOT_CHECKED, MisuseError, moment
from passport.commands.signed_files import VERIFY, turn_away
from passport.commands.terminal import say, say_json

STANDARD_INPUT: Final = "-"
PASSCODE_BYTES_MAX: Final = 1024
EXIT: Final = {Outcome.VALID: DONE, Outcome.REFUSED: FAILED, Outcome.NOT_CHECKED: NOT_CHECKED}
DESCRIPTION: Final = """\
Check in nine numbered steps that what you were sent is genuine, unaltered and still valid. Keys come from the
trust list, never from what is checked alone.

SOURCE is a file, - for standard input, or a link. A file holds what a recipient saved (a share's FHIR Bundle)
or one presentation (SD-JWT with key binding); it is checked without any network. Receipts and promises have
commands of their own, which are named when you give one here. A link is followed only with --recipient: it
counts as a view, and the holder sees the name you give. A link is a secret: 'passport verify -' keeps it out of
your shell's history.

Without --trust, the service of this machine (PASSPORT_DATA_DIR) is asked, if there is one."""
EPILOG: Final = """\
exit codes:
  0   valid, as of the time that is printed
  1   refused: the step that failed is named; do not rely on it
  2   not checked: something is missing or out of date, such as the status list; nothing was found wrong
  64  misuse: nothing was checked
  130 stopped by Ctrl+C: nothing was checked

examples:
  passport verify saved.json --trust trust.json --status status.json
  passport verify saved.json --trust exported.json
  passport verify - --recipient "Rhondda Tile Workshop" < link.txt

Trust and status files come from the service, at /trust/bundle and /trust/statuses. Get the first one by a way
that you trust: it says whose signatures count."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add what `passport verify` takes."""
    parser.description, parser.epilog = DESCRIPTION, EPILOG
    parser.add_argument("source", metavar="SOURCE", help="a file, - for standard input, or a link")
    parser.add_argument(
        "--trust",
        type=Path,
        metavar="FILE",
        help="the trust list with the key that signed it, or all that 'passport trust export' wrote",
    )
    parser.add_argument("--status", type=Path, metavar="FILE", help="status lists; without them: not checked")
    parser.add_argument("--now", type=moment, metavar="ISO", help="the moment to check for; left out: now")
    parser.add_argument("--show", action="store_true", help="print what it says as well: this is health data")
    parser.add_argument("--json", action="store_true", help="answer as JSON, for programs")
    parser.add_argument(
        "--without-key-binding", action="store_true", help="take one entry by itself, as exported"
    )
    parser.add_argument("--recipient", metavar="NAME", help="who you are; follows a link")
    parser.add_argument(
        "--passcode-file",
        metavar="FILE",
        help="a file with the link's passcode, or -; left out: you are asked",
    )


def run(asked: argparse.Namespace) -> int:
    """Verify, print the answer and return its exit code."""
    now = asked.now or datetime.now(UTC)
    evidence = gather(asked, now=now)
    received = _receive(asked)
    if isinstance(received, NotFetched):
        found = _not_fetched(received, now)
    else:
        policy = Policy(require_key_binding=not asked.without_key_binding)
        found = _verify(received, evidence, now, policy)
    if asked.json:
        say_json(report.document(found, show=asked.show))
    else:
        say(*report.lines(found, show=asked.show))
    return EXIT[found.outcome]


def _verify(raw: bytes, evidence: Evidence, now: datetime, policy: Policy) -> Verification:
    if evidence.trust is not None:
        return verify(raw, trust=evidence.trust, statuses=evidence.statuses, now=now, policy=policy)
    return verify_without_trust(raw, now=now, missing=evidence.missing, policy=policy)


def _not_fetched(found: NotFetched, now: datetime) -> Verification:
    result = StepResult.FAILED if found.altered else StepResult.NOT_CHECKED
    outcome = Outcome.REFUSED if found.altered else Outcome.NOT_CHECKED
    return ended(outcome, Step(StepNumber.PARSE, result, found.code, found.message), now=now)


def _receive(asked: argparse.Namespace) -> bytes | NotFetched:
    """Return what is to be verified, from wherever it comes.

    Raises:
        MisuseError: it cannot be read, another command reads it, or it is a link that was not to be followed.
    """
    raw = asked.source.encode() if is_link(asked.source) else _read(asked.source)
    text = raw[: LINK_LENGTH_MAX + 1].decode("utf-8", "replace").strip()
    if not is_link(text):
        turn_away(raw, command=VERIFY)
        return raw
    if not asked.recipient:
        raise MisuseError(
            "this is a link: name yourself with --recipient to follow it; the holder will see it"
        )
    name = asked.recipient
    if not name.strip() or len(name) > NAME_LENGTH_MAX or not name.isprintable():
        raise MisuseError(
            f"--recipient takes a name of 1 to {NAME_LENGTH_MAX} characters: one line of printable text"
        )
    found = fetch(text, recipient=asked.recipient, ask_passcode=lambda: _passcode(asked))
    return found.content if isinstance(found, Fetched) else found


def _read(source: str) -> bytes:
    if source == STANDARD_INPUT:
        return read_standard_input(BUNDLE_BYTES_MAX)
    return read_capped(Path(source), BUNDLE_BYTES_MAX)


def _passcode(asked: argparse.Namespace) -> str:
    """Return the link's passcode, from where it leaves no trace: a file, standard input, or the keyboard unseen.

    Raises:
        MisuseError: there is no way to ask, or what came is no passcode.
    """
    if asked.passcode_file == STANDARD_INPUT and asked.source == STANDARD_INPUT:
        raise MisuseError("only one of link and passcode can come from standard input")
    try:
        return normalise_passcode(_typed_passcode(asked.passcode_file))
    except TypedCodeError as exc:
        raise MisuseError(str(exc)) from exc


def _typed_passcode(file: str | None) -> str:
    if file == STANDARD_INPUT:
        return read_standard_input(PASSCODE_BYTES_MAX, one_line=True).decode("utf-8", "replace")
    if file is not None:
        return read_capped(Path(file), PASSCODE_BYTES_MAX).decode("utf-8", "replace")
    if not sys.stderr.isatty():
        raise MisuseError("the link asks for a passcode: put it in a file and name it with --passcode-file")
    try:
        return getpass.getpass("Passcode: ")
    except EOFError as exc:
        raise MisuseError("no passcode was typed: ask the person who shared it for it") from exc
