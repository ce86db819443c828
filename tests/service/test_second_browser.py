"""One share opened in two browsers: the holder sees both, and neither acts as the other (ADR 23)."""

from typing import Any

import pytest

from passport.settings import Settings
from tests.service.mailing import Pigeon, sends
from tests.service.replying import Reader, confirms, opens, shares_and_opens
from tests.service.world import Person, World


@pytest.fixture
def settings(sqlite_settings: Settings) -> Settings:
    """On one engine: what is called here is tried on both by the tests of the pages."""
    return sqlite_settings


def page_of(world: World, sam: Person, path: str) -> str:
    world.client.cookies.clear()
    headers = {"accept": "text/html", "cookie": f"session={sam.token}"}
    return str(world.client.get(path, headers=headers).text)


def recipients_of(sam: Person) -> list[dict[str, Any]]:
    return list(sam.get("/api/v1/replies").json()["recipients"])


def test_the_same_name_in_a_second_browser_acts_for_itself_alone(world: World, sam: Person) -> None:
    share, first = shares_and_opens(world, sam)
    confirms(world, first, sam.holder_id)
    first.posts("/r/ask", sections="work", reason="The first one asks")
    world.clock.advance(minutes=1)
    second = opens(world, share)
    assert second.token != first.token
    assert "What you asked for" in first.page()
    assert "What you asked for" not in second.page()
    second.posts("/r/acknowledge")
    said = sam.log(share)[-1]
    assert (said["kind"], said["who"], said["assurance"]) == ("acknowledged", "Pat Example", "link")
    assert [one["assurance"] for one in recipients_of(sam)] == ["work-email", "link"]
    assert [one["acknowledged_at"] is None for one in recipients_of(sam)] == [True, False]


def test_whoever_leaves_a_device_is_forgotten_there_and_comes_back_by_their_reply_link(
    world: World, sam: Person
) -> None:
    share, reader = shares_and_opens(world, sam)
    before = dict(reader.cookies)
    for path in ("/v/reading", "/r/reply"):
        assert 'action="/r/leave"' in reader.page(path)
    left = reader.posts("/r/leave")
    assert (left.status_code, left.headers["location"]) == (303, "/r/left")
    gone = [one for one in left.headers.get_list("set-cookie") if "Max-Age=0" in one]
    assert sorted(one.partition("=")[0] for one in gone) == ["reply", "viewing"]
    assert Reader(world, before).get("/v/reading").status_code == 404  # what was kept of it reads nothing
    assert sam.said(share) == ["opened"]
    other = Reader(world)
    assert "To answer, use your reply link" in other.page("/r/left")
    assert other.posts("/r/reply", token=before["reply"]).headers["location"] == "/r/reply"
    assert other.posts("/r/leave").status_code == 303  # with nothing open


def test_the_holder_sees_each_opening_and_that_there_was_more_than_one_browser(
    world: World, sam: Person
) -> None:
    share, _first = shares_and_opens(world, sam)
    page = page_of(world, sam, f"/passport/shares/{share.share_id}")
    assert "who says they are Pat Example" in page
    assert "More than one browser or program" not in page
    opens(world, share)
    page = page_of(world, sam, f"/passport/shares/{share.share_id}")
    assert "who says they are Pat Example (in 2 browsers or programs)" in page
    assert "It may be the same person each time, or someone else with the link." in page
    assert sam.said(share) == ["opened", "opened"]
    ids = {one["recipient_id"] for one in recipients_of(sam)}
    assert len(ids) == 2


def test_a_request_says_which_of_them_asked(sqlite_world: World) -> None:
    sam = sqlite_world.holder()
    sam.tells({"about-me": {"name": "Sam"}})
    share, _first = shares_and_opens(sqlite_world, sam)
    sqlite_world.clock.advance(minutes=1)
    opens(sqlite_world, share).posts("/r/ask", sections="work", reason="The second one asks")
    body = sam.get("/api/v1/replies").json()
    (asked,) = body["requests"]
    assert asked["recipient_id"] == body["recipients"][1]["recipient_id"]


def test_one_address_in_two_browsers_is_told_once_and_not_at_all_when_its_copies_are_gone(
    world: World, sam: Person
) -> None:
    share, first = shares_and_opens(world, sam)
    second = opens(world, share)
    for reader in (first, second):
        confirms(world, reader, sam.holder_id)
    sends(world, Pigeon())
    sam.stops(share)
    pigeon = Pigeon()
    sends(world, pigeon)
    assert [sent.subject for sent in pigeon.sent] == ["Please delete what was shared with you"]
    assert first.posts("/r/deleted").status_code == 303
    before = len(pigeon.sent)
    world.clock.advance(days=60)
    sends(world, pigeon)
    assert len(pigeon.sent) == before
