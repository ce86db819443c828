"""A stolen database without its keys tells nobody's name, condition or words, nor who treats whom. On both engines."""

import re
from collections.abc import Iterator
from contextlib import closing
from enum import StrEnum
from typing import Any

import pytest
from sqlalchemy import BigInteger, Boolean, Column, Connection, Integer, inspect, text

from consent.grant import GrantKind
from passport import auth, demo, issuing, organisations, records
from passport.append_grants import given_by
from passport.deployment import Deployment, open_deployment
from passport.settings import Settings
from passport.storage_errors import SealError
from passport.stories import Story, read_stories
from passport.tables import kinds
from passport.tables.columns import METADATA, UtcDateTime
from schemas import vocabulary
from tests.service.world import CHEAP

STORIES = read_stories()
NEUTRAL = {("organisations", "public_name"), ("issuers", "name")}  # everybody may read these
SHORT = 6  # letters: shorter words turn up in random bytes, so that only a whole value counts
DATE = re.compile(r"\d{4}(-\d\d)*")  # rows say when they were made, which can be any day of a story
# What an attacker does see, and SECURITY.md says so: kinds, states and purposes, which are words of closed lists.
CLOSED_LISTS: tuple[object, ...] = (*vars(vocabulary).values(), *vars(kinds).values(), GrantKind)
VISIBLE = {
    str(member)
    for kind in CLOSED_LISTS
    if isinstance(kind, type) and issubclass(kind, StrEnum)
    for member in kind.__members__.values()
}

# Every column that is neither sealed nor a hash, an id, a count or a moment. The first three lines tell of
# no person; what the others do is listed in SECURITY.md.
CLEAR = {
    *("anchors.kid", "anchors.public_jwk", "issuer_keys.kid", "issuer_keys.public_jwk", "grants.nonce"),
    *("code_budgets.bucket", "issuers.earlier_entries", "issuers.kind", "issuers.name", "issuers.sections"),
    *("locators.kind", "log_checkpoints.note", "organisations.public_name", "status_indices.kind"),
    *("access_events.kind", "accounts.kind", "contacts.wanted", "holders.language"),
    *("entries.author_kind", "entries.section", "entries.state", "entries.supersedes", "messages.kind"),
    *("grants.kind", "grants.looked", "grants.purpose", "grants.recipient_kind", "receipts.state"),
    "recipients.assurance",
    *("reply_requests.answer", "reply_requests.kind", "reply_requests.state"),
    *("shares.kept", "shares.kept_until", "shares.passcode_phc"),
}


@pytest.fixture(scope="module")
def told() -> frozenset[str]:
    """Everything that the stories say, in small letters, and every longer word of what names somebody."""
    found = {said.lower() for story in STORIES for said in _leaves(story.model_dump(mode="json"))}
    for story in STORIES:
        found |= {name.lower() for name in _names(story)}
        found |= {word for name in _names(story) for word in re.findall(r"[^\W\d]{3,}", name.lower())}
    public = {story.organisation.public_name.lower() for story in STORIES}
    return frozenset(said for said in found if not DATE.fullmatch(said)) - VISIBLE - public


@pytest.fixture(scope="module")
def d(module_settings: Settings) -> Iterator[Deployment]:
    """A deployment in which the three stories are told, signed and shared; the tests run on both engines."""
    with closing(open_deployment(module_settings, passcode_cost=CHEAP)) as opened:
        issuing.prepare(opened)
        demo.seed(opened, STORIES)
        yield opened


def _leaves(value: Any) -> Iterator[str]:
    """Yield every text that a document says; its field names, and the kinds of its rows, are ours."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from () if name == "kind" else _leaves(part)
    elif isinstance(value, list):
        for part in value:
            yield from _leaves(part)
    elif isinstance(value, str):
        yield value


def _names(story: Story) -> Iterator[str]:
    yield from (story.person.name, story.person.username, story.organisation.name)
    yield from (story.practitioner.name, story.practitioner.role, story.practitioner.registration)
    yield story.practitioner.name.replace(" ", "-")  # their username
    for condition in story.sections.get(vocabulary.Section.CONDITIONS, {}).get("conditions", ()):
        yield condition["name"]


def _stored(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield every value of every table, with the column it stands in, as text in small letters."""
    for table in inspect(connection).get_table_names():
        for row in connection.execute(text(f"SELECT * FROM {table}")).mappings():
            for column, value in row.items():
                if value is not None and (table, column) not in NEUTRAL:
                    raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    yield f"{table}.{column}", _plain(raw)


