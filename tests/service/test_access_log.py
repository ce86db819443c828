"""The log that a holder takes along: everything in it, provable, through crashes, races, restarts and erasure."""

import json
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from itertools import pairwise, product
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from consent.access_log import verify_export
from consent.checkpoint import check_growth, verify_checkpoint
from consent.log_export import decode_export
from consent.log_promise import check_kept, read_promise
from consent.log_verification import LogStepNumber, LogVerification
from consent.merkle import NodeId
from consent.share import encode_shlink
from consent.signed_note import NoteKey
from consent.verification import Outcome, StepResult
from issuers.encoding import decode_base64url, encode_base64url
from issuers.keys import VerifyingKey
from passport import access, holders, log_check, log_exporting, log_tree, records, sequencer
from passport.deployment import Deployment, open_deployment
from passport.issuing import STATUS, active_signer, issuer_url
from passport.log_tree import LogDamagedError, add_all_pending, add_pending
from passport.settings import Settings
from passport.storage_errors import SealError
from passport.store import access as store
from passport.store import holders as holder_store
from passport.store import log as log_store
from passport.tables import AccessKind, EntryState
from schemas.vocabulary import Language
from tests.service.world import NAME, STORY, Clock, Person, World

APPEND_ONLY = ("log_leaves", "log_nodes", "log_checkpoints")
COUNTS = {table: f"SELECT count(*) FROM {table}" for table in ("log_pending", *APPEND_ONLY)}


def counts(d: Deployment) -> dict[str, int]:
    with d.database.reading() as connection:
        return {table: connection.execute(text(query)).scalar_one() for table, query in COUNTS.items()}


def a_holder(d: Deployment) -> str:
    with d.database.writing() as connection:
        return holders.create(d, connection, name=NAME, language=Language.ENGLISH)


def log_event(d: Deployment, holder_id: str, **detail: Any) -> None:
    with d.database.writing() as connection:
        holder = holders.lock_holder(d, connection, holder_id)
        access.record(d, connection, holder.vault, holder_id, AccessKind.OPENED, **detail)


def verified(d: Deployment, holder_id: str, **known: Any) -> LogVerification:
    export = log_exporting.export_log(d, holder_id, since=known.pop("since", None))
    return verify_export(export.encode(), d.log_signer.key, **known)


def log_problems(d: Deployment) -> list[str]:
    with d.database.reading() as connection:
        return list(log_check.problems(connection, d.log_signer.key))


@pytest.fixture
def d(settings: Settings, clock: Clock) -> Any:
    with closing(open_deployment(settings, now=clock)) as deployment:
        yield deployment


def test_an_event_that_was_taken_out_of_what_waits_for_the_tree_is_missed_and_waits_again(
    d: Deployment, caplog: pytest.LogCaptureFixture
) -> None:
    sam = a_holder(d)
    log_tree.add_all_pending(d)
    log_event(d, sam)
    assert log_problems(d) == []
    with d.database.writing() as connection:
        on = "" if connection.dialect.name == "sqlite" else " ON log_pending"
        connection.execute(text(f"DROP TRIGGER log_pending_no_loss{on}"))
        connection.execute(text("DELETE FROM log_pending"))
    assert log_problems(d) == ["1 events of the access log are neither in the log's tree nor wait for it"]
    log_event(d, sam)
    with sequencer.sequencing(d):
        assert counts(d)["log_leaves"] == 2
    assert "1 events of the access log did not wait" in caplog.text
    assert log_problems(d) == []
    assert verified(d, sam).outcome is Outcome.VALID


# What is in it


def test_everything_that_happens_to_a_share_is_in_the_log_and_verifies(world: World, sam: Person) -> None:
    share = sam.shares_with(passcode=True)
    world.opens(share, recipient="Acme Tiles", passcode=share.passcode)
    world.opens(share, recipient="Acme Tiles", passcode=share.wrong)
    sam.stops(share)
    world.opens(share, recipient="Acme Tiles", passcode=share.passcode)
    found = verified(world.d, sam.holder_id)
    assert found.outcome is Outcome.VALID
    kinds = [event.event.kind for event in found.events if event.event]
    assert kinds[-5:] == ["shared", "fetched", "wrong-passcode", "stopped", "refused"]


