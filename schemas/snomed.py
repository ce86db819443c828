"""Check the form of SNOMED CT concept identifiers. Whether a concept exists is for a terminology server."""

from typing import Final

# SNOMED CT Technical Implementation Guide, appendix D: the dihedral group D5 and its permutation of period 8.
_MULTIPLY: Final = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_PERMUTE: Final = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 5, 7, 6, 2, 8, 3, 0, 9, 4),
    (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0),
    (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5),
    (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)
_CONCEPT_PARTITIONS: Final = frozenset({"00", "10"})  # core release; extension with a namespace


def verhoeff_holds(digits: str) -> bool:
    """Return whether the last of these ASCII digits is the Verhoeff check digit of those before it."""
    check = 0
    for position, digit in enumerate(reversed(digits)):
        check = _MULTIPLY[check][_PERMUTE[position % 8][int(digit)]]
    return check == 0


def is_concept_id(code: str) -> bool:
    """Return whether a code has the length, partition and check digit of a SNOMED CT concept identifier."""
    if not (6 <= len(code) <= 18 and code.isascii() and code.isdigit() and code[0] != "0"):
        return False
    return code[-3:-1] in _CONCEPT_PARTITIONS and verhoeff_holds(code)
