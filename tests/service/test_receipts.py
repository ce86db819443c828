"""Receipts of the running service: every grant has one, both sides hold it, and it says what happened. Both engines."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

import pytest
from fhir.resources.R4B.consent import Consent
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError

from consent.bundle import parse_bundle
from consent.grant import Grant, GrantItem, GrantKind, Recipient
from consent.reading import SignedReading, check_covered, read_reading
from consent.receipt import Controller, Notice, SharedEntry, hash_of
from consent.receipt_token import SignedReceipt, check_chain, read_receipt
from issuers.keys import VerifyingKey
from passport import kept_receipts, receipts
from passport.decisions import Asked, Decision
from passport.holders import lock_holder
from passport.issuing import ACKNOWLEDGEMENT, issuer_url
from passport.live_shares import send_update
from passport.settings import Settings
from passport.share_life import extend
from passport.store import issuers as issuer_store
from passport.tables import RECEIPTS
from schemas.consent_vocabulary import Assurance, ConsentEvent, ConsentParty, LegalBasis
from schemas.vocabulary import AuthorKind, Language, Purpose, RecipientKind, Section
from tests.service.world import ADJUSTMENT, CONDITION, NAME, STORY, Clock, Person, Share, World, running

GIVEN, WITHDRAWN, EXPIRED = ConsentEvent.GIVEN, ConsentEvent.WITHDRAWN, ConsentEvent.EXPIRED
REQUESTED, REFUSED = ConsentEvent.REQUESTED, ConsentEvent.REFUSED


def given_sam_shares(world: World, **wishes: Any) -> tuple[Person, Share]:
    sam = world.holder("sam")
    sam.tells(STORY)
    return sam, sam.shares_with(**wishes)


def body_of(person: Person, share: Share) -> dict[str, Any]:
    reply = person.get(f"/api/v1/shares/{share.share_id}/receipt")
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def keys_of(world: World) -> dict[str | None, VerifyingKey]:
    with world.d.database.reading() as connection:
        rows = issuer_store.list_keys(connection, ACKNOWLEDGEMENT)
    return {row.kid: VerifyingKey.from_jwk(row.public_jwk) for row in rows}


def read(world: World, token: str) -> SignedReceipt:
    issuer = issuer_url(world.d, ACKNOWLEDGEMENT)
    return read_receipt(token, key_for=keys_of(world).get, issuer=issuer, now=world.clock())


def read_read_receipt(world: World, token: str) -> SignedReading:
    issuer = issuer_url(world.d, ACKNOWLEDGEMENT)
    return read_reading(token, key_for=keys_of(world).get, issuer=issuer, now=world.clock())


def versions(world: World, person: Person, share: Share) -> list[SignedReceipt]:
    found = [read(world, token) for token in body_of(person, share)["versions"]]
    check_chain(found)
    return found


def test_a_share_has_a_signed_receipt_that_says_what_was_decided(world: World) -> None:
    sam, share = given_sam_shares(world)
    (signed,) = versions(world, sam, share)
    receipt = signed.receipt
    assert (receipt.controller.name, receipt.controller.assurance) == ("Acme Tiles", Assurance.LINK)
    assert receipt.principal_name == NAME
    assert receipt.withdraw_at.endswith(f"/passport/shares/{share.share_id}")
    assert [stated.basis for stated in receipt.bases] == [LegalBasis.CHOICE, LegalBasis.NOT_STATED]
    assert [entry.section for entry in receipt.shared] == [Section.ABOUT_ME, Section.ADJUSTMENTS]
    assert [(event.kind, event.by) for event in receipt.events] == [(GIVEN, ConsentParty.HOLDER)]
    assert "What Acme Tiles will see" in receipt.notice.text
    assert "They see this and nothing else" in receipt.notice.text
    assert CONDITION not in json.dumps(body_of(sam, share))


def test_a_receipt_names_the_operator_and_where_they_store_things_only_when_they_have_said_so(
    sqlite_settings: Settings, clock: Clock
) -> None:
    told = {"operator_name": "Made-up Trust", "operator_contact": "a@b.example", "stored_in": "NZ,GB"}
    with running(sqlite_settings.model_copy(update=told), clock) as (app, client):
        world = World(app, client, clock)
        sam, share = given_sam_shares(world)
        said = versions(world, sam, share)[0].receipt
        assert client.get(said.service_controller.contact).status_code == 200
    with running(sqlite_settings, clock) as (app, client):
        world = World(app, client, clock)
        other = world.holder("ada")
        other.tells(STORY)
        silent = versions(world, other, other.shares_with())[0].receipt
    assert (said.service_controller.operator, said.stored_in) == ("Made-up Trust", ("NZ", "GB"))
    assert (silent.service_controller.operator, silent.stored_in) == (None, None)


def test_the_hashes_in_a_receipt_are_of_the_credentials_that_were_let_out(world: World) -> None:
    sam, share = given_sam_shares(world)
    (signed,) = versions(world, sam, share)
    presented = parse_bundle(world.reads(share)).presentations
    assert [entry.sha256 for entry in signed.receipt.shared] == [hash_of(text) for text in presented]
    assert {entry.by for entry in signed.receipt.shared} == {AuthorKind.HOLDER}


def test_each_share_has_a_pseudonym_of_its_own(world: World) -> None:
    sam, share = given_sam_shares(world)
    found = [versions(world, sam, one)[0].receipt for one in (share, sam.shares_with("gp", "Dr Lee"))]
    assert len({receipt.principal_id for receipt in found}) == 2
    assert len({receipt.receipt_id for receipt in found}) == 2
    assert share.share_id not in {receipt.receipt_id for receipt in found}


def test_extending_stopping_and_ending_are_versions_of_one_receipt(world: World) -> None:
    sam, share = given_sam_shares(world, days=1)
    world.clock.advance(hours=1)
    extend(world.d, sam.holder_id, share.share_id, days=3)
    first, second = versions(world, sam, share)
    assert (second.receipt.state, second.receipt.previous) == (GIVEN, first.sha256)
    assert second.receipt.ends_at == world.d.end_of_day(3)
    assert "For 1 day." in first.receipt.notice.text
    assert second.receipt.notice == Notice.of(
        "Share for longer with Acme Tiles\n"
        "The last day is now 22 November 2026. They keep the same link, QR code and passcode.\n"
        "For how long?\n3 days from today",
        Language.ENGLISH,
    )
    world.clock.advance(days=5)
    assert versions(world, sam, share)[-1].receipt.state is EXPIRED
    assert versions(world, sam, share)[-1].receipt.events[-1].at == second.receipt.ends_at
    sam.stops(share)
    sam.stops(share)
    newest = versions(world, sam, share)[-1].receipt
    assert [event.kind for event in newest.events] == [GIVEN, GIVEN, EXPIRED, WITHDRAWN]
    assert newest.version == 4


def test_every_end_is_recorded_once_however_often_one_looks(world: World) -> None:
    sam, share = given_sam_shares(world, days=1)
    jo = world.practitioner()
    grant_id = sam.lets_write(jo, "work-advice", days=1)
    assert receipts.record_ends(world.d) == 0
    world.clock.advance(days=3)
    assert [receipts.record_ends(world.d) for _ in range(2)] == [2, 0]
    assert [one.receipt.state for one in versions(world, sam, share)] == [GIVEN, EXPIRED]
    body = jo.get(f"/api/v1/append-grants/{grant_id}/receipt").json()
    assert body["state"] == "expired"


def test_one_look_records_every_end_however_many_there_are_and_whatever_is_altered(
    sqlite_world: World,
) -> None:
    sam, world = sqlite_world.holder("sam"), sqlite_world
    with world.d.database.writing() as connection:
        holder = lock_holder(world.d, connection, sam.holder_id)
        for number in range(103):
            receipts.on_requested(world.d, connection, holder, asked(world, f"request-{number}"))
    drop_triggers(world)
    with world.d.database.write_engine.begin() as connection:
        connection.execute(text("UPDATE receipts SET sealed_token = 'x' WHERE subject_id < 'request-1'"))
    world.clock.advance(days=40)
    assert receipts.record_ends(world.d) == 102


def test_letting_somebody_write_and_stopping_it_is_on_record_for_both_sides(world: World) -> None:
    sam, jo = world.holder(), world.practitioner()
    grant_id = sam.lets_write(jo, "work-advice", "plan")
    path = f"/api/v1/append-grants/{grant_id}/receipt"
    given = read(world, sam.get(path).json()["versions"][0]).receipt
    assert given.may_write == (Section.PLAN, Section.WORK_ADVICE)
    assert given.controller.assurance is Assurance.TRUST_LIST
    assert "You accept or decline each thing they write" in given.notice.text
    assert sam.post(f"/api/v1/append-grants/{grant_id}/stop").status_code == 204
    assert sam.get(path).json() == jo.get(path).json()
    assert sam.get(path).json()["state"] == "withdrawn"


def test_a_request_ends_in_a_refusal_or_goes_on_as_the_grant(world: World) -> None:
    sam = world.holder()
    with world.d.database.writing() as connection:
        holder = lock_holder(world.d, connection, sam.holder_id)
        for request_id in ("one", "two"):
            receipts.on_requested(world.d, connection, holder, asked(world, request_id))
        receipts.on_refused(world.d, connection, holder, "one")
        receipts.on_refused(world.d, connection, holder, "one")
        receipts.on_refused(world.d, connection, holder, "unknown")
        refused = kept_receipts.versions(world.d, connection, holder, "one")
        given = receipts.on_given(world.d, connection, holder, decision(world), answers="two")
        receipts.on_withdrawn(world.d, connection, holder, "grant")
        granted = kept_receipts.versions(world.d, connection, holder, "grant")
        answered = check_chain(kept_receipts.versions(world.d, connection, holder, "two"))
    assert [event.kind for event in check_chain(refused).events] == [REQUESTED, REFUSED]
    assert [event.kind for event in check_chain(granted).events] == [REQUESTED, GIVEN, WITHDRAWN]
    assert given in granted
    assert [event.kind for event in answered.events] == [REQUESTED, GIVEN]
    assert (answered.granted_in, answered.sections) == (given.receipt.receipt_id, ())


def test_a_clock_that_goes_back_loses_nothing_that_happens(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    sam = world.holder()
    sam.tells(STORY)
    world.clock.advance(minutes=5)
    share = sam.shares_with(passcode=False)
    viewing(world, share)
    world.clock.advance(seconds=-90)
    extend(world.d, sam.holder_id, share.share_id, days=60)
    sam.stops(share)
    told = body_of(sam, share)["readings"]  # signed by a clock that is behind what they tell
    world.clock.advance(seconds=90)
    given, again, stopped = versions(world, sam, share)
    assert [one.receipt.state for one in (given, again, stopped)] == [GIVEN, GIVEN, WITHDRAWN]
    assert given.issued_at == stopped.issued_at == stopped.receipt.events[-1].at
    assert "the clock is 90 s behind" in caplog.text
    check_covered(read_read_receipt(world, *told).reading, given)


def test_a_stop_that_could_not_be_recorded_is_recorded_later_at_its_time(world: World) -> None:
    sam, share = given_sam_shares(world, days=1)
    (given,) = versions(world, sam, share)
    drop_triggers(world)
    world.clock.advance(hours=1)
    stopped_at = world.clock()
    with altered_receipts(world):
        sam.stops(share)
        assert receipts.record_ends(world.d) == 0
    world.clock.advance(days=3)
    assert [receipts.record_ends(world.d) for _ in range(2)] == [1, 0]
    found = versions(world, sam, share)
    assert [event.kind for event in found[-1].receipt.events] == [GIVEN, WITHDRAWN]
    assert (found[0], found[-1].receipt.events[-1].at) == (given, stopped_at)


@contextmanager
def altered_receipts(world: World) -> Iterator[None]:
    """While it lasts, the one receipt that is stored opens for nobody."""

    def store(token: bytes) -> None:
        with world.d.database.write_engine.begin() as connection:
            connection.execute(update(RECEIPTS).values(sealed_token=token))

    with world.d.database.reading() as connection:
        token = connection.execute(select(RECEIPTS.c.sealed_token)).scalar_one()
    store(b"altered")
    yield
    store(token)


def test_what_a_request_says_stands_apart_when_the_holder_shares_with_somebody_else(world: World) -> None:
    sam = world.holder()
    with world.d.database.writing() as connection:
        holder = lock_holder(world.d, connection, sam.holder_id)
        receipts.on_requested(world.d, connection, holder, asked(world, "one", "Somebody else"))
        given = receipts.on_given(world.d, connection, holder, decision(world), answers="one")
    assert (given.receipt.version, given.receipt.controller.name) == (1, "Acme Tiles")


def test_who_opened_has_a_signed_statement_of_it_under_the_receipt_that_stood(world: World) -> None:
    sam, share = given_sam_shares(world)
    (receipt,) = versions(world, sam, share)
    world.clock.advance(minutes=5)
    cookie = viewing(world, share, who="Robin of Acme")
    extend(world.d, sam.holder_id, share.share_id, days=60)
    reply = world.client.get("/v/reading/read-receipt", headers=cookie)
    assert reply.headers["content-type"] == "application/read-receipt+jwt"
    reading = read_read_receipt(world, reply.text).reading
    check_covered(reading, receipt)
    assert (reading.reader, reading.at, reading.assurance) == ("Robin of Acme", world.clock(), Assurance.LINK)
    world.reads(share)  # by a program: nobody has read it by that
    (told,) = body_of(sam, share)["readings"]
    assert read_read_receipt(world, told).reading == reading  # signed again, saying the same


def test_the_holder_reads_who_opened_it_on_its_receipt_and_saves_the_proof_of_each_opening(
    world: World,
) -> None:
    sam, share = given_sam_shares(world, passcode=False)
    path = f"/passport/shares/{share.share_id}"
    headers = {"accept": "text/html", "cookie": f"session={sam.token}"}
    page = world.client.get(f"{path}/receipt", headers=headers).text
    assert "Nobody has opened it yet." in page
    assert f"{path}/read-receipts" not in page
    for who in ("Robin of Acme", "Kit of Acme"):
        world.clock.advance(minutes=5)
        viewing(world, share, who=who)
        world.client.cookies.clear()
    page = unescape(world.client.get(f"{path}/receipt", headers=headers).text)
    assert "“Kit of Acme”, someone with the link" in page
    assert "You can check the receipt and the proof yourself" in page
    saved = world.client.get(f"{path}/read-receipts", headers=headers)
    assert "attachment" in saved.headers["content-disposition"]
    readings = [read_read_receipt(world, token).reading for token in saved.text.split()]
    assert [one.reader for one in readings] == ["Robin of Acme", "Kit of Acme"]
    for one in readings:
        check_covered(one, *versions(world, sam, share))


def test_the_recipient_keeps_the_same_receipt(world: World) -> None:
    sam, share = given_sam_shares(world)
    cookie = viewing(world, share)
    body = body_of(sam, share)
    kept = {
        form: world.client.get(f"/v/reading/receipt/{form}", headers=cookie)
        for form in ("jwt", "versions", "json-ld", "fhir")
    }
    assert kept["jwt"].text == body["versions"][-1]
    assert kept["versions"].text.split() == body["versions"]
    assert kept["json-ld"].json() == body["json_ld"]
    assert kept["fhir"].json() == body["fhir"]
    assert all("attachment" in reply.headers["content-disposition"] for reply in kept.values())
    assert Consent.model_validate(body["fhir"]).status == "active"
    assert world.client.get("/v/reading/receipt/pdf", headers=cookie).status_code in (404, 422)
    sam.stops(share)
    assert world.client.get("/v/reading/receipt/jwt", headers=cookie).status_code == 404


def test_what_a_live_share_shows_anew_is_given_anew(world: World) -> None:
    sam = world.holder()
    sam.tells(STORY)
    share = sam.shares_with(live=True)
    sam.tells({"adjustments": {"changes": [{**ADJUSTMENT, "change": "start at eleven"}]}})
    send_update(world.d, sam.holder_id, share.share_id)
    first, second = versions(world, sam, share)
    assert second.receipt.state is GIVEN
    assert second.receipt.notice.text.splitlines() == [
        "Send this change to Acme Tiles?",
        "These lines are new, or you changed them. Tick those that they may see. If you leave a line out, they do not "
        "see it any more, not even as it was.",
        "Nothing is sent until you press Send. They keep the same link and passcode.",
        "They are told which lines are new, changed or taken out, but not what those said before.",
    ]
    presented = parse_bundle(world.reads(share)).presentations
    assert [entry.sha256 for entry in second.receipt.shared] == [hash_of(text) for text in presented]
    assert not set(second.receipt.shared) & set(first.receipt.shared)


def test_no_receipt_no_share(world: World) -> None:
    sam = world.holder()
    sam.tells(STORY)
    with world.d.database.writing() as connection:  # nothing can sign: every key has ended
        for key in issuer_store.list_keys(connection, ACKNOWLEDGEMENT):
            issuer_store.distrust_key(connection, ACKNOWLEDGEMENT, key.kid)
    assert sam.asks_to_share().status_code >= 400
    assert sam.get("/api/v1/shares").json() == []
    assert world.one("SELECT count(*) FROM receipts") == 0


def test_stopping_works_whatever_became_of_the_receipt(world: World) -> None:
    sam, share = given_sam_shares(world)
    drop_triggers(world)
    with world.d.database.write_engine.begin() as connection:
        connection.execute(text("UPDATE receipts SET sealed_token = :other"), {"other": b"altered"})
    sam.stops(share)
    assert world.opens(share).status_code == 404
    assert sam.get(f"/api/v1/shares/{share.share_id}/receipt").status_code == 500


@pytest.mark.parametrize("change", ["UPDATE receipts SET version = 2", "DELETE FROM receipts"])
def test_nobody_rewrites_a_receipt(world: World, change: str) -> None:
    given_sam_shares(world)
    with pytest.raises(DatabaseError, match="receipts"), world.d.database.write_engine.begin() as connection:
        connection.execute(text(change))


def test_a_receipt_is_of_its_holder_alone(world: World) -> None:
    _sam, share = given_sam_shares(world)
    robin = world.holder("robin")
    for share_id in (share.share_id, "nothing", "%00", "x" * 65):
        reply = robin.get(f"/api/v1/shares/{share_id}/receipt")
        assert reply.status_code in (404, 422)
        assert reply.headers["content-type"] == "application/problem+json"


def viewing(world: World, share: Share, **said: str) -> dict[str, str]:
    """Open as a person does, and return the cookie of the viewing session."""
    reply = world.presses_open(share, **said)
    assert reply.status_code == 303
    return {"cookie": reply.headers["set-cookie"].partition(";")[0]}


def asked(world: World, request_id: str, name: str = "Acme Tiles") -> Asked:
    return Asked(
        request_id=request_id,
        controller=Controller(kind=RecipientKind.EMPLOYER, name=name),
        assurance=Assurance.WORK_EMAIL,
        purpose=Purpose.ADJUSTMENTS_AT_WORK,
        ends_at=world.d.end_of_day(30),
        notice=Notice.of("Acme Tiles asks to see what helps you at work.", Language.ENGLISH),
    )


def decision(world: World) -> Decision:
    grant = Grant(
        grant_id="grant",
        kind=GrantKind.READ,
        recipient=Recipient(RecipientKind.EMPLOYER, "Acme Tiles"),
        purpose=Purpose.ADJUSTMENTS_AT_WORK,
        starts_at=world.clock(),
        ends_at=world.d.end_of_day(30),
        nonce="n" * 22,
        items=(GrantItem(Section.ADJUSTMENTS, "entry", ("changes/0",)),),
    )
    entry = SharedEntry.of(grant.items[0], "a credential")
    notice = Notice.of("They see this and nothing else.", Language.ENGLISH)
    return Decision(grant=grant, notice=notice, path="/passport/shares/one", shared=(entry,))


def drop_triggers(world: World) -> None:
    with world.d.database.write_engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER receipts_no_update")
        else:
            connection.exec_driver_sql("ALTER TABLE receipts DISABLE TRIGGER USER")
