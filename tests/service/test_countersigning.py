"""An employer answers a change at work without an account; it may travel once we are sure enough of who they are."""

import base64
import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import update

from consent.bundle import parse_bundle
from consent.countersign import SharedChange, changes_of, is_about
from passport import reviews
from passport.settings import Settings
from passport.tables import SHARE_FILES, MessageKind
from tests.service.mailing import Pigeon, reachable, sends, subjects
from tests.service.replying import Reader, abouts, confirms, opens, shares_and_opens
from tests.service.test_replies import holder_page
from tests.service.world import ADJUSTMENT, OTHER_ADJUSTMENT, Clock, Person, Share, World, running

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
    assert not names_in(bundle, FORMER)
    assert world.verifies(bundle).failed is None


FORMER = (b"acme", b"pat example", b"pat@")  # whatever could name the first employer, or who answered there


def names_in(bundle: bytes, names: Sequence[bytes]) -> list[bytes]:
    """Return which of these are in a Bundle, in any case of letters, read as it is or decoded part by part."""
    parts = [
        base64.urlsafe_b64decode(part + "==")
        for text in parse_bundle(bundle).presentations
        for part in text.replace(".", "~").split("~")
        if part
    ]
    everything = b"".join([bundle, *parts]).lower()
    return [name for name in names if name in everything]


@pytest.mark.parametrize("kind", ["employer", "gp"])
def test_nobody_is_told_which_employer_answered_unless_the_holder_says_so_for_that_share(
    sqlite_world: World, ada: Person, kind: str
) -> None:
    surely_answered(sqlite_world, ada)
    ada.accepts(said_of(ada)[0]["entry_id"])
    wishes: dict[str, Any] = {"name": "Next", "passcode": False, "sections": ["adjustments"]}
    assert not names_in(sqlite_world.reads(ada.shares_with(kind, **wishes)), FORMER)
    named = ada.shares_with(kind, **wishes, name_employers=True, live=True)
    bundle = sqlite_world.reads(named)
    assert names_in(bundle, FORMER) == [b"acme"]  # the employer, and not who said it there
    assert sqlite_world.verifies(bundle).failed is None
    again = ada.post(f"/api/v1/shares/{named.share_id}/again", {}).json()
    assert names_in(sqlite_world.reads(ada.share_of(again)), FORMER) == [b"acme"]
    assert not names_in(
        sqlite_world.reads(ada.shares_with(kind, **wishes)), FORMER
    )  # the next share asks anew


def test_a_live_share_that_names_an_employer_goes_on_naming_them(sqlite_world: World, ada: Person) -> None:
    surely_answered(sqlite_world, ada)
    ada.accepts(said_of(ada)[0]["entry_id"])
    share = ada.shares_with(name="Next", passcode=False, name_employers=True, live=True)
    ada.tells({"about-me": {"name": "Sam E"}})
    assert ada.post(f"/api/v1/shares/{share.share_id}/update", {}).status_code < 300
    assert names_in(sqlite_world.reads(share), FORMER) == [b"acme"]


def test_the_share_form_asks_whether_to_name_employers_once_one_has_answered(
    sqlite_world: World, ada: Person
) -> None:
    asked = "Say which employer it was"
    path = "/passport/shares/new/employer"
    assert asked not in holder_page(sqlite_world, ada, path)
    surely_answered(sqlite_world, ada)
    ada.accepts(said_of(ada)[0]["entry_id"])
    page = holder_page(sqlite_world, ada, path)
    assert asked in page
    assert "checked" not in page.partition('name="name_employers"')[2].partition(">")[0]
    kept = re.findall(r'name="keep"[^>]* value="([^"]+)"', page)
    form = {"recipient": "Next", "sections": ["about-me", "adjustments"], "keep": kept}
    headers = {"accept": "text/html", "cookie": f"session={ada.token}"}
    for named in ({}, {"name_employers": "yes"}):
        preview = sqlite_world.client.post(path, headers=headers, data={**form, **named}).text
        assert ("acme.example" in preview) is bool(named)


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
    for reader, status in ((by_link, "agreed"), (by_address, "agreed"), (on_the_list, "in-place")):
        assert answers(reader, status=status).status_code == 303
    named = {row_of(one)["acknowledged"]: organisation_of(one) for one in said_of(sam)}
    assert named == {
        "link": "Great Shop plc",
        "work-email": "sams-own.example",
        "trust-list": "House of jo",
    }


