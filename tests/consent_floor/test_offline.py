"""Trust and status files are read strictly, and the example script verifies with them and no network."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from consent.offline import (
    OfflineFileError,
    encode_status_file,
    encode_trust_file,
    read_status_file,
    read_status_token,
    read_trust_file,
)
from issuers.jws import SignatureError, UnknownKeyError
from issuers.status_list import StatusList, StatusListError, sign_status_list
from issuers.trust_wire import TrustListTimeError, sign_trust_list
from schemas.errors import PassportError
from schemas.vocabulary import RecipientKind
from tests.consent_floor.passports import (
    ENTRY_LIST,
    NOW,
    SHARE_LIST,
    SHARE_STATUS,
    SIGNERS,
    STATUS_ISSUER,
    TRUST,
    FixedSigner,
    Passport,
)

ANCHOR = FixedSigner("anchor")
TRUST_FILE = encode_trust_file(ANCHOR.public_jwk, sign_trust_list(TRUST, ANCHOR))
SCRIPT = Path(__file__).parents[2] / "examples" / "verify_offline.py"


def status_token(
    uri: str, *, signer: FixedSigner = SIGNERS[STATUS_ISSUER], revoked: int | None = None
) -> str:
    statuses = StatusList.empty(64)
    if revoked is not None:
        statuses = statuses.with_set(revoked, 1)
    return sign_status_list(
        statuses, uri=uri, signer=signer, now=NOW, ttl=timedelta(hours=1), valid_for=timedelta(days=1)
    )


STATUS_FILE = encode_status_file([status_token(ENTRY_LIST), status_token(SHARE_LIST)])


def test_a_trust_file_is_read_back() -> None:
    found = read_trust_file(TRUST_FILE, now=NOW)
    assert found.anchor.kid == ANCHOR.kid
    assert found.trust.issued_at == TRUST.issued_at
    assert [issuer.iss for issuer in found.trust.issuers] == [issuer.iss for issuer in TRUST.issuers]


def test_a_status_file_is_read_back() -> None:
    found = read_status_file(STATUS_FILE, trust=TRUST, now=NOW)
    assert set(found) == {ENTRY_LIST, SHARE_LIST}
    assert found[ENTRY_LIST].expires_at == NOW + timedelta(days=1)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        b'{"anchor":{},"trust_list":"x","more":1}',
        b'{"anchor":5,"trust_list":"x"}',
        b'{"anchor":{},"trust_list":"x"}',
        TRUST_FILE[:-1],
        encode_trust_file(ANCHOR.public_jwk, "a.b.c"),
        encode_trust_file({**ANCHOR.public_jwk, "d": "AA"}, sign_trust_list(TRUST, ANCHOR)),
    ],
)
def test_what_is_no_trust_file_is_refused(raw: bytes) -> None:
    with pytest.raises(PassportError):
        read_trust_file(raw, now=NOW)


def test_a_trust_list_of_another_anchor_is_refused() -> None:
    raw = encode_trust_file(FixedSigner("another").public_jwk, sign_trust_list(TRUST, ANCHOR))
    with pytest.raises(UnknownKeyError):
        read_trust_file(raw, now=NOW)


def test_a_trust_list_past_its_end_is_refused() -> None:
    with pytest.raises(TrustListTimeError):
        read_trust_file(TRUST_FILE, now=TRUST.expires_at)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"status_lists":5}',
        b'{"status_lists":[5]}',
        b'{"lists":[]}',
        encode_status_file([status_token(ENTRY_LIST)] * 2),
    ],
)
def test_what_is_no_status_file_is_refused(raw: bytes) -> None:
    with pytest.raises(OfflineFileError):
        read_status_file(raw, trust=TRUST, now=NOW)


def test_a_status_list_that_its_address_did_not_sign_is_refused() -> None:
    with pytest.raises(UnknownKeyError):
        read_status_token(status_token(ENTRY_LIST, signer=ANCHOR), trust=TRUST, now=NOW)
    with pytest.raises(StatusListError):
        read_status_token(status_token("https://elsewhere.example/1"), trust=TRUST, now=NOW)


def test_an_altered_status_list_is_refused() -> None:
    token = status_token(ENTRY_LIST, revoked=1)
    head, _, signature = token.rpartition(".")
    other = status_token(ENTRY_LIST).rpartition(".")[0]
    assert other != head
    with pytest.raises(SignatureError):
        read_status_token(f"{other}.{signature}", trust=TRUST, now=NOW)


# The example


def run_example(tmp_path: Path, raw: bytes, *, statuses: bytes | None = STATUS_FILE) -> tuple[int, str]:
    """Run the script on saved files, in a process without a network to speak of."""
    for name, content in (("saved", raw), ("trust.json", TRUST_FILE), ("status.json", statuses or b"")):
        (tmp_path / name).write_bytes(content)
    options: list[str | Path] = ["--trust", tmp_path / "trust.json", "--now", NOW.isoformat()]
    if statuses is not None:
        options += ["--status", tmp_path / "status.json"]
    done = subprocess.run(
        [sys.executable, SCRIPT, tmp_path / "saved", *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == "" or done.returncode == 64
    return done.returncode, done.stdout


def test_the_example_says_valid_and_shows_what_was_shared(tmp_path: Path) -> None:
    code, said = run_example(tmp_path, Passport().bundle(RecipientKind.EMPLOYER))
    assert code == 0
    assert "Start at 8" in said
    assert "told by Siân Tŷ-Gŵyn, recorded by this service" in said
    assert "It does not prove" in said


def test_the_example_says_which_step_refused(tmp_path: Path) -> None:
    raw = Passport().bundle(RecipientKind.EMPLOYER).replace(b"Start at 8", b"Start at 9")
    code, said = run_example(tmp_path, raw)
    assert code == 1
    assert "step 9, readable_differs" in said
    assert "Start at" not in said


def test_the_example_says_when_it_could_not_check(tmp_path: Path) -> None:
    code, said = run_example(tmp_path, Passport().bundle(RecipientKind.EMPLOYER), statuses=None)
    assert code == 2
    assert "not checked" in said


def test_the_example_knows_a_withdrawn_share(tmp_path: Path) -> None:
    revoked = status_token(SHARE_LIST, revoked=SHARE_STATUS.index)
    statuses = encode_status_file([status_token(ENTRY_LIST), revoked])
    code, said = run_example(tmp_path, Passport().bundle(RecipientKind.EMPLOYER), statuses=statuses)
    assert code == 1
    assert "withdrawn by the holder" in said


def test_the_example_asks_for_usable_files(tmp_path: Path) -> None:
    code, _said = run_example(tmp_path, b"", statuses=json.dumps({"status_lists": 1}).encode())
    assert code == 64
