"""Status lists as they are served: no index twice, the next list when one is full, and every change at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, cast

import pytest

from consent.offline import read_status_file, read_status_token, read_trust_file
from consent.verification import Outcome
from issuers.keys import SoftwareSigner
from issuers.status_aggregation import decode_aggregation
from issuers.status_list import StatusSnapshot
from passport import issuing, statuses
from passport.deployment import Deployment
from passport.keystore import KeyStore
from passport.statuses import PublishedList, StatusBoard
from passport.store import status
from passport.store.status import INVALID, SUSPENDED, VALID
from passport.tables import StatusKind, StatusListRow
from tests.service.world import STORY, Person, World


def given_the_newest_list_is_full(world: World) -> None:
    """Open a list of eight and hand out every index of it."""
    with world.d.database.writing() as connection:
        status.create_list(connection, StatusListRow(list_id="2", size=8))
        indices = iter(range(8))
        for _ in range(8):
            status.allocate_index(connection, "2", StatusKind.ENTRY, randbelow=lambda _size: next(indices))


def given_a_holder(world: World) -> Person:
    person = world.holder()
    person.tells(STORY)
    return person


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


def lists(world: World, path: str = "/status/1", **headers: str) -> Any:
    return world.client.get(path, headers={"accept-encoding": "identity", **headers})


def test_status_list_is_long_and_has_room_for_suspension_and_decoys(sqlite_world: World) -> None:
    found = snapshot(sqlite_world)
    assert (len(found.list), found.list.bits) == (2**20, 2)
    assert sum(map(bool, found.list.packed)) > 200
    assert found.ttl == statuses.TTL
    assert found.expires_at == found.issued_at + issuing.STATUS_LIST_VALID_FOR


def snapshot(world: World) -> StatusSnapshot:
    """Read the first list as a verifier does."""
    now = world.clock()
    trust = read_trust_file(world.client.get("/trust/bundle").content, now=now).trust
    return read_status_token(lists(world).text, trust=trust, now=now)


def test_status_list_section_8_2_is_served_to_anybody_packed_or_not(sqlite_world: World) -> None:
    plain = lists(sqlite_world, origin="https://verifier.example")
    assert plain.headers["content-type"] == "application/statuslist+jwt"
    assert plain.headers["access-control-allow-origin"] == "*"
    assert plain.headers["cache-control"] == f"public, max-age={statuses.TTL.seconds}"
    assert plain.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in plain.headers
    packed = lists(sqlite_world, **{"accept-encoding": "br, gzip;q=0.5"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "gzip; q=0.000", "deflate, gzip;q=0.0"])
def test_status_list_is_not_packed_for_whoever_cannot_open_it(sqlite_world: World, accepted: str) -> None:
    assert "content-encoding" not in lists(sqlite_world, **{"accept-encoding": accepted}).headers


@pytest.mark.parametrize("accepted", ["identity", "gzip"])
def test_status_list_that_did_not_change_is_not_sent_again(sqlite_world: World, accepted: str) -> None:
    world, sam = sqlite_world, given_a_holder(sqlite_world)
    share = sam.shares_with(passcode=False)
    first = lists(world, **{"accept-encoding": accepted})
    again = {"accept-encoding": accepted, "if-none-match": f'"other", {first.headers["etag"]}'}
    kept = lists(world, **again)
    assert (kept.status_code, kept.content, kept.headers["etag"]) == (304, b"", first.headers["etag"])
    assert kept.headers["cache-control"] == first.headers["cache-control"]
    sam.stops(share)
    changed = lists(world, **again)
    assert (changed.status_code, changed.headers["etag"] == first.headers["etag"]) == (200, False)


def test_status_list_each_encoding_has_a_tag_of_its_own(sqlite_world: World) -> None:
    tags = {lists(sqlite_world, **{"accept-encoding": one}).headers["etag"] for one in ("identity", "gzip")}
    assert len(tags) == 2


@pytest.mark.parametrize("path", ["/status/1", "/status/aggregation"])
def test_status_list_addresses_answer_head_and_preflight(sqlite_world: World, path: str) -> None:
    client = sqlite_world.client
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.headers["content-type"]) == (200, get.headers["content-type"])
    asked = {"origin": "https://verifier.example", "access-control-request-method": "GET"}
    preflight = client.options(path, headers=asked)
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (204, "*")


def test_status_list_section_8_4_how_it_was_is_not_told(sqlite_world: World) -> None:
    assert lists(sqlite_world, "/status/1?time=1686925000").status_code == 501


@pytest.mark.parametrize("path", ["/status/2", "/status/x", "/status/01"])
def test_status_list_that_is_not_there_is_not_found(sqlite_world: World, path: str) -> None:
    assert lists(sqlite_world, path).status_code == 404


def test_status_list_section_9_every_list_names_the_aggregation_and_it_names_every_list(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    with world.d.database.writing() as connection:
        issuing.open_list(connection, 2)
    assert snapshot(world).aggregation_uri == issuing.status_aggregation_uri(world.d)
    reply = lists(world, "/status/aggregation", origin="https://verifier.example")
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["access-control-allow-origin"] == "*"
    expected = tuple(issuing.status_list_uri(world.d, number) for number in ("1", "2"))
    assert decode_aggregation(reply.content) == expected


def test_status_list_stays_the_same_token_until_something_changes_or_it_ages(sqlite_world: World) -> None:
    world, sam = sqlite_world, given_a_holder(sqlite_world)
    share = sam.shares_with(passcode=False)
    token = lists(world).text
    assert lists(world).text == token
    sam.stops(share)
    changed = lists(world).text
    assert changed != token
    world.clock.advance(seconds=statuses.RESIGN_AFTER.seconds)
    assert lists(world).text not in (token, changed)


def published(d: Deployment, board: StatusBoard, list_id: str = "1") -> PublishedList:
    with d.database.reading() as connection:
        found = board.current(connection, list_id)
    assert found is not None
    return found


def test_status_list_of_another_process_shows_what_changed_at_once(world: World) -> None:
    here, there = StatusBoard(world.d), StatusBoard(world.d)
    with world.d.database.writing() as connection:
        place = statuses.allocate(world.d, connection, StatusKind.ENTRY)
    index = place.ref.index
    assert published(world.d, here).snapshot.list.get(index) == VALID
    for value in (SUSPENDED, VALID, INVALID):
        with world.d.database.writing() as connection:
            assert statuses.change(connection, place.list_id, index, value)
        assert published(world.d, there).snapshot.list.get(index) == value
        assert published(world.d, here).snapshot.list == published(world.d, there).snapshot.list
    assert published(world.d, StatusBoard(world.d)).snapshot.list == published(world.d, here).snapshot.list


def test_status_list_is_right_after_a_crash_between_commit_and_signing(sqlite_world: World) -> None:
    world = sqlite_world
    with world.d.database.writing() as connection:
        place = statuses.allocate(world.d, connection, StatusKind.SHARE)
    keys = FailingOnce(world.d.keystore)
    board = StatusBoard(replace(world.d, keystore=cast(KeyStore, keys)))
    before = published(world.d, board)
    with world.d.database.writing() as connection:
        statuses.change(connection, place.list_id, place.ref.index, INVALID)
    keys.fails = True
    with pytest.raises(RuntimeError, match="power"):
        published(world.d, board)
    after = published(world.d, board)
    assert after.version > before.version
    assert after.snapshot.list.get(place.ref.index) == INVALID
    assert published(world.d, StatusBoard(world.d)).snapshot.list == after.snapshot.list


class FailingOnce:
    """A key store whose machine loses power when it is told to."""

    def __init__(self, keys: KeyStore) -> None:
        self.keys = keys
        self.fails = False

    def signer(self, issuer_id: str, kid: str) -> SoftwareSigner:
        if self.fails:
            self.fails = False
            raise RuntimeError("power lost")
        return self.keys.signer(issuer_id, kid)


def test_status_list_older_than_what_is_in_memory_is_read_anew(sqlite_world: World) -> None:
    """A restored backup: what it does not know of is not published either, once the last signature has aged."""
    world = sqlite_world
    board = StatusBoard(world.d)
    with world.d.database.writing() as connection:
        place = statuses.allocate(world.d, connection, StatusKind.ENTRY)
        statuses.change(connection, place.list_id, place.ref.index, INVALID)
    assert published(world.d, board).snapshot.list.get(place.ref.index) == INVALID
    world.alter("UPDATE status_lists SET version = 1")
    world.alter(
        "UPDATE status_indices SET status = 0, changed_version = 0 WHERE idx = :index", index=place.ref.index
    )
    world.clock.advance(seconds=statuses.RESIGN_AFTER.seconds)
    assert published(world.d, board).snapshot.list.get(place.ref.index) == VALID


def test_status_list_forty_threads_allocate_and_revoke_no_index_twice_no_status_lost(world: World) -> None:
    """Each takes an index, gives it a status and reads the list: on both engines, while the others do so too."""
    d, board = world.d, StatusBoard(world.d)

    def one(number: int) -> tuple[int, int]:
        with d.database.writing() as connection:
            place = statuses.allocate(d, connection, StatusKind.ENTRY)
        value = (INVALID, SUSPENDED)[number % 2]
        with d.database.writing() as connection:
            statuses.change(connection, place.list_id, place.ref.index, value)
        assert published(d, board).snapshot.list.get(place.ref.index) == value, "a change shows at once"
        return place.ref.index, value

    with ThreadPoolExecutor(40) as pool:
        changed = list(pool.map(one, range(40)))
    assert len({index for index, _ in changed}) == 40
    last, anew = published(d, board), published(d, StatusBoard(d))
    assert last.snapshot.list == anew.snapshot.list
    assert [last.snapshot.list.get(index) for index, _ in changed] == [value for _, value in changed]
