"""`passport issuer`: organisations that sign entries, their practitioners, their standing and their keys."""

import argparse
from typing import Any, Final

from issuers.trust import EarlierEntries
from passport import auth, issuer_standing, issuing, organisations
from passport.commands.parsing import DONE, MisuseError, moment, read_settings
from passport.commands.terminal import say, say_json
from passport.deployment import Deployment
from passport.readiness import open_ready
from passport.store import issuers
from passport.tables import IssuerKeyRow, IssuerRow
from schemas.vocabulary import IssuerKind, Section

NAME_LENGTH_MAX: Final = 120
USERNAME_LENGTH_MAX: Final = 64
DESCRIPTION: Final = """\
Organisations whose practitioners sign entries, as this service's trust list names them. Also while it runs."""
CREATE: Final = """\
Add an organisation with a signing key of its own, and one practitioner who signs for it. Prints the
practitioner's sign-in code, once: it is stored as a hash. Hand it over by a way you trust.

The public name is what everybody sees, an employer too. Keep it neutral: a name that says what the
organisation treats tells what its patients have."""
LIMIT: Final = """\
Let an issuer sign these sections alone. What it signed in others is believed no more, until it may sign them
again."""
SUSPEND: Final = """\
Say that what an issuer signs from a moment on counts no more. Every verifier knows when it next fetches the
trust list. What it signed before stands, unless you say that it falls: then nothing of it is believed."""
REINSTATE: Final = "End an issuer's suspension, as if it had never been."
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
    _describe_issuer(rotate)
    rotate.add_argument(
        "--leaked",
        action="store_true",
        help="the old key may have leaked: sign with the new one now, and let nothing that the old one signed verify",
    )
    _describe_standing(actions)
    listing = actions.add_parser("list", help="list issuers and keys", description=LIST)
    listing.add_argument("--json", action="store_true", help="as JSON, for programs")


def run(asked: argparse.Namespace) -> int:
    """Do what was asked, and return 0."""
    with open_ready(read_settings()) as d:
        issuing.prepare(d)
        _ACTIONS[asked.action](d, asked)
    return DONE


def _describe_issuer(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("issuer_id", metavar="ISSUER", help="the id that 'passport issuer list' shows")


def _describe_sections(parser: argparse.ArgumentParser, help_text: str, *, required: bool) -> None:
    parser.add_argument(
        "--section",
        action="append",
        dest="sections",
        type=_section,
        metavar="SECTION",
        required=required,
        help=help_text,
    )


def _describe_standing(actions: Any) -> None:
    limit = actions.add_parser("limit", help="let an issuer sign some sections alone", description=LIMIT)
    _describe_issuer(limit)
    _describe_sections(limit, "a section that it may sign, such as plan; give one or more", required=True)
    suspend = actions.add_parser(
        "suspend", help="let what an issuer signs count no more", description=SUSPEND
    )
    _describe_issuer(suspend)
    suspend.add_argument("--from", type=moment, dest="at", metavar="ISO", help="from when on; left out: now")
    suspend.add_argument(
        "--earlier-entries",
        type=EarlierEntries,
        choices=list(EarlierEntries),
        default=EarlierEntries.STAND,
        help="whether what it signed before stands or falls; left out: it stands",
    )
    reinstate = actions.add_parser("reinstate", help="end a suspension", description=REINSTATE)
    _describe_issuer(reinstate)


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
    _describe_sections(parser, "a section that it may sign; left out: all for practitioners", required=False)


def _create(d: Deployment, asked: argparse.Namespace) -> None:
    code, sections = auth.new_sign_in_code(d), None
    if asked.sections:
        sections = issuer_standing.checked_sections(IssuerKind.ORGANISATION, asked.sections)
    with d.database.writing() as connection:
        if auth.account_of(d, connection, asked.username) is not None:
            raise MisuseError(f"the username {asked.username} is taken: choose another")
        organisation_id = organisations.create_organisation(
            d, connection, name=asked.organisation, public_name=asked.public_name, sections=sections
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


def _limit(d: Deployment, asked: argparse.Namespace) -> None:
    issuer_standing.limit(d, asked.issuer_id, asked.sections)
    say(f"Issuer {asked.issuer_id} may sign {', '.join(sorted(set(asked.sections)))} and nothing else.")


def _suspend(d: Deployment, asked: argparse.Namespace) -> None:
    start = issuer_standing.suspend(d, asked.issuer_id, at=asked.at, earlier=asked.earlier_entries)
    earlier = "stands" if asked.earlier_entries is EarlierEntries.STAND else "falls"
    say(
        f"Issuer {asked.issuer_id} is suspended from {start:%Y-%m-%d %H:%M:%S} UTC on."
        f" What it signed before {earlier}."
    )


def _reinstate(d: Deployment, asked: argparse.Namespace) -> None:
    issuer_standing.reinstate(d, asked.issuer_id)
    say(f"Issuer {asked.issuer_id} is suspended no more.")


def _list(d: Deployment, asked: argparse.Namespace) -> None:
    with d.database.reading() as connection:
        rows, keys = issuers.list_all(connection), issuers.list_keys(connection)
    found = [(row, [key for key in keys if key.issuer_id == row.issuer_id]) for row in rows]
    if asked.json:
        say_json([_document(d, row, its_keys) for row, its_keys in found])
        return
    for row, its_keys in found:
        say(f"{row.issuer_id}  {row.kind}  {row.name}{_suspended(row)}")
        say(f"  may sign {', '.join(row.sections) or 'no section'}")
        say(*(f"  key {key.kid}, {_period(key)}" for key in its_keys))


def _document(d: Deployment, row: IssuerRow, keys: list[IssuerKeyRow]) -> dict[str, Any]:
    return {
        "issuer_id": row.issuer_id,
        "iss": issuing.issuer_url(d, row.issuer_id),
        "kind": row.kind,
        "name": row.name,
        "sections": list(row.sections),
        "suspended_at": row.suspended_at.isoformat() if row.suspended_at else None,
        "earlier_entries": row.earlier_entries,
        "keys": [
            {
                "kid": key.kid,
                "not_before": key.not_before.isoformat(),
                "not_after": key.not_after.isoformat() if key.not_after else None,
            }
            for key in keys
        ],
    }


def _suspended(row: IssuerRow) -> str:
    if row.suspended_at is None:
        return ""
    return f"  suspended from {row.suspended_at:%Y-%m-%d %H:%M} UTC on, earlier entries {row.earlier_entries}"


def _period(key: IssuerKeyRow) -> str:
    started = f"from {key.not_before:%Y-%m-%d %H:%M} UTC on"
    return f"{started}, until {key.not_after:%Y-%m-%d %H:%M} UTC" if key.not_after else started


def _name(text: str) -> str:
    name = text.strip()
    if not name or len(name) > NAME_LENGTH_MAX or not name.isprintable():
        raise argparse.ArgumentTypeError(f"expected 1 to {NAME_LENGTH_MAX} printable characters")
    return name


def _section(text: str) -> Section:
    try:
        return Section(text)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(f"expected one of {', '.join(Section)}") from exc


def _username(text: str) -> str:
    name = auth.normal_username(text)
    if not name or len(name) > USERNAME_LENGTH_MAX or not name.isprintable() or " " in name:
        raise argparse.ArgumentTypeError(f"expected 1 to {USERNAME_LENGTH_MAX} characters without spaces")
    return name


_ACTIONS: Final = {
    "create": _create,
    "rotate": _rotate,
    "limit": _limit,
    "suspend": _suspend,
    "reinstate": _reinstate,
    "list": _list,
}
