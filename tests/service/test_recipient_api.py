"""Recipients' programs: what the reply pages do, with the reply token in a header and never in an address."""

import logging
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from consent.log_promise import read_promise
from consent.receipt_token import read_receipt
from consent.share import encode_shlink
from consent.verification import Outcome
from issuers.keys import VerifyingKey
from passport import erasure
from passport.issuing import ACKNOWLEDGEMENT, STATUS, active_signer, issuer_url
from passport.settings import Settings
from tests.service.replying import code_sent
from tests.service.test_hostile_input import own_records
from tests.service.world import ADJUSTMENT, CONDITION, STORY, Clock, Person, Share, World, running

ADDRESS = "pat@acme.example"


@pytest.fixture
def settings(sqlite_settings: Settings) -> Settings:
    """On one engine: what is called here is tried on both by the tests of the pages."""
    return sqlite_settings


@dataclass
class Program:
    """A recipient's program: it holds their tokens."""

    world: World
    reply_token: str = ""
    viewing_token: str = ""

    def opens(self, share: Share, *, who: str = "Pat Example", **said: Any) -> Any:
        body = {"shlink": encode_shlink(share.shlink), "who": who, "passcode": share.passcode, **said}
        reply = self.sends("POST", "/api/v1/openings", body)
        if reply.status_code == 201:
            self.reply_token, self.viewing_token = reply.json()["reply_token"], reply.json()["viewing_token"]
        return reply

    def gets(self, path: str = "") -> Any:
        return self.sends("GET", f"/api/v1/reply{path}")

    def posts(self, path: str, body: object = None) -> Any:
        return self.sends("POST", f"/api/v1/reply{path}", body)

    def sends(self, method: str, path: str, body: object = None) -> Any:
        headers = {"authorization": f"Bearer {self.reply_token}"} if self.reply_token else {}
        if self.viewing_token:
            headers["viewing-token"] = self.viewing_token
        self.world.client.cookies.clear()
        return self.world.client.request(method, path, headers=headers, json=body)


def opened(world: World, sam: Person, **wishes: Any) -> tuple[Share, Program]:
    share, program = sam.shares_with(passcode=False, **wishes), Program(world)
    assert program.opens(share).status_code == 201
    return share, program


def test_whoever_asks_too_often_is_told_when_to_ask_again(world: World, sam: Person) -> None:
    _share, program = opened(world, sam)
    replies = [program.posts("/email", {"address": ADDRESS}) for _ in range(4)]
    assert [one.status_code for one in replies] == [204, 204, 204, 429]
    assert (replies[-1].json()["code"], replies[-1].headers["retry-after"]) == ("too_many_replies", "3600")


# Opening


def test_a_program_opens_for_somebody_and_the_holder_sees_that_it_was_one(world: World, sam: Person) -> None:
    share, _program = opened(world, sam)
    (event,) = sam.log(share)[1:]
    assert (event["kind"], event["who"]) == ("fetched", "Pat Example")
    now = sam.share_now(share)
    assert (now["views"], now["program_views"]) == (1, 1)
    assert sam.get(f"/api/v1/shares/{share.share_id}/receipt").json()["readings"] == []


def test_a_passcode_is_asked_for_and_counted_down(world: World, sam: Person) -> None:
    share, program = sam.shares_with(), Program(world)
    asked, wrong = program.opens(share, passcode=None), program.opens(share, passcode="9" * 65)
    assert [(reply.status_code, reply.json()["code"]) for reply in (asked, wrong)] == [
        (401, "passcode_asked"),
        (401, "passcode_wrong"),
    ]
    assert [reply.json()["attempts_left"] for reply in (asked, wrong)] == [10, 9]
    assert program.opens(share).status_code == 201


def test_what_does_not_open_gets_the_bytes_that_a_manifest_gets(world: World, sam: Person) -> None:
    share, program = sam.shares_with(passcode=False), Program(world)
    sam.stops(share)
    unknown = world.client.post("/m/" + "B" * 43, json={"recipient": "x"})
    stopped = program.opens(share)
    assert (stopped.status_code, stopped.content) == (404, unknown.content)
    other = sam.shares_with(passcode=False)
    wrong_key = encode_shlink(other.shlink).replace(encode_shlink(other.shlink)[-12:], "A" * 12)
    assert program.opens(other, shlink=wrong_key).status_code in (400, 404)
    assert program.opens(other, shlink="shlink:/eyJ1cmwiOiJo").json()["code"] == "shlink_invalid"


