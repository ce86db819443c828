"""Shares: budgets are exact, also when many come at once; every way to find one ends when it should."""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from passport.db import Database
from passport.store import code_budget, expired, locators, share_files, shares, tickets, viewing_sessions
from passport.tables import LocatorKind, LocatorRow, ShareRow, TicketRow, ViewingSessionRow
from tests.passport_floor.rows import HOLDER, LATER, NOW, SHARE, add_share, share_row

AT_ONCE = 40
Spend = Callable[[Connection], int | None]


def reserve(connection: Connection) -> int | None:
    return shares.reserve_attempt(connection, HOLDER, SHARE, now=NOW)


def view(connection: Connection) -> int | None:
    return shares.count_view(connection, HOLDER, SHARE, now=NOW)


def stored(database: Database) -> ShareRow:
    with database.reading() as connection:
        share = shares.get(connection, HOLDER, SHARE)
    assert share is not None
    return share


def test_a_share_comes_back_as_it_went_in(database: Database) -> None:
    with database.writing() as connection:
        add_share(connection)
        second = share_row(connection, "s2", created_at=NOW + timedelta(hours=1), max_views=1)
        shares.create(connection, second)
        assert shares.list_of(connection, HOLDER) == [second, shares.get(connection, HOLDER, SHARE)]
        assert shares.get(connection, "somebody-else", SHARE) is None
        assert shares.list_of(connection, "somebody-else") == []


def test_attempts_run_out_and_come_back(database: Database) -> None:
    with database.writing() as connection:
        add_share(connection, attempts_left=2)
        assert [reserve(connection) for _ in range(4)] == [1, 0, None, None]
        shares.settle_attempt(connection, HOLDER, SHARE, right=True, attempts=2)
        assert reserve(connection) == 0
        shares.settle_attempt(connection, HOLDER, SHARE, right=False, attempts=2)
        assert reserve(connection) is None
        assert shares.rearm(connection, HOLDER, SHARE, attempts=5, now=NOW)
        shares.settle_attempt(connection, HOLDER, SHARE, right=True, attempts=5)
        assert reserve(connection) == 4


def test_a_check_is_known_until_it_ends_or_its_process_must_have_died(database: Database) -> None:
    with database.writing() as connection:
        add_share(connection, attempts_left=3)
        reserve(connection)
        reserve(connection)
    assert (stored(database).checks, stored(database).is_checked(NOW)) == (2, True)
    assert not stored(database).is_checked(NOW + shares.CHECK_LASTS)
    with database.writing() as connection:
        for right in (True, False, False):
            shares.settle_attempt(connection, HOLDER, SHARE, right=right, attempts=3)
    assert (stored(database).checks, stored(database).attempts_left) == (0, 2)
    with database.writing() as connection:
        reserve(connection)  # its process dies
        shares.reserve_attempt(connection, HOLDER, SHARE, now=NOW + shares.CHECK_LASTS)
    assert stored(database).checks == 1


def test_what_is_given_back_never_makes_more_than_the_budget_in_any_order(database: Database) -> None:
    with database.writing() as connection:
        add_share(connection, attempts_left=3)
    for order in set(itertools.permutations(("reserve", "reserve", "return", "return", "rearm"))):
        with database.writing() as connection:
            for step in order:
                if step == "reserve":
                    reserve(connection)
                elif step == "return":
                    shares.settle_attempt(connection, HOLDER, SHARE, right=True, attempts=3)
                else:
                    shares.rearm(connection, HOLDER, SHARE, attempts=3, now=NOW)
                share = shares.get(connection, HOLDER, SHARE)
                assert share is not None
                assert 0 <= share.attempts_left <= 3


def test_views_run_out(database: Database) -> None:
    with database.writing() as connection:
        add_share(connection, max_views=2)
        assert [view(connection) for _ in range(4)] == [1, 2, None, None]


