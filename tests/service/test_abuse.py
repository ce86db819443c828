"""What a break-in test found once: nobody can lock a passport, fill its log, or close the service for others."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import event as sqlalchemy_event

from consent.share import encode_shlink
from consent.verification import Outcome
from passport import access, holders
from passport.access import REFUSALS_LOGGED
from passport.admission import READERS_MAX
from passport.entry_status import SUSPENSIONS
from passport.erasure import WRONG_LOGGED
from passport.hashing import HashingBusyError, HashingRoom
from passport.held_receipts import READINGS_MAX, openings_of
from passport.routes.share_pages import OPENERS_SHOWN
from passport.tables import AccessKind
from tests.service.replying import abouts, confirms, crowds, opens, shares_and_opens
from tests.service.signed import change, given_advice
from tests.service.test_recipient_api import Program
from tests.service.test_replies import holder_page
from tests.service.world import ADJUSTMENT, ADVICE, STORY, Person, World

LONG = "é" * 999
TOO_LONG = {"impacts": [{"area": "energy", "good_day": LONG, "bad_day": LONG, "helps": LONG}] * 40}


def test_a_section_that_no_reader_would_take_is_refused_and_the_passport_stays_open(sam: Person) -> None:
    reply = sam.put("/api/v1/passport/sections/daily-impact", {"body": TOO_LONG})
    assert (reply.status_code, reply.json()["code"]) == (422, "section_invalid")
    assert reply.json()["errors"][0]["message"] == "is too long as a whole: shorten it"
    assert sam.entries("daily-impact") == []
    assert LONG not in reply.text


def test_commas_in_text_are_no_values(world: World, sam: Person) -> None:
    changes = [{**ADJUSTMENT, "change": "," * 900, "barrier": "," * 900}] * 40
    sam.tells({"adjustments": {"changes": changes}})
    share = sam.shares_with("employer")
    assert world.verifies(world.reads(share)).outcome is Outcome.VALID


def test_one_altered_entry_takes_nothing_else_with_it(world: World, sam: Person) -> None:
    (entry,) = sam.entries("adjustments")
    world.alter(
        "UPDATE entries SET sealed_credential = :b WHERE entry_id = :e", b=b"\x01" * 60, e=entry["entry_id"]
    )
    assert {e["section"] for e in sam.entries()} == set(STORY) - {"adjustments"}
    assert sam.asks_to_share("employer").json()["code"] == "entry_broken"
    assert sam.shares_with("employer", sections=["about-me"]).body["sections"] == ["about-me"]

    sam.tells({"adjustments": STORY["adjustments"]})  # telling it again mends the passport
    assert len(sam.entries("adjustments")) == 1


def test_requests_for_a_stopped_share_do_not_fill_the_log(world: World, sam: Person) -> None:
    share = sam.shares_with("employer", passcode=False)
    sam.stops(share)
    assert world.opens(share).status_code == 404
    world.alter("UPDATE grants SET refusals = refusals + :n", n=REFUSALS_LOGGED - 3)
    for _ in range(5):
        assert world.opens(share).status_code == 404
    refused = [event for event in sam.log(share) if event["kind"] == "refused"]
    assert len(refused) == 3
    assert world.one("SELECT refusals FROM grants") == REFUSALS_LOGGED + 3


def test_a_practitioner_who_was_stopped_does_not_fill_the_log(world: World, sam: Person) -> None:
    jo = world.practitioner()
    grant = sam.lets_write(jo, "work-advice")
    sam.post(f"/api/v1/append-grants/{grant}/stop")
    world.alter("UPDATE grants SET refusals = :n WHERE grant_id = :g", n=REFUSALS_LOGGED - 2, g=grant)
    for _ in range(4):
        assert jo.appends(grant, "work-advice", ADVICE).status_code == 403
    assert [event["kind"] for event in sam.log()].count("refused") == 2
    world.alter("UPDATE grants SET refusals = 999 WHERE grant_id = :g", g=grant)
    jo.appends(grant, "work-advice", ADVICE)
    assert [event["kind"] for event in sam.log()].count("refused") == 3


def test_an_organisation_does_not_fill_the_log_by_suspending_and_reinstating(
    world: World, sam: Person
) -> None:
    jo = world.practitioner()
    entry_id = given_advice(sam, jo)
    assert change(jo, entry_id, "suspend", "under-review").status_code == 200
    world.alter("UPDATE code_budgets SET misses = :n", n=SUSPENSIONS.limit)
    assert change(jo, entry_id, "reinstate", "reviewed").status_code == 200
    refused = change(jo, entry_id, "suspend", "under-review")
    assert (refused.status_code, refused.json()["code"]) == (409, "status_change_not_possible")
    assert change(jo, entry_id, "revoke", "mistake").status_code == 200
    kinds = ["entry-suspended", "entry-reinstated", "entry-revoked"]
    assert [event["kind"] for event in sam.log()][-3:] == kinds


def test_wrong_codes_for_deleting_do_not_fill_the_log(sqlite_world: World, ada: Person) -> None:
    typed = {"username": "sam", "code": "wrong"}
    assert ada.post("/api/v1/passport/delete", typed).status_code == 403
    sqlite_world.alter("UPDATE code_budgets SET misses = :n", n=WRONG_LOGGED.limit - 1)
    for _ in range(3):
        assert ada.post("/api/v1/passport/delete", typed).status_code == 403
    assert [event["kind"] for event in ada.log()].count("erasure-refused") == 2


def test_what_can_be_repeated_at_will_pushes_no_opening_off_the_page(
    sqlite_world: World, ada: Person
) -> None:
    share = ada.shares_with("employer", name="Acme Tiles", passcode=False)
    assert sqlite_world.presses_open(share, who="Somebody").status_code == 303
    kinds = (AccessKind.ENTRY_SUSPENDED, AccessKind.ENTRY_REINSTATED, AccessKind.LOOKED, AccessKind.REFUSED)
    happens(sqlite_world, ada, *(kinds * 100), AccessKind.ERASURE_REFUSED)
    assert "Somebody" in holder_page(sqlite_world, ada, "/passport/log")


def test_whoever_opens_it_over_and_over_takes_no_proof_from_whoever_opened_it_first(
    sqlite_world: World, ada: Person
) -> None:
    share = ada.shares_with("employer", passcode=False)
    half = READINGS_MAX // 2
    happens(sqlite_world, ada, *[AccessKind.OPENED] * (READINGS_MAX + 9), share_id=share.share_id)
    happens(sqlite_world, ada, AccessKind.OPENED, AccessKind.TOLD)
    numbers = [e.sequence for e in openings_of(sqlite_world.d, ada.holder_id, share.share_id)]
    first = numbers[0]
    assert numbers == [*range(first, first + half), *range(first + half + 9, first + 2 * half + 9)]
    page = holder_page(sqlite_world, ada, f"/passport/shares/{share.share_id}/receipt")
    assert "You see the first times and the last." in page


def test_whoever_opens_it_over_and_over_hides_nobody_who_showed_who_they_are(
    world: World, sam: Person
) -> None:
    share, reader = shares_and_opens(world, sam)
    reader.cookies["session"] = world.practitioner().token
    assert reader.posts("/r/organisation").status_code == 303
    for _ in range(OPENERS_SHOWN + 2):
        world.clock.advance(minutes=1)
        assert world.presses_open(share, who="Somebody").status_code == 303
    page = holder_page(world, sam, f"/passport/shares/{share.share_id}")
    assert f"who says they are Somebody (in {OPENERS_SHOWN - 1} browsers or programs)" in page
    assert "House of jo" in page
    assert "And in 3 more browsers or programs" in page
    assert sam.share_now(share)["assurance"] == "trust-list"


def test_a_list_of_shares_asks_the_database_as_often_however_many_there_are(
    sqlite_world: World, ada: Person
) -> None:
    asked: list[str] = []
    listening = (
        sqlite_world.d.database.read_engine,
        "before_cursor_execute",
        lambda *said: asked.append(said[2]),
    )
    sqlalchemy_event.listen(*listening)
    counts = []
    for _ in range(2):
        sqlite_world.presses_open(ada.shares_with("employer", passcode=False))
        asked.clear()
        assert ada.get("/api/v1/shares").status_code == 200
        counts.append(len(asked))
    sqlalchemy_event.remove(*listening)
    assert counts[0] == counts[1]


def happens(world: World, who: Person, *kinds: AccessKind, share_id: str | None = None) -> None:
    """Put events into a holder's log."""
    with world.d.database.writing() as connection:
        vault = holders.lock_holder(world.d, connection, who.holder_id).vault
        for kind in kinds:
            access.record(world.d, connection, vault, who.holder_id, kind, share_id=share_id, who="Jo")