def test_ones_own_reply_token_keeps_one_the_same_recipient_and_another_name_does_not(
    world: World, sam: Person
) -> None:
    share, program = opened(world, sam)
    before = program.reply_token
    program.opens(share)
    assert program.reply_token == before
    program.opens(share, who="Kim Example")
    assert program.reply_token != before


# Answering


def test_a_program_says_what_a_recipient_says_on_the_pages(world: World, sam: Person) -> None:
    share, program = opened(world, sam, days=1)
    standing = program.gets().json()
    assert (standing["state"], standing["name"], standing["assurance"]) == ("open", "Pat Example", "link")
    assert "conditions" not in standing["askable"]
    assert program.posts("/acknowledge").status_code == 204
    assert (program.posts("/deleted").status_code, program.posts("/deleted").json()["code"]) == (
        409,
        "reply_not_now",
    )
    asked = program.posts("/requests", {"sections": ["work"], "reason": "To plan the rota"})
    manager = program.posts("/requests", {"manager": "Kim Example", "reason": "To plan the rota"})
    assert (asked.status_code, manager.status_code) == (201, 201)
    sam.post(f"/api/v1/requests/{asked.json()['request_id']}/refuse", {"answer": "not-now"})
    states = {one["request_id"]: (one["state"], one["answer"]) for one in program.gets().json()["requests"]}
    assert states == {
        asked.json()["request_id"]: ("refused", "not-now"),
        manager.json()["request_id"]: ("open", None),
    }
    terms = {"basis": "employment-law", "kept": "until-date", "kept_until": "2027-03-01"}
    assert program.sends("PUT", "/api/v1/reply/terms", terms).status_code == 204
    assert program.gets().json()["terms"] == terms
    can = standing["may_state"]
    assert (can["basis"][:2], "health-care" in can["basis"]) == (["not-stated", "employment-law"], False)
    assert "until-date" in can["kept"]
    undated = {"kept": "until-end"}  # and a day: it is not dropped without a word
    for wrong in ({"basis": "health-care"}, {"kept_until": None}, {"kept_until": "2020-01-01"}, undated):
        reply = program.sends("PUT", "/api/v1/reply/terms", {**terms, **wrong})
        assert (reply.status_code, reply.json()["code"]) == (422, "receipt_invalid")
    sam.stops(share)
    assert program.posts("/deleted").status_code == 204
    standing = program.gets().json()
    assert standing["state"] == "stopped"
    assert None not in (standing["acknowledged_at"], standing["said_deleted_at"])
    assert sam.said(share) == [
        "fetched",
        "acknowledged",
        "asked-for-more",
        "asked-for-manager",
        "request-refused",
        "terms-stated",
        "stopped",
        "copy-deleted",
    ]


