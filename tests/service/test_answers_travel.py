"""What an employer answered may travel to the next one, once we are sure enough of them, and need not name them."""

import base64
import re
from collections.abc import Sequence
from typing import Any

import pytest

from consent.bundle import parse_bundle
from tests.service.countersigning import (
    answers,
    changes_shown,
    said_of,
    surely_answered,
    teller,
)
from tests.service.replying import confirms, shares_and_opens
from tests.service.test_replies import holder_page
from tests.service.world import Person, World

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


def test_an_answer_of_someone_with_the_link_does_not_travel_to_an_employer(world: World, sam: Person) -> None:
    _share, reader = shares_and_opens(world, sam)
    answers(reader)
    sam.accepts(said_of(sam)[0]["entry_id"])
    shown = changes_shown(world, sam.shares_with(name="Next Tiles", passcode=False))
    assert not [row for row in shown if "acknowledged" in row]
    own = changes_shown(world, sam.shares_with("gp", "Dr Green", passcode=False, sections=["adjustments"]))
    assert [row for row in own if "acknowledged" in row]


def test_what_the_holder_declines_is_never_shared(world: World, sam: Person) -> None:
    surely_answered(world, sam)
    entry_id = said_of(sam)[0]["entry_id"]
    assert sam.post(f"/api/v1/passport/entries/{entry_id}/decline").status_code == 204
    assert not [r for r in changes_shown(world, sam.shares_with(passcode=False)) if "acknowledged" in r]


def test_nobody_is_told_which_employer_answered_unless_the_holder_says_so_for_that_share(
    sqlite_world: World, ada: Person
) -> None:
    surely_answered(sqlite_world, ada)
    ada.accepts(said_of(ada)[0]["entry_id"])
    wishes: dict[str, Any] = {"name": "Next", "passcode": False, "sections": ["adjustments"]}
    for kind in ("employer", "gp"):
        assert not names_in(sqlite_world.reads(ada.shares_with(kind, **wishes)), FORMER)
        named = ada.shares_with(kind, **wishes, name_employers=True, live=True)
        bundle = sqlite_world.reads(named)
        assert names_in(bundle, FORMER) == [b"acme"]  # the employer, and not who said it there
        assert sqlite_world.verifies(bundle).failed is None
        again = ada.post(f"/api/v1/shares/{named.share_id}/again", {}).json()
        assert names_in(sqlite_world.reads(ada.share_of(again)), FORMER) == [b"acme"]
        following = ada.shares_with(kind, **wishes)  # which asks anew
        assert not names_in(sqlite_world.reads(following), FORMER)


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
