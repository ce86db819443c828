"""`passport log`: what a holder exported is checked offline, and where the log stands is printed."""

import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest
import sqlcipher3

from consent.checkpoint import verify_checkpoint
from consent.log_verification import ChainHead
from consent.signed_note import NoteKey
from passport.deployment import open_deployment
from passport.log_exporting import export_log
from passport.log_promises import promise
from passport.settings import Settings
from passport.store import access
from tests.command_line.conftest import Run, trust_file
from tests.consent_floor.logging_passport import ENTRIES, OURS, SIGNER, STRANGER, exported, note_of
from tests.consent_floor.passports import NOW, TRUST
from tests.consent_floor.test_promise_check import promised as promised_by_service
from tests.consent_floor.test_promise_check import proof

KEY = SIGNER.key.encode()


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """What a holder saved."""
    file = tmp_path / "access-log.json"
    file.write_bytes(exported().encode())
    return file


def test_a_log_that_stands_is_said_so_step_by_step(run: Run, saved: Path) -> None:
    ran = run("log", "verify", str(saved), "--key", KEY)
    assert ran.code == 0
    assert [line.split()[0] for line in ran.out.splitlines()[:8]] == list("12345678")
    assert "nothing is missing, altered or moved" in ran.out
    assert "It does not prove who a person was" in ran.out
    assert "Acme" not in ran.out


def test_the_log_comes_from_standard_input_and_its_key_from_a_file(
    run: Run, saved: Path, tmp_path: Path
) -> None:
    (tmp_path / "key.txt").write_text(f"{KEY}\n")
    ran = run("log", "verify", "-", "--key", "key.txt", "--json", stdin=saved.read_bytes())
    said = json.loads(ran.out)
    assert (ran.code, said["outcome"]) == (0, "valid")
    assert [event["sequence"] for event in said["events"]] == [1, 2, 3, 4, 5, 6]
    assert said["head"]["sequence"] == 6


def test_a_log_of_another_key_is_refused(run: Run, saved: Path) -> None:
    ran = run("log", "verify", str(saved), "--key", STRANGER.key.encode())
    assert ran.code == 1
    assert "REFUSED at step 2" in ran.out


def test_a_log_that_lacks_an_event_is_refused(run: Run, saved: Path) -> None:
    saved.write_bytes(exported([*OURS[:2], *OURS[3:]]).encode())
    ran = run("log", "verify", str(saved), "--key", KEY)
    assert (ran.code, "REFUSED at step 5 (chain_gap)" in ran.out) == (1, True)


@pytest.mark.parametrize(("size", "code"), [(4, 0), (5, 2), (12, 0)])
def test_a_kept_checkpoint_is_followed_where_the_file_leads_on_from_it(
    run: Run, saved: Path, tmp_path: Path, size: int, code: int
) -> None:
    (tmp_path / "kept.txt").write_text(note_of(ENTRIES[:size]))
    ran = run("log", "verify", str(saved), "--key", KEY, "--checkpoint", "kept.txt")
    assert ran.code == code
    assert (f"save the log again from its size ({size}) on" in ran.out) is (code == 2)


@pytest.mark.parametrize(
    ("head", "code", "said"),
    [
        (OURS[3].head, 0, "what you saw before is still there, unaltered"),
        (OURS[2].head, 1, "REFUSED at step 6 (chain_rewritten)"),
    ],
)
def test_an_end_of_the_chain_that_was_kept_shows_that_nothing_was_taken_away(
    run: Run, saved: Path, head: bytes, code: int, said: str
) -> None:
    ran = run("log", "verify", str(saved), "--key", KEY, "--head", ChainHead(4, head).encode())
    assert (ran.code, said in ran.out) == (code, True)