def test_whoever_opens_a_share_over_and_over_does_not_fill_the_log(sqlite_world: World, ada: Person) -> None:
    share = ada.shares_with("employer", passcode=False)
    crowds(sqlite_world.d, ada.holder_id, share.share_id, readers=READERS_MAX - 2)
    statuses = [sqlite_world.presses_open(share).status_code for _ in range(4)]
    assert statuses == [303] * 2 + [429] * 2
    assert ada.said(share) == ["opened"] * 2
    sqlite_world.clock.advance(minutes=16)
    assert sqlite_world.presses_open(share).status_code == 303


def test_whoever_may_read_is_told_to_wait_and_loses_nothing(world: World, sam: Person) -> None:
    share = sam.shares_with(typed_code=True)
    crowds(world.d, sam.holder_id, share.share_id)
    for reply in (world.presses_open(share), world.types_code(share)):
        assert (reply.status_code, reply.headers["retry-after"]) == (429, "60")
        assert "Too many people are reading this now" in reply.text
        assert 'value="Jo at Acme Tiles"' in reply.text
        assert f'"{share.passcode}"' not in reply.text
    assert encode_shlink(share.shlink) in world.presses_open(share).text
    program = Program(world)
    reply = program.opens(share)
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "60")
    assert (reply.json()["code"], program.reply_token) == ("too_many_requests", "")
    assert sam.said(share) == []
    assert (sam.share_now(share)["attempts_left"], sam.share_now(share)["views"]) == (10, 0)
    assert world.one("SELECT coalesce(sum(misses), 0) FROM code_budgets") == 0
    world.clock.advance(minutes=15)
    assert program.opens(share).status_code == 201


