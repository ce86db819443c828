"""`passport trust`: what verifiers go by. Written to a file for those without a network; signed by another anchor."""

import argparse
from pathlib import Path
from typing import Final

from consent.evidence_file import encode_evidence_file
from issuers.credential import vct_of
from passport import anchors, issuing
from passport.commands.parsing import DONE, MisuseError, read_settings
from passport.commands.terminal import complain, say, say_exactly
from passport.deployment import Deployment
from passport.readiness import open_ready
from passport.statuses import StatusBoard
from schemas.catalogue import CATALOGUE
from schemas.metadata import type_document

STANDARD_OUTPUT: Final = "-"
DESCRIPTION: Final = """\
What verifiers go by: the trust list says whose signatures count, and an anchor signs the trust list."""
EXPORT: Final = """\
Write everything that a verifier without a network needs to one file, for 'passport verify --trust FILE' and
'passport log verify --trust FILE': the trust list, the anchor that signs it, the status of every entry and
share, what the claims of each section are called, and the key of the access log. The file holds nothing about
anybody. Statuses in it are good for a day, the trust list for a week."""
ROTATE: Final = """\
Give the trust list a new anchor, which signs a week from now. Until then the old one signs and names it, so
who fetches the list once a week follows by themselves. If the old one leaked, the new one signs at once and
every verifier has to be given it by hand."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add what `passport trust` takes."""
    parser.description = DESCRIPTION
    actions = parser.add_subparsers(title="actions", dest="action", metavar="ACTION", required=True)
    export = actions.add_parser(
        "export", help="write what a verifier without a network needs", description=EXPORT
    )
    export.add_argument("file", metavar="FILE", help="a file, which is replaced, or - for standard output")
    rotate = actions.add_parser("rotate", help="replace the anchor of the trust list", description=ROTATE)
    rotate.add_argument(
        "--leaked", action="store_true", help="the old anchor may have leaked: sign with the new one now"
    )


def run(asked: argparse.Namespace) -> int:
    """Export or rotate, and return 0."""
    with open_ready(read_settings()) as d:
        issuing.prepare(d)
        {"export": _export, "rotate": _rotate}[asked.action](d, asked)
    return DONE


def evidence_of(d: Deployment) -> bytes:
    """Return the file that `passport trust export` writes, as of now."""
    pinned = issuing.pinned_trust(d)
    with d.database.reading() as connection:
        published = StatusBoard(d).all_current(connection)
    types = {
        vct_of(d.settings.issuer_url, section, spec.version): section for section, spec in CATALOGUE.items()
    }
    return encode_evidence_file(
        anchor=pinned.anchor,
        trust_list=pinned.trust_list,
        status_lists=[one.token for one in published],
        type_metadata={vct: type_document(section, vct) for vct, section in types.items()},
        log_key=d.log_signer.key,
    )


def _export(d: Deployment, asked: argparse.Namespace) -> None:
    content = evidence_of(d)
    if asked.file == STANDARD_OUTPUT:
        say_exactly(content)
        return
    file = Path(asked.file)
    if file.is_dir():
        raise MisuseError(f"{file} is a folder: name a file in it")
    draft = file.with_name(f".{file.name}.part")  # a reader sees the old file or the new one, never a part
    try:
        draft.write_bytes(content)
        draft.replace(file)
    except OSError as exc:
        raise MisuseError(f"cannot write {file}: {exc.strerror}") from exc
    say(f"Wrote {file}, as of {d.now():%Y-%m-%d %H:%M} UTC. Hand it over by a way that the verifier trusts.")


def _rotate(d: Deployment, asked: argparse.Namespace) -> None:
    row = anchors.rotate(d, leaked=asked.leaked)
    say(f"The anchor {row.kid} signs the trust list from {row.not_before:%Y-%m-%d %H:%M} UTC on.")
    if asked.leaked:
        complain("give every verifier the new anchor by hand: they go on believing the one that leaked")
