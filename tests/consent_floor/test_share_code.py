"""Typed codes survive what people do to them, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.share_code import (
    ALPHABET,
    TypedCodeError,
    new_passcode,
    new_share_code,
    normalise_passcode,
    normalise_share_code,
    show_share_code,
)

codes = st.text(ALPHABET, min_size=12, max_size=12)


@given(st.binary(min_size=8, max_size=8))
def test_a_fresh_code_is_in_its_normal_form(entropy: bytes) -> None:
    code = new_share_code(lambda size: entropy[:size])
    assert normalise_share_code(code) == code


@given(codes, st.sampled_from([" ", "-", "–", "\u2011", "\u00a0", " - ", "_"]))
def test_a_code_is_known_however_it_is_grouped_and_cased(code: str, separator: str) -> None:
    assert normalise_share_code(show_share_code(code).replace("-", separator).lower()) == code


@pytest.mark.parametrize(
    ("typed", "meant"), [("O", "0"), ("o", "0"), ("I", "1"), ("i", "1"), ("L", "1"), ("l", "1")]
)
def test_misread_letters_are_taken_for_the_digits_they_look_like(typed: str, meant: str) -> None:
    assert normalise_share_code(typed + "ABCDEFGHJKM") == meant + "ABCDEFGHJKM"


def test_full_width_characters_are_understood() -> None:
    assert normalise_share_code("ＡＢＣＤ-ＥＦＧＨ-１２３４") == "ABCDEFGH1234"  # noqa: RUF001


@pytest.mark.parametrize(
    "typed", ["", "ABCD", "ABCDEFGHJKMNP", "ABCDEFGHJKMU", "ABCDEFGHJKM!", "é" * 12, "A" * 10_000]
)
def test_what_cannot_be_a_code_is_refused(typed: str) -> None:
    with pytest.raises(TypedCodeError):
        normalise_share_code(typed)


@given(st.integers(0, 2**60 - 1), st.integers(0, 59))
def test_sixty_bits_of_entropy_reach_the_code(number: int, bit: int) -> None:
    other = number ^ (1 << bit)
    assert new_share_code(lambda _size: number.to_bytes(8, "big")) != new_share_code(
        lambda _size: other.to_bytes(8, "big")
    )


@given(st.binary(min_size=8, max_size=8))
def test_a_passcode_is_six_digits(entropy: bytes) -> None:
    passcode = new_passcode(lambda _size: entropy)
    assert len(passcode) == 6
    assert passcode.isdecimal()
    assert normalise_passcode(f" {passcode[:3]}-{passcode[3:]} ") == passcode


@pytest.mark.parametrize("typed", ["", "  -", "9" * 33])
def test_what_cannot_be_a_passcode_is_refused(typed: str) -> None:
    with pytest.raises(TypedCodeError):
        normalise_passcode(typed)
