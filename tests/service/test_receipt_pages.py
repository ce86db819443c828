"""Pages of receipts, and the warning before words that tell an employer a condition. In English and in Welsh."""

import logging
import re
from html import unescape
from typing import Any

import pytest

from passport.read_receipts import READ
from tests.service.world import STORY, Person, World

KIND = {"employer": "/passport/shares/new/employer", "gp": "/passport/shares/new/gp"}
TELLING = {"kind": "hours", "barrier": "my depression", "change": "start at ten", "status": "asked"}
WARNING = "These words may tell an employer about a health condition"
WARNING_CY = "Gall y geiriau hyn ddweud wrth gyflogwr am gyflwr iechyd"


def given_sam(world: World, changes: list[dict[str, Any]]) -> Person:
    """Sam tells these changes, and looks at pages."""
    sam = world.holder()
    sam.tells({**STORY, "adjustments": {"changes": changes}})
    world.client.cookies.set("session", sam.token)
    world.client.headers["accept"] = "text/html"
    return sam


def form_of(world: World, kind: str = "employer", **more: str) -> dict[str, Any]:
    kept = re.findall(r'name="keep"[^>]* value="([^"]+)"', world.client.get(KIND[kind]).text)
    return {"recipient": "Acme Tiles", "sections": ["about-me", "adjustments"], "keep": kept, **more}


def words_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize("purpose", ["adjustments-at-work", "job-interview"])
def test_a_receipt_keeps_the_wording_of_the_preview_word_for_word(
    sqlite_world: World, language: str, purpose: str
) -> None:
    world = sqlite_world
    sam = given_sam(world, STORY["adjustments"]["changes"])
    sam.tells({"what-matters": {"good_day": "Sun"}})
    sent = form_of(world, purpose=purpose) | {"sections": ["about-me", "adjustments", "what-matters"]}
    path = f"{KIND['employer']}?lang={language}"
    preview = words_of(world.client.post(path, data=sent).text)
    shared = world.client.post(path, data=sent | {"step": "share"})
    share_id = shared.url.path.rpartition("/")[2]
    (line,) = [
        line["dct:description"]
        for line in sam.get(f"/api/v1/shares/{share_id}/receipt").json()["json_ld"]["dpv:hasNotice"]
    ]
    lines = line["@value"].splitlines()
    assert line["@language"] == language
    assert len(lines) >= 3
    assert [one for one in lines if one not in preview] == []


def test_a_share_says_its_receipt_and_offers_it_to_keep(sqlite_world: World) -> None:
    world = sqlite_world
    given_sam(world, STORY["adjustments"]["changes"])
    shared = world.client.post(KIND["employer"], data=form_of(world, step="share"))
    said = words_of(shared.text)
    assert (
        "Acme Tiles (an employer). We know them as someone with the link." in said or "Acme Tiles (" in said
    )
    for form in ("jwt", "json-ld", "fhir"):
        assert f'href="{shared.url.path}/receipt/{form}"' in shared.text
        assert world.client.get(f"{shared.url.path}/receipt/{form}").status_code == 200
    printed = words_of(world.client.get(f"{shared.url.path}/receipt").text)
    assert "What was said before the decision" in printed
    assert "What cannot be taken back" in printed


@pytest.mark.parametrize(("language", "warning"), [("en", WARNING), ("cy", WARNING_CY)])
def test_words_that_tell_a_condition_are_shown_before_an_employer_gets_them(
    sqlite_world: World, language: str, warning: str, caplog: pytest.LogCaptureFixture
) -> None:
    world = sqlite_world
    caplog.set_level(logging.DEBUG)
    given_sam(world, [STORY["adjustments"]["changes"][0], TELLING])
    preview = world.client.post(f"{KIND['employer']}?lang={language}", data=form_of(world))
    said = words_of(preview.text)
    assert warning in said
    assert "“depression”" in said
    assert {"en": "line 2", "cy": "llinell 2"}[language] in said
    assert "depression" not in caplog.text
    assert "depression" not in str(preview.url)


def test_the_warning_blocks_nothing_and_is_not_in_the_receipt(sqlite_world: World) -> None:
    world = sqlite_world
    sam = given_sam(world, [TELLING])
    shared = world.client.post(KIND["employer"], data=form_of(world, step="share"))
    assert "Stop sharing" in shared.text
    share_id = shared.url.path.rpartition("/")[2]
    assert "depression" not in sam.get(f"/api/v1/shares/{share_id}/receipt").text


def test_a_section_warns_once_it_is_told(sqlite_world: World) -> None:
    world = sqlite_world
    given_sam(world, [TELLING])
    assert "“depression”" in words_of(world.client.get("/passport/sections/adjustments").text)
    assert WARNING not in words_of(
        world.client.get("/passport/sections/conditions").text
    )  # employers never get it


def test_plain_words_and_other_recipients_bring_no_warning(sqlite_world: World) -> None:
    world = sqlite_world
    sam = given_sam(world, STORY["adjustments"]["changes"])
    assert WARNING not in words_of(world.client.post(KIND["employer"], data=form_of(world)).text)
    assert WARNING not in words_of(world.client.get("/passport/sections/adjustments").text)
    sam.tells({"adjustments": {"changes": [TELLING]}})
    assert WARNING not in words_of(world.client.post(KIND["gp"], data=form_of(world, "gp")).text)


def test_what_a_program_fetches_nobody_has_read_by_that() -> None:
    assert {kind.value for kind in READ} == {"opened"}
