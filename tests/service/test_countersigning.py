"""An employer answers a change at work without an account; it may travel once we are sure enough of who they are."""

import base64
import json
from typing import Any

import pytest

from consent.bundle import parse_bundle
from consent.countersign import SharedChange, changes_of, is_about
from passport import countersigning
from passport.tables import MessageKind
from tests.service.replying import Reader, abouts, confirms, opens, shares_and_opens
from tests.service.world import ADJUSTMENT, Person, Share, World

AGREED = {"status": "agreed"}


def answers(reader: Reader, at: int | str = 0, **form: str) -> Any:
    """Answer one of the changes that a reader has before them."""
    about = abouts(reader.page("/r/changes"))[int(at)]
    return reader.posts("/r/changes", **{"about": about, **AGREED, **form})


def said_of(sam: Person) -> list[dict[str, Any]]:
    """Return Sam's entries that an employer said."""
    return [one for one in sam.entries("adjustments") if one["author"] == "employer"]


def row_of(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the one change that an entry says something about."""
    (row,) = [claim["value"] for claim in entry["claims"] if claim["path"].startswith("changes/")]
    return dict(row)


def surely_answered(world: World, sam: Person, **form: str) -> tuple[Share, Reader]:
    share, reader = shares_and_opens(world, sam)
    confirms(world, reader, sam.holder_id)
    assert answers(reader, **form).status_code == 303
    return share, reader


def changes_shown(world: World, share: Share) -> list[dict[str, Any]]:
    """Return every row of changes that a recipient gets, answers among them."""
    rows = []
    for text in parse_bundle(world.reads(share)).presentations:
        for part in text.split("~")[1:-1]:
            disclosed = json.loads(base64.urlsafe_b64decode(part + "=="))
            rows += [disclosed[-1]] if isinstance(disclosed[-1], dict) and "change" in disclosed[-1] else []
    return rows


def test_an_answer_is_an_entry_that_waits_for_the_holder(world: World, sam: Person) -> None:
    share, reader = shares_and_opens(world, sam)
    assert answers(reader).status_code == 303
    (said,) = said_of(sam)
    assert said["state"] == "pending"
    row = row_of(said)
    assert (row["change"], row["status"], row["acknowledged"]) == (ADJUSTMENT["change"], "agreed", "link")
    assert "countersigned" in sam.said(share)


def test_a_verifier_can_match_an_answer_to_the_row_it_is_about(world: World, sam: Person) -> None:
    share, reader = shares_and_opens(world, sam)
    read = changes_of(world.reads(share))
    answers(reader, at=1)
    row = row_of(said_of(sam)[0])
    assert [is_about(row, change) for change in read] == [False, True]
    assert not is_about({**row, "change": "no night shifts"}, read[1])
    assert not is_about(row, SharedChange("A" * 43, read[1].row))


def test_an_answer_with_a_work_address_travels_to_the_next_employer_without_naming_this_one(
    world: World, sam: Person
) -> None:
    surely_answered(world, sam)
    sam.accepts(said_of(sam)[0]["entry_id"])
    following = sam.shares_with(name="Next Tiles", passcode=False)
    shown = changes_shown(world, following)
    assert [row["status"] for row in shown if "acknowledged" in row] == ["agreed"]
    bundle = world.reads(following)
    for name in (b"Acme", b"Pat Example", b"pat@acme"):
        assert name not in bundle
        assert name not in b"".join(
            base64.urlsafe_b64decode(part + "==")
            for text in parse_bundle(bundle).presentations
            for part in text.split("~")[1:-1]
        )
    assert world.verifies(bundle).failed is None


def test_an_answer_of_someone_with_the_link_does_not_travel_to_an_employer(world: World, sam: Person) -> None:
    _share, reader = shares_and_opens(world, sam)
    answers(reader)
    sam.accepts(said_of(sam)[0]["entry_id"])
    shown = changes_shown(world, sam.shares_with(name="Next Tiles", passcode=False))
    assert not [row for row in shown if "acknowledged" in row]
    own = changes_shown(world, sam.shares_with("gp", "Dr Green", passcode=False, sections=["adjustments"]))
    assert [row for row in own if "acknowledged" in row]


def organisation_of(entry: dict[str, Any]) -> str:
    """Return the organisation that an entry names."""
    (name,) = [claim["value"] for claim in entry["claims"] if claim["path"] == "author_organisation"]
    return str(name)


def test_an_answer_names_the_organisation_that_was_checked_and_not_what_the_holder_calls_them(
    sqlite_world: World,
) -> None:
    sam, jo = teller(sqlite_world), sqlite_world.practitioner()
    share, by_link = shares_and_opens(sqlite_world, sam, name="Great Shop plc")
    by_address, on_the_list = (opens(sqlite_world, share) for _ in range(2))
    confirms(sqlite_world, by_address, sam.holder_id, "sam@sams-own.example")
    on_the_list.cookies["session"] = jo.token
    assert on_the_list.posts("/r/organisation").status_code == 303
    for reader, status in ((by_link, "agreed"), (by_address, "in-place"), (on_the_list, "ended")):
        assert answers(reader, status=status).status_code == 303
    named = {row_of(one)["acknowledged"]: organisation_of(one) for one in said_of(sam)}
    assert named == {
        "link": "Great Shop plc",
        "work-email": "sams-own.example",
        "trust-list": "House of jo",
    }


def test_what_the_holder_declines_is_never_shared(world: World, sam: Person) -> None:
    surely_answered(world, sam)
    entry_id = said_of(sam)[0]["entry_id"]
    assert sam.post(f"/api/v1/passport/entries/{entry_id}/decline").status_code == 204
    assert not [r for r in changes_shown(world, sam.shares_with(passcode=False)) if "acknowledged" in r]


def test_a_change_goes_from_asked_to_agreed_in_place_and_ended_and_nowhere_else(
    world: World, sam: Person
) -> None:
    _share, reader = surely_answered(world, sam)
    assert answers(reader, status="agreed").status_code == 409
    assert answers(reader, status="asked").status_code == 409
    assert answers(reader, status="in-place").status_code == 303
    assert answers(reader, status="refused", reason="Too dear").status_code == 409
    assert answers(reader, status="ended").status_code == 303


def test_the_newest_accepted_answer_takes_the_place_of_those_before_it_and_of_no_other(
    world: World, sam: Person
) -> None:
    _share, reader = surely_answered(world, sam)
    answers(reader, at=1, status="refused", reason="There is no quiet room")
    answers(reader, status="in-place")
    sam.accepts(*(one["entry_id"] for one in said_of(sam) if row_of(one)["status"] != "in-place"))
    sam.accepts(*(one["entry_id"] for one in said_of(sam) if one["state"] == "pending"))
    stands = {(row_of(one)["change"], row_of(one)["status"]) for one in said_of(sam)}
    assert stands == {("start at ten", "in-place"), ("a quiet room", "refused")}


@pytest.mark.parametrize("form", [{"status": "refused"}, {"status": "agreed", "reason": "Why not"}])
def test_a_refusal_has_a_reason_and_nothing_else_has(sqlite_world: World, form: dict[str, str]) -> None:
    sam = teller(sqlite_world)
    _share, reader = shares_and_opens(sqlite_world, sam)
    assert answers(reader, **form).status_code == 422
    assert said_of(sam) == []


def test_nobody_answers_what_they_do_not_read_now(sqlite_world: World) -> None:
    sam = teller(sqlite_world)
    share, reader = shares_and_opens(sqlite_world, sam)
    about = abouts(reader.page("/r/changes"))[0]
    form = {"about": about, "status": "agreed"}
    robin = teller(sqlite_world, "robin")
    _other, stranger = shares_and_opens(sqlite_world, robin)
    assert stranger.posts("/r/changes", **form).status_code == 404
    mixed = Reader(sqlite_world, {"reply": reader.token, "viewing": stranger.cookies["viewing"]})
    assert mixed.posts("/r/changes", **form).status_code == 404
    sqlite_world.clock.advance(minutes=16)
    assert reader.posts("/r/changes", **form).status_code == 404
    opens(sqlite_world, share, reader=reader)
    sam.stops(share)
    assert reader.posts("/r/changes", **form).status_code == 404
    assert said_of(sam) == said_of(robin) == []


def test_only_an_employer_answers_changes(sqlite_world: World) -> None:
    sam = teller(sqlite_world)
    share = sam.shares_with("gp", "Dr Green", passcode=False, sections=["adjustments"])
    assert opens(sqlite_world, share).get("/r/changes").status_code == 404


@pytest.mark.parametrize(
    "odd",
    [
        {"about": "x"},
        {"about": "A" * 43},
        {"status": "x"},
        {"status": "asked"},
        {"review-day": "31", "review-month": "2", "review-year": "2027"},
        {"review-day": "1", "review-month": "1", "review-year": "99999"},
        {"review-day": "\u0661", "review-month": "x", "review-year": "2027"},
        {"status": "refused", "reason": "x" * 1001},
        {"status": "refused", "reason": "\0"},
    ],
)
def test_odd_answers_are_refused_and_nothing_is_signed(sqlite_world: World, odd: dict[str, str]) -> None:
    sam = teller(sqlite_world)
    _share, reader = shares_and_opens(sqlite_world, sam)
    assert answers(reader, **odd).status_code in (404, 409, 422)
    assert said_of(sam) == []


def test_a_holder_cannot_tell_that_an_employer_acknowledged(sqlite_world: World) -> None:
    sam = teller(sqlite_world)
    for claimed in ({"acknowledged": "work-email"}, {"about": "A" * 43}):
        body = {"body": {"changes": [{**ADJUSTMENT, **claimed}]}}
        reply = sam.put("/api/v1/passport/sections/adjustments", body)
        assert reply.status_code == 422


def test_answers_that_wait_have_a_limit(sqlite_world: World) -> None:
    sam = sqlite_world.holder()
    rows = [{**ADJUSTMENT, "change": f"change {at}"} for at in range(21)]
    sam.tells({"adjustments": {"changes": rows}})
    _share, reader = shares_and_opens(sqlite_world, sam)
    got = [answers(reader, at=at).status_code for at in range(21)]
    assert got == [303] * 20 + [429]


# Review days


def test_a_review_day_is_in_both_calendars_and_both_are_reminded_once(world: World, sam: Person) -> None:
    review = {"review-day": "1", "review-month": "12", "review-year": "2026"}
    _share, reader = surely_answered(world, sam, **review)
    theirs = reader.get("/r/reviews.ics")
    assert theirs.headers["content-type"] == "text/calendar; charset=utf-8"
    mine = world.client.get("/passport/reviews.ics", headers={"cookie": f"session={sam.token}"})
    for content in (theirs.text, mine.text):
        assert "DTSTART;VALUE=DATE:20261201" in content
        assert "start at ten" not in content
    assert countersigning.remind(world.d) == 0  # ten days ahead
    world.clock.advance(days=3)
    assert countersigning.remind(world.d) == 1
    assert countersigning.remind(world.d) == 0
    kind = MessageKind.REVIEW_REMINDER.value
    assert world.one("SELECT count(*) FROM messages WHERE kind = :kind", kind=kind) == 1


def test_a_change_that_has_ended_is_not_reviewed(sqlite_world: World) -> None:
    sam = teller(sqlite_world)
    review = {"review-day": "1", "review-month": "12", "review-year": "2026"}
    _share, reader = surely_answered(sqlite_world, sam, **review)
    answers(reader, status="ended")
    assert "VEVENT" not in reader.get("/r/reviews.ics").text
    sqlite_world.clock.advance(days=5)
    assert countersigning.remind(sqlite_world.d) == 0


def teller(world: World, username: str = "sam") -> Person:
    person = world.holder(username)
    person.tells({"adjustments": {"changes": [ADJUSTMENT]}})
    return person
