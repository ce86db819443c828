"""The demo: fictional stories told through the real services, and what to print of them.

Safe to run again: what is there stays, what is missing is made, and a share that has ended is made anew. Sign-in
codes are derived from a secret of the deployment, so that every start prints the same ones; where there is such a
secret, a demo was told. A database in which others sign in is refused.
"""

import hmac
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from sqlalchemy import Connection

from consent.grant import Recipient, Refused
from consent.presets import offered
from consent.share_code import show_share_code
from passport import (
    acceptance,
    append_grants,
    appending,
    auth,
    holders,
    organisations,
    plans,
    records,
    sharing,
)
from passport.append_grants import AppendGrant
from passport.deployment import Deployment
from passport.records import HeldEntry
from passport.share_request import ShareRequest
from passport.sharing import HeldShare, ShareState
from passport.store import accounts
from passport.stories import Story, StoryError, StoryShare
from passport.tables import AccountRow, EntryState
from schemas.catalogue import AUTHOR_CLAIMS, TOLD_ON, dump_body, parse_body
from schemas.errors import PassportError
from schemas.vocabulary import AuthorKind, RecipientKind, Section

SECRET: Final = "demo"  # noqa: S105 - the name of the keystore's secret, not the secret
APPEND_DAYS: Final = 180
_NOT_A_DEMO: Final = (
    "people sign in here who are not of the demo: set PASSPORT_DATA_DIR to another folder for it"
)
_NOT_IN_USERNAMES: Final = re.compile(r"[^a-z0-9]+")


class IsADemoError(PassportError):
    """The database holds demo accounts, whose codes were printed on a screen."""

    code: ClassVar[str] = "is_a_demo"


class NotADemoError(PassportError):
    """The database belongs to a real service, whose people must not share it with demo accounts."""

    code: ClassVar[str] = "not_a_demo"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One fictional person who can sign in."""

    name: str
    username: str
    sign_in_code: str


@dataclass(frozen=True, slots=True)
class DemoShare:
    """One share with all that its recipient needs."""

    recipient: Recipient
    state: ShareState
    ends_at: datetime
    link: str
    passcode: str | None
    typed_code: str | None
    typed_code_ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class DemoStory:
    """One story as it stands in the database."""

    holder: DemoAccount
    practitioner: DemoAccount
    shares: tuple[DemoShare, ...]


def seed(d: Deployment, stories: Sequence[Story]) -> Sequence[DemoStory]:
    """Tell the stories where they are not told yet, and return what to print of them.

    Raises:
        NotADemoError: the database belongs to a real service.
        StoryError: a story cannot be told as it is written.
    """
    _refuse_a_real_service(d, stories)
    return [_seed(d, story) for story in stories]


def refuse_demo_accounts(d: Deployment) -> None:
    """Check that no story of a demo was told here, of whatever folder: its people's codes are known to others.

    Raises:
        IsADemoError: one was.
    """
    if d.keystore.has_secret(SECRET):
        raise IsADemoError(
            "made-up people of 'passport demo' can sign in here, with codes that it printed: set PASSPORT_DATA_DIR to"
            " another folder for a real service, or run 'passport serve --demo' to serve them"
        )


def demo_accounts(d: Deployment, stories: Sequence[Story]) -> Sequence[DemoAccount]:
    """Return the accounts of these stories, holders first: what the sign-in page of a demo offers."""
    return [*(_holder(d, story) for story in stories), *(_practitioner(d, story) for story in stories)]


def _refuse_a_real_service(d: Deployment, stories: Sequence[Story]) -> None:
    with d.database.reading() as connection:
        used = accounts.any_there(connection)
        if used and not d.keystore.has_secret(SECRET):  # a secret made here would say that it is one
            raise NotADemoError(_NOT_A_DEMO)
        found = [(one, auth.account_of(d, connection, one.username)) for one in demo_accounts(d, stories)]
    ours = [_is_ours(d, one, account) for one, account in found if account is not None]
    if not all(ours) or (used and not ours):
        raise NotADemoError(_NOT_A_DEMO)


def _is_ours(d: Deployment, expected: DemoAccount, found: AccountRow) -> bool:
    return found.sign_in_code_hash == auth.code_hash(d, expected.username, expected.sign_in_code)


def _seed(d: Deployment, story: Story) -> DemoStory:
    holder_id, grant = _people(d, story)
    if not sharing.shares_of(d, holder_id):  # sharing comes last: without a share the story is not all told
        _tell(d, holder_id, story)
        _append(d, holder_id, grant, story)
    shares = tuple(_share(d, holder_id, story, wanted) for wanted in story.shares)
    return DemoStory(_holder(d, story), _practitioner(d, story), shares)


def _people(d: Deployment, story: Story) -> tuple[str, AppendGrant]:
    """Return the holder's id and the append grant they gave; both made when they are missing."""
    with d.database.writing() as connection:
        username = _practitioner(d, story).username
        writer = auth.account_of(d, connection, username) or _new_practitioner(d, connection, story)
        owner = auth.account_of(d, connection, story.person.username) or _new_holder(d, connection, story)
    holder_id, practitioner_id = owner.holder_id or "", writer.practitioner_id
    if not append_grants.given_by(d, holder_id):
        sections = {Section.PLAN, Section.SCORES, *story.practitioner_sections}
        append_grants.give(d, holder_id, username=username, sections=sections, days=APPEND_DAYS)
    given = append_grants.given_by(d, holder_id)
    return holder_id, next(one for one in given if one.row.practitioner_id == practitioner_id)


