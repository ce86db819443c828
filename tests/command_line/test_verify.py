"""`passport verify` on files and standard input: exit codes, numbered steps, and nothing hostile on the terminal."""

import json
import runpy
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from issuers.encoding import encode_json
from schemas.catalogue import dump_body, parse_body
from schemas.vocabulary import RecipientKind, Section
from tests.command_line.conftest import Offline, Run, status_file
from tests.consent_floor.passports import (
    BODIES,
    CREDENTIALS,
    NOW,
    SHARE_STATUS,
    TRUST,
    Passport,
    everything,
    issued,
    presented,
)

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "examples" / "verify_offline.py"
STEPS = ("form", "issuer", "signature", "disclosures", "dates", "key binding", "entry status", "share status")


def altered(document: bytes, old: str, new: str) -> bytes:
    """Return the Bundle with one text replaced, which must be there."""
    text = document.decode()
    assert old in text
    return text.replace(old, new).encode()


def test_a_saved_bundle_is_valid_with_every_step_its_moment_and_its_limits(
    run: Run, offline: Offline
) -> None:
    ran = run("verify", str(offline.bundle), *offline.options)
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert [line[:2].strip() for line in lines[:9]] == [str(number) for number in range(1, 10)]
    for step, line in zip(STEPS, lines, strict=False):
        assert f" {step} " in line
        assert " pass " in line
    outcome = lines.index("VALID as of 2026-11-21 12:00:00 UTC.")
    limits = lines.index("What this does not prove:")
    assert 9 <= outcome < limits < len(lines) - 3


def test_json_says_the_same_as_the_lines(run: Run, offline: Offline) -> None:
    ran = run("verify", str(offline.bundle), *offline.options, "--json")
    answer = json.loads(ran.out)
    assert (ran.code, answer["outcome"], answer["as_of"]) == (0, "valid", NOW.isoformat())
    assert [step["number"] for step in answer["steps"]] == list(range(1, 10))
    assert {step["result"] for step in answer["steps"]} == {"passed"}
    assert len(answer["does_not_prove"]) == 3
    assert answer["entries"]
    assert all("claims" not in entry for entry in answer["entries"])


def test_what_it_says_is_printed_only_when_asked(run: Run, offline: Offline) -> None:
    quiet = run("verify", str(offline.bundle), *offline.options)
    shown = run("verify", str(offline.bundle), *offline.options, "--show")
    as_json = run("verify", str(offline.bundle), *offline.options, "--show", "--json")
    assert "Epilepsy" not in quiet.out
    assert "Epilepsy" in shown.out
    conditions = next(e for e in json.loads(as_json.out)["entries"] if e["section"] == "conditions")
    assert conditions["claims"]["conditions"][0]["name"] == "Epilepsy"


REFUSED: dict[str, tuple[Callable[[bytes], bytes], int, str]] = {
    "nothing": (lambda _: b"", 1, "sd_jwt_format"),
    "cut short": (lambda raw: raw[:-1], 1, "json_invalid"),
    "binary": (lambda _: bytes(range(256)) * 64, 1, "sd_jwt_format"),
    "too large": (lambda _: b"{" + b" " * 5 * 1024 * 1024, 1, "too_large"),
    "deep": (lambda _: b"[" * 100_000, 1, "sd_jwt_format"),
    "another document": (lambda _: b'{"resourceType":"Patient"}', 1, "bundle_form"),
    "a changed text": (lambda raw: altered(raw, "Epilepsy", "Epilepsie"), 9, "readable_differs"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_and_altered_files_are_refused_at_their_step(run: Run, offline: Offline, name: str) -> None:
    alter, number, code = REFUSED[name]
    offline.bundle.write_bytes(alter(offline.bundle.read_bytes()))
    ran = run("verify", str(offline.bundle), *offline.options, "--json")
    failed = [step for step in json.loads(ran.out)["steps"] if step["result"] == "failed"]
    assert (ran.code, ran.err) == (1, "")
    assert [(step["number"], step["code"]) for step in failed] == [(number, code)]


@pytest.mark.parametrize(
    "withdrawn", [{"share": SHARE_STATUS.index}, {"entry": list(Section).index(Section.WORK)}]
)
def test_what_was_withdrawn_is_refused(run: Run, offline: Offline, withdrawn: dict[str, int]) -> None:
    offline.status.write_bytes(status_file(**withdrawn))
    offline.bundle.write_bytes(Passport().bundle(RecipientKind.WORK_COACH))
    ran = run("verify", str(offline.bundle), *offline.options)
    assert ran.code == 1
    assert "Do not rely on it." in ran.out
    assert "Ask for a fresh copy." not in ran.out


def test_a_stranger_on_no_trust_list_is_refused_at_step_2(run: Run, offline: Offline) -> None:
    credential = issued(Section.WORK, issuer_url="https://stranger.example")
    path = offline.bundle
    path.write_text(credential)
    ran = run("verify", str(path), *offline.options, "--without-key-binding")
    assert ran.code == 1
    assert "at step 2 (issuer_unknown). Do not rely on it. Ask for a fresh copy." in ran.out


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--now", NOW.isoformat()], "trust_list_missing"),
        (["--trust", "trust.json", "--now", NOW.isoformat()], "status_missing"),
        (
            [
                "--trust",
                "trust.json",
                "--status",
                "status.json",
                "--now",
                (NOW + timedelta(days=2)).isoformat(),
            ],
            "status_stale",
        ),
        (["--trust", "trust.json", "--now", (NOW - timedelta(days=2)).isoformat()], "trust_list_missing"),
    ],
)
def test_what_is_missing_or_out_of_date_is_not_checked(
    run: Run, offline: Offline, options: list[str], code: str
) -> None:
    ran = run("verify", str(offline.bundle), *options)
    assert ran.code == 2
    assert f"[{code}]" in ran.out
    assert "NOT CHECKED" in ran.out


