"""Both sides hold the receipt of a request to its end: requested, given, refused, withdrawn, expired."""

from dataclasses import replace
from typing import Any

import pytest
from fhir.resources.R4B.consent import Consent

from consent.receipt import Receipt
from consent.receipt_token import check_chain
from passport import receipts, reply_requests
from passport.share_life import extend
from schemas.consent_vocabulary import Assurance, ConsentEvent
from schemas.reply_vocabulary import PoliteAnswer
from tests.service.replying import Reader, confirms, opens, shares_and_opens
from tests.service.test_receipts import read
from tests.service.test_replies import holder_page
from tests.service.test_reply_requests import WHY, answers_page, asks, request_id
from tests.service.world import CONDITION, NAME, Person, World

REQUESTED, GIVEN, REFUSED = ConsentEvent.REQUESTED, ConsentEvent.GIVEN, ConsentEvent.REFUSED
WITHDRAWN, EXPIRED = ConsentEvent.WITHDRAWN, ConsentEvent.EXPIRED


def chain(world: World, tokens: list[str]) -> Receipt:
    """Return the newest version of a whole chain, each link checked."""
    return check_chain([read(world, token) for token in tokens])


def events(receipt: Receipt) -> list[ConsentEvent]:
    return [event.kind for event in receipt.events]


def holders(world: World, sam: Person, asked: str) -> Receipt:
    """Return the receipt of a request as its holder has it."""
    reply = sam.get(f"/api/v1/requests/{asked}/receipt")
    assert reply.status_code == 200, reply.text
    Consent.model_validate(reply.json()["fhir"])
    return chain(world, reply.json()["versions"])


def repliers(world: World, reader: Reader, path: str) -> Receipt:
    """Return a receipt as a recipient has it by their reply capability."""
    return chain(world, reader.page(f"{path}/receipt/versions").split())


def back(world: World, sam: Person) -> Person:
    """Return Sam, signed in again after a long time."""
    return replace(sam, token=world.signs_in_again(sam))


def given_a_request(world: World, sam: Person) -> tuple[Reader, str]:
    _share, reader = shares_and_opens(world, sam)
    confirms(world, reader, sam.holder_id)
    assert asks(reader, "work").status_code == 303
    return reader, request_id(world, sam)


def test_asking_refusing_and_saying_nothing_are_on_record_for_both_sides(world: World, sam: Person) -> None:
    reader, asked = given_a_request(world, sam)
    for receipt in (holders(world, sam, asked), repliers(world, reader, f"/r/requests/{asked}")):
        assert events(receipt) == [REQUESTED]
        assert receipt.events[0].assurance is receipt.controller.assurance is Assurance.WORK_EMAIL
        assert receipt.controller.name == "Acme Tiles"
        assert "asks to read more of your passport: My work" in receipt.notice.text
        assert WHY not in receipt.notice.text
    reply_requests.refuse(world.d, sam.holder_id, asked, PoliteAnswer.NOT_NOW)
    world.clock.advance(minutes=1)
    asks(reader, "work")
    late = request_id(world, sam)
    world.clock.advance(days=31)
    sam = back(world, sam)
    assert receipts.record_ends(world.d) == 2  # the request, and the share
    for found, expected in ((asked, [REQUESTED, REFUSED]), (late, [REQUESTED, EXPIRED])):
        assert events(holders(world, sam, found)) == expected
        assert events(repliers(world, reader, f"/r/requests/{found}")) == expected


def test_who_asked_learns_that_it_was_given_and_that_it_ended_and_nothing_else(
    world: World, sam: Person
) -> None:
    sam.tells({"work": {"hours": "Mornings"}})
    reader, asked = given_a_request(world, sam)
    share = sam.shares_with(passcode=False, sections=["about-me", "work"], answers=asked)
    new = opens(world, share)
    body = sam.get(f"/api/v1/shares/{share.share_id}/receipt").json()
    receipt = chain(world, body["versions"])
    assert events(receipt) == [REQUESTED, GIVEN]
    assert receipt.principal_name == NAME
    assert receipt.withdraw_at.endswith(share.share_id)
    assert receipt.starts_at == world.clock()
    assert repliers(world, new, "/r") == receipt
    # Who asked sees that the answer was yes and how long that holds, and nothing of what was given.
    extend(world.d, sam.holder_id, share.share_id, days=60)
    for answered in (holders(world, sam, asked), repliers(world, reader, f"/r/requests/{asked}")):
        assert events(answered) == [REQUESTED, GIVEN, GIVEN]
        assert (answered.granted_in, answered.sections) == (receipt.receipt_id, ())
        assert answered.ends_at == world.d.end_of_day(60)
        assert answered.withdraw_at.endswith("/passport/shares")
        assert answered.principal_name is None
        assert answered.notice.text.startswith("Acme Tiles asks to read more")
    assert reader.get(f"/r/requests/{asked}/receipt/fhir").json()["status"] == "active"
    assert "What they share in answer is not part of this" in reader.page(f"/r/requests/{asked}/receipt")
    world.clock.advance(minutes=5)
    sam.stops(share)
    assert events(repliers(world, new, "/r")) == [REQUESTED, GIVEN, GIVEN, WITHDRAWN]
    assert events(repliers(world, reader, f"/r/requests/{asked}")) == [REQUESTED, GIVEN, GIVEN, WITHDRAWN]
    world.clock.advance(days=100)
    sam = back(world, sam)
    receipts.record_ends(world.d)
    assert events(holders(world, sam, asked)) == [REQUESTED, GIVEN, GIVEN, WITHDRAWN]