def test_what_the_command_says_to_keep_is_what_it_takes_the_next_time(run: Run, saved: Path) -> None:
    ran = run("log", "verify", str(saved), "--key", KEY)
    assert "Whether later events were cut off, --head shows" in ran.out
    (kept,) = [line.rpartition(" ")[2] for line in ran.out.splitlines() if line.startswith("Keep this")]
    assert kept == ChainHead(6, OURS[5].head).encode()
    ran = run("log", "verify", str(saved), "--key", KEY, "--head", kept)
    assert (ran.code, "cut off" in ran.out) == (0, False)
    saved.write_bytes(exported(OURS[:5]).encode())
    ran = run("log", "verify", str(saved), "--key", KEY, "--head", kept)
    assert (ran.code, "REFUSED at step 6 (chain_cut)" in ran.out) == (1, True)


def test_a_log_saved_earlier_is_what_a_later_one_is_held_to(run: Run, saved: Path, tmp_path: Path) -> None:
    earlier = tmp_path / "earlier.json"
    earlier.write_bytes(exported(OURS[:3], sizes=(7,)).encode())
    asked = ("log", "verify", str(saved), "--key", KEY, "--head", "earlier.json")
    assert run(*asked).code == 0
    saved.write_bytes(exported(OURS[:2]).encode())
    ran = run(*asked)
    assert (ran.code, "event 3, which you saw before, was cut off" in ran.out) == (1, True)
    earlier.write_bytes(b"{}")
    assert run(*asked).code == 64


def test_one_file_is_enough_for_a_log_and_for_a_promise(told: Run, tmp_path: Path) -> None:
    assert told("trust", "export", "trust.json").code == 0
    with closing(open_deployment(Settings(data_dir=tmp_path / "data"))) as d:
        with d.database.reading() as connection:
            event = max(access.heads_after(connection, ""), key=lambda head: head.next_sequence)
            row = access.events_of(connection, event.holder_id)[0]
            (tmp_path / "promise.jwt").write_text(promise(d, connection, row))
        (tmp_path / "log.json").write_bytes(export_log(d, event.holder_id).encode())
    shutil.rmtree(tmp_path / "data")  # nothing else is needed
    ran = told("log", "verify", "log.json", "--trust", "trust.json")
    assert (ran.code, "nothing is missing" in ran.out) == (0, True)
    ran = told("log", "promise", "promise.jwt", "--trust", "trust.json", "--in", "log.json")
    assert (ran.code, "KEPT" in ran.out) == (0, True)
    said = json.loads(told("log", "promise", "promise.jwt", "--trust", "trust.json", "--json").out)
    assert (said["outcome"], said["code"], said["step"]) == ("not_checked", "promise_unproven", 3)
    ran = told("log", "promise", "-", "--trust", "trust.json", "--in", "log.json", stdin=b"x.y.z")
    assert (ran.code, " at step 1 (" in ran.out) == (1, True)
    ran = told("log", "promise", "promise.jwt", "--in", "log.json")
    assert (ran.code, "give one with --trust" in ran.out) == (2, True)


@pytest.fixture
def promised(tmp_path: Path) -> tuple[str, ...]:
    """A promise, what shows that it was kept, and the published trust list; the log's key is in `log-key.txt`."""
    (tmp_path / "promise.jwt").write_text(promised_by_service())
    (tmp_path / "inclusion.json").write_bytes(proof())
    (tmp_path / "trust.json").write_bytes(trust_file())
    (tmp_path / "log-key.txt").write_text(f"{KEY}\n")
    return ("log", "promise", "promise.jwt", "--trust", "trust.json", "--now", NOW.isoformat())


@pytest.mark.parametrize("key", ["log-key.txt", KEY], ids=["a file", "the key itself"])
def test_what_the_service_publishes_to_everyone_is_enough_for_a_promise(
    run: Run, promised: tuple[str, ...], key: str
) -> None:
    ran = run(*promised, "--key", key, "--in", "inclusion.json")
    assert (ran.code, "KEPT" in ran.out) == (0, True)


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--in", "inclusion.json"), 2, "log_key_missing"),
        ((), 2, "promise_unproven"),
        (("--key", STRANGER.key.encode(), "--in", "inclusion.json"), 1, "note_unsigned"),
    ],
    ids=["no key", "nothing that shows it", "a key of another log"],
)
def test_a_promise_without_the_logs_key_is_never_kept(
    run: Run, promised: tuple[str, ...], options: tuple[str, ...], code: int, said: str
) -> None:
    ran = run(*promised, *options, "--json")
    assert (ran.code, json.loads(ran.out)["code"]) == (code, said)


