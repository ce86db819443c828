"""Signed notes and checkpoints: the published notes open, ours come out byte for byte, and nothing else is taken."""

import json
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.checkpoint import (
    Checkpoint,
    CheckpointForkError,
    CheckpointFormatError,
    CheckpointOriginError,
    CheckpointSmallerError,
    check_growth,
    decode_checkpoint,
    sign_checkpoint,
    verify_checkpoint,
)
from consent.merkle import EMPTY_ROOT, EMPTY_TREE, consistency_proof, leaf_hash
from consent.merkle_proof import OlderRootError
from consent.signed_note import (
    NoteFormatError,
    NoteKey,
    NoteKeyError,
    NoteSignatureError,
    NoteUnsignedError,
    SoftwareNoteSigner,
    open_note,
    sign_note,
)
from schemas.errors import PassportError

VECTORS: Mapping[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "signed_note.json").read_text("utf-8")
)
TEXT: str = VECTORS["text"]
PETER_LINE: str = VECTORS["peter"]["line"]
ENOCH_LINE: str = VECTORS["enoch"]["line"]
PETER = NoteKey.decode(VECTORS["peter"]["key"])
ENOCH = NoteKey.decode(VECTORS["enoch"]["key"])
PETER_SIGNER = SoftwareNoteSigner.from_seed(
    "PeterNeumann", b64decode(VECTORS["peter"]["private"].split("+", 4)[4])[1:]
)
SIGNER = SoftwareNoteSigner.from_seed("passport.example/log", b"s" * 32)
LEAVES = [leaf_hash(b"%d" % n) for n in range(20)]
GROWTH = EMPTY_TREE.append(LEAVES)


def checkpoint(size: int, **changes: Any) -> Checkpoint:
    root = EMPTY_TREE.append(LEAVES[:size]).tree.root
    return Checkpoint(**{"origin": SIGNER.key.name, "size": size, "root": root, **changes})


def growth(older: int, newer: int) -> tuple[bytes, ...]:
    return consistency_proof(older, newer, lambda ids: {node: GROWTH.new_nodes[node] for node in ids})


# Notes


def test_the_published_note_is_made_byte_for_byte() -> None:
    assert sign_note(TEXT, [PETER_SIGNER]) == f"{TEXT}\n{PETER_LINE}"
    assert PETER_SIGNER.key == PETER


@pytest.mark.parametrize("keys", [[PETER], [ENOCH], [PETER, ENOCH], [ENOCH, PETER]])
def test_the_published_note_opens_for_whoever_trusts_one_of_its_signers(keys: list[NoteKey]) -> None:
    opened = open_note(f"{TEXT}\n{PETER_LINE}{ENOCH_LINE}{PETER_LINE}".encode(), keys)
    assert opened.text == TEXT
    assert set(opened.signed_by) == set(keys)
    assert len(opened.signed_by) == len(keys)


@pytest.mark.parametrize(
    "keys", [[], [ENOCH], [NoteKey("PeterNeumann", ENOCH.public)], [NoteKey("P", PETER.public)]]
)
def test_signatures_of_keys_that_nobody_trusts_count_for_nothing(keys: list[NoteKey]) -> None:
    with pytest.raises(NoteUnsignedError):
        open_note(f"{TEXT}\n{PETER_LINE}".encode(), keys)


def test_a_false_signature_under_a_trusted_name_rejects_the_note_though_another_is_true() -> None:
    longer = PETER_LINE[:60] + "ABCD" + PETER_LINE[60:]
    for note in (f"{TEXT}\n{longer}", f"{TEXT}\n{PETER_LINE}{longer}", f"{TEXT}\n{ENOCH_LINE}{longer}"):
        with pytest.raises(NoteSignatureError):
            open_note(note.encode(), [PETER, ENOCH])


def test_a_changed_text_does_not_open() -> None:
    with pytest.raises(NoteSignatureError):
        open_note(f"{TEXT}\n{PETER_LINE}".replace("answer", "Answer").encode(), [PETER])