def test_with_a_stale_trust_list_what_was_altered_is_refused_all_the_same(run: Run, offline: Offline) -> None:
    later = (TRUST.expires_at + timedelta(days=1)).isoformat()
    entry = everything(Section.WORK)
    good = str(presented([entry]).entries[0])
    offline.bundle.write_text(good[:40] + ("A" if good[40] != "A" else "B") + good[41:])
    ran = run("verify", str(offline.bundle), "--trust", str(offline.trust), "--now", later)
    assert ran.code == 1


def test_without_any_service_or_trust_list_nothing_is_made_and_nothing_is_checked(
    run: Run, offline: Offline, tmp_path: Path
) -> None:
    ran = run("verify", str(offline.bundle))
    assert ran.code == 2
    assert "give one with --trust" in ran.out
    assert not (tmp_path / "data").exists()


MISUSE: dict[str, list[str]] = {
    "no command": [],
    "no such command": ["verifyy"],
    "no source": ["verify"],
    "no such file": ["verify", "missing.json"],
    "a folder": ["verify", "."],
    "no such option": ["verify", "saved.json", "--nonsense"],
    "an option cut short": ["verify", "saved.json", "--js"],
    "no such trust file": ["verify", "saved.json", "--trust", "missing.json"],
    "a trust file that is none": ["verify", "saved.json", "--trust", "saved.json"],
    "a status file that is none": ["verify", "saved.json", "--trust", "trust.json", "--status", "saved.json"],
    "status without trust": ["verify", "saved.json", "--status", "status.json"],
    "no time": ["verify", "saved.json", "--now", "yesterday"],
    "no time zone": ["verify", "saved.json", "--now", "2026-11-21T12:00:00"],
    "no such year": ["verify", "saved.json", "--now", "9999-12-31T23:59:59Z"],
    "no recipient": ["verify", "https://passport.example/v#shlink:/abc"],
    "no link": ["verify", "https://passport.example/", "--recipient", "Harbour Surgery"],
    "nobody": ["verify", "shlink:/abc", "--recipient", " "],
    "no action": ["db"],
    "no such action": ["db", "downgrade"],
    "no organisation": ["issuer", "create"],
    "an export without a file": ["export", "amara"],
    "an export over a file": ["export", "amara", "saved.json"],
    "an export nowhere": ["export", "amara", "nowhere/amara.json"],
}


@pytest.mark.parametrize("name", MISUSE)
def test_misuse_exits_64_with_one_plain_line_and_no_traceback(run: Run, offline: Offline, name: str) -> None:
    ran = run(*MISUSE[name])
    assert (ran.code, ran.out) == (64, "")
    assert ran.err.startswith("passport")
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("name", "then"), [("trust", "save /trust/bundle of the"), ("status", "save /trust/statuses of the")]
)
def test_an_altered_file_to_check_with_is_named_with_what_is_wrong_and_how_to_get_another(
    run: Run, offline: Offline, name: str, then: str
) -> None:
    file = getattr(offline, name)
    good = file.read_text()
    at = good.rindex(".") + 5  # in a signature
    file.write_text(good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :])
    ran = run("verify", str(offline.bundle), *offline.options)
    assert (ran.code, ran.out) == (64, "")
    for part in (f"{file} is no {name} file that", "signature", "Nothing was checked; ", then):
        assert part in ran.err, ran.err
    assert ran.err.count("\n") == 1


EXAMPLE: dict[str, tuple[list[str], int]] = {
    "valid": (["--now", NOW.isoformat()], 0),
    "no time": (["--now", "yesterday"], 64),
    "no time zone": (["--now", "2026-11-21T12:00:00"], 64),
    "no such year": (["--now", "9999-12-31T23:59:59+00:00"], 64),
    "no such year in any zone": (["--now", "0001-01-01T00:00:00+23:00"], 64),
    "a clock that was never set": (["--now", "1970-01-01T00:00:00Z"], 2),
    "a trust list from the future": (["--now", (NOW - timedelta(days=2)).isoformat()], 2),
    "entries past their end": (["--now", (TRUST.expires_at + timedelta(days=1)).isoformat()], 1),
    "no such file": (["--trust", "missing.json"], 64),
}


