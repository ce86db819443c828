"""Live shares: the holder sends each change on; what was not granted changes nothing, not even a time."""

from html import unescape
from typing import Any

from consent.sealed_file import open_file
from consent.verification import Outcome
from passport.holders import open_holder
from passport.sealed_shares import SEEN_FIELD, open_bundle
from passport.store import share_files
from schemas.catalogue import CATALOGUE
from schemas.vocabulary import AuthorKind, Preset, RecipientKind, Section
from tests.consent_floor.passports import BODIES
from tests.service.replying import Reader, opens
from tests.service.test_receipts import read
from tests.service.test_replies import holder_page
from tests.service.test_reply_requests import answers_page
from tests.service.world import ADJUSTMENT, OTHER_ADJUSTMENT, Person, Share, World

AGREED = {**ADJUSTMENT, "status": "agreed"}
NEVER = [
    section.value
    for section, spec in CATALOGUE.items()
    if spec.presets[RecipientKind.EMPLOYER] is Preset.NEVER and AuthorKind.HOLDER in spec.authors
]


def update(sam: Person, share: Share, **body: Any) -> Any:
    path = f"/api/v1/shares/{share.share_id}/update"
    return sam.post(path, body) if body or body == {} else sam.get(path)


def waiting(sam: Person, share: Share) -> Any:
    return sam.get(f"/api/v1/shares/{share.share_id}/update")


def previews(sam: Person, share: Share, **rows: list[str]) -> Any:
    return sam.post(f"/api/v1/shares/{share.share_id}/update/preview", {"rows": rows})


def read_page(world: World, share: Share, language: str = "en", *, by: Reader | None = None) -> str:
    """Open the link as a person does, for the first time or again, and return the page they read."""
    return opens(world, share, who="Jo at Acme Tiles", reader=by).page(f"/v/reading?lang={language}")


def test_a_snapshot_stays_as_it_was_made(sqlite_world: World, ada: Person) -> None:
    share = ada.shares_with(passcode=False)
    before = sqlite_world.reads(share)
    assert not share.shlink.live
    ada.tells({"about-me": {"name": "Samantha Example"}})
    reply = update(ada, share, rows={})
    assert (reply.status_code, reply.json()["code"]) == (409, "share_not_live")
    assert sqlite_world.reads(share) == before
    assert "What changed since" not in read_page(sqlite_world, share)


def test_a_change_is_sent_when_its_holder_says_so_and_not_before(world: World, sam: Person) -> None:
    share = sam.shares_with(passcode=False, live=True)
    assert share.shlink.live
    first = world.reads(share)
    assert waiting(sam, share).json()["code"] == "nothing_changed"
    world.clock.advance(hours=1)
    sam.tells({"about-me": {"name": "Samantha Example"}})
    assert world.reads(share) == first
    (change,) = previews(sam, share).json()["changes"]
    assert (change["was"], change["now"]) == ("Sam Example", "Samantha Example")
    assert update(sam, share, rows={}).status_code == 204
    second = world.reads(share)
    assert (b"Samantha Example" in first, b"Samantha Example" in second) == (False, True)
    assert update(sam, share, rows={}).json()["code"] == "nothing_changed"
    assert [kind for kind in sam.said(share) if kind != "fetched"] == ["updated"]


def test_what_is_sent_keeps_share_status_and_nonce_and_is_bound_anew(world: World, sam: Person) -> None:
    share = sam.shares_with(passcode=False, live=True)
    before = world.verifies(world.reads(share))
    world.clock.advance(hours=1)
    sam.tells({"about-me": {"name": "Samantha Example"}})
    update(sam, share, rows={})
    after = world.verifies(world.reads(share))
    assert (before.outcome, after.outcome) == (Outcome.VALID, Outcome.VALID)
    assert before.share is not None
    assert after.share is not None
    assert (before.share.audience, before.share.nonce) == (after.share.audience, after.share.nonce)
    assert (after.share.released_at - before.share.released_at).total_seconds() == 3600
    copy = world.reads(share)
    sam.stops(share)
    assert world.verifies(copy).outcome is Outcome.REFUSED


