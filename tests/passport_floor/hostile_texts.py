"""Texts and addresses made to cost as much as they can, and every place that reads one that anybody sends."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from pydantic import TypeAdapter, ValidationError

from consent.rewritten_link import rewritten_link, rewritten_reply_link
from consent.share import decode_shlink
from consent.share_code import normalise_passcode, normalise_share_code
from consent.telling import tellings_in
from consent.work_email import work_address
from passport.i18n import accepted_language
from passport.messages.address import read_address
from schemas import fields
from schemas.errors import PassportError

TEXT_LENGTH = 250_000  # characters: as many of two bytes as a body may hold
TARGET_LENGTH = 65_000  # bytes: the server refuses longer ones
FIELD_LENGTH = 4000  # characters, of the longest field: what is looked through for words has been one

# Pieces, which are repeated and end in a letter.
REPEATED: Mapping[str, str] = {
    "thirty marks on each letter": "a" + "\u0301" * 15 + "\u0316" * 15,
    "marks that decompose": "\u0344",
    "a mark that counts as a letter": "\u0f73",
    "a letter that becomes eighteen": "\ufdfa",
    "full-width letters": "\uff21",
    "spaces that end in a letter": " ",
    "exclamation marks that end in a letter": "!",
    "hyphens": "-",
    "hyphens at line ends": "a-\n",
    "full stops": "a.",
    "at signs": "a@",
    "joiners": "a\u200d",
    "languages": "en,",
    "links": "shlink:/",
}
ENCODED: Mapping[str, str] = {
    "marks, encoded": "%CC%81%CC%96",
    "percent signs, encoded five times": "%2525252541",
    "percent signs": "25",
    "hyphens for percent signs": "-25",
    "references of HTML": "&#1;",
    "references of HTML, named": "&num;",
    "line breaks": "=+",
    "equals signs": "=",
    "full-width forms": "%EF%BC%83",
    "what shows nothing": "%E2%80%8B",
    "links": "%23shlink:/eyJ1cmwiOiJ",
    "reply links": "/r%23",
    "no UTF-8": "%FF",
    "digits": "1",
}


def hostile_texts() -> dict[str, Callable[[], str]]:
    """Return what makes each text, by its name."""
    half = TEXT_LENGTH // 2
    return {
        "marks in the wrong order": lambda: "a" + "\u0301" * half + "\u0316" * half,
        "a link that ends in exclamation marks": lambda: "shlink:/" + "!" * 2000 + "a",
        **{name: partial(repeated, "", piece, TEXT_LENGTH) for name, piece in REPEATED.items()},
    }


def hostile_targets() -> dict[str, Callable[[], str]]:
    """Return what makes each address, by its name; each is also unwrapped, and decoded as often as one may be."""
    start = "/-3A%252525252541"
    return {name: partial(repeated, start, piece, TARGET_LENGTH) for name, piece in ENCODED.items()}


def repeated(start: str, piece: str, length: int) -> str:
    return start + piece * (length // len(piece)) + "a"


def reads_target(target: str) -> None:
    """Read an address as the service reads every one."""
    rewritten_link(target.encode("ascii"), base_url="https://passport.example")
    rewritten_reply_link(target.encode("ascii"))


def places() -> Iterator[tuple[str, Callable[[str], None]]]:
    """Yield every place that reads a text, by its name. A refusal is an answer like any other."""
    kinds = {"name": fields.Name, "line": fields.Line, "note": fields.Note, "paragraph": fields.Paragraph}
    for name, kind in {**kinds, "prose": fields.Prose, "email": fields.Email, "phone": fields.Phone}.items():
        adapter = TypeAdapter[Any](kind)
        yield f"a {name}", answering(adapter.validate_python)
        yield f"a {name} that is not too long", answering(cut(adapter.validate_python, FIELD_LENGTH * 3))
    yield "words that tell", answering(cut(tellings_in, FIELD_LENGTH))
    yield "a link", answering(decode_shlink)
    yield "the beginning of a link", answering(cut(decode_shlink, 2048))
    yield "a share code", answering(normalise_share_code)
    yield "a passcode", answering(normalise_passcode)
    yield "a work address", answering(work_address)
    yield "an address to write to", answering(read_address)
    yield "accepted languages", answering(accepted_language)


def cut(reads: Callable[[str], object], length: int) -> Callable[[str], object]:
    return lambda text: reads(text[:length])


def answering(reads: Callable[[str], object]) -> Callable[[str], None]:
    def read(text: str) -> None:
        try:
            reads(text)
        except (PassportError, ValidationError):
            return

    return read