def test_views_without_a_limit_are_counted_all_the_same(database: Database) -> None:
    with database.writing() as connection:
        add_share(connection, max_views=None)
        assert [view(connection) for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize("spend", [reserve, view])
@pytest.mark.parametrize(
    "ended", [{"expires_at": NOW}, {"revoked_at": NOW - timedelta(days=1)}], ids=["expired", "revoked"]
)
def test_an_ended_share_spends_nothing(database: Database, spend: Spend, ended: dict[str, object]) -> None:
    with database.writing() as connection:
        add_share(connection, **ended)
        before = shares.get(connection, HOLDER, SHARE)
        assert spend(connection) is None
        assert not shares.rearm(connection, HOLDER, SHARE, attempts=9, now=NOW)
        code: dict[str, Any] = {"sealed_secrets": b"new", "code_expires_at": LATER, "now": NOW}
        assert not shares.set_code(connection, HOLDER, SHARE, **code)
        assert shares.get(connection, HOLDER, SHARE) == before


@pytest.mark.parametrize("spend", [reserve, view])
def test_nobody_spends_the_budget_of_another_holders_share(database: Database, spend: Spend) -> None:
    with database.writing() as connection:
        add_share(connection)
        assert shares.reserve_attempt(connection, "somebody-else", SHARE, now=NOW) is None
        assert shares.count_view(connection, "somebody-else", SHARE, now=NOW) is None
        assert not shares.revoke(connection, "somebody-else", SHARE, now=NOW)
    assert (stored(database).views, stored(database).attempts_left) == (0, 3)


@pytest.mark.parametrize(("spend", "limit"), [(reserve, "attempts_left"), (view, "max_views")])
def test_forty_at_once_spend_exactly_the_budget(database: Database, spend: Spend, limit: str) -> None:
    with database.writing() as connection:
        add_share(connection, **{limit: 7})

    def once(_: int) -> int | None:
        with database.writing() as connection:
            return spend(connection)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(once, range(AT_ONCE)))
    spent = sorted(answer for answer in answers if answer is not None)
    assert spent == (list(range(7)) if spend is reserve else list(range(1, 8)))


@pytest.mark.parametrize(("spend", "limit"), [(reserve, "attempts_left"), (view, "max_views")])
def test_forty_queued_at_the_writer_spend_exactly_the_budget(
    database: Database, spend: Spend, limit: str
) -> None:
    with database.writing() as connection:
        add_share(connection, **{limit: 7})
    answers = [future.result() for future in [database.writer.submit(spend) for _ in range(AT_ONCE)]]
    assert sum(answer is not None for answer in answers) == 7


@pytest.mark.parametrize("overdraft", [{"attempts_left": -1}, {"max_views": 1, "views": 2}])
def test_the_database_itself_refuses_an_overdraft(database: Database, overdraft: dict[str, int]) -> None:
    with pytest.raises(IntegrityError), database.writing() as connection:
        add_share(connection, **overdraft)


def test_a_share_is_stopped_once(database: Database) -> None:
    with database.writing() as connection:
        add_share(connection)
        assert shares.revoke(connection, HOLDER, SHARE, now=NOW)
        assert not shares.revoke(connection, HOLDER, SHARE, now=LATER)
    assert stored(database).revoked_at == NOW


def test_a_share_carries_what_it_was_last_given_in_the_wording_it_says(database: Database) -> None:
    with database.writing() as connection:
        add_share(connection)
        (old,) = share_files.worded_otherwise(connection, 2)
        assert (old.share_id, old.rendering) == (SHARE, 1)
        assert share_files.replace(connection, HOLDER, SHARE, sealed_bundle=b"newer", rendering=2)
        assert not share_files.replace(connection, "nobody", SHARE, sealed_bundle=b"x", rendering=2)
        assert not share_files.worded_otherwise(connection, 2)
        file = share_files.get(connection, HOLDER, SHARE)
    assert file is not None
    assert file.sealed_bundle == b"newer"


def test_a_typed_code_is_switched_on_and_off(database: Database) -> None:
    with database.writing() as connection:
        add_share(connection)
        for end in (LATER, None):
            shares.set_code(connection, HOLDER, SHARE, sealed_secrets=b"new", code_expires_at=end, now=NOW)
            share = shares.get(connection, HOLDER, SHARE)
            assert share is not None
            assert (share.code_expires_at, share.sealed_secrets) == (end, b"new")


def test_a_share_is_marked_exposed_once(database: Database) -> None:
    with database.writing() as connection:
        add_share(connection)
        assert shares.mark_exposed(connection, HOLDER, SHARE, now=NOW)
        assert not shares.mark_exposed(connection, HOLDER, SHARE, now=LATER)
    assert stored(database).exposed_at == NOW


def test_a_locator_is_found_by_its_own_kind_only(database: Database) -> None:
    link = LocatorRow(locator_hash=b"1" * 32, kind=LocatorKind.LINK, holder_id=HOLDER, share_id=SHARE)
    code = LocatorRow(locator_hash=b"2" * 32, kind=LocatorKind.CODE, holder_id=HOLDER, share_id=SHARE)
    with database.writing() as connection:
        add_share(connection)
        locators.add(connection, link)
        locators.add(connection, code)
        assert locators.find(connection, b"1" * 32, LocatorKind.LINK) == link
        assert locators.find(connection, b"1" * 32, LocatorKind.CODE) is None
        assert locators.delete_of(connection, HOLDER, SHARE, kind=LocatorKind.CODE) == 1
        assert locators.find(connection, b"2" * 32, LocatorKind.CODE) is None
        assert locators.delete_of(connection, "somebody-else") == 0
        assert locators.delete_of(connection, HOLDER) == 1


