"""Signed notes (C2SP signed-note 1.0.0), with Ed25519 alone: text that one or more named keys signed.

Verifier keys have the text form that the ecosystem of transparency logs uses: name+id+key. Left out: what a note says.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar, Final, Protocol, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from schemas.errors import EncodingError, PassportError

MAX_NOTE_BYTES: Final = 256 * 1024  # room for 16 signatures, also of the largest kinds
MAX_SIGNATURES: Final = 64  # of which a verifier must take at least 16
ED25519: Final = 0x01  # the signature type identifier byte
KEY_BYTES: Final = 32
_KEY_ID_BYTES: Final = 4
_DASH: Final = "— "  # an em dash, U+2014, and a space
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")  # all but the newline
_KEY_ID: Final = re.compile(r"[0-9a-f]{8}")


class NoteFormatError(EncodingError):
    """Bytes are not a signed note."""

    code: ClassVar[str] = "note_format"


class NoteKeyError(EncodingError):
    """Text is not the key of an Ed25519 signer of notes, or its id is not that of its name and key."""

    code: ClassVar[str] = "note_key"


class NoteUnsignedError(PassportError):
    """No signature on a note is by a key that is trusted here."""

    code: ClassVar[str] = "note_unsigned"


class NoteSignatureError(PassportError):
    """A signature says that it is by a trusted key, and is not of this text."""

    code: ClassVar[str] = "note_signature"


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A key that notes are checked with. Name and id together say which key made a signature."""

    name: str
    public: bytes  # 32 bytes, as RFC 8032 has them

    def __post_init__(self) -> None:
        if not is_key_name(self.name) or len(self.public) != KEY_BYTES:
            raise ValueError("expected a name without spaces and '+', and a key of 32 bytes")

    @property
    def key_id(self) -> bytes:
        """The first 4 bytes of a hash over name, kind and key: an identifier, not a protection."""
        return sha256(self.name.encode() + b"\n" + self._typed).digest()[:_KEY_ID_BYTES]

    @property
    def _typed(self) -> bytes:
        return bytes([ED25519]) + self.public

    def encode(self) -> str:
        """Return the text form: name, id in hexadecimal, and kind and key in base64, with '+' between them."""
        return f"{self.name}+{self.key_id.hex()}+{_encode(self._typed)}"

    @classmethod
    def decode(cls, text: str) -> Self:
        """Return the key of a text form.

        Raises:
            NoteKeyError: another form, another kind of key, or an id that is not that of the name and the key.
        """
        name, _, rest = text.partition("+")
        key_id, _, typed_text = rest.partition("+")  # base64 may have more of them
        try:
            typed = _decode(typed_text)
        except NoteFormatError as exc:
            raise NoteKeyError("expected base64 in the last part") from exc
        if not is_key_name(name) or not _KEY_ID.fullmatch(key_id):
            raise NoteKeyError("expected a name without spaces and an id of 8 hexadecimal digits")
        if len(typed) != 1 + KEY_BYTES or typed[0] != ED25519:
            raise NoteKeyError("expected an Ed25519 key of 32 bytes")
        key = cls(name, typed[1:])
        if key.key_id.hex() != key_id:
            raise NoteKeyError("expected the id of this name and key")
        return key

    def verify(self, text: bytes, signature: bytes) -> bool:
        """Return whether `signature` (64 bytes) is this key's of `text`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except InvalidSignature:
            return False
        return True


class NoteSigner(Protocol):
    """Whatever signs notes: a key in memory, or one that never leaves its device."""

    @property
    def key(self) -> NoteKey:
        """The key that checks what this signs."""

    def sign(self, text: bytes) -> bytes:
        """Return the Ed25519 signature of `text`: 64 bytes."""


class SoftwareNoteSigner:
    """A `NoteSigner` whose private key is in memory."""

    __slots__ = ("_private", "key")

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.key = NoteKey(name, private.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, name: str) -> Self:
        """Return a signer with a new key."""
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, name: str, seed: bytes) -> Self:
        """Return the signer of a private key: 32 bytes, as RFC 8032 has them."""
        return cls(name, Ed25519PrivateKey.from_private_bytes(seed))

    def seed(self) -> bytes:
        """Return the private key, 32 bytes: a secret, only ever stored encrypted."""
        return self._private.private_bytes_raw()

    def sign(self, text: bytes) -> bytes:
        """Return the Ed25519 signature of `text`: 64 bytes."""
        return self._private.sign(text)

    def __repr__(self) -> str:
        return f"SoftwareNoteSigner({self.key.encode()!r})"


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A note that at least one trusted key signed."""

    text: str  # ends with a newline
    signed_by: tuple[NoteKey, ...]  # the trusted ones