def test_a_promise_is_kept_as_of_a_moment_and_not_checked_once_the_trust_list_is_out_of_date(
    run: Run, promised: tuple[str, ...]
) -> None:
    shown = (*promised[:-1], TRUST.expires_at.isoformat(), "--key", KEY, "--in", "inclusion.json")
    ran = run(*shown)
    assert (ran.code, "NOT CHECKED as of" in ran.out, "fetch a new one" in ran.out) == (2, True, True)
    said = json.loads(run(*promised, "--key", KEY, "--in", "inclusion.json", "--json").out)
    assert (said["outcome"], said["as_of"]) == ("valid", NOW.isoformat())


def test_a_published_trust_list_is_no_key_of_a_log(run: Run, saved: Path, promised: tuple[str, ...]) -> None:
    ran = run("log", "verify", str(saved), "--trust", "trust.json")
    assert (ran.code, "/log/key" in ran.err) == (64, True)


MISUSE = {
    "no key": (),
    "two keys": ("--key", KEY, "--trust", "access-log.json"),
    "no file of trust": ("--trust", "access-log.json"),
    "no end of a chain": ("--key", KEY, "--head", "6:short"),
    "no key of a log": ("--key", "a+b+c"),
    "no such file": ("--key", "nowhere.txt"),
    "a checkpoint of nobody": ("--key", KEY, "--checkpoint", "access-log.json"),
}


@pytest.mark.parametrize("options", MISUSE.values(), ids=MISUSE)
def test_what_cannot_be_followed_is_misuse(run: Run, saved: Path, options: tuple[str, ...]) -> None:
    ran = run("log", "verify", str(saved), *options)
    assert ran.code == 64
    assert ran.err


ALTERED = {
    "the log's key": (("--key", "altered"), "save /log/key of the service again"),
    "a kept checkpoint": (("--key", KEY, "--checkpoint", "altered"), "look for another copy"),
    "a log saved earlier": (("--key", KEY, "--head", "altered"), "look for another copy"),
    "a trust file": (("--trust", "altered"), "save /trust/bundle of the service again"),
}


@pytest.mark.parametrize("name", ALTERED)
def test_an_altered_file_to_check_with_is_named_with_what_is_wrong_and_how_to_get_another(
    run: Run, saved: Path, promised: tuple[str, ...], tmp_path: Path, name: str
) -> None:
    (options, then), altered = ALTERED[name], tmp_path / "altered"
    good = {
        "the log's key": KEY,
        "a kept checkpoint": note_of(ENTRIES),
        "a log saved earlier": saved.read_text(),
        "a trust file": (tmp_path / "trust.json").read_text(),
    }[name]
    at = len(good) * 3 // 4  # in the hash, the signature, or what was signed
    altered.write_text(good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :])
    ran = run("log", "verify", str(saved), *options)
    assert (ran.code, ran.out) == (64, "")
    for part in ("altered is no ", "Nothing was checked; ", then):
        assert part in ran.err, ran.err
    assert ran.err.count("\n") == 1


def test_what_is_no_log_is_refused(run: Run) -> None:
    ran = run("log", "verify", "-", "--key", KEY, stdin=b"\xff")
    assert (ran.code, "REFUSED at step 1" in ran.out) == (1, True)


def test_a_deployment_prints_its_checkpoint_and_checks_its_own_log(run: Run, tmp_path: Path) -> None:
    assert run("db", "upgrade").code == 0
    printed = run("log", "checkpoint")
    key = NoteKey.decode(run("log", "checkpoint", "--key").out.strip())
    assert verify_checkpoint(printed.out.encode(), key).size == 0
    assert run("db", "check").code == 0
    database = sqlcipher3.dbapi2.connect(str(tmp_path / "data" / "passport.db"))
    database.execute("INSERT INTO log_leaves (position, commitment) VALUES (0, x'00')")
    database.commit()
    database.close()
    ran = run("db", "check")
    assert (ran.code, "hashes of the log's tree" in ran.err) == (1, True)
