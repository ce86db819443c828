"""What recipients may still do when a share has ended or was stopped: one table over HTTP, on both engines."""

import re
from dataclasses import dataclass

import pytest

from tests.service.countersigning import REVIEW, answers
from tests.service.replying import Reader, abouts, confirms, opens, shares_and_opens
from tests.service.world import ADJUSTMENT, OTHER_ADJUSTMENT, Person, Share, World

TERMS = {"basis": "employment-law", "kept": "until-end"}
MORE = {"sections": "what-matters", "reason": "To plan the work"}
OWN_DAY, SHARED_DAY = "20261201", "20261202"
# What somebody with the link gets, and what somebody with a work address gets: statuses of replies, and review days.
EXPECTED: dict[str, dict[str, tuple[object, object]]] = {
    "runs": {
        "acknowledge": (303, 303),
        "say deleted": (409, 409),
        "ask for more": (303, 303),
        "state terms": (303, 303),
        "see changes": (200, 200),
        "answer their own": (303, 303),
        "answer another": (303, 303),
        "days": ({OWN_DAY, SHARED_DAY}, {OWN_DAY, SHARED_DAY}),
    },
    "ended": {
        "acknowledge": (303, 303),
        "say deleted": (303, 303),
        "ask for more": (303, 303),
        "state terms": (409, 303),
        "see changes": (404, 200),
        "answer their own": (404, 303),
        "answer another": (404, 404),
        "days": ({OWN_DAY}, {OWN_DAY}),
    },
    "stopped": {
        "acknowledge": (303, 303),
        "say deleted": (303, 303),
        "ask for more": (409, 409),
        "state terms": (409, 303),
        "see changes": (404, 404),
        "answer their own": (404, 404),
        "answer another": (404, 404),
        "days": ({OWN_DAY}, {OWN_DAY}),
    },
}


@dataclass(frozen=True)
class Told:
    """Somebody who answered one of the changes that they read. `own`, `other`: that change, and one they left."""

    reader: Reader
    own: str
    other: str

    def acts(self) -> dict[str, object]:
        """Do everything once, and return what came of it."""
        posts = {
            "acknowledge": ("acknowledge", {}),
            "say deleted": ("deleted", {}),
            "ask for more": ("ask", MORE),
            "state terms": ("terms", TERMS),
            "answer their own": ("changes", {"about": self.own, "status": "in-place"}),
            "answer another": ("changes", {"about": self.other, "status": "agreed"}),
        }
        found: dict[str, object] = {
            "days": set(re.findall(r"DTSTART;VALUE=DATE:(\d+)", self.reader.get("/r/reviews.ics").text)),
            "see changes": self.reader.get("/r/changes").status_code,
        }
        return found | {
            act: self.reader.posts(f"/r/{at}", **form).status_code for act, (at, form) in posts.items()
        }


def given_a_share_that_two_answered(world: World, sam: Person) -> tuple[Share, Told, Told]:
    """Return a share of three changes, and who answered one each: by the link alone, and with a work address."""
    later = {**ADJUSTMENT, "change": "a late lunch", "review": "2026-12-02"}
    sam.tells({"adjustments": {"changes": [ADJUSTMENT, OTHER_ADJUSTMENT, later]}})
    share, by_link = shares_and_opens(world, sam, days=1)
    by_address = opens(world, share, who="Kim Example")
    confirms(world, by_address, sam.holder_id)
    first, second, third = abouts(by_link.page("/r/changes"))
    assert answers(by_link, at=0, **REVIEW).status_code == 303
    assert answers(by_address, at=1, **REVIEW).status_code == 303
    return share, Told(by_link, first, third), Told(by_address, second, third)


@pytest.mark.parametrize("standing", EXPECTED)
def test_what_a_recipient_may_do_follows_from_where_the_share_stands_and_how_sure_we_are_of_them(
    world: World, sam: Person, standing: str
) -> None:
    share, by_link, by_address = given_a_share_that_two_answered(world, sam)
    if standing == "stopped":
        sam.stops(share)
    if standing == "ended":
        world.clock.advance(days=2)
    got = [one.acts() for one in (by_link, by_address)]
    assert {act: (got[0][act], got[1][act]) for act in got[0]} == EXPECTED[standing]


def test_who_goes_on_with_an_answer_after_the_end_sees_which_change_it_is_and_nothing_else_of_it(
    sqlite_world: World, ada: Person
) -> None:
    _share, _by_link, by_address = given_a_share_that_two_answered(sqlite_world, ada)
    sqlite_world.clock.advance(days=2)
    page = by_address.reader.page("/r/changes")
    assert OTHER_ADJUSTMENT["change"] in page
    hidden = (OTHER_ADJUSTMENT["barrier"], ADJUSTMENT["change"], "a late lunch")
    assert not [told for told in hidden if told in page]
    assert "/r/changes" in by_address.reader.page()
    api = sqlite_world.client.get(
        "/api/v1/reply/changes", headers={"authorization": f"Bearer {by_address.reader.token}"}
    )
    assert [one["change"] for one in api.json()] == [
        {name: OTHER_ADJUSTMENT[name] for name in ("kind", "change")}
    ]