def test_whoever_has_the_link_binds_nobody_of_whom_we_are_surer_and_undoes_nothing_they_said(
    sqlite_world: World,
) -> None:
    sam = teller(sqlite_world)
    share, mallory = shares_and_opens(sqlite_world, sam)
    pat = opens(sqlite_world, share)
    about = abouts(pat.page("/r/changes"))[0]

    def says(reader: Reader, status: str) -> int:
        return int(reader.posts("/r/changes", about=about, status=status).status_code)

    said = [says(mallory, "agreed"), says(mallory, "ended")]  # after which an employer can say nothing more
    assert [*said, says(pat, "in-place")] == [303, 303, 409]
    confirms(sqlite_world, pat, sam.holder_id)
    assert [says(pat, "in-place"), says(mallory, "ended"), says(pat, "ended")] == [303, 409, 303]


def test_an_answer_that_was_declined_is_as_if_it_had_not_been_said(sqlite_world: World) -> None:
    sam = teller(sqlite_world)
    _share, reader = shares_and_opens(sqlite_world, sam)
    for status in ("agreed", "ended"):
        assert answers(reader, status=status).status_code == 303
    assert abouts(reader.page("/r/changes")) == []  # there is nothing more to say
    for said in said_of(sam):
        assert sam.post(f"/api/v1/passport/entries/{said['entry_id']}/decline").status_code == 204
    assert answers(reader, status="agreed").status_code == 303


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
    assert reviews.remind(world.d) == 0  # ten days ahead
    world.clock.advance(days=3)
    assert reviews.remind(world.d) == 1
    assert reviews.remind(world.d) == 0
    kind = MessageKind.REVIEW_REMINDER.value
    assert world.one("SELECT count(*) FROM messages WHERE kind = :kind", kind=kind) == 1


@pytest.mark.parametrize(
    ("typed", "signed"),
    [
        ({}, "2027-03-01"),
        ({"review-day": "", "review-month": "", "review-year": ""}, None),
        ({"review-day": "2", "review-month": "3", "review-year": "2027"}, "2027-03-02"),
    ],
)
def test_the_review_day_that_is_signed_is_the_one_that_people_are_reminded_of(
    sqlite_world: World, typed: dict[str, str], signed: str | None
) -> None:
    sam = sqlite_world.holder()
    sam.tells({"adjustments": {"changes": [{**ADJUSTMENT, "status": "agreed", "review": "2027-03-01"}]}})
    _share, reader = shares_and_opens(sqlite_world, sam)
    page = reader.page("/r/changes")
    shown = re.findall(r'name="review-\w+"[^>]* value="(\d+)"', page)
    assert shown == ["1", "3", "2027"]
    assert answers(reader, status="in-place", **typed).status_code == 303
    assert row_of(said_of(sam)[0]).get("review") == signed
    assert reader.get("/r/reviews.ics").status_code == (200 if signed else 404)


def test_an_answer_that_ends_a_change_says_no_review_day(sqlite_world: World) -> None:
    sam = teller(sqlite_world)
    _share, reader = shares_and_opens(sqlite_world, sam)
    answers(reader, **REVIEW)
    answers(reader, status="ended")
    said = {row_of(one)["status"]: row_of(one).get("review") for one in said_of(sam)}
    assert said == {"agreed": "2026-12-01", "ended": None}


def test_a_change_that_has_ended_is_not_reviewed(sqlite_world: World) -> None:
    sam = teller(sqlite_world)
    review = {"review-day": "1", "review-month": "12", "review-year": "2026"}
    _share, reader = surely_answered(sqlite_world, sam, **review)
    answers(reader, status="ended")
    assert "VEVENT" not in reader.get("/r/reviews.ics").text
    sqlite_world.clock.advance(days=5)
    assert reviews.remind(sqlite_world.d) == 0


REVIEW = {"review-day": "1", "review-month": "12", "review-year": "2026"}


@pytest.mark.parametrize(("last", "kept"), [("declined", False), ("refused", False), ("in-place", True)])
def test_what_does_not_stand_any_more_is_in_no_calendar_and_reminds_of_nothing(
    sqlite_world: World, ada: Person, last: str, kept: bool
) -> None:
    _share, reader = surely_answered(sqlite_world, ada, **REVIEW)
    entry_id = said_of(ada)[0]["entry_id"]
    if last == "declined":
        assert ada.post(f"/api/v1/passport/entries/{entry_id}/decline").status_code == 204
    else:
        ada.accepts(entry_id)
    if last == "refused":
        assert answers(reader, status="refused", reason="Too dear after all").status_code == 303
    if last == "in-place":
        assert answers(reader, status="in-place", **REVIEW).status_code == 303
    assert_reviewed(sqlite_world, ada, reader, kept)


@pytest.mark.parametrize("status", ["ended", "in-place"])
def test_a_change_that_the_holder_says_is_over_is_not_reviewed(
    sqlite_world: World, ada: Person, status: str
) -> None:
    _share, reader = surely_answered(sqlite_world, ada, **REVIEW)
    ada.accepts(said_of(ada)[0]["entry_id"])
    over = {**ADJUSTMENT, "status": status}
    ada.tells({"adjustments": {"changes": [over, OTHER_ADJUSTMENT]}})
    assert_reviewed(sqlite_world, ada, reader, status == "in-place")


