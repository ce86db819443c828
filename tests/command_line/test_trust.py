"""`passport trust` and the standing of issuers: what operators say, and what verifiers without a network then find."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from consent.evidence_file import encode_evidence_file, read_evidence_file
from issuers.status_list import StatusList, sign_status_list
from issuers.trust_wire import sign_trust_list
from tests.command_line.conftest import ANCHOR, Offline, Run, status_file
from tests.consent_floor.logging_passport import SIGNER
from tests.consent_floor.passports import (
    ENTRY_LIST,
    NOW,
    SHARE_LIST,
    SHARE_STATUS,
    SIGNERS,
    STATUS_ISSUER,
    TRUST,
)

CREATE = [
    "issuer",
    "create",
    "--organisation=Stroke team",
    "--public-name=Oak House",
    "--practitioner=Jo",
    "--role=Nurse",
    "--username=jo",
]


@pytest.fixture
def data(run: Run, tmp_path: Path) -> Path:
    """The data folder of a service whose tables are there."""
    assert run("db", "upgrade").code == 0
    return tmp_path / "data"


def listed(run: Run, name: str = "Oak House") -> dict[str, Any]:
    found: list[dict[str, Any]] = json.loads(run("issuer", "list", "--json").out)
    return next(issuer for issuer in found if issuer["name"] == name)


def test_an_organisation_is_made_for_some_sections_and_limited_to_others(run: Run, data: Path) -> None:
    assert run(*CREATE, "--section", "plan", "--section", "scores").code == 0
    issuer = listed(run)
    assert issuer["sections"] == ["plan", "scores"]
    ran = run("issuer", "limit", issuer["issuer_id"], "--section", "work-advice")
    assert (ran.code, "work-advice and nothing else" in ran.out) == (0, True)
    assert listed(run)["sections"] == ["work-advice"]
    assert "may sign work-advice" in run("issuer", "list").out
    assert run("issuer", "limit", issuer["issuer_id"], "--section", "diary").code == 1  # the holder's own


def test_an_issuer_is_suspended_reinstated_and_suspended_for_good(run: Run, data: Path) -> None:
    assert run(*CREATE).code == 0
    issuer_id = listed(run)["issuer_id"]
    assert run("issuer", "reinstate", issuer_id).code == 1
    ran = run("issuer", "suspend", issuer_id, "--from", "2026-12-01T09:00:00Z")
    assert (ran.code, "from 2026-12-01 09:00:00 UTC on. What it signed before stands." in ran.out) == (
        0,
        True,
    )
    assert listed(run)["suspended_at"] == "2026-12-01T09:00:00+00:00"
    assert "suspended from 2026-12-01 09:00 UTC on, earlier entries stand" in run("issuer", "list").out
    assert run("issuer", "reinstate", issuer_id).code == 0
    assert listed(run)["suspended_at"] is None
    ran = run("issuer", "suspend", issuer_id, "--earlier-entries", "fall")
    assert (ran.code, "before falls" in ran.out) == (0, True)
    assert listed(run)["earlier_entries"] == "fall"
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert run("issuer", "suspend", issuer_id, "--earlier-entries", "fall", "--from", tomorrow).code == 1
    assert run("issuer", "suspend", "nobody").code == 1


MISUSE: dict[str, list[str]] = {
    "no section": ["issuer", "limit", "told"],
    "no such section": ["issuer", "limit", "told", "--section", "diagnosis"],
    "no such ending": ["issuer", "suspend", "told", "--earlier-entries", "vanish"],
    "no time zone": ["issuer", "suspend", "told", "--from", "2026-12-01T09:00:00"],
    "nowhere": ["trust", "export", "nowhere/trust.json"],
    "a folder": ["trust", "export", "."],
    "no file": ["trust", "export"],
    "no action": ["trust"],
}


@pytest.mark.parametrize("name", MISUSE)
def test_misuse_of_trust_exits_64(run: Run, data: Path, name: str) -> None:
    ran = run(*MISUSE[name])
    assert (ran.code, ran.out) == (64, "")


def test_what_is_exported_is_one_file_that_reads_back(run: Run, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "trust.json"
    for _ in range(2):  # a file of last week is replaced
        ran = run("trust", "export", str(file))
        assert (ran.code, "Wrote" in ran.out) == (0, True)
    found = read_evidence_file(file.read_bytes(), now=datetime.now(UTC))
    assert {"https://passport.example/issuers/told"} < {issuer.iss for issuer in found.trust.trust.issuers}
    assert set(found.statuses) == {"https://passport.example/status/1"}
    assert len(found.type_metadata) == 14
    assert sorted(path.name for path in tmp_path.iterdir() if "trust" in path.name) == ["trust.json"]


def test_what_is_exported_goes_to_standard_output_as_well(run: Run, data: Path) -> None:
    ran = run("trust", "export", "-")
    assert read_evidence_file(ran.out.encode(), now=datetime.now(UTC)).statuses


def test_an_anchor_is_replaced_in_a_week_or_at_once(run: Run, data: Path, tmp_path: Path) -> None:
    def anchor() -> Any:
        assert run("trust", "export", "trust.json").code == 0
        return json.loads((tmp_path / "trust.json").read_bytes())["anchor"]

    first = anchor()
    ran = run("trust", "rotate")
    assert (ran.code, ran.err, anchor()) == (0, "", first)
    ran = run("trust", "rotate", "--leaked")
    assert (ran.code, "by hand" in ran.err) == (0, True)
    assert anchor() != first


def exported(offline: Offline, **revoked: int) -> list[str]:
    """Write what a service exports over the trust file, and return the options that name it alone."""
    tokens = []
    for uri, name in ((ENTRY_LIST, "entry"), (SHARE_LIST, "share")):
        statuses = StatusList.empty(64)
        if name in revoked:
            statuses = statuses.with_set(revoked[name], 1)
        lasting: dict[str, Any] = {"now": NOW, "ttl": timedelta(minutes=5), "valid_for": timedelta(days=1)}
        tokens.append(sign_status_list(statuses, uri=uri, signer=SIGNERS[STATUS_ISSUER], **lasting))
    raw = encode_evidence_file(
        anchor=ANCHOR.public_jwk,
        trust_list=sign_trust_list(TRUST, ANCHOR),
        status_lists=tokens,
        type_metadata={},
        log_key=SIGNER.key,
    )
    offline.trust.write_bytes(raw)
    return ["--trust", str(offline.trust)]


@pytest.mark.parametrize(
    ("revoked", "after", "code", "said"),
    [
        ({}, timedelta(), 0, "VALID as of 2026-11-21 12:00:00 UTC."),
        ({}, timedelta(hours=20), 0, "VALID as of 2026-11-21 12:00:00 UTC."),
        ({}, timedelta(days=2), 2, "[status_stale]"),
        ({}, timedelta(days=-2), 2, "[trust_list_missing]"),
        ({"share": SHARE_STATUS.index}, timedelta(), 1, "Do not rely on it."),
    ],
    ids=["now", "hours later", "days later", "before it was written", "withdrawn"],
)
def test_an_exported_file_is_all_that_verify_needs_to_trust_or_not(
    run: Run, offline: Offline, revoked: dict[str, int], after: timedelta, code: int, said: str
) -> None:
    options = [*exported(offline, **revoked), "--now", (NOW + after).isoformat()]
    ran = run("verify", str(offline.bundle), *options)
    assert (ran.code, said in ran.out) == (code, True)


def test_a_newer_status_file_beside_an_exported_one_counts_for_trust(run: Run, offline: Offline) -> None:
    options = [*exported(offline), "--status", str(offline.status), "--now", NOW.isoformat()]
    assert run("verify", str(offline.bundle), *options).code == 0
    offline.status.write_bytes(status_file(share=SHARE_STATUS.index))
    assert run("verify", str(offline.bundle), *options).code == 1


def test_an_exported_file_that_was_altered_is_misuse_of_trust(run: Run, offline: Offline) -> None:
    options = [*exported(offline), "--now", NOW.isoformat()]
    raw = offline.trust.read_bytes()
    for altered in (raw[:-1], raw.replace(b'"format":1', b'"format":2'), raw.replace(b'"x":"', b'"x":"A', 1)):
        offline.trust.write_bytes(altered)
        assert run("verify", str(offline.bundle), *options).code == 64


def test_nobody_else_reads_an_exported_file_half_written_by_trust_export(
    run: Run, data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "trust.json"
    file.write_bytes(b"of last week")
    before = file.stat().st_ino
    assert run("trust", "export", str(file)).code == 0
    assert file.stat().st_ino != before  # replaced in one step, not written over
