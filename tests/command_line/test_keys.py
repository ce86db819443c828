"""`passport keys rotate`: everybody goes on reading, and a backup from before stays shut without the former key."""

import shutil
from pathlib import Path

from tests.command_line.conftest import Run


def test_everybody_goes_on_reading_under_the_new_key_alone(told: Run, tmp_path: Path) -> None:
    keys, database = tmp_path / "data" / "keys", tmp_path / "data" / "passport.db"
    shutil.copyfile(database, tmp_path / "backup.db")
    ran = told("keys", "rotate")
    assert (ran.code, "Version 2 wraps 3 people's keys anew" in ran.out) == (0, True)
    assert "kek-0001" in ran.out
    ran = told("keys", "rotate", "--again")
    assert (ran.code, "Version 2 wraps 0 people's keys anew" in ran.out) == (0, True)
    (keys / "kek-0001").unlink()
    assert told("export", "amara", "amara.json").code == 0
    shutil.copyfile(tmp_path / "backup.db", database)
    ran = told("export", "amara", "again.json")
    assert (ran.code, "kek-0001" in ran.err) == (1, True)


def test_nothing_is_made_where_nothing_was_set_up(run: Run, tmp_path: Path) -> None:
    assert run("keys", "rotate").code == 1
    assert run("keys").code == 64
    assert not (tmp_path / "data").exists()
