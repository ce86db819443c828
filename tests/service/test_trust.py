"""What is altered is not shown, what is withdrawn verifies as withdrawn, and a new key breaks nothing."""

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from consent.offline import read_status_file, read_trust_file
from consent.verification import Outcome, Verification
from consent.verify import verify
from passport import issuing, records, viewing
from passport.admission import Visitor
from passport.opening import Opened, open_by_link
from passport.settings import Settings
from passport.storage_errors import SealError
from passport.store import share_files, status
from passport.tables import AccessKind
from schemas.vocabulary import IssuerKind, RecipientKind
from tests.service.world import ADVICE, CONDITION, NAME, STORY, Clock, Person, Share, World, running

SERVICE = frozenset(IssuerKind) - {IssuerKind.ORGANISATION}
READER = Visitor(said="Dr Green", kind=AccessKind.OPENED, stays=True)


def flipped(sealed: bytes, position: int) -> bytes:
    """The same bytes with one bit turned over."""
    changed = bytearray(sealed)
    changed[position] ^= 1
    return bytes(changed)


def alter_bundle(world: World, sam: Person, share: Share, change: Callable[[bytes], bytes]) -> None:
    with world.d.database.reading() as connection:
        file = share_files.get(connection, sam.holder_id, share.share_id)
    assert file is not None
    world.alter(
        "UPDATE share_files SET sealed_bundle = :new WHERE share_id = :id",
        new=change(file.sealed_bundle),
        id=share.share_id,
    )


@pytest.mark.parametrize("position", [0, 5, 100, -1], ids=["schema", "nonce", "text", "tag"])
def test_one_flipped_bit_in_a_stored_bundle_and_nothing_of_it_is_shown(
    world: World, sam: Person, position: int
) -> None:
    share = sam.shares_with("gp", passcode=False)
    alter_bundle(world, sam, share, lambda sealed: flipped(sealed, position))
    reply = world.opens(share)
    assert (reply.status_code, reply.json()["code"]) == (500, "seal_broken")
    assert "embedded" not in reply.text
    with pytest.raises(SealError):
        asyncio.run(open_by_link(world.d, share.url_token, passcode=None, visitor=READER))


def test_a_bundle_that_is_altered_while_somebody_reads_is_shown_no_longer(world: World, sam: Person) -> None:
    share = sam.shares_with("gp", passcode=False)
    opened = asyncio.run(open_by_link(world.d, share.url_token, passcode=None, visitor=READER))
    assert isinstance(opened, Opened)
    board, token = world.app.state.service.board, opened.viewing_token or ""
    look = viewing.look(world.d, board, token)
    assert look is not None
    assert look.verification.outcome is Outcome.VALID
    alter_bundle(world, sam, share, lambda sealed: flipped(sealed, 60))
    with pytest.raises(SealError):
        viewing.look(world.d, board, token)


def test_one_holders_bundle_does_not_open_in_the_place_of_anothers(world: World, sam: Person) -> None:
    robin = world.holder("robin", name="Robin")
    robin.tells(STORY)
    mine, theirs = sam.shares_with(passcode=False), robin.shares_with(passcode=False)
    with world.d.database.reading() as connection:
        file = share_files.get(connection, robin.holder_id, theirs.share_id)
    assert file is not None
    alter_bundle(world, sam, mine, lambda _sealed: file.sealed_bundle)
    assert world.opens(mine).status_code == 500


@pytest.mark.parametrize("position", [0, 5, 100, -1], ids=["schema", "nonce", "text", "tag"])
def test_one_flipped_bit_in_a_stored_entry_and_it_is_neither_shown_nor_shared(
    world: World, sam: Person, position: int
) -> None:
    (entry,) = sam.entries("conditions")
    before = world.one("SELECT sealed_credential FROM entries WHERE entry_id = :id", id=entry["entry_id"])
    world.alter(
        "UPDATE entries SET sealed_credential = :new WHERE entry_id = :id",
        new=flipped(bytes(before), position),
        id=entry["entry_id"],
    )
    assert CONDITION not in sam.get("/api/v1/passport").text
    refused = sam.asks_to_share("gp")
    assert (refused.status_code, refused.json()["code"]) == (422, "entry_broken")
    assert CONDITION not in refused.text
    assert NAME not in refused.text
    assert sam.get("/api/v1/shares").json() == []