@pytest.mark.parametrize("name", EXAMPLE)
def test_the_example_without_the_service_exits_as_the_command_does(
    run: Run, offline: Offline, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    options, code = EXAMPLE[name]
    arguments = [str(offline.bundle), *offline.options[:4], *options]
    assert run("verify", *arguments).code == code
    monkeypatch.setattr("sys.argv", [str(SCRIPT), *arguments])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(SCRIPT), run_name="__main__")
    assert ended.value.code == code


def test_neither_takes_for_unchecked_what_has_not_even_a_form(
    run: Run, offline: Offline, monkeypatch: pytest.MonkeyPatch
) -> None:
    offline.bundle.write_bytes(b"{")
    before = (NOW - timedelta(days=2)).isoformat()
    arguments = [str(offline.bundle), "--trust", str(offline.trust), "--now", before]
    assert run("verify", *arguments).code == 1
    monkeypatch.setattr("sys.argv", [str(SCRIPT), *arguments])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(SCRIPT), run_name="__main__")
    assert ended.value.code == 1


def test_a_wrong_setting_is_misuse_and_its_value_is_not_repeated(run: Run) -> None:
    ran = run("db", "check", PASSPORT_DATABASE_URL="mysql://u:hunter2@h/x", PASSPORT_PORT="0")
    assert ran.code == 64
    assert "PASSPORT_DATABASE_URL" in ran.err
    assert "PASSPORT_PORT" in ran.err
    assert "PASSPORT_BASE_URL" not in ran.err  # follows from the port
    assert "hunter2" not in ran.err


def test_a_misspelt_setting_is_named(run: Run) -> None:
    ran = run("db", "upgrade", PASSPORT_BASEURL="https://passport.example")
    assert ran.code == 0
    assert "PASSPORT_BASEURL is no setting" in ran.err


def test_standard_input_is_read_like_a_file(run: Run, offline: Offline) -> None:
    raw = offline.bundle.read_bytes()
    assert run("verify", "-", *offline.options, stdin=raw).code == 0
    assert run("verify", "-", *offline.options, stdin=raw + b"\n").code == 0
    assert run("verify", "-", *offline.options, stdin=raw[:-2]).code == 1
    assert run("verify", "-", *offline.options).code == 1


def test_a_presentation_verifies_by_itself(run: Run, offline: Offline) -> None:
    presentation = str(presented([everything(Section.ADJUSTMENTS)]).entries[0])
    assert run("verify", "-", *offline.options, stdin=presentation.encode()).code == 0


def test_an_entry_without_key_binding_is_refused_unless_the_verifier_asks_for_none(
    run: Run, offline: Offline
) -> None:
    raw = CREDENTIALS[Section.ADJUSTMENTS].encode()
    assert run("verify", "-", *offline.options, stdin=raw).code == 1
    assert run("verify", "-", *offline.options, "--without-key-binding", stdin=raw).code == 0


def test_nothing_that_steers_a_terminal_leaves_a_file(run: Run, offline: Offline) -> None:
    # No honest service signs it, but another issuer on the trust list might.
    body = dump_body(parse_body(Section.WORK_ADVICE, BODIES[Section.WORK_ADVICE]))
    credential = issued(
        Section.WORK_ADVICE,
        body_as_signed={**body, "comments": "\u202eno\u2066 \u200btricks\ufeff"},
    )
    ran = run("verify", "-", *offline.options, "--without-key-binding", "--show", stdin=credential.encode())
    assert {c for c in ran.out if not c.isprintable()} == {"\n"}
    for name in ("\x1b]0;owned\x07", "\x9b31m", "\u202e"):
        ran = run("verify", f"{name}.json", *offline.options)
        assert {c for c in ran.err if not c.isprintable()} == {"\n"}


def test_verifying_a_file_opens_no_connection(offline: Offline) -> None:
    program = (
        "import sys\n"
        "def refuse(event, arguments):\n"
        "    if event.startswith(('socket.connect', 'socket.getaddrinfo', 'socket.bind', 'socket.send')):\n"
        "        raise SystemExit(f'{event} while offline')\n"
        "sys.addaudithook(refuse)\n"
        "from passport.cli import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    command = [sys.executable, "-c", program, "verify", str(offline.bundle), *offline.options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_installed_command_answers_with_its_exit_code(offline: Offline) -> None:
    command = Path(sys.executable).with_name("passport")
    if not command.exists():
        pytest.skip("passport is not installed beside this Python")
    arguments = [str(command), "verify", "-", *offline.options]
    for raw, code in ((offline.bundle.read_bytes(), 0), (b"{}", 1)):
        assert subprocess.run(arguments, input=raw, capture_output=True, check=False).returncode == code


def test_a_file_that_holds_a_link_is_not_followed(run: Run, offline: Offline) -> None:
    offline.bundle.write_bytes(b"https://passport.example/v#shlink:/abc")
    ran = run("verify", str(offline.bundle), *offline.options)
    assert ran.code == 64
    assert "--recipient" in ran.err


def test_json_in_standard_input_that_looks_like_no_bundle_is_refused(run: Run, offline: Offline) -> None:
    ran = run(
        "verify", "-", *offline.options, stdin=encode_json({"resourceType": "Bundle", "type": "document"})
    )
    assert ran.code == 1