@pytest.mark.parametrize(
    "note",
    [
        "",
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}\n{PETER_LINE[:-1]}",
        f"\x01{TEXT}\n{PETER_LINE}",
        f"{TEXT}\r\n{PETER_LINE}".replace("\n\n", "\r\n\n"),
        f"{TEXT}\n— Bad Name {PETER_LINE.split()[-1]}\n",
        f"{TEXT}\n{PETER_LINE}Unexpected line.\n",
        f"{TEXT}\n{PETER_LINE.replace('—', '-')}",
        f"{TEXT}\n{PETER_LINE.replace('PeterNeumann', 'Peter+Neumann')}",
        TEXT + "\n" + PETER_LINE.replace("PeterNeumann", "Peter\u00a0Neumann"),
        f"{TEXT}\n{PETER_LINE.replace('PeterNeumann ', ' ')}",
        f"{TEXT}\n{PETER_LINE.replace('=', '')}",
        f"{TEXT}\n{PETER_LINE.replace('AM=', 'AN=')}",
        f"{TEXT}\n{PETER_LINE.replace('/', '_')}",
        f"{TEXT}\n— PeterNeumann x08gow==\n",
        f"{TEXT}\n{PETER_LINE * 65}",
        f"{TEXT * 3000}\n{PETER_LINE}",
    ],
)
def test_what_is_no_note_is_refused_before_a_signature_is_looked_at(note: str) -> None:
    with pytest.raises(NoteFormatError):
        open_note(note.encode(), [PETER])


def test_a_note_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(NoteFormatError):
        open_note(b"\xff" + f"{TEXT}\n{PETER_LINE}".encode(), [PETER])


def test_text_may_have_empty_lines_of_its_own() -> None:
    text, line = VECTORS["note_example"].rsplit("\n\n", 1)
    with pytest.raises(NoteUnsignedError):  # well formed; its key is not published
        open_note(VECTORS["note_example"].encode(), [PETER])
    note = sign_note(text + "\n", [PETER_SIGNER]) + line
    assert open_note(note.encode(), [PETER]).text == text + "\n"


@pytest.mark.parametrize("text", ["", "no newline", "tab\there\n", "nul\0\n"])
def test_text_that_no_note_can_have_is_not_signed(text: str) -> None:
    with pytest.raises(ValueError, match="newline"):
        sign_note(text, [PETER_SIGNER])


def test_a_note_without_signers_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one"):
        sign_note(TEXT, [])


# Keys


def test_the_text_form_of_a_key_is_the_published_one() -> None:
    assert PETER.encode() == VECTORS["peter"]["key"]
    assert ENOCH.encode() == VECTORS["enoch"]["key"]


def test_no_part_and_no_altered_byte_of_a_key_is_taken_for_one() -> None:
    text = VECTORS["peter"]["key"]
    parts = {text[i:j] for i in range(len(text)) for j in (i, i + 1, len(text) - 1, len(text)) if j > i} - {
        text
    }
    altered = {text[:i] + chr(ord(text[i]) + 1) + text[i + 1 :] for i in range(len(text))}
    for bad in [
        *parts,
        *altered,
        *VECTORS["bad_keys"],
        text.replace("c74f20a3", "C74F20A3"),
        "\ud800" + text,
        "",
    ]:
        with pytest.raises(NoteKeyError):
            NoteKey.decode(bad)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "a\nb", "a\x7f", "\ud800"])
def test_a_name_that_no_key_can_have_is_a_mistake(name: str) -> None:
    with pytest.raises(ValueError, match="without spaces"):
        NoteKey(name, bytes(32))


def test_a_signer_keeps_its_key_and_does_not_show_it() -> None:
    again = SoftwareNoteSigner.from_seed(SIGNER.key.name, SIGNER.seed())
    assert again.key == SIGNER.key
    assert SIGNER.seed().hex() not in repr(SIGNER)
    assert SoftwareNoteSigner.generate("a").key != SoftwareNoteSigner.generate("a").key


# Checkpoints


def test_the_published_checkpoint_is_read() -> None:
    text = VECTORS["checkpoint_example"].split("\n\n")[0] + "\n"
    read = decode_checkpoint(text)
    assert (read.origin, read.size) == ("example.com/behind-the-sofa", 20852163)
    assert read.encode() == text


@given(st.integers(0, 20))
def test_a_signed_checkpoint_comes_back_as_it_was(size: int) -> None:
    made = checkpoint(size)
    assert verify_checkpoint(sign_checkpoint(made, SIGNER).encode(), SIGNER.key) == made


