"""No index is used twice, and a full list closes nothing: the next one opens."""

from consent.offline import read_status_file, read_trust_file
from consent.verification import Outcome
from passport import issuing, statuses
from passport.store import status
from passport.tables import StatusKind, StatusListRow
from tests.service.world import Person, World


def given_the_newest_list_is_full(world: World) -> None:
    """Open a list of eight and hand out every index of it."""
    with world.d.database.writing() as connection:
        status.create_list(connection, StatusListRow(list_id="2", size=8))
        indices = iter(range(8))
        for _ in range(8):
            status.allocate_index(connection, "2", StatusKind.ENTRY, randbelow=lambda _size: next(indices))


def test_a_full_list_is_followed_by_the_next(world: World, sam: Person) -> None:
    before = sam.shares_with("employer", passcode=False)
    given_the_newest_list_is_full(world)
    share = sam.shares_with("gp", passcode=False)
    with world.d.database.reading() as connection:
        assert status.list_ids(connection) == ["1", "2", "3"]
    saved = world.reads(share)
    assert world.verifies(saved).outcome is Outcome.VALID
    assert world.verifies(world.reads(before)).outcome is Outcome.VALID

    sam.stops(share)
    refused = world.verifies(saved).failed
    assert refused is not None
    assert refused.code == "share_withdrawn"
    assert world.client.get("/status/3").status_code == 200


def test_every_list_is_on_the_trust_list_and_in_the_file_for_offline_use(world: World) -> None:
    with world.d.database.writing() as connection:
        issuing.open_list(connection, 2)
    now = world.clock()
    trust = read_trust_file(world.client.get("/trust/bundle").content, now=now).trust
    lists = read_status_file(world.client.get("/trust/statuses").content, trust=trust, now=now)
    assert set(lists) == {issuing.status_list_uri(world.d, number) for number in ("1", "2")}


def test_lists_are_ordered_by_number(world: World) -> None:
    with world.d.database.writing() as connection:
        for number in range(2, 12):
            issuing.open_list(connection, number)
        assert status.list_ids(connection)[-1] == "11"
        assert statuses.allocate(world.d, connection, StatusKind.SHARE).list_id == "11"