def _new_holder(d: Deployment, connection: Connection, story: Story) -> AccountRow:
    person = story.person
    holder_id = holders.create(d, connection, name=person.name, language=person.language)
    return _new_account(d, connection, person.username, holder_id=holder_id)


def _new_practitioner(d: Deployment, connection: Connection, story: Story) -> AccountRow:
    organisation_id = organisations.create_organisation(
        d, connection, name=story.organisation.name, public_name=story.organisation.public_name
    )
    practitioner_id = organisations.create_practitioner(
        d,
        connection,
        organisation_id=organisation_id,
        name=story.practitioner.name,
        role=story.practitioner.role,
        registration=story.practitioner.registration,
    )
    return _new_account(d, connection, _practitioner(d, story).username, practitioner_id=practitioner_id)


def _new_account(
    d: Deployment,
    connection: Connection,
    username: str,
    *,
    holder_id: str | None = None,
    practitioner_id: str | None = None,
) -> AccountRow:
    account_id = auth.create_account(
        d,
        connection,
        username=username,
        code=_sign_in_code(d, username),
        holder_id=holder_id,
        practitioner_id=practitioner_id,
    )
    account = accounts.get(connection, account_id)
    if account is None:
        raise AssertionError("an account that was just made is there")
    return account


def _tell(d: Deployment, holder_id: str, story: Story) -> None:
    _, held = records.read_all(d, holder_id)
    if not any(entry.row.author_kind is AuthorKind.HOLDER for entry in held):
        records.tell(d, holder_id, story.sections)


def _append(d: Deployment, holder_id: str, grant: AppendGrant, story: Story) -> None:
    """Add the appointments and sections that are not there yet, each accepted by the holder before the next."""
    _accept(d, holder_id, _waiting(d, holder_id))  # what an interrupted start left behind
    for appointment in story.appointments[_held(d, holder_id) :]:
        _accept(d, holder_id, plans.append_appointment(d, grant, appointment))
    for section, body in story.practitioner_sections.items():
        if not _has_signed(d, holder_id, section, body):
            _accept(d, holder_id, appending.append_section(d, grant, section, body))


def _held(d: Deployment, holder_id: str) -> int:
    """Return how many appointments the plan holds."""
    _, held = records.read_all(d, holder_id)
    found = [entry.body["appointments"] for entry in held if entry.row.section is Section.PLAN]
    return len(found[-1]) if found else 0


def _has_signed(d: Deployment, holder_id: str, section: Section, body: object) -> bool:
    wanted = dump_body(parse_body(section, body))
    _, held = records.read_all(d, holder_id)
    signed = [entry for entry in held if entry.row.author_kind is AuthorKind.PRACTITIONER]
    return any(entry.row.section is section and _body(entry) == wanted for entry in signed)


