"""SNOMED codes: one wrong digit is always noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.adjustment_codes import LANGUAGE_INTERPRETERS, TERMS
from schemas.adjustment_terms_cy import TERMS_CY
from schemas.snomed import is_concept_id

CODES = sorted(TERMS)


def test_every_adjustment_code_is_a_concept_id() -> None:
    assert [code for code in CODES if not is_concept_id(code)] == []


@pytest.mark.parametrize("code", ["1082661000000100", "1082551000000100"])
def test_the_two_codes_that_fail_their_check_digit_are_left_out(code: str) -> None:
    assert not is_concept_id(code)
    assert code not in TERMS


@given(st.sampled_from(CODES), st.integers(0, 17), st.sampled_from("0123456789"))
def test_changing_one_digit_is_noticed(code: str, position: int, digit: str) -> None:
    position %= len(code)
    changed = code[:position] + digit + code[position + 1 :]
    assert is_concept_id(changed) == (changed == code)


@given(st.sampled_from(CODES), st.integers(0, 16))
def test_swapping_two_neighbours_is_noticed(code: str, position: int) -> None:
    position %= len(code) - 1
    swapped = code[:position] + code[position + 1] + code[position] + code[position + 2 :]
    assert is_concept_id(swapped) == (swapped == code)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "0",
        "12345",
        "037796009",
        "37796009 ",
        "٣٧٧٩٦٠٠٩",
        "²04331000000107",
        "1234567890123456789",
        "900000000000012",
    ],
)
def test_what_is_not_a_concept_id_is_refused(code: str) -> None:
    assert not is_concept_id(code)


def test_language_interpreters_and_welsh_terms_are_part_of_the_table() -> None:
    assert set(TERMS) >= LANGUAGE_INTERPRETERS
    assert set(TERMS) >= set(TERMS_CY)
    assert len(TERMS) == 337


def test_no_term_was_decoded_twice() -> None:
    assert [term for term in TERMS.values() if "Ã" in term or "Â" in term] == []