def test_a_request_for_a_line_manager_goes_on_as_the_share_with_them(
    sqlite_world: World, ada: Person
) -> None:
    _share, reader = shares_and_opens(sqlite_world, ada)
    reader.posts("/r/manager", manager="Kim Example", manager_reason=WHY)
    asked = request_id(sqlite_world, ada)
    share = ada.shares_with(name="Kim Example", passcode=False, answers=asked)
    receipt = repliers(sqlite_world, opens(sqlite_world, share, who="Kim Example"), "/r")
    assert events(receipt) == [REQUESTED, GIVEN]
    assert (receipt.controller.name, receipt.controller.assurance) == ("Kim Example", Assurance.LINK)


def test_a_recipient_keeps_the_receipt_after_the_end_and_it_tells_nothing_of_what_was_told(
    sqlite_world: World, ada: Person
) -> None:
    share, reader = shares_and_opens(sqlite_world, ada, days=1)
    assert events(repliers(sqlite_world, reader, "/r")) == [GIVEN]
    sqlite_world.clock.advance(days=3)
    assert events(repliers(sqlite_world, reader, "/r")) == [GIVEN, EXPIRED]
    ada.stops(share)
    assert events(repliers(sqlite_world, reader, "/r")) == [GIVEN, EXPIRED, WITHDRAWN]
    shown = reader.page("/r/receipt")
    assert "It was stopped on" in shown
    for form in ("jwt", "json-ld", "fhir"):
        assert reader.get(f"/r/receipt/{form}").status_code == 200
    for told in ("start at ten", "a quiet room", CONDITION):
        assert told not in shown


def test_a_request_that_nobody_answered_can_be_asked_again_and_not_be_answered_late(
    sqlite_world: World, ada: Person
) -> None:
    _share, reader = shares_and_opens(sqlite_world, ada, days=90)
    assert [asks(reader, "work").status_code for _ in range(4)] == [303, 303, 303, 429]
    late = request_id(sqlite_world, ada)
    sqlite_world.clock.advance(days=30)
    ada = back(sqlite_world, ada)
    assert asks(reader, "work").status_code == 303
    assert ada.asks_to_share(answers=late).status_code == 404
    assert ada.post(f"/api/v1/requests/{late}/refuse", {"answer": "not-now"}).status_code == 404
    assert "You did not answer in time" in holder_page(sqlite_world, ada, "/passport/replies")
    assert "not answered in time" in reader.page()


def test_the_page_shows_the_words_that_the_receipt_keeps(sqlite_world: World, ada: Person) -> None:
    reader, asked = given_a_request(sqlite_world, ada)
    page = holder_page(sqlite_world, ada, "/passport/replies")
    for line in holders(sqlite_world, ada, asked).notice.text.splitlines():
        assert line in page
    assert f"/passport/replies/{asked}/receipt" in page
    assert "Nothing is shared: it was only asked for." in holder_page(
        sqlite_world, ada, f"/passport/replies/{asked}/receipt"
    )
    assert f"/r/requests/{asked}/receipt" in reader.page()


def test_no_share_in_answer_without_the_request_and_no_request_answered_without_the_share(
    world: World, sam: Person
) -> None:
    reader, asked = given_a_request(world, sam)
    form = {"recipient": "Acme Tiles", "purpose": "adjustments-at-work", "request": asked, "step": "share"}
    answers_page(world, sam, "/passport/shares/new/employer", **form)  # chose nothing to share
    assert reply_requests.find(world.d, sam.holder_id, asked).row.new_share_id is None
    asks(reader, "work")
    reply_requests.refuse(world.d, sam.holder_id, asked, PoliteAnswer.NOT_NOW)
    entry = sam.entries("about-me")[0]["entry_id"]
    kept = {"sections": "about-me", "keep": f"{entry}:name", "days": "30"}
    reply = answers_page(world, sam, "/passport/shares/new/employer", **form, **kept)
    assert reply.headers["location"] == "/passport/replies"
    assert len(sam.get("/api/v1/shares").json()) == 1


@pytest.mark.parametrize("odd", ["nothing", "%00", "x" * 65, "../../etc"])
def test_a_request_is_of_its_holder_and_of_who_asked_alone(
    sqlite_world: World, ada: Person, odd: str
) -> None:
    _reader, asked = given_a_request(sqlite_world, ada)
    robin = sqlite_world.holder("robin")
    other: Any = opens(sqlite_world, ada.shares_with("gp", "Dr Green", passcode=False), who="Dr Green")
    for found in (asked, odd):
        assert robin.get(f"/api/v1/requests/{found}/receipt").status_code in (404, 422)
        assert other.get(f"/r/requests/{found}/receipt").status_code in (404, 422)
    assert Reader(sqlite_world).get("/r/receipt").status_code == 404
