"""`passport export`: a whole passport in a file that only its owner's service can read, and a line in the log."""

import json
import stat
from pathlib import Path

import pytest

from consent.receipt_token import MAX_RECEIPT_BYTES, RECEIPT_TYPE
from issuers.jws import parse_jws
from tests.command_line.conftest import Run


def test_everything_is_there_and_only_this_user_may_read_it(told: Run, tmp_path: Path) -> None:
    assert told("export", "Sian", "sian.json").code == 0
    file = tmp_path / "sian.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    found = json.loads(file.read_text("utf-8"))
    assert found["holder"]["name"] == "Siân Llŷr Prydderch"
    assert "diary" in {entry["section"] for entry in found["entries"]}
    assert {"accepted", "superseded"} == {entry["state"] for entry in found["entries"]}
    assert len(found["shares"]) == 3
    receipts = [
        parse_jws(token, typ=RECEIPT_TYPE, max_bytes=MAX_RECEIPT_BYTES).unverified_payload
        for token in found["receipts"]
    ]
    assert len({receipt["receipt_id"] for receipt in receipts}) == len(found["shares"]) + len(
        found["may_write"]
    )
    assert [event["sequence"] for event in found["log"]] == list(range(1, len(found["log"]) + 1))
    assert found["log"][-1]["kind"] == "exported"


def test_what_is_exported_verifies_entry_by_entry(told: Run, tmp_path: Path) -> None:
    told("export", "amara", "amara.json")
    entries = json.loads((tmp_path / "amara.json").read_text("utf-8"))["entries"]
    for entry in entries:
        ran = told("verify", "-", "--without-key-binding", stdin=entry["credential"].encode())
        assert ran.code == 0, ran.out


def test_no_secret_that_opens_a_share_is_in_it(told: Run, tmp_path: Path) -> None:
    demo = json.loads(told("demo", "--no-serve", "--json").out)
    told("export", "amara", "amara.json")
    text = (tmp_path / "amara.json").read_text("utf-8")
    story = next(story for story in demo["stories"] if story["holder"]["username"] == "amara")
    for share in story["shares"]:
        assert share["link"].partition("#")[2] not in text
        assert share["typed_code"] not in text
    assert story["holder"]["sign_in_code"] not in text


def test_a_file_is_never_replaced(told: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text("mine")
    assert told("export", "amara", "mine.json").code == 64
    assert (tmp_path / "mine.json").read_text() == "mine"


@pytest.mark.parametrize("username", ["nobody", "bethan-cole", ""])
def test_who_owns_no_passport_has_none_to_export(told: Run, tmp_path: Path, username: str) -> None:
    assert told("export", username, "out.json").code == 1
    assert not (tmp_path / "out.json").exists()