def is_key_name(name: str) -> bool:
    """Return whether a key may have this name: not empty, no spaces of any kind, no '+', nothing that is not text."""
    return bool(name) and not any(
        c.isspace() or c in "+\x7f" or c < " " or "\ud800" <= c <= "\udfff" for c in name
    )


def sign_note(text: str, signers: Iterable[NoteSigner]) -> str:
    """Return the note of `text`, which ends with a newline, with one signature of each signer.

    Raises:
        ValueError: no signer, or a text that no note can have.
    """
    if not text.endswith("\n") or _CONTROL.search(text):
        raise ValueError("expected text that ends with a newline and has no other control characters")
    lines = [_line(signer, text.encode()) for signer in signers]
    if not lines:
        raise ValueError("a note needs at least one signer")
    return f"{text}\n{''.join(lines)}"


def _line(signer: NoteSigner, text: bytes) -> str:
    return f"{_DASH}{signer.key.name} {_encode(signer.key.key_id + signer.sign(text))}\n"


def open_note(raw: bytes, keys: Sequence[NoteKey]) -> OpenedNote:
    """Return the text of a note that one of `keys` signed. Signatures by other keys are not looked at.

    Raises:
        NoteFormatError: it is not a signed note, or too large a one.
        NoteSignatureError: a signature under the name and id of one of `keys` is not of this text.
        NoteUnsignedError: none of `keys` signed it.
    """
    text, lines = _split(raw)
    signed_by = []
    for name, key_id, signature in map(_signature, lines):
        for key in keys:
            if (key.name, key.key_id) == (name, key_id):
                if not key.verify(text.encode(), signature):
                    raise NoteSignatureError("a signature under a trusted key's name is not of this text")
                signed_by.append(key)
    if not signed_by:
        raise NoteUnsignedError("expected a signature by a trusted key")
    return OpenedNote(text, tuple(dict.fromkeys(signed_by)))


def _split(raw: bytes) -> tuple[str, list[str]]:
    """Return the text, with its last newline, and the signature lines without theirs."""
    if len(raw) > MAX_NOTE_BYTES:
        raise NoteFormatError(f"expected at most {MAX_NOTE_BYTES} bytes")
    try:
        note = raw.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise NoteFormatError("expected UTF-8") from exc
    text, blank, signatures = note.rpartition(
        "\n\n"
    )  # the last empty line: the text may have some of its own
    if not blank or not signatures.endswith("\n") or _CONTROL.search(note):
        raise NoteFormatError("expected text, an empty line, and signature lines that end with a newline")
    lines = signatures.removesuffix("\n").split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteFormatError(f"expected at most {MAX_SIGNATURES} signatures")
    return f"{text}\n", lines


def _signature(line: str) -> tuple[str, bytes, bytes]:
    """Return the key name, the key id and the signature of a line."""
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not is_key_name(name):
        raise NoteFormatError("expected a signature line: a dash, a key name and base64")
    signed = _decode(encoded)
    if len(signed) <= _KEY_ID_BYTES:
        raise NoteFormatError("expected a key id and a signature")
    return name, signed[:_KEY_ID_BYTES], signed[_KEY_ID_BYTES:]


def _encode(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def _decode(text: str) -> bytes:
    """Return the bytes whose only standard base64 spelling (RFC 4648 section 4) is `text`."""
    try:
        data = b64decode(text, validate=True)
    except ValueError as exc:
        raise NoteFormatError("expected standard base64") from exc
    if _encode(data) != text:
        raise NoteFormatError("expected canonical base64")
    return data
