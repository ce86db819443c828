"""Review days: in both sides' calendars, each told of them once, and only while the change stands."""

import re
from typing import Any

from sqlalchemy import update

from passport import reviews
from passport.settings import Settings
from passport.tables import SHARE_FILES, MessageKind
from schemas.vocabulary import Language
from tests.service.countersigning import REVIEW, answers, row_of, said_of, surely_answered, teller
from tests.service.mailing import Pigeon, reachable, sends, subjects
from tests.service.replying import Reader, abouts, confirms, shares_and_opens
from tests.service.test_replies import holder_page
from tests.service.world import ADJUSTMENT, OTHER_ADJUSTMENT, Clock, Person, World, running

OWN: dict[str, str] = {**ADJUSTMENT, "status": "agreed", "review": "2026-12-01"}


def calendars(world: World, sam: Person, reader: Reader) -> list[Any]:
    """Return the replies that the holder's calendar and the reader's get."""
    world.client.cookies.clear()
    headers = {"accept": "text/html", "cookie": f"session={sam.token}"}
    return [world.client.get("/passport/reviews.ics", headers=headers), reader.get("/r/reviews.ics")]


def changes_told(sam: Person, *changes: dict[str, Any]) -> None:
    sam.tells({"adjustments": {"changes": list(changes)}})


def assert_reviewed(world: World, sam: Person, reader: Reader, reviewed: bool) -> None:
    """Check both calendars, and whether anybody is reminded."""
    world.client.cookies.clear()
    mine = world.client.get("/passport/reviews.ics", headers={"cookie": f"session={sam.token}"})
    assert ["VEVENT" in text for text in (reader.get("/r/reviews.ics").text, mine.text)] == [reviewed] * 2
    world.clock.advance(days=5)
    assert reviews.remind(world.d) == int(reviewed)


DAY = re.compile(r"DTSTART;VALUE=DATE:(\d+)")


def test_a_review_day_is_in_both_calendars_and_is_reminded_of_in_the_week_before(
    sqlite_world: World, ada: Person
) -> None:
    _share, reader = surely_answered(sqlite_world, ada, **REVIEW)
    for reply in calendars(sqlite_world, ada, reader):
        assert reply.headers["content-type"] == "text/calendar; charset=utf-8"
        assert DAY.findall(reply.text) == ["20261201"]
        assert "start at ten" not in reply.text
    assert reviews.remind(sqlite_world.d) == 0  # ten days ahead
    sqlite_world.clock.advance(days=3)
    assert [reviews.remind(sqlite_world.d) for _ in range(2)] == [1, 0]
    kind = MessageKind.REVIEW_REMINDER.value
    assert sqlite_world.one("SELECT count(*) FROM messages WHERE kind = :kind", kind=kind) == 1


TYPED: dict[str, tuple[dict[str, str], str | None]] = {  # of a change whose day is 2027-03-01
    "kept": ({}, "2027-03-01"),
    "taken out": ({"review-day": "", "review-month": "", "review-year": ""}, None),
    "moved": ({"review-day": "2", "review-month": "3", "review-year": "2027"}, "2027-03-02"),
}


def test_the_review_day_that_is_signed_is_the_one_that_people_are_reminded_of(sqlite_world: World) -> None:
    sam = sqlite_world.holder()
    changes_told(sam, *({**OWN, "change": name, "review": "2027-03-01"} for name in TYPED))
    _share, reader = shares_and_opens(sqlite_world, sam)
    page = reader.page("/r/changes")
    assert re.findall(r'name="review-\w+"[^>]* value="(\d+)"', page) == ["1", "3", "2027"] * len(TYPED)
    for about, (typed, _day) in zip(abouts(page), TYPED.values(), strict=True):
        assert reader.posts("/r/changes", about=about, status="in-place", **typed).status_code == 303
    signed = {row_of(one)["change"]: row_of(one).get("review") for one in said_of(sam)}
    assert signed == {name: day for name, (_typed, day) in TYPED.items()}
    assert sorted(DAY.findall(reader.get("/r/reviews.ics").text)) == ["20270301", "20270302"]


