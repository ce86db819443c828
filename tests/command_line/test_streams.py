"""Standard input and output that are closed, full or cut off, and Ctrl+C: what was not judged never reads as judged."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from passport.cli import main
from tests.command_line.conftest import Offline, Run
from tests.consent_floor.logging_passport import OURS, SIGNER, exported

ROOT = Path(__file__).parents[2]
PASSPORT = (sys.executable, "-m", "passport.cli")
KEY = SIGNER.key.encode()


class Interrupted(io.RawIOBase):
    """A keyboard at which somebody presses Ctrl+C instead of typing."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: object) -> int:
        raise KeyboardInterrupt


@pytest.mark.parametrize("command", [["verify", "-"], ["log", "verify", "-", "--key", KEY]])
def test_what_ctrl_c_stopped_was_not_judged(monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(Interrupted())))
    assert main(command) == 130


@pytest.mark.parametrize("option", ["", "--json"])
@pytest.mark.parametrize("altered", [False, True])
def test_a_reader_who_left_does_not_change_what_was_found(
    monkeypatch: pytest.MonkeyPatch, offline: Offline, option: str, altered: bool
) -> None:
    if altered:
        offline.bundle.write_bytes(offline.bundle.read_bytes()[:-1])
    command = ["verify", str(offline.bundle), *offline.options, *filter(None, [option])]
    assert _code_when_nobody_reads(monkeypatch, command) == int(altered)


@pytest.mark.parametrize(("events", "code"), [(OURS, 0), ([*OURS[:2], *OURS[3:]], 1)])
def test_nor_what_was_found_of_a_log(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, events: list[object], code: int
) -> None:
    file = tmp_path / "access-log.json"
    file.write_bytes(exported(events).encode())  # type: ignore[arg-type]
    assert _code_when_nobody_reads(monkeypatch, ["log", "verify", str(file), "--key", KEY]) == code


def _code_when_nobody_reads(monkeypatch: pytest.MonkeyPatch, command: list[str]) -> int:
    with _unread() as cut_off:
        monkeypatch.setattr("sys.stdout", cut_off)
        return main(command)


def _unread() -> io.TextIOWrapper:
    reader, writer = os.pipe()
    os.close(reader)
    return open(writer, "w", encoding="utf-8")  # noqa: PTH123 - a pipe has no path


def test_a_refusal_that_nobody_reads_ends_the_process_with_its_code_and_no_noise(offline: Offline) -> None:
    offline.bundle.write_bytes(b"")
    with _unread() as cut_off:
        done = subprocess.run(
            [*PASSPORT, "verify", str(offline.bundle), *offline.options],
            cwd=ROOT,
            stdout=cut_off,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, b"")


REDIRECTED = {
    "no standard input": ("-", "<&-", "standard input is closed"),
    "no standard output": ("saved.json", ">&-", "standard output is closed"),
    "a full disk": ("saved.json", ">/dev/full", "cannot write to standard output: No space left"),
    "nowhere to complain": ("missing.json", "2>&-", ""),
}


@pytest.mark.parametrize("name", REDIRECTED)
def test_where_no_answer_can_be_had_it_is_misuse_in_one_plain_line(offline: Offline, name: str) -> None:
    source, redirection, said = REDIRECTED[name]
    command = [*PASSPORT, "verify", source, *offline.options]
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {redirection}', "sh", *command],
        cwd=offline.bundle.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (64, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == bool(said)


def test_a_log_is_not_refused_where_this_machines_service_cannot_be_asked(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "passport.db").write_bytes(b"not a database" * 1000)
    (tmp_path / "access-log.json").write_bytes(exported().encode())
    ran = run("log", "verify", "access-log.json")
    assert (ran.code, ran.out) == (64, "")
    assert "--trust" in ran.err