def test_a_declined_answer_gives_way_to_the_one_before_it(sqlite_world: World, ada: Person) -> None:
    _share, reader = surely_answered(sqlite_world, ada, **REVIEW)
    ada.accepts(said_of(ada)[0]["entry_id"])
    answers(reader, status="ended")
    (ended,) = [one["entry_id"] for one in said_of(ada) if one["state"] == "pending"]
    assert "VEVENT" not in reader.get("/r/reviews.ics").text
    assert ada.post(f"/api/v1/passport/entries/{ended}/decline").status_code == 204
    assert_reviewed(sqlite_world, ada, reader, True)


def test_who_was_stopped_is_not_reminded_of_a_review_and_the_holder_is(
    sqlite_world: World, ada: Person
) -> None:
    reachable(sqlite_world, ada)
    share, _reader = surely_answered(sqlite_world, ada, **REVIEW)
    ada.stops(share)
    subjects(sqlite_world)
    sqlite_world.clock.advance(days=5)
    reviews.remind(sqlite_world.d)
    pigeon = Pigeon()
    sends(sqlite_world, pigeon)
    assert [sent.address for sent in pigeon.sent] == ["sam@mail.example"]


def test_where_no_mail_is_set_up_a_review_stays_due(sqlite_settings: Settings, clock: Clock) -> None:
    with running(sqlite_settings.model_copy(update={"mail_carrier": "off"}), clock) as (app, client):
        world = World(app, client, clock)
        _share, reader = shares_and_opens(world, teller(world))
        assert answers(reader, **REVIEW).status_code == 303
        clock.advance(days=5)
        assert reviews.remind(world.d) == 0
        assert world.one("SELECT count(*) FROM messages") == 0


def assert_reviewed(world: World, sam: Person, reader: Reader, reviewed: bool) -> None:
    """Check both calendars, and whether anybody is reminded."""
    world.client.cookies.clear()
    mine = world.client.get("/passport/reviews.ics", headers={"cookie": f"session={sam.token}"})
    assert ["VEVENT" in text for text in (reader.get("/r/reviews.ics").text, mine.text)] == [reviewed] * 2
    world.clock.advance(days=5)
    assert reviews.remind(world.d) == int(reviewed)


def teller(world: World, username: str = "sam") -> Person:
    person = world.holder(username)
    person.tells({"adjustments": {"changes": [ADJUSTMENT]}})
    return person


def calendars(world: World, sam: Person, reader: Reader) -> list[Any]:
    """Return the replies that the holder's calendar and the reader's get."""
    world.client.cookies.clear()
    headers = {"accept": "text/html", "cookie": f"session={sam.token}"}
    return [world.client.get("/passport/reviews.ics", headers=headers), reader.get("/r/reviews.ics")]


def changes_told(sam: Person, *changes: dict[str, str]) -> None:
    sam.tells({"adjustments": {"changes": list(changes)}})


OWN: dict[str, str] = {**ADJUSTMENT, "status": "agreed", "review": "2026-12-01"}


def test_a_change_that_the_holder_tells_is_reviewed_by_both_sides_and_each_is_reminded_once(
    sqlite_world: World,
) -> None:
    sam = sqlite_world.holder()
    later = {**OTHER_ADJUSTMENT, "review": "2027-05-04"}
    changes_told(sam, OWN, later)
    reachable(sqlite_world, sam)
    _share, reader = shares_and_opens(sqlite_world, sam)
    confirms(sqlite_world, reader, sam.holder_id)
    for reply in calendars(sqlite_world, sam, reader):
        assert re.findall(r"DTSTART;VALUE=DATE:(\d+)", reply.text) == ["20261201", "20270504"]
        assert "start at ten" not in reply.text
    subjects(sqlite_world)
    sqlite_world.clock.advance(days=5)
    assert [reviews.remind(sqlite_world.d) for _ in range(2)] == [2, 0]
    changes_told(sam, OWN, later, {**OTHER_ADJUSTMENT, "change": "a late lunch"})
    assert reviews.remind(sqlite_world.d) == 0
    pigeon = Pigeon()
    sends(sqlite_world, pigeon)
    assert sorted(sent.address for sent in pigeon.sent) == ["pat@acme.example", "sam@mail.example"]
    assert not [sent for sent in pigeon.sent if "start at ten" in sent.subject + sent.text]