def test_a_work_address_raises_the_assurance_and_changes_the_token(world: World, sam: Person) -> None:
    _share, program = opened(world, sam)
    before = program.reply_token
    assert program.posts("/email", {"address": ADDRESS}).status_code == 204
    wrong = program.posts("/email/code", {"code": "x"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "code_wrong")
    known = program.posts("/email/code", {"code": code_sent(world, sam.holder_id)})
    assert program.gets().status_code == 404
    program.reply_token = known.json()["reply_token"]
    assert program.reply_token != before
    standing = program.gets().json()
    assert (standing["assurance"], standing["address"]) == ("work-email", ADDRESS)


@pytest.mark.parametrize("address", ["pat@gmail.com", "pat", "\0"])
def test_an_address_that_shows_nothing_gets_no_code(sqlite_world: World, ada: Person, address: str) -> None:
    _share, program = opened(sqlite_world, ada)
    reply = program.posts("/email", {"address": address})
    assert (reply.status_code, reply.json()["code"]) == (422, "work_address")
    assert address not in reply.text


def test_a_practitioner_answers_for_their_organisation(sqlite_world: World, ada: Person) -> None:
    _share, program = opened(sqlite_world, ada, kind="practitioner", name="Jo")
    jo = sqlite_world.practitioner()
    for nobody in ("x", ada.token):
        reply = program.posts("/organisation", {"session": nobody})
        assert (reply.status_code, reply.json()["code"]) == (403, "not_allowed")
    program.reply_token = program.posts("/organisation", {"session": jo.token}).json()["reply_token"]
    assert program.gets().json()["organisation"] == "House of jo"


def test_a_change_at_work_is_answered_while_it_is_open(world: World, sam: Person) -> None:
    _share, program = opened(world, sam)
    first, _other = program.gets("/changes").json()
    stands = [first[name] for name in ("status", "told", "said", "said_by_you")]
    assert (first["change"]["change"], stands) == (ADJUSTMENT["change"], ["asked", "asked", None, False])
    assert "agreed" in first["moves"]
    given = {"about": first["about"], "status": "agreed", "review_on": "2026-12-01"}
    passed = program.posts("/changes", {**given, "review_on": "2020-01-01"})
    assert (passed.status_code, passed.json()["code"]) == (422, "adjustment_review")
    assert program.posts("/changes", given).status_code == 201
    assert program.posts("/changes", given).json()["code"] == "adjustment_move"
    first, _other = program.gets("/changes").json()
    assert [first[name] for name in ("status", "told", "said", "said_by_you")] == [
        "agreed",
        "asked",
        "agreed",
        True,
    ]
    assert program.posts("/changes", {**given, "about": "x"}).json()["code"] == "change_not_found"
    assert b"20261201" in program.gets("/reviews").content
    (said,) = [one for one in sam.entries("adjustments") if one["author"] == "employer"]
    assert said["state"] == "pending"
    world.clock.advance(minutes=world.d.settings.viewing_minutes)
    assert program.gets("/changes").json() == []
    assert program.posts("/changes", given).json()["code"] == "change_not_found"


def test_a_program_keeps_copy_receipt_and_promise_and_all_of_them_verify(world: World, sam: Person) -> None:
    share, program = opened(world, sam)
    copy = program.gets("/copy")
    assert copy.headers["content-type"] == "application/fhir+json"
    assert world.verifies(copy.content).outcome is Outcome.VALID
    assert sam.said(share) == ["fetched", "copy-saved"]
    body = program.gets("/receipt").json()
    assert body["versions"] == sam.get(f"/api/v1/shares/{share.share_id}/receipt").json()["versions"]
    keys = keys_of(world)
    received = read_receipt(
        body["versions"][0], key_for=keys.get, issuer=issuer_url(world.d, ACKNOWLEDGEMENT), now=world.clock()
    )
    assert received.receipt.controller.name == "Acme Tiles"
    given = program.gets("/promise")
    assert given.headers["content-type"] == "application/jwt"
    promise = read_promise(given.text, key_for=keys.get, issuer=issuer_url(world.d, STATUS))
    assert promise.made_at == world.clock()
    world.clock.advance(minutes=world.d.settings.viewing_minutes)
    for gone in ("/copy", "/promise"):
        assert (program.gets(gone).status_code, program.gets(gone).json()["code"]) == (404, "viewing_ended")
    assert program.gets("/receipt").status_code == 200


def test_what_was_taken_back_while_it_is_open_is_no_copy_and_opening_it_anew_would_not_help(
    world: World, sam: Person
) -> None:
    (entry, *_others) = sam.entries("adjustments")
    share, program = opened(world, sam)
    path = f"/api/v1/passport/entries/{entry['entry_id']}/withdraw"
    assert sam.post(path, {"reason": "mistake"}).status_code == 200
    for _ in range(2):
        assert (program.gets("/copy").status_code, program.gets("/copy").json()["code"]) == (
            409,
            "not_verified",
        )
        program.opens(share)
    assert "copy-saved" not in sam.said(share)


def keys_of(world: World) -> dict[str | None, VerifyingKey]:
    with world.d.database.reading() as connection:
        signers = [active_signer(world.d, connection, one) for one in (ACKNOWLEDGEMENT, STATUS)]
    return {signer.kid: VerifyingKey.from_jwk(signer.public_jwk) for signer in signers}


def test_it_shows_nothing_of_what_was_shared_and_logs_no_token(
    world: World, sam: Person, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        _share, program = opened(world, sam)
        said = [program.gets(path).text for path in ("", "/receipt", "/reviews")]
        program.posts("/requests", {"sections": ["work"], "reason": CONDITION})
        program.viewing_token = "x"
        said.append(program.gets("/changes").text)
    for told in ("start at ten", "a quiet room", CONDITION):
        assert not any(told in text for text in said)
    for secret in (program.reply_token, CONDITION):
        assert secret not in own_records(caplog)


# Who may


ROUTES: Mapping[str, Any] = {
    "GET ": None,
    "POST /acknowledge": None,
    "POST /deleted": None,
    "POST /email": {"address": ADDRESS},
    "POST /email/code": {"code": "x"},
    "POST /organisation": {"session": "x"},
    "PUT /terms": {"basis": "employment-law", "kept": "until-end"},
    "POST /requests": {"sections": ["work"], "reason": "x"},
    "GET /requests/{request_id}/receipt": None,
    "GET /receipt": None,
    "GET /changes": None,
    "POST /changes": {"about": "x", "status": "agreed"},
    "GET /reviews": None,
    "GET /copy": None,
    "GET /promise": None,
}
WHO = ("nobody", "unknown", "holder", "reads", "has read", "stopped", "deleted", "too late")
GOLDEN = """
                                    nobody  unknown  holder  reads  has-read  stopped  deleted  too-late
GET                                    401      404     404    200       200      200      410       404
POST  /acknowledge                     401      404     404    204       204      204      410       404
POST  /deleted                         401      404     404    409       409      204      410       404
POST  /email                           401      404     404    204       204      204      410       404
POST  /email/code                      401      404     404    422       422      422      410       404
POST  /organisation                    401      403     403    403       403      403      403       403
PUT   /terms                           401      404     404    204       204      409      410       404
POST  /requests                        401      404     404    201       201      409      410       404
GET   /requests/{request_id}/receipt   401      404     404    404       404      404      410       404
GET   /receipt                         401      404     404    200       200      200      410       404
GET   /changes                         401      404     404    200       200      200      410       404
POST  /changes                         401      404     404    404       404      409      410       404
GET   /reviews                         401      404     404    404       404      404      410       404
GET   /copy                            401      404     404    200       404      404      410       404
GET   /promise                         401      404     404    200       404      404      410       404
"""


def golden() -> dict[str, list[int]]:
    table = {}
    for line in GOLDEN.splitlines()[2:]:
        words = line.split()
        path = next((word for word in words if word.startswith("/")), "")
        table[f"{words[0]} {path}"] = [int(word) for word in words if word.isdigit()]
    return table


@pytest.fixture(scope="module")
def world_of_all(started_on_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = shutil.copytree(started_on_sqlite, tmp_path_factory.mktemp("recipients") / "data")
    clock = Clock()
    settings = Settings(data_dir=folder, mail_carrier="console").model_copy(
        update={"session_hours": 24 * 400}
    )
    with running(settings, clock) as (app, client):
        yield World(app, client, clock)


@pytest.fixture(scope="module")
def who(world_of_all: World) -> Mapping[str, Program]:
    world = world_of_all
    sam = world.holder()
    sam.tells(STORY)
    _share, too_late = opened(world, sam, days=1)
    world.clock.advance(days=368)
    robin = world.holder("robin")
    for holder in (sam, robin):
        holder.tells(STORY)
    _share, has_read = opened(world, sam)
    world.clock.advance(hours=1)
    _share, reads = opened(world, sam)
    share, stopped = opened(world, sam)
    sam.stops(share)
    _share, deleted = opened(world, robin)
    erasure.erase(world.d, robin.holder_id)
    others = (Program(world), Program(world, "A" * 43), Program(world, sam.token))
    return dict(zip(WHO, (*others, reads, has_read, stopped, deleted, too_late), strict=True))


@pytest.mark.parametrize("route", ROUTES)
def test_every_recipient_gets_what_the_table_says(route: str, who: Mapping[str, Program]) -> None:
    method, _, path = route.partition(" ")
    address = f"/api/v1/reply{path.replace('{request_id}', 'none')}"
    replies = [who[one].sends(method, address, ROUTES[route]) for one in WHO]
    assert [reply.status_code for reply in replies] == golden()[route]
    for reply in replies:
        if reply.status_code >= 400:
            assert reply.headers["content-type"] == "application/problem+json"
            assert reply.json()["code"]


def test_unknown_and_ended_tokens_get_the_same_bytes(who: Mapping[str, Program]) -> None:
    unknown, late = who["unknown"].gets(), who["too late"].gets()
    assert (unknown.content, unknown.headers) == (late.content, late.headers)


def test_the_table_has_every_route_of_the_reply_token(world_of_all: World) -> None:
    described = world_of_all.client.get("/openapi.json").json()["paths"]
    routes = {
        f"{method.upper()} {path.removeprefix('/api/v1/reply')}"
        for path, operations in described.items()
        if path == "/api/v1/reply" or path.startswith("/api/v1/reply/")
        for method in operations
    }
    assert routes == set(golden()) == set(ROUTES)
