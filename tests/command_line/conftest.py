"""Run the `passport` command in this process, in a folder and an environment of the test's own."""

import io
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from consent.offline import encode_status_file, encode_trust_file
from issuers.status_list import StatusList, sign_status_list
from issuers.trust_wire import sign_trust_list
from passport.cli import main
from schemas.vocabulary import RecipientKind
from tests.consent_floor.passports import (
    ENTRY_LIST,
    NOW,
    SHARE_LIST,
    SIGNERS,
    STATUS_ISSUER,
    STATUSES,
    TRUST,
    FixedSigner,
    Passport,
)

ANCHOR = FixedSigner("anchor")


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command: `run("verify", "-", stdin=b"...", PASSPORT_PORT="8123")`."""
    monkeypatch.chdir(tmp_path)

    def run_command(*arguments: str, stdin: bytes = b"", **environment: str) -> Ran:
        with monkeypatch.context() as changed:
            for name, value in environment.items():
                changed.setenv(name, value)
            changed.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
            code = _exit_code(arguments)
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return run_command


@pytest.fixture
def told(run: Run, told_data: Path, tmp_path: Path) -> Run:
    """The command, where `passport demo` told its stories before."""
    shutil.copytree(told_data, tmp_path / "data")
    return run


@pytest.fixture(scope="session")
def told_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `passport demo` leaves in an empty folder; to be copied, for it takes a second or two."""
    return _data_after(tmp_path_factory, ["demo", "--no-serve"])


@pytest.fixture(scope="session")
def made_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a service without people, with the service's own issuers; to be copied."""
    return _data_after(tmp_path_factory, ["db", "upgrade"], ["issuer", "list"])


def _data_after(tmp_path_factory: pytest.TempPathFactory, *commands: Sequence[str]) -> Path:
    folder = tmp_path_factory.mktemp("commands") / "data"
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("PASSPORT_DATA_DIR", str(folder))
        for arguments in commands:
            assert main(arguments) == 0
    return folder


def _exit_code(arguments: tuple[str, ...]) -> int:
    try:
        return main(arguments)
    except SystemExit as ended:  # argparse: --help and misuse
        return int(str(ended.code))


@dataclass(frozen=True)
class Offline:
    """Files of the fictional passport of tests/consent_floor, and the options that make them valid."""

    bundle: Path
    trust: Path
    status: Path

    @property
    def options(self) -> list[str]:
        """--trust, --status and --now."""
        return ["--trust", str(self.trust), "--status", str(self.status), "--now", NOW.isoformat()]


@pytest.fixture
def offline(tmp_path: Path) -> Offline:
    """A GP's saved Bundle with the trust and status files that make it valid."""
    files = Offline(tmp_path / "saved.json", tmp_path / "trust.json", tmp_path / "status.json")
    files.bundle.write_bytes(Passport().bundle(RecipientKind.GP))
    files.trust.write_bytes(trust_file())
    files.status.write_bytes(status_file())
    return files


def trust_file() -> bytes:
    """Return the trust file of the fictional passport."""
    return encode_trust_file(ANCHOR.public_jwk, sign_trust_list(TRUST, ANCHOR))


def status_file(**invalid: int) -> bytes:
    """Return its status file; `entry=3` or `share=7` withdraws one."""
    tokens = []
    for uri, name in ((ENTRY_LIST, "entry"), (SHARE_LIST, "share")):
        statuses = StatusList.empty(64)
        if name in invalid:
            statuses = statuses.with_set(invalid[name], 1)
        times: dict[str, Any] = {"now": NOW, "ttl": STATUSES[uri].ttl, "valid_for": _valid_for(uri)}
        tokens.append(sign_status_list(statuses, uri=uri, signer=SIGNERS[STATUS_ISSUER], **times))
    return encode_status_file(tokens)


def _valid_for(uri: str) -> Any:
    ends = STATUSES[uri].expires_at
    assert ends is not None
    return ends - NOW
