"""`passport receipt verify` on what both sides save, and `passport verify` on what it does not judge."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from consent.log_promise import PROMISE_TYPE
from consent.offline import encode_trust_file
from issuers.jws import sign_jws
from issuers.trust_wire import sign_trust_list
from schemas.vocabulary import RecipientKind, Section
from tests.command_line.conftest import ANCHOR, Run
from tests.consent_floor.logging_passport import SIGNER, exported
from tests.consent_floor.passports import CREDENTIALS, SIGNERS, STATUS_ISSUER, Passport
from tests.consent_floor.test_reading import RECEIPT
from tests.consent_floor.test_receipt_check import END, FORKED, READ, SECOND, THIRD, trusting


@pytest.fixture
def saved(tmp_path: Path) -> tuple[str, ...]:
    """What two people saved of one share, with the trust list that the service publishes."""
    (tmp_path / "trust.json").write_bytes(
        encode_trust_file(ANCHOR.public_jwk, sign_trust_list(trusting(), ANCHOR))
    )
    (tmp_path / "receipt.jwt").write_text(RECEIPT.token)
    (tmp_path / "newest.jwt").write_text(f"{THIRD.token}\n")
    (tmp_path / "forked.jwt").write_text(FORKED.token)
    (tmp_path / "versions.txt").write_text("".join(f"{one.token}\n" for one in (RECEIPT, SECOND, THIRD)))
    (tmp_path / "read.jwt").write_text(READ)
    return ("--trust", "trust.json", "--now", END.isoformat())


def test_a_whole_receipt_and_who_read_it_are_told_in_plain_words(run: Run, saved: tuple[str, ...]) -> None:
    ran = run("receipt", "verify", "versions.txt", "read.jwt", *saved)
    assert (ran.code, ran.err) == (0, "")
    said = ran.out.splitlines()
    assert [line[:2] for line in said[:5]] == [" 1", " 2", " 3", " 4", ""]
    for part in (
        "VALID as of ",
        "Every version is here, and follows on the one before.",
        "Signed by the service (https://passport.example) on 2026-11-23",
        "  Harbour Kitchens",
        "That receipt covers what was read, and stood then.",
        "  By: Jo Example, line manager (someone who uses this work email address)",
        "  It does not prove that either side signed it: the service did, for both.",
    ):
        assert any(line.startswith(part) for line in said), part


def test_json_says_the_same(run: Run, saved: tuple[str, ...]) -> None:
    ran = run("receipt", "verify", "-", "read.jwt", *saved, "--json", stdin=RECEIPT.token.encode())
    said = json.loads(ran.out)
    assert (ran.code, said["outcome"], len(said["does_not_prove"])) == (0, "valid", 4)
    assert (said["step"], [step["number"] for step in said["steps"]]) == (None, [1, 2, 3, 4])
    assert (said["receipts"][0]["versions"], said["receipts"][0]["is_whole"]) == ([1], True)
    assert (said["readings"][0]["is_covered"], said["readings"][0]["assurance"]) == (True, "work-email")


@pytest.mark.parametrize(
    ("files", "code", "said"),
    [
        (("newest.jwt",), 0, "The versions before it are not at hand"),
        (("read.jwt",), 0, "is not at hand, so they were not compared"),
        (("receipt.jwt",), 0, "It is the first version."),
        (("receipt.jwt", "newest.jwt"), 2, "Some of the versions from 1 to 3 are missing"),
        (("versions.txt", "forked.jwt"), 1, "at step 3 (receipt_succession)"),
    ],
)
def test_what_is_missing_is_said_and_a_fork_is_refused(
    run: Run, saved: tuple[str, ...], files: tuple[str, ...], code: int, said: str
) -> None:
    ran = run("receipt", "verify", *files, *saved)
    assert (ran.code, said in ran.out) == (code, True)


def test_of_several_files_the_one_that_is_refused_is_named(
    run: Run, saved: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "bad.jwt").write_text(READ.replace(".", ".A", 1))
    ran = run("receipt", "verify", "versions.txt", "bad.jwt", *saved)
    assert (ran.code, "It is bad.jwt. Save it again" in ran.out) == (1, True)
    assert (
        json.loads(run("receipt", "verify", "receipt.jwt", "bad.jwt", *saved, "--json").out)["file"]
        == "bad.jwt"
    )
    ran = run("receipt", "verify", "versions.txt", "forked.jwt", *saved)
    assert (ran.code, "they do not fit each other" in ran.out) == (1, True)


def test_an_altered_receipt_is_refused(run: Run, saved: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "receipt.jwt").write_text(RECEIPT.token.replace(".", ".A", 1))
    ran = run("receipt", "verify", "receipt.jwt", *saved)
    assert (ran.code, "REFUSED" in ran.out, "Harbour" in ran.out) == (1, True, False)
    (tmp_path / "receipt.jwt").write_text("")
    assert run("receipt", "verify", "receipt.jwt", *saved).code == 1


def test_without_a_trust_list_nothing_is_called_genuine(run: Run, saved: tuple[str, ...]) -> None:
    ran = run("receipt", "verify", "receipt.jwt", "--now", END.isoformat())
    assert (ran.code, "--trust" in ran.out, "Harbour" in ran.out) == (2, True, False)
    later = (END + timedelta(days=2)).isoformat()
    ran = run("receipt", "verify", "receipt.jwt", "--trust", "trust.json", "--now", later)
    assert (ran.code, "out of date" in ran.out) == (2, True)


def test_a_saved_share_and_a_saved_log_are_sent_to_their_commands(
    run: Run, saved: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "log.json").write_bytes(exported().encode())
    (tmp_path / "share.json").write_bytes(Passport().bundle(RecipientKind.GP))
    readers = {
        "log.json": "passport log verify",
        "share.json": "passport verify",
        "receipt.jwt": "passport receipt",
    }
    commands = {
        "passport verify": ("verify", *saved),
        "passport receipt": ("receipt", "verify", *saved),
        "passport log verify": ("log", "verify", "--key", SIGNER.key.encode()),
        "passport log promise": ("log", "promise", *saved),
    }
    for file, reader in readers.items():
        for command, asked in commands.items():
            ran = run(*asked, file)
            assert (command == reader) == (ran.code != 64), (file, command, ran)
            assert command == reader or (ran.code, ran.out, f"'{reader}" in ran.err) == (64, "", True), (
                file,
                command,
            )


@pytest.mark.parametrize(
    ("file", "reader"),
    [
        ("receipt.jwt", "passport receipt verify"),
        ("versions.txt", "passport receipt verify"),
        ("read.jwt", "passport receipt verify"),
        ("promise.jwt", "passport log promise"),
    ],
)
def test_what_verify_does_not_judge_is_named_with_its_command_and_never_refused(
    run: Run, saved: tuple[str, ...], tmp_path: Path, file: str, reader: str
) -> None:
    (tmp_path / "promise.jwt").write_text(sign_jws({}, SIGNERS[STATUS_ISSUER], typ=PROMISE_TYPE))
    ran = run("verify", file, *saved)
    assert (ran.code, ran.out, reader in ran.err) == (64, "", True)
    other = ("receipt", "verify", file, *saved) if "log" in reader else ("log", "promise", file, *saved[:2])
    ran = run(*other)
    assert (ran.code, ran.out, reader in ran.err) == (64, "", True)


def test_an_entry_is_not_refused_as_a_receipt_but_a_document_without_signature_is(
    run: Run, saved: tuple[str, ...]
) -> None:
    ran = run("receipt", "verify", "-", *saved, stdin=CREDENTIALS[Section.WORK].encode())
    assert (ran.code, "'passport verify' reads it" in ran.err) == (64, True)
    ran = run("receipt", "verify", "-", *saved, stdin=b'{"resourceType":"Consent"}')
    assert (ran.code, "other forms carry no signature" in ran.out) == (1, True)
