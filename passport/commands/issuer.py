"""`passport issuer`: organisations that sign entries, their practitioners and their keys."""

import argparse
from typing import Any, Final

from passport import auth, issuing, organisations
from passport.commands.parsing import DONE, MisuseError, read_settings
from passport.commands.terminal import say, say_json
from passport.deployment import Deployment
from passport.readiness import open_ready
from passport.store import issuers
from passport.tables import IssuerKeyRow, IssuerRow

NAME_LENGTH_MAX: Final = 120
USERNAME_LENGTH_MAX: Final = 64
DESCRIPTION: Final = """\
Organisations whose practitioners sign entries, as this service's trust list names them. Also while it runs."""
CREATE: Final = """\
Add an organisation with a signing key of its own, and one practitioner who signs for it. Prints the
practitioner's sign-in code, once: it is stored as a hash. Hand it over by a way you trust.

The public name is what everybody sees, an employer too. Keep it neutral: a name that says what the
organisation treats tells what its patients have."""
ROTATE: Final = """\
Give an issuer a new key, once a year. It signs two hours from now, when every verifier has heard of it. What
the old key signed stays valid, unless it leaked: then all of it has to be told and signed again."""
LIST: Final = "List every issuer with its public name, what it may sign, and its keys."


def describe(parser: argparse.ArgumentParser) -> None:
    """Add what `passport issuer` takes."""
    parser.description = DESCRIPTION
    actions = parser.add_subparsers(title="actions", dest="action", metavar="ACTION", required=True)
    _describe_create(
        actions.add_parser("create", help="add an organisation and a practitioner", description=CREATE)
    )
    rotate = actions.add_parser("rotate", help="replace an issuer's key", description=ROTATE)
    rotate.add_argument("issuer_id", metavar="ISSUER", help="the id that 'passport issuer list' shows")
    rotate.add_argument(
        "--leaked",
        action="store_true",
        help="the old key may have leaked: sign with the new one now, and let nothing that the old one signed verify",
    )
    listing = actions.add_parser("list", help="list issuers and keys", description=LIST)
    listing.add_argument("--json", action="store_true", help="as JSON, for programs")


def run(asked: argparse.Namespace) -> int:
    """Create, rotate or list, and return 0."""
    with open_ready(read_settings()) as d:
        issuing.prepare(d)
        {"create": _create, "rotate": _rotate, "list": _list}[asked.action](d, asked)
    return DONE


def _describe_create(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--organisation", required=True, type=_name, metavar="NAME", help="its full name")
    parser.add_argument(
        "--public-name", required=True, type=_name, metavar="NAME", help="a neutral name for everybody"
    )
    parser.add_argument("--practitioner", required=True, type=_name, metavar="NAME", help="who signs for it")
    parser.add_argument(
        "--role", required=True, type=_name, help="their role, such as 'Occupational therapist'"
    )
    parser.add_argument(
        "--registration", type=_name, help="their registration, such as 'HCPC OT00001'; none if left out"
    )
    parser.add_argument("--username", required=True, type=_username, help="with which they sign in")


def _create(d: Deployment, asked: argparse.Namespace) -> None:
    code = auth.new_sign_in_code(d)
    with d.database.writing() as connection:
        if auth.account_of(d, connection, asked.username) is not None:
            raise MisuseError(f"the username {asked.username} is taken: choose another")
        organisation_id = organisations.create_organisation(
            d, connection, name=asked.organisation, public_name=asked.public_name
        )
        practitioner_id = organisations.create_practitioner(
            d,
            connection,
            organisation_id=organisation_id,
            name=asked.practitioner,
            role=asked.role,
            registration=asked.registration,
        )
        auth.create_account(
            d, connection, username=asked.username, code=code, practitioner_id=practitioner_id
        )
        signs = organisations.writer_of(d, connection, practitioner_id).organisation
    say(
        f"Issuer {signs.issuer_id} signs for {asked.organisation}, publicly {asked.public_name}.",
        f"{asked.practitioner} signs in as {asked.username} with the code {code}. It is shown this once.",
    )


def _rotate(d: Deployment, asked: argparse.Namespace) -> None:
    key = issuing.rotate(d, asked.issuer_id, leaked=asked.leaked)
    say(f"Issuer {asked.issuer_id} signs with the key {key.kid} from {key.not_before:%Y-%m-%d %H:%M} UTC on.")


def _list(d: Deployment, asked: argparse.Namespace) -> None:
    with d.database.reading() as connection:
        rows, keys = issuers.list_all(connection), issuers.list_keys(connection)
    found = [(row, [key for key in keys if key.issuer_id == row.issuer_id]) for row in rows]
    if asked.json:
        say_json([_document(d, row, its_keys) for row, its_keys in found])
        return
    for row, its_keys in found:
        say(f"{row.issuer_id}  {row.kind}  {row.name}" + ("  suspended" if row.suspended_at else ""))
        say(*(f"  key {key.kid}, {_period(key)}" for key in its_keys))


def _document(d: Deployment, row: IssuerRow, keys: list[IssuerKeyRow]) -> dict[str, Any]:
    return {
        "issuer_id": row.issuer_id,
        "iss": issuing.issuer_url(d, row.issuer_id),
        "kind": row.kind,
        "name": row.name,
        "sections": list(row.sections),
        "suspended_at": row.suspended_at.isoformat() if row.suspended_at else None,
        "keys": [
            {
                "kid": key.kid,
                "not_before": key.not_before.isoformat(),
                "not_after": key.not_after.isoformat() if key.not_after else None,
            }
            for key in keys
        ],
    }


def _period(key: IssuerKeyRow) -> str:
    started = f"from {key.not_before:%Y-%m-%d %H:%M} UTC on"
    return f"{started}, until {key.not_after:%Y-%m-%d %H:%M} UTC" if key.not_after else started


def _name(text: str) -> str:
    name = text.strip()
    if not name or len(name) > NAME_LENGTH_MAX or not name.isprintable():
        raise argparse.ArgumentTypeError(f"expected 1 to {NAME_LENGTH_MAX} printable characters")
    return name


def _username(text: str) -> str:
    name = auth.normal_username(text)
    if not name or len(name) > USERNAME_LENGTH_MAX or not name.isprintable() or " " in name:
        raise argparse.ArgumentTypeError(f"expected 1 to {USERNAME_LENGTH_MAX} characters without spaces")
    return name
