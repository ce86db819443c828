"""Checkpoints (C2SP tlog-checkpoint): what a log says it is, how large, and under which root; signed as a note.

A log must never sign two checkpoints of which one did not grow out of the other: `check_growth` is how anyone who kept
one finds out. Left out: when a checkpoint was made. The form has no time, and a log's own word for it proves nothing.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from consent.merkle import EMPTY_ROOT, HASH_BYTES, MAX_TREE_SIZE
from consent.merkle_proof import verify_consistency
from consent.signed_note import NoteKey, NoteSigner, is_key_name, open_note, sign_note
from schemas.errors import EncodingError, PassportError

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_ROOT: Final = re.compile(r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=", re.ASCII)  # the one spelling of 32 bytes


class CheckpointFormatError(EncodingError):
    """The text of a note is not a checkpoint."""

    code: ClassVar[str] = "checkpoint_format"


class CheckpointOriginError(PassportError):
    """A checkpoint is of another log than the key, or than the checkpoint that it is compared with."""

    code: ClassVar[str] = "checkpoint_origin"


class CheckpointSmallerError(PassportError):
    """The log is smaller than it was: an older checkpoint, or leaves were taken away."""

    code: ClassVar[str] = "checkpoint_smaller"


class CheckpointForkError(PassportError):
    """The log signed two roots for one size: it shows different people different things."""

    code: ClassVar[str] = "checkpoint_fork"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where a log stands. `origin` names it, as its key is named."""

    origin: str
    size: int  # leaves
    root: bytes  # 32 bytes
    extensions: tuple[str, ...] = ()  # lines after the third: opaque; ours have none

    def __post_init__(self) -> None:
        if not is_key_name(self.origin) or not 0 <= self.size <= MAX_TREE_SIZE:
            raise ValueError("expected an origin without spaces and a size of 0 or more")
        if len(self.root) != HASH_BYTES or (self.size == 0 and self.root != EMPTY_ROOT):
            raise ValueError("expected a root of 32 bytes, that of the empty tree where there are no leaves")
        if not all(line and "\n" not in line for line in self.extensions):
            raise ValueError("expected extension lines that are not empty and have no newline")

    def encode(self) -> str:
        """Return the text that is signed."""
        lines = (self.origin, str(self.size), b64encode(self.root).decode("ascii"), *self.extensions)
        return "\n".join(lines) + "\n"


def decode_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint of a note's text. Nothing about it is signed until the note is opened with a key.

    Raises:
        CheckpointFormatError: fewer lines, an empty one, a size with leading zeroes, or a root that is not 32 bytes.
    """
    lines = text.removesuffix("\n").split("\n")
    if not text.endswith("\n") or len(lines) < 3:
        raise CheckpointFormatError("expected an origin, a size and a root, each on a line")
    origin, size, root, *extensions = lines
    if not _SIZE.fullmatch(size) or not _ROOT.fullmatch(root):
        raise CheckpointFormatError("expected a size in decimal digits and a root of 32 bytes in base64")
    try:
        return Checkpoint(origin, int(size), b64decode(root), tuple(extensions))
    except ValueError as exc:
        raise CheckpointFormatError(str(exc)) from exc


def sign_checkpoint(checkpoint: Checkpoint, signer: NoteSigner) -> str:
    """Return the checkpoint as a signed note. Sign only what grew out of all that was signed before.

    Raises:
        ValueError: the signer's key is not named as the checkpoint's origin.
    """
    if signer.key.name != checkpoint.origin:
        raise ValueError("expected the key of the checkpoint's own log")
    return sign_note(checkpoint.encode(), [signer])


def verify_checkpoint(raw: bytes, key: NoteKey) -> Checkpoint:
    """Return the checkpoint that the log of this key signed.

    Raises:
        NoteFormatError, CheckpointFormatError: it is not a signed note, or no checkpoint.
        NoteUnsignedError, NoteSignatureError: this key did not sign it.
        CheckpointOriginError: this key signed it for a log of another name.
    """
    checkpoint = decode_checkpoint(open_note(raw, [key]).text)
    if checkpoint.origin != key.name:  # the form says SHOULD: here one key is for one log
        raise CheckpointOriginError("expected a checkpoint of the log that the key is named for")
    return checkpoint


def check_growth(older: Checkpoint, newer: Checkpoint, proof: Sequence[bytes]) -> None:
    """Check that the log only grew between two checkpoints, both verified.

    Raises:
        CheckpointOriginError: they are of two logs.
        CheckpointSmallerError: the newer one is smaller.
        CheckpointForkError: they have one size and two roots.
        MerkleProofError: the proof does not show that all leaves of the older one are in the newer one.
    """
    if older.origin != newer.origin:
        raise CheckpointOriginError("expected two checkpoints of one log")
    if newer.size < older.size:
        raise CheckpointSmallerError("expected the log to be no smaller than it was")
    if newer.size == older.size and newer.root != older.root:
        raise CheckpointForkError("expected one root for one size: the log was forked")
    verify_consistency(
        older_size=older.size,
        older_root=older.root,
        newer_size=newer.size,
        newer_root=newer.root,
        proof=proof,
    )
