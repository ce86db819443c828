"""What a holder reads once a share is over: who saw what, who was asked to delete it, and how to share again."""

import re
from html import unescape

from tests.service.replying import confirms, opens, shares_and_opens
from tests.service.test_replies import holder_page
from tests.service.test_share_life import asks
from tests.service.world import Person, Share, World


def words_of(world: World, person: Person, path: str) -> str:
    text = re.sub(r"<(script|style).*?</\1>", " ", holder_page(world, person, path), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def disowned(world: World, person: Person, share: Share, kind: str, *, who: str) -> str:
    """Say of the event of this kind that this was not them, and return what the page says then."""
    (event,) = [one for one in person.log(share) if one["kind"] == kind and one["who"] == who]
    assert asks(person, share, "not-me", {"event": event["sequence"]}).status_code == 204
    return words_of(world, person, f"/passport/shares/{share.share_id}/not-me")


def test_of_a_wrong_passcode_it_is_said_that_nobody_saw_anything(sqlite_world: World, ada: Person) -> None:
    share = ada.shares_with()
    sqlite_world.opens(share, passcode="ABCD-EFGH", recipient="Eve")
    page = disowned(sqlite_world, ada, share, "wrong-passcode", who="Eve")
    assert "Who it was: Someone with the link, who says they are Eve" in page
    assert "Nobody saw anything that time." in page
    assert "They saw" not in page
    assert "ask them to delete" not in page


def test_of_a_stranger_it_is_said_what_they_saw_and_not_what_was_checked_of_somebody_else(
    sqlite_world: World, ada: Person
) -> None:
    share, reader = shares_and_opens(sqlite_world, ada)
    confirms(sqlite_world, reader, ada.holder_id)
    opens(sqlite_world, share, who="Eve")
    page = disowned(sqlite_world, ada, share, "opened", who="Eve")
    assert "Who it was: Someone with the link, who says they are Eve" in page
    assert "They saw: About me" in page
    assert "uses the work email address" not in page


def test_of_a_share_that_nobody_opened_it_is_said_that_nobody_has_a_copy(
    sqlite_world: World, ada: Person
) -> None:
    share = ada.shares_with()
    asks(ada, share, "stop", {})
    page = words_of(sqlite_world, ada, f"/passport/shares/{share.share_id}")
    assert "Nobody opened it, so nobody has a copy." in page
    assert "asked to delete" not in page
    assert "Stopped on 21 November 2026" in page
    again = words_of(sqlite_world, ada, f"/passport/shares/{share.share_id}/again")
    assert "Share again with a new link" in again
    assert "old link" not in again.replace("Share again with a new link", "")
    assert "Stop" not in again


def test_of_those_who_gave_no_address_it_is_said_that_nobody_was_asked(
    sqlite_world: World, ada: Person
) -> None:
    share, _reader = shares_and_opens(sqlite_world, ada)
    asks(ada, share, "stop", {})
    page = words_of(sqlite_world, ada, f"/passport/shares/{share.share_id}")
    assert "Nobody who opened it gave a work email address, so nobody was asked" in page


def test_a_check_by_the_service_itself_is_of_the_moment_of_looking(sqlite_world: World, ada: Person) -> None:
    shares_and_opens(sqlite_world, ada)  # the list is signed here
    sqlite_world.clock.advance(minutes=4)
    _share, reader = shares_and_opens(sqlite_world, ada)
    assert "As of 21 November 2026, 09:34." in reader.page("/v/reading")