def test_an_answer_that_ends_a_change_says_no_review_day_and_it_is_not_reviewed(sqlite_world: World) -> None:
    sam = teller(sqlite_world)
    _share, reader = surely_answered(sqlite_world, sam, **REVIEW)
    answers(reader, status="ended")
    said = {row_of(one)["status"]: row_of(one).get("review") for one in said_of(sam)}
    assert said == {"agreed": "2026-12-01", "ended": None}
    assert_reviewed(sqlite_world, sam, reader, False)


# What becomes of a change whose agreed answer says a day, and whether it is looked at again on it.
FATES = {
    "declined by the holder": False,
    "refused after all": False,
    "in place now": True,
    "over, says the holder": False,
    "in place, says the holder": True,
}


def test_what_does_not_stand_any_more_is_in_no_calendar_and_reminds_of_nothing(sqlite_world: World) -> None:
    sam = sqlite_world.holder()
    changes = {name: {**ADJUSTMENT, "change": name} for name in FATES}
    changes_told(sam, *changes.values())
    _share, reader = shares_and_opens(sqlite_world, sam)
    confirms(sqlite_world, reader, sam.holder_id)
    about = dict(zip(FATES, abouts(reader.page("/r/changes")), strict=True))
    days = {name: str(at) for at, name in enumerate(FATES, 1)}
    for name, day in days.items():
        form = {**REVIEW, "review-day": day, "status": "agreed"}
        assert reader.posts("/r/changes", about=about[name], **form).status_code == 303
    entry_ids = {row_of(one)["change"]: one["entry_id"] for one in said_of(sam)}
    assert sam.post(f"/api/v1/passport/entries/{entry_ids.pop('declined by the holder')}/decline").is_success
    sam.accepts(*entry_ids.values())
    for name, form in (
        ("refused after all", {"status": "refused", "reason": "Too dear after all"}),
        ("in place now", {**REVIEW, "review-day": days["in place now"], "status": "in-place"}),
    ):
        assert reader.posts("/r/changes", about=about[name], **form).status_code == 303
    changes["over, says the holder"]["status"] = "ended"
    changes["in place, says the holder"]["status"] = "in-place"
    changes_told(sam, *changes.values())
    kept = [f"2026120{days[name]}" for name, is_kept in FATES.items() if is_kept]
    assert [sorted(DAY.findall(one.text)) for one in calendars(sqlite_world, sam, reader)] == [kept] * 2
    sqlite_world.clock.advance(days=7)
    assert reviews.remind(sqlite_world.d) == len(kept)


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


def test_a_change_that_the_holder_tells_is_reviewed_by_both_sides_and_each_is_reminded_once(
    world: World,
) -> None:
    sam = world.holder()
    later = {**OTHER_ADJUSTMENT, "review": "2027-05-04"}
    changes_told(sam, OWN, later)
    reachable(world, sam)
    _share, reader = shares_and_opens(world, sam)
    confirms(world, reader, sam.holder_id, language="cy")
    for reply in calendars(world, sam, reader):
        assert re.findall(r"DTSTART;VALUE=DATE:(\d+)", reply.text) == ["20261201", "20270504"]
        assert "start at ten" not in reply.text
    subjects(world)
    world.clock.advance(days=5)
    assert [reviews.remind(world.d) for _ in range(2)] == [2, 0]
    changes_told(sam, OWN, later, {**OTHER_ADJUSTMENT, "change": "a late lunch"})
    assert reviews.remind(world.d) == 0
    pigeon = Pigeon()
    sends(world, pigeon)
    assert {sent.address: sent.languages for sent in pigeon.sent} == {
        "pat@acme.example": (Language.WELSH,),
        "sam@mail.example": (Language.ENGLISH,),
    }
    assert len(pigeon.sent) == 2
    assert not [sent for sent in pigeon.sent if "start at ten" in sent.subject + sent.text]


def test_changes_that_are_over_or_have_no_day_are_in_no_calendar_and_have_no_link(
    sqlite_world: World,
) -> None:
    sam = sqlite_world.holder()
    refused = {"status": "refused", "reason": "Too dear"}
    told: tuple[dict[str, Any], ...] = ({"status": "ended"}, refused, {"review": None})
    changes_told(sam, *({**OWN, **fate, "change": f"change {at}"} for at, fate in enumerate(told)))
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
