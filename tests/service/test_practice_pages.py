"""The practitioner's pages: every look at the plan is in its holder's log, and what has to wait is kept as typed."""

from collections.abc import Mapping
from html import unescape
from typing import Any

import pytest

from passport.appending import WAITING_MAX
from passport.settings import Settings
from tests.service.world import ADVICE, GOAL, Person, World


@pytest.fixture
def settings(sqlite_settings: Settings) -> Settings:
    """On one engine: nothing here depends on which (tests/passport_floor tries every query on both)."""
    return sqlite_settings


WAITS = "Something that another organisation wrote in this plan waits for Sam Example."
LOOKED = {
    "en": "Jo Example looked at your plan, to write in it",
    "cy": "Edrychodd Jo Example ar eich cynllun",
}
TYPED = {
    "on-day": "20",
    "on-month": "11",
    "on-year": "2026",
    "channel": "telephone",
    "workability_now": "5",
    "goals-0-goal": "Read for an hour",
}


@pytest.fixture
def jo(world: World) -> Person:
    """A practitioner."""
    return world.practitioner("jo", name="Jo Example", organisation="Mental Health Team")


@pytest.fixture
def kit(world: World) -> Person:
    """A practitioner of another organisation."""
    return world.practitioner("kit", name="Kit Example", organisation="Stroke Service")


def asks(world: World, who: Person, path: str, form: Mapping[str, str] | None = None) -> Any:
    """Ask for a page as somebody's browser does; with a form, send it."""
    world.client.cookies.clear()
    headers = {"accept": "text/html", "cookie": f"session={who.token}"}
    method = "GET" if form is None else "POST"
    return world.client.request(method, path, headers=headers, data=form, follow_redirects=False)


def looks(sam: Person) -> int:
    return sum(event["kind"] == "looked" for event in sam.log())


@pytest.mark.parametrize("path", ["", "/appointment"])
def test_every_page_with_the_plan_is_in_the_holders_log(
    world: World, sam: Person, jo: Person, path: str
) -> None:
    grant = sam.lets_write(jo, "plan", "scores")
    assert asks(world, jo, f"/practice/{grant}{path}").status_code == 200
    assert looks(sam) == 1
    for language, sentence in LOOKED.items():
        assert sentence in unescape(asks(world, sam, f"/passport/log?lang={language}").text)


def test_a_page_without_the_plan_is_no_look_at_it(world: World, sam: Person, jo: Person) -> None:
    grant = sam.lets_write(jo, "work-advice")
    for path in ("/practice", f"/practice/{grant}", f"/practice/{grant}/sections/work-advice"):
        assert asks(world, jo, path).status_code == 200
    assert looks(sam) == 0


def test_who_has_to_wait_for_the_holder_is_told_before_they_write(
    world: World, sam: Person, jo: Person, kit: Person
) -> None:
    ours, theirs = sam.lets_write(jo, "plan", "scores"), sam.lets_write(kit, "plan", "scores")
    waiting = jo.holds_appointment(ours, 1, GOAL).json()["entry_ids"]
    page = unescape(asks(world, kit, f"/practice/{theirs}").text)
    assert WAITS in page
    assert "Add an appointment" not in page
    assert GOAL["goal"] not in page
    assert asks(world, kit, f"/practice/{theirs}/appointment").headers["location"] == f"/practice/{theirs}"
    own = unescape(asks(world, jo, f"/practice/{ours}").text)
    assert WAITS not in own
    assert "What you added last waits for" in own
    sam.accepts(*waiting)
    page = asks(world, kit, f"/practice/{theirs}").text
    assert "Add an appointment" in page
    assert GOAL["goal"] in page


def test_what_was_typed_meanwhile_is_kept(world: World, sam: Person, jo: Person, kit: Person) -> None:
    ours, theirs = sam.lets_write(jo, "plan", "scores"), sam.lets_write(kit, "plan", "scores")
    waiting = jo.holds_appointment(ours, 1, GOAL).json()["entry_ids"]
    refused = asks(world, kit, f"/practice/{theirs}/appointment", TYPED)
    assert refused.status_code == 422
    assert f"{WAITS} Ask them to accept or decline it first" in unescape(refused.text)
    assert TYPED["goals-0-goal"] in refused.text
    sam.accepts(*waiting)
    assert (
        asks(world, kit, f"/practice/{theirs}/appointment", TYPED).headers["location"] == "/practice?done=1"
    )
    assert {entry["state"] for entry in sam.entries("plan")} == {"accepted", "pending"}


def test_a_section_too_many_is_refused_on_its_own_form(world: World, sam: Person, jo: Person) -> None:
    grant = sam.lets_write(jo, "work-advice")
    for _ in range(WAITING_MAX):
        assert jo.appends(grant, "work-advice", ADVICE).status_code == 201
    form = {"outcome": "may-be-fit", "comments": "Tires easily."}
    refused = asks(world, jo, f"/practice/{grant}/sections/work-advice", form)
    assert refused.status_code == 422
    assert "Too much of what your organisation wrote waits for Sam Example." in unescape(refused.text)
    assert "Tires easily." in refused.text