def test_nobody_else_learns_that_many_read_a_share(sqlite_world: World, ada: Person) -> None:
    """The answers of a crowded share are those of an empty one to whoever lacks key, passcode or code."""
    share = ada.shares_with(typed_code=True)
    keyless = encode_shlink(replace(share.shlink, key=bytes(32)))

    def answers() -> list[tuple[int, bytes]]:
        replies = [
            sqlite_world.presses_open(share, shlink=keyless),
            sqlite_world.presses_open(share, passcode=None),
            sqlite_world.types_code(share, passcode=share.wrong),
            sqlite_world.types_code(share, code="ABCD-EFGH-JKMN"),
        ]
        return [(reply.status_code, reply.content) for reply in replies]

    before = answers()
    crowds(sqlite_world.d, ada.holder_id, share.share_id)
    assert answers() == before
    assert [status for status, _ in before] == [404, 401, 401, 401]
    assert sqlite_world.presses_open(share, passcode=share.wrong).status_code == 401


def test_another_passcode_closes_what_was_opened_by_the_one_before(sqlite_world: World, ada: Person) -> None:
    share = ada.shares_with("employer")
    reader = opens(sqlite_world, share)
    assert reader.get("/v/reading").status_code == 200
    assert ada.post(f"/api/v1/shares/{share.share_id}/passcode").status_code == 200
    assert reader.get("/v/reading").status_code == 404


def test_another_passcode_closes_the_files_that_the_one_before_was_given(world: World, sam: Person) -> None:
    share = sam.shares_with("employer")
    (file,) = world.opens(share, embeddedLengthMax=0).json()["files"]
    assert sam.post(f"/api/v1/shares/{share.share_id}/passcode").status_code == 200
    assert world.fetches(file["location"]).status_code == 404


@pytest.mark.parametrize(
    "found_out", [False, True], ids=["as they said", "signed in under another name since"]
)
def test_whom_the_holder_did_not_mean_answers_nothing_any_more(
    sqlite_world: World, ada: Person, found_out: bool
) -> None:
    share, pat = shares_and_opens(sqlite_world, ada)
    confirms(sqlite_world, pat, ada.holder_id)
    mallory = opens(sqlite_world, share, who="Mallory")
    event = ada.log(share)[-1]["sequence"]
    again = opens(sqlite_world, share, who="Mallory 2")
    if found_out:
        mallory.cookies["session"] = sqlite_world.practitioner().token
        assert mallory.posts("/r/organisation").status_code == 303
    assert ada.post(f"/api/v1/shares/{share.share_id}/not-me", {"event": event}).status_code == 204
    assert (mallory.get("/r/reply").status_code, mallory.get("/r/receipt").status_code) == (404, 404)
    assert again.get("/r/reply").status_code == 404  # nobody knows who else had the link
    assert pat.get("/r/reply").status_code == 200


