"""What refuses a signature, an issuer or a status says what to do next: style rule 12 where a stranger reads it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from consent import status
from consent.status import ENTRY_WORDS, SHARE_WORDS
from issuers import jws, trust
from issuers.jws import SignatureError, UnknownKeyError

NEXT = re.compile(r"(; |: please )(ask|check|delete|fetch|get)\b")
STRANGERS = {SignatureError.__name__, UnknownKeyError.__name__, "Refusal", "Unknown"}
TRUST = {name for name in vars(trust) if name.endswith("Error")}


def messages(module_file: str, raised: set[str]) -> Iterator[str]:
    """Yield the last text that a module gives to each error of these names."""
    for node in ast.walk(ast.parse(Path(module_file).read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in raised:
            match node.args:
                case [*_, ast.Constant(value=str(text))]:
                    yield text


SAID = [
    *messages(str(trust.__file__), TRUST),
    *messages(str(jws.__file__), STRANGERS),
    *messages(str(status.__file__), STRANGERS),
    *(text for words in (ENTRY_WORDS, SHARE_WORDS) for _, text in (words.revoked, words.suspended)),
]


def test_they_are_all_looked_at() -> None:
    assert len(SAID) >= 18


@pytest.mark.parametrize("text", sorted(set(SAID)))
def test_a_refusal_says_what_to_do_next(text: str) -> None:
    assert NEXT.search(text), text
