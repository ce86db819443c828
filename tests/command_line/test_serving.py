"""`passport serve`: a plain reason and exit 1 where it cannot run, and a quiet service where it can."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from passport.commands.serve import nobody_said
from passport.readiness import check_ready
from passport.settings import Settings
from tests.command_line.conftest import Run

ROOT = Path(__file__).parents[2]
START_SECONDS = 30


@pytest.fixture
def data(made_data: Path, tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of a service that ran before."""
    monkeypatch.setenv("PASSPORT_PORT", str(free_port))
    return Path(shutil.copytree(made_data, tmp_path / "data"))


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_a_taken_port_is_named_and_nothing_is_made(run: Run, free_port: int, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", free_port)):
        for command in ("serve", "demo"):
            ran = run(command, PASSPORT_PORT=str(free_port))
            assert (ran.code, ran.out) == (1, "")
            assert f"port {free_port}" in ran.err
            assert "PASSPORT_PORT" in ran.err
    assert not (tmp_path / "data").exists()


def test_a_demo_is_served_only_when_that_is_asked_for(told: Run, free_port: int) -> None:
    ran = told("serve", PASSPORT_PORT=str(free_port))
    assert (ran.code, ran.out) == (1, "")
    assert "passport serve --demo" in ran.err
    assert "PASSPORT_DATA_DIR" in ran.err


def test_a_demo_that_is_asked_for_is_ready_to_be_served(told_data: Path) -> None:
    check_ready(Settings(data_dir=told_data), demo_too=True)


def test_an_address_of_another_machine_is_named(run: Run) -> None:
    ran = run("serve", PASSPORT_HOST="192.0.2.1")
    assert ran.code == 1
    assert "PASSPORT_HOST" in ran.err


def test_without_a_database_it_says_how_to_make_one(run: Run, free_port: int, tmp_path: Path) -> None:
    ran = run("serve", PASSPORT_PORT=str(free_port))
    assert ran.code == 1
    assert "passport db upgrade" in ran.err
    assert not (tmp_path / "data").exists()


def test_a_database_without_tables_is_refused(run: Run, data: Path) -> None:
    (data / "passport.db").unlink()
    (data / "passport.db").touch(0o600)
    ran = run("serve")
    assert ran.code == 1
    assert "passport db upgrade" in ran.err


def test_a_database_that_is_none_is_refused(run: Run, data: Path) -> None:
    for file in data.glob("passport.db*"):
        file.unlink()
    (data / "passport.db").write_bytes(b"not a database" * 1000)
    for command in (["serve"], ["db", "check"], ["db", "upgrade"], ["issuer", "list"]):
        ran = run(*command)
        assert ran.code == 1
        assert ran.err.startswith("passport: ")


def truncate(file: Path) -> None:
    """Cut a file in half, as a full disk does."""
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def scramble(file: Path) -> None:
    """Change one byte."""
    content = bytearray(file.read_bytes())
    content[-12] ^= 1
    file.write_bytes(content)


def open_to_all(file: Path) -> None:
    """Let everybody read it."""
    file.chmod(0o644)


KEY_FILES = {
    "the key of keys": "kek-0001",
    "the key of look-ups": "secrets/lookup.json",
    "the key of who signs": "secrets/service-vault.json",
    "the trust list's key": "issuers/anchor/*.json",
    "an issuer's key": "issuers/told/*.json",
}


@pytest.mark.parametrize("harm", [truncate, scramble, open_to_all, Path.unlink])
@pytest.mark.parametrize("name", KEY_FILES)
def test_a_damaged_key_file_stops_the_start(
    run: Run, data: Path, name: str, harm: Callable[[Path], None]
) -> None:
    (file,) = (data / "keys").glob(KEY_FILES[name])
    harm(file)
    ran = run("serve")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("passport: ")
    assert "Traceback" not in ran.err


def test_a_database_whose_keys_are_gone_gets_no_new_ones(run: Run, data: Path) -> None:
    (data / "keys").rename(data / "elsewhere")
    ran = run("serve")
    assert ran.code == 1
    assert "restore" in ran.err
    assert not (data / "keys").exists()


@contextmanager
def process(*arguments: str, port: int) -> Iterator[subprocess.Popen[str]]:
    """Run a command that serves, until the body ends."""
    command = [sys.executable, "-m", "passport.cli", *arguments]
    environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "PASSPORT_PORT": str(port)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, text=True, **pipes) as running:  # type: ignore[call-overload]
        try:
            yield running
        finally:
            if running.poll() is None:
                running.kill()


def answer(port: int, path: str, *, running: subprocess.Popen[str]) -> http.client.HTTPResponse:
    """Return what the service answers, once it does."""
    ends = time.monotonic() + START_SECONDS
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
        try:
            connection.request("GET", path)
            found = connection.getresponse()
            found.read()
            return found
        except OSError:
            assert running.poll() is None, running.communicate()
            assert time.monotonic() < ends
            time.sleep(0.05)
        finally:
            connection.close()


@pytest.mark.slow
def test_it_serves_quietly_and_stops_when_told(run: Run, data: Path, free_port: int) -> None:
    with process("serve", port=free_port) as running:
        for path in ("/v", "/v%23shlink:/secret"):
            found = answer(free_port, path, running=running)
            assert found.getheader("server") is None
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=START_SECONDS)
    assert running.returncode == 0
    assert out == f"Serving http://localhost:{free_port}. Ctrl+C stops.\n"
    assert err.count("PASSPORT_OPERATOR_NAME") == 1
    assert "secret" not in err


def test_serve_warns_once_that_nobody_said_who_runs_it_and_not_when_they_did() -> None:
    assert nobody_said(Settings()) == nobody_said(Settings(operator_name="Made-up Trust"))
    warning = nobody_said(Settings())
    assert warning is not None
    assert "PASSPORT_OPERATOR_NAME" in warning
    assert "\n" not in warning
    assert nobody_said(Settings(operator_name="Made-up Trust", operator_contact="a@b.example")) is None


@pytest.mark.slow
def test_the_demo_prints_its_json_before_it_serves(free_port: int, tmp_path: Path, run: Run) -> None:
    with process("demo", "--json", port=free_port) as running:
        answer(free_port, "/v", running=running)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=START_SECONDS)
    assert (running.returncode, err) == (0, "")
    assert len(json.loads(out)["stories"]) == 3
