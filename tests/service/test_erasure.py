"""Erasing a holder: nothing of theirs is found or opened again, others' proofs stand, no backup brings them back."""

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlcipher3
from sqlalchemy import select

from consent.access_log import verify_export
from consent.checkpoint import verify_checkpoint
from consent.log_promise import check_kept, read_promise
from consent.verification import Outcome
from issuers.encoding import decode_base64url, encode_base64url
from issuers.keys import VerifyingKey
from passport import erasure, log_exporting
from passport.deployment import open_deployment
from passport.holders import create, open_holder
from passport.issuing import STATUS, active_signer, issuer_url
from passport.log_check import problems
from passport.settings import Settings
from passport.storage_errors import HolderErasedError
from passport.store import access as access_store
from passport.store import erasing
from passport.store import holders as holder_store
from passport.store import status as status_store
from passport.tables import MESSAGES, METADATA, REPLY_TOKENS, STATUS_INDICES
from schemas.vocabulary import Language
from tests.service.mailing import Pigeon, busy, reachable, sends
from tests.service.replying import Reader, confirms, opens
from tests.service.world import ADVICE, CHEAP, STORY, Clock, Person, Share, World, running

# What triggers keep, or proofs stand on: sealed under the key that is gone, or without a word about anybody.
KEPT = {"holders", "entries", "receipts", "access_events", "access_heads", "log_pending"}


@dataclass(frozen=True)
class Life:
    """Somebody with a bit of everything, and those who read it."""

    sam: Person
    jo: Person
    share: Share
    reader: Reader
    promise: str


@pytest.fixture
def life(sqlite_world: World, ada: Person) -> Life:
    """Somebody's life, where one engine is enough."""
    return live(sqlite_world, ada)


def live(world: World, sam: Person) -> Life:
    reachable(world, sam)
    jo = world.practitioner("jo")
    grant = sam.lets_write(jo, "plan", "work-advice")
    sam.accepts(*jo.appends(grant, "work-advice", ADVICE).json()["entry_ids"])
    share = sam.shares_with(typed_code=True)
    reader = opens(world, share)
    confirms(world, reader, sam.holder_id)
    reader.posts("/r/ask", sections="work", reason="To plan the rota")
    promise = reader.get("/v/reading/promise").text
    world.opens(share, embeddedLengthMax=0)  # leaves a ticket
    sends(world, Pigeon())
    return Life(sam, jo, share, reader, promise)


def rows_of(world: World, holder_id: str) -> set[str]:
    """The tables in which something names a holder."""
    owned = [table for table in METADATA.sorted_tables if "holder_id" in table.c]
    with world.d.database.reading() as connection:
        found = {
            table.name: connection.execute(select(table).where(table.c.holder_id == holder_id)).all()
            for table in owned
        }
    return {name for name, rows in found.items() if rows}


def test_every_table_with_a_holder_is_deleted_from_or_kept_for_a_reason() -> None:
    owned = {table.name for table in METADATA.sorted_tables if "holder_id" in table.c}
    deleted = {table.name for table in erasing.DELETED}
    assert owned == deleted | KEPT | {"reply_tokens"}
    assert not deleted & KEPT


def test_what_can_be_deleted_is_and_what_stays_cannot_be_opened(world: World, sam: Person) -> None:
    live(world, sam)
    assert rows_of(world, sam.holder_id) >= {table.name for table in erasing.DELETED} - {"countersignatures"}
    signed_in = world.one("SELECT count(*) FROM sessions")
    erasure.erase(world.d, sam.holder_id)
    assert rows_of(world, sam.holder_id) <= KEPT | {"messages"}
    assert world.one("SELECT count(*) FROM sessions") == signed_in - 1
    with world.d.database.reading() as connection:
        row = holder_store.get(connection, sam.holder_id)
        assert row is not None
        assert row.erased_at == world.clock()
        assert (row.wrapped_data_key, row.sealed_name, row.sealed_passport_key) == (None, None, None)
        with pytest.raises(HolderErasedError):
            open_holder(world.d, connection, sam.holder_id)


@dataclass(frozen=True)
class After:
    """What tests look at once somebody was erased, and what they remember from before."""

    world: World
    life: Life
    copy: bytes  # saved while it was open
    location: str
    nobody: bytes  # what an unknown link answers
    indices: set[tuple[str, int]]