def test_a_viewer_that_polls_gets_the_new_manifest(world: World, sam: Person) -> None:
    share = sam.shares_with(passcode=False, live=True)
    first = world.opens(share).json()
    assert first["status"] == "can-change"
    world.clock.advance(hours=2)
    sam.tells({"about-me": {"name": "Samantha Example"}})
    assert world.opens(share).json()["files"][0]["lastUpdated"] == first["files"][0]["lastUpdated"]
    update(sam, share, rows={})
    assert world.opens(share).json()["files"][0]["lastUpdated"] > first["files"][0]["lastUpdated"]


def test_a_never_section_that_changes_sends_nothing_and_moves_no_time(world: World, sam: Person) -> None:
    share, jo = sam.shares_with(passcode=False, live=True), Reader(world)
    read_page(world, share, by=jo)
    bundle, manifest = carried(world, share)
    for section in NEVER:
        world.clock.advance(minutes=10)
        sam.tells({section: BODIES[Section(section)]})
        assert waiting(sam, share).json()["code"] == "nothing_changed", section
        assert update(sam, share, rows={}).json()["code"] == "nothing_changed", section
        assert carried(world, share) == (bundle, manifest), section
    page = read_page(world, share, by=jo)
    assert "What changed since you last looked" in page
    assert "changed:" not in page


def carried(world: World, share: Share) -> tuple[bytes, Any]:
    """Return the Bundle of a share, and its manifest but for the sealed file, whose IV is new each time."""
    manifest = world.opens(share).json()
    (file,) = manifest["files"]
    return open_file(file.pop("embedded"), share.shlink.key).content, manifest


def test_claims_and_rows_that_were_held_back_are_no_change(sqlite_world: World, ada: Person) -> None:
    (entry,) = ada.entries("adjustments")
    share = ada.shares_with(left_out={entry["entry_id"]: ["changes/1"]}, passcode=False, live=True)
    ada.tells({"about-me": {"name": "Sam Example", "phone": "029 2018 0000"}})
    ada.tells({"adjustments": {"changes": [ADJUSTMENT]}})
    assert waiting(ada, share).json()["code"] == "nothing_changed"


def test_a_new_or_changed_row_goes_out_only_when_it_is_chosen(world: World, sam: Person) -> None:
    share = sam.shares_with(passcode=False, live=True)
    sam.tells({"adjustments": {"changes": [AGREED, OTHER_ADJUSTMENT, {**ADJUSTMENT, "change": "a fan"}]}})
    asked = {row["value"]["change"]: row for row in waiting(sam, share).json()["asked"]}
    assert set(asked) == {"start at ten", "a fan"}
    chosen = asked["start at ten"]
    reply = update(sam, share, rows={chosen["entry_id"]: ["changes/1"]})
    assert (reply.status_code, reply.json()["code"]) == (422, "grant_invalid")
    assert update(sam, share, rows={chosen["entry_id"]: [chosen["path"]]}).status_code == 204
    bundle = world.reads(share)
    assert b"Agreed" in bundle
    assert b"quiet room" in bundle
    assert b"a fan" not in bundle
    assert waiting(sam, share).json()["code"] == "nothing_changed"


def test_where_every_line_changed_a_program_is_asked_about_them_and_none_goes_out_unchosen(
    sqlite_world: World, ada: Person
) -> None:
    share = ada.shares_with(passcode=False, live=True, sections=["adjustments"])
    ada.tells({"adjustments": {"changes": [AGREED]}})
    (row,) = waiting(ada, share).json()["asked"]
    assert previews(ada, share).json()["code"] == "nothing_to_share"
    assert previews(ada, share, **{row["entry_id"]: [row["path"]]}).json()["changes"]
    ada.stops(share)
    assert waiting(ada, share).json()["code"] == "share_ended"


def test_what_was_taken_back_goes_from_the_share_when_its_holder_sends_it(
    sqlite_world: World, ada: Person
) -> None:
    share = ada.shares_with(passcode=False, live=True)
    (entry,) = ada.entries("adjustments")
    assert (
        ada.post(f"/api/v1/passport/entries/{entry['entry_id']}/withdraw", {"reason": "mistake"}).status_code
        == 200
    )
    assert {change["now"] for change in previews(ada, share).json()["changes"]} == {None}
    assert update(ada, share, rows={}).status_code == 204
    after = sqlite_world.verifies(sqlite_world.reads(share))
    assert after.outcome is Outcome.VALID
    assert [one.section for one in after.entries] == [Section.ABOUT_ME]