def test_an_event_of_the_log_that_was_altered_is_not_shown(world: World, sam: Person) -> None:
    with world.d.database.write_engine.begin() as connection:
        sqlite = connection.dialect.name == "sqlite"
        connection.exec_driver_sql(
            "DROP TRIGGER access_events_no_update"
            if sqlite
            else "ALTER TABLE access_events DISABLE TRIGGER USER"
        )
    sealed = bytes(world.one("SELECT sealed_event FROM access_events"))
    world.alter("UPDATE access_events SET sealed_event = :new", new=flipped(sealed, -1))
    assert sam.get("/api/v1/log").json()["code"] == "seal_broken"


def failed_step(read: Verification) -> str:
    assert read.failed is not None
    return read.failed.number.name


def test_a_saved_copy_of_a_stopped_share_verifies_as_withdrawn(world: World, sam: Person) -> None:
    share = sam.shares_with("gp", passcode=False)
    saved = world.reads(share)
    assert world.verifies(saved).outcome is Outcome.VALID
    sam.stops(share)
    read = world.verifies(saved)
    assert (read.outcome, failed_step(read), read.entries) == (Outcome.REFUSED, "SHARE_STATUS", ())


def test_stopping_one_share_leaves_saved_copies_of_others_valid(world: World, sam: Person) -> None:
    first, second = sam.shares_with("gp", passcode=False), sam.shares_with("gp", passcode=False)
    saved = world.reads(second)
    sam.stops(first)
    assert world.verifies(saved).outcome is Outcome.VALID


def test_a_copy_of_an_entry_that_was_withdrawn_is_refused(world: World, sam: Person) -> None:
    """What the issuer takes back: decline sets the same bit, before the entry can be shared at all."""
    share = sam.shares_with("gp", passcode=False)
    saved = world.reads(share)
    (entry,) = sam.entries("conditions")
    index = world.one("SELECT status_index FROM entries WHERE entry_id = :id", id=entry["entry_id"])
    with world.d.database.writing() as connection:
        status.set_status(connection, issuing.FIRST_LIST, index, status.INVALID)
    read = world.verifies(saved)
    assert (read.outcome, failed_step(read)) == (Outcome.REFUSED, "ENTRY_STATUS")


def test_a_status_that_is_too_old_is_not_taken_for_a_new_one(world: World, sam: Person) -> None:
    saved = world.reads(sam.shares_with("gp", days=60, passcode=False))
    trust_file = world.client.get("/trust/bundle").content
    trust = read_trust_file(trust_file, now=world.clock()).trust
    statuses = read_status_file(world.client.get("/trust/statuses").content, trust=trust, now=world.clock())
    later = world.clock() + timedelta(days=2)
    read = verify(saved, trust=trust, statuses=statuses, now=later)
    assert read.outcome is Outcome.NOT_CHECKED


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)  # test_trust_in_flight rotates on both
@pytest.mark.parametrize("issuer", [issuing.TOLD_BY_HOLDER, issuing.STATUS, "organisation"])
def test_nothing_fails_to_verify_before_during_or_after_a_key_rotation(
    world: World, sam: Person, issuer: str
) -> None:
    jo = world.practitioner()
    grant = sam.lets_write(jo, "work-advice")

    def told_and_shared() -> bytes:
        sam.put("/api/v1/passport/sections/about-me", {"body": {"name": NAME}})
        sam.accepts(*jo.appends(grant, "work-advice", ADVICE).json()["entry_ids"])
        return world.reads(sam.shares_with("gp", passcode=False))

    issuer_id = world.one("SELECT issuer_id FROM organisations") if issuer == "organisation" else issuer
    saved = [told_and_shared()]
    for ahead in (issuing.PUBLISHED_AHEAD, timedelta()):
        before = world.client.get(f"/.well-known/jwt-vc-issuer/issuers/{issuer_id}").json()["jwks"]["keys"]
        issuing.rotate(world.d, issuer_id, ahead=ahead)
        after = world.client.get(f"/.well-known/jwt-vc-issuer/issuers/{issuer_id}").json()["jwks"]["keys"]
        assert {key["kid"] for key in before} < {key["kid"] for key in after}
        for seconds in (0, 59, 7141, 61):
            world.clock.advance(seconds=seconds)
            saved.append(told_and_shared())
            assert {world.verifies(bundle).outcome for bundle in saved} == {Outcome.VALID}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)  # test_trust_in_flight rotates on both