def test_every_entry_that_was_signed_is_in_the_log_by_its_digest(world: World, sam: Person) -> None:
    """A stolen key can date an entry back; it cannot put it into the log of that day."""
    jo = world.practitioner()
    grant_id = sam.lets_write(jo, "plan")
    jo.holds_appointment(grant_id, 1)
    found = verified(world.d, sam.holder_id)
    logged = {
        digest for event in found.events if event.event for digest in event.event.detail.get("issued", ())
    }
    with world.d.database.reading() as connection:
        holder = holders.open_holder(world.d, connection, sam.holder_id)
        held = records.entries_of(connection, holder, frozenset(EntryState))
    digests = {encode_base64url(sha256(entry.credential.sd_jwt.jwt.encode()).digest()) for entry in held}
    assert len(digests) > len(STORY)
    assert digests == logged


def test_the_database_cannot_say_otherwise_than_the_event(d: Deployment) -> None:
    holder_id = a_holder(d)
    log_event(d, holder_id, who="Acme")
    with d.database.reading() as connection:
        vault = holders.open_holder(d, connection, holder_id).vault
        row = store.events_of(connection, holder_id)[0]
    for change in ({"kind": AccessKind.REFUSED}, {"occurred_at": d.now() + timedelta(1)}, {"share_id": "s"}):
        with pytest.raises(SealError, match="something else"):
            access.logged(vault, row.model_copy(update=change))
    with pytest.raises(SealError, match="commitment"):
        access.opening(vault, row.model_copy(update={"commitment": bytes(32)}))


# The tree


def test_an_event_is_in_the_tree_within_seconds(settings: Settings, clock: Clock) -> None:
    with closing(open_deployment(settings, now=clock)) as d:
        holder_id = a_holder(d)
        with sequencer.sequencing(d, interval_seconds=0.05):
            log_event(d, holder_id)
            wait_until(lambda: counts(d)["log_leaves"] == 1)
    assert sequencer.INTERVAL_SECONDS < 5


def wait_until(true: Callable[[], bool], seconds: float = 10) -> None:
    pause = threading.Event()
    for _ in range(int(seconds / 0.05)):
        if true():
            return
        pause.wait(0.05)
    raise AssertionError("it did not happen")


def test_forty_threads_append_while_two_sequencers_run(settings: Settings, clock: Clock) -> None:
    """Two processes of one deployment: each event gets one place, whoever is quicker."""
    with (
        closing(open_deployment(settings, now=clock)) as d,
        closing(open_deployment(settings, now=clock)) as e,
    ):
        people = [a_holder(d) for _ in range(4)]
        with (
            sequencer.sequencing(d, interval_seconds=0.001),
            sequencer.sequencing(e, interval_seconds=0.001),
            ThreadPoolExecutor(40) as pool,
        ):
            list(pool.map(lambda n: log_event((d, e)[n % 2], people[n % 4], who=str(n)), range(120)))
            wait_until(lambda: counts(d)["log_pending"] == 0)
        assert counts(d)["log_leaves"] == 120
        assert log_problems(d) == []
        for holder_id in people:
            found = verified(d, holder_id)
            assert (found.outcome, len(found.events)) == (Outcome.VALID, 30)


def test_what_waited_when_the_service_stopped_is_added_at_the_next_start(
    settings: Settings, clock: Clock
) -> None:
    with closing(open_deployment(settings, now=clock)) as d:
        holder_id = a_holder(d)
        log_event(d, holder_id)
        add_all_pending(d)
        log_event(d, holder_id)
        assert counts(d)["log_pending"] == 1
    with closing(open_deployment(settings, now=clock)) as d, sequencer.sequencing(d):
        assert counts(d)["log_pending"] == 0
        assert verified(d, holder_id).outcome is Outcome.VALID


def test_batches_follow_on_each_other(d: Deployment) -> None:
    holder_id = a_holder(d)
    for _ in range(7):
        log_event(d, holder_id)
    assert [add_pending(d, limit=3) for _ in range(4)] == [3, 3, 1, 0]
    assert log_problems(d) == []
    notes = [log_tree_at(d, size) for size in (0, 3, 6, 7)]
    for older, newer in pairwise(notes):
        with d.database.reading() as connection:
            proof = log_tree.growth_proof(connection, older.size, newer.size)
        check_growth(older, newer, proof)


