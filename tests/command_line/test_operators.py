"""`passport issuer` and `passport db`: what those who run the service do."""

import json
from contextlib import closing
from pathlib import Path

import pytest
import sqlcipher3.dbapi2

from tests.command_line.conftest import Run


@pytest.fixture
def data(run: Run, tmp_path: Path) -> Path:
    """The data folder of a service whose tables are there."""
    assert run("db", "upgrade").code == 0
    return tmp_path / "data"


def test_a_key_is_replaced_and_the_old_one_stays_on_the_trust_list(run: Run, data: Path) -> None:
    def keys() -> dict[str, str | None]:
        found = json.loads(run("issuer", "list", "--json").out)
        told = next(issuer for issuer in found if issuer["issuer_id"] == "told")
        return {key["kid"]: key["not_after"] for key in told["keys"]}

    (old,) = keys()
    ran = run("issuer", "rotate", "told")
    (new,) = keys().keys() - {old}
    assert (ran.code, new in ran.out) == (0, True)
    assert keys()[old] is not None
    assert keys()[new] is None


def test_rotating_an_unknown_issuer_fails_with_a_hint(run: Run, data: Path) -> None:
    ran = run("issuer", "rotate", "nobody")
    assert ran.code == 1
    assert "passport issuer list" in ran.err


CREATE = [
    "issuer",
    "create",
    "--organisation",
    "Stroke team",
    "--public-name",
    "Oak House",
    "--practitioner",
    "Jo",
]


def test_an_organisation_is_made_with_a_practitioner_whose_code_is_shown_once(run: Run, data: Path) -> None:
    ran = run(*CREATE, "--role", "Nurse", "--username", "Jo")
    assert ran.code == 0
    code = ran.out.split("the code ")[1][:19]
    listed = run("issuer", "list")
    assert "Oak House" in listed.out
    assert "Stroke team" not in listed.out
    assert code not in listed.out
    assert run(*CREATE, "--role", "Nurse", "--username", "jo").code == 64
    assert all(code.encode() not in file.read_bytes() for file in data.rglob("*") if file.is_file())


@pytest.mark.parametrize("role", ["", " ", "x" * 121, "Nurse\x1b[2J", "Nurse\nDoctor"])
def test_a_name_that_nobody_could_read_is_misuse(run: Run, data: Path, role: str) -> None:
    ran = run(*CREATE, "--role", role, "--username", "jo")
    assert ran.code == 64
    assert "\x1b" not in ran.err


def test_checking_the_tables_makes_none(run: Run, tmp_path: Path) -> None:
    assert run("db", "check").code == 1
    assert not (tmp_path / "data").exists()
    assert run("db", "upgrade").code == 0
    assert run("db", "check").code == 0
    assert run("db", "upgrade").code == 0


def test_checking_says_how_many_messages_wait_and_since_when(run: Run, data: Path) -> None:
    with closing(sqlcipher3.dbapi2.connect(str(data / "passport.db"))) as database:
        database.executemany(
            "INSERT INTO messages (holder_id, message_id, kind, key_hash, to_holder, created_at, due_at, attempts,"
            " next_attempt_at) VALUES ('H', ?, 'opened', ?, 1, '2026-11-01 08:00:00', ?, ?, ?)",
            [
                ("A", b"a", "2026-11-01 09:30:00", 7, "2026-11-02 10:00:00"),
                ("B", b"b", "2026-11-01 10:00:00", 2, "2026-11-02 10:00:00"),
                ("C", b"c", "2026-11-01 08:00:00", 9, None),  # has ended
                ("D", b"d", "2999-01-01 00:00:00", 0, "2999-01-01 00:00:00"),  # is not due
            ],
        )
        database.commit()
    ran = run("db", "check")
    assert ran.code == 0
    assert "wait to be sent: 2, the first due at 2026-11-01 09:30 UTC; tried at most 7 times" in ran.out


def test_every_command_works_on_both_engines(
    run: Run, engine_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSPORT_DATABASE_URL", engine_url)
    for command in (
        ["db", "upgrade"],
        ["db", "check"],
        ["issuer", "list"],
        [*CREATE, "--role", "N", "--username", "j"],
    ):
        ran = run(*command)
        assert ran.code == (0 if command[0] != "demo" else 1)  # somebody real signs in by then