def test_the_newest_events_come_first_however_many_there_are(world: World, sam: Person) -> None:
    share = sam.shares_with("employer", passcode=False)
    for _ in range(4):
        world.opens(share)
    with world.d.database.reading() as connection:
        holder = holders.open_holder(world.d, connection, sam.holder_id)
        newest = access.latest(connection, holder.vault, sam.holder_id, limit=3)
        older = access.latest(connection, holder.vault, sam.holder_id, before=newest[-1].sequence, limit=3)
        told = access.latest(connection, holder.vault, sam.holder_id, without={AccessKind.FETCHED}, limit=1)
    assert [event.sequence for event in (*newest, *older)] == [6, 5, 4, 3, 2, 1]
    assert told[0].kind is AccessKind.SHARED


@pytest.mark.parametrize("name", ["Acme\x1b[31m", "Acme\nCo", "Ac\u202eme", "\x00", "  "])
def test_a_recipients_name_is_plain_text(world: World, sam: Person, name: str) -> None:
    assert sam.asks_to_share("employer", name).status_code == 422
    share = sam.shares_with("employer", passcode=False)
    assert world.opens(share, recipient=name).status_code == 422
    form = {"recipient": name, "sections": "about-me", "days": "30", "step": "share"}
    headers = {"cookie": f"session={sam.token}"}
    world.client.post("/passport/shares/new/employer", data=form, headers=headers, follow_redirects=False)
    assert [one["share_id"] for one in sam.get("/api/v1/shares").json()] == [share.share_id]


def test_a_full_room_spends_no_attempt(world: World, sam: Person) -> None:
    share = sam.shares_with("employer")
    full = HashingRoom(threads=1, waiting=0)
    object.__setattr__(world.d, "link_hashing", full)  # frozen: nothing but a test puts another room in
    with full.place():
        reply = world.opens(share, passcode=share.wrong)
        assert (reply.status_code, reply.json()["code"]) == (503, "hashing_busy")
    assert sam.share_now(share)["attempts_left"] == world.d.settings.passcode_attempts
    assert world.opens(share).status_code == 200


def test_a_room_takes_as_many_as_it_says() -> None:
    room = HashingRoom(threads=1, waiting=1)
    with room.place(), room.place(), pytest.raises(HashingBusyError), room.place():
        pass
    with room.place():
        assert asyncio.run(room.run(lambda: "done")) == "done"
    room.close()


def test_what_cannot_be_a_code_spends_nobodys_budget(world: World) -> None:
    for typed in ("", "x", "not a code at all", "1234"):
        assert (
            world.client.post("/code", data={"code": typed, "who": "Jo", "passcode": "1"}).status_code == 401
        )
    assert world.one("SELECT COUNT(*) FROM code_budgets WHERE misses > 0") == 0


@pytest.mark.parametrize("odd", ["Kim\x00", "Kim\u202e", "Kim\x1b[31m", "\u200b"])
def test_what_a_recipient_asks_for_is_plain_text(sqlite_world: World, ada: Person, odd: str) -> None:
    _share, reader = shares_and_opens(sqlite_world, ada)
    assert reader.posts("/r/ask", sections="work", reason=odd).status_code == 422
    assert reader.posts("/r/manager", manager=odd, manager_reason="The rota").status_code == 422
    assert reader.posts("/r/manager", manager="Kim", manager_reason=odd).status_code == 422
    assert ada.get("/api/v1/replies").json()["requests"] == []


@pytest.mark.parametrize("year", ["9" * 20, "-1", "1_0", "٢٠٢٧", "0"])
def test_a_year_that_is_none_is_no_day(sqlite_world: World, ada: Person, year: str) -> None:
    _share, reader = shares_and_opens(sqlite_world, ada)
    said = {"about": abouts(reader.page("/r/changes"))[0], "status": "agreed"}
    review = {"review-day": "1", "review-month": "1", "review-year": year}
    assert reader.posts("/r/changes", **said, **review).status_code == 422
    promise = {"basis": "employment-law", "kept": "until-date"}
    until = {"until-day": "1", "until-month": "1", "until-year": year}
    assert reader.posts("/r/terms", **promise, **until).status_code == 422
