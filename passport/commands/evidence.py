"""What a verification goes by: trust and status files, or the service of this very machine. No network."""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from consent.evidence_file import MAX_EVIDENCE_BYTES, is_evidence_file, read_evidence_file
from consent.offline import MAX_STATUS_FILE_BYTES, read_status_file, read_trust_file
from consent.signed_note import NoteKey
from issuers.status_list import StatusSnapshot
from issuers.trust import TrustList
from issuers.trust_wire import TrustListTimeError
from passport import issuing
from passport.commands.parsing import MisuseError, read_settings
from passport.readiness import NotSetUpError, open_ready
from passport.statuses import StatusBoard
from schemas.errors import PassportError

NO_TRUST: Final = "no trust list is at hand; give one with --trust"
_TRUST_AGAIN: Final = "save /trust/bundle of the service again, or ask for a new 'passport trust export'"
_STATUS_AGAIN: Final = "save /trust/statuses of the service again: anybody may hand it over"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A trust list, status lists by address, and the log's key. Where there is no trust list, `missing` says why."""

    trust: TrustList | None
    statuses: Mapping[str, StatusSnapshot] = field(default_factory=dict)
    missing: str = NO_TRUST
    log_key: NoteKey | None = None  # a trust file by itself names none


def gather(asked: argparse.Namespace, *, now: datetime) -> Evidence:
    """Return what --trust and --status name; without them, what the service of this machine says now.

    Raises:
        MisuseError: a file cannot be read, or is not what its option takes.
    """
    if asked.trust is not None:
        return _from_files(asked.trust, asked.status, now)
    if asked.status is not None:
        raise MisuseError("--status needs --trust: a status list is believed for who signed it")
    return Evidence(None) if asked.now is not None else _own(now)


def unfit(what: str, why: PassportError, then: str) -> MisuseError:
    """Return the error of a file that was made for a command and does not serve: what is wrong, and what to do."""
    return MisuseError(f"{what}: {why}. Nothing was checked; {then}")


def read_capped(file: Path, max_bytes: int) -> bytes:
    """Return what a file holds, and of a larger one no more than shows that it is.

    Raises:
        MisuseError: it cannot be read.
    """
    try:
        with file.open("rb") as opened:
            return opened.read(max_bytes + 1)
    except OSError as exc:
        raise MisuseError(f"cannot read {file}: {exc.strerror}") from exc


def read_standard_input(max_bytes: int, *, one_line: bool = False) -> bytes:
    """Return what comes in on standard input, or its first line, and of more no more than shows that it is.

    Raises:
        MisuseError: it is closed, or cannot be read.
    """
    if sys.stdin is None:  # whoever started this closed it
        raise MisuseError("standard input is closed: name a file instead of -")
    try:
        source = sys.stdin.buffer
        return source.readline(max_bytes + 1) if one_line else source.read(max_bytes + 1)
    except OSError as exc:
        raise MisuseError(f"cannot read standard input: {exc.strerror}") from exc


def _from_files(trust_file: Path, status_file: Path | None, now: datetime) -> Evidence:
    raw = read_capped(trust_file, MAX_EVIDENCE_BYTES)
    try:
        found = _trust(raw, now)
    except TrustListTimeError as exc:  # from the future: not wrong, but no evidence for this moment
        return Evidence(None, missing=f"{trust_file}: {exc}")
    except PassportError as exc:
        raise unfit(
            f"{trust_file} is no trust file that holds", exc, f"{_TRUST_AGAIN}, by a way that you trust"
        ) from exc
    if status_file is None or found.trust is None:
        return found
    return replace(found, statuses={**found.statuses, **_statuses(status_file, found.trust, now)})


def _trust(raw: bytes, now: datetime) -> Evidence:
    """Return what an exported file holds, trust and status lists together, or a trust file by itself."""
    if is_evidence_file(raw):
        exported = read_evidence_file(raw, now=now, ended_too=True)
        return Evidence(exported.trust.trust, exported.statuses, log_key=exported.log_key)
    return Evidence(read_trust_file(raw, now=now, ended_too=True).trust)


def _statuses(file: Path, trust: TrustList, now: datetime) -> Mapping[str, StatusSnapshot]:
    raw = read_capped(file, MAX_STATUS_FILE_BYTES)
    try:
        return read_status_file(raw, trust=trust, now=now)
    except PassportError as exc:
        raise unfit(f"{file} is no status file that this trust list holds for", exc, _STATUS_AGAIN) from exc


def _own(now: datetime) -> Evidence:
    settings = read_settings()
    try:
        with open_ready(settings, now=lambda: now) as d, d.database.reading() as connection:
            statuses = StatusBoard(d).snapshots(connection)
            return Evidence(issuing.trust_list(d, connection), statuses, log_key=d.log_signer.key)
    except NotSetUpError:
        return Evidence(None)
    except (PassportError, OSError) as exc:
        return Evidence(None, missing=f"the service of this machine cannot be asked ({exc}); give --trust")