def test_a_locator_leads_to_a_share_that_is_there(database: Database) -> None:
    lost = LocatorRow(locator_hash=b"1" * 32, kind=LocatorKind.LINK, holder_id=HOLDER, share_id="lost")
    with database.writing() as connection:
        add_share(connection)
    with pytest.raises(IntegrityError), database.writing() as connection:
        locators.add(connection, lost)


def test_a_ticket_is_good_once_even_for_forty_at_once(database: Database) -> None:
    ticket = TicketRow(ticket_hash=b"t" * 32, holder_id=HOLDER, share_id=SHARE, expires_at=LATER)
    with database.writing() as connection:
        add_share(connection)
        tickets.add(connection, ticket)

    def once(_: int) -> TicketRow | None:
        with database.writing() as connection:
            return tickets.consume(connection, b"t" * 32, now=NOW)

    with ThreadPoolExecutor(8) as pool:
        used = [answer for answer in pool.map(once, range(AT_ONCE)) if answer is not None]
    assert used == [ticket.model_copy(update={"used_at": NOW})]


def test_a_ticket_that_is_too_old_or_unknown_is_refused(database: Database) -> None:
    with database.writing() as connection:
        add_share(connection)
        row = TicketRow(ticket_hash=b"t" * 32, holder_id=HOLDER, share_id=SHARE, expires_at=NOW)
        tickets.add(connection, row)
        assert tickets.consume(connection, b"t" * 32, now=NOW) is None
        assert tickets.consume(connection, b"u" * 32, now=NOW) is None


def test_a_viewing_session_lasts_until_its_end(database: Database) -> None:
    end = NOW + timedelta(minutes=15)
    row = ViewingSessionRow(
        token_hash=b"v" * 32, holder_id=HOLDER, share_id=SHARE, sealed_viewer=b"sealed", expires_at=end
    )
    with database.writing() as connection:
        add_share(connection)
        viewing_sessions.add(connection, row)
        assert viewing_sessions.find(connection, b"v" * 32, now=NOW) == row
        assert viewing_sessions.find(connection, b"v" * 32, now=end) is None
        assert viewing_sessions.delete_of(connection, HOLDER, SHARE) == 1
        assert viewing_sessions.find(connection, b"v" * 32, now=NOW) is None


def test_the_budget_of_misses_is_exact_for_forty_at_once(database: Database) -> None:
    def once(_: int) -> bool:
        with database.writing() as connection:
            return code_budget.reserve_miss(connection, "2026-11-21T09", limit=7)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(once, range(AT_ONCE))) == 7
    with database.writing() as connection:
        assert code_budget.reserve_miss(connection, "2026-11-21T10", limit=7)
        assert code_budget.return_miss(connection, "2026-11-21T09")
        assert code_budget.reserve_miss(connection, "2026-11-21T09", limit=7)
        assert not code_budget.reserve_miss(connection, "2026-11-21T09", limit=7)
        assert not code_budget.reserve_miss(connection, "2026-11-21T11", limit=0)
        assert not code_budget.return_miss(connection, "2026-11-21T12")


def test_only_what_has_had_its_time_is_deleted(database: Database) -> None:
    rows = {b"old": NOW, b"new": LATER}
    with database.writing() as connection:
        add_share(connection)
        for name, end in rows.items():
            at: dict[str, Any] = {"holder_id": HOLDER, "share_id": SHARE, "expires_at": end}
            tickets.add(connection, TicketRow(ticket_hash=name, **at))
            viewing_sessions.add(
                connection, ViewingSessionRow(token_hash=name, sealed_viewer=b"sealed", **at)
            )
        for hour in ("2026-11-20T09", "2026-11-21T09"):
            code_budget.reserve_miss(connection, hour, limit=1)
        assert expired.delete_expired(connection, now=NOW, budgets_before="2026-11-21") == 3
        assert tickets.consume(connection, b"new", now=NOW) is not None
        assert viewing_sessions.find(connection, b"new", now=NOW) is not None
        assert not code_budget.reserve_miss(connection, "2026-11-21T09", limit=1)