def test_the_recipient_sees_what_changed_since_they_last_looked(world: World, sam: Person) -> None:
    share, jo = sam.shares_with(passcode=False, live=True), Reader(world)
    assert "What changed since" not in read_page(world, share, by=jo)  # the first look has nothing before it
    world.clock.advance(hours=1)
    assert "Nothing" in read_page(world, share, by=jo)
    for name in ("Sam One", "Sam Two"):  # two changes before they look again: told from what they saw
        world.clock.advance(hours=1)
        sam.tells({"about-me": {"name": name}})
        assert update(sam, share, rows={}).status_code == 204
    world.clock.advance(hours=1)
    page = read_page(world, share, by=jo)
    assert "changed: Sam Two" in page
    assert "Sam Example" not in page
    world.clock.advance(hours=1)
    assert "changed:" not in read_page(world, share, by=jo)


def test_a_line_that_was_taken_out_is_named_by_its_label_and_what_it_said_is_kept_nowhere(
    world: World, sam: Person
) -> None:
    share, jo = sam.shares_with(passcode=False, live=True, days=90), Reader(world)
    assert "a quiet room" in read_page(world, share, by=jo)
    world.clock.advance(hours=1)
    sam.tells({"adjustments": {"changes": [ADJUSTMENT]}})
    assert update(sam, share, rows={}).status_code == 204
    world.clock.advance(days=20)
    page = read_page(world, share, by=jo)
    assert "taken out" in page
    assert page.count("start at ten") == 1
    with world.d.database.reading() as connection:
        holder = open_holder(world.d, connection, sam.holder_id)
        file = share_files.get(connection, sam.holder_id, share.share_id)
    assert file is not None
    assert file.sealed_seen is not None
    kept = holder.vault.open(file.sealed_seen, row=share.share_id, **SEEN_FIELD)
    for said in (page, kept.decode(), open_bundle(holder, file).decode()):
        assert "quiet room" not in said


def test_what_was_taken_out_is_told_to_nobody_who_did_not_see_it(world: World, sam: Person) -> None:
    share, jo, kim = sam.shares_with(passcode=False, live=True), Reader(world), Reader(world)
    read_page(world, share, by=jo)
    for name in ("Sam Secret", "Sam One"):  # told by mistake, seen by Kim, and taken out again
        world.clock.advance(hours=1)
        sam.tells({"about-me": {"name": name}})
        assert update(sam, share, rows={}).status_code == 204
        world.clock.advance(hours=1)
        if name == "Sam Secret":
            read_page(world, share, by=kim)
    assert "What changed since" not in read_page(world, share)  # somebody who never looked before
    assert "Sam Secret" not in read_page(world, share, by=jo)  # who looked before it was there
    page = read_page(world, share, by=kim)
    assert ("changed: Sam One" in page, "Sam Secret" in page) == (True, False)


def test_what_a_program_fetches_is_no_look_of_the_recipients(world: World, sam: Person) -> None:
    share, jo = sam.shares_with(passcode=False, live=True), Reader(world)
    read_page(world, share, by=jo)
    world.clock.advance(hours=1)
    sam.tells({"about-me": {"name": "Sam One"}})
    assert update(sam, share, rows={}).status_code == 204
    for _ in range(2):
        world.clock.advance(hours=1)
        world.reads(share)
    assert "changed: Sam One" in read_page(world, share, by=jo)
    now = sam.share_now(share)
    assert (now["views"], now["program_views"]) == (4, 2)
    headers = {"accept": "text/html", "cookie": f"session={sam.token}"}
    page = world.client.get(f"/passport/shares/{share.share_id}", headers=headers).text
    assert "Fetched by programs" in page
    assert "2 times. A program can fetch it for someone, or keep a copy." in page


def test_what_changed_is_told_in_welsh(sqlite_world: World, ada: Person) -> None:
    share, jo = ada.shares_with(passcode=False, live=True), Reader(sqlite_world)
    read_page(sqlite_world, share, by=jo)
    sqlite_world.clock.advance(hours=1)
    ada.tells({"about-me": {"name": "Siân"}})
    update(ada, share, rows={})
    sqlite_world.clock.advance(hours=1)
    assert "Yr enw rwy’n ei ddefnyddio" in read_page(sqlite_world, share, "cy", by=jo)