@pytest.fixture(scope="module")
def after(started_on_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[After]:
    """One erased life for all tests that only look at it."""
    clock = Clock()
    folder = shutil.copytree(started_on_sqlite, tmp_path_factory.mktemp("erased") / "data")
    with running(Settings(data_dir=folder, mail_carrier="console"), clock) as (app, client):
        world = World(app, client, clock)
        sam = world.holder()
        sam.tells(STORY)
        life = live(world, sam)
        copy = world.reads(life.share)
        assert world.verifies(copy).outcome is Outcome.VALID
        (file,) = world.opens(life.share, embeddedLengthMax=0).json()["files"]
        nobody = world.client.post(f"{life.share.path[:-4]}AAAA", json={"recipient": "Jo"}).content
        before = indices(world)
        erasure.erase(world.d, sam.holder_id)
        yield After(world, life, copy, file["location"], nobody, before)


def indices(world: World) -> set[tuple[str, int]]:
    with world.d.database.reading() as connection:
        return {(row.list_id, row.idx) for row in connection.execute(select(STATUS_INDICES))}


def test_links_codes_tickets_and_sessions_open_nothing(after: After) -> None:
    world, life, share = after.world, after.life, after.life.share
    for reply in (world.opens(share), world.client.post(share.path, json={"recipient": "Jo"})):
        assert (reply.status_code, reply.content) == (404, after.nobody)
    assert world.fetches(after.location).status_code == 404
    assert world.presses_open(share).status_code == 404
    assert world.types_code(share).status_code == 401
    assert life.reader.get("/v/reading").status_code == 404
    assert life.sam.get("/api/v1/passport").status_code == 401
    assert life.jo.get("/api/v1/append-grants").json() == []


def test_saved_copies_are_refused_and_nobody_can_let_an_entry_stand_again(after: After) -> None:
    world, life = after.world, after.life
    assert world.verifies(after.copy).outcome is Outcome.REFUSED
    entry_id = world.one("SELECT entry_id FROM entries WHERE author_kind = 'practitioner'")
    reply = life.jo.post(f"/api/v1/signed-entries/{entry_id}/reinstate", {"reason": "reviewed"})
    assert reply.status_code == 404
    with world.d.database.reading() as connection:
        found = status_store.statuses_at(connection, erasing.status_places(connection, life.sam.holder_id))
    assert set(found.values()) == {status_store.INVALID}


def test_an_index_that_was_used_is_never_handed_out_again(after: After) -> None:
    assert indices(after.world) >= after.indices


def test_a_reply_link_says_that_the_passport_is_gone_and_nothing_else(after: After) -> None:
    reader = after.life.reader
    for reply in (
        reader.get("/r/reply"),
        reader.posts("/r/reply", token=reader.token),
        reader.posts("/r/acknowledge"),
        reader.posts("/r/ask", sections="work", reason="To plan the rota"),
        reader.get("/r/changes"),
        reader.get("/r/reviews.ics"),
    ):
        assert reply.status_code == 410
        assert "has deleted their passport" in reply.text
        assert "Acme" not in reply.text
    with after.world.d.database.reading() as connection:
        (row,) = connection.execute(select(REPLY_TOKENS)).all()
    assert (row.holder_id, row.recipient_id) == (None, None)


def test_the_tree_others_proofs_and_the_promise_to_a_reader_stand(world: World, sam: Person) -> None:
    life, d, other = live(world, sam), world.d, world.holder("robin", name="Robin")
    other.tells(STORY)
    kept = verify_export(other.get("/api/v1/log/export").content, d.log_signer.key).checkpoint
    assert kept is not None
    erasure.erase(d, sam.holder_id)
    export = other.get(f"/api/v1/log/export?since={kept.size}").content
    assert verify_export(export, d.log_signer.key, known_checkpoint=kept).outcome is Outcome.VALID
    with d.database.reading() as connection:
        assert list(problems(connection, d.log_signer.key)) == []
        gone = log_exporting.exported(d, connection, sam.holder_id, None)
        key = VerifyingKey.from_jwk(active_signer(d, connection, STATUS).public_jwk)
    unread = verify_export(gone.encode(), d.log_signer.key)
    assert (unread.outcome, unread.unreadable) == (Outcome.VALID, len(unread.events))
    promise = read_promise(life.promise, issuer=issuer_url(d, STATUS), key_for=lambda _kid: key)
    assert promise.commitment in {event.commitment for event in gone.events}
    proof = world.client.get(f"/log/inclusion/{encode_base64url(promise.commitment)}").json()
    newest = verify_checkpoint(proof["checkpoint"].encode(), d.log_signer.key)
    hashes = tuple(map(decode_base64url, proof["hashes"]))
    check_kept(promise, checkpoint=newest, position=proof["position"], proof=hashes)


# Asking for it


def wrong_pairs(person: Person, other: Person) -> list[dict[str, str]]:
    """Username and sign-in code that are not one person's own pair."""
    return [
        {"username": person.username, "code": other.code},
        {"username": other.username, "code": person.code},
        {"username": other.username, "code": other.code},
        {"username": "", "code": ""},
    ]


def test_only_the_holders_own_username_and_code_delete_and_a_wrong_one_is_logged(
    sqlite_world: World, ada: Person
) -> None:
    other = sqlite_world.holder("robin", name="Robin")
    for typed in wrong_pairs(ada, other)[:3]:
        assert ada.post("/api/v1/passport/delete", typed).status_code == 403
        assert ada.log()[-1]["kind"] == "erasure-refused"
    assert ada.get("/api/v1/passport").status_code == 200
    typed = {"username": f" {ada.username.upper()} ", "code": ada.code.lower().replace("-", "")}
    assert ada.post("/api/v1/passport/delete", typed).status_code == 204
    assert ada.get("/api/v1/passport").status_code == 401
    session = sqlite_world.client.post("/api/v1/session", json={"username": ada.username, "code": ada.code})
    assert session.status_code == 401
    assert other.get("/api/v1/passport").status_code == 200


@pytest.mark.parametrize("mail", ["console", "off"])
def test_who_is_asked_to_delete_copies_is_promised_only_where_there_is_mail(
    sqlite_settings: Settings, clock: Clock, mail: str
) -> None:
    with running(sqlite_settings.model_copy(update={"mail_carrier": mail}), clock) as (app, client):
        browser = {"cookie": f"session={World(app, client, clock).holder().token}", "accept": "text/html"}
        asking, gone = (client.get(path, headers=browser).text for path in ("/passport/delete", "/deleted"))
    assert ("We ask everyone" in asking) == ("We now ask everyone" in gone) == (mail != "off")
    assert ("ask them yourself" in asking) == ("Ask them yourself" in gone) == (mail == "off")


def test_the_page_deletes_signs_out_and_says_so(sqlite_world: World, ada: Person) -> None:
    browser = {"cookie": f"session={ada.token}", "accept": "text/html"}
    client, other = sqlite_world.client, sqlite_world.holder("robin", name="Robin")
    for typed in wrong_pairs(ada, other):
        reply = client.post("/passport/delete", data=typed, headers=browser)
        assert reply.status_code == 422
        assert "Nothing was deleted" in reply.text
    typed = {"username": ada.username, "code": ada.code}
    reply = client.post("/passport/delete", data=typed, headers=browser, follow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (303, "/deleted")
    assert 'session=""' in reply.headers["set-cookie"]
    assert "Your passport is deleted" in client.get("/deleted").text
    assert client.get("/passport", headers=browser, follow_redirects=False).headers["location"] == "/sign-in"


def test_everything_is_saved_before_by_page_and_api_alike_and_the_log_says_so(ada: Person) -> None:
    ada.shares_with(passcode=False)
    by_api = ada.get("/api/v1/passport/export")
    browser = {"cookie": f"session={ada.token}", "accept": "text/html"}
    by_page = ada.client.post("/passport/export", headers=browser)
    assert by_page.headers["content-disposition"] == 'attachment; filename="passport.json"'
    assert by_page.headers["cache-control"] == "no-store"
    api, page = by_api.json(), by_page.json()
    assert [entry["body"] for entry in page["entries"]] == [entry["body"] for entry in api["entries"]]
    assert {entry["section"] for entry in page["entries"]} == set(STORY)
    assert [event["kind"] for event in page["log"]][-2:] == ["exported", "exported"]


def test_who_opens_while_it_happens_gets_what_an_unknown_link_gets(world: World, sam: Person) -> None:
    d, share = world.d, sam.shares_with(passcode=False)
    nobody = world.client.post(f"{share.path[:-4]}AAAA", json={"recipient": "Jo"})
    with ThreadPoolExecutor(2) as others:
        with d.database.writing() as connection:
            access_store.lock(connection, sam.holder_id)
            erasing_now = others.submit(erasure.erase, d, sam.holder_id)
            time.sleep(
                0.2
            )  # it waits for the lock first, and an opening that found its share waits behind it
            opening = others.submit(world.opens, share)
            time.sleep(0.2)
        erasing_now.result()
        reply = opening.result()
    assert (reply.status_code, reply.content) == (404, nobody.content)


def test_two_who_delete_at_once_delete_once(sqlite_world: World, ada: Person) -> None:
    erasure.erase(sqlite_world.d, ada.holder_id)
    with pytest.raises(HolderErasedError):
        erasure.erase(sqlite_world.d, ada.holder_id)


# The recipients' side


def test_whoever_reads_is_asked_once_to_delete_after_the_key_is_gone(sqlite_world: World, life: Life) -> None:
    world = sqlite_world
    erasure.erase(world.d, life.sam.holder_id)
    with world.d.database.reading() as connection:
        kept = connection.execute(select(MESSAGES.c.sealed_content)).scalars().all()
    assert b"acme.example" not in b"".join(filter(None, kept))
    pigeon = Pigeon()
    sends(world, pigeon)
    (sent,) = pigeon.sent
    assert (sent.address, sent.subject) == ("pat@acme.example", "Please delete what was shared with you")
    assert "They have deleted their passport" in sent.text
    sends(world, pigeon)
    assert len(pigeon.sent) == 1
    assert world.one("SELECT count(*) FROM messages WHERE sealed_content IS NOT NULL") == 0


def test_what_cannot_be_carried_is_tried_for_a_month_and_then_forgotten(
    sqlite_world: World, life: Life
) -> None:
    world = sqlite_world
    erasure.erase(world.d, life.sam.holder_id)
    assert sends(world, Pigeon(before=busy)) == 1
    world.clock.advance(days=30)
    pigeon = Pigeon()
    sends(world, pigeon)
    assert pigeon.sent == []
    assert world.one("SELECT count(*) FROM messages WHERE sealed_content IS NOT NULL") == 0


# Broken, and brought back


def test_a_holder_whose_rows_were_altered_is_erased_all_the_same(sqlite_world: World, life: Life) -> None:
    sqlite_world.alter("UPDATE holders SET sealed_name = :other", other=b"x")
    erasure.erase(sqlite_world.d, life.sam.holder_id)
    assert rows_of(sqlite_world, life.sam.holder_id) <= KEPT


def key_in(file: Path, holder_id: str) -> bytes:
    """The wrapped data key of a holder in a database file."""
    with closing(sqlcipher3.dbapi2.connect(str(file))) as database:
        (found,) = database.execute(
            "SELECT wrapped_data_key FROM holders WHERE holder_id = ?", (holder_id,)
        ).fetchone()
    assert found in file.read_bytes()
    return bytes(found)


def test_an_old_backup_brings_nobody_back(sqlite_settings: Settings, tmp_path: Path) -> None:
    clock, database = Clock(), sqlite_settings.data_dir / "passport.db"
    with running(sqlite_settings, clock) as (app, client):
        world = World(app, client, clock)
        sam = world.holder()
        sam.tells(STORY)
        life = live(world, sam)
    shutil.copyfile(database, tmp_path / "backup.db")
    with closing(open_deployment(sqlite_settings, now=clock, passcode_cost=CHEAP)) as d:
        erasure.erase(d, sam.holder_id)
    assert key_in(tmp_path / "backup.db", sam.holder_id) not in database.read_bytes()
    shutil.copyfile(tmp_path / "backup.db", database)
    with (
        closing(open_deployment(sqlite_settings, now=clock, passcode_cost=CHEAP)) as d,
        d.database.reading() as connection,
        pytest.raises(HolderErasedError),
    ):
        open_holder(d, connection, sam.holder_id)
    with running(sqlite_settings, clock) as (app, client):
        world = World(app, client, clock)
        assert rows_of(world, sam.holder_id) <= KEPT | {"messages"}
        assert world.opens(life.share).status_code == 404
        pigeon = Pigeon()
        sends(world, pigeon)
        assert [one.address for one in pigeon.sent] == ["pat@acme.example"]


def test_a_lost_folder_of_tombstones_is_made_again(sqlite_settings: Settings) -> None:
    with closing(open_deployment(sqlite_settings, now=Clock(), passcode_cost=CHEAP)) as d:
        with d.database.writing() as connection:
            holder_id = create(d, connection, name="Sam", language=Language.ENGLISH)
        erasure.erase(d, holder_id)
        shutil.rmtree(sqlite_settings.data_dir / "keys" / "erased")
        assert list(d.tombstones) == []
        assert erasure.finish(d) == 0
        assert list(d.tombstones) == [holder_id]
