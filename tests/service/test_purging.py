"""What has had its time goes by itself, also while the service runs; what has not stays."""

import time
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import func, select

from passport import contacts, erasure
from passport.purging import FILES_KEPT, MESSAGES_KEPT, purge, purging
from passport.storage_errors import DatabaseUnavailableError
from passport.tables import (
    METADATA,
    RECIPIENTS,
    SHARE_FILES,
)
from schemas.vocabulary import Language
from tests.service.mailing import Pigeon, busy, enqueue, rows, sends
from tests.service.replying import confirms, opens
from tests.service.world import Person, Share, World

SHORT_LIVED = {"sessions", "tickets", "viewing_sessions", "code_budgets", "contacts"}


def counts(world: World) -> dict[str, int]:
    with world.d.database.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in METADATA.sorted_tables
        }


def used(world: World, sam: Person) -> Share:
    """Use a share in every way that leaves something short-lived."""
    share = sam.shares_with(typed_code=True, days=7)
    reader = opens(world, share)
    world.opens(share, embeddedLengthMax=0)
    world.types_code(share, passcode=share.wrong)
    contacts.give_address(world.d, sam.holder_id, "sam@mail.example", language=Language.ENGLISH)
    assert reader.posts("/r/email", address="pat@acme.example").status_code == 303
    return share


def test_what_is_short_lived_goes_when_it_has_ended_and_not_before(world: World, sam: Person) -> None:
    used(world, sam)
    before = counts(world)
    assert purge(world.d) == 0
    assert counts(world) == before
    world.clock.advance(hours=world.d.settings.session_hours)
    assert purge(world.d) > 0
    after = counts(world)
    assert {name for name, count in after.items() if count < before[name]} >= SHORT_LIVED
    assert not any(after[name] for name in SHORT_LIVED)
    with world.d.database.reading() as connection:
        assert connection.execute(select(RECIPIENTS.c.code_hash)).scalars().all() == [None]
    assert purge(world.d) == 0


def test_a_confirmed_address_stays_when_another_was_never_confirmed(sqlite_world: World, ada: Person) -> None:
    world = sqlite_world
    contacts.give_address(world.d, ada.holder_id, "ada@mail.example", language=Language.ENGLISH)
    world.clock.advance(minutes=1)
    pigeon = Pigeon()
    sends(world, pigeon)
    code = next(word for word in pigeon.sent[-1].text.replace(".", " ").split() if word.isdecimal())
    contacts.confirm(world.d, ada.holder_id, code)
    contacts.give_address(world.d, ada.holder_id, "other@mail.example", language=Language.ENGLISH)
    world.clock.advance(minutes=16)
    purge(world.d)
    found = contacts.contact_of(world.d, ada.holder_id)
    assert (found.address, found.pending) == ("ada@mail.example", None)


@pytest.mark.parametrize("stopped", [False, True])
def test_what_a_share_carried_goes_a_month_after_its_end(
    sqlite_world: World, ada: Person, stopped: bool
) -> None:
    share, other = ada.shares_with(days=7), ada.shares_with(days=300)
    if stopped:
        ada.stops(share)
    else:
        sqlite_world.clock.advance(days=8)
    sqlite_world.clock.advance(days=FILES_KEPT.days - 1)
    purge(sqlite_world.d)
    assert counts(sqlite_world)["share_files"] == 2
    sqlite_world.clock.advance(days=2)
    purge(sqlite_world.d)
    with sqlite_world.d.database.reading() as connection:
        assert connection.execute(select(SHARE_FILES.c.share_id)).scalars().all() == [other.share_id]
    token = sqlite_world.signs_in_again(ada)
    again = sqlite_world.client.post(
        f"/api/v1/shares/{share.share_id}/again", json={}, headers={"authorization": f"Bearer {token}"}
    )
    assert again.status_code == 201, again.text


def test_messages_that_have_ended_are_forgotten_after_a_while(sqlite_world: World, ada: Person) -> None:
    enqueue(sqlite_world, ada)
    sends(sqlite_world, Pigeon())
    enqueue(sqlite_world, ada, key="waiting")
    sqlite_world.clock.advance(days=MESSAGES_KEPT.days, seconds=1)
    purge(sqlite_world.d)
    (row,) = rows(sqlite_world, ada)
    assert row.next_attempt_at is not None


def test_a_last_word_waits_for_a_carrier_and_goes_a_day_after_it_was_sent(
    sqlite_world: World, ada: Person
) -> None:
    share = ada.shares_with(passcode=False)
    confirms(sqlite_world, opens(sqlite_world, share), ada.holder_id)
    erasure.erase(sqlite_world.d, ada.holder_id)
    sqlite_world.clock.advance(days=20)
    purge(sqlite_world.d)
    pigeon = Pigeon()
    assert sends(sqlite_world, pigeon) == 1
    assert "They have deleted their passport" in pigeon.sent[0].text
    purge(sqlite_world.d)
    assert counts(sqlite_world)["messages"] == 0


def test_a_last_word_that_nobody_can_carry_goes_after_a_month(sqlite_world: World, ada: Person) -> None:
    share = ada.shares_with(passcode=False)
    confirms(sqlite_world, opens(sqlite_world, share), ada.holder_id)
    erasure.erase(sqlite_world.d, ada.holder_id)
    sqlite_world.clock.advance(days=30)
    assert sends(sqlite_world, Pigeon(before=busy)) == 1
    purge(sqlite_world.d)
    assert counts(sqlite_world)["messages"] == 0


@pytest.mark.parametrize("wrong", [DatabaseUnavailableError("away"), OSError("/some/path")])
def test_the_service_purges_while_it_runs_and_goes_on_after_a_failure(
    sqlite_world: World, ada: Person, caplog: pytest.LogCaptureFixture, wrong: Exception
) -> None:
    sqlite_world.clock.advance(hours=sqlite_world.d.settings.session_hours)
    fails = [wrong]

    def now() -> datetime:
        if fails:
            raise fails.pop()
        return sqlite_world.clock()

    with purging(replace(sqlite_world.d, now=now), interval_seconds=0.01):
        for _ in range(500):
            if not counts(sqlite_world)["sessions"]:
                break
            time.sleep(0.01)
    assert counts(sqlite_world)["sessions"] == 0
    (line,) = caplog.messages
    assert line.startswith("what has ended is still kept: ")
    assert "/some/path" not in line
