"""Sharing: the preset is the most there is, what is left out is not there, and a share ends on the day people think."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from consent.limits import claim_name, permitted
from consent.presets import PURPOSES
from consent.share import manifest_url
from consent.share_code import normalise_passcode, normalise_share_code
from consent.verification import Outcome
from passport.deployment import LONDON
from passport.settings import Settings
from passport.tables import METADATA
from schemas.catalogue import CATALOGUE
from schemas.vocabulary import Preset, Purpose, RecipientKind, Section
from tests.service.world import (
    ADJUSTMENT,
    ADVICE,
    CONDITION,
    GOAL,
    SCORE,
    STORY,
    Clock,
    Person,
    World,
    running,
)

FULL: dict[str, Any] = {
    **STORY,
    "about-me": {"name": "Sam Example", "phone": "029 2018 0000"},
    "communication": {"best_times": "mornings"},
    "what-matters": {"good_day": "a walk"},
    "daily-impact": {"varies": "from day to day"},
    "if-unwell": {"afterwards": "let me rest"},
    "work": {"hours": "mornings"},
    "home-life": {"caring": "my mother"},
    "supporters": {"supporters": [{"name": "Ada", "role": "sister", "may_do": "call you"}]},
}


def given_a_full_passport(world: World) -> Person:
    """A holder who told every section, and whose practitioner signed plan, scores and work advice."""
    sam, jo = world.holder(), world.practitioner()
    sam.tells(FULL)
    grant = sam.lets_write(jo, "plan", "scores", "work-advice")
    sam.accepts(*jo.holds_appointment(grant, 1, GOAL, SCORE).json()["entry_ids"])
    sam.accepts(*jo.appends(grant, "work-advice", ADVICE).json()["entry_ids"])
    assert {entry["section"] for entry in sam.entries()} == {section.value for section in Section}
    return sam


@pytest.mark.parametrize("kind", list(RecipientKind))
def test_a_share_without_choices_lets_out_the_preset_and_no_more(world: World, kind: RecipientKind) -> None:
    sam = given_a_full_passport(world)
    share = sam.shares_with(kind, passcode=False)
    switched_on = [s.value for s, spec in CATALOGUE.items() if spec.presets[kind] is Preset.ON]
    assert share.body["sections"] == switched_on
    read = world.verifies(world.reads(share))
    assert read.outcome is Outcome.VALID
    assert [entry.section for entry in read.entries] == switched_on
    for entry in read.entries:
        assert all(permitted(kind, entry.section, name) for name in entry.readable.claims)
        if kind is RecipientKind.EMPLOYER:
            said = entry.readable.provenance
            assert said.author_name is said.author_role is said.author_organisation is None


@pytest.mark.parametrize("kind", list(RecipientKind))
def test_a_section_that_is_never_shared_cannot_be_added(world: World, kind: RecipientKind) -> None:
    sam = given_a_full_passport(world)
    for section, spec in CATALOGUE.items():
        expected = 422 if spec.presets[kind] is Preset.NEVER else 201
        reply = sam.asks_to_share(kind, sections=["about-me", section])
        assert reply.status_code == expected, section
        if expected == 422:
            assert reply.json()["code"] == "grant_invalid"
    never = [s for s, spec in CATALOGUE.items() if spec.presets[kind] is Preset.NEVER]
    listed = sam.get("/api/v1/shares").json()
    assert not {section for share in listed for section in share["sections"]} & set(never)


@pytest.mark.parametrize("kind", list(RecipientKind))
def test_a_purpose_of_another_kind_of_recipient_is_refused(ada: Person, kind: RecipientKind) -> None:
    for purpose in set(Purpose).difference(PURPOSES[kind]):
        body = {"recipient": {"kind": kind, "name": "Acme Tiles"}, "purpose": purpose}
        for path in ("/api/v1/shares", "/api/v1/shares/preview"):
            reply = ada.post(path, body)
            assert (reply.status_code, reply.json()["code"]) == (422, "purpose_not_offered")
            assert PURPOSES[kind][0] in reply.json()["detail"]


def test_rows_that_are_left_out_are_nowhere_in_what_the_recipient_gets(world: World, sam: Person) -> None:
    (entry,) = sam.entries("adjustments")
    share = sam.shares_with(left_out={entry["entry_id"]: ["changes/1"]}, passcode=False)
    bundle = world.reads(share)
    assert ADJUSTMENT["change"].encode() in bundle
    assert b"quiet room" not in bundle
    (read,) = [e for e in world.verifies(bundle).entries if e.section is Section.ADJUSTMENTS]
    assert [row["change"] for row in read.readable.claims["changes"]] == ["start at ten"]


@pytest.mark.parametrize(
    "left_out",
    [
        {"no-such-entry": ["changes/1"]},
        {"adjustments": ["changes/2"]},
        {"adjustments": ["change/1"]},
        {"conditions": ["conditions/0"]},
    ],
    ids=["no such entry", "no such row", "misspelt", "not in this share"],
)
def test_a_name_that_holds_nothing_back_is_refused(sam: Person, left_out: dict[str, list[str]]) -> None:
    ids = {entry["section"]: entry["entry_id"] for entry in sam.entries()}
    reply = sam.asks_to_share(left_out={ids.get(name, name): paths for name, paths in left_out.items()})
    assert (reply.status_code, reply.json()["code"]) == (422, "grant_invalid")
    assert sam.get("/api/v1/shares").json() == []


def test_leaving_everything_out_is_no_share(sam: Person) -> None:
    left_out = {e["entry_id"]: [c["path"] for c in e["claims"]] for e in sam.entries()[:2]}
    wishes: dict[str, Any]
    for wishes in ({"left_out": left_out}, {"sections": ["work"]}, {"sections": []}):
        reply = sam.asks_to_share(**wishes)
        assert (reply.status_code, reply.json()["code"]) == (422, "nothing_to_share")


def test_what_is_told_after_sharing_is_not_in_the_share(world: World, sam: Person) -> None:
    share = sam.shares_with(passcode=False)
    before = world.reads(share)
    sam.put("/api/v1/passport/sections/about-me", {"body": {"name": "Another name"}})
    assert world.reads(share) == before
    assert world.verifies(before).outcome is Outcome.VALID


# In British Summer Time the last day ends an hour before midnight UTC; and from 23:00 UTC it is the next day already.
@pytest.mark.parametrize(
    ("now", "days", "ends_at"),
    [
        (datetime(2026, 11, 21, 9, 30, tzinfo=UTC), 1, datetime(2026, 11, 23, 0, 0, tzinfo=UTC)),
        (datetime(2026, 6, 1, 9, 30, tzinfo=UTC), 1, datetime(2026, 6, 2, 23, 0, tzinfo=UTC)),
        (datetime(2026, 6, 1, 23, 30, tzinfo=UTC), 1, datetime(2026, 6, 3, 23, 0, tzinfo=UTC)),
        (
            datetime(2026, 10, 24, 12, 0, tzinfo=UTC),
            1,
            datetime(2026, 10, 26, 0, 0, tzinfo=UTC),
        ),  # clocks go back
        (
            datetime(2027, 3, 27, 12, 0, tzinfo=UTC),
            1,
            datetime(2027, 3, 28, 23, 0, tzinfo=UTC),
        ),  # and forward
    ],
)
def test_a_share_ends_at_midnight_in_london(
    sqlite_url: str, tmp_path: Path, now: datetime, days: int, ends_at: datetime
) -> None:
    clock = Clock(now)
    with running(Settings(database_url=sqlite_url, data_dir=tmp_path / "data"), clock) as (app, client):
        world = World(app, client, clock)
        sam = world.holder()
        sam.tells(STORY)
        share = sam.shares_with(days=days, passcode=False)
        assert datetime.fromisoformat(share.body["expires_at"]) == ends_at
        clock.at = ends_at - timedelta(seconds=1)
        assert world.opens(share).status_code == 200
        clock.at = ends_at
        assert world.opens(share).status_code == 404
    last = (ends_at - timedelta(seconds=1)).astimezone(LONDON).date()
    assert last == now.astimezone(LONDON).date() + timedelta(days=days)
    assert ends_at.astimezone(LONDON).time() == time(0)


def test_secrets_are_shown_again_and_are_in_no_other_answer(world: World, sam: Person) -> None:
    share = sam.shares_with(typed_code=True)
    assert share.passcode is not None
    assert share.typed_code is not None
    again = sam.get(f"/api/v1/shares/{share.share_id}/secrets").json()
    assert (again["passcode"], again["typed_code"]) == (share.passcode, share.typed_code)
    assert manifest_url(world.d.settings.base_url, share.url_token) == share.shlink.url
    elsewhere = (
        sam.get("/api/v1/shares").text + sam.get("/api/v1/log").text + sam.get("/api/v1/passport").text
    )
    for secret in (share.passcode, share.typed_code, share.url_token):
        assert secret not in elsewhere


def test_secrets_are_stored_as_hashes_or_sealed(world: World, sam: Person) -> None:
    share = sam.shares_with(typed_code=True)
    secrets = [
        share.url_token,
        normalise_passcode(share.passcode or ""),
        normalise_share_code(share.typed_code or ""),
        sam.token,
        CONDITION,
        "Acme Tiles",
    ]
    values = everything(world)
    assert not [
        value for value in values if value.isprintable() and "Sam" in value
    ]  # three letters of noise may say so
    stored = "".join(values)
    for secret in secrets:
        assert secret not in stored
        assert secret.encode().hex() not in stored


def everything(world: World) -> list[str]:
    """Every value of every row of the database, as text; bytes as a character each: six digits are no noise there."""
    found = []
    with world.d.database.reading() as connection:
        for table in METADATA.sorted_tables:
            for row in connection.execute(table.select()):
                for value in row:
                    found.append(value.decode("latin-1") if isinstance(value, bytes) else str(value))
    return found


def test_a_typed_code_never_comes_without_a_passcode(sam: Person) -> None:
    share = sam.shares_with(passcode=False, typed_code=True)
    assert share.passcode is not None
    assert share.typed_code is not None


def test_a_share_is_stopped_once_and_for_all(world: World, sam: Person) -> None:
    share = sam.shares_with(passcode=False)
    sam.stops(share)
    sam.stops(share)
    assert sam.said(share) == ["stopped"]
    assert sam.share_now(share)["state"] == "stopped"
    assert world.opens(share).status_code == 404


def test_nobody_sees_or_stops_the_share_of_somebody_else(world: World, sam: Person) -> None:
    share, robin = sam.shares_with(), world.holder("robin")
    for path in ("", "/secrets"):
        assert robin.get(f"/api/v1/shares/{share.share_id}{path}").status_code == 404
    assert robin.post(f"/api/v1/shares/{share.share_id}/stop").status_code == 404
    assert robin.get("/api/v1/shares").json() == []
    assert sam.share_now(share)["state"] == "open"


def test_a_left_out_claim_of_the_preset_keeps_its_section(world: World, sam: Person) -> None:
    """Only the date would be left of it: then the section is not in the share at all."""
    (about,) = sam.entries("about-me")
    share = sam.shares_with(left_out={about["entry_id"]: ["name"]}, passcode=False)
    assert share.body["sections"] == ["adjustments"]
    assert {claim_name(c) for e in world.verifies(world.reads(share)).entries for c in e.readable.claims} == {
        "changes"
    }