@pytest.mark.parametrize("issuer_id", [issuing.TOLD_BY_HOLDER, issuing.STATUS])
def test_who_keeps_the_trust_list_for_an_hour_never_meets_a_key_that_is_not_on_it(
    world: World, sam: Person, issuer_id: str
) -> None:
    issuing.rotate(world.d, issuer_id)
    kept, kept_since = world.client.get("/trust/bundle").content, world.clock()
    for _ in range(18):
        world.clock.advance(minutes=10)
        sam.put("/api/v1/passport/sections/about-me", {"body": {"name": NAME}})
        bundle, now = world.reads(sam.shares_with(passcode=False)), world.clock()
        if now - kept_since >= issuing.TRUST_LIST_MAX_AGE:
            kept, kept_since = world.client.get("/trust/bundle").content, now
        trust = read_trust_file(kept, now=now).trust
        statuses = read_status_file(world.client.get("/trust/statuses").content, trust=trust, now=now)
        assert verify(bundle, trust=trust, statuses=statuses, now=now).outcome is Outcome.VALID
    with world.d.database.reading() as connection:
        newest = issuing.active_key(world.d, connection, issuer_id)
    assert newest.not_after is None  # the new key has taken over by now


def test_what_an_old_key_signs_after_its_end_is_not_shared(world: World, sam: Person) -> None:
    with world.d.database.reading() as connection:
        old = issuing.active_signer(world.d, connection, issuing.TOLD_BY_HOLDER)
    issuing.rotate(world.d, issuing.TOLD_BY_HOLDER, ahead=timedelta())
    world.clock.advance(minutes=5)
    # A process that never heard of the rotation, or a thief, signs on with the old key.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "signer_for", lambda *_: old)
        sam.put("/api/v1/passport/sections/about-me", {"body": {"name": NAME}})
    refused = sam.asks_to_share(passcode=False)
    assert (refused.status_code, refused.json()["code"]) == (422, "unshareable")
    assert "issuer_key_time" in refused.json()["detail"]


def test_nothing_of_a_leaked_key_verifies_however_it_is_dated(world: World, sam: Person) -> None:
    share = sam.shares_with(passcode=False)
    saved = world.reads(share)
    issuing.rotate(world.d, issuing.TOLD_BY_HOLDER, leaked=True)
    read = world.verifies(saved)
    assert (read.outcome, failed_step(read), read.entries) == (Outcome.REFUSED, "ISSUER", ())

    sam.tells(STORY)  # told again, by the new key
    assert world.verifies(world.reads(sam.shares_with(passcode=False))).outcome is Outcome.VALID


def test_the_trust_lists_version_rises_with_every_rotation(world: World) -> None:
    def version() -> int:
        with world.d.database.reading() as connection:
            return issuing.trust_list(world.d, connection).version

    versions = [version()]
    for _ in range(3):
        issuing.rotate(world.d, issuing.TOLD_BY_HOLDER)
        versions.append(version())
    assert versions == sorted(set(versions))


def test_no_name_that_the_service_publishes_for_itself_says_what_kind_of_recipient_answered(
    sqlite_world: World,
) -> None:
    with sqlite_world.d.database.reading() as connection:
        own = [one for one in issuing.trust_list(sqlite_world.d, connection).issuers if one.kind in SERVICE]
    assert len(own) == len(SERVICE)
    kinds = {word for kind in RecipientKind for word in kind.split("-")}
    assert not kinds.intersection(word for one in own for word in re.findall(r"\w+", one.name.lower()))


def test_issuer_urls_stay_when_the_services_address_changes(
    sqlite_url: str, tmp_path: Path, clock: Clock
) -> None:
    here = Settings(database_url=sqlite_url, data_dir=tmp_path / "data")
    with running(here, clock) as (app, client):
        world = World(app, client, clock)
        sam = world.holder()
        sam.tells(STORY)
        share = sam.shares_with("gp", passcode=False)
        saved = world.reads(share)
    moved = here.model_copy(update={"base_url": "https://moved.example"})
    with running(moved, clock) as (app, client):
        world = World(app, client, clock)
        read = world.verifies(saved)
        assert read.outcome is Outcome.VALID
        assert {entry.issuer for entry in read.entries} == {"https://passport.example/issuers/told"}
        assert b"localhost" not in saved
        again = Person(client, sam.token, sam.holder_id)
        link = again.get(f"/api/v1/shares/{share.share_id}/secrets").json()["link"]
        assert link.startswith("https://moved.example/v#")
        again.tells(STORY)
        assert world.verifies(world.reads(again.shares_with("gp", passcode=False))).outcome is Outcome.VALID
        metadata = client.get("/.well-known/jwt-vc-issuer/issuers/told").json()
        assert metadata["issuer"] == "https://passport.example/issuers/told"
        assert client.get("/vct/plan/1").json()["vct"] == "https://passport.example/vct/plan/1"
