"""People, issuers, entries and grants: what goes in comes out, to its owner only, in order and never edited."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from consent.grant import GrantKind
from issuers.trust import EarlierEntries
from passport.db import Database
from passport.store import (
    accounts,
    entries,
    grants,
    holders,
    issuers,
    organisations,
    practitioners,
    sessions,
)
from passport.tables import (
    AccountKind,
    AccountRow,
    EntryState,
    IssuerKeyRow,
    OrganisationRow,
    PractitionerRow,
    SessionRow,
)
from schemas.vocabulary import Language, Section
from tests.passport_floor.rows import (
    HOLDER,
    ISSUER,
    LATER,
    NOW,
    add_service,
    entry_row,
    grant_row,
    holder_row,
)

EVERY_STATE = frozenset(EntryState)


def add_practitioner(connection: Connection) -> None:
    organisation = OrganisationRow(
        organisation_id="o1",
        sealed_name=b"name",
        public_name="North Support Service",
        issuer_id=ISSUER,
    )
    organisations.create(connection, organisation)
    practitioner = PractitionerRow(practitioner_id="p1", organisation_id="o1", sealed_person=b"person")
    practitioners.create(connection, practitioner)


def test_a_holder_comes_back_as_they_went_in(database: Database) -> None:
    row = holder_row(sealed_name=b"name")
    with database.writing() as connection:
        holders.create(connection, row)
        assert holders.get(connection, HOLDER) == row
        assert holders.get(connection, "nobody") is None


def test_sealed_fields_change_one_by_one(database: Database) -> None:
    with database.writing() as connection:
        holders.create(connection, holder_row(sealed_name=b"name", sealed_passport_key=b"key"))
        assert holders.set_sealed(connection, HOLDER, sealed_name=b"new name")
        assert holders.set_language(connection, HOLDER, Language.ENGLISH)
        holder = holders.get(connection, HOLDER)
        assert holder is not None
        assert (holder.sealed_name, holder.sealed_passport_key) == (b"new name", b"key")
        assert holder.language is Language.ENGLISH
        assert not holders.set_sealed(connection, "nobody", sealed_name=b"x")
        with pytest.raises(ValueError, match="give sealed_name"):
            holders.set_sealed(connection, HOLDER)


def test_a_destroyed_data_key_takes_every_sealed_field_of_the_holder_with_it(database: Database) -> None:
    with database.writing() as connection:
        holders.create(connection, holder_row(sealed_name=b"name", sealed_passport_key=b"key"))
        assert holders.destroy_data_key(connection, HOLDER, now=LATER)
        assert not holders.destroy_data_key(connection, HOLDER, now=NOW)
        holder = holders.get(connection, HOLDER)
        assert holder is not None
        assert (holder.wrapped_data_key, holder.sealed_name, holder.sealed_passport_key) == (None, None, None)
        assert holder.erased_at == LATER
        assert not holders.set_wrapped_data_key(connection, HOLDER, b"from a backup", 2, was=1)


def test_a_key_wrapped_anew_meanwhile_is_not_overwritten(database: Database) -> None:
    with database.writing() as connection:
        holders.create(connection, holder_row(kek_version=2))
        assert not holders.set_wrapped_data_key(connection, HOLDER, b"late", 2, was=1)
        assert holders.set_wrapped_data_key(connection, HOLDER, b"in time", 3, was=2)
        assert [row.holder_id for row in holders.wrapped_before(connection, 4)] == [HOLDER]
        assert holders.wrapped_before(connection, 3) == []


def test_an_account_is_found_by_name_and_by_code(database: Database) -> None:
    account = AccountRow(
        account_id="a1",
        kind=AccountKind.HOLDER,
        holder_id=HOLDER,
        username_hash=b"sam",
        sign_in_code_hash=b"c" * 32,
    )
    with database.writing() as connection:
        holders.create(connection, holder_row())
        accounts.create(connection, account)
        assert accounts.get(connection, "a1") == account
        assert accounts.by_username_hash(connection, b"sam") == account
        assert accounts.by_username_hash(connection, b"Sam") is None
        assert accounts.by_sign_in_code_hash(connection, b"c" * 32) == account
        assert accounts.set_sign_in_code_hash(connection, "a1", None)
        assert accounts.by_sign_in_code_hash(connection, b"c" * 32) is None


@pytest.mark.parametrize(
    "owner",
    [
        {"kind": AccountKind.HOLDER},
        {"kind": AccountKind.HOLDER, "practitioner_id": "p1"},
        {"kind": AccountKind.PRACTITIONER, "holder_id": HOLDER},
        {"kind": AccountKind.HOLDER, "holder_id": HOLDER, "practitioner_id": "p1"},
        {"kind": AccountKind.HOLDER, "holder_id": "nobody"},
    ],
)
def test_an_account_belongs_to_exactly_one_known_owner(database: Database, owner: dict[str, str]) -> None:
    with database.writing() as connection:
        add_service(connection)
        add_practitioner(connection)
        holders.create(connection, holder_row())
    account = AccountRow.model_validate({"account_id": "a1", "username_hash": b"sam", **owner})
    with pytest.raises(IntegrityError), database.writing() as connection:
        accounts.create(connection, account)


def test_a_username_is_taken_once(database: Database) -> None:
    with database.writing() as connection:
        holders.create(connection, holder_row())
        account = AccountRow(account_id="a1", kind=AccountKind.HOLDER, holder_id=HOLDER, username_hash=b"sam")
        accounts.create(connection, account)
    with pytest.raises(IntegrityError), database.writing() as connection:
        accounts.create(connection, account.model_copy(update={"account_id": "a2"}))


def test_a_session_lasts_until_its_end_or_sign_out(database: Database) -> None:
    account = AccountRow(account_id="a1", kind=AccountKind.HOLDER, holder_id=HOLDER, username_hash=b"sam")
    with database.writing() as connection:
        holders.create(connection, holder_row())
        accounts.create(connection, account)
        for name in (b"1", b"2", b"3"):
            row = SessionRow(token_hash=name, account_id="a1", created_at=NOW, expires_at=LATER)
            sessions.create(connection, row)
        assert sessions.get(connection, b"1", now=NOW) is not None
        assert sessions.get(connection, b"1", now=LATER) is None
        assert sessions.delete_one(connection, b"1")
        assert not sessions.delete_one(connection, b"1")
        assert sessions.get(connection, b"1", now=NOW) is None
        assert sessions.delete_of(connection, "a1")
        assert sessions.get(connection, b"2", now=NOW) is None


def test_organisations_and_practitioners_come_back(database: Database) -> None:
    with database.writing() as connection:
        add_service(connection)
        add_practitioner(connection)
        organisation = organisations.get(connection, "o1")
        assert organisation is not None
        assert organisations.list_all(connection) == [organisation]
        practitioner = practitioners.get(connection, "p1")
        assert practitioner is not None
        assert practitioners.list_of(connection, "o1") == [practitioner]
        assert practitioners.list_of(connection, "o2") == []


def test_an_issuer_keeps_its_old_keys(database: Database) -> None:
    def key(kid: str, day: int) -> IssuerKeyRow:
        jwk = {"kty": "EC", "crv": "P-256", "x": kid, "y": kid}
        at = NOW + timedelta(days=day)
        return IssuerKeyRow(issuer_id=ISSUER, kid=kid, public_jwk=jwk, not_before=at)

    with database.writing() as connection:
        add_service(connection)
        issuers.add_key(connection, key("b", 0))
        issuers.add_key(connection, key("a", 1))
        assert issuers.end_key(connection, ISSUER, "b", not_after=LATER)
        assert not issuers.end_key(connection, ISSUER, "b", not_after=NOW)
        keys = issuers.list_keys(connection, ISSUER)
        assert [(key.kid, key.not_after) for key in keys] == [("b", LATER), ("a", None)]
        assert keys[1] == key("a", 1)
        assert issuers.list_keys(connection) == keys
        assert issuers.list_keys(connection, "i2") == []


def test_an_issuer_is_suspended_limited_and_reinstated_and_each_change_is_counted(database: Database) -> None:
    def standing(connection: Connection) -> tuple[object, ...]:
        (row,) = issuers.list_all(connection)
        return row.suspended_at, row.earlier_entries, row.sections, row.revision

    with database.writing() as connection:
        add_service(connection)
        sections = issuers.list_all(connection)[0].sections
        assert standing(connection) == (None, None, sections, 1)
        assert issuers.suspend(connection, ISSUER, at=NOW, earlier=EarlierEntries.STAND)
        assert standing(connection) == (NOW, EarlierEntries.STAND, sections, 2)
        assert issuers.suspend(connection, ISSUER, at=LATER, earlier=EarlierEntries.FALL)
        assert standing(connection) == (LATER, EarlierEntries.FALL, sections, 3)
        assert issuers.limit(connection, ISSUER, [Section.PLAN])
        assert issuers.reinstate(connection, ISSUER)
        assert standing(connection) == (None, None, [Section.PLAN], 5)
        assert not issuers.reinstate(connection, "i2")


def test_entries_are_numbered_per_holder_and_listed_in_order(database: Database) -> None:
    with database.writing() as connection:
        add_service(connection)
        for holder_id in ("h1", "h2"):
            holders.create(connection, holder_row(holder_id))
        for number, holder_id in enumerate(["h1", "h2", "h1", "h1", "h2"]):
            entries.append(connection, entry_row(connection, f"e{9 - number}", holder_id))
        mine = entries.list_of(connection, "h1")
        assert [(entry.sequence, entry.entry_id) for entry in mine] == [(1, "e9"), (2, "e7"), (3, "e6")]
        assert [entry.sequence for entry in entries.list_of(connection, "h2")] == [1, 2]
        assert entries.get(connection, "h2", "e9") is None
        assert entries.get(connection, "h1", "e9") == mine[0]


def test_forty_appends_at_once_leave_no_gap(database: Database) -> None:
    with database.writing() as connection:
        add_service(connection)
        holders.create(connection, holder_row())

    def append(number: int) -> int:
        with database.writing() as connection:
            return entries.append(connection, entry_row(connection, f"e{number}")).sequence

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(append, range(40))) == list(range(1, 41))


def test_a_failed_append_leaves_no_gap(database: Database) -> None:
    with database.writing() as connection:
        add_service(connection)
        holders.create(connection, holder_row())
        entries.append(connection, entry_row(connection, "e1"))
    with pytest.raises(IntegrityError), database.writing() as connection:
        entries.append(connection, entry_row(connection, "e1"))
    with database.writing() as connection:
        assert entries.append(connection, entry_row(connection, "e2")).sequence == 2
    with pytest.raises(LookupError), database.writing() as connection:
        entries.append(connection, entry_row(connection, "e3", "nobody"))


def test_an_entry_is_decided_once(database: Database) -> None:
    with database.writing() as connection:
        add_service(connection)
        holders.create(connection, holder_row())
        entries.append(connection, entry_row(connection, "e1", state=EntryState.PENDING))
        assert entries.list_of(connection, HOLDER) == []
        assert [entry.entry_id for entry in entries.list_of(connection, HOLDER, EVERY_STATE)] == ["e1"]
        assert not entries.supersede(connection, HOLDER, "e1")
        assert not entries.set_state(connection, "h2", "e1", EntryState.ACCEPTED)
        assert entries.set_state(connection, HOLDER, "e1", EntryState.ACCEPTED)
        assert not entries.set_state(connection, HOLDER, "e1", EntryState.DECLINED)
        assert entries.supersede(connection, HOLDER, "e1")
        assert entries.list_of(connection, HOLDER) == []


def test_an_entry_corrects_one_of_the_same_holder_only(database: Database) -> None:
    with database.writing() as connection:
        add_service(connection)
        for holder_id in ("h1", "h2"):
            holders.create(connection, holder_row(holder_id))
        entries.append(connection, entry_row(connection, "e1", "h1"))
        entries.append(connection, entry_row(connection, "e2", "h1", supersedes="e1"))
    with pytest.raises(IntegrityError), database.writing() as connection:
        entries.append(connection, entry_row(connection, "e3", "h2", supersedes="e1"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET sealed_credential = sealed_credential",
        "UPDATE entries SET sequence = sequence + 1",
        "UPDATE entries SET section = 'diary'",
        "UPDATE entries SET state = 'declined', issuer_id = 'i1'",
        "DELETE FROM entries",
    ],
)
def test_an_entry_is_never_edited_on_either_engine(database: Database, statement: str) -> None:
    with database.writing() as connection:
        add_service(connection)
        holders.create(connection, holder_row())
        entry = entries.append(connection, entry_row(connection, "e1"))
    with pytest.raises(DBAPIError, match="entries_no_"), database.write_engine.begin() as connection:
        connection.execute(text(statement))
    with database.reading() as connection:
        assert entries.get(connection, HOLDER, "e1") == entry


def test_grants_are_listed_newest_first_and_withdrawn_once(database: Database) -> None:
    later = NOW + timedelta(days=1)
    with database.writing() as connection:
        add_service(connection)
        add_practitioner(connection)
        holders.create(connection, holder_row())
        grants.create(connection, grant_row("g1"))
        append = grant_row("g2", kind=GrantKind.APPEND, practitioner_id="p1", starts_at=later)
        grants.create(connection, append)
        assert [grant.grant_id for grant in grants.list_of(connection, HOLDER)] == ["g2", "g1"]
        assert grants.list_of(connection, HOLDER, GrantKind.APPEND) == [append]
        assert grants.get(connection, "h2", "g1") is None
        assert grants.to_practitioner(connection, "p1", now=NOW) == []
        assert grants.to_practitioner(connection, "p1", now=later) == [append]
        assert grants.to_practitioner(connection, "p2", now=later) == []
        assert grants.revoke(connection, HOLDER, "g2", now=later)
        assert not grants.revoke(connection, HOLDER, "g2", now=LATER)
        assert grants.to_practitioner(connection, "p1", now=later) == []
