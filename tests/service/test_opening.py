"""Opening a share: one answer to whatever does not open, budgets that hold, and nothing read without an event."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from passport import share_life, sharing
from passport.admission import Closed, Visitor
from passport.file_tickets import TICKET_LASTS
from passport.opening import Opened, open_by_link
from passport.tables import AccessKind
from tests.service.world import Person, World


def unknown(world: World, sam: Person) -> str:
    return "/m/" + "A" * 43


def misspelt(world: World, sam: Person) -> str:
    return "/m/nothing-of-this-kind"


def overlong(world: World, sam: Person) -> str:
    return "/m/" + "A" * 1000


def expired(world: World, sam: Person) -> str:
    share = sam.shares_with(days=1, passcode=False)
    world.clock.advance(days=3)
    return share.path


def expired_with_passcode(world: World, sam: Person) -> str:
    share = sam.shares_with(days=1)
    world.clock.advance(days=3)
    return share.path


def stopped(world: World, sam: Person) -> str:
    share = sam.shares_with(passcode=False)
    sam.stops(share)
    return share.path


def stopped_with_passcode(world: World, sam: Person) -> str:
    share = sam.shares_with()
    sam.stops(share)
    return share.path


def used_up(world: World, sam: Person) -> str:
    share = sam.shares_with(passcode=False, max_views=1)
    world.reads(share)
    return share.path


def used_up_with_passcode(world: World, sam: Person) -> str:
    share = sam.shares_with(max_views=1)
    world.reads(share)
    return share.path


def locked(world: World, sam: Person) -> str:
    share = sam.shares_with()
    for _ in range(world.d.settings.passcode_attempts):
        assert world.opens(share, passcode=share.wrong).status_code == 401
    return share.path


CLOSED = [
    unknown,
    misspelt,
    overlong,
    expired,
    expired_with_passcode,
    stopped,
    stopped_with_passcode,
    used_up,
    used_up_with_passcode,
    locked,
]


@pytest.mark.shl("request/3")
@pytest.mark.parametrize("closed", CLOSED)
def test_whatever_does_not_open_answers_alike_byte_for_byte(
    world: World, sam: Person, closed: Callable[[World, Person], str]
) -> None:
    path = closed(world, sam)
    expected = world.client.post("/m/" + "B" * 43, json={"recipient": "Somebody"})
    for passcode in ({}, {"passcode": "00000-00000"}):
        reply = world.client.post(path, json={"recipient": "Somebody", **passcode})
        assert (reply.status_code, reply.content) == (404, expected.content)
        assert reply.headers == expected.headers
        assert reply.headers["access-control-allow-origin"] == "*"
        assert reply.headers["cache-control"] == "no-store"


@pytest.mark.shl("request/5")
def test_a_wrong_passcode_says_how_many_are_left_and_a_missing_one_costs_nothing(
    world: World, sam: Person
) -> None:
    share = sam.shares_with()
    for _ in range(3):
        reply = world.client.post(share.path, json={"recipient": "Somebody"})
        assert (reply.status_code, reply.json()) == (401, {"remainingAttempts": 10})
    for left, passcode in ((9, share.wrong), (8, "9" * 5000)):
        reply = world.opens(share, passcode=passcode)
        assert (reply.status_code, reply.json()) == (401, {"remainingAttempts": left})
    world.reads(share)
    assert sam.share_now(share)["attempts_left"] == 8  # a right one is given back, the wrong ones never are
    assert sam.said(share) == ["wrong-passcode", "wrong-passcode", "fetched"]


@pytest.mark.shl("request/4")
def test_the_last_wrong_passcode_locks_the_share_and_the_right_one_comes_too_late(
    world: World, sam: Person
) -> None:
    share = sam.shares_with()
    left = [world.opens(share, passcode=share.wrong).json()["remainingAttempts"] for _ in range(10)]
    assert left == list(range(9, -1, -1))
    assert world.opens(share).status_code == 404
    assert sam.share_now(share)["state"] == "locked"
    assert sam.said(share) == ["wrong-passcode"] * 10 + ["locked", "refused"]


@pytest.mark.parametrize("typed", ["spaces", "lower case", "without hyphen"])
def test_a_passcode_opens_however_it_was_typed(world: World, sam: Person, typed: str) -> None:
    share = sam.shares_with()
    assert share.passcode is not None
    forms = {
        "spaces": f"  {share.passcode.replace('-', ' ')} ",
        "lower case": share.passcode.lower(),
        "without hyphen": share.passcode.replace("-", ""),
    }
    assert world.opens(share, passcode=forms[typed]).status_code == 200


def test_views_are_counted_at_the_manifest_and_end_when_they_are_used_up(world: World, sam: Person) -> None:
    share = sam.shares_with(passcode=False, max_views=2)
    world.client.get(share.path)
    world.client.head(share.path)
    assert sam.share_now(share)["views"] == 0
    world.reads(share)
    world.reads(share, embeddedLengthMax=10)  # fetching the file by its location counts nothing more
    assert sam.share_now(share)["views"] == 2
    assert sam.share_now(share)["state"] == "used-up"
    assert world.opens(share).status_code == 404
    assert sam.said(share) == ["fetched", "fetched", "refused"]


def test_every_opening_and_refusal_is_an_event_under_the_name_that_was_given(
    world: World, sam: Person
) -> None:
    share = sam.shares_with()
    world.opens(share, recipient="Dr Green")
    world.opens(share, recipient="A guesser", passcode=share.wrong)
    sam.stops(share)
    world.opens(share, recipient="Too late")
    events = sam.log(share)[1:]
    assert [(event["kind"], event["who"]) for event in events] == [
        ("fetched", "Dr Green"),
        ("wrong-passcode", "A guesser"),
        ("stopped", None),
        ("refused", "Too late"),
    ]
    assert [event["sequence"] for event in sam.log()] == list(range(1, len(sam.log()) + 1))


def test_no_event_no_read_the_transaction_that_dies_counts_no_view(world: World, sam: Person) -> None:
    share = sam.shares_with(passcode=False)
    # The log refuses every new event: whatever the code around it does, nothing may be read then.
    world.d.database.writer.run(forbid_events)
    reply = world.opens(share)
    assert reply.status_code >= 500
    assert "embedded" not in reply.text
    assert sam.share_now(share)["views"] == 0
    world.d.database.writer.run(allow_events)
    world.reads(share)
    assert sam.share_now(share)["views"] == 1
    assert sam.said(share) == ["fetched"]


@pytest.mark.parametrize("typed", ["right", "wrong"])
def test_a_share_that_is_stopped_while_its_passcode_is_checked_does_not_open(
    world: World, sam: Person, typed: str
) -> None:
    share = sam.shares_with()

    class StopsMeanwhile:
        """The deployment's look-up key, slow enough for somebody to stop the share."""

        def __getattr__(self, name: str) -> object:
            return getattr(world.d.lookup, name)

        def passcode_matches(self, passcode: str, phc: str | None) -> bool:
            sharing.stop(world.d, sam.holder_id, share.share_id)
            return world.d.lookup.passcode_matches(passcode, phc)

    slow = replace(world.d, lookup=StopsMeanwhile())  # type: ignore[arg-type]
    passcode = share.passcode if typed == "right" else share.wrong
    visitor = Visitor(said="Too late", kind=AccessKind.OPENED, stays=True)
    assert asyncio.run(open_by_link(slow, share.url_token, passcode=passcode, visitor=visitor)) == Closed()
    assert sam.share_now(share)["views"] == 0
    expected = ["stopped", "refused"] if typed == "right" else ["stopped", "wrong-passcode", "refused"]
    assert sam.said(share) == expected


