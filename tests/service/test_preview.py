"""Before they share, a holder's program sees exactly what would be let out, and what in it may tell too much."""

import json
from html import unescape
from typing import Any

import pytest

from consent.presets import PURPOSES
from consent.verify import verify
from passport.issuing import trust_list
from schemas.vocabulary import RecipientKind
from tests.service.replying import abouts, shares_and_opens
from tests.service.test_replies import holder_page
from tests.service.world import ADJUSTMENT, CONDITION, STORY, Person, Share, World

EMPLOYER = {"recipient": {"kind": "employer", "name": "Acme Tiles"}, "purpose": "adjustments-at-work"}


def previews(sam: Person, **wishes: Any) -> Any:
    return sam.post("/api/v1/shares/preview", {**EMPLOYER, **wishes})


def claims_of(world: World, bundle: bytes) -> list[tuple[str, Any]]:
    with world.d.database.reading() as connection:
        found = verify(bundle, trust=trust_list(world.d, connection), statuses={}, now=world.clock())
    return [(entry.section.value, entry.readable.claims) for entry in found.entries]


def test_a_preview_shows_what_is_shared_then_keeps_nothing_and_is_refused_where_sharing_is(
    world: World, sam: Person
) -> None:
    (entry,) = sam.entries("adjustments")
    wishes: dict[str, Any] = {"left_out": {entry["entry_id"]: ["changes/1"]}, "passcode": False}
    before = sam.log()
    preview = previews(sam, **wishes).json()
    assert (sam.log(), sam.get("/api/v1/shares").json()) == (before, [])
    shared = world.reads(sam.shares_with(**wishes))
    assert claims_of(world, json.dumps(preview["bundle"]).encode()) == claims_of(world, shared)
    assert "a quiet room" not in json.dumps(preview)
    assert "What Acme Tiles will see" in preview["notice"]
    refused = previews(sam, sections=["diary"])
    assert (refused.status_code, refused.json()["code"]) == (422, "grant_invalid")
    assert previews(sam, sections=["home-life"]).status_code == 422


def test_it_warns_of_words_that_tell_a_condition_and_of_what_an_interview_does_not_need(
    world: World, sam: Person
) -> None:
    sam.tells({"adjustments": {"changes": [{**ADJUSTMENT, "barrier": "my epilepsy"}]}})
    (told,) = previews(sam).json()["telling"]
    assert (told["words"], "line 1" in told["places"][0]) == ("epilepsy", True)
    assert sam.asks_to_share().status_code == 201
    gp = previews(sam, recipient={"kind": "gp", "name": "Dr Green"}, purpose="health-care").json()
    assert gp["telling"] == []
    sections = ["about-me", "adjustments"]
    early = previews(sam, purpose="job-interview", sections=sections).json()
    assert "There is no job offer yet" in early["warning"]
    assert early["warning"] in early["notice"]
    assert previews(sam, sections=sections).json()["warning"] is None


def test_many_lines_of_one_word_hide_no_other_and_a_telling_code_is_warned_of_on_page_and_in_api(
    sqlite_world: World, ada: Person
) -> None:
    lines = [{**ADJUSTMENT, "barrier": f"my asthma in room {row}"} for row in range(25)]
    ada.tells(
        {
            "adjustments": {"changes": [*lines, {**ADJUSTMENT, "barrier": "HIV"}]},
            "communication": {"interpreter": {"code": "204341000000103"}},
        }
    )
    told = previews(ada, sections=["adjustments", "communication"]).json()["telling"]
    words = {one["words"]: one["places"] for one in told}
    assert set(words) == {"asthma", "HIV", "Makaton Sign Language interpreter needed"}
    assert "lines 1 to 25" in words["asthma"][0]
    sections = ("adjustments", "communication")
    page = unescape("".join(holder_page(sqlite_world, ada, f"/passport/sections/{one}") for one in sections))
    assert [one["words"] for one in told if f"“{one['words']}” ({one['places'][0]})" not in page] == []


def test_each_entry_says_with_whom_it_can_be_shared_and_it_can_with_nobody_else(
    sqlite_world: World, ada: Person
) -> None:
    _share, reader = shares_and_opens(sqlite_world, ada)
    about = abouts(reader.page("/r/changes"))[0]
    assert reader.posts("/r/changes", about=about, status="agreed").status_code == 303
    jo = sqlite_world.practitioner()
    grant = ada.lets_write(jo, "work-advice")
    jo.appends(grant, "work-advice", {"outcome": "not-fit"})  # no option: nothing of it is for employers
    before = {entry["entry_id"]: entry["shareable_with"] for entry in ada.entries()}
    ada.accepts(*(entry["entry_id"] for entry in ada.entries() if entry["state"] == "pending"))
    entries = ada.entries()
    assert {entry["entry_id"]: entry["shareable_with"] for entry in entries} == before
    assert [(one["section"], one["author"], len(one["shareable_with"])) for one in entries] == [
        ("about-me", "holder", 4),
        ("adjustments", "holder", 4),
        ("adjustments", "employer", 3),  # said by somebody with the link
        ("conditions", "holder", 3),
        ("work-advice", "practitioner", 3),
        ("diary", "holder", 0),
    ]
    for entry in entries:
        named = {"sections": [entry["section"]], "left_out": {entry["entry_id"]: []}}  # refused if not in it
        tried = {
            kind: previews(ada, recipient={"kind": kind, "name": "Kim"}, purpose=PURPOSES[kind][0], **named)
            for kind in RecipientKind
        }
        assert [kind for kind in tried if tried[kind].status_code == 200] == entry["shareable_with"]


# Changes sent on, and sharing again

TELLING = {**ADJUSTMENT, "barrier": "My bipolar disorder and lithium"}
WARNS = "These words may tell an employer about a health condition"