@pytest.mark.parametrize(
    "told", [{"status": "ended"}, {"status": "refused"}, {"status": "asked", "review": None}]
)
def test_a_change_that_is_over_or_has_no_day_is_in_no_calendar_and_has_no_link(
    sqlite_world: World, told: dict[str, Any]
) -> None:
    sam = sqlite_world.holder()
    changes_told(sam, {**OWN, **told})
    _share, reader = shares_and_opens(sqlite_world, sam)
    assert "reviews.ics" not in reader.page() + holder_page(sqlite_world, sam, "/passport/replies")
    for reply in calendars(sqlite_world, sam, reader):
        assert reply.status_code == 404
        assert "There are no review days yet" in reply.text
    api = sqlite_world.client.get(
        "/api/v1/reply/reviews", headers={"authorization": f"Bearer {reader.token}"}
    )
    assert (api.status_code, api.json()["code"]) == (404, "no_reviews")


def test_an_answer_takes_the_place_of_the_change_that_it_continues_in_both_calendars(
    sqlite_world: World,
) -> None:
    sam = sqlite_world.holder()
    changes_told(sam, OWN)
    _share, reader = shares_and_opens(sqlite_world, sam)
    names = [re.findall(r"UID:(\S+)", one.text) for one in calendars(sqlite_world, sam, reader)]
    answers(reader, status="in-place", **{**REVIEW, "review-day": "3"})
    moved = calendars(sqlite_world, sam, reader)
    assert [re.findall(r"DTSTART;VALUE=DATE:(\d+)", one.text) for one in moved] == [["20261203"]] * 2
    assert [re.findall(r"UID:(\S+)", one.text) for one in moved] == names
    answers(reader, status="ended")
    assert [one.status_code for one in calendars(sqlite_world, sam, reader)] == [404, 404]


def test_a_share_that_has_ended_or_leaves_the_change_out_shows_its_reader_no_review_day(
    sqlite_world: World,
) -> None:
    sam = sqlite_world.holder()
    sam.tells({"about-me": {"name": "Sam"}, "adjustments": {"changes": [OWN]}})
    _share, other = shares_and_opens(sqlite_world, sam, sections=["about-me"])
    share, reader = shares_and_opens(sqlite_world, sam)
    assert [calendars(sqlite_world, sam, one)[1].status_code for one in (other, reader)] == [404, 200]
    sam.stops(share)
    assert [one.status_code for one in calendars(sqlite_world, sam, reader)] == [200, 404]


def test_a_share_that_was_altered_where_it_is_stored_has_no_review_day_and_its_reply_page_goes_on(
    sqlite_world: World,
) -> None:
    sam = sqlite_world.holder()
    changes_told(sam, OWN)
    _share, reader = shares_and_opens(sqlite_world, sam)
    with sqlite_world.d.database.writing() as connection:
        connection.execute(update(SHARE_FILES).values(sealed_bundle=b"altered"))
    assert "reviews.ics" not in reader.page()
    assert [one.status_code for one in calendars(sqlite_world, sam, reader)] == [200, 404]


# What the holder reads of it


@pytest.mark.parametrize(("decision", "did"), [("accept", "accepted"), ("decline", "declined")])
def test_the_log_says_that_it_was_an_employer_whom_the_holder_accepted_or_declined(
    sqlite_world: World, decision: str, did: str
) -> None:
    sam = teller(sqlite_world)
    _share, reader = shares_and_opens(sqlite_world, sam)
    answers(reader)
    assert sam.post(f"/api/v1/passport/entries/{said_of(sam)[0]['entry_id']}/{decision}").status_code == 204
    page = holder_page(sqlite_world, sam, "/passport/log")
    assert f"You {did} what an employer said about a change at work" in page
    assert f"You {did} something a practitioner wrote" not in page


@pytest.mark.parametrize("confirmed", [False, True])
def test_before_accepting_the_holder_reads_whether_another_employer_can_ever_see_it(
    sqlite_world: World, confirmed: bool
) -> None:
    sam = teller(sqlite_world)
    _share, reader = shares_and_opens(sqlite_world, sam)
    if confirmed:
        confirms(sqlite_world, reader, sam.holder_id)
    answers(reader)
    before_accept, _found, _after = holder_page(sqlite_world, sam, "/passport").partition("/accept")
    assert ("You cannot share this with another employer." in before_accept) is not confirmed
    others = "GP surgery, Work coach, Practitioner."
    can = f"Who you can share it with: {'Employer, ' if confirmed else ''}{others}"
    assert can in before_accept
    sam.accepts(said_of(sam)[0]["entry_id"])
    assert can in holder_page(sqlite_world, sam, "/passport/sections/adjustments")


def test_the_next_employer_reads_in_plain_words_who_said_it(sqlite_world: World, ada: Person) -> None:
    surely_answered(sqlite_world, ada)
    ada.accepts(said_of(ada)[0]["entry_id"])
    _share, following = shares_and_opens(sqlite_world, ada, name="Next Tiles")
    page = following.page("/v/reading")
    assert "Said by an employer who is not named here, recorded by this service" in page
    assert "This service," not in page
