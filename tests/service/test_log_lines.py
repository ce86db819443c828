"""What the holder reads in the log: who, when, what, how sure we are; programs once a day, nothing left out."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from consent.access_log import verify_export
from consent.checkpoint import verify_checkpoint
from consent.verification import Outcome
from passport.access import LoggedEvent
from passport.log_lines import log_lines
from passport.log_tree import add_all_pending
from passport.tables import AccessKind
from tests.service.world import Person, World

MORNING = datetime(2026, 11, 21, 9, tzinfo=UTC)


def event(sequence: int, kind: AccessKind, who: str = "Viewer", *, hours: int = 0) -> LoggedEvent:
    return LoggedEvent(
        sequence, f"event-{sequence}", MORNING + timedelta(hours=hours), kind, "share", {"who": who}
    )


def told(found: Sequence[LoggedEvent]) -> list[list[int]]:
    return [[each.sequence for each in line.events] for line in log_lines(found)]


def test_what_a_program_does_in_a_day_is_one_line_whatever_comes_between() -> None:
    polls = [event(9 - n, AccessKind.FETCHED, hours=9 - n) for n in range(4)]
    looked = event(5, AccessKind.OPENED, "Jo", hours=5)
    earlier = event(4, AccessKind.FETCHED, hours=-24)
    assert told([*polls, looked, earlier]) == [[9, 8, 7, 6], [5], [4]]
    assert told([polls[0], looked, *polls[1:]]) == [[9, 8, 7, 6], [5]]


def test_two_programs_are_two_lines() -> None:
    found = [event(4 - n, AccessKind.FETCHED, ("A", "B")[n % 2]) for n in range(4)]
    assert told(found) == [[4, 2], [3, 1]]


def test_what_people_do_is_told_together_only_where_it_follows_on_itself() -> None:
    kinds = [AccessKind.OPENED, AccessKind.OPENED, AccessKind.LOCKED, AccessKind.OPENED]
    assert told([event(4 - n, kind) for n, kind in enumerate(kinds)]) == [[4, 3], [2], [1]]


def test_the_messages_of_a_day_are_one_line_for_each_whom_they_went_to() -> None:
    kinds = [AccessKind.MESSAGE_SENT, AccessKind.OPENED, AccessKind.MESSAGE_SENT, AccessKind.OPENED]
    assert told([event(4 - n, kind, f"{n}") for n, kind in enumerate(kinds)]) == [[4, 2], [3], [1]]
    assert told([event(2, AccessKind.MESSAGE_SENT), event(1, AccessKind.MESSAGE_SENT, hours=-24)]) == [
        [2],
        [1],
    ]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([AccessKind.OPENED, AccessKind.FETCHED, AccessKind.REFUSED]),
            st.sampled_from("AB"),
            st.integers(0, 72),
        )
    )
)
def test_every_event_is_in_one_line(made: list[tuple[AccessKind, str, int]]) -> None:
    count = len(made)
    found = [event(count - n, kind, who, hours=-hours) for n, (kind, who, hours) in enumerate(made)]
    lines = told(found)
    assert sorted(n for line in lines for n in line) == list(range(1, count + 1))
    assert [line[0] for line in lines] == sorted((line[0] for line in lines), reverse=True)


def test_the_page_says_who_when_and_how_sure_we_are(sqlite_world: World) -> None:
    sam = sqlite_world.holder()
    sam.tells({"about-me": {"name": "Sam"}})
    share = sam.shares_with(passcode=False, name="Acme Tiles")
    for _ in range(3):
        sqlite_world.opens(share, recipient="Clinic viewer")
        sqlite_world.clock.advance(hours=1)
    page = log_page(sqlite_world, sam)
    looked = (
        "A program looked at the link for Acme Tiles (someone with the link) 3 times between 09:30 and 11:30."
    )
    assert looked in page
    assert "It said it was: Clinic viewer" in page
    assert "It does not prove who a person was" in page
    assert 'href="/passport/log/export"' in page


def test_who_kept_where_the_log_stood_saves_what_proves_that_it_only_grew(sqlite_world: World) -> None:
    sam = sqlite_world.holder()
    sam.tells({"about-me": {"name": "Sam"}})
    add_all_pending(sqlite_world.d)
    key = sqlite_world.d.log_signer.key
    kept = verify_checkpoint(sqlite_world.client.get("/log/checkpoint").content, key)
    sam.shares_with(passcode=False)
    assert 'action="/passport/log/export"' in log_page(sqlite_world, sam)
    for since, outcome in ((f"{kept.size}", Outcome.VALID), ("", Outcome.NOT_CHECKED)):
        saved = of_holder(sqlite_world, sam, f"/passport/log/export?since={since}").content
        assert verify_export(saved, key, known_checkpoint=kept).outcome is outcome


def log_page(world: World, person: Person) -> str:
    return str(of_holder(world, person, "/passport/log").text)


def of_holder(world: World, person: Person, path: str) -> Any:
    token = world.signs_in_again(person)
    return world.client.get(path, headers={"cookie": f"session={token}"})
