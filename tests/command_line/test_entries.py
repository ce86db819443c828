"""`passport entry`: operators see where entries stand by id, and change it, without reading anybody's passport."""

import json
from pathlib import Path

import pytest

from passport import holders, issuing, records
from passport.deployment import open_deployment
from passport.settings import Settings
from schemas.vocabulary import Language, Section
from tests.command_line.conftest import Run
from tests.service.world import CONDITION, NAME, STORY


@pytest.fixture
def entry_ids(run: Run, tmp_path: Path) -> list[str]:
    """The entries of one fictional holder."""
    assert run("db", "upgrade").code == 0
    d = open_deployment(Settings(data_dir=tmp_path / "data"))
    issuing.prepare(d)
    with d.database.writing() as connection:
        holder_id = holders.create(d, connection, name=NAME, language=Language.ENGLISH)
    found = records.tell(d, holder_id, {Section(name): body for name, body in STORY.items()})
    d.close()
    return sorted(found)


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