def _plain(value: bytes) -> str:
    return value.decode("utf-8", "replace").lower()


def _says(plain: str, said: str) -> bool:
    return said in plain if len(said) >= SHORT else said == plain


def test_no_column_says_anything_that_the_stories_say(d: Deployment, told: frozenset[str]) -> None:
    with d.database.reading() as connection:
        stored = set(_stored(connection))
    assert len({place for place, _value in stored}) > 80  # every table is filled
    assert {(place, said) for place, value in stored for said in told if _says(value, said)} == set()


def test_the_search_sees_what_it_is_about(told: frozenset[str]) -> None:
    assert {"amara", "okafor", "deaf since birth", "stroke", "speech", "anxiety", "bethan-cole"} <= told
    assert "avon stroke and vocational rehabilitation service" in told
    assert _says(_plain(b"HCPC SL00003 (fictional)"), "hcpc sl00003")
    assert _says(_plain(b"Amara"), "amara")
    assert len(told) > 300
    assert not told & {"conditions", "alder house", "telephone", "2026-11-03"}


def test_no_other_column_can_hold_a_word_or_a_day_in_clear() -> None:
    columns = [column for table in METADATA.tables.values() for column in table.columns]
    assert {str(column) for column in columns if not _tells_nothing(column)} == CLEAR


def _tells_nothing(column: Column[Any]) -> bool:
    """Return whether a column is sealed, or holds a hash, an id, a count or a moment."""
    if isinstance(column.type, Integer | BigInteger | Boolean | UtcDateTime):
        return True
    is_sealed = column.name.startswith(("sealed_", "wrapped_"))
    is_hash = column.name.endswith("_hash") or column.name in {"hash", "commitment", "about"}
    return is_sealed or is_hash or column.name.endswith("_id")


def test_no_entry_names_its_practitioner_in_clear(d: Deployment) -> None:
    with d.database.reading() as connection:
        columns = {column["name"] for column in inspect(connection).get_columns("entries")}
    assert not {name for name in columns if "practitioner" in name or "author_name" in name}


def test_what_is_sealed_of_organisations_is_of_one_length(d: Deployment) -> None:
    query = (
        "SELECT length(sealed_name) FROM organisations UNION SELECT length(sealed_person) FROM practitioners"
    )
    with d.database.reading() as connection:
        assert len(connection.execute(text(query)).all()) == 1


def test_a_name_moved_to_another_organisation_does_not_open(d: Deployment) -> None:
    with d.database.write_engine.connect() as connection:  # which is rolled back in the end
        (first, sealed), (second, _other), *_rest = connection.execute(
            text("SELECT organisation_id, sealed_name FROM organisations")
        ).all()
        moved = {"sealed": sealed, "id": second}
        connection.execute(
            text("UPDATE organisations SET sealed_name = :sealed WHERE organisation_id = :id"), moved
        )
        signs = {
            organisation: connection.execute(
                text("SELECT practitioner_id FROM practitioners WHERE organisation_id = :id"),
                {"id": organisation},
            ).scalar_one()
            for organisation in (first, second)
        }
        assert organisations.writer_of(d, connection, signs[first]).organisation.name
        with pytest.raises(SealError):
            organisations.writer_of(d, connection, signs[second])


def test_whoever_holds_the_keys_reads_everything_as_it_was_told(d: Deployment) -> None:
    for story in STORIES:
        with d.database.reading() as connection:
            account = auth.account_of(d, connection, f" {story.person.username.upper()} ")
        assert account is not None
        (given,) = given_by(d, account.holder_id or "")
        who, where = given.writer.practitioner, given.writer.organisation
        assert (who.name, who.role, who.registration) == (
            story.practitioner.name,
            story.practitioner.role,
            story.practitioner.registration,
        )
        assert (where.name, where.public_name) == (story.organisation.name, story.organisation.public_name)
        _holder, held = records.read_all(d, account.holder_id or "")
        signed = [entry.provenance for entry in held if entry.row.author_kind == "practitioner"]
        assert {said.author_name for said in signed} == {story.practitioner.name}