def forbid_events(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "CREATE TRIGGER no_events BEFORE INSERT ON access_events BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    else:
        connection.exec_driver_sql(
            "CREATE TRIGGER no_events BEFORE INSERT ON access_events"
            " FOR EACH ROW EXECUTE FUNCTION passport_refuse()"
        )


def allow_events(connection: Any) -> None:
    on = "" if connection.dialect.name == "sqlite" else " ON access_events"
    connection.exec_driver_sql(f"DROP TRIGGER no_events{on}")


@pytest.mark.shl("manifest/4")
def test_a_location_is_good_once_and_not_for_long(world: World, sam: Person) -> None:
    share = sam.shares_with(passcode=False)

    def location() -> str:
        (file,) = world.opens(share, embeddedLengthMax=0).json()["files"]
        assert "embedded" not in file
        return str(file["location"])

    first, second, third = location(), location(), location()
    reply = world.fetches(first)
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/jose")
    assert world.fetches(first).status_code == 404
    world.clock.at += TICKET_LASTS - timedelta(seconds=1)
    assert world.fetches(second).status_code == 200
    world.clock.advance(seconds=1)
    assert world.fetches(third).status_code == 404
    assert (
        world.fetches(third).content == world.client.post("/m/" + "B" * 43, json={"recipient": "x"}).content
    )


def test_a_ticket_is_made_with_the_opening_that_gives_it_and_ends_with_its_passcode(
    world: World, sam: Person
) -> None:
    share = sam.shares_with()

    def comes(ticket: str, passcode: str | None) -> object:
        visitor = Visitor(said="Acme Tiles", kind=AccessKind.FETCHED, stays=False, ticket=ticket)
        return asyncio.run(open_by_link(world.d, share.url_token, passcode=passcode, visitor=visitor))

    for passcode in (None, share.wrong):
        assert not isinstance(comes("A" * 43, passcode), Opened)
    assert world.one("SELECT count(*) FROM tickets") == 0
    assert isinstance(comes("A" * 43, share.passcode), Opened)
    share_life.renew_passcode(world.d, sam.holder_id, share.share_id)  # before the manifest is sent
    assert world.fetches("/m/file/" + "A" * 43).status_code == 404


def test_a_location_ends_with_its_share(world: World, sam: Person) -> None:
    share = sam.shares_with(passcode=False)
    (file,) = world.opens(share, embeddedLengthMax=0).json()["files"]
    sam.stops(share)
    assert world.fetches(file["location"]).status_code == 404


@pytest.mark.shl("encrypt/2")
def test_every_sealing_has_an_iv_of_its_own(world: World, sam: Person) -> None:
    share = sam.shares_with(passcode=False)
    jwes = [world.opens(share).json()["files"][0]["embedded"] for _ in range(3)]
    assert len({jwe.split(".")[2] for jwe in jwes}) == 3


@pytest.mark.shl("embedded/1", "manifest/2", "manifest/3")
def test_the_length_that_a_client_takes_decides_between_embedded_and_location(
    world: World, sam: Person
) -> None:
    share = sam.shares_with(passcode=False)
    length = len(world.opens(share).json()["files"][0]["embedded"])
    assert "embedded" in world.opens(share, embeddedLengthMax=length).json()["files"][0]
    assert "location" in world.opens(share, embeddedLengthMax=length - 1).json()["files"][0]