def log_tree_at(d: Deployment, size: int) -> Any:
    with d.database.reading() as connection:
        return log_tree.standing_at(d, connection, size).checkpoint


STEPS = ("take", "add_nodes", "add_checkpoint")


@pytest.mark.parametrize("step", STEPS)
def test_a_batch_that_fails_on_the_way_leaves_nothing_and_is_added_later(
    d: Deployment, step: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Each step is refused once by the database itself."""
    holder_id = a_holder(d)
    log_event(d, holder_id)
    add_all_pending(d)
    log_event(d, holder_id)
    before = counts(d)
    table = {"take": "log_leaves", "add_nodes": "log_nodes", "add_checkpoint": "log_checkpoints"}[step]
    refuse(d, table)
    sequencer.look(d)
    assert "behind" in caplog.text
    assert NAME not in caplog.text
    assert counts(d) == before
    allow(d, table)
    sequencer.look(d)
    assert counts(d)["log_pending"] == 0
    assert log_problems(d) == []


def refuse(d: Deployment, table: str) -> None:
    with d.database.writing() as connection:
        if connection.dialect.name == "sqlite":
            body = "BEGIN SELECT RAISE(ABORT, 'no'); END"
        else:
            body = "FOR EACH ROW EXECUTE FUNCTION passport_refuse()"
        connection.execute(text(f"CREATE TRIGGER broken BEFORE INSERT ON {table} {body}"))


def allow(d: Deployment, table: str) -> None:
    with d.database.writing() as connection:
        on = "" if connection.dialect.name == "sqlite" else f" ON {table}"
        connection.execute(text(f"DROP TRIGGER broken{on}"))


class Faulty:
    """A signer with a fault that nobody foresaw."""

    def __init__(self, key: NoteKey) -> None:
        self.key = key

    def sign(self, _text: bytes) -> bytes:
        raise RuntimeError(NAME)


def test_a_fault_that_nobody_foresaw_ends_no_sequencer(
    sqlite_settings: Settings, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(open_deployment(sqlite_settings, now=clock)) as d:
        signer = d.log_signer
        object.__setattr__(d, "log_signer", Faulty(signer.key))
        log_event(d, a_holder(d))
        sequencer.look(d)
        assert ("RuntimeError" in caplog.text, NAME in caplog.text) == (True, False)
        object.__setattr__(d, "log_signer", signer)
        sequencer.look(d)
        assert counts(d)["log_pending"] == 0


class Killed:
    """A signer that ends its process, as a power cut would: after leaves and nodes were written, before COMMIT."""

    def __init__(self, key: NoteKey) -> None:
        self.key = key

    def sign(self, _text: bytes) -> bytes:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("unreachable")


def test_a_process_killed_before_its_commit_leaves_nothing(settings: Settings, clock: Clock) -> None:
    with closing(open_deployment(settings, now=clock)) as d:
        holder_id = a_holder(d)
        add_all_pending(d)
        log_event(d, holder_id)
        before, key = counts(d), d.log_signer.key
    child = os.fork()  # nothing of ours is open: no thread, no connection
    if child == 0:
        killed = open_deployment(settings, now=clock)
        object.__setattr__(killed, "log_signer", Killed(key))
        add_pending(killed)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    with closing(open_deployment(settings, now=clock)) as d:
        assert counts(d) == before
        add_all_pending(d)
        assert log_problems(d) == []
        assert verified(d, holder_id).outcome is Outcome.VALID


def test_the_tree_is_append_only_on_both_engines(d: Deployment) -> None:
    log_event(d, a_holder(d))
    add_all_pending(d)
    engine = d.database.write_engine
    statements = ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}"]
    if engine.dialect.name == "sqlite":
        statements.remove("TRUNCATE {0}")  # SQLite has none
    columns = {"log_leaves": "commitment", "log_nodes": "hash", "log_checkpoints": "note"}
    for statement, table in product(statements, APPEND_ONLY):
        with pytest.raises(DBAPIError, match=f"{table}_no_"), engine.begin() as connection:
            connection.execute(text(statement.format(table, columns[table])))


FORBIDDEN = {
    "DELETE FROM log_pending": "log_pending_no_loss",
    "UPDATE log_pending SET commitment = commitment": "log_pending_no_update",
    "DELETE FROM access_heads": "access_heads_no_delete",
    "UPDATE access_heads SET next_sequence = 1": "access_heads_no_turning_back",
    "UPDATE access_heads SET head_hash = head_hash": "access_heads_no_turning_back",
    "UPDATE access_heads SET holder_id = 'x', next_sequence = 3": "access_heads_no_turning_back",
    "TRUNCATE log_pending": "log_pending_no_truncate",  # PostgreSQL only
    "TRUNCATE access_heads": "access_heads_no_truncate",
}


def test_no_event_leaves_the_queue_before_it_is_in_the_tree_and_no_chain_is_cut(d: Deployment) -> None:
    log_event(d, a_holder(d))
    engine = d.database.write_engine
    for statement, trigger in FORBIDDEN.items():
        if statement.startswith("TRUNCATE") and engine.dialect.name == "sqlite":
            continue
        with pytest.raises(DBAPIError, match=trigger), engine.begin() as connection:
            connection.execute(text(statement))
    assert add_pending(d) == 1


def test_nothing_is_signed_on_top_of_a_damaged_tree(d: Deployment) -> None:
    holder_id = a_holder(d)
    log_event(d, holder_id)
    add_all_pending(d)
    with d.database.writing() as connection:
        log_store.add_nodes(connection, {NodeId(0, 1): bytes(32)})
        connection.execute(
            text("INSERT INTO log_leaves (position, commitment) VALUES (1, :c)"), {"c": bytes(32)}
        )
    log_event(d, holder_id)
    with pytest.raises(LogDamagedError):
        add_pending(d)
    assert log_problems(d) != []


def test_a_cut_off_or_rewritten_chain_is_found_without_any_key(d: Deployment) -> None:
    holder_id = a_holder(d)
    log_event(d, holder_id)
    add_all_pending(d)
    assert log_problems(d) == []
    with d.database.writing() as connection:
        connection.execute(text("UPDATE access_heads SET next_sequence = 3"))
    assert log_problems(d) == [f"the access log of {holder_id} does not hold from event 2 on"]


# Erasure


def test_erasing_a_holder_keeps_the_tree_and_everybody_elses_log_valid(d: Deployment) -> None:
    gone, stays = a_holder(d), a_holder(d)
    for _ in range(3):
        log_event(d, gone, who="Acme")
        log_event(d, stays, who="Acme")
    kept = verified(d, stays).checkpoint
    assert kept is not None
    with d.database.writing() as connection:
        holder_store.destroy_data_key(connection, gone, now=d.now())
    log_event(d, stays)
    found = verified(d, stays, since=kept.size, known_checkpoint=kept)
    assert found.outcome is Outcome.VALID
    assert result(found, LogStepNumber.KNOWN_CHECKPOINT) is StepResult.PASSED
    assert log_problems(d) == []
    with d.database.reading() as connection:
        erased = log_exporting.exported(d, connection, gone, None)
    unread = verify_export(erased.encode(), d.log_signer.key)
    assert (unread.outcome, unread.unreadable) == (Outcome.VALID, 3)


def result(found: LogVerification, number: LogStepNumber) -> StepResult:
    return next(step.result for step in found.steps if step.number is number)


# Over HTTP


def key_of(world: World) -> NoteKey:
    return NoteKey.decode(world.client.get("/log/key").text.strip())


def test_a_checkpoint_and_proofs_are_published(world: World, sam: Person) -> None:
    first = world.client.get("/log/checkpoint")
    add_all_pending(world.d)
    reply = world.client.get("/log/checkpoint", headers={"origin": "https://witness.example"})
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["cache-control"] == "public, max-age=5"
    older, newer = (verify_checkpoint(each.content, key_of(world)) for each in (first, reply))
    assert (older.size, newer.size > 0) == (0, True)
    sam.tells({"about-me": STORY["about-me"]})
    add_all_pending(world.d)
    newest = verify_checkpoint(world.client.get("/log/checkpoint").content, key_of(world))
    found = world.client.get(f"/log/consistency/{newer.size}/{newest.size}").json()
    check_growth(newer, newest, tuple(map(decode_base64url, found["hashes"])))
    assert world.client.get(f"/log/checkpoint/{newer.size}").content == reply.content


HOSTILE = {
    "/log/checkpoint/1000000": 404,
    "/log/checkpoint/-1": 422,
    "/log/checkpoint/9223372036854775808": 422,
    "/log/checkpoint/1e3": 422,
    "/log/checkpoint/%00": 422,
    "/log/consistency/2/1": 404,
    "/log/consistency/0/9223372036854775807": 404,
    "/log/consistency/x/1": 422,
    f"/log/inclusion/{'A' * 43}": 404,
    f"/log/inclusion/{'A' * 42}B": 400,  # another spelling of the same bytes
    "/log/inclusion/short": 422,
    "/api/v1/log/export?since=1000000": 404,
    "/api/v1/log/export?since=-1": 422,
    "/api/v1/log/export?since=x": 422,
    "/api/v1/log/export?since=%00": 422,
}


@pytest.mark.parametrize(("path", "status"), HOSTILE.items(), ids=HOSTILE)
def test_what_the_log_does_not_have_is_a_problem(sqlite_world: World, path: str, status: int) -> None:
    sam = sqlite_world.holder()
    reply = sam.get(path)
    assert (reply.status_code, reply.headers["content-type"]) == (status, "application/problem+json")
    assert (
        reply.json()["code"] == {404: "not_in_log", 422: "content_invalid", 400: "base64url_invalid"}[status]
    )


def test_the_holder_takes_their_log_along_and_checks_it_from_a_checkpoint_they_kept(
    world: World, sam: Person
) -> None:
    add_all_pending(world.d)
    kept = verify_checkpoint(world.client.get("/log/checkpoint").content, key_of(world))
    world.opens(sam.shares_with(), recipient="Acme Tiles")
    reply = sam.get(f"/api/v1/log/export?since={kept.size}")
    assert reply.headers["content-disposition"] == 'attachment; filename="access-log.json"'
    assert reply.headers["cache-control"] == "no-store"
    found = verify_export(reply.content, key_of(world), known_checkpoint=kept)
    assert found.outcome is Outcome.VALID
    assert result(found, LogStepNumber.KNOWN_CHECKPOINT) is StepResult.PASSED
    assert [step.result for step in found.steps].count(StepResult.PASSED) == 7
    assert len(decode_export(reply.content).events) == len(sam.log())


def test_one_holder_never_gets_another_holders_log(sqlite_world: World) -> None:
    sam, ola = sqlite_world.holder(), sqlite_world.holder("ola")
    sam.tells(STORY)
    found = json.loads(ola.get("/api/v1/log/export").content)
    assert found["passport"] == ola.holder_id
    assert found["events"] == []


def test_a_recipient_can_hold_the_log_to_its_promise(world: World, sam: Person) -> None:
    opened = world.client.post(
        "/v/open", data={"shlink": encode_shlink(sam.shares_with(passcode=False).shlink), "who": "Acme Tiles"}
    )
    assert opened.url.path == "/v/reading"
    token = world.client.get("/v/reading/promise").text
    with world.d.database.reading() as connection:
        signer = active_signer(world.d, connection, STATUS)
    key = VerifyingKey.from_jwk(signer.public_jwk)
    promised = read_promise(
        token, issuer=issuer_url(world.d, STATUS), key_for=lambda kid: key if kid == signer.kid else None
    )
    assert promised.by - promised.made_at == timedelta(hours=24)
    path = f"/log/inclusion/{encode_base64url(promised.commitment)}"
    assert world.client.get(path).status_code == 404
    add_all_pending(world.d)
    found = world.client.get(path).json()
    checkpoint = verify_checkpoint(found["checkpoint"].encode(), key_of(world))
    proof = tuple(map(decode_base64url, found["hashes"]))
    check_kept(promised, checkpoint=checkpoint, position=found["position"], proof=proof)


def test_nobody_without_a_viewing_session_gets_a_promise(sqlite_world: World) -> None:
    assert sqlite_world.client.get("/v/reading/promise").status_code == 404
