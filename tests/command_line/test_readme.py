"""The README says what is so: its commands run, its tables are the code's, its links and pictures are there."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from docs.make_reference import (
    COMMANDS_PAGE,
    PROBLEMS_PAGE,
    README,
    ROOT,
    commands_page,
    helps,
    problems_page,
    readme,
)
from passport.app import create_app
from passport.cli import COMMANDS
from passport.commands.fetching import Fetched, fetch
from passport.settings import Settings
from tests.command_line.conftest import Run
from tests.serving import served

TEXT = README.read_text("utf-8")
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def commands() -> list[str]:
    """Return every command line that the README tells a reader to type."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def test_tables_and_help_texts_are_the_codes_own() -> None:
    assert readme(TEXT) == TEXT, "run `make reference`"
    assert COMMANDS_PAGE.read_text("utf-8") == commands_page(), "run `make reference`"
    assert PROBLEMS_PAGE.read_text("utf-8") == problems_page(), "run `make reference`"


def test_every_setting_is_in_the_readme_and_in_the_help() -> None:
    for name in Settings.model_fields:
        assert f"`PASSPORT_{name.upper()}`" in TEXT
        assert f"PASSPORT_{name.upper()}\n" in helps()["passport"]


@pytest.mark.parametrize("name", helps())
def test_every_help_can_be_asked_for_and_fits_a_terminal(run: Run, name: str) -> None:
    ran = run(*name.split()[1:], "--help")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == helps()[name]
    assert max(map(len, ran.out.splitlines())) <= 112


def test_every_command_says_what_it_does_and_how_it_ends(run: Run) -> None:
    assert list(COMMANDS) == [name.split()[1] for name in helps() if len(name.split()) == 2]
    assert "64" in run("--help").out
    assert re.fullmatch(r"passport \d+\.\d+\.\d+\n", run("--version").out)


def test_the_readmes_make_targets_exist() -> None:
    named = {line.split()[1] for line in commands() if line.startswith("make ")}
    assert {"run", "test"} <= named
    assert named | set(re.findall(r"`make ([a-z]+)", TEXT)) <= TARGETS


def local_links() -> Iterator[str]:
    """Yield what the README links to in this repository."""
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        if not urlsplit(target).scheme:
            yield target


@pytest.mark.parametrize("target", sorted(set(local_links())))
def test_what_the_readme_links_to_is_there(target: str) -> None:
    assert (ROOT / target).exists()


def test_every_recipients_picture_is_small() -> None:
    pictures = [target for target in local_links() if target.endswith(".png")]
    assert len(pictures) == 3
    assert all((ROOT / picture).stat().st_size < 120_000 for picture in pictures)


def test_the_commands_for_checking_a_saved_copy_work_as_they_are_written(told: Run, tmp_path: Path) -> None:
    lines = [shlex.split(line) for line in commands()]
    with served(lambda base_url: create_app(Settings(base_url=base_url))) as base_url:
        demo = json.loads(told("demo", "--no-serve", "--json", PASSPORT_BASE_URL=base_url).out)
        share = demo["stories"][0]["shares"][0]
        saved = fetch(share["link"], recipient="Workshop", ask_passcode=lambda: str(share["passcode"]))
        for _, _, file, url in (line for line in lines if line[0] == "curl"):
            with urlopen(url.replace("http://localhost:8000", base_url)) as answer:
                (tmp_path / file).write_bytes(answer.read())
    assert isinstance(saved, Fetched)
    (tmp_path / "health-and-work-passport.json").write_bytes(saved.content)
    (tmp_path / "data").rename(tmp_path / "gone")  # with nothing but the files
    (verify,) = (line[1:] for line in lines if line[:2] == [".venv/bin/passport", "verify"])
    ran = told(*verify)
    assert (ran.code, ran.err) == (0, "")


def test_the_command_that_makes_the_tables_works_as_it_is_written(run: Run) -> None:
    lines = [shlex.split(line) for line in commands()]
    assert [".venv/bin/passport", "serve"] in lines
    (upgrade,) = (line[1:] for line in lines if line[:2] == [".venv/bin/passport", "db"])
    assert run(*upgrade).code == 0
