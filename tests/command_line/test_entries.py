"""`passport entry`: operators see where entries stand by id, and change it, without reading anybody's passport."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from passport import holders, issuing, records
from passport.deployment import Deployment, open_deployment
from passport.settings import Settings
from schemas.vocabulary import Language, Section
from tests.command_line.conftest import Run
from tests.service.world import CONDITION, NAME, STORY


@pytest.fixture
def service(run: Run, tmp_path: Path) -> Iterator[Deployment]:
    """A service on the folder that commands use."""
    assert run("db", "upgrade").code == 0
    with closing(open_deployment(Settings(data_dir=tmp_path / "data"))) as d:
        issuing.prepare(d)
        yield d


@pytest.fixture
def entry_ids(service: Deployment) -> list[str]:
    """The entries of one fictional holder."""
    with service.database.writing() as connection:
        holder_id = holders.create(service, connection, name=NAME, language=Language.ENGLISH)
    return sorted(records.tell(service, holder_id, {Section(name): STORY[name] for name in STORY}))


def standings(run: Run, *options: str) -> dict[str, str]:
    ran = run("entry", "list", "--json", *options)
    assert ran.code == 0
    return {entry["entry_id"]: entry["standing"] for entry in json.loads(ran.out)["entries"]}


def test_status_list_entries_are_listed_by_id_and_say_nothing_of_anybody(
    run: Run, entry_ids: list[str]
) -> None:
    assert standings(run) == dict.fromkeys(entry_ids, "valid")
    printed = run("entry", "list").out + run("entry", "list", "--json").out
    assert all(entry_id in printed for entry_id in entry_ids)
    for word in (NAME, CONDITION, "conditions", "diary", "about-me"):
        assert word not in printed
    assert list(standings(run, "--after", entry_ids[1])) == entry_ids[2:]


def test_status_list_entry_is_suspended_reinstated_and_revoked(run: Run, entry_ids: list[str]) -> None:
    one = entry_ids[0]
    assert run("entry", "suspend", one, "--reason", "under-review").out == f"Entry {one}: suspended.\n"
    assert standings(run, "--standing", "suspended") == {one: "suspended"}
    assert run("entry", "reinstate", one, "--reason", "reviewed").code == 0
    assert run("entry", "revoke", one, "--reason", "mistake").out == f"Entry {one}: revoked.\n"
    again = run("entry", "suspend", one, "--reason", "asked")
    assert (again.code, "for good" in again.err) == (1, True)
    assert standings(run)[one] == "revoked"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["suspend", "nobody", "--reason", "asked"], 1),
        (["suspend", "nobody"], 64),
        (["suspend", "nobody", "--reason", "mistake"], 64),
        (["revoke", "nobody", "--reason", "I feel like it"], 64),
        (["supersede", "{one}", "--reason", "corrected"], 1),
        (["list", "--standing", "odd"], 64),
    ],
)
def test_status_list_entry_command_says_what_it_cannot_do(
    run: Run, entry_ids: list[str], arguments: list[str], code: int
) -> None:
    ran = run("entry", *(word.format(one=entry_ids[0]) for word in arguments))
    assert ran.code == code
    assert ran.err
    assert set(standings(run).values()) == {"valid"}


def test_no_id_begins_like_an_option(service: Deployment) -> None:
    assert replace(service, random_bytes=lambda size: b"\xf8" * size).new_id().startswith("APj")