def test_extension_lines_are_kept_and_signed() -> None:
    made = checkpoint(3, extensions=("one", "and another"))
    note = sign_checkpoint(made, SIGNER)
    assert verify_checkpoint(note.encode(), SIGNER.key) == made
    with pytest.raises(NoteSignatureError):
        verify_checkpoint(note.replace("another", "no other").encode(), SIGNER.key)


FORM = checkpoint(12).encode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        FORM[:-1],
        "\n".join(FORM.split("\n")[:2]) + "\n",
        FORM + "\n",
        FORM.replace("12", "012"),
        FORM.replace("12", "+12"),
        FORM.replace("12", "-1"),
        FORM.replace("12", "１２"),  # noqa: RUF001
        FORM.replace("12", "1_2"),
        FORM.replace("12", "12 "),
        FORM.replace("12", ""),
        FORM.replace("12", str(2**63)),
        FORM.replace("12", "9" * 5000),
        FORM.replace("12", "0"),
        FORM.replace("=\n", "\n"),
        FORM.replace("=\n", "==\n"),
        FORM.replace(FORM.split("\n")[2], "AAAA"),
        "\n" + FORM.split("\n", 1)[1],
        "a log\n" + FORM.split("\n", 1)[1],
        FORM.replace("\n", "\r\n"),
    ],
)
def test_what_is_no_checkpoint_is_refused_though_it_is_signed(text: str) -> None:
    with pytest.raises(CheckpointFormatError):
        decode_checkpoint(text)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        read = decode_checkpoint(text)
    except CheckpointFormatError:
        return
    assert read.encode() == text


def test_a_root_has_one_spelling() -> None:
    root = FORM.split("\n")[2]
    other = root[:-2] + chr(ord(root[-2]) + 1) + "="
    assert b64decode(root) == b64decode(other)
    with pytest.raises(CheckpointFormatError):
        decode_checkpoint(FORM.replace(root, other))


def test_a_checkpoint_of_another_log_is_told_apart_though_the_key_signed_it() -> None:
    made = checkpoint(3, origin="other.example/log")
    note = sign_note(made.encode(), [SIGNER])
    with pytest.raises(CheckpointOriginError) as refused:
        verify_checkpoint(note.encode(), SIGNER.key)
    assert refused.value.code == "checkpoint_origin"


def test_nobody_signs_for_another_log() -> None:
    with pytest.raises(ValueError, match="own log"):
        sign_checkpoint(checkpoint(3, origin="other.example/log"), SIGNER)


@pytest.mark.parametrize(
    "changes", [{"size": -1}, {"root": b""}, {"size": 0}, {"origin": ""}, {"extensions": ("",)}]
)
def test_a_checkpoint_that_no_log_can_have_is_a_mistake(changes: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected"):
        replace(checkpoint(3), **changes)


@given(st.integers(0, 20), st.integers(0, 20))
def test_growth_is_proven_between_any_two_checkpoints(one: int, other: int) -> None:
    older, newer = sorted((one, other))
    check_growth(checkpoint(older), checkpoint(newer), growth(older, newer))


@pytest.mark.parametrize(
    ("older", "newer", "proof", "refusal", "code"),
    [
        (checkpoint(3), checkpoint(5, origin="b"), growth(3, 5), CheckpointOriginError, "checkpoint_origin"),
        (checkpoint(5), checkpoint(3), growth(3, 5), CheckpointSmallerError, "checkpoint_smaller"),
        (checkpoint(5), checkpoint(5, root=leaf_hash(b"")), (), CheckpointForkError, "checkpoint_fork"),
        (
            checkpoint(3, root=leaf_hash(b"")),
            checkpoint(5),
            growth(3, 5),
            OlderRootError,
            "merkle_older_root",
        ),
    ],
)
def test_another_log_a_smaller_one_and_a_forked_one_are_told_apart(
    older: Checkpoint, newer: Checkpoint, proof: tuple[bytes, ...], refusal: type[PassportError], code: str
) -> None:
    with pytest.raises(refusal) as refused:
        check_growth(older, newer, proof)
    assert refused.value.code == code


def test_an_empty_log_has_a_checkpoint_of_its_own() -> None:
    assert checkpoint(0).root == EMPTY_ROOT
    check_growth(checkpoint(0), checkpoint(7), ())