def test_an_ended_share_is_sent_nothing(sqlite_world: World, ada: Person) -> None:
    share = ada.shares_with(passcode=False, live=True)
    ada.tells({"about-me": {"name": "Samantha Example"}})
    ada.stops(share)
    assert waiting(ada, share).json()["code"] == "share_ended"
    assert update(ada, share, rows={}).json()["code"] == "share_ended"


# Not now


def asks_home(world: World, sam: Person) -> bool:
    """Return whether Sam's first page asks about a change."""
    return "Send this change to" in holder_page(world, sam, "/passport")


def test_a_change_that_is_not_sent_now_is_asked_about_when_something_changes_again_and_not_before(
    world: World, sam: Person
) -> None:
    share = sam.shares_with(passcode=False, live=True)
    sam.tells({"about-me": {"name": "Sam E"}})
    assert asks_home(world, sam)
    assert sam.post(f"/api/v1/shares/{share.share_id}/update/not-now").status_code == 204
    sam.tells({"about-me": {"name": "Sam E"}})  # says the same
    sam.tells({"conditions": {"conditions": [{"name": "Something else"}]}})  # they cannot see it
    assert not asks_home(world, sam)
    page = holder_page(world, sam, f"/passport/shares/{share.share_id}")
    assert "You have not sent your last change." in page
    assert waiting(sam, share).json()["put_off"] is True
    sam.tells({"about-me": {"name": "Sam Ex"}})
    assert asks_home(world, sam)
    assert waiting(sam, share).json()["put_off"] is False


def test_a_change_that_was_put_off_can_be_sent_all_the_same(sqlite_world: World, ada: Person) -> None:
    share = ada.shares_with(passcode=False, live=True)
    ada.tells({"about-me": {"name": "Sam E"}})
    assert ada.post(f"/api/v1/shares/{share.share_id}/update/not-now").status_code == 204
    assert update(ada, share, rows={}).status_code == 204
    assert not asks_home(sqlite_world, ada)
    ada.tells({"about-me": {"name": "Sam Example"}})
    assert asks_home(sqlite_world, ada)


def test_what_is_put_off_is_a_change_of_a_running_live_share(sqlite_world: World, ada: Person) -> None:
    snapshot, live = ada.shares_with(passcode=False), ada.shares_with(passcode=False, live=True)
    paths = [f"/api/v1/shares/{one.share_id}/update/not-now" for one in (snapshot, live)]
    assert [ada.post(path).status_code for path in paths] == [409, 409]
    ada.tells({"about-me": {"name": "Sam E"}})
    ada.stops(live)
    assert ada.post(paths[1]).status_code == 409
    assert ada.post("/api/v1/shares/nothing/update/not-now").status_code == 404
    assert sqlite_world.one("SELECT count(*) FROM shares WHERE sealed_put_off IS NOT NULL") == 0


def test_the_pages_that_change_a_share_show_the_words_that_its_receipt_keeps(
    sqlite_world: World, ada: Person
) -> None:
    share = ada.shares_with(passcode=False, live=True)
    path, base = f"/passport/shares/{share.share_id}", f"/api/v1/shares/{share.share_id}"
    extending = holder_page(sqlite_world, ada, f"{path}/extend?lang=cy")
    answers_page(sqlite_world, ada, f"{path}/extend?lang=cy", days="90")
    ada.tells({"adjustments": {"changes": [AGREED, OTHER_ADJUSTMENT]}})
    sending = holder_page(sqlite_world, ada, f"{path}/update")
    sending += answers_page(sqlite_world, ada, f"{path}/update").text
    answers_page(sqlite_world, ada, f"{path}/update", step="send")
    again = holder_page(sqlite_world, ada, f"{path}/again")
    receipt = holder_page(sqlite_world, ada, f"{path}/receipt")
    versions = ada.get(f"{base}/receipt").json()["versions"]
    new_id = ada.post(f"{base}/again", {}).json()["share"]["share_id"]
    versions += ada.get(f"/api/v1/shares/{new_id}/receipt").json()["versions"]
    notices = [read(sqlite_world, token).receipt.notice for token in versions]
    assert [notice.language.value for notice in notices] == ["en", "cy", "en", "en"]
    for page, notice in zip((receipt, extending, sending, again), notices, strict=True):
        for line in notice.text.splitlines():
            assert line in unescape(page), line
    assert unescape(receipt).count("What was said before an earlier decision") == 2
