"""`passport receipt`: check receipts and read receipts that one of the two sides saved. No network."""

import argparse
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from consent.receipt_check import check_receipts
from consent.receipt_token import MAX_RECEIPT_BYTES
from consent.verification import Outcome
from issuers.trust import TrustList
from passport.commands import receipt_report
from passport.commands.evidence import gather, read_capped, read_standard_input
from passport.commands.parsing import DONE, FAILED, NOT_CHECKED, MisuseError, moment
from passport.commands.signed_files import RECEIPT, turn_away
from passport.commands.terminal import say, say_json

STANDARD_INPUT: Final = "-"
MAX_FILE_BYTES: Final = 64 * MAX_RECEIPT_BYTES  # of every version of a receipt, one a line
EXIT: Final = {Outcome.VALID: DONE, Outcome.REFUSED: FAILED, Outcome.NOT_CHECKED: NOT_CHECKED}
DESCRIPTION: Final = "The signed record of what was shared: check that it is genuine, unaltered and whole."
VERIFY: Final = """\
Check receipts and read receipts in four numbered steps, without any network: that each is well formed, that
the service signed it and nobody altered it, that each version of a receipt follows on the one before, and that
the receipt covers what a read receipt says was read. What they say is printed in plain words. It names
sections and people, but nothing of what was shared.

FILE is a receipt as it was saved (consent-receipt.jwt), all its versions (consent-receipt-versions.txt), a read
receipt (read-receipt.jwt), or - for standard input. Name as many as you have, in any order. The other forms of
a receipt, FHIR and JSON-LD, are not looked at.

Without --trust, the service of this machine (PASSPORT_DATA_DIR) is asked, if there is one."""
EPILOG: Final = """\
exit codes:
  0   valid: signed, unaltered, and nothing in them contradicts another
  1   refused: the step that failed is named; do not rely on any of them
  2   not checked: something is missing or out of date, such as the trust list; nothing was found wrong
  64  misuse: nothing was checked
  130 stopped by Ctrl+C: nothing was checked

examples:
  passport receipt verify consent-receipt.jwt --trust trust.json
  passport receipt verify consent-receipt-versions.txt read-receipt.jwt --trust trust.json

The trust file comes from the service, at /trust/bundle. Get the first one by a way that you trust: it says
whose signatures count."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add what `passport receipt` takes."""
    parser.description = DESCRIPTION
    actions = parser.add_subparsers(title="actions", dest="action", metavar="ACTION", required=True)
    verify = actions.add_parser(
        "verify", help="check receipts and read receipts", description=VERIFY, epilog=EPILOG
    )
    verify.add_argument("files", metavar="FILE", nargs="+", help="what was saved, or - for standard input")
    verify.add_argument(
        "--trust",
        type=Path,
        metavar="FILE",
        help="the trust list with the key that signed it, or all that 'passport trust export' wrote",
    )
    verify.add_argument("--now", type=moment, metavar="ISO", help="the moment to check for; left out: now")
    verify.add_argument("--json", action="store_true", help="answer as JSON, for programs")
    verify.set_defaults(status=None)  # of what was shared; a receipt has none


def run(asked: argparse.Namespace) -> int:
    """Verify, print the answer and return its exit code."""
    now = asked.now or datetime.now(UTC)
    evidence = gather(asked, now=now)
    named = _named(asked.files)
    found = check_receipts([token for _, token in named], trust=evidence.trust, now=now)
    refused = _refused_by_itself(named, evidence.trust, now) if found.outcome is Outcome.REFUSED else None
    if asked.json:
        say_json(receipt_report.document(found, now=now, refused=refused))
    else:
        missing = None if evidence.trust else evidence.missing
        say(*receipt_report.lines(found, now=now, missing=missing, refused=refused))
    return EXIT[found.outcome]


def _named(files: Sequence[str]) -> list[tuple[str, str]]:
    """Return each line of each file, after the file's name; an empty file has one empty line, which is refused.

    Raises:
        MisuseError: a file cannot be read, is too large, or is something that another command reads.
    """
    return [(file, token) for file in files for token in _lines(file)]


def _refused_by_itself(
    named: Sequence[tuple[str, str]], trust: TrustList | None, now: datetime
) -> str | None:
    """Return the first file in which something is refused whatever else is given; None: they do not fit each other."""
    alone = ((file, check_receipts([token], trust=trust, now=now)) for file, token in named)
    return next((file for file, found in alone if found.outcome is Outcome.REFUSED), None)


def _lines(file: str) -> Iterator[str]:
    from_input = file == STANDARD_INPUT
    raw = read_standard_input(MAX_FILE_BYTES) if from_input else read_capped(Path(file), MAX_FILE_BYTES)
    if len(raw) > MAX_FILE_BYTES:
        raise MisuseError(f"{file} has more than {MAX_FILE_BYTES} bytes: no receipt has")
    turn_away(raw, command=RECEIPT)
    yield from raw.decode("utf-8", "replace").split() or [""]