def _body(entry: HeldEntry) -> object:
    return dump_body(parse_body(entry.row.section, entry.body))


def _accept(d: Deployment, holder_id: str, appended: Sequence[str] | Refused) -> None:
    if isinstance(appended, Refused):
        raise StoryError(f"the practitioner could not write: {appended.sentence}")
    for entry_id in appended:
        acceptance.accept(d, holder_id, entry_id)


def _waiting(d: Deployment, holder_id: str) -> Sequence[str]:
    _, held = records.read_all(d, holder_id)
    return [entry.row.entry_id for entry in held if entry.row.state is EntryState.PENDING]


def _share(d: Deployment, holder_id: str, story: Story, wanted: StoryShare) -> DemoShare:
    """Return the latest share with this recipient; a new one when there is none, or it or its typed code has ended."""
    recipient = Recipient(wanted.recipient.kind, wanted.recipient.name)
    made = [held for held in sharing.shares_of(d, holder_id) if held.grant.recipient == recipient]
    if not made or _has_run_out(made[0], d.now()):
        request = _request(d, holder_id, story, wanted, recipient)
        made = [sharing.find(d, holder_id, sharing.share(d, holder_id, request))]
    return _shown(d, holder_id, made[0])


def _has_run_out(held: HeldShare, now: datetime) -> bool:
    code_ends_at = held.row.code_expires_at
    if held.state(now) is ShareState.STOPPED:  # the holder's word: it stays stopped
        return False
    return held.state(now) is ShareState.ENDED or (code_ends_at is not None and now >= code_ends_at)


def _request(
    d: Deployment, holder_id: str, story: Story, wanted: StoryShare, recipient: Recipient
) -> ShareRequest:
    preset = {offer.section for offer in offered(recipient.kind) if offer.chosen}
    return ShareRequest(
        recipient=recipient,
        purpose=wanted.purpose,
        days=wanted.days,
        sections=frozenset(preset | wanted.sections.keys()),
        left_out=dict(_left_out(d, holder_id, recipient.kind, wanted)),
        typed_code=True,
        language=story.person.language,
    )


def _left_out(
    d: Deployment, holder_id: str, kind: RecipientKind, wanted: StoryShare
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the disclosures that a narrowed section holds back, by entry. Who signed it and when is not narrowed."""
    for choice in sharing.choices(d, holder_id, kind):
        claims = wanted.sections.get(choice.offer.section)
        if claims is None:
            continue
        kept = {*claims, *AUTHOR_CLAIMS, TOLD_ON}
        for entry in choice.entries:
            yield entry.row.entry_id, tuple(c.path for c in entry.claims if c.name not in kept)


def _shown(d: Deployment, holder_id: str, held: HeldShare) -> DemoShare:
    secrets = sharing.secrets_of(d, holder_id, held.row.share_id)
    return DemoShare(
        recipient=held.grant.recipient,
        state=held.state(d.now()),
        ends_at=held.row.expires_at,
        link=sharing.share_link(d, held, secrets.secret),
        passcode=secrets.passcode,
        typed_code=show_share_code(secrets.typed_code) if secrets.typed_code else None,
        typed_code_ends_at=held.row.code_expires_at,
    )


def _holder(d: Deployment, story: Story) -> DemoAccount:
    username = story.person.username
    return DemoAccount(story.person.name, username, _sign_in_code(d, username))


def _practitioner(d: Deployment, story: Story) -> DemoAccount:
    name = story.practitioner.name
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    username = _NOT_IN_USERNAMES.sub("-", plain).strip("-")
    return DemoAccount(name, username, _sign_in_code(d, username))


def _sign_in_code(d: Deployment, username: str) -> str:
    """Return the account's code, the same at every start."""
    derived = hmac.digest(d.keystore.secret(SECRET), f"sign-in-code\n{username}".encode(), "sha256")
    return auth.sign_in_code(derived[: auth.CODE_BYTES])
