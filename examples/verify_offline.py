#!/usr/bin/env python3
"""Verify a saved passport share without a network, with the three lower floors only.

    python examples/verify_offline.py SAVED --trust trust.json [--status status.json] [--now 2026-11-21T12:00:00+00:00]

SAVED is what a recipient kept: a share's FHIR Bundle, or one presentation (SD-JWT+KB). `trust.json` holds the anchor
and the signed trust list, `status.json` the signed status lists. Exits 0 valid, 1 refused, 2 not checked, 64 misuse.
"""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from consent.offline import read_status_file, read_trust_file
from consent.verification import Outcome, StepResult, Verification, VerifiedEntry, does_not_prove
from consent.verify import verify
from consent.without_trust import verify_without_trust
from issuers.times import read_moment
from issuers.trust_wire import TrustListTimeError
from schemas.catalogue import CATALOGUE
from schemas.errors import PassportError
from schemas.readable import readable, signed_by
from schemas.vocabulary import Language

EXIT = {Outcome.VALID: 0, Outcome.REFUSED: 1, Outcome.NOT_CHECKED: 2}
MISUSE = 64
MARKS = {
    StepResult.PASSED: "ok",
    StepResult.FAILED: "REFUSED",
    StepResult.NOT_CHECKED: "not checked",
    StepResult.NOT_REQUIRED: "not asked for",
}


def main() -> int:
    """Read the files, verify, print the answer and return the exit code."""
    try:
        found = verified(arguments())
    except (OSError, PassportError) as error:
        print(f"cannot use these files: {error}", file=sys.stderr)
        return MISUSE
    try:
        print("\n".join(answer(found)), flush=True)
    except BrokenPipeError:  # the reader has seen enough; what is left goes nowhere, and the exit code stays
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT[found.outcome]


def verified(asked: argparse.Namespace) -> Verification:
    """Return whether what was saved stands.

    Raises:
        OSError: a file cannot be read.
        PassportError: the trust file or the status file is none.
    """
    saved, now = asked.saved.read_bytes(), asked.now
    try:
        # A trust list past its end is authentic still: verify() answers "not checked".
        trust = read_trust_file(asked.trust.read_bytes(), now=now, ended_too=True).trust
    except TrustListTimeError as error:  # from the future: not wrong, but no evidence for this moment
        return verify_without_trust(saved, now=now, missing=str(error))
    statuses = read_status_file(asked.status.read_bytes(), trust=trust, now=now) if asked.status else {}
    return verify(saved, trust=trust, statuses=statuses, now=now)


class Parser(argparse.ArgumentParser):
    """Exits with MISUSE, because argparse's own 2 means "not checked" here."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and exit."""
        self.print_usage(sys.stderr)
        self.exit(MISUSE, f"{self.prog}: {message}\n")


def arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = Parser(description="Verify a saved passport share without a network.")
    parser.add_argument("saved", type=Path, help="a FHIR Bundle or an SD-JWT+KB")
    parser.add_argument(
        "--trust", type=Path, required=True, help="the anchor and the signed trust list, as JSON"
    )
    parser.add_argument("--status", type=Path, help="signed status lists, as JSON; without them: not checked")
    parser.add_argument("--now", type=moment, default=datetime.now(UTC), help="the moment to verify for; now")
    return parser.parse_args()


def moment(text: str) -> datetime:
    """Return the moment that a text names; argparse shows why it names none."""
    try:
        return read_moment(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def answer(found: Verification) -> list[str]:
    """Return the outcome, the steps and what was shared as lines of text."""
    lines = [f"{step.number}. {MARKS[step.result]:<13} {step.message}" for step in found.steps]
    lines.append(outcome(found))
    for entry in found.entries:
        lines += ["", *shown(entry, found.holder_name)]
    return [*lines, "", *does_not_prove(Language.ENGLISH)] if found.entries else lines


def outcome(found: Verification) -> str:
    """Return the answer in one line."""
    if found.failed is not None:
        return f"refused at step {found.failed.number}, {found.failed.code}"
    return f"{found.outcome.replace('_', ' ')} as of {found.as_of:%d %B %Y %H:%M %Z}"


def shown(entry: VerifiedEntry, holder_name: str | None) -> list[str]:
    """Return one entry for a reader."""
    lines = [
        f"{CATALOGUE[entry.section].label.en} - {signed_by(entry.readable.provenance, holder_name, Language.ENGLISH)}"
    ]
    for line in readable(entry.section, entry.readable.claims, Language.ENGLISH):
        lines.append(f"  {line.label}: {line.text or ''}".rstrip())
        lines += ["  - " + "; ".join(f"{label}: {text}" for label, text in row) for row in line.rows]
    return [line.replace("\n", "\n    ") for line in lines]


if __name__ == "__main__":
    sys.exit(main())
