"""New anchors, limited and suspended issuers, and the exported file, as verifiers of a running service see them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from consent.evidence_file import read_evidence_file
from consent.offline import read_trust_file
from consent.verification import Outcome, Verification
from consent.verify import verify
from issuers.jws import UnknownKeyError
from issuers.trust import EarlierEntries, TrustList
from issuers.trust_wire import TrustListVersionError, read_trust_list
from passport import anchors, issuer_standing, issuing
from passport.commands.trust import evidence_of
from passport.settings import Settings
from passport.store import issuers
from schemas.vocabulary import Section
from tests.service.world import ADVICE, STORY, Person, World

WEEK = anchors.TRUST_LIST_VALID_FOR


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    """SQLite is enough here: the queries are tested on both engines by themselves (tests/passport_floor)."""
    return Settings(database_url=sqlite_url, data_dir=tmp_path / "data")


def organisation_of(world: World) -> str:
    return str(world.one("SELECT issuer_id FROM organisations"))


def test_who_fetches_the_trust_list_once_a_week_follows_every_new_anchor(world: World) -> None:
    held = read_trust_file(world.client.get("/trust/bundle").content, now=world.clock()).trust

    def fetched() -> TrustList:
        token = world.client.get("/trust/list").text
        return read_trust_list(token, anchors=held.anchors, min_version=held.version, now=world.clock())

    signers = set()
    for week in range(6):
        if week in (1, 3):
            anchors.rotate(world.d)
        held = fetched()
        signers.add(world.client.get("/trust/bundle").json()["anchor"]["x"])
        world.clock.advance(seconds=WEEK.total_seconds() - 1)
        held = fetched()
    assert len(signers) == 3
    assert len(held.anchors) == 1


def test_an_anchor_that_leaked_is_named_no_more_and_signs_nothing_new(world: World) -> None:
    held = read_trust_file(world.client.get("/trust/bundle").content, now=world.clock()).trust
    row = anchors.rotate(world.d, leaked=True)
    token = world.client.get("/trust/list").text
    with pytest.raises(UnknownKeyError):
        read_trust_list(token, anchors=held.anchors, now=world.clock())
    given_by_hand = read_trust_file(world.client.get("/trust/bundle").content, now=world.clock())
    assert [anchor.kid for anchor in given_by_hand.trust.anchors] == [row.kid] == [given_by_hand.anchor.kid]


def test_a_pending_anchor_that_is_replaced_in_turn_leaves_no_moment_without_one(world: World) -> None:
    anchors.rotate(world.d)
    world.clock.advance(days=1)
    anchors.rotate(world.d)
    for _ in range(18):
        world.clock.advance(hours=12)
        assert world.client.get("/trust/list").status_code == 200


def test_every_change_of_an_issuer_or_an_anchor_gives_a_later_version_that_no_older_one_can_replace(
    world: World,
) -> None:
    world.practitioner()
    issuer_id = organisation_of(world)
    tokens = [world.client.get("/trust/list").text]
    for change in (
        lambda: issuing.rotate(world.d, issuer_id),
        lambda: issuer_standing.limit(world.d, issuer_id, [Section.PLAN]),
        lambda: issuer_standing.suspend(world.d, issuer_id),
        lambda: issuer_standing.suspend(world.d, issuer_id, earlier=EarlierEntries.FALL),
        lambda: issuer_standing.reinstate(world.d, issuer_id),
        lambda: issuing.rotate(world.d, issuer_id, leaked=True),
        lambda: anchors.rotate(world.d),
    ):
        change()
        tokens.append(world.client.get("/trust/list").text)
    pinned = read_trust_file(world.client.get("/trust/bundle").content, now=world.clock()).anchor
    lists = [read_trust_list(token, anchors=[pinned], now=world.clock()) for token in tokens]
    versions = [trust.version for trust in lists]
    assert versions == sorted(set(versions))
    with pytest.raises(TrustListVersionError):
        read_trust_list(tokens[-2], anchors=[pinned], now=world.clock(), min_version=versions[-1])


# Standing


def with_advice(world: World, sam: Person) -> tuple[Person, str, bytes]:
    """Jo's advice in Sam's passport, and a copy of a share that holds it."""
    jo = world.practitioner()
    grant = sam.lets_write(jo, "work-advice", "scores")
    sam.accepts(*jo.appends(grant, "work-advice", ADVICE).json()["entry_ids"])
    return jo, grant, world.reads(sam.shares_with("gp", passcode=False))


def refused_code(read: Verification) -> str | None:
    return read.failed.code if read.failed else None


@pytest.mark.parametrize("earlier", EarlierEntries)
def test_a_suspended_organisation_signs_no_more_and_what_it_signed_stands_or_falls(
    world: World, sam: Person, earlier: EarlierEntries
) -> None:
    jo, grant, saved = with_advice(world, sam)
    world.clock.advance(minutes=1)
    issuer_standing.suspend(world.d, organisation_of(world), earlier=earlier)
    expected = None if earlier is EarlierEntries.STAND else "issuer_distrusted"
    assert refused_code(world.verifies(saved)) == expected
    reply = jo.appends(grant, "work-advice", ADVICE)
    assert (reply.status_code, reply.json()["code"]) == (409, "issuer_may_not_sign")

    issuer_standing.reinstate(world.d, organisation_of(world))
    assert world.verifies(saved).outcome is Outcome.VALID
    assert jo.appends(grant, "work-advice", ADVICE).status_code == 201


def test_an_organisation_that_is_to_be_suspended_tomorrow_signs_until_then(world: World, sam: Person) -> None:
    jo, grant, _ = with_advice(world, sam)
    issuer_standing.suspend(world.d, organisation_of(world), at=world.clock() + timedelta(days=1))
    world.clock.advance(hours=23)
    sam.accepts(*jo.appends(grant, "work-advice", ADVICE).json()["entry_ids"])
    saved = world.reads(sam.shares_with("gp", passcode=False))
    world.clock.advance(hours=2)
    assert world.verifies(saved).outcome is Outcome.VALID
    assert jo.appends(grant, "work-advice", ADVICE).status_code == 409


def test_a_limited_organisation_signs_its_sections_alone_and_others_of_it_are_believed_no_more(
    world: World, sam: Person
) -> None:
    jo, grant, saved = with_advice(world, sam)
    issuer_standing.limit(world.d, organisation_of(world), [Section.SCORES])
    assert refused_code(world.verifies(saved)) == "issuer_section"
    assert jo.appends(grant, "work-advice", ADVICE).status_code == 409
    with world.d.database.reading() as connection:
        row = issuers.get(connection, organisation_of(world))
        assert row is not None
        assert row.sections == [Section.SCORES]


@pytest.mark.parametrize(
    "ask",
    [
        lambda d, org: issuer_standing.suspend(d, issuing.STATUS),
        lambda d, org: issuer_standing.suspend(
            d, org, at=d.now() + timedelta(days=1), earlier=EarlierEntries.FALL
        ),
        lambda d, org: issuer_standing.reinstate(d, org),
        lambda d, org: issuer_standing.limit(d, org, []),
        lambda d, org: issuer_standing.limit(d, org, [Section.DIARY]),
        lambda d, org: issuer_standing.limit(d, issuing.STATUS, [Section.PLAN]),
    ],
    ids=[
        "status lists",
        "fall tomorrow",
        "not suspended",
        "nothing left",
        "the holder's",
        "for status lists",
    ],
)
def test_a_standing_that_makes_no_sense_is_refused(sqlite_world: World, ask: Any) -> None:
    sqlite_world.practitioner()
    with pytest.raises(issuer_standing.StandingError):
        ask(sqlite_world.d, organisation_of(sqlite_world))


def test_nobody_knows_an_issuer_that_is_not_there(sqlite_world: World) -> None:
    with pytest.raises(issuing.UnknownIssuerIdError):
        issuer_standing.suspend(sqlite_world.d, "nobody")


# From one exported file


def test_what_a_service_exports_lets_somebody_verify_on_a_plane(world: World, sam: Person) -> None:
    sam.tells(STORY)
    share = sam.shares_with("gp", passcode=False)
    saved, other = world.reads(share), world.reads(sam.shares_with("gp", passcode=False))
    before = evidence_of(world.d)
    sam.stops(share)
    after = evidence_of(world.d)

    def checked(raw: bytes, file: bytes, **later: float) -> Verification:
        now = world.clock() + timedelta(**later)
        found = read_evidence_file(file, now=now, ended_too=True)
        return verify(raw, trust=found.trust.trust, statuses=found.statuses, now=now)

    assert checked(saved, before, hours=5).outcome is Outcome.VALID
    assert checked(saved, before, hours=5).as_of == world.clock()  # it was, when the file was written
    assert checked(saved, after, hours=5).outcome is Outcome.REFUSED
    assert checked(other, after, hours=5).outcome is Outcome.VALID
    assert checked(other, after, days=2).outcome is Outcome.NOT_CHECKED
    found = read_evidence_file(after, now=world.clock())
    served = {
        vct: world.client.get(vct.removeprefix("https://passport.example")) for vct in found.type_metadata
    }
    assert {vct: reply.content for vct, reply in served.items()} == dict(found.type_metadata)