def row_asked(ada: Person, share: Share) -> dict[str, Any]:
    """Return the one row that a change asks about."""
    (row,) = ada.get(f"/api/v1/shares/{share.share_id}/update").json()["asked"]
    return dict(row)


def pages_of_change(world: World, ada: Person, share: Share) -> dict[str, str]:
    """Return what a holder sees before each thing that lets this share's recipient read other words."""
    row = row_asked(ada, share)
    form = {"rows": f"{row['entry_id']}:{row['path']}"}
    headers = {"accept": "text/html", "cookie": f"session={ada.token}"}
    page = world.client.post(f"/passport/shares/{share.share_id}/update", data=form, headers=headers)
    again = holder_page(world, ada, f"/passport/shares/{share.share_id}/again")
    return {"send": page.text, "again": again}


def test_a_change_to_send_is_warned_of_as_a_share_is_and_can_be_sent(
    sqlite_world: World, ada: Person
) -> None:
    share = ada.shares_with(live=True)
    ada.tells({"adjustments": {"changes": [TELLING]}})
    path, row = f"/api/v1/shares/{share.share_id}/update", row_asked(ada, share)
    rows = {"rows": {row["entry_id"]: [row["path"]]}}
    assert (
        ada.post(f"{path}/preview", {}).json()["telling"] == []
    )  # of a line that is not chosen nobody reads
    told = ada.post(f"{path}/preview", rows).json()
    assert {one["words"] for one in told["telling"]} == {"bipolar disorder", "lithium"}
    page = pages_of_change(sqlite_world, ada, share)["send"]
    assert WARNS in page
    assert "“bipolar disorder”" in page
    assert ada.post(path, rows).status_code == 204
    sent = claims_of(sqlite_world, sqlite_world.reads(share))
    assert claims_of(sqlite_world, json.dumps(told["bundle"]).encode()) == sent


def told_before_sharing_again(world: World, sam: Person, share: Share) -> tuple[set[str], str]:
    """Return the words that a program is warned of before the same is shared again, and what a person sees."""
    program = sam.post(f"/api/v1/shares/{share.share_id}/again/preview", {}).json()
    page = unescape(holder_page(world, sam, f"/passport/shares/{share.share_id}/again"))
    assert [line for line in program["notice"].splitlines() if line not in page] == []
    return {one["words"] for one in program["telling"]}, page


@pytest.mark.parametrize("kind", ["employer", "gp"])
def test_sharing_again_is_warned_of_too_where_an_employer_reads_it(
    world: World, sam: Person, kind: str
) -> None:
    sam.tells({"adjustments": {"changes": [TELLING]}})
    share = sam.shares_with(kind, sections=["about-me", "adjustments"])
    program, page = told_before_sharing_again(world, sam, share)
    assert program == ({"bipolar disorder", "lithium"} if kind == "employer" else set())
    assert all(f"“{words}”" in page for words in program)
    assert TELLING["barrier"] in page
    sam.tells({"adjustments": {"changes": [ADJUSTMENT]}})  # what is not as it was is not shared again
    program, page = told_before_sharing_again(world, sam, share)
    assert program == set()
    assert WARNS not in page


def test_the_preview_of_sharing_again_is_what_is_shared_then_in_the_wording_of_its_receipt(
    sqlite_world: World, ada: Person
) -> None:
    share = ada.shares_with("work-coach", sections=["about-me", "conditions"], passcode=False, days=9)
    sqlite_world.clock.advance(days=2)
    before, path = ada.log(), f"/api/v1/shares/{share.share_id}/again"
    for afresh, told in (((), ["about-me"]), (("conditions",), ["about-me", "conditions"])):
        preview = ada.post(f"{path}/preview", {"afresh": afresh}).json()
        seen = claims_of(sqlite_world, json.dumps(preview["bundle"]).encode())
        assert [section for section, _claims in seen] == told
    assert (ada.log(), "For 7 days." in preview["notice"]) == (before, True)
    page = unescape(holder_page(sqlite_world, ada, f"/passport/shares/{share.share_id}/again"))
    assert (STORY["about-me"]["name"] in page, CONDITION in page) == (
        True,
        False,
    )  # which nobody has chosen yet
    again = ada.share_of(ada.post(path, {"afresh": ["conditions"]}).json())
    assert claims_of(sqlite_world, sqlite_world.reads(again)) == seen
    (kept,) = ada.get(f"/api/v1/shares/{again.share_id}/receipt").json()["json_ld"]["dpv:hasNotice"]
    assert kept["dct:description"]["@value"] == preview["notice"]


def test_what_cannot_be_shared_again_cannot_be_previewed_either(sqlite_world: World, ada: Person) -> None:
    share = ada.shares_with("work-coach", sections=["conditions"])
    reply = ada.post(f"/api/v1/shares/{share.share_id}/again/preview", {})
    assert (reply.status_code, reply.json()["code"]) == (422, "nothing_to_share")
    page = holder_page(sqlite_world, ada, f"/passport/shares/{share.share_id}/again")
    assert "They see this and nothing else" in page


def test_a_gp_is_told_conditions_so_a_change_for_one_is_not_warned_of(
    sqlite_world: World, ada: Person
) -> None:
    share = ada.shares_with("gp", live=True, sections=["about-me", "adjustments"])
    path = f"/api/v1/shares/{share.share_id}/update"
    ada.tells({"adjustments": {"changes": [TELLING]}})
    row = row_asked(ada, share)
    told = ada.post(f"{path}/preview", {"rows": {row["entry_id"]: [row["path"]]}}).json()
    assert (told["telling"], "bipolar" in json.dumps(told["changes"])) == ([], True)
    pages = pages_of_change(sqlite_world, ada, share)
    assert [WARNS in page for page in pages.values()] == [False, False]
