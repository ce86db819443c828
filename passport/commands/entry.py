"""`passport entry`: where signed entries stand, for operators. Shows ids, never whose they are or what they say."""

import argparse
from typing import Any, Final

from consent.standing import REASONS
from passport import entry_status
from passport.commands.parsing import DONE, read_settings
from passport.commands.terminal import say, say_json
from passport.deployment import Deployment
from passport.entry_status import EntryStanding
from passport.readiness import open_ready
from schemas.vocabulary import Standing, StatusChange, StatusReason

LIMIT: Final = 1000
DESCRIPTION: Final = """\
Where signed entries stand. Organisations change their own by the API; this is for the operator, for example
when an organisation no longer can. Each change is written into its holder's log. Also while the service runs."""
LIST: Final = "List entries by id: who signed each, and where it stands."
ACTIONS: Final = {
    StatusChange.SUSPEND: "let an entry not count for now",
    StatusChange.REINSTATE: "let a suspended entry count again",
    StatusChange.REVOKE: "take an entry back, for good",
    StatusChange.SUPERSEDE: "take an entry back that a later one corrects, for good",
}


def describe(parser: argparse.ArgumentParser) -> None:
    """Add what `passport entry` takes."""
    parser.description = DESCRIPTION
    actions = parser.add_subparsers(title="actions", dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="list entries", description=LIST)
    listing.add_argument(
        "--standing", type=Standing, choices=list(Standing), help="only those that stand so; all if left out"
    )
    listing.add_argument("--after", default="", metavar="ENTRY", help="go on after this id")
    listing.add_argument("--json", action="store_true", help="as JSON, for programs")
    for change, purpose in ACTIONS.items():
        action = actions.add_parser(change.value, help=purpose, description=purpose.capitalize() + ".")
        action.add_argument("entry_id", metavar="ENTRY", help="the id that 'passport entry list' shows")
        reasons = sorted(REASONS[change])
        action.add_argument("--reason", required=True, type=StatusReason, choices=reasons, help="why")


def run(asked: argparse.Namespace) -> int:
    """List or change, and return 0."""
    with open_ready(read_settings()) as d:
        if asked.action == "list":
            _list(d, asked)
        else:
            _change(d, asked)
    return DONE


def _change(d: Deployment, asked: argparse.Namespace) -> None:
    change = StatusChange(asked.action)
    found = entry_status.change_as_operator(d, asked.entry_id, change, reason=asked.reason)
    say(f"Entry {asked.entry_id}: {found.standing}.")


def _list(d: Deployment, asked: argparse.Namespace) -> None:
    page = entry_status.list_all(d, after=asked.after, limit=LIMIT)
    found = [one for one in page if asked.standing in (None, one.standing)]
    more = page[-1].row.entry_id if len(page) == LIMIT else None
    if asked.json:
        say_json({"entries": [_document(one) for one in found], "more_after": more})
        return
    for one in found:
        say(f"{one.row.entry_id}  {one.standing}  {one.row.state}  issuer {one.row.issuer_id}")
    if more:
        say(f"More: passport entry list --after {more}")


def _document(found: EntryStanding) -> dict[str, Any]:
    row = found.row
    return {
        "entry_id": row.entry_id,
        "issuer_id": row.issuer_id,
        "standing": found.standing,
        "state": row.state,
        "issued_at": row.issued_at.isoformat(),
        "expires_at": row.expires_at.isoformat(),
    }
